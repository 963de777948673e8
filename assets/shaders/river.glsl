// Streaks that run with the water and a plume's front, shared by day and night.
// The streaks are drawn eight times as fast as the water runs, in two phases that fade into one another, so that
// stretches of different speed never shear apart.
const float QUICKER = 8.0, CYCLE_S = 12.0, PLUME_QUICKER = 600.0, PLUME_PAUSE_S = 1500.0;
float streaks(float along, float across, float drift) {
  vec2 place = vec2((along - drift) / 46.0, across * 7.0);
  float fine = noise2(place), coarse = noise2(place * vec2(0.37, 0.8) + 11.0);
  return smoothstep(0.60, 0.92, fine * 0.65 + coarse * 0.45);
}
float running(vec4 traits) {
  float first = fract(uTime / CYCLE_S), second = fract(first + 0.5), reach = traits.z * QUICKER * CYCLE_S;
  float share = abs(first * 2.0 - 1.0);
  return mix(streaks(traits.x, traits.y, first * reach), streaks(traits.x + 700.0, traits.y, second * reach), share);
}
float plume(vec4 traits, float longest) {
  if (traits.w < 0.0) return 0.0;
  float front = mod(uTime * PLUME_QUICKER, longest + PLUME_PAUSE_S) - traits.w;
  return front < 0.0 ? 0.0 : exp(-front / 900.0);
}
float inside(float across) { return 1.0 - smoothstep(0.80, 1.0, abs(across)); }
