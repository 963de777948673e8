// The living river at night: a luminous sheet in the colour of its class or level, with running streaks.
//VTK::Output::Dec
#include "scene.glsl"
#include "river.glsl"
in vec3 seen;
in vec4 traits;
in vec4 tint;
void main() {
  float away = length(seen), clear = exp(-pow(away / uFog.x, 1.5));
  float run = running(traits), edge = pow(abs(traits.y), 3.0), front = plume(traits, uColour.w);
  vec3 colour = tint.rgb * (0.42 + 0.85 * edge + 1.5 * run) + vec3(0.42, 0.06, 0.62) * front * 0.9;
  float share = tint.a * (0.42 + 0.38 * edge + 0.45 * run) + front * 0.28;
  share *= inside(traits.y) * uOpacity * (0.25 + 0.75 * clear);
#if DETAIL < 0
  gl_FragData[0] = vec4(finished(colour).rgb, clamp(share, 0.0, 0.92));
#else
  gl_FragData[0] = vec4(sqrt(min(colour, 4.0) * 0.25), clamp(share, 0.0, 0.92));
#endif
}
