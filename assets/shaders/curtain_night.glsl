// A curtain of light that stands on a bank at risk or on a rain gauge. traits: metres along, share of its height,
// beat (0: steady), seed; tint: linear colour, and strength.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec4 traits;
in vec4 tint;
void main() {
  float away = length(seen), clear = exp(-pow(away / uFog.x, 1.5));
  float beat = mix(1.0, 0.62 + 0.38 * sin(uTime * 3.2 - traits.x * 0.05), traits.z);
  float foot = pow(1.0 - traits.y, 1.6), rim = smoothstep(0.90, 1.0, traits.y) * 0.7 + exp(-traits.y * 16.0) * 0.6;
  vec3 colour = tint.rgb * (0.5 + 1.6 * rim) * beat * (0.35 + 0.65 * max(uLamps, 0.4));
  float share = clamp(tint.a * (foot * 0.75 + 0.18 + rim) * beat, 0.0, 0.9) * uOpacity * (0.3 + 0.7 * clear);
#if DETAIL < 0
  gl_FragData[0] = vec4(finished(colour).rgb, share);
#else
  gl_FragData[0] = vec4(sqrt(min(colour, 4.0) * 0.25), share);
#endif
}
