"""Triangles of CityJSON geometries, with the semantics of their surfaces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from sanping.domain.city import SurfaceKind
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.cityjson_objects import Names, Shape
from sanping.formats.cityjson_semantics import surface_kinds
from sanping.formats.cityjson_skins import Looks, sharing, skin_of
from sanping.formats.cityjson_text import IntArray, NestingWrong, Rings, mended, rings_of
from sanping.formats.cityjson_words import NESTING, kind_of_class
from sanping.formats.columns import Polygons, Triangles, cut

BATCH_BYTES = 1 << 25
"""Boundaries handled at once, in bytes of text: working memory is about twenty times that."""

_NESTED_WRONG = Text("几何边界无效：{detail}", "geometry with invalid boundaries: {detail}")
_OUT_OF_RANGE = Text("几何引用了不存在的顶点", "geometry that refers to vertices which do not exist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What shapes stand on: all points (n, 3), and which of them belong to each document (first, count).

    `looks` are the appearances of the documents, empty where they are not wanted.
    """

    points: Float64Array
    first: IntArray
    count: IntArray
    looks: Sequence[Looks] = ()


def drawn(shapes: Sequence[Shape], ground: Ground, names: Names) -> Triangles:
    """Cut the surfaces of shapes into triangles; what cannot be read is counted and left out."""
    parts = [_cut_batch(batch, ground, names) for batch in _batches(shapes)]
    return sharing(ground.points, parts)


def _batches(shapes: Sequence[Shape]) -> Iterator[Sequence[Shape]]:
    """Part shapes into runs of bounded text; those of one row stay together."""
    begin, size = 0, 0
    for number, shape in enumerate(shapes):
        if size > BATCH_BYTES and shape.row != shapes[number - 1].row:
            yield shapes[begin:number]
            begin, size = number, 0
        size += len(shape.geometry.boundaries)
    if begin < len(shapes):
        yield shapes[begin:]


def _cut_batch(shapes: Sequence[Shape], ground: Ground, names: Names) -> Triangles:
    shapes, rings = _sound(list(shapes), ground, names)
    row = np.array([shape.row for shape in shapes], dtype=np.int32)
    kinds = {word: kind_of_class(word) for word in {names.classes[shape.row] for shape in shapes}}
    plain = np.array([kinds[names.classes[shape.row]] for shape in shapes], dtype=np.uint8)
    surface = surface_kinds(shapes, rings, plain, names)
    skin = skin_of(shapes, rings, ground.looks, names)
    kept = _without_doubles(rings, surface, row)
    if not kept.all():
        skin = skin and skin.chosen(np.repeat(kept, _corner_counts(rings)))
        rings, surface = _chosen(rings, kept), surface[kept]
    index = rings.index
    if len(ground.first) > 1:
        first = ground.first[[shape.document for shape in shapes]]
        index = index + np.repeat(first[rings.polygon_boundary], _corner_counts(rings))
    points, index, texturing = (ground.points, index, None) if skin is None else skin.onto(ground.points, index)
    polygons = Polygons(
        points=points,
        ring_points=index,
        ring_start=rings.ring_start,
        polygon_first_ring=rings.polygon_first_ring,
        polygon_row=row[rings.polygon_boundary],
        polygon_surface=surface,
        texturing=texturing,
    )
    return cut(polygons, names.ids, names.skips)


def _corner_counts(rings: Rings) -> IntArray:
    return np.diff(rings.ring_start[rings.polygon_first_ring])


def _sound(shapes: list[Shape], ground: Ground, names: Names) -> tuple[list[Shape], Rings]:
    """Read the rings of shapes, without the shapes whose boundaries are wrong."""
    try:
        rings = _rings(shapes)
    except NestingWrong:
        shapes = list(_mended_shapes(shapes, names))
        rings = _rings(shapes)
    limit = ground.count[[shape.document for shape in shapes]] if shapes else np.zeros(0, dtype=np.int64)
    if len(rings.index) and rings.index.max() >= limit.min():
        is_over = rings.index >= np.repeat(limit[rings.polygon_boundary], _corner_counts(rings))
        corner_boundary = np.repeat(rings.polygon_boundary, _corner_counts(rings))
        wrong = set(corner_boundary[is_over].tolist())
        for number in sorted(wrong):
            names.skips.add(_OUT_OF_RANGE, names.ids[shapes[number].row])
        if wrong:
            shapes = [shape for number, shape in enumerate(shapes) if number not in wrong]
            rings = _rings(shapes)
    return shapes, rings


def _rings(shapes: Sequence[Shape]) -> Rings:
    return rings_of([s.geometry.boundaries for s in shapes], [NESTING[s.geometry.type] for s in shapes])


def _mended_shapes(shapes: Sequence[Shape], names: Names) -> Iterator[Shape]:
    for shape in shapes:
        geometry = shape.geometry
        try:
            text = mended(geometry.boundaries, NESTING[geometry.type])
        except msgspec.MsgspecError as error:
            names.skips.add(_NESTED_WRONG.with_values(detail=error), names.ids[shape.row])
            continue
        if text != b"[]":
            whole = msgspec.structs.replace(geometry, boundaries=msgspec.Raw(text))
            yield Shape(whole, shape.row, shape.document)


def _without_doubles(rings: Rings, surface: UInt8Array, row: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return which polygons are kept: of those that two geometries of one object share, the one that knows what it is.

    Files give a solid and a multi-surface of the same walls, at the same level of detail.
    """
    has_several = np.bincount(row)[row] > 1
    asked = np.flatnonzero(has_several[rings.polygon_boundary])
    kept = np.ones(len(surface), dtype=bool)
    if not len(asked):
        return kept
    mixed = (rings.index.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    key = np.add.reduceat(mixed, rings.ring_start[rings.polygon_first_ring[:-1]])
    key ^= row[rings.polygon_boundary].astype(np.uint64) * np.uint64(0x94D049BB133111EB)
    asked = asked[np.argsort(surface[asked] == SurfaceKind.UNKNOWN, kind="stable")]
    in_order = asked[np.argsort(key[asked], kind="stable")]
    kept[in_order[1:][key[in_order[1:]] == key[in_order[:-1]]]] = False
    return kept


def _chosen(rings: Rings, kept: npt.NDArray[np.bool_]) -> Rings:
    """Return the rings of some polygons."""
    ring_kept = np.repeat(kept, np.diff(rings.polygon_first_ring))
    sizes = np.diff(rings.ring_start)
    return Rings(
        index=rings.index[np.repeat(ring_kept, sizes)],
        ring_start=np.concatenate(([0], np.cumsum(sizes[ring_kept]))),
        polygon_first_ring=np.concatenate(([0], np.cumsum(np.diff(rings.polygon_first_ring)[kept]))),
        polygon_boundary=rings.polygon_boundary[kept],
    )
