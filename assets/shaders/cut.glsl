// A section: what lies beyond its plane or outside its box is cut away, in scene metres.
bool is_cut_away(vec3 point) {
  return dot(uCutPlane.xyz, point) + uCutPlane.w > 0.0 || any(lessThan(point, uCutLow)) || any(greaterThan(point, uCutHigh));
}
