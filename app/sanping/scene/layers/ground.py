"""The ground: a height grid where there is terrain, and an even plane to the horizon."""

from typing import Any

import numpy as np

from sanping.domain.geo import Float32Array, Int32Array
from sanping.domain.ground import Terrain
from sanping.domain.view import Point
from sanping.scene.context import LayerLook
from sanping.scene.material import Material
from sanping.scene.mesh import DataTexture, mapper_of, poly_data
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import SceneUniforms

_FAR_M = 60_000.0
_MOST_CELLS = 480


class GroundLayer:
    """Plane and terrain grids; shares one material of each style."""

    def __init__(self, renderer: Any, shaders: ShaderLibrary, uniforms: SceneUniforms) -> None:
        self._renderer = renderer
        self._plane = Material(shaders, uniforms, vertex="ground.vert", fragment="ground_night", defines={"DETAIL": 0})
        self._terrain = Material(
            shaders, uniforms, vertex="ground.vert", fragment="ground_night", defines={"DETAIL": 0}
        )
        for material in (self._plane, self._terrain):
            material.set_number("uOpacity", 1.0)
            material.set_number("uLift", 0.0)
        self._plane.set_number("uLift", -3.0)
        self._plane_actor: Any = None
        self._terrain_actor: Any = None

    def set_plane(self, height_m: float, hole: tuple[float, float, float, float] | None) -> None:
        """Lay the plane at a height (scene metres), leaving a hole (west, south, east, north) for terrain."""
        if self._plane_actor is not None:
            self._renderer.RemoveActor(self._plane_actor)
        data = poly_data(*_plane(height_m, hole))
        self._plane_actor = self._plane.dress(mapper_of(data))
        self._renderer.AddActor(self._plane_actor)

    def set_terrain(self, terrain: Terrain | None, centre: Point) -> None:
        """Lay the height grid, or take it away."""
        if self._terrain_actor is not None:
            self._renderer.RemoveActor(self._terrain_actor)
            self._terrain_actor = None
        if terrain is None:
            return
        self._terrain_actor = self._terrain.dress(mapper_of(poly_data(*grid_mesh(terrain, centre))))
        self._renderer.AddActor(self._terrain_actor)
        if terrain.imagery is not None:
            extent = terrain.imagery.extent
            pixels = np.ascontiguousarray(terrain.imagery.pixels[::-1])
            for material in (self._terrain, self._plane):
                material.set_texture("imagery", DataTexture(pixels, is_smooth=True, has_mipmaps=True))
                material.set_number(
                    "uImagery",
                    extent.west - centre[0],
                    extent.south - centre[1],
                    extent.east - extent.west,
                    extent.north - extent.south,
                )
                material.define(IMAGERY=1)

    def show(self, look: LayerLook, *, is_carved: bool, is_covered: bool = True) -> None:
        """Draw in a style; `is_carved` opens the ground where the cover map says water, if it `is_covered` at all."""
        for material in (self._plane, self._terrain):
            material.define(DETAIL=look.detail)
            material.toggle("CARVED", is_on=is_carved)
            material.toggle("COVERED", is_on=is_covered)
            for name in ("EARTH", "DRAFT_DAY"):
                material.toggle(name, is_on=look.skin == "draft_day")
            material.toggle("CUT_GROUND", is_on=look.cut > 1)
            material.set_fragment(f"ground_{look.skin}")

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""
        for material in (self._plane, self._terrain):
            for name, texture in textures.items():
                material.set_texture(name, texture)

    @property
    def actors(self) -> list[Any]:
        """The actors of the ground."""
        return [actor for actor in (self._terrain_actor, self._plane_actor) if actor is not None]

    def release(self) -> None:
        """Remove the actors."""
        for actor in (self._plane_actor, self._terrain_actor):
            if actor is not None:
                self._renderer.RemoveActor(actor)
        self._plane_actor = self._terrain_actor = None
        self._plane.release()
        self._terrain.release()


def grid_mesh(terrain: Terrain, centre: Point) -> tuple[Float32Array, Int32Array]:
    """Return points (scene metres) and triangles of a terrain, thinned to at most 480 cells a side; gaps stay open."""
    step = max(1, int(np.ceil(max(terrain.heights_m.shape) / _MOST_CELLS)))
    heights = terrain.heights_m[::step, ::step]
    rows, columns = heights.shape
    x = terrain.west + np.arange(columns) * terrain.cell_x_m * step - centre[0]
    y = terrain.north - np.arange(rows) * terrain.cell_y_m * step - centre[1]
    points = np.empty((rows, columns, 3), np.float32)
    points[..., 0], points[..., 1] = x[None, :], y[:, None]
    points[..., 2] = np.nan_to_num(heights - centre[2], nan=0.0)
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).reshape(-1)
    whole = ~np.isnan(heights)
    kept = (whole[:-1, :-1] & whole[1:, :-1] & whole[:-1, 1:] & whole[1:, 1:]).reshape(-1)
    corner = corner[kept]
    lower, upper = [corner, corner + columns, corner + columns + 1], [corner, corner + columns + 1, corner + 1]
    triangles = np.stack([np.stack(lower, 1), np.stack(upper, 1)], 1).reshape(-1, 3).astype(np.int32)
    return points.reshape(-1, 3), triangles


def _plane(height_m: float, hole: tuple[float, float, float, float] | None) -> tuple[Float32Array, Int32Array]:
    """A plane in bands that grow outwards, so that no triangle is both near and endless."""
    edges = np.array([150.0, 600.0, 2500.0, 8000.0, 20_000.0, _FAR_M])
    middle = np.linspace(-100.0, 100.0, 3)
    xs, ys = np.concatenate([-edges[::-1], middle, edges]), np.concatenate([-edges[::-1], middle, edges])
    if hole is not None:
        west, south, east, north = hole
        xs = np.unique(np.concatenate([xs[(xs < west - 1) | (xs > east + 1)], [west, east]]))
        ys = np.unique(np.concatenate([ys[(ys < south - 1) | (ys > north + 1)], [south, north]]))
    grid = np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2)
    points = np.column_stack([grid, np.full(len(grid), height_m)]).astype(np.float32)
    columns = len(xs)
    corner = (np.arange(len(ys) - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).reshape(-1)
    if hole is not None:
        x, y = points[corner, 0], points[corner, 1]
        corner = corner[~((x >= hole[0] - 0.5) & (x < hole[2] - 0.5) & (y >= hole[1] - 0.5) & (y < hole[3] - 0.5))]
    lower, upper = [corner, corner + 1, corner + columns + 1], [corner, corner + columns + 1, corner + columns]
    triangles = np.stack([np.stack(lower, 1), np.stack(upper, 1)], 1).reshape(-1, 3).astype(np.int32)
    return points, triangles
