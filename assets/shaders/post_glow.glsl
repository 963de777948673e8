// The three glows in one picture, so that finishing reads one.
//VTK::Output::Dec
#include "post_store.glsl"
in vec2 at;
uniform sampler2D glow0, glow1, glow2;
void main() {
  vec3 sum = opened(texture(glow0, at).rgb) * 0.55 + opened(texture(glow1, at).rgb) * 0.75 + opened(texture(glow2, at).rgb) * 0.85;
  gl_FragData[0] = vec4(sqrt(clamp(sum, 0.0, 4.0) * 0.25), 1.0);
}
