"""Geometry templates of CityJSON: cut once, placed many times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from msgspec import Raw

from sanping.domain.geo import Float64Array, Int32Array
from sanping.domain.text import Text
from sanping.formats.cityjson_objects import Names, Shape
from sanping.formats.cityjson_shapes import Ground, drawn
from sanping.formats.cityjson_text import vertices_of
from sanping.formats.cityjson_words import NESTING, Geometry, PlainGeometry, Templates
from sanping.formats.columns import SkipLog, Triangles

_MALFORMED = Text("几何模板无法读取：{detail}", "geometry template that cannot be read: {detail}")
_MISPLACED = Text(
    "模板实例没有有效的位置或变换矩阵", "template instance without a valid place or transformation matrix"
)

_IDENTITY = np.eye(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The templates of a file; triangles of template n have row n, their points are in metres around its origin."""

    templates: Sequence[Geometry]
    mesh: Triangles


_EMPTY = Library(
    templates=(),
    mesh=Triangles(
        points=np.zeros((0, 3)),
        triangles=np.zeros((0, 3), dtype=np.int32),
        triangle_row=np.zeros(0, dtype=np.int32),
        triangle_surface=np.zeros(0, dtype=np.uint8),
    ),
)


def library_of(text: Raw, skips: SkipLog) -> Library:
    """Read and cut the `geometry-templates` of a file; what cannot be read is counted and left out."""
    if bytes(text) == b"null":
        return _EMPTY
    try:
        written = msgspec.json.decode(text, type=Templates)
    except msgspec.ValidationError as error:
        skips.add(_MALFORMED.with_values(detail=error), "geometry-templates")
        return _EMPTY
    templates = [_template(number, raw, skips) for number, raw in enumerate(written.templates)]
    shapes = [Shape(template, number, 0) for number, template in enumerate(templates) if template.type in NESTING]
    vertices = vertices_of([written.vertices])
    ground = Ground(points=vertices.points, first=np.zeros(1, dtype=np.int64), count=vertices.counts)
    ids = [f"template {number}" for number in range(len(templates))]
    mesh = drawn(shapes, ground, Names(ids=ids, classes=[""] * len(ids), skips=skips))
    return Library(templates=templates, mesh=mesh)


def _template(number: int, text: Raw, skips: SkipLog) -> Geometry:
    for kind in (Geometry, PlainGeometry):
        try:
            return msgspec.json.decode(text, type=kind)
        except msgspec.ValidationError as error:
            detail = error
    skips.add(_MALFORMED.with_values(detail=detail), f"template {number}")
    return Geometry(type="")


def placed(instances: Sequence[Shape], library: Library, ground: Ground, names: Names) -> Iterator[Triangles]:
    """Yield the triangles of template instances, one mesh for all instances of a template.

    `ground.points` are in the frame of the model: instances are turned and scaled around their reference point there.
    """
    by_template: dict[int, list[tuple[int, Float64Array, Float64Array]]] = {}
    for shape in instances:
        place = _place(shape, ground)
        if place is None:
            names.skips.add(_MISPLACED, names.ids[shape.row])
        else:
            by_template.setdefault(shape.geometry.template or 0, []).append((shape.row, *place))
    for number, places in by_template.items():
        is_mine = library.mesh.triangle_row == number
        if is_mine.any():
            rows = np.array([row for row, _, _ in places], dtype=np.int32)
            matrices = np.array([matrix for _, matrix, _ in places])
            points = np.array([point for _, _, point in places])
            yield _repeated(library.mesh, np.flatnonzero(is_mine), rows, matrices, points)


def _place(shape: Shape, ground: Ground) -> tuple[Float64Array, Float64Array] | None:
    """Return the matrix and reference point of an instance, None when either is unusable."""
    geometry = shape.geometry
    try:
        vertices = msgspec.json.decode(geometry.boundaries, type=list[int])
        values = msgspec.json.decode(geometry.transformation, type=list[float] | None)
    except msgspec.ValidationError:
        return None
    matrix = _IDENTITY if values is None else np.array(values, dtype=np.float64)
    if matrix.size != 16 or not vertices or not 0 <= vertices[0] < ground.count[shape.document]:
        return None
    matrix = matrix.reshape(4, 4)
    point = ground.points[ground.first[shape.document] + vertices[0]]
    if not (np.isfinite(matrix).all() and np.isfinite(point).all() and abs(np.linalg.det(matrix[:3, :3])) > 1e-12):
        return None
    return matrix, point


def _repeated(
    mesh: Triangles, mine: np.ndarray, rows: Int32Array, matrices: Float64Array, places: Float64Array
) -> Triangles:
    """Place one template's triangles; a mirrored instance is turned inside out, so that it faces outside again."""
    used, local = np.unique(mesh.triangles[mine], return_inverse=True)
    local = local.reshape(-1, 3).astype(np.int32)
    points = np.einsum("mij,kj->mki", matrices[:, :3, :3], mesh.points[used])
    points += (matrices[:, :3, 3] + places)[:, None, :]
    triangles = np.arange(len(rows), dtype=np.int32)[:, None, None] * np.int32(len(used)) + local
    is_mirrored = np.linalg.det(matrices[:, :3, :3]) < 0
    triangles[is_mirrored] = triangles[is_mirrored][:, :, ::-1]
    return Triangles(
        points=points.reshape(-1, 3),
        triangles=triangles.reshape(-1, 3),
        triangle_row=np.repeat(rows, len(mine)),
        triangle_surface=np.tile(mesh.triangle_surface[mine], len(rows)),
    )
