// Buildings at night in the draft preset: dark blue shapes with lit storeys.
//VTK::Output::Dec
//SCENE
#include "draft.glsl"
#include "feature.glsl"
#include "draft_marks.glsl"
#include "noise.glsl"
#ifdef SKIN
vec3 facing() { vec3 normal = cross(dFdx(seen), dFdy(seen)); return normal * inversesqrt(max(dot(normal, normal), 1e-24)); }
#else
flat in vec3 face;
vec3 facing() { return face; }
#endif
void main() {
  let_through();
  vec3 point = seen + uEye, normal = facing();
  float up = point.z - box.z, low = clamp(up * 0.04, 0.0, 1.0);
  float shape = (0.25 + 0.75 * max(dot(normal, uSun), 0.0)) * (0.5 + 0.5 * low);
  vec3 colour = mix(vec3(0.008, 0.020, 0.050), vec3(0.028, 0.085, 0.170), shape);
  vec4 texel = skin_texel();
  bool is_shown = texel.a > 0.0;
  if (is_plain() && (int(state.a * 255.0 + 0.5) & 32) == 0 && !is_shown) { is_shown = true; texel.rgb = state.rgb; }
  if (is_shown) colour = texel.rgb * texel.rgb * (vec3(0.045, 0.075, 0.130) + vec3(0.05, 0.09, 0.15) * shape + vec3(0.30, 0.17, 0.07) * (1.0 - low) * uLamps);
  else if (normal.z < 0.35 && !is_plain()) {
    vec2 wall = vec2(dot(point.xy - box.xy, vec2(normal.y, -normal.x)) * 0.25, up * 0.3), cell = floor(wall);
    float near = clamp(1.3 - 1.5 * fwidth(wall.y), 0.0, 1.0), pick = hash2(cell + traits.g * 97.0);
    float lit = mix(0.16, step(0.66, pick) * step(abs(fract(wall.y) - 0.5), 0.30), near);
    colour += mix(vec3(0.55, 0.78, 1.0), vec3(1.0, 0.70, 0.38), step(fract(pick * 7.0), 0.6)) * lit * 0.55;
    colour += vec3(0.02, 0.16, 0.34) * clamp(box.w * 0.008 - 0.4, 0.0, 1.0) * up / max(box.w, 1.0);
    colour += vec3(1.0, 0.52, 0.20) * (1.0 - low) * 0.10 * uLamps;
  }
  colour = is_shown ? drafted_touch(colour) : drafted_mark(colour, vec3(0.35 + 0.65 * shape));
  gl_FragData[0] = finished(drafted_air(colour, seen));
}
