// The living river by day: a stain in the colour of its class or level, with foam that runs.
//VTK::Output::Dec
#include "scene.glsl"
#include "river.glsl"
in vec3 seen;
in vec4 traits;
in vec4 tint;
void main() {
  float away = length(seen), clear = exp(-pow(away / uFog.x, 1.5));
  float run = running(traits), front = plume(traits, uColour.w);
  vec3 light = uAmbient + uSunColour * max(uSun.z, 0.0) * 0.5 + vec3(0.35) * uLamps;
  vec3 colour = (tint.rgb * 0.75 + vec3(0.55) * run) * light + vec3(0.30, 0.05, 0.42) * front;
  float share = tint.a * (0.52 + 0.25 * run) + front * 0.28;
  share *= inside(traits.y) * uOpacity * (0.25 + 0.75 * clear);
#if DETAIL < 0
  gl_FragData[0] = vec4(finished(colour).rgb, clamp(share, 0.0, 0.9));
#else
  gl_FragData[0] = vec4(sqrt(min(colour, 4.0) * 0.25), clamp(share, 0.0, 0.9));
#endif
}
