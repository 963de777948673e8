// A column that stands in the dark, with waves around the foot of a new case and a red one that beats when it is late.
//VTK::Output::Dec
#include "scene.glsl"
#include "glow.glsl"
in vec3 seen;
in vec2 at;
flat in vec4 tint;
flat in vec2 fate;
#ifndef DAY
#define DAY 0
#endif
void main() {
  float beat = tint.a > 1.5 ? 0.68 + 0.32 * sin(uTime * 6.0) : 1.0, share, bright;
  if (fate.y > 0.5) {
    float r = length(at), wave = fract(uTime * 0.6);
    float rings = tint.a > 0.5 && tint.a < 1.5 ? exp(-pow((r - wave) * 14.0, 2.0)) * (1.0 - wave) : 0.0;
    float rim = exp(-pow((r - 0.34) * 22.0, 2.0)) * 0.85, core = exp(-r * r * 60.0);
    share = (rings + rim + core * 0.8 + (1.0 - smoothstep(0.0, 1.0, r)) * 0.20) * step(r, 1.0);
    bright = 1.0 + core;
  } else {
    float across = abs(at.x), core = exp(-across * across * 10.0), halo = exp(-across * across * 2.5) * (1.0 - across);
    share = (core * 0.75 + halo * 0.30) * (0.42 + 0.58 * pow(1.0 - at.y, 1.4));
    bright = 1.0 + 0.8 * core;
  }
  vec3 colour = tint.rgb * bright * (DAY > 0 ? 0.85 : 1.15);
  gl_FragData[0] = glowing(colour, share * beat * (1.0 - fate.x) * uOpacity * (0.25 + 0.75 * clear_air(seen)));
}
