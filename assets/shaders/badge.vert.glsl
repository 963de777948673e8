// Badges: quads of fixed size in pixels around a place in the city. quad: offset in pixels, place in the badge or in
// the sheet of words; paint: kind (0 words and 0.25 digits, 1 plate, 3 case, 4 cases, 5 components), radius, colour of middle and ring.
//SCENE
in vec4 vertexMC;
in vec4 quadA;
in vec4 paintA;
in vec4 stateA;
uniform mat4 MCDCMatrix;
out vec2 at;
flat out float kind;
flat out vec3 fill;
flat out vec3 ring;
flat out vec4 state;
vec3 tint(float code) { return vec3(floor(code / 65536.0), mod(floor(code / 256.0), 256.0), mod(code, 256.0)) / 255.0; }
void main() {
  vec4 place = MCDCMatrix * vertexMC;
  at = quadA.zw;
  kind = paintA.x;
  fill = tint(paintA.z);
  ring = tint(paintA.w);
  state = stateA;
  vec2 offset = quadA.xy;
  // A case that is over sinks into the ground.
  bool is_case = kind < 0.1 || (kind > 0.9 && kind < 3.5);
  if (is_case && stateA.z >= 0.0) offset.y -= 2.2 * paintA.y * clamp(mod(uTime - stateA.z + 3600.0, 3600.0) / 2.0, 0.0, 1.0);
  vec2 pixel = floor((place.xy / place.w * 0.5 + 0.5) * uViewport) + offset;
  gl_Position = vec4(pixel / uViewport * 2.0 - 1.0, -0.985, 1.0);
}
