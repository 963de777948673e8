// The same curtain by day.
#include "curtain_night.glsl"
