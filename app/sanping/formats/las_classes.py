"""Classes of points after ASPRS LAS 1.4 (table 17): words, colours, and a ramp for clouds without either."""

import numpy as np

from sanping.domain.geo import Float64Array, UInt8Array

NOISE = (7, 18)
OTHER = 1
CLASS_WORDS = {
    0: "PointsUnclassified",
    1: "PointsUnclassified",
    2: "PointsGround",
    3: "PointsLowVegetation",
    4: "PointsMediumVegetation",
    5: "PointsHighVegetation",
    6: "PointsBuilding",
    9: "PointsWater",
    10: "PointsRail",
    11: "PointsRoad",
    13: "PointsWire",
    14: "PointsWire",
    15: "PointsTower",
    17: "PointsBridge",
}
CLASS_COLOURS = {
    0: (150, 150, 150),
    1: (150, 150, 150),
    2: (140, 110, 75),
    3: (150, 190, 90),
    4: (100, 165, 70),
    5: (50, 125, 50),
    6: (205, 90, 70),
    9: (60, 120, 200),
    10: (90, 90, 110),
    11: (95, 95, 95),
    13: (230, 200, 60),
    14: (230, 200, 60),
    15: (190, 150, 60),
    17: (190, 190, 200),
}
_STOPS = np.array([(48, 80, 140), (60, 150, 150), (120, 180, 90), (225, 205, 95), (200, 110, 60), (240, 240, 240)])


def height_colours(heights_m: Float64Array) -> UInt8Array:
    """Return a colour (n, 3) for each height, from blue for the lowest to white for the highest hundredth."""
    low, high = np.percentile(heights_m, (1, 99))
    share = np.clip((heights_m - low) / max(high - low, 1e-6), 0.0, 1.0) * (len(_STOPS) - 1)
    return np.column_stack(
        [np.interp(share, np.arange(len(_STOPS)), _STOPS[:, channel]) for channel in range(3)]
    ).astype(np.uint8)
