// The ground at night: dark, warmed by its streets, with a faint metric grid; beyond the data a made-up carpet of lights.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
#include "field.glsl"
in vec3 seen;
#ifdef IMAGERY
uniform sampler2D imagery;
#endif
void main() {
  vec3 point = seen + uEye;
  vec4 cover = cover_at(point.xy);
#ifdef CARVED
  if (bank_distance(cover) < -1.5) discard;
#endif
  float fine = fwidth(point.x) + fwidth(point.y), away = outside(point.xy);
  vec3 normal = normalize(cross(dFdx(seen), dFdy(seen)));
  float grain = noise2(point.xy * 0.05);
  vec3 colour = vec3(0.006, 0.015, 0.032) + vec3(0.004, 0.010, 0.016) * grain;
  colour = mix(colour, vec3(0.004, 0.022, 0.022) * (0.6 + 0.8 * noise2(point.xy * 0.21)), cover.b * 0.8);
#ifdef IMAGERY
  vec2 uv = (point.xy - uImagery.xy) / uImagery.zw;
  if (all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)))) {
    vec3 photo = texture(imagery, uv).rgb;
    colour = mix(colour, photo * vec3(0.05, 0.11, 0.19), 0.85);
  }
#endif
  colour *= 0.55 + 0.45 * openness(point, vec3(0.0, 0.0, 1.0));
  colour += vec3(1.0, 0.56, 0.22) * cover.r * 0.17 * uLamps;
  vec2 grid = abs(fract(point.xy / 500.0 - 0.5) - 0.5) / (fwidth(point.xy / 500.0) + 1e-5);
  colour += vec3(0.010, 0.075, 0.115) * (1.0 - min(min(grid.x, grid.y), 1.0)) * 0.35;
  float far = smoothstep(10.0, 220.0, away);
  if (far > 0.0) {
    vec2 block;
    float street = far_street(point.xy, block), life = smoothstep(0.30, 0.75, noise2(point.xy * 0.0011 + 4.0)) * exp(-away / 9000.0);
    float soft = 1.0 / (1.0 + fine * 0.05);
    float glow = exp(-street / 14.0) * 0.16 + (1.0 - smoothstep(3.0, 6.0 + fine, street)) * 0.20 * soft;
    vec2 lamp = floor(point.xy / 34.0);
    vec2 off = fract(point.xy / 34.0) - 0.5;
    float lit = step(0.80, hash2(lamp));
    float spark = lit * exp(-dot(off, off) * 34.0) * clamp(26.0 / (fine + 18.0), 0.0, 1.0) + 0.035;
    vec3 warm = mix(vec3(1.0, 0.62, 0.26), vec3(0.55, 0.80, 1.0), step(0.72, hash2(lamp + 3.0)));
    colour += far * life * uLamps * (vec3(1.0, 0.55, 0.2) * glow + warm * spark * 0.42);
  }
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
