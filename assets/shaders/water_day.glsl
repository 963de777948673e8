// The river by day: silt green, with sky, banks and buildings mirrored after Fresnel, and glints of sun.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
#include "field.glsl"
#include "water.glsl"
in vec3 seen;
void main() {
  vec3 point = seen + uEye, ray = normalize(seen);
  float away = length(seen);
  vec3 normal = wave_normal(point.xy, away);
  float lit = sunlit(point + vec3(0.0, 0.0, 0.6), vec3(0.0));
  float bank = into_water(point.xy);
  vec3 deep = mix(vec3(0.115, 0.125, 0.090), vec3(0.050, 0.088, 0.082), 1.0 - exp(-bank / 16.0));
  vec3 colour = deep * (uSunColour * max(uSun.z, 0.0) * lit * 0.75 + uAmbient * 0.8);
  vec3 back = reflect(ray, normal);
  back.z = abs(back.z) + 0.01;
  back = normalize(back);
  float mirror = 0.035 + 0.90 * pow(1.0 - clamp(dot(-ray, normal), 0.0, 1.0), 4.5);
  vec3 seen_there = mix(uHorizon, uZenith, pow(back.z, 0.5)) * 0.92;
  vec4 hit = mirrored(point, back);
  if (hit.w > 0.0) {
    float tone = 0.36 + 0.22 * hash2(floor(hit.xy / 24.0));
    seen_there = tone * (uAmbient * 0.8 + uSunColour * 0.16) + vec3(1.0, 0.7, 0.4) * uLamps * 0.5 * step(0.6, hash2(floor(vec2(hit.x + hit.y, hit.z) / vec2(5.0, 3.4))));
  }
  colour = mix(colour, seen_there, clamp(mirror, 0.0, 1.0));
  colour += uSunColour * pow(max(dot(back, uSun), 0.0), 300.0) * lit * 1.6 * (1.0 - uLamps);
  colour += vec3(1.0, 0.58, 0.24) * exp(-bank / 10.0) * uLamps * 0.25;
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
