// The same rings by day.
#include "pulse_night.glsl"
