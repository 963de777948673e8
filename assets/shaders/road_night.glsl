// Roads at night: dark surface, pools of lamp light, two-way trails of traffic that move with time.
// traits: metres along, −1 … 1 across, width in metres, seed + 10 · class (0 express … 4 lane); place.x: 1 elevated.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
in vec3 seen;
in vec4 traits;
void main() {
  vec3 point = seen + uEye;
  float along = traits.x, across = traits.y, width = traits.z, rank = floor(traits.w / 10.0), seed = floor(fract(traits.w) * 64.0 + 0.5) / 64.0;
  float side = across * width * 0.5, fine = fwidth(side) + fwidth(along) * 0.35;
  float big = rank < 1.5 ? 1.0 : (rank < 2.5 ? 0.46 : 0.20);
  float near = clamp(14.0 / (fine * 6.0 + 8.0), 0.0, 1.0), calm = mix(0.40, 1.0, smoothstep(0.02, 0.35, fine));
  vec3 colour = vec3(0.010, 0.016, 0.027) + vec3(0.36, 0.165, 0.046) * (0.07 + 0.27 * big) * calm * uLamps;
  float edge = abs(abs(side) - (width * 0.5 - 1.0));
  vec2 lamp = vec2(along / 30.0, edge);
  float pool = exp(-pow((fract(lamp.x) - 0.5) * 30.0 / 7.0, 2.0)) * exp(-edge / 3.2);
  colour += vec3(1.0, 0.60, 0.24) * mix(0.20, pool * 0.95, near) * calm * (0.20 + 0.85 * big) * uLamps;
  float core = exp(-pow((fract(lamp.x) - 0.5) * 30.0 / 1.1, 2.0)) * exp(-edge * edge * 1.4);
  colour += vec3(1.0, 0.86, 0.62) * core * near * 1.2 * calm * (0.45 + 0.55 * big) * uLamps;
  if (rank < 3.5) {
    float dash = step(0.45, fract(along / 9.0)) * (1.0 - smoothstep(0.08, 0.08 + max(0.12, fine), abs(side)));
    colour += vec3(0.20, 0.22, 0.24) * dash * clamp(0.4 / (fine + 0.2), 0.0, 1.0);
    float lanes = max(1.0, floor(width * 0.5 / 3.4)), way = side > 0.0 ? 1.0 : -1.0;
    float lane = floor(abs(side) / (width * 0.5) * lanes), middle = (lane + 0.5) / lanes * width * 0.5;
    float slot = along / 150.0 * way - uTime * (0.10 + 0.04 * lane) - hash1(lane + way * 3.0 + seed * 57.0);
    float busy = step(0.30 + 0.42 * (1.0 - big), hash2(vec2(floor(slot), lane + way * 7.0 + seed * 13.0)));
    // The head comes up over a few metres: a trail with a hard end would look cut off.
    float head = fract(slot), soft = 0.035 + fwidth(slot) * 1.5;
    float trail = (1.5 * pow(head, 7.0) + 0.25 * pow(head, 2.0)) * (1.0 - smoothstep(1.0 - 2.0 * min(soft, 0.4), 1.0, head));
    trail = mix(trail, 0.27, clamp(fwidth(slot) * 2.0 - 0.3, 0.0, 1.0));
    float off = (abs(side) - middle) / max(mix(0.38, 0.75 + 0.35 * big, smoothstep(0.02, 0.22, fine)), fine * (0.5 + 0.5 * big));
    float line = exp(-off * off) * clamp(1.6 / (fine * 0.5 + 0.9), 0.15, 1.0);
    vec3 lights = way > 0.0 ? vec3(1.0, 0.82, 0.56) : vec3(1.0, 0.15, 0.07);
    colour += lights * trail * line * busy * (0.25 + 1.55 * big) * calm;
    // From afar an arterial is a river of light: its middle glows.
    colour += vec3(1.0, 0.62, 0.26) * big * exp(-across * across * 3.0) * smoothstep(0.6, 3.0, fine) * 0.22 * uLamps;
  }
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
