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
  if (bank_distance(cover) < -0.4) discard;
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
  colour += vec3(1.0, 0.56, 0.22) * (cover.r * 0.38 + cover.r * cover.r * 0.34) * uLamps;
  vec2 grid = abs(fract(point.xy / 500.0 - 0.5) - 0.5) / (fwidth(point.xy / 500.0) + 1e-5);
  colour += vec3(0.010, 0.075, 0.115) * (1.0 - min(min(grid.x, grid.y), 1.0)) * 0.35;
  float far = smoothstep(10.0, 220.0, away) * uInvent;
  if (far > 0.0) {
    vec2 block;
    vec2 street = far_streets(point.xy, block);
    float life = 0.30 + 0.70 * smoothstep(0.25, 0.65, noise2(point.xy * 0.0009 + 4.0));
    life *= exp(-away / 9000.0);
    float soft = clamp(24.0 / (fine + 12.0), 0.0, 1.0);
    float glow = (exp(-street.x / (8.0 + fine)) * 0.05 + exp(-street.y / (10.0 + fine)) * 0.42) * soft;
    float yards = smoothstep(0.35, 0.9, hash2(block)) * noise2(point.xy * 0.02) * 0.03;
    colour += far * life * uLamps * (vec3(1.0, 0.56, 0.22) * (glow + yards) + vec3(0.006, 0.018, 0.034));
  }
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
