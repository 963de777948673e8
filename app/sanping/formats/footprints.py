"""Buildings from footprints: every ring of a file extruded at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.drape import NEEDS_TERRAIN
from sanping.domain.city import Attributes, CityModel, Origin
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import Rows, SkipLog, model_of_sound
from sanping.formats.footprints_blocks import Roofs, blocks
from sanping.formats.footprints_heights import Heights
from sanping.formats.footprints_rings import (
    IntArray,
    Rings,
    outer_rings,
    ring_areas,
    rings_of_shapely,
)
from sanping.formats.framing import framing
from sanping.formats.polygons import triangulated
from sanping.formats.vector_sources import ColumnAttributes
from sanping.ports.model_reader import ReadOptions

NO_EXTENT = Text("面没有面积，或坐标无效", "polygon without an area, or with invalid coordinates")
_REPAIRED = Text("修复了 {count} 个自相交的面", "{count} self-intersecting polygons were repaired")
_REWOUND = Text("{count} 个面的环方向写反，已按正确方向处理", "{count} polygons were wound the wrong way round")
_SMALLEST_M2 = 1e-4
_AREA_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprints:
    """What a file of footprints holds: rings in the file's CRS, ids and attributes of n features, heights."""

    rings: Rings
    ids: Sequence[str]
    attributes: Sequence[Attributes]
    class_word: str
    heights: Heights
    declared_crs: str


def model_of_footprints(found: Footprints, options: ReadOptions, origin: Origin, skips: SkipLog) -> CityModel:
    """Extrude footprints into blocks with walls and roof.

    The foot is the base column, else the ring's own heights, else 0 with the note `NEEDS_TERRAIN`.
    Raises `CrsMissing`, or `FileBroken` when no polygon is left.
    """
    if len(found.rings.points) == 0:
        raise skips.refusal()
    framed = framing(found.declared_crs, found.rings.points, options)
    notes = [*origin.notes, *framed.notes, *found.heights.notes]
    rings = _opened(replace(found.rings, points=_finite_or_nan(framed.convert(found.rings.points))))
    roofs = _sound_roofs(rings, found.ids, skips, notes)
    base, is_known = _bases(roofs.rings, found.heights, len(found.ids))
    if not is_known.all():
        notes.append(NEEDS_TERRAIN)
    mesh = blocks(roofs, base, found.heights)
    count = len(found.ids)
    rows = Rows(
        ids=found.ids,
        classes=[found.class_word] * count,
        parent=np.full(count, -1, dtype=np.int32),
        attributes=found.attributes,
    )
    origin = replace(origin, source_crs=framed.source_crs, notes=tuple(notes), lods=("1",))
    return model_of_sound(rows, mesh, frame=framed.frame, origin=origin, skips=skips)


def _finite_or_nan(points: Float64Array) -> Float64Array:
    """Replace coordinates that no map has by NaN."""
    with np.errstate(invalid="ignore"):
        strange = ~(np.abs(points) < 1e8)
    return np.where(strange, np.nan, points) if strange.any() else points


def _sound_roofs(rings: Rings, ids: Sequence[str], skips: SkipLog, notes: list[Text]) -> Roofs:
    """Triangulate all polygons; repair those whose triangles do not add up to their area, drop those without any."""
    roofs = _roofs(rings)
    suspect = _suspects(roofs)
    if suspect.any():
        repaired = _repaired(rings, suspect)
        for row in np.setdiff1d(rings.row[suspect], repaired.row).tolist():
            skips.add(NO_EXTENT, ids[row])
        notes += [_REPAIRED.with_values(count=int(suspect.sum()))] if len(repaired.row) else []
        rings = _opened(_joined(_chosen(rings, ~suspect), repaired))
        roofs = _roofs(rings)
    for row in rings.row[roofs.cut.broken].tolist():
        skips.add(NO_EXTENT, ids[row])
    rewound = int((roofs.areas[outer_rings(rings)] < 0).sum())
    if rewound and rewound < len(rings.row) / 2:
        notes.append(_REWOUND.with_values(count=rewound))
    return roofs


def _roofs(rings: Rings) -> Roofs:
    cut = triangulated(rings.points, np.arange(len(rings.points)), rings.ring_start, rings.first_ring)
    return Roofs(rings=rings, areas=ring_areas(rings), cut=cut)


def _suspects(roofs: Roofs) -> npt.NDArray[np.bool_]:
    """Say which polygons' triangles do not add up to the area their rings enclose."""
    rings, cut = roofs.rings, roofs.cut
    corners = cut.triangles.T.astype(np.intp, order="C")
    (ax, bx, cx), (ay, by, cy) = (np.ascontiguousarray(rings.points[:, axis]).take(corners) for axis in range(2))
    doubled = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    covered = np.bincount(cut.polygon, np.abs(doubled) / 2, minlength=len(rings.row))
    areas = np.abs(np.nan_to_num(roofs.areas))
    counts = np.diff(rings.first_ring)
    owner = np.repeat(np.arange(len(counts)), counts)
    is_hole = np.ones(len(areas), dtype=bool)
    is_hole[outer_rings(rings)] = False
    enclosed = np.bincount(owner, np.where(is_hole, -areas, areas), minlength=len(counts))
    is_off = np.abs(covered - enclosed) > np.maximum(_AREA_TOLERANCE * np.maximum(covered, enclosed), _SMALLEST_M2)
    is_folded = np.zeros(len(counts), dtype=bool)
    is_folded[cut.broken] = True
    has_corners = np.bincount(owner, np.diff(rings.ring_start), minlength=len(counts)) >= 4
    return np.asarray(is_off | (is_folded & has_corners))


