// Marks on city objects: roof plant, helipads, bridges, and the flags of selection, hover and colouring.
float box_at(vec2 p, vec2 middle, vec2 half_size, float soft) {
  vec2 d = abs(p - middle) - half_size;
  return 1.0 - smoothstep(-soft, soft, max(d.x, d.y));
}
// Plant rooms, cooling units and the letter H, in metres from the anchor.
float roof_marks(Feature it, vec2 at, float near) {
  vec2 cell = floor(at / 6.5), p = fract(at / 6.5) * 6.5;
  float pick = hash2(cell + it.seed * 71.0);
  float units = step(0.62, pick) * box_at(p, vec2(3.2), vec2(1.0 + pick, 1.2), 0.12);
  units *= 0.6 + 0.4 * step(0.5, fract(p.x * 1.6));
  if (it.height > 100.0 && it.kind != RESIDENTIAL) {
    float r = length(fract(at / 34.0 - 0.25) * 34.0 - 17.0);
    vec2 q = fract(at / 34.0 - 0.25) * 34.0 - 17.0;
    float ring = 1.0 - smoothstep(0.3, 0.6, abs(r - 7.5));
    float letter = box_at(abs(q), vec2(2.0, 0.0), vec2(0.45, 3.0), 0.15) + box_at(q, vec2(0.0), vec2(2.0, 0.45), 0.15);
    units = mix(units, 0.0, 1.0 - smoothstep(8.0, 8.5, r)) + ring + min(letter, 1.0);
  }
  return units * near;
}
vec3 bridge_at_night(Feature it, vec3 point, vec3 normal, vec3 base) {
  vec2 at = point.xy - it.anchor;
  if (normal.z > 0.35) return base * 0.9 + vec3(1.0, 0.60, 0.25) * 0.045 * uLamps;
  // The height of a bridge is that of its towers: the edge of the deck is asked of the city field.
  float deck = max(field_height(point.xy - normal.xy * 0.8), field_height(point.xy - normal.xy * 2.4));
  float top = deck - point.z, fine = max(fwidth(point.z), 0.04);
  vec2 way = normalize(vec2(-normal.y, normal.x) + vec2(1e-5, 0.0));
  float along = dot(at, way);
  float rail = exp(-pow(max(abs(top - 0.35) - 0.10, 0.0) / (0.14 + fine * 0.6), 2.0)) * clamp(0.55 / (fine + 0.3), 0.25, 1.0);
  float beads = mix(0.75, 0.45 + 0.9 * (1.0 - smoothstep(0.10, 0.32, abs(fract(along / 3.0) - 0.5))), clamp(1.0 - fine * 1.4, 0.0, 1.0));
  float wash = exp(-pow((fract(along / 18.0) - 0.5) * 3.4, 2.0)) * exp(-max(top - 0.4, 0.0) / 2.6);
  vec3 light = mix(vec3(0.25, 0.78, 1.0), vec3(1.0, 0.70, 0.32), step(0.45, it.seed));
  return base * 1.15 + light * (rail * beads * 1.15 + wash * 0.13) * uLamps;
}
vec3 marked(Feature it, vec3 colour, vec3 point, vec3 normal, float shape) {
  if ((it.flags & 2) != 0) {
    float grey = dot(colour, vec3(0.30, 0.55, 0.15));
    colour = mix(colour, it.tint * (0.20 + 0.80 * shape) + vec3(grey) * 0.25, 0.82);
  }
  if ((it.flags & 12) == 0) return colour;
  float pulse = (it.flags & 4) != 0 ? 0.80 + 0.20 * sin(uTime * 3.0) : 0.55;
  vec3 ray = normalize(seen);
  float rim = pow(max(1.0 - abs(dot(ray, normal)), 0.0), 2.0);
  float under = it.height - (point.z - it.base);
  float edge = exp(-abs(under) / 0.9) + exp(-max(point.z - it.base, 0.0) / 1.2);
  vec3 glow = (it.flags & 4) != 0 ? vec3(0.20, 0.95, 1.0) : vec3(0.45, 0.75, 1.0);
  return mix(colour, glow * 0.55, 0.45 * pulse) + glow * pulse * (0.30 * rim + 0.75 * min(edge, 1.0));
}
