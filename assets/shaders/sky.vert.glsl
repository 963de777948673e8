// A quad behind everything.
//SCENE
in vec4 vertexMC;
out vec2 at;
void main() { at = vertexMC.xy; gl_Position = vec4(vertexMC.xy, 0.9999999, 1.0); }
