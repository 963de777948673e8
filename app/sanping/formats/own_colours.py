"""Colours that objects bring along: as text, and few of them for many triangles."""

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, UInt8Array

IntArray = npt.NDArray[np.int64]
_STEPS = (8, 16, 32, 64, 128, 256)


def colour_text(colour: UInt8Array | Float64Array) -> str:
    """Return red, green, blue (3,) of 0 … 255 as "#rrggbb"."""
    return "#" + "".join(f"{min(255, max(0, round(float(part)))):02x}" for part in colour[:3])


def encoded(linear: Float64Array) -> UInt8Array:
    """Return linear shares (…, 3) of 0 … 1 as sRGB bytes."""
    shares = np.clip(np.nan_to_num(linear), 0.0, 1.0)
    curved = np.where(shares <= 0.0031308, shares * 12.92, 1.055 * shares ** (1 / 2.4) - 0.055)
    return np.round(curved * 255).astype(np.uint8)


def palette_of(colours: UInt8Array, most: int) -> tuple[UInt8Array, IntArray]:
    """Return at most `most` colours (k, 3) that stand for `colours` (n, 3), and which of them each one gets (n,).

    Colours of one cube of the colour space share their mean; cubes grow until they are few enough.
    """
    for step in _STEPS:
        cubes = (colours // np.uint8(step)) if step < 256 else np.zeros_like(colours)
        codes = (cubes.astype(np.int64) * (1 << 16, 1 << 8, 1)).sum(axis=1)
        kinds, which = np.unique(codes, return_inverse=True)
        if len(kinds) <= most or step == _STEPS[-1]:
            break
    counts = np.maximum(np.bincount(which, minlength=len(kinds)), 1)
    means = np.column_stack(
        [np.bincount(which, weights=colours[:, k], minlength=len(kinds)) / counts for k in range(3)]
    )
    return np.round(means).astype(np.uint8), which.astype(np.int64)
