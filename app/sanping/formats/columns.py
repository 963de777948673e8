"""City objects in columns, made from what a reader found: sorted, measured, checked, never silently empty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sanping.domain.city import Attributes, CityModel, FeatureTable, Origin, Skipped
from sanping.domain.errors import FileBroken
from sanping.domain.geo import Float64Array, GeoFrame, Int32Array, UInt8Array
from sanping.domain.lazy import ChosenRows
from sanping.domain.text import Text
from sanping.domain.texture import Texturing, joined_texturing
from sanping.formats.polygons import NARROWEST_M, triangulated

BoolArray = npt.NDArray[np.bool_]

MAX_EXAMPLES = 8
_FARTHEST_M = 1e9

NO_SURFACE = Text("对象没有可绘制的面", "object without a surface to draw")
NO_AREA = Text("对象的所有面都没有面积或坐标无效", "object whose surfaces all lack an area or have invalid coordinates")
SURFACE_NO_AREA = Text(
    "面没有面积或坐标无效（对象的其余面已保留）",
    "surface without an area or with invalid coordinates (the rest of the object is kept)",
)
_NOTHING_TO_DRAW = Text("文件中没有可以绘制的城市对象", "The file has no city object that can be drawn")
_BECAUSE = Text(
    "{nothing}：{reasons}。请检查数据或导出设置", "{nothing}: {reasons}. Check the data or how it was exported"
)
_BARE = Text("{nothing}。请检查数据或导出设置", "{nothing}. Check the data or how it was exported")


class SkipLog:
    """Counts what a reader leaves out of the file `path`, by reason, with a few examples."""

    def __init__(self, path: str = "") -> None:
        self.path = path
        self._counts: dict[Text, int] = {}
        self._examples: dict[Text, list[str]] = {}
        self._named: set[str] = set()

    def add(self, reason: Text, example: str, count: int = 1) -> None:
        """Count `count` more things left out for `reason`; `example` is an object id or a place ("line 12")."""
        self._counts[reason] = self._counts.get(reason, 0) + count
        examples = self._examples.setdefault(reason, [])
        if len(examples) < MAX_EXAMPLES and example not in examples:
            examples.append(example)
        self._named.add(example)

    def names(self, example: str) -> bool:
        """Say whether this object or place was counted for any reason."""
        return example in self._named

    @property
    def total(self) -> int:
        """How many things were left out in all."""
        return sum(self._counts.values())

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out, most frequent reason first."""
        ranked = sorted(self._counts.items(), key=lambda item: -item[1])
        return tuple(
            Skipped(reason=reason, count=count, examples=tuple(self._examples[reason])) for reason, count in ranked
        )

    def refusal(self) -> FileBroken:
        """Return the error for a file of which nothing is left, with the reasons."""
        if not self._counts:
            return FileBroken(_BARE.with_values(nothing=_NOTHING_TO_DRAW), path=self.path)
        parts = [(skipped.reason, skipped.count, skipped.examples[0]) for skipped in self.skipped[:4]]
        reasons = Text(
            "；".join(f"{reason.zh} × {count}（如 {example}）" for reason, count, example in parts),
            "; ".join(f"{reason.en} × {count} (such as {example})" for reason, count, example in parts),
        )
        return FileBroken(_BECAUSE.with_values(nothing=_NOTHING_TO_DRAW, reasons=reasons), path=self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a reader knows of n city objects: ids, class words, row of the parent (−1: none), attributes."""

    ids: Sequence[str]
    classes: Sequence[str]
    parent: npt.NDArray[np.integer]
    attributes: Sequence[Attributes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygons:
    """Polygons of a file, as `polygons.triangulated` takes them, with the row and `SurfaceKind` of each (q,)."""

    points: Float64Array
    ring_points: npt.NDArray[np.integer]
    ring_start: npt.NDArray[np.integer]
    polygon_first_ring: npt.NDArray[np.integer]
    polygon_row: npt.NDArray[np.integer]
    polygon_surface: UInt8Array
    texturing: Texturing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangles:
    """Triangles of a file (t, 3) into points (p, 3), with the row and `SurfaceKind` of each (t,), and pictures."""

    points: Float64Array
    triangles: npt.NDArray[np.integer]
    triangle_row: npt.NDArray[np.integer]
    triangle_surface: UInt8Array
    texturing: Texturing | None = None


def model_of_polygons(rows: Rows, polygons: Polygons, *, frame: GeoFrame, origin: Origin, skips: SkipLog) -> CityModel:
    """Triangulate polygons and build the model; `frame` is the one their points are in.

    Polygons without an area are left out and counted in `skips`. Raises `FileBroken` when nothing is left.
    """
    polygons = replace(polygons, points=on_earth(polygons.points))
    return model_of_sound(rows, cut(polygons, rows.ids, skips), frame=frame, origin=origin, skips=skips)


def model_of_triangles(rows: Rows, mesh: Triangles, *, frame: GeoFrame, origin: Origin, skips: SkipLog) -> CityModel:
    """Build the model from triangles; `frame` is the one their points are in.

    Triangles that are out of range, without area or not finite are left out and counted in `skips`.
    Raises `FileBroken` when nothing is left.
    """
    mesh = replace(mesh, points=on_earth(mesh.points))
    is_sound = _are_sound(mesh.points, mesh.triangles)
    if is_sound.all():
        return model_of_sound(rows, mesh, frame=frame, origin=origin, skips=skips)
    triangle_row = np.asarray(mesh.triangle_row, dtype=np.int32)
    sound = Triangles(
        points=mesh.points,
        triangles=mesh.triangles[is_sound],
        triangle_row=triangle_row[is_sound],
        triangle_surface=mesh.triangle_surface[is_sound],
        texturing=mesh.texturing,
    )
    _log_without_area(triangle_row[~is_sound], sound.triangle_row, rows.ids, skips)
    return model_of_sound(rows, sound, frame=frame, origin=origin, skips=skips)


def on_earth(points: Float64Array) -> Float64Array:
    """Return points with NaN for coordinates that no CRS of the earth has."""
    with np.errstate(invalid="ignore"):
        is_strange = ~(np.abs(points) <= _FARTHEST_M)
    return np.where(is_strange, np.nan, points) if is_strange.any() else points


def cut(polygons: Polygons, ids: Sequence[str], skips: SkipLog) -> Triangles:
    """Triangulate polygons; those without an area are left out and counted in `skips` under the `ids` of their rows."""
    done = triangulated(polygons.points, polygons.ring_points, polygons.ring_start, polygons.polygon_first_ring)
    row = np.asarray(polygons.polygon_row, dtype=np.int32)
    triangle_row = row[done.polygon]
    _log_without_area(row[done.broken], triangle_row, ids, skips)
    return Triangles(
        points=polygons.points,
        triangles=done.triangles,
        triangle_row=triangle_row,
        triangle_surface=polygons.polygon_surface[done.polygon],
        texturing=polygons.texturing,
    )


def joined(parts: Sequence[Triangles]) -> Triangles:
    """Put meshes that number the same rows together."""
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(len(part.points) for part in parts)], dtype=np.int32)
    shifted = [part.triangles + first for part, first in zip(parts, before, strict=False)]
    return Triangles(
        points=np.concatenate([np.zeros((0, 3)), *(part.points for part in parts)]),
        triangles=np.concatenate([np.zeros((0, 3), np.int32), *shifted]),
        triangle_row=np.concatenate([np.zeros(0, np.int32), *(part.triangle_row for part in parts)]),
        triangle_surface=np.concatenate([np.zeros(0, np.uint8), *(part.triangle_surface for part in parts)]),
        texturing=joined_texturing([(part.texturing, len(part.points)) for part in parts]),
    )


def welded(points: Float64Array, triangles: npt.NDArray[np.integer]) -> tuple[Float64Array, Int32Array]:
    """Merge points that are exactly equal; triangles keep their order."""
    if not len(points):
        return points, np.asarray(triangles, dtype=np.int32)
    order = np.lexsort((points[:, 2], points[:, 1], points[:, 0]))
    in_order = points[order]
    is_new = np.ones(len(points), dtype=bool)
    is_new[1:] = (in_order[1:] != in_order[:-1]).any(axis=1)
    number = np.empty(len(points), dtype=np.int32)
    number[order] = np.cumsum(is_new) - 1
    return in_order[is_new], number[triangles]


def _are_sound(points: Float64Array, triangles: npt.NDArray[np.integer]) -> BoolArray:
    triangles = np.asarray(triangles).reshape(-1, 3)
    is_sound = np.asarray(((triangles >= 0) & (triangles < len(points))).all(axis=1))
    a, b, c = (points[triangles[is_sound, k]] for k in range(3))
    with np.errstate(invalid="ignore", over="ignore"):
        ab, ac, bc = b - a, c - a, c - b
        normal = np.cross(ab, ac)
        longest = np.maximum.reduce([(side * side).sum(axis=1) for side in (ab, ac, bc)])
        is_sound[is_sound] = (normal * normal).sum(axis=1) > longest * NARROWEST_M**2
    return is_sound


def _log_without_area(
    broken_row: npt.NDArray[np.integer], drawn_row: npt.NDArray[np.integer], ids: Sequence[str], skips: SkipLog
) -> None:
    """Count surfaces without area; an object that lost all of them counts once, as an object."""
    if not len(broken_row):
        return
    numbers, counts = np.unique(broken_row, return_counts=True)
    is_drawn = np.isin(numbers, drawn_row)
    for number, count, drawn in zip(numbers.tolist(), counts.tolist(), is_drawn.tolist(), strict=True):
        if drawn:
            skips.add(SURFACE_NO_AREA, ids[number], count)
        else:
            skips.add(NO_AREA, ids[number])


def model_of_sound(rows: Rows, mesh: Triangles, *, frame: GeoFrame, origin: Origin, skips: SkipLog) -> CityModel:
    """Build the model from triangles that are known to be in range, finite and to have an area.

    Raises `FileBroken` when there is none.
    """
    parent = _without_circles(np.asarray(rows.parent, dtype=np.int32))
    is_drawn = np.bincount(np.asarray(mesh.triangle_row, dtype=np.int32), minlength=len(rows.ids)) > 0
    kept = _drawn_or_parent(is_drawn, parent)
    if not kept.all():
        for row in np.flatnonzero(~kept).tolist():
            if not skips.names(rows.ids[row]):
                skips.add(NO_SURFACE, rows.ids[row])
    if not len(mesh.triangles):
        raise skips.refusal()
    triangle_row, triangles, surface = _sorted_by_row(mesh)
    points, triangles, texturing = _used(mesh.points, triangles, mesh.texturing)
    numbers = np.cumsum(kept, dtype=np.int32) - np.int32(1)
    return CityModel(
        frame=frame,
        origin=replace(origin, skipped=skips.skipped),
        features=_table(rows, parent, kept, _reaches(points, triangles, triangle_row, parent)),
        points=points,
        triangles=triangles,
        triangle_feature=numbers[triangle_row],
        triangle_surface=surface,
        texturing=texturing,
    )


def _without_circles(parent: Int32Array) -> Int32Array:
    """Take the parent from every object that is its own ancestor, or has such an ancestor."""
    reached = parent
    for _ in range(len(parent).bit_length()):
        if (reached < 0).all():
            return parent
        reached = np.where(reached >= 0, reached[reached], -1).astype(np.int32)
    return np.where(reached >= 0, -1, parent).astype(np.int32)


def _drawn_or_parent(is_drawn: BoolArray, parent: Int32Array) -> BoolArray:
    """Return the rows that have triangles or a descendant with triangles."""
    kept = is_drawn.copy()
    while True:
        above = parent[kept & (parent >= 0)]
        if kept[above].all():
            return kept
        kept[above] = True


def _sorted_by_row(mesh: Triangles) -> tuple[Int32Array, Int32Array, UInt8Array]:
    row = np.asarray(mesh.triangle_row, dtype=np.int32)
    triangles = np.asarray(mesh.triangles, dtype=np.int32)
    surface = np.asarray(mesh.triangle_surface, dtype=np.uint8)
    if (row[1:] >= row[:-1]).all():
        return row, triangles, surface
    order = np.argsort(row, kind="stable")
    return row[order], triangles.take(order, axis=0), surface[order]


def _used(
    points: Float64Array, triangles: Int32Array, texturing: Texturing | None
) -> tuple[Float64Array, Int32Array, Texturing | None]:
    """Drop the points that no triangle has."""
    is_used = np.zeros(len(points), dtype=bool)
    is_used[triangles.astype(np.intp)] = True
    if is_used.all():
        return points, triangles, texturing
    number = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
    return np.compress(is_used, points, axis=0), number.take(triangles), texturing and texturing.taken(is_used)


def _reaches(
    points: Float64Array, triangles: Int32Array, triangle_row: Int32Array, parent: Int32Array
) -> tuple[Float64Array, Float64Array]:
    """Return the lowest and highest point of every row, a parent's with its descendants; NaN for a row without any."""
    height = np.ascontiguousarray(points[:, 2]).take(triangles.ravel())
    starts = np.flatnonzero(np.concatenate(([True], triangle_row[1:] != triangle_row[:-1])))
    base, top = np.full(len(parent), np.inf), np.full(len(parent), -np.inf)
    base[triangle_row[starts]] = np.minimum.reduceat(height, 3 * starts)
    top[triangle_row[starts]] = np.maximum.reduceat(height, 3 * starts)
    child = np.flatnonzero(parent >= 0)
    above = parent[child]
    while len(child) and ((base[child] < base[above]) | (top[child] > top[above])).any():
        np.minimum.at(base, above, base[child])
        np.maximum.at(top, above, top[child])
    return base, top


def _table(
    rows: Rows, parent: Int32Array, is_kept: BoolArray, reaches: tuple[Float64Array, Float64Array]
) -> FeatureTable:
    """Return the table of the kept rows; `reaches` are the lowest and highest points of all rows."""
    class_names = tuple(dict.fromkeys(rows.classes))
    code = {name: number for number, name in enumerate(class_names)}
    class_code = np.fromiter(map(code.__getitem__, rows.classes), dtype=np.uint16, count=len(rows.classes))
    kept = np.flatnonzero(is_kept)
    all_kept = len(kept) == len(rows.ids)
    numbers = np.cumsum(is_kept, dtype=np.int32) - np.int32(1)
    above = parent[kept]
    base, top = reaches
    return FeatureTable(
        ids=rows.ids if all_kept else [rows.ids[row] for row in kept.tolist()],
        class_names=class_names,
        class_code=class_code[kept],
        parent=np.where(above >= 0, numbers[above], -1).astype(np.int32),
        base_m=base[kept].astype(np.float32),
        height_m=(top[kept] - base[kept]).astype(np.float32),
        attributes=rows.attributes if all_kept else ChosenRows(rows.attributes, kept),
    )
