// The living river above its water. traits: metres along, −1 … 1 across, speed in m/s, seconds until a plume arrives
// (negative: never); tint: linear colour, and how strongly it covers the water.
//SCENE
in vec4 vertexMC;
in vec4 traitsA;
in vec4 tintA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec4 traits;
out vec4 tint;
void main() {
  seen = vertexMC.xyz - uEye;
  traits = traitsA;
  tint = tintA;
  gl_Position = MCDCMatrix * vertexMC;
  gl_Position.z -= uLift * 2.0e-6 * gl_Position.w;
}
