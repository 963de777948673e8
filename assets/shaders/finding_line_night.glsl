// A line of a finding in the colour of its legend, brightest along its middle.
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
  float across = abs(traits.y), core = 1.0 - smoothstep(0.55, 1.0, across);
  gl_FragData[0] = glowing(tint.rgb * (DAY > 0 ? 1.0 : 1.25), tint.a * core * uOpacity);
}
