// The same by day.
#define DAY 1
#include "sight_night.glsl"
