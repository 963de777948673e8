"""From the harvest of a CityGML file to a city model: coordinates, axis order, frame, templates, triangles."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanping.domain import crs
from sanping.domain.city import CityModel, Origin, SurfaceKind
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.text import Text
from sanping.domain.texture import Texturing
from sanping.formats.citygml_attributes import StoredAttributes
from sanping.formats.citygml_crs import AxisPlan, Located, axis_plan
from sanping.formats.citygml_harvest import Harvest, Instance
from sanping.formats.citygml_links import Chosen, Uses, chosen
from sanping.formats.citygml_skins import Corners, texturing_of
from sanping.formats.columns import NO_SURFACE, Polygons, Rows, SkipLog, model_of_polygons
from sanping.formats.framing import framing
from sanping.ports.model_reader import ReadOptions

IntArray = npt.NDArray[np.int64]

INSTANCE_BROKEN = Text(
    "隐式几何的变换矩阵或参考点无效", "implicit geometry whose matrix or reference point is not valid"
)


_FARTHEST_M = 1e9
"""No CRS of the earth has coordinates beyond this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rings:
    """Coordinates of all rings: numbers in a row, where each ring begins, how many numbers it has, dimension."""

    values: Float64Array
    begin: IntArray
    size: IntArray
    first_ring: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shapes:
    """Polygons made of corners: `points` (c, 3), `ring_start` (r + 1,), `first_ring` (q + 1,), row and kind (q,).

    `polygon` (q,) numbers them as harvested; `is_flipped` (q,) says that their corners stand in reverse.
    """

    points: Float64Array
    ring_start: IntArray
    first_ring: IntArray
    row: IntArray
    kind: IntArray
    polygon: IntArray
    is_flipped: npt.NDArray[np.bool_]


def city_model(
    harvest: Harvest, options: ReadOptions, origin: Origin, skips: SkipLog, path: Path = Path()
) -> CityModel:
    """Build the model of everything harvested; its pictures lie beside `path`.

    Raises `CrsMissing`, or `FileBroken` when nothing can be drawn.
    """
    if not harvest.ids:
        raise skips.refusal()
    picked = chosen(harvest, options.lod, skips)
    if not len(picked.uses.table) and not picked.instances:
        for identity in harvest.ids:
            if not skips.names(identity):
                skips.add(NO_SURFACE, identity)
        raise skips.refusal()
    rings = _rings(harvest)
    picked = replace(picked, uses=_without_doubles(rings, picked.uses))
    standing = _shapes(rings, picked.uses, harvest.file_dimension)
    points, anchors, located, notes = _located(harvest, standing, picked, options, skips)
    shapes = [replace(standing, points=points)]
    shapes += _instanced(rings, picked, anchors, skips, harvest)
    origin = replace(origin, lods=picked.levels, source_crs=located.source_crs, notes=origin.notes + notes)
    joined = _joined(shapes)
    corners = Corners(
        points=joined.points,
        ring_start=joined.ring_start,
        first_ring=joined.first_ring,
        polygon=joined.polygon,
        kind=joined.kind,
        is_flipped=joined.is_flipped,
        located=located,
    )
    texturing, remarks = texturing_of(harvest, corners, path, skips)
    origin = replace(origin, notes=origin.notes + remarks)
    return _assembled(harvest, joined, (located.frame, texturing), origin, skips)


def _assembled(
    harvest: Harvest, shapes: _Shapes, around: tuple[GeoFrame, Texturing | None], origin: Origin, skips: SkipLog
) -> CityModel:
    frame, texturing = around
    raw = [tuple(runs) for runs in harvest.attribute_runs]
    rows = Rows(
        ids=harvest.ids,
        classes=harvest.classes,
        parent=np.array(harvest.parents, dtype=np.int32),
        attributes=StoredAttributes(harvest.attributes, raw),
    )
    polygons = Polygons(
        points=shapes.points,
        ring_points=np.arange(len(shapes.points)),
        ring_start=shapes.ring_start,
        polygon_first_ring=shapes.first_ring,
        polygon_row=shapes.row,
        polygon_surface=shapes.kind.astype(np.uint8),
        texturing=texturing,
    )
    return model_of_polygons(rows, polygons, frame=frame, origin=origin, skips=skips)


