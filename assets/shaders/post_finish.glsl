// Shade, bloom, smooth edges, film curve, colour, vignette.
//VTK::Output::Dec
#include "noise.glsl"
#include "post_store.glsl"
in vec2 at;
uniform sampler2D picture, glow;
#ifdef SHADED
uniform sampler2D shade;
uniform float occlusion;
#endif
uniform vec2 pixel;
uniform float bloom, exposure, gamma, saturation, vignette;
float light_of(vec3 code) { return dot(code, vec3(0.299, 0.587, 0.114)); }
vec3 smooth_code(vec2 spot) {
#ifdef QUICK
  // The same idea in whole pixels: look at the four neighbours, blend with the pair across the edge.
  ivec2 here = ivec2(gl_FragCoord.xy), last = textureSize(picture, 0) - 1;
  vec3 middle = texelFetch(picture, here, 0).rgb;
  float own = middle.g;
  float n = texelFetch(picture, min(here + ivec2(0, 1), last), 0).g, s = texelFetch(picture, max(here - ivec2(0, 1), ivec2(0)), 0).g;
  float e = texelFetch(picture, min(here + ivec2(1, 0), last), 0).g, w = texelFetch(picture, max(here - ivec2(1, 0), ivec2(0)), 0).g;
  float range = max(own, max(max(n, s), max(e, w))) - min(own, min(min(n, s), min(e, w)));
  if (range < 0.10) return middle;
  bool level = abs(n + s - 2.0 * own) > abs(e + w - 2.0 * own);
  float step_to = level ? (abs(n - own) > abs(s - own) ? 1.0 : -1.0) : (abs(e - own) > abs(w - own) ? 1.0 : -1.0);
  float blend = clamp(abs(0.25 * (n + s + e + w) - own) / range, 0.0, 1.0) * 0.55;
  ivec2 other = clamp(here + (level ? ivec2(0, int(step_to)) : ivec2(int(step_to), 0)), ivec2(0), last);
  return mix(middle, texelFetch(picture, other, 0).rgb, blend);
#else
  vec3 middle = texture(picture, spot).rgb;
#ifdef SMOOTH
  // Edge filter after Lottes' idea: find the way of the edge from four corners, blend along it.
  float nw = light_of(texture(picture, spot + pixel * vec2(-1, 1)).rgb), ne = light_of(texture(picture, spot + pixel).rgb);
  float sw = light_of(texture(picture, spot - pixel).rgb), se = light_of(texture(picture, spot + pixel * vec2(1, -1)).rgb);
  float own = light_of(middle);
  float low = min(own, min(min(nw, ne), min(sw, se))), high = max(own, max(max(nw, ne), max(sw, se)));
  if (high - low < max(0.035, high * 0.10)) return middle;
  vec2 way = vec2((sw + se) - (nw + ne), (nw + sw) - (ne + se));
  way = clamp(way / (min(abs(way.x), abs(way.y)) + 0.02), -6.0, 6.0) * pixel;
  vec3 near = 0.5 * (texture(picture, spot - way / 6.0).rgb + texture(picture, spot + way / 6.0).rgb);
  vec3 wide = near * 0.5 + 0.25 * (texture(picture, spot - way * 0.5).rgb + texture(picture, spot + way * 0.5).rgb);
  float light = light_of(wide);
  return light < low || light > high ? near : wide;
#else
  return middle;
#endif
#endif
}
vec3 film(vec3 c) { return clamp((c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0); }
void main() {
  vec3 colour = opened(smooth_code(at));
#ifdef SHADED
  // What shines by itself, and what stands in the sun, is shaded less.
  float shine = max(colour.r, max(colour.g, colour.b));
  colour *= mix(1.0, texture(shade, at).r, occlusion * (1.0 - 0.45 * smoothstep(0.25, 1.2, shine)));
#endif
  colour += bloom * opened(texture(glow, at).rgb);
  colour = gamma > 1.1 ? pow(film(colour * exposure * 0.62), vec3(1.0 / gamma)) : 1.0 - exp(-colour * exposure);
  float grey = dot(colour, vec3(0.2126, 0.7152, 0.0722));
  colour = mix(vec3(grey), colour, saturation);
  vec2 off = at - 0.5;
  colour *= 1.0 - dot(off, off) * vignette;
  gl_FragData[0] = vec4(clamp(colour, 0.0, 1.0) + (hash2(gl_FragCoord.xy) - 0.5) / 255.0, 1.0);
}
