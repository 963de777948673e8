// Beacons after dusk; by day they are off.
#include "sprite_night.glsl"
