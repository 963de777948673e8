// Trees as the sun sees them: a disc a crown, turned to the sun. crown: size in metres (0: not drawn), seed; corner.
//SCENE
in vec4 vertexMC;
in vec4 crownA;
uniform mat4 MCDCMatrix;
out vec2 corner;
flat out float seed;
void main() {
  vec3 right = normalize(vec3(-uSun.y, uSun.x, 0.0) + vec3(1e-5, 0.0, 0.0)), up = cross(uSun, right);
  vec3 place = vertexMC.xyz + vec3(0.0, 0.0, crownA.x * 0.95) + (right * crownA.z + up * crownA.w) * crownA.x;
  corner = crownA.zw;
  seed = crownA.y;
  gl_Position = crownA.x > 0.0 ? MCDCMatrix * vec4(place, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
