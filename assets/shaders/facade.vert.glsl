// Tiles of buildings and bridges: welded points that carry the row of their feature.
//SCENE
in vec4 vertexMC;
in float featureA;
uniform mat4 MCDCMatrix;
out vec3 seen;
flat out int feature;
void main() {
  seen = vertexMC.xyz - uEye;
  feature = int(featureA + 0.5);
  gl_Position = MCDCMatrix * vertexMC;
}
