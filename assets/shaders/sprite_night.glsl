// A point of light with a halo; it breathes by its phase, and a negative phase is steady.
//VTK::Output::Dec
#include "scene.glsl"
in vec2 corner;
in vec3 seen;
flat in vec4 tint;
void main() {
  float r = dot(corner, corner);
  if (r > 1.0) discard;
  float beat = tint.a < 0.0 ? 1.3 : 0.55 + 0.45 * sin(uTime * 2.2 + tint.a * 6.2832);
  float core = exp(-r * 14.0), halo = exp(-r * 4.0) * 0.34 * (1.0 - r);
  float clear = exp(-pow(length(seen) / uFog.x, 1.5));
  float share = clamp((core + halo) * beat, 0.0, 1.0) * clear * uLamps;
  gl_FragData[0] = vec4(sqrt(min(tint.rgb * (0.75 + 2.2 * core), 4.0) * 0.25), share);
}
