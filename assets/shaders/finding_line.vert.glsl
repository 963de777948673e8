// Lines of a finding: bands that turn to the eye, at least two pixels wide.
// traits: metres along, −1 … 1 across, width in metres, 1 where it is seen through what stands before it.
//SCENE
in vec4 vertexMC;
in vec4 traitsA;
in vec4 tintA;
in vec3 wayA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec4 traits;
out vec4 tint;
void main() {
  vec3 from = vertexMC.xyz - uEye, side = cross(wayA, from);
  float pixel = 2.0 * length(uUp) * length(from) / uViewport.y, size = length(side);
  float half_width = max(traitsA.z * 0.5, 1.6 * max(1.0, uViewport.y / 1080.0) * pixel);
  vec3 place = vertexMC.xyz + (size > 1e-6 ? side / size : vec3(0.0)) * traitsA.y * half_width;
  seen = place - uEye;
  traits = traitsA;
  tint = tintA;
  gl_Position = MCDCMatrix * vec4(place, 1.0);
  if (traitsA.w > 0.5) gl_Position.z = -0.97 * gl_Position.w;
}
