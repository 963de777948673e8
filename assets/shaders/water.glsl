// Moving water: waves from drifting noise, and a walk through the city field that finds what the surface mirrors.
vec3 wave_normal(vec2 p, float away) {
  float calm = 1.0 / (1.0 + away / 700.0), t = uTime * 0.55, e = 0.35;
  vec2 q = p * vec2(0.11, 0.11);
  #define WAVE(s) (noise2((s) + t * vec2(0.30, 0.12)) + 0.5 * noise2((s) * 2.3 - t * vec2(0.25, 0.31)) + 0.22 * noise2((s) * 5.7 + t * vec2(0.5, -0.4)))
  float here = WAVE(q);
  vec2 slope = (vec2(WAVE(q + vec2(e * 0.11, 0.0)), WAVE(q + vec2(0.0, e * 0.11))) - here) / e;
  return normalize(vec3(-slope * 0.85 * calm, 1.0));
}
// Point where a mirrored ray meets the city field; w is 0 when it meets nothing.
vec4 mirrored(vec3 from, vec3 ray) {
  if (uField.w < 0.5) return vec4(0.0);
  float reach = 4.0, stride = STRIDE;
  for (int i = 0; i < STEPS; i++) {
    vec3 at = from + ray * reach;
    float height = field_height(at.xy);
    if (height > at.z + 0.5 && height > from.z + 3.0) return vec4(at, height);
    reach += stride;
    stride *= 1.13;
  }
  return vec4(0.0);
}
