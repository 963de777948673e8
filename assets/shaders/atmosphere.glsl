// Sky, and the air between the eye and a thing; a thing on the ground that a section cuts away is not seen through it.
#include "cut.glsl"
// Light of the towns around under the haze: stronger where they lie.
float towns(vec3 ray) {
#if DETAIL < 1
  return 1.0;
#endif
  return 0.62 + 0.76 * smoothstep(0.2, 0.8, noise2(ray.xy * 2.3 + 5.0));
}
vec3 low_glow(vec3 ray) {
  if (uLamps < 0.01) return vec3(0.0);
  return uGlow * vec3(1.25, 0.62, 0.30) * towns(ray) * exp(-abs(ray.z + 0.02) * 34.0) * uLamps;
}
vec3 sky_colour(vec3 ray) {
  float up = max(ray.z, 0.0);
  vec3 colour = mix(uHorizon, uZenith, pow(up, 0.42));
  colour += uGlow * towns(ray) * (0.62 * exp(-up * 22.0) + 0.38 * exp(-up * 6.0));
  colour += low_glow(ray);
  float towards = max(dot(ray, uSun), 0.0);
  colour += uSunColour * (0.045 * pow(towards, 8.0) + 0.10 * pow(towards, 64.0)) * (1.0 - uLamps);
  return colour;
}
vec3 haze_colour(vec3 ray) {
  vec3 colour = uHorizon + uGlow * towns(ray) + low_glow(ray);
#if DETAIL > 0
  float towards = max(dot(normalize(ray.xy + 1e-5), uSun.xy), 0.0);
  colour += uSunColour * (0.045 * pow(towards, 8.0) + 0.10 * pow(towards, 64.0)) * (1.0 - uLamps);
#endif
  return colour;
}
// `seen` is the thing relative to the eye, metres; `height` above the ground plane.
vec3 through_air(vec3 colour, vec3 seen, float height) {
#ifdef CUT_GROUND
  if (is_cut_away(seen + uEye)) discard;
#endif
#if DETAIL < 0
  return drafted_air(colour, seen);
#endif
  float distance_m = length(seen);
  float deep = distance_m / uFog.x, share = 1.0 - exp(-deep * sqrt(deep));
  float low = exp(-max(height, 0.0) / uFog.y) * 0.42 * smoothstep(0.12 * uFog.x, 0.9 * uFog.x, distance_m);
  return mix(colour, haze_colour(seen / max(distance_m, 0.001)), clamp(max(share, low), 0.0, 1.0));
}
