// The city field: heights of all things on a grid, their surroundings and the shadow they cast.
// field_heights: RG height, BA height up to which the cell lies in shadow; the mean height around is in the cover map.
#include "cover.glsl"
uniform sampler2D field_heights;
float field_metres(vec2 code) { return uFieldHeights.x + dot(floor(code * 255.0 + 0.5), vec2(256.0, 1.0)) * uFieldHeights.y; }
bool field_holds(vec2 at) {
  return uField.w > 0.5 && all(greaterThan(at, vec2(1.0))) && all(lessThan(at, vec2(textureSize(field_heights, 0)) - 2.0));
}
vec2 field_cell(vec2 point) { return (point - uField.xy) / uField.z - 0.5; }
float field_height(vec2 point) {
  vec2 at = field_cell(point);
  if (!field_holds(at)) return uGround;
  return field_metres(texelFetch(field_heights, ivec2(at + 0.5), 0).rg);
}
float field_mean(vec2 point) { return uCover.z < 1.0 ? uGround : uFieldHeights.x + cover_at(point).a * 510.0; }
float lit_at(ivec2 cell, float z) { return smoothstep(-0.6, 0.6, z - field_metres(texelFetch(field_heights, cell, 0).ba)); }
#if DETAIL > 0
// The sharp map near the camera: x 1 in full sun, y 1 inside its square and fading at its rim.
uniform sampler2DShadow sun_map;
vec2 sharply_lit(vec3 point, vec3 normal) {
  vec4 from = vec4(point + normal * (0.10 + 1.6 * uSunTexel) + uSun * (0.06 + 0.5 * uSunTexel), 1.0);
  vec3 at = vec3(dot(from, uSunAcross), dot(from, uSunUpward), clamp(dot(from, uSunDeep), 0.0, 1.0));
  vec2 off = abs(at.xy - 0.5);
  float inside = 1.0 - smoothstep(0.44, 0.49, max(off.x, off.y));
  if (inside <= 0.0) return vec2(1.0, 0.0);
  vec2 step = 0.8 / vec2(textureSize(sun_map, 0));
  float lit = texture(sun_map, at + vec3(step.x, step.y * 0.4, 0.0)) + texture(sun_map, at - vec3(step.x, step.y * 0.4, 0.0));
#if DETAIL > 1
  lit += texture(sun_map, at + vec3(-step.x * 0.4, step.y, 0.0)) + texture(sun_map, at - vec3(-step.x * 0.4, step.y, 0.0));
  return vec2(lit * 0.25, inside);
#endif
  return vec2(lit * 0.5, inside);
}
#endif
// 1 in full sun, 0 in full shadow; four cells compared and blended.
float sunlit(vec3 point, vec3 normal) {
#if DETAIL < 0
  return 1.0;
#endif
  if (uShade < 0.01) return 1.0;
  vec2 sharp = vec2(1.0, 0.0);
#if DETAIL > 0
  if (uSunTexel > 0.0) sharp = sharply_lit(point, normal);
  if (sharp.y >= 1.0) return mix(1.0, sharp.x, uShade);
#endif
  vec2 at = field_cell(point.xy + normal.xy * uField.z * 1.1);
  if (!field_holds(at)) return mix(1.0, sharp.x, sharp.y * uShade);
  float z = point.z + 0.4 + 0.5 * normal.z;
  ivec2 cell = ivec2(at);
  vec2 f = at - vec2(cell);
  float lit = mix(
    mix(lit_at(cell, z), lit_at(cell + ivec2(1, 0), z), f.x),
    mix(lit_at(cell + ivec2(0, 1), z), lit_at(cell + ivec2(1, 1), z), f.x), f.y);
  return mix(1.0, mix(lit, sharp.x, sharp.y), uShade);
}
// Share of the sky that is open above a point: 1 on the highest roofs, less in narrow streets.
float openness(vec3 point, vec3 normal) {
#if DETAIL < 0
  return 0.8;
#endif
  if (uField.w < 0.5) return 1.0;
  float above = field_mean(point.xy + normal.xy * 6.0) - point.z;
  float open = 1.0 / (1.0 + max(above, 0.0) * 0.075);
#if DETAIL > 1
  float blocked = 0.0;
  for (int i = 0; i < 6; i++) {
    float angle = (float(i) + 0.5) * 1.0471976;
    vec2 way = vec2(cos(angle), sin(angle));
    for (int k = 0; k < 3; k++) {
      float far = 3.0 + 7.0 * float(k);
      blocked += clamp((field_height(point.xy + normal.xy * 2.0 + way * far) - point.z - 0.8) / far, 0.0, 1.2) / 21.6;
    }
  }
  open *= 1.0 - 0.6 * blocked;
#endif
  return open;
}
