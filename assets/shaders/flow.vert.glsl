// Arcs in the air: bands that turn to the eye and never get thinner than a few pixels.
// traits: share of the way, −1 … 1 across, width in metres, seed (and 1 more for a warm one); way: along the arc.
//SCENE
in vec4 vertexMC;
in vec4 traitsA;
in vec3 wayA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec4 traits;
void main() {
  vec3 from = vertexMC.xyz - uEye, side = cross(wayA, from);
  float pixel = 2.0 * length(uUp) * length(from) / uViewport.y, size = length(side);
  vec3 place = vertexMC.xyz + (size > 1e-6 ? side / size : vec3(0.0)) * traitsA.y * max(traitsA.z * 0.5, 2.6 * pixel);
  seen = place - uEye;
  traits = traitsA;
  gl_Position = MCDCMatrix * vec4(place, 1.0);
}
