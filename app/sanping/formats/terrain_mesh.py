"""Quantized-mesh tiles (quantized-mesh-1.0): decoded, and laid out as heights on a grid."""

import gzip
import io
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

MOST_BYTES = 64 << 20
_FULL = 32767.0
_HEAD = struct.Struct("<3d2f4d3dI")
_MOST_POINTS = 2_000_000
_CHUNK_CELLS = 4_000_000

_CUT_SHORT = Text("地形网格瓦片不完整或有误", "A terrain mesh tile is cut short or wrong")
_TOO_BIG = Text("地形瓦片展开后过大；已拒绝", "A terrain tile unpacks to too much and was refused")

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerrainMesh:
    """One tile: `u`, `v` (p,) from 0 in the west and south to 1, heights (p,) in metres, triangles (t, 3).

    `centre` (3,) is the middle of the tile in earth-centred metres, `radius_m` that of its bounding sphere.
    """

    u: Float64Array
    v: Float64Array
    heights_m: Float64Array
    triangles: IntArray
    centre: Float64Array
    radius_m: float


def unpacked(data: bytes) -> bytes:
    """Return the bytes of a tile, which may be packed with gzip."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            found = file.read(MOST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise FileBroken(_CUT_SHORT) from error
    if len(found) > MOST_BYTES:
        raise FileHostile(_TOO_BIG)
    return found


def decoded(data: bytes) -> TerrainMesh:
    """Decode a tile; extensions behind the triangles (normals, water, metadata) are not needed.

    Raises `FileBroken` for lengths and indices that cannot be.
    """
    data = unpacked(data)
    if len(data) < _HEAD.size:
        raise FileBroken(_CUT_SHORT)
    *head, count = _HEAD.unpack_from(data)
    low, high = head[3:5]
    if not 3 <= count <= _MOST_POINTS or _HEAD.size + 6 * count > len(data) or not np.isfinite(head).all():
        raise FileBroken(_CUT_SHORT)
    packed = np.frombuffer(data, "<u2", 3 * count, _HEAD.size).astype(np.int64).reshape(3, count)
    places = np.cumsum((packed >> 1) ^ -(packed & 1), axis=1)
    if places.min() < 0 or places.max() > _FULL or high < low:
        raise FileBroken(_CUT_SHORT)
    u, v, share = places / _FULL
    return TerrainMesh(
        u=u,
        v=v,
        heights_m=low + share * (high - low),
        triangles=_triangles(data, _HEAD.size + 6 * count, count),
        centre=np.array(head[:3]),
        radius_m=float(head[8]),
    )


def _triangles(data: bytes, place: int, count: int) -> IntArray:
    """Return the triangles, undoing the high-water mark."""
    kind = np.dtype("<u4" if count > 65_536 else "<u2")
    place += -place % kind.itemsize
    if place + 4 > len(data):
        raise FileBroken(_CUT_SHORT)
    number = struct.unpack_from("<I", data, place)[0]
    if number < 1 or place + 4 + 3 * number * kind.itemsize > len(data):
        raise FileBroken(_CUT_SHORT)
    codes = np.frombuffer(data, kind, 3 * number, place + 4).astype(np.int64)
    before = np.concatenate(([0], np.cumsum(codes == 0)[:-1]))
    corners = before - codes
    if corners.min() < 0 or corners.max() >= count:
        raise FileBroken(_CUT_SHORT)
    return corners.reshape(-1, 3)


def grid_of(mesh: TerrainMesh, cells: int) -> Float64Array:
    """Return the heights (cells, cells) of a mesh at the middles of its cells, north row first; NaN outside it."""
    x, y = mesh.u * cells - 0.5, (1.0 - mesh.v) * cells - 0.5
    grid = np.full((cells, cells), np.nan)
    corners_x, corners_y = x[mesh.triangles], y[mesh.triangles]
    low_x, high_x = _span(corners_x, cells)
    low_y, high_y = _span(corners_y, cells)
    wide, tall = np.maximum(high_x - low_x + 1, 0), np.maximum(high_y - low_y + 1, 0)
    sizes = wide * tall
    for part in _chunks(sizes):
        owner = np.repeat(part, sizes[part])
        step = np.arange(len(owner)) - np.repeat(np.cumsum(sizes[part]) - sizes[part], sizes[part])
        column, row = low_x[owner] + step % wide[owner], low_y[owner] + step // wide[owner]
        a, b, c = _weights(corners_x[owner], corners_y[owner], column, row)
        is_in = (a >= -1e-6) & (b >= -1e-6) & (c >= -1e-6)
        heights = mesh.heights_m[mesh.triangles[owner]]
        values = a * heights[:, 0] + b * heights[:, 1] + c * heights[:, 2]
        grid[row[is_in], column[is_in]] = values[is_in]
    return grid


def _span(corners: Float64Array, cells: int) -> tuple[IntArray, IntArray]:
    low = np.clip(np.ceil(corners.min(axis=1) - 1e-6), 0, cells).astype(np.int64)
    high = np.clip(np.floor(corners.max(axis=1) + 1e-6), -1, cells - 1).astype(np.int64)
    return low, high


def _chunks(sizes: IntArray) -> list[IntArray]:
    """Return the triangles in runs of not too many cells."""
    total = np.cumsum(sizes)
    cuts = np.searchsorted(total, np.arange(_CHUNK_CELLS, int(total[-1]) + 1, _CHUNK_CELLS))
    return [part for part in np.split(np.arange(len(sizes)), cuts) if len(part)]


def _weights(
    x: Float64Array, y: Float64Array, column: IntArray, row: IntArray
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Return the barycentric weights of points in triangles; NaN-free, far outside for those without area."""
    area = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0]) - (x[:, 2] - x[:, 0]) * (y[:, 1] - y[:, 0])
    safe = np.where(np.abs(area) < 1e-12, 1.0, area)
    b = ((column - x[:, 0]) * (y[:, 2] - y[:, 0]) - (x[:, 2] - x[:, 0]) * (row - y[:, 0])) / safe
    c = ((x[:, 1] - x[:, 0]) * (row - y[:, 0]) - (column - x[:, 0]) * (y[:, 1] - y[:, 0])) / safe
    a = np.where(np.abs(area) < 1e-12, -1.0, 1.0 - b - c)
    return a, b, c
