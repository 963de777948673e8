// Moving things: eight corners each, set on the way between two moments.
// item: row in the textures, corner (−1 … 1 across, −1 … 1 along, 0 … 1 up). mover_from, mover_to: place in scene metres;
// heading clockwise from north, radians, and 10 more by kind, 2 more so that no way round is negative; −10: nothing.
// A kind is 8 more where the last fix is old, and 16 more where the thing alarms.
//SCENE
uniform sampler2D mover_from;
uniform sampler2D mover_to;
in vec4 vertexMC;
in vec4 itemA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec3 local;
flat out vec4 mover; // kind, seed and 1 more where it is old, 2 more where it alarms, forward
// Half width, half length and height in metres by kind: car, bus, truck, bike, vessel, boat, shuttle, robot.
const vec3 SIZES[8] = vec3[8](vec3(0.95, 2.3, 1.5), vec3(1.25, 5.6, 3.1), vec3(1.25, 4.2, 3.2), vec3(0.4, 0.95, 1.6), vec3(5.0, 24.0, 6.0), vec3(2.0, 6.0, 2.6), vec3(1.0, 2.5, 2.3), vec3(0.75, 1.5, 1.7));
void main() {
  int row = int(itemA.x + 0.5);
  ivec2 cell = ivec2(row & 1023, row >> 10);
  vec4 start = texelFetch(mover_from, cell, 0), until = texelFetch(mover_to, cell, 0);
  if (until.w < 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  vec4 now = mix(start, until, uShare);
  float code = floor(until.w / 10.0), heading = now.w - code * 10.0 - 2.0, kind = mod(code, 8.0);
  vec3 size = SIZES[int(kind)];
  vec2 forward = vec2(sin(heading), cos(heading)), across = vec2(forward.y, -forward.x);
  float pixel = 2.0 * length(uUp) * length(now.xyz - uEye) / uViewport.y;
  size *= clamp(2.4 * pixel / size.y, 1.0, 8.0);
  // Cars lean inwards above the doors; ships come to a point.
  vec2 shape = itemA.yz;
  if (kind < 0.5 && itemA.w > 0.5) shape *= vec2(0.82, 0.62);
  if (kind > 3.5 && kind < 5.5 && itemA.z > 0.0) shape.x *= 0.15;
  vec3 place = now.xyz + vec3(across * shape.x * size.x + forward * shape.y * size.y, itemA.w * size.z + 0.25);
  seen = place - uEye;
  local = itemA.yzw;
  mover = vec4(kind, fract(itemA.x * 0.618034) + floor(code / 8.0), forward);
  gl_Position = MCDCMatrix * vec4(place, 1.0);
  gl_Position.z -= 1.6e-5 * gl_Position.w;
}
