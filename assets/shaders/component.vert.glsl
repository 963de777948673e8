// Components in the street: a body of its size, and a sign of fixed size above it.
// item: row in component_state, 0 for the body and 1 for the sign, corner −1 … 1.
// component_state: status (0 unknown, 1 in order, 2 warning, 3 fault, 4 silent), symbol, seed, flags (1 chosen).
//SCENE
uniform sampler2D component_state;
in vec4 vertexMC;
in vec4 itemA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec2 at;
flat out vec4 thing; // symbol, status, part, height of the body
flat out vec2 mood;  // share of the sign that is a whole sign rather than a dot, chosen
// Width and height in metres by symbol; height 0 lies on the ground.
const vec2 SIZES[17] = vec2[17](vec2(0.8, 1.0), vec2(1.1, 0.0), vec2(1.1, 0.0), vec2(0.7, 1.1), vec2(2.4, 8.5), vec2(1.2, 7.0),
  vec2(1.3, 1.6), vec2(3.6, 2.8), vec2(0.9, 3.0), vec2(0.9, 5.0), vec2(1.2, 5.5), vec2(0.8, 1.2), vec2(3.0, 3.2), vec2(3.2, 6.0),
  vec2(1.8, 0.9), vec2(5.0, 4.0), vec2(0.8, 3.2));
void main() {
  int row = int(itemA.x + 0.5);
  vec4 state = floor(texelFetch(component_state, ivec2(row & 1023, row >> 10), 0) * 255.0 + 0.5);
  vec2 size = SIZES[int(min(state.g, 16.0))];
  bool is_sign = itemA.y > 0.5, is_chosen = mod(state.a, 2.0) > 0.5;
  vec3 from = vertexMC.xyz - uEye, place = vertexMC.xyz;
  float away = length(from);
  bool is_pressing = is_chosen || state.r == 2.0 || state.r == 3.0;
  float whole = is_pressing ? 1.0 : 1.0 - smoothstep(130.0, 260.0, away);
  at = itemA.zw;
  thing = vec4(state.g, state.r, itemA.y, size.y);
  mood = vec2(whole, is_chosen ? 1.0 : 0.0);
  if (is_sign) {
    vec4 hung = MCDCMatrix * vec4(place + vec3(0.0, 0.0, size.y + 0.6), 1.0);
    float radius = mix(2.6, is_chosen ? 15.0 : 9.5, whole) * max(1.0, uViewport.y / 1080.0);
    hung.xy += itemA.zw * radius / uViewport * 2.0 * hung.w;
    hung.y += whole * 1.6 * radius / uViewport.y * 2.0 * hung.w;
    seen = from;
    gl_Position = vec4(hung.xy, hung.z - 4.0e-5 * hung.w, hung.w);
    return;
  }
  if (size.y <= 0.0) {
    place += vec3(itemA.zw * size.x * 0.5, 0.12);
  } else {
    vec2 side = normalize(vec2(from.y, -from.x) + vec2(1e-5, 0.0));
    place.xy += side * itemA.z * size.x * 0.5;
    place.z += (itemA.w * 0.5 + 0.5) * size.y;
  }
  seen = place - uEye;
  gl_Position = MCDCMatrix * vec4(place, 1.0);
  gl_Position.z -= 1.2e-5 * gl_Position.w;
  if (away > 420.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
