// How much of the sky nearby things hide, from the depths of the frame; at half the size. R: share that is open.
//VTK::Output::Dec
in vec2 at;
uniform sampler2D depths;
uniform vec2 pixel, range;
uniform vec3 forward, right, up;
uniform float reach, most;
#ifndef TAPS
#define TAPS 12
#endif
float ahead_at(vec2 spot) {
  float depth = texture(depths, spot).r;
  return range.x * range.y / (range.y - depth * (range.y - range.x));
}
// A depth belongs to the middle of its pixel: beside it the place would leave the plane.
vec2 snapped(vec2 spot) { return (floor(spot / pixel + 0.25) + 0.5) * pixel; }
vec3 place_at(vec2 spot) { return (forward + right * (spot.x * 2.0 - 1.0) + up * (spot.y * 2.0 - 1.0)) * ahead_at(spot); }
void main() {
  vec2 middle = snapped(at);
  float ahead = ahead_at(middle);
  vec2 size = reach / (ahead * 2.0 * vec2(length(right), length(up)));
  float radius_px = min(size.y / pixel.y, most);
  gl_FragData[0] = vec4(1.0);
  if (ahead > range.y * 0.98 || radius_px < 2.0) return;
  vec3 here = place_at(middle);
  vec3 east = place_at(middle + vec2(pixel.x, 0.0)) - here, west = here - place_at(middle - vec2(pixel.x, 0.0));
  vec3 north = place_at(middle + vec2(0.0, pixel.y)) - here, south = here - place_at(middle - vec2(0.0, pixel.y));
  vec3 normal = normalize(cross(dot(east, east) < dot(west, west) ? east : west, dot(north, north) < dot(south, south) ? north : south));
  if (dot(normal, here) > 0.0) normal = -normal;
  float turn = 6.2832 * fract(52.9829189 * fract(dot(floor(gl_FragCoord.xy), vec2(0.06711056, 0.00583715))));
  float limit = radius_px * pixel.y / size.y * reach, hidden = 0.0, slack = 0.0008 * ahead + 0.08;
  for (int i = 0; i < TAPS; i++) {
    float share = (float(i) + 0.5) / float(TAPS), angle = turn + float(i) * 2.399963;
    vec2 spot = snapped(at + vec2(cos(angle), sin(angle)) * share * radius_px * pixel);
    vec3 off = place_at(spot) - here;
    float square = dot(off, off), fall = clamp(1.0 - square / (limit * limit), 0.0, 1.0);
    hidden += max(dot(off, normal) - slack, 0.0) * inversesqrt(square + 0.01) * fall;
  }
  float open = clamp(1.0 - 4.6 * hidden / float(TAPS), 0.0, 1.0);
  gl_FragData[0] = vec4(mix(1.0, open, smoothstep(2.0, 6.0, radius_px)), 0.0, 0.0, 1.0);
}
