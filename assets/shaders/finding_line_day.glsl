// The same by day.
#define DAY 1
#include "finding_line_night.glsl"
