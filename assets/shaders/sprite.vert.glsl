// Lights as quads turned to the eye: sprite: radius in metres, least radius in pixels, corner; tint: colour, phase.
//SCENE
in vec4 vertexMC;
in vec4 spriteA;
in vec4 tintA;
uniform mat4 MCDCMatrix;
out vec2 corner;
out vec3 seen;
flat out vec4 tint;
void main() {
  vec4 place = MCDCMatrix * vertexMC;
  seen = vertexMC.xyz - uEye;
  // Not `place.w`: along parallel lines of sight that is 1.
  float ahead = dot(seen, normalize(cross(uUp, uRight)));
  vec2 reach = vec2(spriteA.x) / vec2(length(uRight), length(uUp)) / max(ahead, 0.1);
  vec2 radius = max(reach, spriteA.y / uViewport * 2.0 * max(1.0, uViewport.y / 1080.0));
  corner = spriteA.zw;
  tint = tintA;
  gl_Position = vec4(place.xy + spriteA.zw * radius * place.w, place.z - 2.0e-5 * place.w, place.w);
}
