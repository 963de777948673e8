// Trees: a quad a tree, turned to the eye. crown: size in metres, seed; corner: −1 … 1.
//SCENE
#ifndef DETAIL
#define DETAIL 0
#endif
#include "cover.glsl"
#include "field.glsl"
in vec4 vertexMC;
in vec4 crownA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec2 corner;
flat out vec3 root;
flat out vec2 crown;
void main() {
  vec3 towards = normalize(vertexMC.xyz - uEye);
  vec3 right = normalize(vec3(towards.y, -towards.x, 0.0) + vec3(1e-5, 0.0, 0.0));
  vec3 up = normalize(cross(right, towards));
  if (up.z < 0.0) up = -up;
  bool is_free = bank_distance(cover_at(vertexMC.xy)) > 3.0 && field_height(vertexMC.xy) < vertexMC.z + 1.5;
  float size = is_free || uField.w < 0.5 ? crownA.x : 0.0;
  vec3 place = vertexMC.xyz + vec3(0.0, 0.0, size * 0.95) + (right * crownA.z + up * crownA.w * 1.12) * size;
  seen = place - uEye;
  corner = crownA.zw;
  root = vertexMC.xyz;
  crown = crownA.xy;
  gl_Position = MCDCMatrix * vec4(place, 1.0);
}
