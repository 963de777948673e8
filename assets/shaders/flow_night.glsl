// An arc with a bright head that runs along it. traits: share of the way, −1 … 1 across, width, seed.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec4 traits;
void main() {
  float seed = floor(fract(traits.w) * 64.0 + 0.5) / 64.0, across = traits.y;
  float run = fract(traits.x - uTime * 0.35 - hash1(seed * 61.0));
  float head = pow(run, 9.0), core = exp(-across * across * 9.0), halo = exp(-across * across * 2.2) * 0.35;
  vec3 colour = mix(vec3(0.06, 0.62, 1.0), vec3(1.0, 0.72, 0.18), step(0.72, hash1(seed * 13.0)));
  float share = (core + halo) * (0.16 + 1.2 * head) * uOpacity;
  gl_FragData[0] = vec4(sqrt(min(colour * 1.4 + vec3(head * core), 4.0) * 0.25), clamp(share, 0.0, 1.0));
}
