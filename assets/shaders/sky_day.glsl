// Day sky: gradient, sun, soft clouds; stars and lit haze when the lamps are on.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
in vec2 at;
float cloud_at(vec2 p) { return noise2(p) * 0.53 + noise2(p * 2.1 + 7.0) * 0.27 + noise2(p * 4.3 - 3.0) * 0.13 + noise2(p * 9.1) * 0.07; }
void main() {
  vec3 ray = normalize(uForward + uRight * at.x + uUp * at.y);
  vec3 colour = sky_colour(ray);
  float up = max(ray.z, 0.0);
  if (ray.z > 0.004) {
    vec2 p = ray.xy / (ray.z + 0.10) * 1.3 + uTime * 0.004;
    float density = cloud_at(p);
    float cover = smoothstep(0.47, 0.80, density) * smoothstep(0.01, 0.16, up);
    float towards = max(dot(ray, uSun), 0.0);
    float thick = smoothstep(0.55, 0.95, cloud_at(p + uSun.xy * 0.18));
    vec3 lit = uAmbient * 1.25 + uSunColour * (0.34 + 0.30 * pow(towards, 6.0)) * (1.0 - 0.55 * thick);
    colour = mix(colour, mix(lit, uHorizon, exp(-up * 5.0)), cover * 0.85);
  }
  float disc = smoothstep(0.99988, 0.99996, dot(ray, uSun));
  colour += uSunColour * disc * 3.0 * (1.0 - uLamps);
  vec2 cell = vec2(atan(ray.x, ray.y) * 160.0, ray.z * 190.0);
  vec2 off = fract(cell) - 0.5;
  colour += vec3(0.5, 0.6, 0.7) * step(0.985, hash2(floor(cell))) * exp(-dot(off, off) * 60.0) * 0.2 * smoothstep(0.75, 1.0, uLamps) * smoothstep(0.06, 0.4, up);
  gl_FragData[0] = stored(colour);
}
