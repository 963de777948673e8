// The darker corners of a picture that is drawn in parts: `corner` and `size` place this part in the whole, 0 … 1.
//VTK::Output::Dec
in vec2 at;
uniform vec2 corner, size;
uniform float vignette;
void main() {
  vec2 off = corner + at * size - 0.5;
  gl_FragData[0] = vec4(vec3(1.0 - dot(off, off) * vignette), 1.0);
}
