// What a vertex works out for the ground in the draft preset by day: finished colours of bare ground, of what green adds
// to it and lamps add to it, and of the air; and how the air thickens, since a finished colour does not follow it evenly.
#define AT_CORNER
#include "draft.glsl"
flat out vec3 bare;
flat out vec3 green;
flat out vec3 lamps;
flat out vec3 haze;
flat out vec3 bend;
void earth_colours() {
  vec3 light = uSunColour * uSun.z * 0.75 + uAmbient * 0.8, air = uHorizon + uGlow;
  vec3 soil = vec3(0.31, 0.30, 0.275) * light;
  bare = finished(soil).rgb;
  green = finished(vec3(0.12, 0.165, 0.055) * light).rgb - bare;
  lamps = finished(soil + vec3(1.0, 0.55, 0.22) * 0.35 * uLamps).rgb - bare;
  haze = finished(air).rgb;
  vec3 way = haze - bare, half_way = finished(mix(soil, air, 0.5)).rgb - bare;
  bend = clamp(4.0 * half_way / (way + step(abs(way), vec3(0.02)) * 1e3) - 2.0, -1.0, 1.0) * step(0.02, abs(way));
}