def _rings(harvest: Harvest) -> _Rings:
    values, sizes = harvest.numbers()
    size = np.concatenate([np.zeros(0, dtype=np.int64), *sizes])
    begin = np.cumsum(size) - size
    first_ring = np.zeros(len(harvest.ring_counts) + 1, dtype=np.int64)
    np.cumsum(np.array(harvest.ring_counts, dtype=np.int64), out=first_ring[1:])
    return _Rings(values=np.concatenate([np.zeros(0), *values]), begin=begin, size=size, first_ring=first_ring)


def _without_doubles(rings: _Rings, uses: Uses) -> Uses:
    """Drop a polygon without a kind where its object has the same one with a kind: some files hold both, unlinked."""
    is_plain = uses.kind == SurfaceKind.UNKNOWN
    is_mixed = np.isin(uses.row, np.intersect1d(uses.row[is_plain], uses.row[~is_plain]))
    ring = rings.first_ring[uses.polygon]
    seen = np.flatnonzero(is_mixed & (rings.size[ring] >= 12))
    if not len(seen):
        return uses
    begin, size = rings.begin[ring[seen]], rings.size[ring[seen]]
    ends = np.stack((begin, begin + size - 3), axis=1).ravel()
    sums = np.add.reduceat(rings.values, ends)[::2].round(5)
    shapes = list(zip(uses.row[seen].tolist(), size.tolist(), sums.tolist(), strict=True))
    known = {shape for shape, plain in zip(shapes, is_plain[seen].tolist(), strict=True) if not plain}
    kept = np.ones(len(is_plain), dtype=bool)
    kept[seen] = ~is_plain[seen] | np.array([shape not in known for shape in shapes])
    return Uses(table=uses.table[kept])


