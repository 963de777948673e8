"""Cuts buildings by a plane: exact lines where triangles meet it, and the closed faces that they bound."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.ground_heights import reaches
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.tile import Tile, TileSet
from sanping.domain.view import Point

_ON_PLANE_M = 1e-7
_LEAST_FACE_M2 = 1e-4
_REPEATED_M = 1e-4

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlane:
    """A plane with two axes of its own: `across` and `upward`, unit vectors.

    A place in the plane is (u, v) metres from `origin` along both. What lies on the side of their cross product is cut
    away.
    """

    origin: Point
    across: Point
    upward: Point

    @property
    def normal(self) -> Point:
        """Unit vector to the side that is cut away."""
        x, y, z = np.cross(self.across, self.upward).tolist()
        return (x, y, z)

    def heights(self, points: Float64Array) -> Float64Array:
        """Return how far points (n, 3) lie to the side that is cut away."""
        return np.asarray((points - np.array(self.origin)) @ np.array(self.normal), np.float64)

    def flat(self, points: Float64Array) -> Float64Array:
        """Return points (…, 3) in the plane's own axes (…, 2)."""
        off = points - np.array(self.origin)
        return np.stack([off @ np.array(self.across), off @ np.array(self.upward)], axis=-1)

    def lifted(self, flat: Float64Array) -> Float64Array:
        """Return places (n, 2) of the plane as points (n, 3) of the world."""
        axes = np.array([self.across, self.upward])
        return np.asarray(np.array(self.origin) + flat @ axes, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFace:
    """What a plane cuts out of one object: `number` in its tile set, its faces (u, v) in metres.

    `open_ends` counts lines that the model left open and a straight line closed.
    """

    number: int
    class_name: str
    shape: shapely.Geometry
    open_ends: int = 0


def level_plane(height_m: float) -> SectionPlane:
    """Return the horizontal plane at a height, whose axes are east and north; what is above is cut away."""
    return SectionPlane(origin=(0.0, 0.0, height_m), across=(1.0, 0.0, 0.0), upward=(0.0, 1.0, 0.0))


def upright_plane(start: Point, end: Point) -> SectionPlane:
    """Return the vertical plane through two places: u runs from `start` to `end`, v is the height in world metres.

    What lies to the right of the way is cut away. Raises ValueError for two places above one another.
    """
    way = np.subtract(end[:2], start[:2])
    length = float(np.hypot(*way))
    if length < 1e-6:
        raise ValueError("two places above one another do not make a plane")
    return SectionPlane(
        origin=(start[0], start[1], 0.0),
        across=(float(way[0]) / length, float(way[1]) / length, 0.0),
        upward=(0.0, 0.0, 1.0),
    )


def cut_faces(tiles: TileSet, plane: SectionPlane, within: Extent | None = None) -> list[CutFace]:
    """Return the faces that a plane cuts out of the objects of a tile set; `within` leaves far tiles out."""
    found: list[CutFace] = []
    for tile in tiles.tiles:
        if _may_meet(tile.extent, plane) and (within is None or reaches(tile.extent, within)):
            found += _faces_of(tile, plane)
    return found


def segments_of(tile: Tile, plane: SectionPlane) -> tuple[Float64Array, IntArray]:
    """Return the lines (s, 2, 2) where triangles of a tile meet a plane, in its axes, and their rows (s,)."""
    mesh = tile.near
    points = mesh.points.astype(np.float64) + tile.origin
    height = plane.heights(points)
    height[np.abs(height) < _ON_PLANE_M] = _ON_PLANE_M
    is_over = height > 0.0
    over = is_over[mesh.triangles]
    crossed = np.flatnonzero((over.sum(axis=1) % 3) != 0)
    if not len(crossed):
        return np.zeros((0, 2, 2)), np.zeros(0, np.int64)
    corners, over = mesh.triangles[crossed].astype(np.int64), over[crossed]
    lone = np.where(over.sum(axis=1)[:, None] == 1, over, ~over).argmax(axis=1)
    rank = np.arange(len(corners))
    first, second, third = (corners[rank, (lone + step) % 3] for step in range(3))
    ends = np.stack([_between(points, height, first, other) for other in (second, third)], axis=1)
    row = np.searchsorted(tile.first_triangle, crossed, side="right") - 1
    return plane.flat(ends), row.astype(np.int64)


def _between(points: Float64Array, height: Float64Array, one: IntArray, other: IntArray) -> Float64Array:
    """Return where edges meet the plane; the same edge of two triangles gives the same figures to the last bit."""
    a, b = points[one], points[other]
    differs = a != b
    axis = differs.argmax(axis=1)
    rank = np.arange(len(a))
    is_turned = a[rank, axis] > b[rank, axis]
    low, high = np.where(is_turned, other, one), np.where(is_turned, one, other)
    share = height[low] / (height[low] - height[high])
    return points[low] + share[:, None] * (points[high] - points[low])


def _faces_of(tile: Tile, plane: SectionPlane) -> list[CutFace]:
    segments, row = segments_of(tile, plane)
    if not len(segments):
        return []
    is_line = (np.abs(segments[:, 0] - segments[:, 1]) > 0.0).any(axis=1)
    segments, row = segments[is_line], row[is_line]
    rows, rank = np.unique(row, return_inverse=True)
    order = np.argsort(rank, kind="stable")
    lines = shapely.linestrings(segments[order])
    merged = shapely.line_merge(shapely.multilinestrings(lines, indices=rank[order]))
    plain = _plain_faces(merged)
    found = []
    for number, whole, face in zip(rows.tolist(), merged.tolist(), plain.tolist(), strict=True):
        shape, open_ends = _face(whole) if face is None else (face, 0)
        if shape is not None:
            found.append(CutFace(
                number=tile.first_feature + number, class_name=tile.features.class_of(number), shape=shape,
                open_ends=open_ends,
            ))  # fmt: skip
    return found


def _plain_faces(merged: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the face of each object that is one simple ring; None for others."""
    found = np.full(len(merged), None, dtype=object)
    is_ring = shapely.is_ring(merged)
    coords, index = shapely.get_coordinates(merged[is_ring], return_index=True)
    if not len(coords):
        return found
    shapes = shapely.remove_repeated_points(shapely.polygons(shapely.linearrings(coords, indices=index)), _REPEATED_M)
    is_good = shapely.is_valid(shapes) & (shapely.area(shapes) >= _LEAST_FACE_M2)
    found[np.flatnonzero(is_ring)[is_good]] = shapes[is_good]
    return found


def _face(whole: shapely.Geometry) -> tuple[shapely.Geometry | None, int]:
    """Return the faces that merged lines bound, by the even-odd rule, and how many lines had to be closed."""
    parts = shapely.get_parts(whole)
    is_closed = shapely.is_closed(parts)
    rings = list(parts[is_closed])
    loose = parts[~is_closed]
    open_ends = 0
    if len(loose):
        faces, bridges, dangles, _ = shapely.polygonize_full(loose)
        rings += [face.exterior for face in faces.geoms]
        chains = shapely.get_parts(shapely.line_merge(shapely.union(bridges, dangles)))
        chains = [chain for chain in chains if shapely.get_num_points(chain) > 2]
        open_ends = len(chains)
        rings += [shapely.linestrings([*chain.coords, chain.coords[0]]) for chain in chains]
    shape = _even_odd(rings)
    return (None, open_ends) if shape.is_empty or shape.area < _LEAST_FACE_M2 else (shape, open_ends)


def _even_odd(rings: Sequence[shapely.Geometry]) -> shapely.Geometry:
    areas = [_area(ring) for ring in rings if shapely.get_num_points(ring) > 3]
    areas = sorted((area for area in areas if area.area >= _LEAST_FACE_M2), key=lambda area: -float(area.area))
    found: shapely.Geometry = shapely.Polygon()
    for number, area in enumerate(areas):
        depth = sum(1 for outer in areas[:number] if outer.covers(area))
        found = found.difference(area) if depth % 2 else found.union(area)
    return found


def _area(ring: shapely.Geometry) -> shapely.Geometry:
    shape = shapely.remove_repeated_points(shapely.Polygon(shapely.get_coordinates(ring)), _REPEATED_M)
    return shape if shape.is_valid else shapely.buffer(shapely.make_valid(shape), 0.0)


def _may_meet(box: Extent, plane: SectionPlane) -> bool:
    corners = np.array([
        (x, y, z) for x in (box.west, box.east) for y in (box.south, box.north) for z in (box.bottom, box.top)
    ])  # fmt: skip
    heights = plane.heights(corners)
    return bool(heights.min() <= _ON_PLANE_M and heights.max() >= -_ON_PLANE_M)
