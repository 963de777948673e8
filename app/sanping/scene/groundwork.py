"""Keeps the city field and the cover map in step with the layers and the sun, and turns them into textures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.domain.view import Point
from sanping.scene.cover import REACH_M, Flats, cover_map
from sanping.scene.height_field import STEP_M, HeightField, coded, raise_in_place
from sanping.scene.mesh import DataTexture
from sanping.scene.section_cut import SectionCut
from sanping.scene.uniforms import SceneUniforms

Bounds = tuple[float, float, float, float]
Solid = tuple[Float32Array, Int32Array]
BoolArray = npt.NDArray[np.bool_]


_SUN_STEP = 0.012
_MEAN_STEP_M = 2.0
_MARGIN_M = 260.0
_WIDEST_M = 16_000.0
_CROWN_TOP = 2.0
_IN_CROWN = np.array([[0.0, 0.0], [-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], np.float32)
_REMEMBERED_SUNS = 3
_FROM_BANK_M, _UNDER_ROOT_M, _UNDER_CROWN_M = 3.0, 1.5, 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Solids:
    """Bodies that cast shadows: points (v, 3) and triangles (t, 3) of each piece; an empty `key` is not remembered."""

    key: str
    pieces: Callable[[], Iterable[Solid]]


class Groundwork:
    """Textures that all layers read: field_heights, cover_map."""

    def __init__(self, uniforms: SceneUniforms, cut: SectionCut | None = None) -> None:
        self._uniforms, self._cut = uniforms, cut
        blank: UInt8Array = np.zeros((4, 4, 4), np.uint8)
        shore = blank.copy()
        shore[..., 1] = 255
        self.textures = {
            "field_heights": DataTexture(blank),
            "cover_map": DataTexture(shore, is_smooth=True),
            "sun_map": DataTexture(blank),
        }
        self._field: HeightField | None = None
        self._lowest = 0.0
        self._sun: Point | None = None
        self._shading: HeightField | None = None
        self._baked: dict[Point, UInt8Array] = {}
        self._even: tuple[object, HeightField] | None = None
        self._raised: dict[str, Float32Array] = {}
        self._cover: tuple[object, UInt8Array] | None = None

    @property
    def has_field(self) -> bool:
        """Whether heights are known."""
        return self._field is not None

    def forget(self) -> None:
        """Forget what was laid: the ground or a layer has changed, not only what is shown of them."""
        self._even = None
        self._raised.clear()
        self._cover = None

    def rebuild(
        self,
        bounds: Bounds | None,
        ground: Callable[[Float64Array], Float64Array],
        solids: Iterable[Solids],
        flats: tuple[object, Callable[[], Flats]],
        cells: int,
    ) -> None:
        """Lay the field over bounds (west, south, east, north, scene metres) anew; None: there is nothing to lay.

        `solids` and `flats` (with a key of their own) are what is shown; what was laid before is not laid again.
        """
        self._sun = None
        self._baked.clear()
        if bounds is None:
            self._field = None
            self._uniforms.set("uField", 0.0, 0.0, 1.0, 0.0)
            self._uniforms.set("uCover", 0.0, 0.0, 0.0, 0.0)
            return
        if self._even is None or self._even[0] != (bounds, cells):
            self.forget()
            self._even = ((bounds, cells), _even_field(bounds, ground, cells))
        even = self._even[1]
        heights = even.heights_m.copy()
        for shown in solids:
            np.maximum(heights, self._raised_by(shown, even), out=heights)
        if self._cut is not None:
            heights = self._cut.lowered(heights, even.heights_m, (even.west, even.south, even.cell_m))
        self._field = self._shading = field = replace(even, heights_m=heights)
        self._lowest = float(heights.min()) - 5.0
        self.textures["field_heights"].replace(coded(heights, heights, self._lowest))
        rows, columns = heights.shape
        self._uniforms.set("uField", field.west, field.south, field.cell_m, float(columns))
        self._uniforms.set("uFieldHeights", self._lowest, STEP_M)
        if self._cover is None or self._cover[0] != flats[0]:
            self._cover = (flats[0], cover_map(field, flats[1]()))
        cover = self._cover[1].copy()
        _store_mean(cover, field, self._lowest)
        self.textures["cover_map"].replace(cover)
        self._uniforms.set("uCover", field.west, field.south, columns * field.cell_m, rows * field.cell_m)

    def _raised_by(self, shown: Solids, even: HeightField) -> Float32Array:
        heights = self._raised.get(shown.key)
        if heights is None:
            heights = np.full_like(even.heights_m, -np.inf)
            for points, triangles in shown.pieces():
                raise_in_place(heights, even, points, triangles)
            if shown.key:
                self._raised[shown.key] = heights
        return heights

    def plant(self, crowns: Float32Array) -> None:
        """Let trees cast shadows too: x, y, z of the root and radius (n, 4), scene metres."""
        self._sun = None
        self._baked.clear()
        if self._field is not None:
            self._shading = _with_crowns(self._field, crowns)

    def is_free(self, crowns: Float32Array) -> BoolArray:
        """Say (n,) which trees (n, 4: root, radius) stand on dry land, with nothing over their roots or crowns."""
        if self._field is None or self._cover is None:
            return np.ones(len(crowns), np.bool_)
        field, cover = self._field, self._cover[1]
        free = _sampled(cover[..., 1], field, crowns[:, :2]) > 127.5 + 127.5 * _FROM_BANK_M / REACH_M
        free &= _sampled(field.heights_m, field, crowns[:, :2]) < crowns[:, 2] + _UNDER_ROOT_M
        for way in ((0.75, 0.0), (-0.75, 0.0), (0.0, 0.75), (0.0, -0.75)):
            edge = crowns[:, :2] + crowns[:, 3:] * np.array(way, np.float32)
            free &= _sampled(field.heights_m, field, edge) < crowns[:, 2] + _UNDER_CROWN_M
        return free

    def follow_sun(self, sun: Point) -> bool:
        """Bake the shadow for a direction of light when it moved by more than 0.7°; says whether it did."""
        if self._field is None or self._shading is None:
            return False
        if (
            self._sun is not None
            and np.hypot(np.subtract(sun, self._sun)[0], np.subtract(sun, self._sun)[1]) < _SUN_STEP
        ):
            return False
        self._sun = sun
        if sun not in self._baked:
            while len(self._baked) >= _REMEMBERED_SUNS:
                self._baked.pop(next(iter(self._baked)))
            self._baked[sun] = coded(self._field.heights_m, self._shading.shadow(sun), self._lowest)
        self.textures["field_heights"].replace(self._baked[sun])
        return True


def _with_crowns(field: HeightField, crowns: Float32Array) -> HeightField:
    """Return the field raised to the tops of trees (n, 4: root, radius): the cells under five points of each crown."""
    heights = field.heights_m.copy()
    rows, columns = heights.shape
    tops = crowns[:, 2] + crowns[:, 3] * _CROWN_TOP
    for way in _IN_CROWN:
        place = crowns[:, :2] + crowns[:, 3:] * way - np.array((field.west, field.south), np.float32)
        cell = np.floor(place / field.cell_m).astype(np.intp)
        held = np.all((cell >= 0) & (cell < (columns, rows)), axis=1)
        np.maximum.at(heights, (cell[held, 1], cell[held, 0]), tops[held])
    return replace(field, heights_m=heights)


def _sampled(values: npt.NDArray[Any], field: HeightField, places: Float32Array) -> npt.NDArray[Any]:
    """Values (n,) of a grid that spans the field, in the cells of scene places (n, 2); of the border beyond it."""
    rows, columns = values.shape
    step = -(-field.heights_m.shape[1] // columns)
    column = ((places[:, 0] - field.west) / (field.cell_m * step)).astype(np.intp)
    row = ((places[:, 1] - field.south) / (field.cell_m * step)).astype(np.intp)
    found: npt.NDArray[Any] = values[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
    return found


def _store_mean(cover: UInt8Array, field: HeightField, lowest_m: float) -> None:
    """Write the mean height around into the spare channel of the cover map."""
    rows, columns = cover.shape[:2]
    step = -(-field.heights_m.shape[1] // columns)
    coarse = replace(field, cell_m=field.cell_m * step, heights_m=_thinned(field.heights_m, step))
    mean = coarse.mean(14.0)
    code = np.clip((mean - lowest_m) / _MEAN_STEP_M, 0, 255).astype(np.uint8)
    cover[: code.shape[0], : code.shape[1], 3] = code[:rows, :columns]


def _thinned(heights: Float32Array, step: int) -> Float32Array:
    """Means of squares of `step` cells; what is left over at the border counts by its first cells."""
    if step == 1:
        return heights
    rows, columns = (-(-size // step) * step for size in heights.shape)
    whole = np.pad(heights, ((0, rows - heights.shape[0]), (0, columns - heights.shape[1])), mode="edge")
    thinned: Float32Array = whole.reshape(rows // step, step, columns // step, step).mean(axis=(1, 3))
    return thinned


def _even_field(bounds: Bounds, ground: Callable[[Float64Array], Float64Array], cells: int) -> HeightField:
    west, south, east, north = bounds
    middle = ((west + east) / 2, (south + north) / 2)
    half = (min(east - west, _WIDEST_M) / 2 + _MARGIN_M, min(north - south, _WIDEST_M) / 2 + _MARGIN_M)
    framed = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    field = HeightField.flat(framed, 0.0, cells)
    rows, columns = field.heights_m.shape
    x = field.west + (np.arange(columns) + 0.5) * field.cell_m
    y = field.south + (np.arange(rows) + 0.5) * field.cell_m
    for row in range(0, rows, 256):
        block = np.stack(np.meshgrid(x, y[row : row + 256]), -1).reshape(-1, 2)
        field.heights_m[row : row + 256] = ground(block).reshape(-1, columns)
    return field
