"""S2 cells as bounding volumes (3DTILES_bounding_volume_S2): what a token names, and where that is on the earth.

A cell is a square on one of the six faces of a cube around the earth, divided by four again and again along a Hilbert
curve. Directions are taken as geodetic, heights are above the ellipsoid, as the extension says.
"""

import re

import numpy as np

from sanping.domain.geo import Float64Array

EXTENSION = "3DTILES_bounding_volume_S2"
_TOKEN = re.compile(r"[0-9a-f]{1,16}", re.IGNORECASE)
_FACES, _DEEPEST = 6, 30
_PLACES = ((0, 1, 3, 2), (0, 2, 3, 1), (3, 2, 0, 1), (3, 1, 0, 2))
"""Column and row (two bits) of the four children of a cell along the curve, for each way that it may turn."""
_TURNS = (1, 0, 0, 3)


def square_of(token: object) -> tuple[float, float, float, float, float] | None:
    """Return face (0 … 5), and west, south, east, north (0 … 1) of a cell on it; None for what names no cell."""
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        return None
    cell = int(token.ljust(16, "0"), 16)
    face, lowest = cell >> 61, cell & -cell
    step = lowest.bit_length() - 1
    if face >= _FACES or not cell or step % 2 or step > 2 * _DEEPEST:
        return None
    level = _DEEPEST - step // 2
    turn, column, row = face & 1, 0, 0
    for depth in range(level):
        along = (cell >> (59 - 2 * depth)) & 3
        place = _PLACES[turn][along]
        column, row, turn = column * 2 + (place >> 1), row * 2 + (place & 1), turn ^ _TURNS[along]
    side = 0.5**level
    return float(face), column * side, row * side, (column + 1) * side, (row + 1) * side


def directions(face: int, square: Float64Array) -> Float64Array:
    """Return unit vectors (n, 3) from the middle of the earth to places (n, 2), 0 … 1, on a face of the cube."""
    u, v = np.where(square >= 0.5, (4 * square**2 - 1) / 3, (1 - 4 * (1 - square) ** 2) / 3).T
    one = np.ones(len(square))
    ways = ((one, u, v), (-u, one, v), (-u, -v, one), (-one, -v, -u), (v, -one, -u), (v, u, -one))
    found = np.column_stack(ways[face])
    return np.asarray(found / np.linalg.norm(found, axis=1)[:, None], np.float64)


def degrees(face: int, square: Float64Array) -> Float64Array:
    """Return longitude and latitude (n, 2) of places (n, 2), 0 … 1, on a face of the cube."""
    x, y, z = directions(face, square).T
    return np.column_stack([np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(np.clip(z, -1.0, 1.0)))])
