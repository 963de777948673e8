// The same by day.
#define DAY 1
#include "area_fill_night.glsl"
