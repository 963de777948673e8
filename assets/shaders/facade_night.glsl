// Buildings at night: lit windows, luminous crowns, street glow at the foot, roofs with plant and helipads.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
#include "field.glsl"
#include "feature.glsl"
#include "windows.glsl"
#include "marks.glsl"
vec3 lamp_colour(float pick, float warm) {
  vec3 glow = mix(vec3(1.0, 0.62, 0.26), vec3(1.0, 0.80, 0.50), fract(pick * 7.3));
  return pick < warm ? glow : mix(vec3(0.46, 0.76, 1.0), vec3(0.74, 0.90, 1.0), fract(pick * 5.1));
}
// The light along a roof: cyan, ice, amber, and on a few towers magenta or green.
vec3 crown_colour(Feature it) {
  float pick = hash1(it.seed * 17.0 + 0.3);
  if (pick < 0.40) return vec3(0.10, 0.66, 1.0);
  if (pick < 0.62) return vec3(0.62, 0.86, 1.0);
  if (pick < 0.86) return vec3(1.0, 0.70, 0.30);
  return pick < 0.95 ? vec3(0.85, 0.34, 0.95) : vec3(0.20, 0.95, 0.72);
}
// Most dwellings have none, most high offices have one.
float crown_share(Feature it) {
  float pick = hash1(it.seed * 29.0 + 0.7), wanted = it.kind == RESIDENTIAL ? 0.24 : mix(0.42, 0.88, smoothstep(60.0, 140.0, it.height));
  return step(pick, wanted) * (it.kind == RESIDENTIAL ? 0.50 : 1.0);
}
vec3 wall_colour(Feature it, vec3 point, vec3 normal, vec3 base) {
  vec2 along = normalize(vec2(-normal.y, normal.x));
  vec2 wall = vec2(dot(point.xy - it.anchor, along), point.z - it.base);
  Windows w = windows_of(it, wall);
  Pane pane = pane_at(w, wall, it.height);
  float share = w.lit * (0.55 + 0.9 * hash1(it.seed * 91.7));
  vec2 salt = vec2(it.seed * 97.0, fract(it.seed * 53.3) * 61.0);
  float floor_lit = it.kind == OFFICE ? step(0.80, hash2(vec2(pane.id.y, it.seed * 31.0))) * 0.34 : 0.0;
  float lit = step(1.0 - share - floor_lit, hash2(pane.id + salt));
  float pick = hash2(pane.id * 1.3 + salt.yx);
  vec3 light = lamp_colour(pick, w.warm) * (0.50 + 1.25 * hash2(pane.id + 7.0 + salt));
  light *= mix(0.42, 1.0, smoothstep(0.03, 0.32, max(fwidth(wall.x), fwidth(wall.y))));
  vec3 dark = base * 1.25 + vec3(0.004, 0.012, 0.022);
  vec3 near = mix(base, mix(dark, light, lit), pane.cover);
  // Each house has a lean of its own, so that quarters far away are not one even blue.
  float lean = clamp(w.warm + (hash1(it.seed * 23.0) - 0.35) * 0.55, 0.0, 1.0);
  vec3 mean_light = mix(vec3(0.50, 0.82, 1.0), vec3(1.0, 0.66, 0.32), lean) * (0.72 + 0.36 * hash1(it.seed * 67.0));
  float lights = far_lights(wall, w.cell, min(share + floor_lit * 0.2, 1.0), salt);
  mean_light = mix(mean_light, light / max(0.45, max(light.r, max(light.g, light.b))), 0.35);
  vec3 far = mix(base, dark + mean_light * lights, pane.mean);
  vec3 colour = mix(far, near, pane.near);
  float tall = smoothstep(50.0, 140.0, it.height), share_up = clamp(wall.y / max(it.height, 1.0), 0.0, 1.0);
  // The highest stand out: washed with light from their crown down; dwellings stay calm and warm.
  float hero = smoothstep(120.0, 175.0, it.height) * (it.kind == RESIDENTIAL ? 0.25 : 1.0);
  float cool = it.kind == RESIDENTIAL ? 0.45 : 0.55 + 0.75 * hash1(it.seed * 37.0);
  colour += mix(vec3(0.015, 0.20, 0.46), vec3(0.16, 0.17, 0.22), step(0.78, hash1(it.seed * 47.0))) * tall * pow(share_up, 2.0) * 0.85 * cool;
  vec3 accent = crown_colour(it);
  colour += accent * hero * (0.10 * pow(share_up, 3.0) + 0.30 * smoothstep(0.86, 1.0, share_up));
  float under = it.height - wall.y;
  float rim = (1.0 - smoothstep(0.5, 1.9, under)) * step(36.0, it.height);
  rim += (1.0 - smoothstep(1.0, 2.0, abs(under - 7.0))) * step(110.0, it.height) * 0.6;
  colour += accent * rim * (0.75 + 0.75 * tall + 0.9 * hero) * max(crown_share(it), hero);
  if (it.height > 95.0 && it.kind != RESIDENTIAL && fract(it.seed * 13.7) > 0.45) {
    float strip = abs(fract(wall.x / 9.6) - 0.5) * 9.6, fine = fwidth(wall.x);
    float line = (1.0 - smoothstep(0.18, 0.18 + max(fine, 0.08), strip)) * clamp(0.5 / (fine + 0.3), 0.0, 1.0);
    float run = 0.35 + 0.65 * smoothstep(0.75, 1.0, 0.5 + 0.5 * sin(6.2832 * (share_up * 1.5 - uTime * 0.11 + it.seed)));
    colour += accent * line * run * 0.75 * share_up;
  }
  float scan = fract(share_up - uTime * 0.16 - it.seed);
  colour += vec3(0.1, 0.8, 1.0) * tall * smoothstep(0.985, 1.0, scan) * 0.55;
  if (wall.y < 26.0) {
    float street = max(cover_at(point.xy + normal.xy * 5.0).r, 0.18);
    colour += vec3(1.0, 0.52, 0.20) * exp(-max(wall.y, 0.0) / 7.0) * street * 1.05 * uLamps;
  }
  return colour;
}
vec3 roof_colour(Feature it, vec3 point, vec3 normal, vec3 base) {
  vec2 at = point.xy - it.anchor;
  float fine = max(fwidth(at.x), fwidth(at.y));
  float near = 1.0 - smoothstep(0.5, 2.5, fine);
  float tall = step(36.0, it.height);
  vec3 colour = base * (0.85 + 0.3 * noise2(at * 0.35)) + vec3(0.004, 0.030, 0.055) * tall;
  if (it.kind == LANE_HOUSE || normal.z < 0.94) {
    float tile = abs(fract(dot(at, normalize(normal.xy + 1e-4)) / 0.7) - 0.5);
    return colour * mix(1.0, 0.75 + 0.5 * tile, near);
  }
  colour += roof_marks(it, at, near) * vec3(0.10, 0.42, 0.60) * 0.42;
#if DETAIL > 0
  float edge = 0.0;
  for (int i = 0; i < 4; i++) {
    vec2 way = vec2(float(i & 1) * 2.0 - 1.0, float(i >> 1) * 2.0 - 1.0) * uField.z;
    edge += step(2.5, point.z - field_height(point.xy + way));
  }
  colour += mix(vec3(0.06, 0.50, 0.72) * 0.16, crown_colour(it) * 0.42, tall * crown_share(it)) * min(edge, 1.0) * (1.0 - smoothstep(1.4, 2.6, uField.z)) * step(0.5, uField.w);
#endif
  return colour;
}
// A photograph in the blue of the night: its colours under the moon, warm where lamps reach its foot.
vec3 skin_at_night(vec3 paint, Feature it, vec3 point, vec3 normal, float shape) {
  float street = cover_at(point.xy + normal.xy * 5.0).r;
  vec3 lamp = vec3(1.0, 0.56, 0.24) * exp(-max(point.z - it.base, 0.0) / 9.0) * (0.10 + 0.9 * street) * uLamps;
  vec3 grey = vec3(dot(paint, vec3(0.30, 0.55, 0.15)));
  return mix(grey, paint, 0.75) * (vec3(0.030, 0.055, 0.105) + vec3(0.075, 0.135, 0.235) * shape + lamp * 0.55);
}
void main() {
  Feature it = the_feature();
  let_through();
  vec3 point = seen + uEye, normal = face_normal(seen);
  float moon = max(dot(normal, uSun), 0.0), open = openness(point, normal);
#if DETAIL > 0
  moon *= sunlit(point, normal);
#endif
  float shape = (0.30 * open + 0.70 * moon) * (0.85 + 0.3 * it.seed);
  vec3 base = mix(vec3(0.006, 0.017, 0.044), vec3(0.026, 0.082, 0.168), shape);
  // Stone and brick keep some warmth under the lamps, glass is blue.
  float quarter = noise2(it.anchor * 0.0021 + 3.0), warm = it.kind == OFFICE || is_bridge(it) ? 0.0 : smoothstep(0.30, 0.75, 0.5 * quarter + 0.5 * hash1(it.seed * 83.0));
  base = mix(base, vec3(dot(base, vec3(0.35, 0.45, 0.20))) * vec3(1.25, 0.98, 0.86), 0.55 * warm);
  vec3 colour = base;
  vec4 texel = skin_texel();
  bool is_shown = texel.a > 0.0;
  if (is_plain() && (it.flags & 32) == 0 && !is_shown) { is_shown = true; texel.rgb = it.tint; }
  if (is_shown) colour = skin_at_night(texel.rgb * texel.rgb, it, point, normal, shape);
  else if (!is_plain()) colour = normal.z > 0.35 ? roof_colour(it, point, normal, base) : wall_colour(it, point, normal, base);
  if (it.size > 0.5) colour *= mix(0.72, 1.15, smoothstep(30.0, 90.0, it.height));
  if (is_shown) it.flags &= ~2;
  else if (is_bridge(it)) colour = bridge_at_night(it, point, normal, base);
  colour = marked(it, colour, point, normal, 0.35 + 0.65 * shape);
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
