// Cases as a clock with a sign in it, groups as a ring of shares around a number, plates and words beside them.
// state of a case: share of time left (−1: no clock), beat (1 new, 2 overdue), second at which it began to settle
// (−1: not), sign (0 dot, 1 and 2 urgent, 3 at work, 4 done, 5 paused) and 10 more when chosen; of a group: shares.
//VTK::Output::Dec
#include "scene.glsl"
uniform sampler2D atlas;
in vec2 at;
flat in float kind;
flat in vec3 fill;
flat in vec3 ring;
flat in vec4 state;
const vec3 DARK = vec3(0.020, 0.055, 0.105);
float within(float from, float to, float v, float fine) { return smoothstep(from - fine, from + fine, v) * (1.0 - smoothstep(to - fine, to + fine, v)); }
float bar(vec2 p, vec2 half_size, float fine) { vec2 d = abs(p) - half_size; return 1.0 - smoothstep(-fine, fine, max(d.x, d.y)); }
float sign_of(float which, vec2 p, float fine) {
  float mark = bar(p - vec2(0.0, 0.10), vec2(0.065, 0.20), fine) + bar(p + vec2(0.0, 0.24), vec2(0.065, 0.06), fine);
  if (which < 0.5) return 0.0;
  if (which < 1.5) return mark;
  if (which < 2.5) { vec2 q = vec2(abs(p.x) - 0.12, p.y); return bar(q - vec2(0.0, 0.10), vec2(0.06, 0.20), fine) + bar(q + vec2(0.0, 0.24), vec2(0.06, 0.06), fine); }
  if (which < 3.5) return 1.0 - smoothstep(0.30 - fine, 0.30 + fine, abs(p.x) + abs(p.y));
  if (which < 4.5) {
    vec2 q = mat2(0.7071, 0.7071, -0.7071, 0.7071) * (p + vec2(0.03, 0.14));
    return min(1.0, bar(q - vec2(0.06, 0.24), vec2(0.075, 0.30), fine) + bar(q - vec2(-0.07, 0.0), vec2(0.20, 0.075), fine));
  }
  return bar(vec2(abs(p.x) - 0.12, p.y), vec2(0.06, 0.22), fine);
}
vec4 over(vec4 below, vec3 colour, float share) { return vec4(mix(below.rgb, colour, share), max(below.a, share)); }
vec4 case_badge() {
  float r = length(at), fine = max(fwidth(r), 1e-3) * 0.8, turn = fract(atan(at.x, at.y) / 6.2831853 + 1.0);
  bool is_chosen = state.w > 9.5;
  float beat = state.y > 1.5 ? 0.5 + 0.5 * sin(uTime * 6.0) : 0.0;
  float left = state.x;
  float band = within(0.74, 0.96, r, fine), run = left < 0.0 ? step(0.5, fract(turn * 12.0)) * 0.5 : step(turn, left);
  if (state.y > 1.5) run = 0.72 + 0.28 * beat;
  vec4 shown = vec4(DARK, 0.0);
  float wave = fract(uTime * 0.8);
  if (state.y > 0.5 && state.y < 1.5) shown = over(shown, fill, exp(-pow((r - 1.0 - 0.65 * wave) * 9.0, 2.0)) * (1.0 - wave) * 0.9);
  if (state.y > 1.5) shown = over(shown, ring, (1.0 - smoothstep(0.95, 1.65, r)) * (0.20 + 0.55 * beat));
  shown = over(shown, DARK, (1.0 - smoothstep(1.0 - fine, 1.0 + fine, r)) * 0.92);
  shown = over(shown, mix(DARK * 2.6, ring, run), band);
  float diamond = abs(at.x) + abs(at.y), which = mod(state.w, 10.0);
  shown = over(shown, fill, 1.0 - smoothstep(0.58 - fine, 0.58 + fine, diamond));
  shown = over(shown, DARK, sign_of(which, at, fine) * 0.95);
  if (is_chosen) shown = over(shown, vec3(0.2, 0.95, 1.0), within(1.06, 1.22, r, fine));
  return shown;
}
vec4 cases_badge() {
  float r = length(at), fine = max(fwidth(r), 1e-3) * 0.8, turn = fract(atan(at.x, at.y) / 6.2831853 + 1.0);
  vec3 shade = turn < state.x ? vec3(1.0, 0.29, 0.29) : (turn < state.y ? vec3(1.0, 0.54, 0.16) : (turn < state.z ? vec3(1.0, 0.82, 0.24) : (turn < state.w ? vec3(0.23, 0.88, 0.54) : vec3(0.54, 0.59, 0.66))));
  vec4 shown = vec4(DARK, 0.0);
  shown = over(shown, shade, (1.0 - smoothstep(0.95, 1.5, r)) * 0.22);
  shown = over(shown, DARK, (1.0 - smoothstep(1.0 - fine, 1.0 + fine, r)) * 0.94);
  return over(shown, shade, within(0.80, 0.99, r, fine));
}
// Things that stand in the street: a plate with cut corners, so that nobody takes them for cases.
vec4 components_badge() {
  vec2 d = abs(at);
  float edge = max(max(d.x * 0.92, d.y * 1.30), (d.x + d.y) * 0.80), fine = max(fwidth(edge), 1e-3) * 0.8;
  float run = clamp(at.x * 0.46 + 0.5, 0.0, 1.0);
  vec3 shade = run < state.x ? vec3(1.0, 0.29, 0.29) : (run < state.y ? vec3(1.0, 0.69, 0.13) : (run < state.z ? vec3(0.54, 0.59, 0.66) : ring));
  vec4 shown = over(vec4(DARK, 0.0), vec3(0.030, 0.095, 0.150), (1.0 - smoothstep(1.0 - fine, 1.0 + fine, edge)) * 0.90);
  shown = over(shown, ring * 0.75, within(0.90, 1.0, edge, fine));
  return over(shown, shade, step(d.x * 0.92, 0.80) * within(-0.70, -0.50, at.y, fine));
}
void main() {
  vec4 shown;
  if (kind < 0.5) shown = vec4(vec3(0.95, 0.985, 1.0), texture(atlas, at).r);
  else if (kind < 1.5) {
    vec2 line = fwidth(at) * 1.2, edge = min(at, 1.0 - at);
    float frame = 1.0 - step(line.x, edge.x) * step(line.y, edge.y);
    shown = vec4(mix(DARK, fill, frame), mix(0.84, 0.80, frame));
  }
  else if (kind < 3.5) shown = case_badge();
  else if (kind < 4.5) shown = cases_badge();
  else shown = components_badge();
  bool is_case = kind < 0.1 || (kind > 0.9 && kind < 3.5);
  if (is_case && state.z >= 0.0) shown.a *= 1.0 - clamp(mod(uTime - state.z + 3600.0, 3600.0) / 2.0, 0.0, 1.0);
  gl_FragData[0] = vec4(shown.rgb, shown.a * uOpacity);
}
