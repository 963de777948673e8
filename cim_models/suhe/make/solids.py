"""Closed solids with surface semantics: extrusions, roofs, lofts and sweeps, as lists of faces.

Rings are counter-clockwise seen from outside. Nothing here knows about roads, blocks or files.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

Point = tuple[float, float, float]
Ring = list[Point]

GROUND, WALL, ROOF = "GroundSurface", "WallSurface", "RoofSurface"


@dataclass(frozen=True, slots=True)
class Face:
    """One planar face: outer ring, holes, and its CityJSON surface type."""

    rings: tuple[Ring, ...]
    surface: str


@dataclass(slots=True)
class Solid:
    """A closed shell of faces."""

    faces: list[Face] = field(default_factory=list)

    def add(self, ring: Sequence[Point], surface: str) -> None:
        """Append a face without holes."""
        self.faces.append(Face(([*ring],), surface))

    @property
    def top(self) -> float:
        """Return the highest coordinate."""
        return max(point[2] for face in self.faces for point in face.rings[0])


Flat = list[tuple[float, float]]


def outline(shape: Polygon) -> Flat:
    """Return the outer ring, counter-clockwise, without the repeated last point."""
    return [(float(x), float(y)) for x, y in orient(shape).exterior.coords[:-1]]


def prism(shape: Polygon, bottom: float, top: float) -> Solid:
    """Return an upright extrusion with a flat roof; holes become courtyards."""
    solid = Solid()
    rings = [
        [(float(x), float(y)) for x, y in ring.coords[:-1]]
        for ring in (orient(shape).exterior, *orient(shape).interiors)
    ]
    for ring in rings:
        _walls(solid, ring, bottom, top)
    solid.faces.append(Face(tuple([(x, y, top) for x, y in ring] for ring in rings), ROOF))
    solid.faces.append(Face(tuple([(x, y, bottom) for x, y in reversed(ring)] for ring in rings), GROUND))
    return solid


def _walls(solid: Solid, ring: Flat, bottom: float, top: float) -> None:
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        solid.add([(ax, ay, bottom), (bx, by, bottom), (bx, by, top), (ax, ay, top)], WALL)


def loft(low: Flat, bottom: float, high: Flat, top: float) -> Solid:
    """Return a body between two similar rings of equal length; the sides stay planar."""
    solid = Solid()
    count = len(low)
    for i in range(count):
        j = (i + 1) % count
        solid.add([(*low[i], bottom), (*low[j], bottom), (*high[j], top), (*high[i], top)], WALL)
    solid.add([(x, y, top) for x, y in high], ROOF)
    solid.add([(x, y, bottom) for x, y in reversed(low)], GROUND)
    return solid


def scaled(ring: Flat, factor: float) -> Flat:
    """Return the ring scaled about the mean of its points."""
    cx = sum(x for x, _ in ring) / len(ring)
    cy = sum(y for _, y in ring) / len(ring)
    return [(cx + (x - cx) * factor, cy + (y - cy) * factor) for x, y in ring]


def _long_first(ring: Flat) -> Flat:
    first = np.hypot(ring[1][0] - ring[0][0], ring[1][1] - ring[0][1])
    second = np.hypot(ring[2][0] - ring[1][0], ring[2][1] - ring[1][1])
    return ring if first >= second else [*ring[1:], ring[0]]


def pitched(rectangle: Flat, bottom: float, eaves: float, rise: float, hip: float = 0.0) -> Solid:
    """Return a house on a rectangle with a ridge along its long side.

    `hip` is the part of the half length by which the ridge is drawn in: 0 a gable roof, more a hip roof.
    """
    a, b, c, d = _long_first(rectangle)
    left = ((a[0] + d[0]) / 2, (a[1] + d[1]) / 2)
    right = ((b[0] + c[0]) / 2, (b[1] + c[1]) / 2)
    dx, dy = (right[0] - left[0]) * hip / 2, (right[1] - left[1]) * hip / 2
    r0 = (left[0] + dx, left[1] + dy, eaves + rise)
    r1 = (right[0] - dx, right[1] - dy, eaves + rise)
    a3, b3, c3, d3 = ((*p, eaves) for p in (a, b, c, d))
    solid = Solid()
    if hip > 0:
        _walls(solid, [a, b, c, d], bottom, eaves)
        solid.add([b3, c3, r1], ROOF)
        solid.add([d3, a3, r0], ROOF)
    else:
        solid.add([(*a, bottom), (*b, bottom), b3, a3], WALL)
        solid.add([(*c, bottom), (*d, bottom), d3, c3], WALL)
        solid.add([(*b, bottom), (*c, bottom), c3, r1, b3], WALL)
        solid.add([(*d, bottom), (*a, bottom), a3, r0, d3], WALL)
    solid.add([a3, b3, r1, r0], ROOF)
    solid.add([c3, d3, r0, r1], ROOF)
    solid.add([(*p, bottom) for p in (d, c, b, a)], GROUND)
    return solid


def sawtooth(rectangle: Flat, bottom: float, eaves: float, rise: float, teeth: int) -> Solid:
    """Return a factory hall on a rectangle, with saw teeth along its long side."""
    a, b, c, d = _long_first(rectangle)

    def along(p: tuple[float, float], q: tuple[float, float], t: float, z: float) -> Point:
        return (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t, z)

    solid = Solid()
    front, back = [], []
    for i in range(teeth):
        s, e = i / teeth, (i + 1) / teeth
        solid.add(
            [along(a, b, s, eaves + rise), along(a, b, e, eaves), along(d, c, e, eaves), along(d, c, s, eaves + rise)],
            ROOF,
        )
        if i:
            solid.add(
                [
                    along(a, b, s, eaves + rise),
                    along(d, c, s, eaves + rise),
                    along(d, c, s, eaves),
                    along(a, b, s, eaves),
                ],
                WALL,
            )
        front += [along(a, b, s, eaves + rise), along(a, b, e, eaves)]
        back += [along(d, c, s, eaves + rise), along(d, c, e, eaves)]
    solid.add([(*a, bottom), (*b, bottom), *reversed(front)], WALL)
    solid.add([(*c, bottom), (*d, bottom), *back], WALL)
    solid.add([(*d, bottom), (*a, bottom), (*a, eaves + rise), (*d, eaves + rise)], WALL)
    solid.add([(*b, bottom), (*c, bottom), (*c, eaves), (*b, eaves)], WALL)
    solid.add([(*p, bottom) for p in (d, c, b, a)], GROUND)
    return solid


def dome(centre: tuple[float, float], radius: float, bottom: float, rise: float, sides: int = 24) -> Solid:
    """Return a dome of flat facets; the lowest tier is a short drum."""
    angles = 2 * np.pi * np.arange(sides) / sides
    tiers = [(1.0, 0.0), (1.0, 0.16), (0.9, 0.45), (0.7, 0.72), (0.42, 0.92)]
    rings = [
        [
            (centre[0] + radius * f * float(np.cos(t)), centre[1] + radius * f * float(np.sin(t)), bottom + rise * h)
            for t in angles
        ]
        for f, h in tiers
    ]
    solid = Solid()
    for level, (low, high) in enumerate(itertools.pairwise(rings)):
        for i in range(sides):
            j = (i + 1) % sides
            solid.add([low[i], low[j], high[j], high[i]], WALL if level == 0 else ROOF)
    crown = (centre[0], centre[1], bottom + rise)
    for i in range(sides):
        solid.add([rings[-1][i], rings[-1][(i + 1) % sides], crown], ROOF)
    solid.add(list(reversed(rings[0])), GROUND)
    return solid


def sweep(profiles: Sequence[Sequence[Point]], surfaces: Sequence[str], end: str = WALL) -> Solid:
    """Return a body through cross-sections of k points each, counter-clockwise seen against the direction of travel.

    `surfaces` (k,) names the face between profile points i and i + 1. Quads warped by more than 4 mm become triangles.
    """
    solid = Solid()
    count = len(profiles[0])
    for near, far in itertools.pairwise(profiles):
        for i in range(count):
            j = (i + 1) % count
            if _warp(near[i], near[j], far[j], far[i]) < 0.004:
                solid.add([near[i], near[j], far[j], far[i]], surfaces[i])
                continue
            solid.add([near[i], near[j], far[j]], surfaces[i])
            solid.add([near[i], far[j], far[i]], surfaces[i])
    solid.add(list(reversed(profiles[0])), end)
    solid.add(list(profiles[-1]), end)
    return solid


def _warp(a: Point, b: Point, c: Point, d: Point) -> float:
    """Return how far the fourth corner lies off the plane of the first three, in metres."""
    normal = np.cross(np.subtract(b, a), np.subtract(c, a))
    length = float(np.linalg.norm(normal))
    return abs(float(np.dot(normal, np.subtract(d, a)))) / length if length > 0 else 0.0
