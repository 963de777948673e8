// What the draft preset shares: the finished colour leaves the shader at once, since no pass follows.
#include "cut.glsl"
vec3 film(vec3 colour) {
  vec3 day = max(colour, 0.0) * uTone.x * 0.62;
  return clamp((day * (2.51 * day + 0.03)) / (day * (2.43 * day + 0.59) + 0.14), 0.0, 1.0);
}
vec3 saturated(vec3 shown) { return mix(vec3(dot(shown, vec3(0.2126, 0.7152, 0.0722))), shown, uTone.z); }
// Where DRAFT_DAY is known when the shader is compiled, the curve of the night falls away.
vec4 finished(vec3 colour) {
#ifdef DRAFT_DAY
  vec3 shown = sqrt(film(colour));
#else
  vec3 raw = max(colour, 0.0) * uTone.x, night = 1.0 - 1.0 / (1.0 + raw * (1.0 + 0.5 * raw));
  vec3 shown = uTone.y > 1.1 ? sqrt(film(colour)) : night;
#endif
  return vec4(saturated(shown), 1.0);
}
// Light on a wall or roof: the sun, the sky, and what the sunlit ground throws back on walls that lie in shade.
vec3 drafted_light(vec3 normal) {
  vec3 thrown_back = uSunColour * 0.16 * (1.0 - 0.6 * abs(normal.z)) * vec3(1.0, 0.93, 0.82);
  return uSunColour * max(dot(normal, uSun), 0.0) + uAmbient * (0.66 + 0.20 * normal.z) + thrown_back;
}
float hazed(vec3 seen) { float deep = dot(seen, seen) / (uFog.x * uFog.x); return deep / (0.7 + deep); }
vec3 drafted_air(vec3 colour, vec3 seen) {
#if defined(CUT_GROUND) && !defined(AT_CORNER)
  if (is_cut_away(seen + uEye)) discard;
#endif
  return mix(colour, uHorizon + uGlow, hazed(seen));
}
