// What a fragment knows of its city object: the vertex shader has fetched it.
in vec3 seen;
flat in vec4 box;
flat in vec4 traits;
flat in vec4 state;
const int RESIDENTIAL = 0, OFFICE = 1, LANE_HOUSE = 2, INDUSTRIAL = 3, PUBLIC = 4, BRIDGE = 5;
struct Feature { vec2 anchor; float base; float height; int kind; float seed; float size; vec3 tint; int flags; };
Feature the_feature() {
  return Feature(box.xy, box.z, box.w, int(traits.r + 0.5), traits.g, traits.b, state.rgb, int(state.a * 255.0 + 0.5));
}
// An object that brings a colour along is drawn in it, without windows and tiles.
bool is_plain() { return traits.a > 0.5; }
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
void let_through() {
#ifdef SCREEN
  if (fract(dot(floor(gl_FragCoord.xy), vec2(0.7548777, 0.5698403))) > uOpacity) discard;
#endif
}
