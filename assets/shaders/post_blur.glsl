// Nine weighted taps along one way.
//VTK::Output::Dec
#include "post_store.glsl"
in vec2 at;
uniform sampler2D picture;
uniform vec2 way;
void main() {
  float weight[5] = float[](0.227027, 0.194595, 0.121622, 0.054054, 0.016216);
  vec3 sum = opened(texture(picture, at).rgb) * weight[0];
  for (int i = 1; i < 5; i++)
    sum += (opened(texture(picture, at + way * float(i)).rgb) + opened(texture(picture, at - way * float(i)).rgb)) * weight[i];
  gl_FragData[0] = vec4(sqrt(clamp(sum, 0.0, 4.0) * 0.25), 1.0);
}
