// A painted body with a dark band of windows, lit by sun and sky.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "field.glsl"
in vec3 seen;
in vec3 local;
flat in vec4 mover;
vec3 paint() {
  float pick = fract(fract(mover.y) * 7.3);
  if (mover.x > 6.5) return vec3(0.62, 0.60, 0.66);
  if (mover.x > 5.5) return mix(vec3(0.04, 0.34, 0.42), vec3(0.72), step(0.55, local.z));
  if (mover.x > 3.5) return mix(vec3(0.30, 0.07, 0.05), vec3(0.12, 0.16, 0.20), step(0.5, pick)) * (local.z > 0.9 ? 1.6 : 1.0);
  if (mover.x > 0.5 && mover.x < 1.5) return mix(vec3(0.05, 0.30, 0.16), vec3(0.08, 0.22, 0.50), step(0.5, pick));
  if (pick < 0.34) return vec3(0.70);
  if (pick < 0.58) return vec3(0.035);
  if (pick < 0.78) return vec3(0.26, 0.28, 0.30);
  return pick < 0.90 ? vec3(0.38, 0.035, 0.03) : vec3(0.03, 0.10, 0.30);
}
void main() {
  vec3 point = seen + uEye, normal = face_normal(seen);
  if (dot(normal, seen) > 0.0) normal = -normal;
  vec3 colour = paint();
  if (mover.x < 2.5 && local.z > 0.50 && local.z < 0.88) colour = vec3(0.015, 0.020, 0.028);
  float lit = sunlit(point, normal);
  vec3 light = uSunColour * max(dot(normal, uSun), 0.0) * lit + uAmbient * (0.45 + 0.35 * normal.z);
  light += vec3(1.0, 0.7, 0.4) * 0.10 * uLamps;
  float state = floor(mover.y);
  if (mod(state, 2.0) > 0.5) colour = vec3(0.16);
  vec3 shown = colour * light;
  if (state > 1.5) shown += vec3(0.9, 0.04, 0.02) * (0.5 + 0.5 * sin(uTime * 6.0));
  float lamp = step(0.2, local.z) * step(local.z, 0.45) * smoothstep(0.55, 0.75, abs(local.x)) * uLamps;
  if (mover.x < 2.5 && local.y > 0.96) shown += vec3(2.2, 2.0, 1.7) * lamp;
  if (mover.x < 2.5 && local.y < -0.96) shown += vec3(1.4, 0.05, 0.03) * lamp;
  gl_FragData[0] = stored(through_air(shown, seen, point.z - uGround));
}
