"""Puts models in earth-centred coordinates (EPSG:4978) on the map; others are placed by hand."""

from dataclasses import replace

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.framing import Framing, framing
from sanping.formats.placement import placed
from sanping.ports.model_reader import ReadOptions

EARTH_CENTRED = "EPSG:4978"
_RADIUS_M, _TOLERANCE_M = 6_371_000.0, 60_000.0

_ELLIPSOIDAL = Text(
    "高程是椭球高（WGS 84），与当地高程系统可差几十米；可用 model.toml 的 vertical_offset_m 修正",
    "Heights are above the WGS 84 ellipsoid and may differ from local ones by tens of metres; vertical_offset_m in "
    "model.toml corrects them",
)


def is_earth_centred(points: Float64Array) -> bool:
    """Say whether points (n, 3) lie near the surface of the earth, counted from its middle."""
    radius = np.linalg.norm(points[:: max(1, len(points) // 1000), :3], axis=1)
    return bool(np.isfinite(radius).any()) and abs(float(np.nanmedian(radius)) - _RADIUS_M) < _TOLERANCE_M


def placed_on_earth(points: Float64Array, options: ReadOptions) -> tuple[Float64Array, Framing]:
    """Return points (n, 3) in the twin's frame, and that frame; raises `CrsMissing` when they have no place.

    The setting `vertical_offset_m` is added to heights that were ellipsoidal.
    """
    if not is_earth_centred(points):
        return placed(points, options, up_axis="z")
    framed = framing(EARTH_CENTRED, points, replace(options, crs=""))
    there = framed.convert(points)
    offset = dict(options.settings).get("vertical_offset_m", 0.0)
    if isinstance(offset, (int, float)) and np.isfinite(offset):
        there[:, 2] += float(offset)
    return there, replace(framed, notes=(*framed.notes, _ELLIPSOIDAL))
