// Windows on a wall from metres along it and metres up it; one grid per kind of building.
struct Windows { vec2 cell; vec2 low; vec2 high; float lit; float warm; };
// A dwelling repeats bays of four columns: plain windows, wide ones, narrow ones and balconies.
Windows dwelling(Feature it, vec2 wall) {
  float column = mod(floor(wall.x / 3.3), 4.0), pick = hash2(vec2(column, it.seed * 41.0));
  if (pick < 0.28) return Windows(vec2(3.3, 3.0), vec2(0.05, 0.36), vec2(0.95, 0.86), 0.36, 0.74);
  if (pick < 0.50) return Windows(vec2(3.3, 3.0), vec2(0.34, 0.34), vec2(0.64, 0.80), 0.30, 0.78);
  if (pick < 0.72) return Windows(vec2(3.3, 3.0), vec2(0.12, 0.28), vec2(0.88, 0.80), 0.36, 0.74);
  return Windows(vec2(3.3, 3.0), vec2(0.22, 0.28), vec2(0.78, 0.80), 0.36, 0.74);
}
Windows windows_of(Feature it, vec2 wall) {
  if (it.kind == OFFICE) return Windows(vec2(1.6, 3.9), vec2(0.06, 0.14), vec2(0.94, 0.90), 0.23, 0.42);
  if (it.kind == LANE_HOUSE) return Windows(vec2(2.7, 3.2), vec2(0.30, 0.28), vec2(0.66, 0.78), 0.30, 0.92);
  if (it.kind == INDUSTRIAL) return Windows(vec2(5.5, 4.6), vec2(0.08, 0.52), vec2(0.92, 0.82), 0.14, 0.35);
  if (it.kind == PUBLIC) return Windows(vec2(2.4, 4.2), vec2(0.14, 0.16), vec2(0.86, 0.84), 0.42, 0.55);
  return dwelling(it, wall);
}
// Lights of a far wall: cells grow with the pixel, each side by itself, so that a far tower glitters in points, without
// streaks, and never shimmers.
float far_lights(vec2 wall, vec2 cell, float share, vec2 salt) {
  vec2 level = log2(max(fwidth(wall) / cell * 1.5, 1.0)), whole = floor(level), part = level - whole;
  vec2 size = cell * exp2(whole), wide = size * (1.0 + step(0.5, part));
  float one = hash2(floor(wall / size) + salt), two = hash2(floor(wall / wide) + salt + 11.0);
  float spark = mix(one, two, max(part.x, part.y));
  return share * (0.22 + 3.4 * pow(smoothstep(0.5, 1.0, spark), 2.0));
}
struct Pane { float cover; float mean; float near; vec2 id; };
// Coverage of the pane at a place of the wall; `near` falls to 0 where a window is smaller than a pixel.
Pane pane_at(Windows w, vec2 wall, float height) {
  vec2 cell = wall / w.cell, f = fract(cell), fine = max(fwidth(wall) / w.cell, 1e-4);
  float near = 1.0 - smoothstep(0.30, 0.85, max(fine.x, fine.y));
  vec2 edge = clamp(fine, 0.01, 0.5);
  vec2 inside = smoothstep(w.low - edge * 0.5, w.low + edge * 0.5, f) * (1.0 - smoothstep(w.high - edge * 0.5, w.high + edge * 0.5, f));
  float within = step(0.5, wall.y) * step(wall.y, height - 0.9);
  float mean = (w.high.x - w.low.x) * (w.high.y - w.low.y);
  return Pane(inside.x * inside.y * within, mean * within, near, floor(cell));
}
