// What an analysis found, in the colours of its legend.
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
  float share = (DAY > 0 ? 0.82 : 0.74) * tint.a * traits.x;
  gl_FragData[0] = glowing(tint.rgb * (DAY > 0 ? 0.95 : 0.72), share * uOpacity);
}
