// Lawns and park soil by day.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "field.glsl"
in vec3 seen;
void main() {
  vec3 point = seen + uEye;
  float fine = fwidth(point.x) + fwidth(point.y);
  float broad = noise2(point.xy * 0.018), grain = noise2(point.xy * 0.15);
  float detail = mix(0.5, noise2(point.xy * 1.4), clamp(1.0 - fine * 0.8, 0.0, 1.0));
  vec3 colour = mix(vec3(0.064, 0.094, 0.034), vec3(0.118, 0.142, 0.058), broad) * (0.72 + 0.3 * grain + 0.25 * detail);
  float way = abs(noise2(point.xy * 0.011 + 31.0) - 0.5);
  colour = mix(colour, vec3(0.42, 0.38, 0.31), (1.0 - smoothstep(0.012, 0.016 + fine * 0.004, way)) * 0.8);
  float lit = max(uSun.z, 0.0) * sunlit(point, vec3(0.0));
  colour *= uSunColour * lit + uAmbient * openness(point, vec3(0.0, 0.0, 1.0));
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
