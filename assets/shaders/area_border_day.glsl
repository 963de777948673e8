// The same by day, darker than the ground.
#define DAY 1
#include "area_border_night.glsl"
