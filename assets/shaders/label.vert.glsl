// Labels: quads of fixed size in pixels, hung from a place in the city.
// quad: offset from the place in pixels, texture place; paint: kind of quad (0 text, 1 plate, 2 leader, 3 mark), strength, colour.
//SCENE
in vec4 vertexMC;
in vec4 quadA;
in vec4 paintA;
uniform mat4 MCDCMatrix;
out vec2 at;
out vec3 tint;
out vec2 paint;
void main() {
  vec4 place = MCDCMatrix * vertexMC;
  vec2 pixel = floor((place.xy / place.w * 0.5 + 0.5) * uViewport) + quadA.xy;
  at = quadA.zw;
  float code = paintA.z;
  tint = vec3(floor(code / 65536.0), mod(floor(code / 256.0), 256.0), mod(code, 256.0)) / 255.0;
  paint = paintA.xy;
  float order = paint.x < 0.5 ? 4.0 : (paint.x > 2.5 ? 3.0 : (paint.x < 1.5 ? 2.0 : 1.0));
  gl_Position = vec4(pixel / uViewport * 2.0 - 1.0, -0.99 - 0.002 * order, 1.0);
}
