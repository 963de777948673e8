"""All faces that a cutting opens, plane by plane: of buildings that are shown, and of the ground where it is cut."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from sanping.analysis.cutting import Cutting, box_planes
from sanping.analysis.ground_heights import ground_at
from sanping.analysis.sections import CutFace, SectionPlane, cut_faces
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.tile import TileSet

GROUND_CLASS = "Terrain"
GROUND_NUMBER = -1
_SOIL_M = 12.0
_GROUND_STEP_M, _MOST_GROUND_STEPS = 2.0, 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLayer:
    """A layer as it is shown: `kept` are the numbers that are to be seen, None for all."""

    name: str
    tiles: TileSet
    kept: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneFaces:
    """The faces of one plane, each with the name of its layer; `ground` is the line of the ground in it, if known."""

    plane: SectionPlane
    faces: tuple[tuple[str, CutFace], ...]
    ground: Float64Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCity:
    """What is cut: layers, the ground, and the part of the city that is looked at."""

    layers: Sequence[CutLayer]
    terrain: Terrain | None
    around: Extent


def faces_of(cutting: Cutting, city: CutCity) -> tuple[PlaneFaces, ...]:
    """Return the faces of a cutting's plane, or of the sides and the top of its box."""
    if cutting.box is not None:
        return tuple(_faces(plane, city, cutting, limits) for plane, limits in box_planes(cutting.box))
    return () if cutting.plane is None else (_faces(cutting.plane, city, cutting, None),)


def _faces(plane: SectionPlane, city: CutCity, cutting: Cutting, limits: Extent | None) -> PlaneFaces:
    found = []
    for layer in city.layers:
        for face in cut_faces(layer.tiles, plane, city.around):
            if layer.kept is None or face.number in layer.kept:
                within = face if limits is None else _within(face, limits)
                if within is not None:
                    found.append((layer.name, within))
    ground = None if plane.upward[2] == 0.0 else _ground_line(plane, city, limits)
    if cutting.cuts_ground and ground is not None:
        found.append((GROUND_CLASS, _soil(ground)))
    return PlaneFaces(plane=plane, faces=tuple(found), ground=ground)


def _within(face: CutFace, limits: Extent) -> CutFace | None:
    shape = shapely.clip_by_rect(face.shape, limits.west, limits.south, limits.east, limits.north)
    return None if shape.is_empty or shape.area == 0.0 else replace(face, shape=shape)


def _ground_line(plane: SectionPlane, city: CutCity, limits: Extent | None) -> Float64Array | None:
    """Return the ground (n, 2) in the axes of an upright plane, as far as it is known and looked at."""
    if city.terrain is None:
        return None
    if limits is None:
        box = city.around
        corners = np.array([(x, y, 0.0) for x in (box.west, box.east) for y in (box.south, box.north)])
        along = plane.flat(corners)[:, 0]
        low, high = float(along.min()), float(along.max())
    else:
        low, high = limits.west, limits.east
    count = int(np.clip((high - low) / _GROUND_STEP_M, 2, _MOST_GROUND_STEPS))
    u = np.linspace(low, high, count)
    places = plane.lifted(np.column_stack([u, np.zeros(count)]))
    height = ground_at(city.terrain, places, np.nan)
    known = np.isfinite(height)
    return np.column_stack([u, height])[known] if known.sum() > 1 else None


def _soil(ground: Float64Array) -> CutFace:
    low = float(ground[:, 1].min()) - _SOIL_M
    rim = np.concatenate([ground, [[ground[-1, 0], low], [ground[0, 0], low]]])
    return CutFace(number=GROUND_NUMBER, class_name=GROUND_CLASS, shape=shapely.Polygon(rim))
