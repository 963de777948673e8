// What is draped over the ground: it is drawn where it lies, but counts as some metres nearer to the eye, so that water
// in its bed and the crowns of roads do not cut through it.
//SCENE
in vec4 vertexMC;
#ifdef PLACE
in vec2 placeA;
out vec2 place;
#else
in vec4 traitsA;
in vec4 tintA;
out vec4 traits;
out vec4 tint;
#endif
uniform mat4 MCDCMatrix;
out vec3 seen;
void main() {
  seen = vertexMC.xyz - uEye;
#ifdef PLACE
  place = placeA;
#else
  traits = traitsA;
  tint = tintA;
#endif
  float away = length(seen), slope = max(-seen.z / max(away, 0.1), 0.15);
  vec4 nearer = MCDCMatrix * vec4(vertexMC.xyz - seen / max(away, 0.1) * min(uLift / slope, 0.3 * away), 1.0);
  gl_Position = MCDCMatrix * vertexMC;
  gl_Position.z = nearer.z / nearer.w * gl_Position.w;
}
