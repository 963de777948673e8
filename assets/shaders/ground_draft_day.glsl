// The ground by day in the draft preset.
//VTK::Output::Dec
//SCENE
#include "draft.glsl"
#include "cover.glsl"
in vec3 seen;
#ifdef IMAGERY
uniform sampler2D imagery;
#endif
flat in vec3 bare;
flat in vec3 green;
flat in vec3 lamps;
flat in vec3 haze;
flat in vec3 bend;
void main() {
#ifdef CUT_GROUND
  if (is_cut_away(seen + uEye)) discard;
#endif
  vec3 point = seen + uEye, colour = bare;
#ifdef COVERED
  vec4 cover = cover_at(point.xy);
#ifdef CARVED
  if (bank_distance(cover) < -1.5) discard;
#endif
  colour += green * clamp(cover.b * 2.0 - 0.4, 0.0, 1.0);
#endif
#ifdef IMAGERY
  vec2 uv = (point.xy - uImagery.xy) / uImagery.zw;
  if (all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)))) {
    colour = texture(imagery, uv).rgb;
    colour = finished(colour * colour * (uSunColour * uSun.z * 0.75 + uAmbient * 0.8)).rgb;
  }
#endif
#ifdef COVERED
  colour += lamps * (cover.r * (2.0 - cover.r));
#endif
  float share = hazed(seen);
  gl_FragData[0] = vec4(mix(colour, haze, share * (1.0 + bend * (1.0 - share))), 1.0);
}
