// The fill of an area in the colour of its value.
//VTK::Output::Dec
#include "scene.glsl"
#include "glow.glsl"
in vec3 seen;
in vec4 traits;
in vec4 tint;
#ifndef DAY
#define DAY 0
#endif
void main() {
  float share = (DAY > 0 ? 0.50 : 0.40) * tint.a * (0.3 + 0.7 * clear_air(seen));
  gl_FragData[0] = glowing(tint.rgb * (DAY > 0 ? 0.85 : 0.80), share * uOpacity);
}
