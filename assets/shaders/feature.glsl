// What a fragment knows of its city object: the vertex shader has fetched it.
#include "cut.glsl"
in vec3 seen;
flat in vec4 box;
flat in vec4 traits;
flat in vec4 state;
const int RESIDENTIAL = 0, OFFICE = 1, LANE_HOUSE = 2, INDUSTRIAL = 3, PUBLIC = 4, BRIDGE = 5;
struct Feature { vec2 anchor; float base; float height; int kind; float seed; float size; vec3 tint; int flags; };
Feature the_feature() {
  return Feature(box.xy, box.z, box.w, int(traits.r + 0.5), traits.g, traits.b, state.rgb, int(state.a * 255.0 + 0.5));
}
// An object that brings a colour along is drawn in it, without windows and tiles; OWN where there is such an object.
#ifdef OWN
bool is_plain() { return traits.a > 0.5; }
#else
bool is_plain() { return false; }
#endif
// A surface with a picture shows it, unless pictures are hidden or an attribute colours the object.
#ifdef SKIN
uniform sampler2D skin_page;
in vec2 skin_at;
vec4 skin_texel() {
  vec4 texel = texture(skin_page, skin_at);
  if (uSkin < 0.5 || (int(state.a * 255.0 + 0.5) & 32) != 0) return vec4(0.0, 0.0, 0.0, -1.0);
  // From afar leaves and railings would thin out, because smaller versions of a page mix them with their gaps.
  vec2 step_px = max(abs(dFdx(skin_at)), abs(dFdy(skin_at))) * vec2(textureSize(skin_page, 0));
  if (texel.a * (1.0 + 0.35 * max(0.0, log2(max(step_px.x, step_px.y)))) < 0.4) discard;
  texel.a = 1.0;
  return texel;
}
#else
vec4 skin_texel() { return vec4(0.0, 0.0, 0.0, -1.0); }
#endif
// Where there are no bridges, all that concerns them falls away when the shader is compiled.
bool is_bridge(Feature it) {
#ifdef BRIDGES
  return it.kind == BRIDGE;
#else
  return false;
#endif
}
// Opacity of a layer without sorting: a fine screen of holes. Only where it is needed: a shader that may discard
// is run for hidden fragments too.
float screen_share() { return fract(dot(floor(gl_FragCoord.xy), vec2(0.7548777, 0.5698403))); }
void let_through() {
#ifdef SCREEN
  if (screen_share() > uOpacity) discard;
#endif
#ifdef CUT
  vec3 point = seen + uEye;
  if (is_cut_away(point)) discard;
  float kept = point.z > uGhost.x ? uGhost.y : 1.0;
  if ((int(state.a * 255.0 + 0.5) & 4) == 0) kept = min(kept, uGhost.z);
  if (kept < 0.995 && screen_share() > kept) discard;
#endif
}
