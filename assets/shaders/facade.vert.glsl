// Tiles of buildings and bridges: welded points that carry the row of their feature.
// feature_box: anchor x, y, base, height (scene metres), and in its upper half: kind, seed, 1 for made-up blocks, 1 for own colour;
// feature_state: colour and flags (1 visible, 2 coloured, 4 selected, 8 hovered, 16 not built yet or gone, 32 coloured by an
// attribute). With SKIN, skinA is the place of a point on its page of pictures. In the draft preset, faceA is the normal
// of the triangles whose last corner a point is.
//SCENE
uniform sampler2D feature_box;
uniform sampler2D feature_state;
in vec4 vertexMC;
in float featureA;
#ifdef SKIN
in vec2 skinA;
out vec2 skin_at;
#endif
uniform mat4 MCDCMatrix;
out vec3 seen;
flat out vec4 box;
flat out vec4 traits;
flat out vec4 state;
#if defined(DETAIL) && DETAIL < 0
#include "draft_corner.glsl"
#endif
void main() {
  int row = int(featureA + 0.5);
  ivec2 cell = ivec2(row & 255, row >> 8);
  box = texelFetch(feature_box, cell, 0);
  traits = texelFetch(feature_box, cell + ivec2(0, textureSize(feature_box, 0).y / 2), 0);
  state = texelFetch(feature_state, cell, 0);
#ifdef SKIN
  skin_at = skinA;
#endif
  seen = vertexMC.xyz - uEye;
  gl_Position = MCDCMatrix * vertexMC;
#if defined(DETAIL) && DETAIL < 0
  draft();
#endif
  if ((int(state.a * 255.0 + 0.5) & 17) != 1) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
