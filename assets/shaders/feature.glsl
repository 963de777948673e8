// What a fragment knows of its city object.
// feature_box: anchor x, y, base, height (scene metres); feature_traits: kind, seed, over 0.5 for made-up blocks, spare;
// feature_state: colour and flags (1 visible, 2 coloured, 4 selected, 8 hovered).
uniform sampler2D feature_box;
uniform sampler2D feature_traits;
uniform sampler2D feature_state;
in vec3 seen;
flat in int feature;
const int RESIDENTIAL = 0, OFFICE = 1, LANE_HOUSE = 2, INDUSTRIAL = 3, PUBLIC = 4, BRIDGE = 5;
struct Feature { vec2 anchor; float base; float height; int kind; float seed; float size; vec3 tint; int flags; };
Feature the_feature() {
  ivec2 cell = ivec2(feature & 255, feature >> 8);
  vec4 box = texelFetch(feature_box, cell, 0), state = texelFetch(feature_state, cell, 0), traits = texelFetch(feature_traits, cell, 0);
  return Feature(box.xy, box.z, box.w, int(traits.r * 255.0 + 0.5), traits.g, traits.b * 255.0, state.rgb, int(state.a * 255.0 + 0.5));
}
// Opacity of a layer without sorting: a fine screen of holes.
bool is_hole() {
  if (uOpacity > 0.995) return false;
  vec2 at = floor(gl_FragCoord.xy);
  return fract(dot(at, vec2(0.7548777, 0.5698403))) > uOpacity;
}
