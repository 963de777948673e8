// An arc with a bright head that runs along it. traits: share of the way, −1 … 1 across, width, seed, 1 more if warm.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec4 traits;
void main() {
  float seed = floor(fract(traits.w) * 64.0 + 0.5) / 64.0, across = traits.y;
  float run = fract(traits.x - uTime * (0.20 + 0.12 * hash1(seed * 29.0)) - hash1(seed * 61.0));
  float head = pow(run, 14.0), tail = pow(run, 3.0) * 0.30, core = exp(-across * across * 14.0), halo = exp(-across * across * 3.0) * 0.30;
  vec3 colour = mix(vec3(0.08, 0.66, 1.0), vec3(1.0, 0.74, 0.20), step(1.0, traits.w));
  float ends = smoothstep(0.0, 0.03, traits.x);
  float share = (core + halo * (0.4 + head)) * (0.15 + tail + 1.1 * head) * ends * uOpacity * exp(-dot(seen, seen) / (uFog.x * uFog.x * 4.0));
  gl_FragData[0] = vec4(sqrt(min(colour * (1.2 + 1.6 * head) + vec3(1.1 * head * core), 4.0) * 0.25), clamp(share, 0.0, 1.0));
}
