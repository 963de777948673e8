"""The composition root: puts readers, tiles, workers, scene and window together, and decides nothing."""
