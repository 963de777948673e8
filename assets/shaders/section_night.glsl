// A cut face: filled in the colour of its class and hatched, as wide on the screen from near and far.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec4 traits;
in vec2 place;
#ifndef DAY
#define DAY 0
#endif
void main() {
  float across = (place.x + place.y) * 0.7071, fine = max(fwidth(across), 1e-5);
  float wide = exp2(ceil(log2(max(0.6, 9.0 * fine))));
  float line = 1.0 - smoothstep(0.9, 1.9, abs(fract(across / wide) - 0.5) * wide / fine);
  vec3 colour = mix(traits.rgb, traits.rgb * 0.22, line * 0.8);
  gl_FragData[0] = stored(colour * (DAY > 0 ? 1.15 : 0.55));
}
