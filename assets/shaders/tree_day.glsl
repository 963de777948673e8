// A crown of leaves as a lit ball with a torn edge, on a trunk.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "field.glsl"
in vec3 seen;
in vec2 corner;
flat in vec3 root;
flat in vec2 crown;
void main() {
  float r = length(corner), turn = atan(corner.y, corner.x);
  float close = clamp(60.0 / length(seen), 0.0, 1.0);
  float leaves = noise2(corner * 4.5 + crown.y * 40.0) * 0.5 + noise2(corner * 11.0 + crown.y * 70.0) * 0.3;
  leaves += mix(0.1, 0.35 * noise2(corner * 30.0 + crown.y * 90.0) - 0.07, close);
  float edge = 0.86 + 0.10 * sin(turn * 5.0 + crown.y * 30.0) + (leaves - 0.5) * 0.35;
  bool is_trunk = abs(corner.x) < 0.07 && corner.y < -0.5;
  if (r > edge && !is_trunk) discard;
  vec3 towards = -normalize(seen);
  vec3 right = normalize(cross(vec3(0.0, 0.0, 1.0), towards)), up = cross(towards, right);
  vec3 normal = normalize(right * corner.x + up * corner.y + towards * sqrt(max(0.05, 1.0 - r * r)) * 0.9 + vec3(0.0, 0.0, 0.25));
  vec3 leaf = mix(vec3(0.052, 0.086, 0.027), vec3(0.104, 0.120, 0.038), crown.y);
  leaf = mix(leaf, vec3(0.20, 0.145, 0.035), step(0.90, crown.y) * 0.7) * (0.62 + 0.75 * leaves);
  if (is_trunk) leaf = vec3(0.09, 0.07, 0.05);
  float lit = sunlit(root + vec3(0.0, 0.0, crown.x * 2.0), vec3(0.0));
  vec3 light = uSunColour * (max(dot(normal, uSun), 0.0) * 0.9 + 0.10) * lit + uAmbient * (0.35 + 0.45 * (normal.z * 0.5 + 0.5)) * (0.55 + 0.45 * smoothstep(-1.0, 0.4, corner.y));
  gl_FragData[0] = stored(through_air(leaf * light + vec3(0.3, 0.17, 0.06) * uLamps * 0.10, seen, root.z - uGround));
}
