// The same by day.
#define DAY 1
#include "section_night.glsl"
