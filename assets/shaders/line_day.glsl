// The same lines by day, in a darker blue.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec4 traits;
void main() {
  float across = abs(traits.y), fine = max(fwidth(traits.y), 1e-4);
  float core = 1.0 - smoothstep(0.45, 0.45 + max(fine, 0.2), across);
  float share = 0.85 * core * clamp(1.6 / (fine * 2.0 + 0.6), 0.3, 1.0) * uOpacity * exp(-pow(length(seen) / uFog.x, 1.5));
  gl_FragData[0] = vec4(sqrt(vec3(0.02, 0.22, 0.62) * 0.25), share);
}
