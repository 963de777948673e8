"""Pure numpy over tiles and terrain: sun, picking, measuring."""
