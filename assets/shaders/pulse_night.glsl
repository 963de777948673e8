// Two rings that spread and fade, around a small core. place: −1 … 1 in the square of the ring.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec2 place;
void main() {
  float r = length(place);
  float first = fract(uTime * 0.45), second = fract(uTime * 0.45 + 0.5);
  float ring = exp(-pow((r - first) * 18.0, 2.0)) * (1.0 - first) + exp(-pow((r - second) * 18.0, 2.0)) * (1.0 - second);
  float core = exp(-r * r * 260.0), fill = (1.0 - smoothstep(0.0, 1.0, r)) * 0.16;
  float share = clamp(ring + core + fill, 0.0, 1.0) * step(r, 1.0) * uOpacity;
  gl_FragData[0] = vec4(sqrt(min(uColour.rgb * (1.0 + core), 4.0) * 0.25), share);
}
