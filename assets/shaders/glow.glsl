// How light without a surface leaves a shader: its colour as the finishing pass expects it, and its share.
vec4 glowing(vec3 colour, float share) {
#if DETAIL < 0
  return vec4(finished(colour).rgb, clamp(share, 0.0, 1.0));
#else
  return vec4(sqrt(clamp(colour, 0.0, 4.0) * 0.25), clamp(share, 0.0, 1.0));
#endif
}
// How clear the air is up to a thing: `seen` is relative to the eye.
float clear_air(vec3 seen) { return exp(-pow(length(seen) / uFog.x, 1.5)); }
