// Text from the atlas on a dark plate, a thin leader and a round mark at the place.
//VTK::Output::Dec
#include "scene.glsl"
uniform sampler2D atlas;
in vec2 at;
flat in vec4 paint;
vec3 tint() {
  int code = int(paint.z + 0.5);
  return vec3(float(code >> 16), float((code >> 8) & 255), float(code & 255)) / 255.0;
}
void main() {
  float strength = paint.y;
  vec3 colour = tint();
  float cover = 1.0;
  if (paint.x < 0.5) {
    cover = texture(atlas, at).r;
    colour = mix(vec3(0.93, 0.985, 1.0), colour, 0.10);
  } else if (paint.x < 1.5) {
    vec2 edge = min(at, 1.0 - at), fine = fwidth(at) * 1.2;
    float line = 1.0 - min(step(fine.x, edge.x), step(fine.y, edge.y));
    colour = mix(vec3(0.012, 0.055, 0.115), colour, line);
    cover = mix(0.74, 0.85, line);
  } else if (paint.x < 2.5) {
    cover = 0.35 + 0.55 * at.y;
  } else {
    float r = length(at * 2.0 - 1.0);
    float ring = smoothstep(0.16, 0.06, abs(r - 0.74)), core = smoothstep(0.42, 0.30, r);
    cover = max(ring * 0.9, core);
    if (cover < 0.02) discard;
  }
  gl_FragData[0] = vec4(colour, cover * strength);
}
