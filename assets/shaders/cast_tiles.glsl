// Nothing is coloured where only depths are kept.
//VTK::Output::Dec
//SCENE
void main() { gl_FragData[0] = vec4(1.0); }
