// One quad over the picture.
in vec2 ndCoordIn;
in vec2 texCoordIn;
out vec2 at;
void main() { at = texCoordIn; gl_Position = vec4(ndCoordIn, 0.0, 1.0); }
