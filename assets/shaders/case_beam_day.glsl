// The same by day, as paint rather than light.
#define DAY 1
#include "case_beam_night.glsl"
