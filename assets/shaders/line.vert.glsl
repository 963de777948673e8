// Glowing lines on the ground. traits: metres along, −1 … 1 across, width in metres, seed.
//SCENE
in vec4 vertexMC;
in vec4 traitsA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec4 traits;
void main() {
  seen = vertexMC.xyz - uEye;
  traits = traitsA;
  gl_Position = MCDCMatrix * vertexMC;
  gl_Position.z -= uLift * 2.0e-6 * gl_Position.w;
}