def _ragged(counts: IntArray) -> tuple[IntArray, IntArray]:
    """Return 0 … count − 1 for each count in a row, and the index of the count each belongs to."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner], owner


def _starts(counts: IntArray) -> IntArray:
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def _shapes(rings: _Rings, uses: Uses, file_dimension: int) -> _Shapes:
    """Gather the corners of the polygons used, in that order, as written in the file."""
    ring_counts = rings.first_ring[uses.polygon + 1] - rings.first_ring[uses.polygon]
    step, owner = _ragged(ring_counts)
    ring = rings.first_ring[uses.polygon][owner] + step
    dimension = _dimensions(rings, ring, uses.dimension[owner], file_dimension)
    corners = rings.size[ring] // dimension
    place, ring_owner = _ragged(corners)
    is_flipped = uses.is_flipped[owner][ring_owner].astype(bool)
    if is_flipped.any():
        place = np.where(is_flipped, corners[ring_owner] - 1 - place, place)
    at = rings.begin[ring][ring_owner] + place * dimension[ring_owner]
    points = np.empty((len(at), 3))
    points[:, 0], points[:, 1] = rings.values[at], rings.values[at + 1]
    flat = dimension[ring_owner] == 2
    if flat.any():
        points[:, 2] = np.where(flat, 0.0, rings.values[np.where(flat, at, at + 2)])
    else:
        points[:, 2] = rings.values[at + 2]
    points[~(np.abs(points) <= _FARTHEST_M)] = np.nan
    is_ragged = rings.size[ring] % dimension != 0
    if is_ragged.any():
        points[is_ragged[ring_owner]] = np.nan
    return _Shapes(
        points=points,
        ring_start=_starts(corners),
        first_ring=_starts(ring_counts),
        row=uses.row,
        kind=uses.kind,
        polygon=uses.polygon,
        is_flipped=uses.is_flipped.astype(bool),
    )


def _dimensions(rings: _Rings, ring: IntArray, declared: IntArray, file_dimension: int) -> IntArray:
    """Return 2 or 3 for each ring: as declared; else as the ring closes; else as the file and most rings say."""
    size, begin = rings.size[ring], rings.begin[ring]
    dimension = np.where(declared > 0, declared, 3)
    is_open_question = (declared == 0) & (size >= 6)
    if not len(rings.values):
        return dimension
    last = len(rings.values) - 1
    gaps = [
        rings.values[np.minimum(begin + k, last)] == rings.values[np.clip(begin + size - 3 + k, 0, last)]
        for k in range(3)
    ]
    closes_in_space = (size % 3 == 0) & gaps[0] & gaps[1] & gaps[2]
    if (closes_in_space | ~is_open_question).all():
        return dimension
    pairs = [
        rings.values[np.minimum(begin + k, last)] == rings.values[np.clip(begin + size - 2 + k, 0, last)]
        for k in range(2)
    ]
    closes_in_plane = (size % 2 == 0) & pairs[0] & pairs[1]
    is_odd_one = (size % 3 != 0) & (2 * np.count_nonzero(closes_in_space) < len(size))
    is_flat = is_open_question & ~closes_in_space & (closes_in_plane | (file_dimension == 2) | is_odd_one)
    dimension[is_flat] = 2
    return dimension


def _located(
    harvest: Harvest, standing: _Shapes, picked: Chosen, options: ReadOptions, skips: SkipLog
) -> tuple[Float64Array, list[Float64Array], Located, tuple[Text, ...]]:
    """Bring corners and the reference points of instances into the twin's frame, by the CRS each names."""
    anchors = _anchors(picked.instances, skips, harvest)
    polygon_corners = standing.ring_start[standing.first_ring[1:]] - standing.ring_start[standing.first_ring[:-1]]
    srs = np.concatenate((np.repeat(picked.uses.srs, polygon_corners), [i.context.srs for i, _ in picked.instances]))
    points = np.concatenate((standing.points, np.array(anchors, dtype=np.float64).reshape(-1, 3)))
    located: Located | None = None
    notes: list[Text] = []
    for number in np.unique(srs).astype(int).tolist():
        mask = srs == number if len(harvest.srs_names) > 1 else slice(None)
        name = harvest.file_srs if number == 0 else harvest.srs_names[number]
        some = points[mask]
        plan = axis_plan(name, options.crs, _sample(some), lambda: handedness(standing))
        some = some[:, [1, 0, 2]] if plan.is_swapped else some
        if located is None:
            placed = framing(name if options.crs else plan.crs, _sample(some), options)
            located = Located(
                frame=_with_datum(placed.frame, plan, options),
                back=placed.back,
                source_crs=placed.source_crs,
                file_srs=name,
                is_swapped=plan.is_swapped,
            )
            notes += placed.notes
            moved = placed.convert(some)
        else:
            moved = crs.converter(plan.crs, located.frame.crs)(some)
        points[mask] = moved
        if plan.note is not None and plan.note not in notes:
            notes.append(plan.note)
    assert located is not None
    count = len(standing.points)
    return points[:count], list(points[count:]), located, tuple(notes)


