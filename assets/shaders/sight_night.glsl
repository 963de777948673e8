// A line of sight. traits: metres along, −1 … 1 across, width, 0 clear, 1 up to what blocks it, 2 beyond that.
//VTK::Output::Dec
#include "scene.glsl"
#include "glow.glsl"
in vec3 seen;
in vec4 traits;
#ifndef DAY
#define DAY 0
#endif
void main() {
  float across = abs(traits.y), core = exp(-across * across * 9.0), halo = exp(-across * across * 2.5) * (1.0 - across) * 0.35;
  float run = fract(traits.x / 60.0 - uTime * 0.5), shown = 0.75 + 0.25 * pow(run, 6.0);
  vec3 colour = vec3(0.05, 0.95, 0.45) * (0.9 + 1.2 * pow(run, 6.0));
  if (traits.w > 0.5) { colour = vec3(1.0, 0.06, 0.05) * 1.3; shown = 0.95; }
  if (traits.w > 1.5) { colour = vec3(0.60, 0.66, 0.74); shown = step(fract(traits.x / 9.0), 0.5) * 0.75; }
  gl_FragData[0] = glowing(colour * (DAY > 0 ? 0.75 : 1.0), (core + halo) * shown * uOpacity);
}
