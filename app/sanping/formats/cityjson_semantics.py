"""What each surface of a CityJSON geometry is: wall, roof, ground and so on."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from sanping.domain.geo import UInt8Array
from sanping.formats.cityjson_objects import Shape
from sanping.formats.cityjson_text import IntArray, Rings, numbers_of
from sanping.formats.cityjson_words import NESTING, Semantics, Surface, kinds_of


def surface_kinds(shapes: Sequence[Shape], rings: Rings, plain: UInt8Array) -> UInt8Array:
    """Return the `SurfaceKind` of each polygon of `rings`; `plain` is that of a shape which does not tell."""
    result = plain[rings.polygon_boundary]
    told = [(number, shape) for number, shape in enumerate(shapes) if _surfaces(shape.geometry.semantics)]
    if not told:
        return result
    number = np.array([number for number, _ in told])
    count = np.bincount(rings.polygon_boundary, minlength=len(shapes))[number]
    values = _values([shape for _, shape in told], count)
    tables = [_surfaces(shape.geometry.semantics) for _, shape in told]
    table = np.array([kind for surfaces in tables for kind in kinds_of(surfaces)], dtype=np.uint8)
    size = np.array([len(surfaces) for surfaces in tables])
    first = np.repeat(np.cumsum(size) - size, count)
    is_known = (values >= 0) & (values < np.repeat(size, count))
    is_told = np.zeros(len(shapes), dtype=bool)
    is_told[number] = True
    polygons = np.flatnonzero(is_told[rings.polygon_boundary])
    result[polygons[is_known]] = table[(first + values)[is_known]]
    return result


def _surfaces(semantics: Semantics | None) -> list[Surface]:
    return (semantics.surfaces or []) if semantics is not None else []


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
    boundaries = msgspec.json.decode(shape.geometry.boundaries)
    values = list(_spread(msgspec.json.decode(_text(shape)), boundaries, NESTING[shape.geometry.type] - 2))
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
            yield value if isinstance(value, int) and 0 <= value < 1 << 31 else -1
