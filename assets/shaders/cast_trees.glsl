// The torn edge and the gaps of a crown, so that light falls through it.
//VTK::Output::Dec
//SCENE
#include "noise.glsl"
in vec2 corner;
flat in float seed;
void main() {
  float r = length(corner), turn = atan(corner.y, corner.x);
  float edge = 0.84 + 0.10 * sin(turn * 5.0 + seed * 30.0) + (noise2(corner * 5.0 + seed * 40.0) - 0.5) * 0.35;
  if (r > edge || noise2(corner * 9.0 + seed * 70.0) > 0.80) discard;
  gl_FragData[0] = vec4(1.0);
}
