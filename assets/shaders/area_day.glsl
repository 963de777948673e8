// The same by day.
#include "area_night.glsl"
