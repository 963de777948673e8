// The border of an area: a bright core with a wide halo. traits: metres along, −1 … 1 across.
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
  float across = abs(traits.y), fine = max(fwidth(traits.y), 1e-4);
  float core = 1.0 - smoothstep(0.22, 0.22 + max(fine, 0.2), across), halo = exp(-across * across * 3.0) * 0.4;
  vec3 colour = mix(vec3(0.10, 0.75, 1.0), tint.rgb * 1.4 + 0.12, tint.a * 0.65);
  float share = (0.85 * core + halo) * clamp(1.8 / (fine * 2.0 + 0.6), 0.35, 1.0) * (0.3 + 0.7 * clear_air(seen));
  gl_FragData[0] = glowing(DAY > 0 ? colour * 0.55 : colour * 1.3, share * uOpacity);
}
