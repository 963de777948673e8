// A core with a halo, and a slow pulse that runs along.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec4 traits;
void main() {
  float across = abs(traits.y), fine = max(fwidth(traits.y), 1e-4);
  float core = 1.0 - smoothstep(0.25, 0.25 + max(fine, 0.2), across), halo = exp(-across * across * 3.0);
  float thin = clamp(1.6 / (fine * 2.0 + 0.6), 0.25, 1.0);
  float run = fract(traits.x / 420.0 - uTime * 0.16 - traits.w);
  vec3 colour = vec3(0.10, 0.62, 0.95) * (0.65 + 1.3 * pow(run, 12.0));
  float share = (0.55 * core + 0.28 * halo) * thin * uOpacity * exp(-pow(length(seen) / uFog.x, 1.5));
  gl_FragData[0] = vec4(sqrt(min(colour, 4.0) * 0.25), clamp(share, 0.0, 1.0));
}
