// A quad behind everything; in the draft preset it brings a curve through four finished colours from horizon to zenith.
//SCENE
in vec4 vertexMC;
out vec2 at;
#ifdef DRAFT
#define AT_CORNER
#include "draft.glsl"
flat out vec3 low;
flat out vec3 once;
flat out vec3 twice;
flat out vec3 thrice;
vec3 sky_at(float root) { return finished(mix(uHorizon + uGlow * (1.0 - root * root), uZenith, root)).rgb; }
#endif
void main() {
#ifdef DRAFT
  low = sky_at(0.0);
  vec3 a = sky_at(1.0 / 3.0), b = sky_at(2.0 / 3.0), high = sky_at(1.0);
  once = -5.5 * low + 9.0 * a - 4.5 * b + high;
  twice = 9.0 * low - 22.5 * a + 18.0 * b - 4.5 * high;
  thrice = 4.5 * (high - low) + 13.5 * (a - b);
#endif
  at = vertexMC.xy;
  gl_Position = vec4(vertexMC.xy, 0.9999999, 1.0);
}
