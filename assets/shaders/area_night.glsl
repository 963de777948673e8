// A breath of colour inside an outline.
//VTK::Output::Dec
#include "scene.glsl"
in vec3 seen;
in vec2 place;
void main() {
  vec3 colour = mix(vec3(0.02, 0.22, 0.42), vec3(0.05, 0.34, 0.40), place.x);
  float share = (0.10 + 0.10 * place.x) * uOpacity * exp(-pow(length(seen) / uFog.x, 1.5));
  gl_FragData[0] = vec4(sqrt(colour * 0.25), share);
}
