// Buildings and bridges as the sun sees them: only depths count. What is hidden, to come or gone casts nothing.
//SCENE
uniform sampler2D feature_state;
in vec4 vertexMC;
in float featureA;
uniform mat4 MCDCMatrix;
#ifdef CUT
out vec3 place;
#endif
void main() {
#ifdef CUT
  place = vertexMC.xyz;
#endif
  int row = int(featureA + 0.5);
  int flags = int(texelFetch(feature_state, ivec2(row & 255, row >> 8), 0).a * 255.0 + 0.5);
  gl_Position = (flags & 17) == 1 ? MCDCMatrix * vertexMC : vec4(2.0, 2.0, 2.0, 1.0);
}
