"""Moving things: vehicles and vessels that glide from where they were to where they are, in one draw call.

Two small textures hold both moments; the graphics processor finds the place between them. A new moment costs what its
numbers cost, however often a frame is drawn.
"""

from collections.abc import Mapping
from math import radians

import numpy as np

from sanping.domain.geo import Float32Array, Float64Array
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.governed_values import Movers
from sanping.scene.label_layout import Indices
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

_COLUMNS = 1024
_KIND_STEP, _NOTHING = 10.0, -10.0
_STALE, _ALARMING = 8, 16  # added to the kind, as the shader reads it
_LEAST_MS, _MOST_MS = 50.0, 5000.0
_STILL_AFTER = 3
_BODY = np.array(
    [[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0], [-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]], np.float32
)
_FACES = np.array(
    [[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7], [4, 5, 6], [4, 6, 7]],
    np.int32,
)


class MoverView(FlatLayer):
    """Draws the moving things it was last given, on their way from the moment before.

    Of the textures of the city it binds only those that may be sent again: VTK forgets what is bound to a mesh that
    goes, and the map of sharp shadows exists on the graphics processor alone.
    """

    def __init__(self, context: SceneContext, textures: Mapping[str, DataTexture]) -> None:
        super().__init__(context)
        self._shared = {name: textures[name] for name in ("cover_map", "field_heights")}
        self._number: Indices = np.zeros(0, np.int64)
        self._codes: Float64Array = np.zeros(0)
        self._moments = (self._texture(0), self._texture(0))
        self._capacity = 0
        self._last_ms: float | None = None
        self._span_ms, self._begun_s, self._now_s, self._unmoved = 1.0, 0.0, 0.0, 0
        self._given: Movers | None = None

    def show_movers(self, movers: Movers, at_ms: float) -> None:
        """Let everything glide to where it is at a moment; it takes as long as has passed since the moment before."""
        present = self._present()
        self._unmoved = self._unmoved + 1 if self._begun_s == self._now_s else 0
        since_ms = 1.0 if self._last_ms is None else at_ms - self._last_ms
        self._span_ms = min(_MOST_MS, max(_LEAST_MS, since_ms))
        self._begun_s, self._last_ms, self._given = self._now_s, at_ms, movers
        self._make_room(len(movers.number))
        until, codes = self._states(movers), _codes(movers)
        start = until.copy()
        known, before = _found(movers.number, self._number)
        start[known] = present[before]
        old = present[before, 3] + _KIND_STEP * (codes[known] - self._codes[before])
        start[known, 3] = until[known, 3] + _turned(old, until[known, 3])
        self._number, self._codes = movers.number, codes
        for texture, states in zip(self._moments, (start, until), strict=True):
            flat = texture.pixels.reshape(-1, 4)
            flat[: len(states)] = states
            flat[len(states) :, 3] = _NOTHING
            texture.touch()
        self.animate(self._now_s)

    def animate(self, seconds: float) -> None:
        """Set the clock; it wraps every hour."""
        self._now_s = seconds
        for material, _, _ in self._parts:
            material.set_number("uShare", self._share)

    def lay(self) -> None:
        """Set everything on the ground, which may be another one now."""
        if self._given is not None:
            states = self._states(self._given)
            for texture in self._moments:
                texture.pixels.reshape(-1, 4)[: len(states), 2] = states[:, 2]
                texture.touch()

    def defines(self, look: LayerLook) -> dict[str, str | int]:
        """Preprocessor names of a look: without the map of sharp shadows."""
        return {"DETAIL": min(look.detail, 0)}

    @property
    def _share(self) -> float:
        """How much of the way is behind them, 0 … 1; all of it where no clock moves."""
        if self._unmoved >= _STILL_AFTER:
            return 1.0
        passed_ms = ((self._now_s - self._begun_s) % 3600.0) * 1000.0
        return min(1.0, passed_ms / self._span_ms)

    def _present(self) -> Float64Array:
        """Return where everything is drawn now (n, 4)."""
        count, share = len(self._number), self._share
        start, until = (texture.pixels.reshape(-1, 4)[:count].astype(np.float64) for texture in self._moments)
        here: Float64Array = start + (until - start) * share
        return here

    def _states(self, movers: Movers) -> Float32Array:
        """Return places in scene metres, and heading in radians with ten more for each kind (n, 4)."""
        east, north, up = self.context.centre
        flat = np.column_stack([movers.x_m - east, movers.y_m - north])
        height = self.context.ground_at(flat)
        if movers.z_m is not None:
            height = np.where(np.isfinite(movers.z_m), movers.z_m - up, height)
        heading = np.mod(movers.heading_deg, 360.0) * radians(1.0)
        return np.column_stack([flat, height, heading + _KIND_STEP * _codes(movers) + 2.0]).astype(np.float32)

    def _make_room(self, count: int) -> None:
        """Have a mesh for so many things; a little more than asked, so that a few more need no new one."""
        if count <= self._capacity:
            return
        kept = [texture.pixels.reshape(-1, 4).copy() for texture in self._moments]
        look, self._look = self._look, None
        self.release()
        self._capacity = -(-max(64, count * 5 // 4) // _COLUMNS) * _COLUMNS
        self._moments = (self._texture(self._capacity), self._texture(self._capacity))
        for texture, pixels in zip(self._moments, kept, strict=True):
            texture.pixels.reshape(-1, 4)[: len(pixels)] = pixels
        thing = np.repeat(np.arange(self._capacity, dtype=np.float32), len(_BODY))
        item = np.column_stack([thing, np.tile(_BODY, (self._capacity, 1))]).astype(np.float32)
        first = np.arange(self._capacity, dtype=np.int32)[:, None, None] * len(_BODY)
        points: Float32Array = np.zeros((len(item), 3), np.float32)
        data = poly_data(points, (first + _FACES[None]).reshape(-1, 3).astype(np.int32), {"item": item})
        material = self.context.material("mover.vert", "mover_night", DETAIL=0)
        for name, texture in zip(("mover_from", "mover_to"), self._moments, strict=True):
            material.set_texture(name, texture)
        for name, texture in self._shared.items():
            material.set_texture(name, texture)
        material.set_number("uShare", self._share)
        self.add_part(material, mapper_of(data, ("item",)), "mover").UseBoundsOff()
        if look is not None:
            self.show(look)

    @staticmethod
    def _texture(capacity: int) -> DataTexture:
        pixels: Float32Array = np.zeros((max(1, capacity // _COLUMNS), _COLUMNS, 4), np.float32)
        pixels[..., 3] = _NOTHING
        return DataTexture(pixels)


def _codes(movers: Movers) -> Float64Array:
    """Return kind and state of each as the shader reads them."""
    codes: Float64Array = movers.kind.astype(np.float64)
    if movers.is_stale is not None:
        codes += _STALE * movers.is_stale
    if movers.is_alarming is not None:
        codes += _ALARMING * movers.is_alarming
    return codes


def _found(wanted: Indices, known: Indices) -> tuple[Indices, Indices]:
    """Return the rows of `wanted` that are known, and where each is in `known`."""
    if np.array_equal(wanted, known):
        rows: Indices = np.arange(len(wanted))
        return rows, rows
    order = np.argsort(known, kind="stable")
    at = np.searchsorted(known, wanted, sorter=order)
    at = order[np.minimum(at, max(0, len(known) - 1))] if len(known) else np.zeros(len(wanted), np.int64)
    rows = np.flatnonzero(known[at] == wanted) if len(known) else np.zeros(0, np.int64)
    return rows, at[rows]


def _turned(old: Float64Array, new: Float32Array) -> Float64Array:
    """Return how far before the new heading the old one lies, the short way round, within half a turn."""
    return np.mod(old - new + np.pi, 2.0 * np.pi) - np.pi
