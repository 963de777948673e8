// The sky in the draft preset: a gradient.
//VTK::Output::Dec
//SCENE
in vec2 at;
flat in vec3 low;
flat in vec3 once;
flat in vec3 twice;
flat in vec3 thrice;
void main() {
  vec3 ray = uForward + uRight * at.x + uUp * at.y;
  float root = sqrt(clamp(ray.z * inversesqrt(dot(ray, ray)), 0.0, 1.0));
  gl_FragData[0] = vec4(low + root * (once + root * (twice + root * thrice)), 1.0);
}
