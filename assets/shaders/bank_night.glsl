// Flood walls at night.
#define NIGHT 1
#include "bank.glsl"
