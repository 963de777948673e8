// Selection and hover in the draft preset.
vec3 drafted_touch(vec3 colour) {
  int flags = int(state.a * 255.0 + 0.5);
  if ((flags & 12) == 0) return colour;
  return mix(colour, (flags & 4) != 0 ? vec3(0.20, 0.95, 1.0) : vec3(0.45, 0.75, 1.0), 0.55);
}
// Colouring, selection and hover in the draft preset.
vec3 drafted_mark(vec3 colour, vec3 light) {
  int flags = int(state.a * 255.0 + 0.5);
  if ((flags & 14) == 0) return colour;
  if ((flags & 2) != 0) colour = mix(colour, state.rgb * (0.20 + 0.80 * dot(light, vec3(0.3))), 0.80);
  return drafted_touch(colour);
}
