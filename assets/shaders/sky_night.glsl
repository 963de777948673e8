// Night sky: a few stars, a haze that carries the light of the city.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
in vec2 at;
void main() {
  vec3 ray = normalize(uForward + uRight * at.x + uUp * at.y);
  vec3 colour = sky_colour(ray);
  float band = noise2(vec2(atan(ray.x, ray.y) * 7.0, ray.z * 30.0) + 3.0);
  colour += uHorizon * 0.30 * band * exp(-max(ray.z, 0.0) * 12.0) * smoothstep(0.0, 0.06, ray.z);
  vec2 cell = vec2(atan(ray.x, ray.y) * 160.0, ray.z * 190.0);
  float star = hash2(floor(cell));
  vec2 off = fract(cell) - 0.5;
  colour += vec3(0.7, 0.85, 1.0) * step(0.985, star) * exp(-dot(off, off) * 60.0) * 0.35 * smoothstep(0.06, 0.4, ray.z);
  gl_FragData[0] = stored(colour);
}
