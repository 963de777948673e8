"""What each surface of a CityJSON geometry is: wall, roof, ground and so on."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from sanping.domain.geo import UInt8Array
from sanping.formats.cityjson_objects import SEMANTICS_LOST, Names, Shape
from sanping.formats.cityjson_text import IntArray, Rings, numbers_of
from sanping.formats.cityjson_words import NESTING, kinds_of

_REMEMBERED = 4096
"""Lists of semantic surfaces remembered at once: exporters repeat a few, or make each unique."""


def surface_kinds(shapes: Sequence[Shape], rings: Rings, plain: UInt8Array, names: Names) -> UInt8Array:
    """Return the `SurfaceKind` of each polygon of `rings`; `plain` is that of a shape which does not tell."""
    result = plain[rings.polygon_boundary]
    tables = _kind_tables(shapes, names)
    told = [number for number, kinds in enumerate(tables) if kinds]
    if not told:
        return result
    number = np.array(told)
    count = np.bincount(rings.polygon_boundary, minlength=len(shapes))[number]
    values = _values([shapes[place] for place in told], count)
    table = np.frombuffer(b"".join(tables), dtype=np.uint8)
    size = np.array([len(tables[place]) for place in told])
    first = np.repeat(np.cumsum(size) - size, count)
    is_known = (values >= 0) & (values < np.repeat(size, count))
    is_told = np.zeros(len(shapes), dtype=bool)
    is_told[number] = True
    polygons = np.flatnonzero(is_told[rings.polygon_boundary])
    result[polygons[is_known]] = table[(first + values)[is_known]]
    return result


def _kind_tables(shapes: Sequence[Shape], names: Names) -> list[bytes]:
    """Return the kinds of each shape's semantic surfaces, empty where there are none."""
    known: dict[bytes, bytes] = {}
    tables = []
    for shape in shapes:
        semantics = shape.geometry.semantics
        text = bytes(semantics.surfaces) if semantics is not None else b"null"
        kinds = known.get(text)
        if kinds is None:
            try:
                kinds = kinds_of(text)
            except msgspec.ValidationError:
                names.skips.add(SEMANTICS_LOST, names.ids[shape.row])
                kinds = b""
            if len(known) < _REMEMBERED:
                known[text] = kinds
        tables.append(kinds)
    return tables


def _values(shapes: Sequence[Shape], count: IntArray) -> IntArray:
    """Return the semantic surface of each polygon of the shapes, −1 for none; `count` are the polygons of each."""
    texts = [_text(shape) for shape in shapes]
    written = np.array([text.count(b",") + 1 for text in texts])
    values = numbers_of(texts) if np.array_equal(written, count) else None
    if values is not None and len(values) == count.sum():
        return values
    return np.concatenate([_values_of(shape, size) for shape, size in zip(shapes, count.tolist(), strict=True)])


def _text(shape: Shape) -> bytes:
    semantics = shape.geometry.semantics
    return bytes(semantics.values) if semantics is not None else b"null"


def _values_of(shape: Shape, count: int) -> IntArray:
    """Return the semantic surfaces of one shape, whose values may be null for a whole shell or solid."""
    try:
        written = msgspec.json.decode(_text(shape))
        boundaries = msgspec.json.decode(shape.geometry.boundaries)
    except msgspec.MsgspecError:
        return np.full(count, -1, dtype=np.int64)
    values = list(_spread(written, boundaries, NESTING[shape.geometry.type] - 2))
    if len(values) != count:
        return np.full(count, -1, dtype=np.int64)
    return np.array(values, dtype=np.int64)


def _spread(values: object, boundaries: list[object], depth: int) -> Iterator[int]:
    """Go through boundaries down to surfaces, with the value of each; values that do not match are −1."""
    listed = values if isinstance(values, list) else []
    for place, part in enumerate(boundaries):
        value = listed[place] if place < len(listed) else None
        if depth > 1 and isinstance(part, list):
            yield from _spread(value, part, depth - 1)
        else:
            row = -1 if isinstance(value, bool) or not isinstance(value, int) else value
            yield row if 0 <= row < 1 << 31 else -1
