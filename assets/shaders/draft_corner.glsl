// What a vertex works out for the draft preset, so that little is left for its fragments.
const vec3 PAINTS[6] = vec3[](vec3(0.60, 0.55, 0.47), vec3(0.42, 0.46, 0.50), vec3(0.33, 0.23, 0.19), vec3(0.42, 0.43, 0.44), vec3(0.60, 0.57, 0.51), vec3(0.44, 0.43, 0.42));
vec3 paint_of(int kind, float seed) { return PAINTS[clamp(kind, 0, 5)] * (0.82 + 0.30 * seed); }
#ifdef SKIN
flat out vec3 paint;
void draft() { paint = paint_of(int(traits.r + 0.5), traits.g); }
#else
in float faceA;
flat out vec3 face;
// The normal of the face that this vertex speaks for, towards the eye: an octahedron folded up again.
vec3 facing() {
  vec2 flat_at = vec2(floor(faceA / 4096.0), mod(faceA, 4096.0)) / 2047.5 - 1.0;
  vec3 normal = vec3(flat_at, 1.0 - abs(flat_at.x) - abs(flat_at.y));
  if (normal.z < 0.0) normal.xy = (1.0 - abs(normal.yx)) * vec2(normal.x < 0.0 ? -1.0 : 1.0, normal.y < 0.0 ? -1.0 : 1.0);
  normal = normalize(normal);
  return dot(normal, seen) > 0.0 ? -normal : normal;
}
#ifdef DRAFT_DAY
#define AT_CORNER
#include "draft.glsl"
#include "draft_marks.glsl"
// At the foot and under a band of glass there is 0.55 of the light; between the two bands of a storey the mean.
const float LESS = 0.55, MEAN = 0.775;
flat out vec3 glass;
flat out vec3 wall;
flat out vec3 foot;
out float up;
vec3 seen_from_here(vec3 colour) { return finished(mix(colour, uHorizon + uGlow, hazed(seen))).rgb; }
void draft() {
  face = facing();
  bool is_even = face.z > 0.35;
  vec3 paint = paint_of(int(traits.r + 0.5), traits.g) * (is_even ? 0.62 : 1.0);
#ifdef OWN
  if (traits.a > 0.5) { is_even = true; paint = state.rgb * state.rgb; }
#endif
  vec3 light = drafted_light(face), lit = paint * light;
  vec3 glow = vec3(1.0, 0.70, 0.40) * uLamps * 0.22, full = seen_from_here(drafted_mark(lit, light));
  foot = seen_from_here(drafted_mark(lit * LESS, light * LESS)) / max(full, 1e-3);
  up = vertexMC.z - box.z;
  glass = full;
  wall = vec3(0.0);
  if (is_even) return;
  // Storeys thinner than a pixel blend into their mean.
  float pixel_m = 2.0 * gl_Position.w * length(uUp) / uViewport.y;
  float share = clamp(1.2 - pixel_m * inversesqrt(max(1.0 - seen.z * seen.z / dot(seen, seen), 0.01)), 0.0, 1.0);
  vec3 dark = seen_from_here(drafted_mark(lit * LESS, light) + glow), mean = seen_from_here(drafted_mark(lit * MEAN, light) + glow * 0.5);
  glass = mix(mean, dark, share);
  wall = (full - dark) * share;
}
#else
void draft() { face = facing(); }
#endif
#endif
