"""Colours of triangles brought to rows: a mean for each object, or patches of few colours below one."""

import numpy as np
import numpy.typing as npt

from sanping.domain.city import OWN_COLOUR
from sanping.domain.geo import UInt8Array
from sanping.formats.gathering import PATCH, Gathering
from sanping.formats.own_colours import colour_text, palette_of

FEWEST_PATCHED = 64
"""A textured mesh of fewer triangles keeps one colour."""
MOST_PATCHES = 48

IntArray = npt.NDArray[np.int64]


def patch_rows(gathering: Gathering, colours: UInt8Array, parent: int, name: str) -> IntArray:
    """Return the row below `parent` of each triangle (t,), a row for each of few colours that stand for `colours`."""
    palette, which = palette_of(colours, MOST_PATCHES)
    rows = []
    for colour in palette:
        text = colour_text(colour)
        rows.append(gathering.row(f"{name}/{text}", PATCH, {OWN_COLOUR: text}, parent))
    return np.array(rows, dtype=np.int64)[which]


def paint_rows(gathering: Gathering, colours: UInt8Array, rows: IntArray) -> None:
    """Give each row the mean colour (t, 3) of its triangles (t,), unless it has one."""
    kinds, which = np.unique(rows, return_inverse=True)
    counts = np.maximum(np.bincount(which), 1)
    means = np.column_stack([np.bincount(which, weights=colours[:, k]) / counts for k in range(3)])
    for number, row in enumerate(kinds.tolist()):
        if OWN_COLOUR not in gathering.attributes_of(row):
            gathering.know(row, **{OWN_COLOUR: colour_text(means[number])})
