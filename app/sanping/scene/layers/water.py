"""Water surfaces, and the flood walls along them."""

import numpy as np
import numpy.typing as npt
import shapely

from sanping.domain.geo import Float32Array, Float64Array
from sanping.domain.ground import VectorLayer
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.cover import Sheet
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.polygons import line_parts, polygon_parts, triangulated
from sanping.scene.ribbons import MeshSheet, densified

_STEPS = {-1: 0, 0: 14, 1: 26, 2: 48}
_STRIDES = {-1: 7.0, 0: 7.0, 1: 4.0, 2: 2.4}
_WALL_M, _HIGHEST_WALL_M, _WALL_STEP_M = 1.1, 6.0, 8.0
_EVEN_POINTS, _BESIDE_M = 9, 0.5
_REACH_M = 60.0
_AT_ONCE = 4096


class WaterLayer(FlatLayer):
    """All water of one vector layer; `sheet` serves the cover map."""

    def __init__(self, context: SceneContext, data: VectorLayer) -> None:
        super().__init__(context)
        surface, walls = MeshSheet(), MeshSheet(place=2)
        waters = shapely.STRtree([part for geometry in data.geometries for part in polygon_parts(geometry)])
        for geometry, attributes in zip(data.geometries, data.attributes, strict=True):
            for polygon in polygon_parts(geometry):
                points, triangles = triangulated(polygon)
                level = self._level(attributes.get("level_m"), points)
                flat = points - context.centre[:2]
                surface.add(np.column_stack([flat, np.full(len(flat), level)]), triangles)
                for ring in line_parts(polygon):
                    self._add_wall(walls, ring, level, waters)
        flat_points, flat_triangles, _ = surface.arrays()
        self.sheet = Sheet(points=flat_points, triangles=flat_triangles)
        self._lines: dict[bytes, tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]] = {}
        self._calm_m, self._surface = flat_points[:, 2].copy(), poly_data(flat_points, flat_triangles)
        if not surface.is_empty:
            material = context.material(
                "ground.vert", "water_night", DETAIL=0, STEPS=_STEPS[0], STRIDE=str(_STRIDES[0])
            )
            material.set_number("uLift", 1.0)
            self.add_part(material, mapper_of(self._surface), "water")
        if not walls.is_empty:
            material = context.material("ground.vert", "bank_night", DETAIL=0, PLACE=1)
            material.set_number("uLift", 2.0)
            wall_data = poly_data(*walls.arrays())
            self.add_part(material, mapper_of(wall_data, ("place",)), "bank")

    def nominal_m(self, line: Float64Array) -> float | None:
        """Return the level of the water under a line (n, 2) of scene points, None where there is none of ours."""
        near, _ = self._beside(line)
        return float(np.median(self._calm_m[near])) if near.any() else None

    def follow(self, line: Float64Array, level_m: Float64Array | None) -> None:
        """Lift the water along a line (n, 2) of scene points to levels (n,) in scene metres; None lets it fall back."""
        near, nearest = self._beside(line)
        if not near.any():
            return
        heights = self._calm_m.copy()
        if level_m is not None:
            heights[near] = level_m[nearest[near]]
        self.sheet.points[:, 2] = heights
        self._surface.GetPoints().Modified()
        self._surface.Modified()

    def _beside(self, line: Float64Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        known = self._lines.get(line.tobytes())
        if known is None:
            known = self._lines[line.tobytes()] = _beside(self.sheet.points, line)
        return known

    def defines(self, look: LayerLook) -> dict[str, str | int]:
        """Preprocessor names of a look: how far the mirror walks."""
        return {"DETAIL": look.detail, "STEPS": _STEPS[look.detail], "STRIDE": str(_STRIDES[look.detail])}

    def _level(self, said: object, points: Float64Array) -> float:
        """Water level in scene metres: the object's own, else just above an even ground."""
        try:
            own = float(str(said)) - self.context.centre[2]
        except ValueError:
            own = self.context.ground_m - 0.6
        return own if self.context.terrain is not None else max(own, self.context.ground_m - 2.5)

    def _add_wall(self, walls: MeshSheet, ring: Float64Array, level: float, waters: shapely.STRtree) -> None:
        """Add a wall along a bank, of even height however rough the ground is, but not where water meets water."""
        line = densified(ring[:, :2], _WALL_STEP_M)
        if len(line) < 2:
            return
        path = line - self.context.centre[:2]
        step = np.hypot(*np.diff(path, axis=0).T)
        ground = _evened(
            np.maximum(self.context.ground_at(path), level), is_closed=bool(np.allclose(path[0], path[-1]))
        )
        along = np.concatenate([[0.0], np.cumsum(step)])
        points = np.empty((2 * len(path), 3))
        points[0::2, :2] = points[1::2, :2] = path
        points[0::2, 2] = level - 1.0
        points[1::2, 2] = np.clip(ground + _WALL_M, level + _WALL_M, level + _HIGHEST_WALL_M)
        first = np.flatnonzero(_is_bank(line, waters)).astype(np.int32) * 2
        triangles = np.concatenate(
            [np.stack([first, first + 2, first + 3], 1), np.stack([first, first + 3, first + 1], 1)]
        )
        if len(triangles):
            walls.add(points, triangles, place=np.column_stack([np.repeat(along, 2), np.tile([0.0, 1.0], len(path))]))


def _evened(heights: Float64Array, *, is_closed: bool) -> Float64Array:
    """Heights (n,) along a line without fins: the median around each point, and the mean of those around it."""
    reach = min(_EVEN_POINTS, (len(heights) - 1) // 2)
    ring = heights[:-1] if is_closed else heights
    for mean in (np.median, np.mean):
        padded = np.pad(ring, reach, mode="wrap" if is_closed else "edge")
        ring = mean(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1), axis=1)
    evened: Float64Array = np.append(ring, ring[:1]) if is_closed else ring
    return evened


def _is_bank(line: Float64Array, waters: shapely.STRtree) -> npt.NDArray[np.bool_]:
    """Say for each step (n − 1) of a line of world points whether there is land on one of its sides."""
    middle, way = (line[1:] + line[:-1]) / 2, np.diff(line, axis=0)
    side = np.column_stack([-way[:, 1], way[:, 0]]) / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    beside = shapely.points(np.concatenate([middle + side * _BESIDE_M, middle - side * _BESIDE_M]))
    is_wet = np.zeros(len(beside), np.bool_)
    is_wet[waters.query(beside, predicate="within")[0]] = True
    return ~(is_wet[: len(middle)] & is_wet[len(middle) :])


def _beside(points: Float32Array, line: Float64Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Say for each point (n, 3) whether it lies within reach of a line (k, 2), and which of its points is nearest."""
    nearest = np.zeros(len(points), np.intp)
    away_m = np.full(len(points), np.inf)
    for first in range(0, len(points), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        apart = points[part, None, :2] - line[None]
        squares = np.einsum("nkc,nkc->nk", apart, apart)
        nearest[part] = squares.argmin(axis=1)
        away_m[part] = np.sqrt(squares.min(axis=1))
    return away_m < _REACH_M, nearest
