// What is bright enough to glow, at a quarter of the size.
//VTK::Output::Dec
#include "post_store.glsl"
in vec2 at;
uniform sampler2D picture;
uniform vec2 pixel;
uniform float limit;
void main() {
  vec3 sum = vec3(0.0);
  for (int i = 0; i < 4; i++) {
    vec3 colour = opened(texture(picture, at + pixel * vec2(float(i & 1) * 2.0 - 1.0, float(i >> 1) * 2.0 - 1.0)).rgb);
    float light = max(colour.r, max(colour.g, colour.b));
    sum += colour * smoothstep(limit, limit * 2.6, light);
  }
  gl_FragData[0] = vec4(sqrt(clamp(sum * 0.25, 0.0, 4.0) * 0.25), 1.0);
}
