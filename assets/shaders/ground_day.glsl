// The ground by day: paving, soil and grass, in sun and shadow; beyond the data a made-up patchwork.
//VTK::Output::Dec
#include "scene.glsl"
#include "atmosphere.glsl"
#include "cover.glsl"
#include "field.glsl"
in vec3 seen;
#ifdef IMAGERY
uniform sampler2D imagery;
#endif
void main() {
  vec3 point = seen + uEye;
  vec4 cover = cover_at(point.xy);
#ifdef CARVED
  if (bank_distance(cover) < -0.4) discard;
#endif
  float fine = fwidth(point.x) + fwidth(point.y), away = outside(point.xy);
  vec3 normal = face_normal(seen);
  if (normal.z < 0.0) normal = -normal;
  float broad = noise2(point.xy * 0.008), grain = noise2(point.xy * 0.09);
  float detail = mix(0.5, noise2(point.xy * 1.3), clamp(1.0 - fine * 0.8, 0.0, 1.0));
  vec3 paving = mix(vec3(0.30, 0.29, 0.27), vec3(0.40, 0.385, 0.35), broad) * (0.86 + 0.20 * grain + 0.10 * detail);
  vec3 lawn = mix(vec3(0.080, 0.108, 0.042), vec3(0.140, 0.160, 0.072), grain) * (0.75 + 0.5 * detail);
  float yard = smoothstep(0.52, 0.70, noise2(point.xy * 0.021 + 11.0)) * 0.75 * uInvent;
  vec3 colour = mix(paving, lawn, max(yard, smoothstep(0.25, 0.6, cover.b)));
  float far = smoothstep(10.0, 260.0, away) * uInvent;
  if (far > 0.0) {
    vec2 block;
    vec2 streets = far_streets(point.xy, block);
    float street = min(streets.x, streets.y * 0.6);
    // Two sizes of roofs, gone to their mean where they are smaller than a pixel; parks and fields in loose patches.
    vec2 pitch = vec2(26.0, 19.0), roof = floor(point.xy / pitch), f = abs(fract(point.xy / pitch) - 0.5);
    float clear = clamp(1.25 - fine * 0.05, 0.0, 1.0);
    vec3 roofs = mix(vec3(0.30, 0.29, 0.28), vec3(0.34, 0.20, 0.15), step(0.76, hash2(roof))) * (0.72 + 0.5 * hash2(roof + 5.0));
    float is_roof = (1.0 - smoothstep(0.30, 0.34 + fine * 0.03, max(f.x, f.y))) * step(0.25, hash2(roof + 9.0));
    vec3 town = mix(paving * 0.62, roofs, is_roof);
    vec3 mean_town = vec3(0.150, 0.158, 0.150) * (0.86 + 0.28 * hash2(block)) * (0.9 + 0.2 * grain);
    float patches = noise2(point.xy * 0.0011 + 4.0) * 0.65 + noise2(point.xy * 0.0043 - 7.0) * 0.35;
    float park = smoothstep(0.53, 0.66, patches);
    vec3 woods = mix(vec3(0.060, 0.088, 0.040), vec3(0.115, 0.135, 0.062), grain) * (0.8 + 0.4 * detail);
    vec3 land = mix(mix(mean_town, town, clear), woods, park);
    land = mix(land, vec3(0.15, 0.15, 0.155), (1.0 - smoothstep(5.0, 7.0 + fine, street)) * clamp(14.0 / (fine + 6.0), 0.0, 1.0) * (1.0 - park));
    colour = mix(colour, land * 0.86, far);
  }
#ifdef IMAGERY
  vec2 uv = (point.xy - uImagery.xy) / uImagery.zw;
  if (all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)))) colour = pow(texture(imagery, uv).rgb, vec3(2.2));
#endif
  float open = openness(point, vec3(0.0, 0.0, 1.0));
  float sun = max(dot(normal, uSun), 0.0) * sunlit(point, vec3(0.0));
  colour *= uSunColour * sun + uAmbient * open;
  colour += vec3(1.0, 0.55, 0.22) * cover.r * 0.35 * uLamps;
  gl_FragData[0] = stored(through_air(colour, seen, point.z - uGround));
}
