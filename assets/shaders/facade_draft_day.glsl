// Buildings by day in the draft preset: one colour a kind, lit by sun and sky, with a band of glass a storey.
//VTK::Output::Dec
//SCENE
#include "draft.glsl"
#include "feature.glsl"
#ifdef SKIN
// Of pictures of real surfaces each triangle has a face of its own, so that its fragments find out.
#include "draft_marks.glsl"
flat in vec3 paint;
void main() {
  let_through();
  vec3 point = seen + uEye, normal = cross(dFdx(seen), dFdy(seen));
  normal *= inversesqrt(max(dot(normal, normal), 1e-24));
  vec4 texel = skin_texel();
  float low = 0.55 + 0.45 * clamp((point.z - box.z) * 0.05, 0.0, 1.0);
  vec3 light = drafted_light(normal) * low;
  vec3 colour = light * (texel.a > 0.0 ? texel.rgb * texel.rgb * 0.85 : is_plain() ? state.rgb * state.rgb : paint);
  colour = texel.a > 0.0 ? drafted_touch(colour) : drafted_mark(colour, light);
  gl_FragData[0] = finished(drafted_air(colour, seen));
}
#else
flat in vec3 glass;
flat in vec3 wall;
flat in vec3 foot;
in float up;
void main() {
  let_through();
  float band = clamp(abs(fract(up * 0.3) - 0.5) * 8.0 - 1.5, 0.0, 1.0);
  gl_FragData[0] = vec4((glass + wall * band) * mix(foot, vec3(1.0), clamp(up * 0.05, 0.0, 1.0)), 1.0);
}
#endif
