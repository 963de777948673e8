// Roads by day: asphalt, lane marks and zebra-free kerbs, in sun and shadow.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "field.glsl"
in vec3 seen;
in vec4 traits;
void main() {
  vec3 point = seen + uEye;
  float along = traits.x, across = traits.y, width = traits.z, rank = floor(traits.w / 10.0);
  float side = across * width * 0.5, fine = fwidth(side) + fwidth(along) * 0.25;
  vec3 colour = vec3(0.125, 0.126, 0.132) * (0.88 + 0.24 * noise2(point.xy * 0.35));
  if (rank > 3.5) colour = vec3(0.24, 0.23, 0.215) * (0.9 + 0.2 * noise2(point.xy * 0.6));
  float kerb = width * 0.5 - abs(side), walk = rank < 3.5 && width > 9.0 ? smoothstep(2.6 + fine, 2.6, kerb) : 0.0;
  float slab = 0.92 + 0.10 * step(0.06, fract(along / 0.9)) * step(0.06, fract(side / 0.9));
  colour = mix(colour, vec3(0.36, 0.345, 0.325) * mix(1.0, slab, clamp(1.0 - fine * 1.5, 0.0, 1.0)), walk);
  float clear = clamp(0.35 / (fine + 0.15), 0.0, 1.0), thin = max(0.10, fine * 0.7);
  float marks = 0.0;
  if (rank < 3.5) {
    float half_road = width * 0.5 - (width > 9.0 ? 2.8 : 0.3), lanes = max(1.0, floor(half_road / 3.3));
    float to_lane = abs(fract(abs(side) / half_road * lanes + 0.5) - 0.5) / lanes * half_road;
    marks = (1.0 - smoothstep(0.08, 0.08 + thin, to_lane)) * step(0.4, fract(along / 10.0)) * step(1.0, abs(side)) * step(abs(side), half_road - 0.6);
    marks += (1.0 - smoothstep(0.10, 0.10 + thin, abs(abs(side) - 0.22))) * step(1.5, lanes);
    marks += (1.0 - smoothstep(0.09, 0.09 + thin, abs(abs(side) - half_road + 0.35))) * 0.8;
  }
  colour = mix(colour, vec3(0.70, 0.69, 0.62), min(marks, 1.0) * clear * (1.0 - walk));
  float lit = max(uSun.z, 0.0) * sunlit(point + vec3(0.0, 0.0, 0.3), vec3(0.0));
  colour *= uSunColour * lit + uAmbient * openness(point, vec3(0.0, 0.0, 1.0));
  float pool = exp(-pow((fract(along / 30.0) - 0.5) * 4.3, 2.0));
  colour += vec3(1.0, 0.56, 0.22) * (0.10 + 0.35 * pool * clamp(10.0 / (fine * 6.0 + 6.0), 0.0, 1.0)) * uLamps * (rank < 2.5 ? 0.8 : 0.45);
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
