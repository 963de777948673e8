// The cover map: R light of streets, G distance to the bank (0.5 on it, water below, 64 m
// either way), B green, A mean height around in steps of 2 m.
uniform sampler2D cover_map;
vec4 cover_at(vec2 point) {
  if (uCover.z < 1.0) return vec4(0.0, 1.0, 0.0, 0.0);
  vec2 at = (point - uCover.xy) / uCover.zw;
  vec2 edge = min(at, 1.0 - at);
  vec4 cover = texture(cover_map, at);
  return mix(vec4(0.0, 1.0, 0.0, 0.0), cover, smoothstep(0.0, 0.01, min(edge.x, edge.y)));
}
float bank_distance(vec4 cover) { return (cover.g - 0.5) * 128.0; }
// How far into the water a point of a sheet lies, metres; wide water beyond the map has no bank near.
float into_water(vec2 point) {
  if (uCover.z < 1.0) return 64.0;
  vec2 at = (point - uCover.xy) / uCover.zw;
  vec2 edge = min(at, 1.0 - at);
  return mix(64.0, max(-bank_distance(texture(cover_map, at)), 0.0), smoothstep(0.0, 0.01, min(edge.x, edge.y)));
}
// How far outside the data a point lies, metres.
float outside(vec2 point) { vec2 d = max(uExtent.xy - point, point - uExtent.zw); return max(max(d.x, d.y), 0.0); }
// A made-up street grid for the country beyond the data: distance to the middle of the nearest street and of the nearest
// main road, and the block. far_field.py hangs its lamps along the same main roads.
vec2 far_streets(vec2 point, out vec2 block) {
  float turn = 0.35;
  vec2 q = mat2(cos(turn), sin(turn), -sin(turn), cos(turn)) * point;
  vec2 size = vec2(230.0, 170.0);
  vec2 cell = q / size;
  block = floor(cell);
  vec2 d = (0.5 - abs(fract(cell) - 0.5)) * size;
  vec2 is_main = step(fract(floor(cell + 0.5) * 0.618034), vec2(0.32));
  vec2 main_road = mix(vec2(1e4), d, is_main);
  return vec2(min(d.x, d.y), min(main_road.x, main_road.y));
}
