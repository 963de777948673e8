// The ground by day in the draft preset.
//VTK::Output::Dec
//SCENE
#define DRAFT_DAY
#include "draft.glsl"
#include "cover.glsl"
in vec3 seen;
#ifdef IMAGERY
uniform sampler2D imagery;
#endif
void main() {
  vec3 point = seen + uEye;
  vec4 cover = cover_at(point.xy);
#ifdef CARVED
  if (bank_distance(cover) < -1.5) discard;
#endif
  vec3 colour = mix(vec3(0.31, 0.30, 0.275), vec3(0.12, 0.165, 0.055), clamp(cover.b * 2.0 - 0.4, 0.0, 1.0));
#ifdef IMAGERY
  vec2 uv = (point.xy - uImagery.xy) / uImagery.zw;
  if (all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)))) { colour = texture(imagery, uv).rgb; colour *= colour; }
#endif
  colour *= uSunColour * uSun.z * 0.75 + uAmbient * 0.8;
  colour += vec3(1.0, 0.55, 0.22) * cover.r * 0.35 * uLamps;
  gl_FragData[0] = finished(drafted_air(colour, seen));
}
