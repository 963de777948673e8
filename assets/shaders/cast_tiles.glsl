// Nothing is coloured where only depths are kept.
//VTK::Output::Dec
//SCENE
#include "cut.glsl"
#ifdef CUT
in vec3 place;
#endif
void main() {
#ifdef CUT
  if (is_cut_away(place)) discard;
#endif
  gl_FragData[0] = vec4(1.0);
}
