// The body of a component as a dark shape with a rim, lamps with their light; its sign in the colour of its status.
//VTK::Output::Dec
#include "scene.glsl"
#include "glow.glsl"
uniform sampler2D symbols;
in vec3 seen;
in vec2 at;
flat in vec4 thing;
flat in vec2 mood;
#ifndef DAY
#define DAY 0
#endif
// Distance inside the symbol's edge, in halves of its size.
float inside(vec2 p) {
  vec2 cell = clamp(p / 2.4 + 0.5, 0.02, 0.98);
  return (texture(symbols, vec2((thing.x + cell.x) / 17.0, cell.y)).r - 0.5) * 0.7;
}
vec3 status_colour() {
  if (thing.y < 0.5) return vec3(0.55, 0.68, 0.80);
  if (thing.y < 1.5) return vec3(0.10, 0.62, 0.52);
  if (thing.y < 2.5) return vec3(1.0, 0.48, 0.03);
  if (thing.y < 3.5) return vec3(1.0, 0.05, 0.06);
  return vec3(0.22, 0.25, 0.30);
}
vec4 body() {
  float d = inside(at * 1.02), fine = max(fwidth(d), 1e-3);
  float share = smoothstep(-fine, fine, d), rim = 1.0 - smoothstep(0.0, 0.06 + fine, d);
#if DAY > 0
  vec3 colour = mix(vec3(0.10, 0.11, 0.12), status_colour() * 0.5, 0.25) * (uAmbient + uSunColour * 0.35);
#else
  vec3 colour = vec3(0.05, 0.10, 0.15) + mix(vec3(0.12, 0.45, 0.65), status_colour(), 0.6) * rim * 0.8;
#endif
  // A lamp that is in order shines at its head.
  if (thing.x > 3.5 && thing.x < 4.5 && thing.y < 2.5) {
    vec2 off = (at - vec2(0.45, 0.62)) * vec2(0.5, 1.8);
    float light = exp(-dot(off, off) * 9.0) * uLamps;
    colour += vec3(1.6, 1.0, 0.5) * light;
    share = max(share, light * 0.85);
  }
  return glowing(colour, share * clear_air(seen) * uOpacity * (1.0 - smoothstep(300.0, 420.0, length(seen))));
}
// An octagon with the symbol, or a dot where many stand far away.
vec4 board() {
  vec2 d = abs(at);
  float edge = max(max(d.x, d.y), (d.x + d.y) * 0.72), fine = max(fwidth(edge), 1e-3);
  vec3 tint = status_colour();
  float calm = thing.y > 1.5 && thing.y < 3.5 ? 0.80 + 0.20 * sin(uTime * 4.0) : 1.0;
  float plate = 1.0 - smoothstep(0.98 - fine, 0.98 + fine, edge), rim = smoothstep(0.76 - fine, 0.76 + fine, edge);
  float mark = inside(at * 1.75), soft = max(fwidth(mark), 1e-3);
  vec3 colour = mix(vec3(0.004, 0.012, 0.024), tint * calm, rim);
  colour = mix(colour, vec3(0.85), smoothstep(-soft, soft, mark) * (1.0 - rim));
  if (mood.y > 0.5) colour = mix(colour, vec3(0.05, 0.9, 1.0), rim);
  float dot_share = (1.0 - smoothstep(0.5, 1.0, length(at))) * 0.85;
  float share = mix(dot_share, plate * 0.94, mood.x);
  colour = mix(tint, colour, mood.x) * (DAY > 0 ? 1.0 : 1.1);
  return glowing(colour, share * uOpacity * (0.35 + 0.65 * clear_air(seen)));
}
void main() {
  vec4 shown = thing.z > 0.5 ? board() : body();
  if (shown.a < 0.004) discard;
  gl_FragData[0] = shown;
}