def _repaired(rings: Rings, suspect: npt.NDArray[np.bool_]) -> Rings:
    """Make the suspect polygons valid; one may fall into several, or vanish."""
    chosen = _chosen(rings, suspect)
    fixed: list[object] = []
    for index in range(len(chosen.row)):
        first, last = chosen.first_ring[index], chosen.first_ring[index + 1]
        outlines = [chosen.points[chosen.ring_start[ring] : chosen.ring_start[ring + 1]] for ring in range(first, last)]
        outlines = [outline for outline in outlines if len(outline) >= 3 and np.isfinite(outline).all()]
        polygon = shapely.Polygon(outlines[0], outlines[1:]) if outlines else None
        fixed.append(shapely.make_valid(polygon) if polygon is not None else None)
    geometries = np.array([*fixed, None], dtype=object)[:-1]
    flat = rings_of_shapely(shapely.force_2d(geometries), [""] * len(geometries), SkipLog())
    z = None if chosen.z is None else _lowest_z(chosen)[flat.row][np.repeat(*_polygon_of_points(flat))]
    return replace(flat, row=chosen.row[flat.row], z=z)


def _polygon_of_points(rings: Rings) -> tuple[IntArray, IntArray]:
    """Return polygon numbers and how many points each has."""
    sizes = rings.ring_start[rings.first_ring[1:]] - rings.ring_start[rings.first_ring[:-1]]
    return np.arange(len(sizes)), sizes


def _lowest_z(rings: Rings) -> Float64Array:
    """Return the lowest height of each polygon's points; 0 when it has none."""
    polygon = np.repeat(*_polygon_of_points(rings))
    lowest = np.full(len(rings.row), np.inf)
    np.minimum.at(lowest, polygon, np.nan_to_num(rings.z if rings.z is not None else np.zeros(len(rings.points))))
    return np.where(np.isfinite(lowest), lowest, 0.0)


def _chosen(rings: Rings, mask: npt.NDArray[np.bool_]) -> Rings:
    """Return some of the polygons."""
    if mask.all():
        return rings
    in_ring = np.repeat(mask, np.diff(rings.first_ring))
    in_point = np.repeat(in_ring, np.diff(rings.ring_start))
    return Rings(
        points=rings.points[in_point],
        z=None if rings.z is None else rings.z[in_point],
        ring_start=np.concatenate(([0], np.cumsum(np.diff(rings.ring_start)[in_ring]))),
        first_ring=np.concatenate(([0], np.cumsum(np.diff(rings.first_ring)[mask]))),
        row=rings.row[mask],
    )


def _joined(first: Rings, second: Rings) -> Rings:
    z = None if first.z is None or second.z is None else np.concatenate((first.z, second.z))
    return Rings(
        points=np.concatenate((first.points, second.points)),
        z=z,
        ring_start=np.concatenate((first.ring_start, second.ring_start[1:] + len(first.points))),
        first_ring=np.concatenate((first.first_ring, second.first_ring[1:] + len(first.ring_start) - 1)),
        row=np.concatenate((first.row, second.row)),
    )


def _bases(rings: Rings, heights: Heights, count: int) -> tuple[Float64Array, npt.NDArray[np.bool_]]:
    """Return the foot of every feature, and whether it is known; a foot that nobody knows is 0."""
    base = heights.base_m.copy()
    if rings.z is not None:
        lowest = np.full(count, np.inf)
        row = np.repeat(rings.row[np.repeat(np.arange(len(rings.row)), np.diff(rings.first_ring))],
                        np.diff(rings.ring_start))  # fmt: skip
        with np.errstate(invalid="ignore"):
            usable = np.abs(rings.z) < 9_500.0
        np.minimum.at(lowest, row[usable], rings.z[usable])
        has_z = np.isfinite(lowest) & (lowest != 0.0) & np.isnan(base)
        base[has_z] = lowest[has_z]
    is_known = np.isfinite(base)
    used = np.zeros(count, dtype=bool)
    used[rings.row] = True
    return np.where(is_known, base, 0.0), is_known | ~used


def _opened(rings: Rings) -> Rings:
    """Drop the last point of each ring that only repeats its first."""
    ends = rings.ring_start[1:] - 1
    begins = rings.ring_start[:-1]
    is_closed = ends > begins
    is_closed[is_closed] = (rings.points[ends[is_closed]] == rings.points[begins[is_closed]]).all(axis=1)
    if not is_closed.any():
        return rings
    kept = np.ones(len(rings.points), dtype=bool)
    kept[ends[is_closed]] = False
    sizes = np.diff(rings.ring_start) - is_closed
    return replace(
        rings,
        points=np.compress(kept, rings.points, axis=0),
        z=None if rings.z is None else rings.z[kept],
        ring_start=np.concatenate(([0], np.cumsum(sizes))),
    )


def attribute_column(attributes: Sequence[Attributes]) -> Callable[[str], Sequence[object]]:
    """Return a function that gives one attribute of every feature; None where it is missing."""
    if isinstance(attributes, ColumnAttributes):
        return attributes.values
    return lambda name: [item.get(name) for item in attributes]
