// Trees at night: dark balls, lit from street lamps and lights in the park below.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
in vec3 seen;
in vec2 corner;
flat in vec3 root;
flat in vec2 crown;
void main() {
  float r = length(corner), leaves = noise2(corner * 5.0 + crown.y * 40.0);
  if (r > 0.80 + (leaves - 0.5) * 0.4) discard;
  float street = cover_at(root.xy).r;
  vec3 colour = vec3(0.006, 0.026, 0.032) * (0.6 + 0.8 * leaves) + vec3(0.010, 0.030, 0.050) * smoothstep(-0.2, 1.0, corner.y);
  colour += vec3(1.0, 0.60, 0.25) * (0.02 + 0.22 * street) * (1.0 - smoothstep(-0.9, 0.4, corner.y)) * (0.6 + 0.6 * leaves) * uLamps;
  // Lamps stand among the trees of a park, and some trees are lit from below: no park is a black hole.
  float chosen = step(0.84, fract(crown.y * 57.3)), below = 1.0 - smoothstep(-0.9, 0.8, corner.y);
  colour += mix(vec3(0.018, 0.030, 0.014), vec3(0.20, 0.26, 0.09), chosen) * below * (0.5 + 0.8 * leaves) * uLamps;
  gl_FragData[0] = stored(through_air(colour, seen, root.z - uGround));
}
