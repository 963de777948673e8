// What the draft preset shares: the finished colour leaves the shader at once, since no pass follows.
#include "cut.glsl"
// Where DRAFT_DAY is known when the shader is compiled, the curve of the night falls away.
vec4 finished(vec3 colour) {
  colour = max(colour, 0.0) * uTone.x;
#ifdef DRAFT_DAY
  vec3 day = colour * 0.62, shown = sqrt(clamp((day * (2.51 * day + 0.03)) / (day * (2.43 * day + 0.59) + 0.14), 0.0, 1.0));
#else
  vec3 day = colour * 0.62, night = 1.0 - 1.0 / (1.0 + colour * (1.0 + 0.5 * colour));
  vec3 shown = uTone.y > 1.1 ? sqrt(clamp((day * (2.51 * day + 0.03)) / (day * (2.43 * day + 0.59) + 0.14), 0.0, 1.0)) : night;
#endif
  return vec4(mix(vec3(dot(shown, vec3(0.2126, 0.7152, 0.0722))), shown, uTone.z), 1.0);
}
vec3 drafted_air(vec3 colour, vec3 seen) {
#ifdef CUT_GROUND
  if (is_cut_away(seen + uEye)) discard;
#endif
  float deep = dot(seen, seen) / (uFog.x * uFog.x);
  return mix(colour, uHorizon + uGlow, deep / (0.7 + deep));
}
