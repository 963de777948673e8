// The river at night: dark, moving, with the lit banks and towers in it as broken streaks.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
#include "field.glsl"
#include "water.glsl"
in vec3 seen;
vec3 lit_wall(vec4 hit, vec2 cell_salt) {
  vec2 cell = floor(vec2(hit.x + hit.y * 0.7, hit.z * 0.8) / vec2(7.0, 3.4));
  float pick = hash2(cell + cell_salt);
  vec3 light = mix(vec3(1.0, 0.74, 0.42), vec3(0.62, 0.86, 1.0), step(0.62, fract(pick * 9.0)));
  float crown = (1.0 - smoothstep(1.0, 5.0, hit.w - hit.z)) * step(40.0, hit.w - uGround);
  return light * (0.10 + 0.75 * step(0.66, pick)) + vec3(0.1, 0.7, 1.0) * crown * 0.8;
}
// A bridge in the water: dark from below, with the line of its rail.
vec3 under_deck(vec4 hit) { return vec3(0.30, 0.62, 0.80) * exp(-max(hit.w - hit.z, 0.0) * 1.1) * 0.35; }
void main() {
  vec3 point = seen + uEye, ray = normalize(seen);
  float away = length(seen);
  vec3 normal = wave_normal(point.xy, away);
  float bank = into_water(point.xy);
  vec3 back = reflect(ray, normal);
  back.z = abs(back.z) + 0.02;
  float mirror = 0.10 + 0.90 * pow(1.0 - clamp(dot(-ray, normal), 0.0, 1.0), 4.0);
  vec3 colour = vec3(0.002, 0.012, 0.026) + sky_colour(back) * (0.15 + 0.70 * mirror);
  vec4 hit = mirrored(point, normalize(back));
  if (hit.w > 0.0) {
    bool is_deck = hit.w < uGround + 24.0 && bank_distance(cover_at(hit.xy)) < 3.0;
    vec3 wall = is_deck ? under_deck(hit) : lit_wall(hit, vec2(3.0)) * 1.15;
    colour = mix(colour, vec3(0.010, 0.030, 0.060) + wall, 0.55 + 0.45 * mirror);
  }
  float ripple = smoothstep(0.05, 0.30, length(normal.xy));
  float wide = 1.0 + away / 900.0, shimmer = mix(0.35, ripple, 1.0 / wide);
  colour += vec3(0.004, 0.034, 0.066) * (0.45 + 0.55 * exp(-bank / 30.0));
  colour += vec3(1.0, 0.58, 0.24) * exp(-bank / 8.0) * (0.10 + 0.60 * ripple) * uLamps * 0.55 / wide;
  colour += vec3(0.04, 0.56, 0.92) * exp(-bank / (2.6 * wide)) * (0.50 + 0.6 * shimmer);
  colour += vec3(0.05, 0.26, 0.40) * pow(shimmer, 2.0) * 0.30;
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
