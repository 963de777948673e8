// The same by day.
#define DAY 1
#include "heat_night.glsl"
