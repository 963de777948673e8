// At night a thing that moves is its lights: white towards whom it meets, red behind; far away they are all there is.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
in vec3 seen;
in vec3 local;
flat in vec4 mover;
void main() {
  vec3 point = seen + uEye;
  float away = length(seen), towards = dot(mover.zw, normalize(-seen.xy + 1e-5));
  bool is_ship = mover.x > 3.5 && mover.x < 5.5;
  float state = floor(mover.y);
  vec3 colour = vec3(0.012, 0.030, 0.050) * (0.7 + 0.6 * local.z);
  vec3 front = is_ship ? vec3(0.15, 0.75, 1.0) : vec3(1.5, 1.32, 1.02), back = is_ship ? vec3(1.0, 0.62, 0.2) : vec3(1.25, 0.06, 0.035);
  float lamp = smoothstep(0.35, 0.7, abs(local.x)) * step(0.15, local.z) * step(local.z, 0.55);
  if (local.y > 0.97) colour += front * 1.6 * max(lamp, 0.08);
  if (local.y < -0.97) colour += back * 1.4 * max(lamp, 0.08);
  if (mover.x > 0.5 && mover.x < 1.5 && local.z > 0.45 && local.z < 0.9) colour += vec3(0.55, 0.60, 0.50) * 0.55;
  if (is_ship && local.z > 0.93) colour += vec3(0.05, 0.30, 0.42) * (0.5 + 0.5 * step(0.86, abs(local.x)));
  // From some way off its ends glow, from farther all of it: white when it comes, red when it goes.
  float mid = smoothstep(90.0, 420.0, away), far = smoothstep(350.0, 1300.0, away);
  vec3 tip = local.y > 0.0 ? front * smoothstep(-0.2, 0.4, towards) : back * (1.0 - smoothstep(-0.4, 0.2, towards));
  colour += tip * exp(-(1.0 - abs(local.y)) * 5.0) * 0.75 * mid * (1.0 - far);
  colour = mix(colour, mix(back, front, smoothstep(-0.25, 0.25, towards)) * (0.28 + 0.30 * abs(towards)), far);
  // Public and working vehicles carry a light of their own colour, so that a crowd of cars shows its lines and tours.
  vec3 own = mover.x < 0.5 || is_ship ? vec3(0.0) : mover.x < 1.5 ? vec3(0.10, 0.95, 0.55) : mover.x < 2.5 ? vec3(1.0, 0.62, 0.12)
    : mover.x < 3.5 ? vec3(0.6) : mover.x < 6.5 ? vec3(0.15, 0.85, 1.0) : vec3(0.75, 0.40, 1.0);
  colour += own * (0.30 * smoothstep(0.6, 0.95, local.z) + 0.55 * far);
  // What has not reported for long is a grey ghost; what alarms pulses red.
  if (mod(state, 2.0) > 0.5) colour = vec3(dot(colour, vec3(0.3))) * 0.30 + 0.012;
  else if (state > 1.5) colour += vec3(1.7, 0.05, 0.03) * (0.45 + 0.55 * sin(uTime * 6.0 + mover.y * 40.0));
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
