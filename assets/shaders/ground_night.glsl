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
  vec3 normal = face_normal(seen);
  float grain = noise2(point.xy * 0.05);
  vec3 colour = vec3(0.007, 0.018, 0.038) + vec3(0.006, 0.013, 0.020) * grain;
  colour = mix(colour, vec3(0.004, 0.022, 0.022) * (0.6 + 0.8 * noise2(point.xy * 0.21)), cover.b * 0.8);
#ifdef IMAGERY
  vec2 uv = (point.xy - uImagery.xy) / uImagery.zw;
  if (all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)))) {
    vec3 photo = texture(imagery, uv).rgb;
    colour = mix(colour, photo * vec3(0.05, 0.11, 0.19), 0.85);
  }
#endif
  colour *= 0.55 + 0.45 * openness(point, vec3(0.0, 0.0, 1.0));
  colour += vec3(1.0, 0.56, 0.22) * (cover.r * 0.30 + cover.r * cover.r * 0.25) * uLamps;
  vec2 grid = abs(fract(point.xy / 500.0 - 0.5) - 0.5) / (fwidth(point.xy / 500.0) + 1e-5);
  colour += vec3(0.010, 0.075, 0.115) * (1.0 - min(min(grid.x, grid.y), 1.0)) * 0.35;
  float far = smoothstep(10.0, 220.0, away) * uInvent;
  if (far > 0.0) {
    vec2 block;
    float street = far_street(point.xy, block);
    float life = smoothstep(0.28, 0.70, noise2(point.xy * 0.0009 + 4.0)) * exp(-away / 7000.0);
    float main_road = step(0.62, hash2(vec2(block.x, 3.0))) + step(0.62, hash2(vec2(block.y, 9.0)));
    float soft = clamp(24.0 / (fine + 12.0), 0.0, 1.0);
    float glow = (exp(-street / (9.0 + fine)) * 0.16 + (1.0 - smoothstep(2.0, 5.0 + fine, street)) * 0.10) * (0.35 + 0.65 * min(main_road, 1.0)) * soft;
    float size = 30.0 * exp2(floor(log2(max(fine / 9.0, 1.0))));
    vec2 lamp = floor(point.xy / size), off = fract(point.xy / size) - 0.5 - (vec2(hash2(lamp + 1.0), hash2(lamp + 2.0)) - 0.5) * 0.6;
    float spark = step(0.62, hash2(lamp)) * exp(-dot(off, off) * 46.0) * (0.4 + 0.6 * hash2(lamp + 5.0));
    vec3 warm = mix(vec3(1.0, 0.62, 0.28), vec3(0.50, 0.78, 1.0), step(0.66, hash2(lamp + 3.0)));
    colour += far * life * uLamps * (vec3(1.0, 0.55, 0.2) * glow + warm * spark * 0.62 + vec3(0.020, 0.022, 0.024));
  }
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
