"""Components close to the camera: a body in the street and a sign above it, one mesh a cell of the ground."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, UInt8Array
from sanping.scene.component_symbols import symbol_picture
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_layout import Indices
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

STATE_COLUMNS = 1024
CHOSEN = 1
_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
_MOST_TILES = 90


class ComponentTiles:
    """Draws the cells that are asked for; a mesh is made when its cell is first seen, and kept while there is room.

    `state` (n, 4) bytes: status, symbol, seed and flags of each component; written in place.
    """

    def __init__(self, context: SceneContext, places: Float64Array, state: UInt8Array) -> None:
        self._context, self._places = context, places
        rows = -(-max(1, len(state)) // STATE_COLUMNS)
        pixels: UInt8Array = np.zeros((rows * STATE_COLUMNS, 4), np.uint8)
        pixels[: len(state)] = state
        self._texture = DataTexture(pixels.reshape(rows, STATE_COLUMNS, 4))
        self._material = context.material("component.vert", "component_night", DETAIL=0)
        self._material.set_texture("component_state", self._texture)
        self._material.set_texture("symbols", DataTexture(symbol_picture(), is_smooth=True))
        self._actors: dict[int, Any] = {}
        self._look: LayerLook | None = None

    def set_state(self, rows: Indices, column: int, values: npt.NDArray[np.uint8] | int) -> None:
        """Write one byte of some components: only the texture is sent again."""
        self._texture.pixels.reshape(-1, 4)[rows, column] = values
        self._texture.touch()

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        if look == self._look:
            return
        self._look = look
        self._material.set_fragment(f"component_{look.style}")
        self._material.define(DETAIL=look.detail)
        self._material.set_number("uOpacity", look.opacity)

    def draw(self, cells: dict[int, Indices]) -> None:
        """Draw these cells, each with the rows of its components, and no others."""
        for cell, actor in self._actors.items():
            actor.SetVisibility(cell in cells)
        for cell, rows in cells.items():
            if cell not in self._actors:
                self._actors[cell] = self._made(rows)
        for cell in list(self._actors):
            if len(self._actors) <= max(_MOST_TILES, len(cells)):
                break
            if cell not in cells:
                self._context.renderer.RemoveActor(self._actors.pop(cell))

    @property
    def actors(self) -> list[Any]:
        """The actors of all meshes."""
        return list(self._actors.values())

    def release(self) -> None:
        """Take everything away."""
        for actor in self._actors.values():
            self._context.renderer.RemoveActor(actor)
        self._actors.clear()
        self._material.release()

    def _made(self, rows: Indices) -> Any:
        count = len(rows)
        points = np.repeat(self._places[rows], 8, axis=0).astype(np.float32)
        item = np.empty((count, 8, 4), np.float32)
        item[:, :, 0] = rows[:, None]
        item[:, :4, 1], item[:, 4:, 1] = 0.0, 1.0
        item[:, :, 2:] = np.tile(_CORNERS, (2, 1))
        first = np.arange(2 * count, dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        data = poly_data(points, triangles.astype(np.int32), {"item": item.reshape(-1, 4)})
        actor = self._material.dress(mapper_of(data, ("item",)), is_translucent=True)
        self._context.renderer.AddActor(actor)
        return actor
