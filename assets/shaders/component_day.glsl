// The same by day.
#define DAY 1
#include "component_night.glsl"
