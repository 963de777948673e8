// Takes the grain out of the shade: the mean of four by four, which is the size of its pattern.
//VTK::Output::Dec
in vec2 at;
uniform sampler2D picture;
uniform vec2 pixel;
void main() {
  float sum = 0.0;
  for (int i = 0; i < 4; i++) sum += texture(picture, at + (vec2(float(i & 1), float(i >> 1)) * 2.0 - 1.5) * pixel).r;
  gl_FragData[0] = vec4(sum * 0.25, 0.0, 0.0, 1.0);
}
