// Columns of light over cases, and rings at their feet. beam: −1 … 1 across and 0 … 1 up, or −1 … 1 both ways on the
// ground; height in metres, 0 for a ring; half width. tint: linear colour, beat. fate: second at which it settled, or −1.
//SCENE
in vec4 vertexMC;
in vec4 beamA;
in vec4 tintA;
in float fateA;
uniform mat4 MCDCMatrix;
out vec3 seen;
out vec2 at;
flat out vec4 tint;
flat out vec2 fate;
void main() {
  vec3 from = vertexMC.xyz - uEye, place = vertexMC.xyz;
  float gone = fateA < 0.0 ? 0.0 : clamp(mod(uTime - fateA + 3600.0, 3600.0) / 2.0, 0.0, 1.0);
  float pixel = 2.0 * length(uUp) * length(from) / uViewport.y;
  bool is_ring = beamA.z <= 0.0;
  if (is_ring) {
    place += vec3(beamA.xy * max(beamA.w, 9.0 * pixel), 0.8);
  } else {
    vec2 side = normalize(vec2(from.y, -from.x) + vec2(1e-5, 0.0));
    place.xy += side * beamA.x * max(beamA.w, 2.2 * pixel);
    place.z += beamA.y * beamA.z * (1.0 - gone);
  }
  seen = place - uEye;
  at = beamA.xy;
  tint = tintA;
  fate = vec2(gone, is_ring ? 1.0 : 0.0);
  gl_Position = MCDCMatrix * vec4(place, 1.0);
  if (is_ring) gl_Position.z -= 2.0e-5 * gl_Position.w;
}
