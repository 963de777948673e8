// Buildings by day in the draft preset: one colour a kind, lit by sun and sky, with a band of glass a storey.
//VTK::Output::Dec
//SCENE
#define DRAFT_DAY
#include "draft.glsl"
#include "feature.glsl"
#include "draft_marks.glsl"
flat in vec3 paint;
void main() {
  let_through();
  vec3 point = seen + uEye, normal = cross(dFdx(seen), dFdy(seen));
  normal *= inversesqrt(max(dot(normal, normal), 1e-24));
  vec3 colour = paint;
  float storey = fract(point.z * 0.3), fine = fwidth(point.z);
  float band = mix(0.5, clamp((abs(storey - 0.5) - 0.25) * 8.0 + 0.5, 0.0, 1.0), clamp(1.2 - fine, 0.0, 1.0));
  bool is_roof = normal.z > 0.35;
  vec4 texel = skin_texel();
  if (texel.a > 0.0) { colour = texel.rgb * texel.rgb * 0.85; band = 1.0; is_roof = false; }
  else if (is_plain()) { colour = state.rgb * state.rgb; band = 1.0; is_roof = false; }
  colour *= is_roof ? 0.62 : 0.55 + 0.45 * band;
  float low = clamp((point.z - box.z) * 0.05, 0.0, 1.0);
  vec3 light = uSunColour * max(dot(normal, uSun), 0.0) * (0.55 + 0.45 * low) + uAmbient * (0.66 + 0.20 * normal.z) * (0.55 + 0.45 * low);
  colour = texel.a > 0.0 ? drafted_touch(colour * light) : drafted_mark(colour * light, light);
  colour += vec3(1.0, 0.70, 0.40) * uLamps * (is_roof ? 0.0 : (1.0 - band) * 0.22);
  gl_FragData[0] = finished(drafted_air(colour, seen));
}