def _sample(points: Float64Array) -> Float64Array:
    return points[:: max(1, len(points) // 64)]


def _with_datum(frame: GeoFrame, plan: AxisPlan, options: ReadOptions) -> GeoFrame:
    if plan.vertical_datum and not options.vertical_datum:
        return replace(frame, vertical_datum=plan.vertical_datum)
    return frame


def handedness(shapes: _Shapes) -> float:
    """Return +1 when objects turn their faces outwards with the axes as they stand, −1 inwards, 0 for no evidence."""
    begin = shapes.ring_start[shapes.first_ring[:-1]]
    end = shapes.ring_start[shapes.first_ring[:-1] + 1]
    count = end - begin
    sound = count >= 3
    step, owner = _ragged(np.where(sound, count - 2, 0))
    if not len(owner):
        return 0.0
    row_points = shapes.points[begin[owner]]
    _, row = np.unique(shapes.row, return_inverse=True)
    totals = np.stack([np.bincount(row[owner], row_points[:, k]) for k in range(3)], axis=1)
    centre = (totals / np.maximum(np.bincount(row[owner]), 1)[:, None])[row[owner]]
    a = row_points - centre
    b = shapes.points[begin[owner] + step + 1] - centre
    c = shapes.points[begin[owner] + step + 2] - centre
    volume = np.bincount(owner, (a * np.cross(b, c)).sum(axis=1), len(begin))
    whole = float(np.nansum(np.abs(volume)))
    return float(np.nansum(volume)) / whole if whole > 0 else 0.0


def _anchors(
    instances: list[tuple[Instance, int]], skips: SkipLog, harvest: Harvest
) -> list[tuple[float, float, float]]:
    """Return the reference points of instances as written; NaN for a broken one."""
    anchors = []
    for instance, _ in instances:
        numbers = _floats(instance.reference_point)
        if len(numbers) in (2, 3) and np.isfinite(numbers).all():
            anchors.append((numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else 0.0))
        else:
            skips.add(INSTANCE_BROKEN, harvest.ids[instance.context.row])
            anchors.append((np.nan, np.nan, np.nan))
    return anchors


def _floats(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split()]
    except ValueError:
        return []


def _instanced(
    rings: _Rings, picked: Chosen, anchors: list[Float64Array], skips: SkipLog, harvest: Harvest
) -> list[_Shapes]:
    """Return the polygons of every placed template."""
    shapes: list[_Shapes] = []
    templates: dict[int, _Shapes] = {}
    for (instance, number), anchor in zip(picked.instances, anchors, strict=True):
        if number not in templates:
            table = picked.template_uses.table
            templates[number] = _shapes(rings, Uses(table=table[table[:, 1] == -2 - number]), 3)
        template = templates[number]
        matrix = _matrix(instance.matrix)
        if matrix is None or not np.isfinite(anchor).all():
            if matrix is None:
                skips.add(INSTANCE_BROKEN, harvest.ids[instance.context.row])
            continue
        moved = template.points @ matrix[:3, :3].T + matrix[:3, 3] + anchor
        row = np.full(len(template.row), instance.context.row, dtype=np.int64)
        shapes.append(replace(template, points=moved, row=row))
    return shapes


def _matrix(text: str) -> Float64Array | None:
    """Return a 4 × 4 matrix, the identity for an empty text, None for a broken one."""
    if not text.strip():
        return np.eye(4)
    numbers = _floats(text)
    if len(numbers) != 16 or not np.isfinite(numbers).all() or numbers[15] == 0.0:
        return None
    return np.array(numbers).reshape(4, 4) / numbers[15]


def _joined(shapes: list[_Shapes]) -> _Shapes:
    if len(shapes) == 1:
        return shapes[0]
    corner_offsets = np.cumsum([0] + [len(shape.points) for shape in shapes])
    ring_offsets = np.cumsum([0] + [len(shape.ring_start) - 1 for shape in shapes])
    pairs = list(zip(shapes, corner_offsets, ring_offsets, strict=False))
    return _Shapes(
        points=np.concatenate([shape.points for shape in shapes]),
        ring_start=np.concatenate([[0], *(shape.ring_start[1:] + corner for shape, corner, _ in pairs)]),
        first_ring=np.concatenate([[0], *(shape.first_ring[1:] + ring for shape, _, ring in pairs)]),
        row=np.concatenate([shape.row for shape in shapes]),
        kind=np.concatenate([shape.kind for shape in shapes]),
        polygon=np.concatenate([shape.polygon for shape in shapes]),
        is_flipped=np.concatenate([shape.is_flipped for shape in shapes]),
    )
