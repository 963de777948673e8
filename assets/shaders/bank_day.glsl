// Flood walls by day.
#include "bank.glsl"
