// The ground at night in the draft preset: dark, warmed by its streets.
//VTK::Output::Dec
//SCENE
#include "draft.glsl"
#include "cover.glsl"
in vec3 seen;
#ifdef IMAGERY
uniform sampler2D imagery;
#endif
void main() {
  vec3 point = seen + uEye;
#ifdef COVERED
  vec4 cover = cover_at(point.xy);
#else
  vec4 cover = vec4(0.0, 1.0, 0.0, 0.0);
#endif
#ifdef CARVED
  if (bank_distance(cover) < -1.5) discard;
#endif
  vec3 colour = mix(vec3(0.010, 0.022, 0.044), vec3(0.005, 0.025, 0.024), cover.b * 0.8);
#ifdef IMAGERY
  vec2 uv = (point.xy - uImagery.xy) / uImagery.zw;
  if (all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)))) colour = mix(colour, texture(imagery, uv).rgb * vec3(0.05, 0.11, 0.19), 0.85);
#endif
  colour += vec3(1.0, 0.56, 0.22) * cover.r * (0.26 + 0.2 * cover.r) * uLamps;
  gl_FragData[0] = finished(drafted_air(colour, seen));
}
