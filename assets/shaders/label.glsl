// Text from the atlas on a dark plate, a thin leader and a round mark at the place.
//VTK::Output::Dec
#include "scene.glsl"
uniform sampler2D atlas;
in vec2 at;
in vec3 tint;
in vec2 paint;
void main() {
  vec2 fine = fwidth(at) * 1.2, edge = min(at, 1.0 - at);
  float letters = texture(atlas, at).r;
  float frame = 1.0 - step(fine.x, edge.x) * step(fine.y, edge.y);
  float r = length(at * 2.0 - 1.0);
  float mark = max(1.0 - smoothstep(0.06, 0.16, abs(r - 0.74)), 1.0 - smoothstep(0.30, 0.42, r));
  vec4 text = vec4(mix(vec3(0.93, 0.985, 1.0), tint, 0.10), letters);
  vec4 plate = vec4(mix(vec3(0.012, 0.055, 0.115), tint, frame), mix(0.76, 0.85, frame));
  vec4 leader = vec4(tint, 0.35 + 0.55 * at.y);
  vec4 round = vec4(tint, mark);
  vec4 chosen = paint.x < 0.5 ? text : (paint.x < 1.5 ? plate : (paint.x < 2.5 ? leader : round));
  gl_FragData[0] = vec4(chosen.rgb, chosen.a * paint.y);
}
