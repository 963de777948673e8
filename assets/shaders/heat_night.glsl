// Density on the ground: clear where little is, then blue, green, yellow, red.
//VTK::Output::Dec
#include "scene.glsl"
#include "glow.glsl"
uniform sampler2D heat;
in vec3 seen;
in vec2 place;
#ifndef DAY
#define DAY 0
#endif
vec3 ramp(float v) {
  vec3 low = mix(vec3(0.02, 0.16, 0.85), vec3(0.02, 0.70, 0.55), smoothstep(0.05, 0.35, v));
  low = mix(low, vec3(0.95, 0.72, 0.05), smoothstep(0.35, 0.62, v));
  return mix(low, vec3(1.0, 0.06, 0.02), smoothstep(0.62, 0.92, v));
}
void main() {
  float v = texture(heat, place).r;
  float line = abs(fract(v * 8.0) - 0.5) * 2.0, fine = fwidth(v * 8.0);
  float level = (1.0 - smoothstep(0.0, 2.0 * fine, 1.0 - line)) * step(0.06, v);
  float share = smoothstep(0.02, 0.40, v) * 0.64 + level * 0.18;
  gl_FragData[0] = glowing(ramp(v) * (DAY > 0 ? 0.9 : 0.95) + level * 0.08, share * uOpacity * (0.3 + 0.7 * clear_air(seen)));
}
