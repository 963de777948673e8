// Parks at night: dark green with lit paths.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
in vec3 seen;
void main() {
  vec3 point = seen + uEye;
  float fine = fwidth(point.x) + fwidth(point.y);
  vec3 colour = vec3(0.006, 0.036, 0.030) * (0.7 + 0.7 * noise2(point.xy * 0.12)) + vec3(0.030, 0.040, 0.014) * smoothstep(0.45, 0.85, noise2(point.xy * 0.019)) * uLamps;
  vec2 cell = floor(point.xy / 22.0), off = fract(point.xy / 22.0) - 0.5 - (vec2(hash2(cell), hash2(cell + 7.0)) - 0.5) * 0.6;
  float lamp = exp(-dot(off, off) * 90.0) * step(0.58, hash2(cell + 3.0)) * clamp(14.0 / (fine * 3.0 + 8.0), 0.0, 1.0);
  colour += vec3(0.75, 0.85, 0.45) * lamp * 0.55 * uLamps + vec3(1.0, 0.56, 0.22) * cover_at(point.xy).r * 0.10;
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
