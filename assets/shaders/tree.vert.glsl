// Trees: a quad a tree, turned to the eye. crown: size in metres (0: not drawn), seed; corner: −1 … 1.
//SCENE
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
  float size = crownA.x;
  vec3 place = vertexMC.xyz + vec3(0.0, 0.0, size * 0.95) + (right * crownA.z + up * crownA.w * 1.12) * size;
  seen = place - uEye;
  corner = crownA.zw;
  root = vertexMC.xyz;
  crown = crownA.xy;
  gl_Position = MCDCMatrix * vec4(place, 1.0);
}
