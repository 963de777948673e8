// The sky in the draft preset: a gradient.
//VTK::Output::Dec
//SCENE
#include "draft.glsl"
in vec2 at;
void main() {
  vec3 ray = uForward + uRight * at.x + uUp * at.y;
  float up = clamp(ray.z * inversesqrt(dot(ray, ray)), 0.0, 1.0);
  gl_FragData[0] = finished(mix(uHorizon + uGlow * (1.0 - up), uZenith, sqrt(up)));
}
