"""A half ball, told with far more triangles than it needs."""

import numpy as np


def dome(rings: int = 24, sides: int = 48, radius_m: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    """Return points (v, 3) in metres about its middle, and triangles (t, 3) that face outwards."""
    up = np.linspace(0.0, 0.98 * np.pi / 2, rings)  # a ring at the top would have no area
    around = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    height, turn = np.meshgrid(up, around, indexing="ij")
    points = radius_m * np.stack(
        [np.cos(height) * np.cos(turn), np.cos(height) * np.sin(turn), np.sin(height)], axis=-1
    ).reshape(-1, 3)
    triangles = []
    for ring in range(rings - 1):
        for side in range(sides):
            a, b = ring * sides + side, ring * sides + (side + 1) % sides
            triangles += [(a, b, a + sides), (b, b + sides, a + sides)]
    return points, np.array(triangles)
