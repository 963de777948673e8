// The same arc by day.
#include "flow_night.glsl"
