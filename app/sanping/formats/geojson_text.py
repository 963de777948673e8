"""Features and polygons straight from GeoJSON text, without a Python object per corner.

Only for collections as the standard has them; whatever is odd is left to the slower way, which tells what is wrong.
"""

import struct
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import orjson
from msgspec import Raw

from sanping.domain.lazy import LazySequence
from sanping.formats.columns import SkipLog
from sanping.formats.footprints_rings import Rings, rings_of_geojson

_BLANKS = b" \t\r\n"
_NUMBER_LETTERS = b"0123456789+-.eE"
_NESTING = {"Polygon": 2, "MultiPolygon": 3}
_OPEN, _CLOSE, _POINT = b"[]p"


class GeometryText(msgspec.Struct, gc=False):
    """A geometry whose coordinates are still text; `msgspec` checks its syntax."""

    type: str
    coordinates: Raw


class PlainFeature(msgspec.Struct, gc=False):
    """A feature that has a geometry and attributes."""

    properties: dict[str, Any]
    geometry: GeometryText
    id: Any = None


class PlainCollection(msgspec.Struct, gc=False):
    """A collection of nothing but plain features; `crs` is that of GeoJSON 2008."""

    type: Literal["FeatureCollection"]
    features: list[PlainFeature]
    crs: Any = None


_PLAIN = msgspec.json.Decoder(PlainCollection)


def plain_collection(data: bytes) -> PlainCollection | None:
    """Decode a collection of plain features in UTF-8; None for anything else."""
    try:
        found = _PLAIN.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.features else None


def rings_of(geometries: Sequence[object], ids: Sequence[str], skips: SkipLog) -> Rings:
    """Return the rings of geometries, from their text where they have one and it is sound.

    What is no polygon or not properly nested is counted in `skips`.
    """
    if isinstance(geometries, GeometryTexts):
        rings = geometries.rings()
        if rings is not None:
            return rings
        geometries = list(geometries)
    return rings_of_geojson(geometries, ids, skips)


class GeometryTexts(LazySequence[object]):
    """The geometries of a file, each made into lists of numbers only when somebody asks for it."""

    def __init__(self, texts: Sequence[GeometryText]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        """Return the number of geometries."""
        return len(self._texts)

    def _at(self, row: int) -> object:
        text = self._texts[row]
        return {"type": text.type, "coordinates": orjson.loads(bytes(text.coordinates))}

    def rings(self) -> Rings | None:
        """Return the rings when every geometry is a sound polygon or several; None leaves them to the slower way.

        Sound: nested as its type wants, no empty list, corners that are all pairs or all triples of numbers.
        """
        kinds = [text.type for text in self._texts]
        if not kinds or not _NESTING.keys() >= set(kinds):
            return None
        return _rings_of(b",".join([text.coordinates for text in self._texts]), kinds)


def _rings_of(text: bytes, kinds: list[str]) -> Rings | None:
    """Read the coordinates of all geometries, joined by commas; their syntax was checked when they were decoded."""
    outline = text.translate(None, _NUMBER_LETTERS + _BLANKS)
    width = 2 if b"[,]" in outline else 3
    outline = outline.replace(b"[" + b"," * (width - 1) + b"]", b"p")
    if b"[]" in outline:
        return None
    letters = np.frombuffer(outline.translate(None, b","), dtype=np.uint8)
    is_open, is_close, is_point = letters == _OPEN, letters == _CLOSE, letters == _POINT
    depth = np.cumsum(is_open.view(np.int8) - is_close.view(np.int8), dtype=np.int32)
    geometry_ends = np.flatnonzero(depth == 0)
    if len(geometry_ends) != len(kinds) or not (is_open | is_close | is_point).all():
        return None
    points_until = np.cumsum(is_point, dtype=np.int64)
    counts = np.diff(points_until[geometry_ends], prepend=0)
    nesting = np.fromiter(map(_NESTING.__getitem__, kinds), np.int32, count=len(kinds))
    if not np.array_equal(depth[is_point], np.repeat(nesting, counts)):
        return None
    values = _numbers(text.translate(None, b"[]" + _BLANKS))
    if values is None or len(values) != width * int(points_until[-1]):  # a number outside of points, or a wider point
        return None
    ring_opens = np.flatnonzero(is_open[:-1] & is_point[1:])
    first_ring = np.flatnonzero(is_open[ring_opens - 1])
    corners = values.reshape(-1, width)
    return Rings(
        points=np.ascontiguousarray(corners[:, :2]),
        z=np.ascontiguousarray(corners[:, 2]) if width == 3 else None,
        ring_start=np.append(points_until[ring_opens], points_until[-1]),
        first_ring=np.append(first_ring, len(ring_opens)),
        row=np.searchsorted(geometry_ends, ring_opens[first_ring]),
    )


def _numbers(text: bytes) -> npt.NDArray[np.float64] | None:
    try:
        found = orjson.loads(b"[" + text + b"]")
        return np.frombuffer(struct.pack(f"{len(found)}d", *found))
    except (ValueError, struct.error):
        return None
