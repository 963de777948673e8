// The numbers of the frame, and how colours leave a shader.
//SCENE
#ifndef DETAIL
#define DETAIL 1
#endif
#include "noise.glsl"
#include "cut.glsl"
#if DETAIL < 0
#include "draft.glsl"
#endif
// Colours up to 4.0 travel through the 8-bit picture as a square root, with half a step of noise against banding.
// The draft has no finishing pass: its colours are finished here.
vec4 stored(vec3 colour) {
#if DETAIL < 0
  return finished(colour);
#endif
  if (!(dot(colour, vec3(1.0)) >= 0.0)) colour = vec3(0.0);
  vec3 code = sqrt(clamp(colour, 0.0, 4.0) * 0.25);
  return vec4(code + (hash2(gl_FragCoord.xy) - 0.5) / 255.0, 1.0);
}
// Normal of the face under a fragment, towards the eye; up where the face is too small to have one.
vec3 face_normal(vec3 seen) {
  vec3 normal = cross(dFdx(seen), dFdy(seen));
  float size = dot(normal, normal);
  return size > 1e-24 ? normal * inversesqrt(size) : vec3(0.0, 0.0, 1.0);
}
