// Flood walls along the water; place: metres along, 0 at the foot … 1 at the top.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "field.glsl"
in vec3 seen;
in vec2 place;
void main() {
  vec3 point = seen + uEye;
  float fine = fwidth(place.x);
#ifdef NIGHT
  float lamp = exp(-pow((fract(place.x / 16.0) - 0.5) * 6.0, 2.0));
  float near = clamp(6.0 / (fine + 3.0), 0.0, 1.0);
  float line = smoothstep(0.55, 1.0, place.y);
  vec3 colour = vec3(0.014, 0.030, 0.050) + vec3(0.08, 0.62, 0.92) * line * (0.55 + 0.25 * sin(place.x * 0.05 - uTime * 1.2));
  colour += vec3(1.0, 0.66, 0.30) * mix(0.30, lamp, near) * 0.8 * line;
#else
  vec3 colour = vec3(0.40, 0.385, 0.36) * (0.72 + 0.28 * place.y) * (0.9 + 0.2 * noise2(place * vec2(0.8, 3.0)));
  vec3 normal = face_normal(seen);
  colour *= uSunColour * max(dot(normal, uSun), 0.0) * sunlit(point, normal) + uAmbient * 0.85;
  colour += vec3(1.0, 0.6, 0.25) * smoothstep(0.55, 1.0, place.y) * uLamps * 0.35;
#endif
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
