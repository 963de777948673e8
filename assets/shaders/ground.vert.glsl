// Ground, water, roads and other flat things. `uLift` pulls a thing towards the eye by steps too small to see.
//SCENE
in vec4 vertexMC;
#ifdef TRAITS
in vec4 traitsA;
out vec4 traits;
#endif
#ifdef PLACE
in vec2 placeA;
out vec2 place;
#endif
uniform mat4 MCDCMatrix;
out vec3 seen;
#ifdef EARTH
#include "draft_earth.glsl"
#endif
void main() {
#ifdef EARTH
  earth_colours();
#endif
  seen = vertexMC.xyz - uEye;
#ifdef TRAITS
  traits = traitsA;
#endif
#ifdef PLACE
  place = placeA;
#endif
  gl_Position = MCDCMatrix * vertexMC;
  float lift = uLift;
#ifdef TRAITS
  lift += fract(traitsA.w) * 1.5 - floor(traitsA.w / 10.0) * 0.3;
#endif
  gl_Position.z -= lift * 2.0e-6 * gl_Position.w;
}
