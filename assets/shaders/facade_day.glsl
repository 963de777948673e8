// Buildings by day: walls by kind in the true sun, glass that mirrors the sky, tiled and flat roofs; windows lit at dusk.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
#include "field.glsl"
#include "feature.glsl"
#include "windows.glsl"
#include "marks.glsl"
vec3 paint_of(Feature it) {
  float pick = hash1(it.seed * 73.1), tone = 0.88 + 0.22 * hash1(it.seed * 29.0);
  if (it.kind == LANE_HOUSE) return mix(vec3(0.31, 0.145, 0.10), vec3(0.33, 0.27, 0.235), step(0.62, pick)) * tone;
  if (it.kind == OFFICE) return mix(mix(vec3(0.24, 0.31, 0.38), vec3(0.50, 0.49, 0.46), pick), vec3(0.62, 0.61, 0.59), step(0.72, pick)) * tone;
  if (it.kind == INDUSTRIAL) return mix(vec3(0.46, 0.46, 0.44), vec3(0.30, 0.38, 0.46), step(0.7, pick)) * tone;
  if (is_bridge(it)) return vec3(0.50, 0.49, 0.47);
  if (it.kind == PUBLIC) return mix(vec3(0.62, 0.59, 0.53), vec3(0.55, 0.50, 0.44), pick) * tone;
  vec3 paint = mix(vec3(0.63, 0.585, 0.50), vec3(0.60, 0.60, 0.59), step(0.40, pick));
  paint = mix(paint, vec3(0.51, 0.37, 0.29), step(0.66, pick));
  return mix(paint, vec3(0.66, 0.55, 0.40), step(0.84, pick)) * tone;
}
vec3 sky_mirror(vec3 ray) {
  // Glass and the haze in front of it take colour out of the sky.
  vec3 sky = mix(uHorizon, uZenith, pow(max(ray.z, 0.0), 0.85));
  sky = mix(vec3(dot(sky, vec3(0.25, 0.60, 0.15))), sky, 0.62);
  return mix(sky, uAmbient * 0.5, (1.0 - smoothstep(-0.25, 0.05, ray.z)));
}
struct Skin { vec3 paint; float glass; vec3 shine; };
Skin wall_skin(Feature it, vec3 point, vec3 normal, vec3 ray) {
  vec2 along = normalize(vec2(-normal.y, normal.x));
  vec2 wall = vec2(dot(point.xy - it.anchor, along), point.z - it.base);
  Windows w = windows_of(it, wall);
  Pane pane = pane_at(w, wall, it.height);
  vec3 paint = paint_of(it);
  vec2 salt = vec2(it.seed * 97.0, fract(it.seed * 53.3) * 61.0);
  float fine = max(fwidth(wall.x), fwidth(wall.y)), close = 1.0 - smoothstep(0.12, 0.5, fine);
  if (it.kind == RESIDENTIAL && fract(it.seed * 5.7) > 0.35) {
    float slab = 1.0 - smoothstep(0.06, 0.10, fract(wall.y / 3.0));
    paint *= mix(1.0, 0.92 + 0.16 * slab, 1.0 - smoothstep(0.3, 0.9, fine));
    float bay = mix(0.80, 1.0, smoothstep(0.010, 0.022, fract(wall.x / 13.2))) * (0.90 + 0.10 * step(0.5, hash2(vec2(floor(wall.x / 3.3), it.seed))));
    paint *= mix(1.0, bay, 1.0 - smoothstep(0.6, 2.0, fine));
  }
  if (it.kind == LANE_HOUSE) paint *= mix(1.0, 0.86 + 0.28 * step(0.12, fract(wall.y / 0.28)) * noise2(wall * vec2(2.0, 3.5)), close);
  if (it.kind == OFFICE) paint *= 0.78 + 0.22 * step(0.07, fract(wall.y / 46.8 + it.seed));
  if (it.kind == OFFICE) paint *= mix(1.0, 0.80, smoothstep(0.9, 0.96, fract(wall.y / 3.9)) * close);
  paint *= 0.93 + 0.10 * noise2(vec2(wall.x * 0.13, wall.y * 0.05) + salt) ;
  float cover = mix(pane.mean, pane.cover, pane.near);
  if (it.height > 20.0 && wall.y < 4.6 && it.kind != LANE_HOUSE) cover = mix(cover, 0.75, 0.8);
  vec3 glow = vec3(0.0);
  if (uLamps > 0.01) {
    float lit = step(1.0 - w.lit * (0.55 + 0.9 * hash1(it.seed * 91.7)), hash2(pane.id + salt));
    vec3 lamp = mix(vec3(0.75, 0.9, 1.0), vec3(1.0, 0.66, 0.32), step(hash2(pane.id * 1.3 + salt.yx), w.warm));
    lamp = mix(mix(vec3(0.55, 0.80, 1.0), vec3(1.0, 0.62, 0.28), w.warm), lamp, max(pane.near, 0.3));
    glow = lamp * mix(far_lights(wall, w.cell, w.lit, salt) * 0.8, lit, pane.near) * cover * uLamps * 1.1;
  }
  float mirror = 0.10 + 0.90 * pow(max(1.0 - abs(dot(ray, normal)), 0.0), 4.0);
  float tilt = (hash2(pane.id + salt) - 0.5) * 0.05 * pane.near;
  vec3 back = reflect(ray, normalize(normal + vec3(0.0, 0.0, tilt)));
  float polish = it.kind == OFFICE ? 0.04 + 0.13 * hash1(it.seed * 11.0) : 0.0;
  vec3 tint = it.kind == OFFICE ? mix(vec3(0.80, 0.95, 1.05), vec3(0.62, 0.92, 0.98), step(0.5, hash1(it.seed * 19.0))) : vec3(1.0);
  back.z += it.kind == OFFICE ? 0.10 + 0.40 * clamp(wall.y / max(it.height, 1.0), 0.0, 1.0) : 0.0;
  back = normalize(back);
  vec3 inside = mix(vec3(0.030, 0.042, 0.050), vec3(0.21, 0.20, 0.18), step(0.66, hash2(pane.id * 1.7 + salt)) * 0.7 * pane.near * (it.kind == OFFICE ? 0.3 : 1.0));
  vec3 glass = mix(inside, sky_mirror(back) * tint * 0.80, mirror * (it.kind == OFFICE ? 1.0 : 0.6) + polish);
  glass += uSunColour * pow(max(dot(back, uSun), 0.0), 220.0) * 1.4;
  return Skin(paint * (1.0 - cover), cover, glass * cover + glow);
}
vec3 roof_paint(Feature it, vec3 point, vec3 normal) {
  vec2 at = point.xy - it.anchor;
  float fine = max(fwidth(at.x), fwidth(at.y)), near = 1.0 - smoothstep(0.25, 1.6, fine), pick = hash1(it.seed * 41.0);
  if (is_bridge(it)) return vec3(0.20, 0.20, 0.205) * (0.9 + 0.2 * noise2(at * 0.5));
  if (it.height > 40.0 && normal.z < 0.94) return vec3(0.27, 0.28, 0.29) * (0.9 + 0.2 * pick);
  if (it.kind == LANE_HOUSE || normal.z < 0.94) {
    vec3 tile = mix(vec3(0.30, 0.115, 0.070), vec3(0.135, 0.135, 0.145), step(0.45, pick)) * (0.85 + 0.3 * hash1(it.seed * 3.0));
    vec2 down = normalize(normal.xy + vec2(1e-4, 0.0));
    float row = fract(dot(at, down) / 0.55), column = fract(dot(at, vec2(-down.y, down.x)) / 0.35);
    return tile * mix(1.0, 0.72 + 0.36 * row + 0.12 * column, near) * (0.85 + 0.3 * noise2(at * 0.4 + it.seed * 50.0));
  }
  vec3 felt = mix(vec3(0.30, 0.295, 0.285), vec3(0.235, 0.25, 0.265), step(0.5, pick));
  felt = mix(felt, vec3(0.33, 0.19, 0.15), step(0.86, pick));
  felt = mix(felt, vec3(0.19, 0.27, 0.15), step(0.955, pick));
  if (it.kind == INDUSTRIAL) felt = mix(vec3(0.25, 0.36, 0.48), vec3(0.42, 0.42, 0.41), step(0.5, pick)) * (0.93 + 0.1 * step(0.5, fract(at.x / 1.1)) * near);
  felt *= 0.82 + 0.36 * noise2(at * 0.22 + it.seed * 90.0);
  float units = roof_marks(it, at, near);
  return mix(felt, vec3(0.52, 0.53, 0.54), min(units, 1.0) * 0.8);
}
void main() {
  Feature it = the_feature();
  let_through();
  vec3 point = seen + uEye, normal = face_normal(seen), ray = normalize(seen);
  float open = openness(point, normal);
  Skin skin;
  vec4 texel = skin_texel();
  bool is_shown = texel.a > 0.0;
  if (is_shown) skin = Skin(texel.rgb * texel.rgb * 0.85, 0.0, vec3(0.0));
  else if (is_plain()) skin = Skin(it.tint * it.tint, 0.0, vec3(0.0));
  else if (normal.z > 0.35) skin = Skin(roof_paint(it, point, normal), 0.0, vec3(0.0));
  else if (is_bridge(it)) skin = Skin(paint_of(it) * (0.9 + 0.2 * noise2(vec2(dot(point.xy, vec2(0.7)), point.z) * 0.4)), 0.0, vec3(0.0));
  else skin = wall_skin(it, point, normal, ray);
  float facing = max(dot(normal, uSun), 0.0), lit = facing > 0.0 ? sunlit(point, normal) : 0.0;
  vec3 bounce = uSunColour * 0.075 * (1.0 - 0.6 * abs(normal.z)) * vec3(1.0, 0.93, 0.82);
  vec3 light = uSunColour * facing * lit + (uAmbient * (0.72 + 0.28 * normal.z) + bounce) * (0.25 + 0.75 * open);
  vec3 colour = skin.paint * light + skin.shine * (0.45 + 0.55 * max(open, lit));
#if DETAIL > 0
  if (normal.z > 0.94 && uField.w > 0.5 && !is_plain() && !is_shown) {
    float edge = 0.0;
    for (int i = 0; i < 4; i++) {
      vec2 way = vec2(float(i & 1) * 2.0 - 1.0, float(i >> 1) * 2.0 - 1.0) * uField.z * 0.7;
      edge += step(2.0, point.z - field_height(point.xy + way));
    }
    colour = mix(colour, light * 0.46, min(edge, 1.0) * 0.5 * (1.0 - smoothstep(1.4, 2.6, uField.z)));
  }
#endif
  if (uLamps > 0.02 && point.z < it.base + 26.0) {
    float street = cover_at(point.xy + normal.xy * 5.0).r;
    colour += vec3(1.0, 0.52, 0.20) * exp(-max(point.z - it.base, 0.0) / 6.0) * street * 0.5 * uLamps;
  }
  if (it.size > 0.5 && !is_shown) colour = mix(colour, vec3(0.27, 0.265, 0.255) * light, 0.45);
  // Blocks of a plan have no windows to light: after sunset they shine a little in the colour of their use.
  if (is_plain() && (it.flags & 32) != 0) colour += it.tint * it.tint * (0.26 + 0.12 * normal.z + 0.06 * normal.x) * uLamps;
  if (is_plain() || is_shown) it.flags &= ~2; // its paint is the colour already, in true light
  colour = marked(it, colour, point, normal, dot(light, vec3(0.3)));
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
