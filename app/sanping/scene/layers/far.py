"""Draws the made-up blocks and lamps beyond the data; they can be neither picked nor coloured."""

from dataclasses import replace
from typing import Any

import numpy as np

from sanping.domain.geo import Float32Array, UInt8Array
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.far_field import Blocks, far_blocks, far_lamps
from sanping.scene.features import LANE_HOUSE, OFFICE, PAGE_FEATURES, PAGE_SIDE, RESIDENTIAL, VISIBLE
from sanping.scene.layers.sprites import SpriteLayer
from sanping.scene.material import Material
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

_LAMP_RADIUS_M, _LAMP_LEAST_PX, _LAMP_COLOUR = 5.0, 1.6, (1.0, 0.66, 0.32)


class FarLayer:
    """One mesh of blocks around the data, and the lamps of their main roads."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._material: Material | None = None
        self._actor: Any = None
        self._lamps = SpriteLayer(context)
        self._key: object = None
        self._textures: dict[str, DataTexture] = {}

    def surround(self, bounds: tuple[float, float, float, float] | None, ground_m: float) -> None:
        """Put blocks around bounds (west, south, east, north, scene metres); None takes them away."""
        key = None if bounds is None else (*(round(value) for value in bounds), round(ground_m, 1))
        if key == self._key:
            return
        self.release()
        self._key = key
        if bounds is None:
            return
        blocks = far_blocks(bounds, ground_m)
        self._material = self._context.material("facade.vert", "facade_night", DETAIL=0)
        for name, texture in {**_page(blocks, ground_m), **self._textures}.items():
            self._material.set_texture(name, texture)
        data = poly_data(blocks.points, blocks.triangles, {"feature": blocks.owner})
        self._actor = self._material.dress(mapper_of(data, ("feature",)))
        self._context.renderer.AddActor(self._actor)
        self._lamps.set_lights(
            far_lamps(bounds, ground_m),
            radius_m=_LAMP_RADIUS_M,
            least_px=_LAMP_LEAST_PX,
            colour=_LAMP_COLOUR,
            is_steady=True,
        )

    def show(self, look: LayerLook) -> None:
        """Draw in a style; the far field needs no detail, the draft no far field, and lamps come with standard."""
        self._lamps.show(replace(look, is_visible=look.detail > 0))
        if self._material is not None and self._actor is not None:
            self._actor.SetVisibility(look.detail >= 0)
            self._material.set_fragment(f"facade_{look.style}")

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""
        self._textures = textures

    @property
    def actors(self) -> list[Any]:
        """The one actor, if there is one."""
        return [] if self._actor is None else [self._actor]

    def release(self) -> None:
        """Take the blocks away."""
        if self._actor is not None:
            self._context.renderer.RemoveActor(self._actor)
        if self._material is not None:
            self._material.release()
        self._lamps.release()
        self._actor = self._material = self._key = None


def _page(blocks: Blocks, ground_m: float) -> dict[str, DataTexture]:
    count = len(blocks.height_m)
    box: Float32Array = np.zeros((2 * PAGE_FEATURES, 4), np.float32)
    box[:count, :2], box[:count, 2], box[:count, 3] = blocks.anchor, ground_m, blocks.height_m
    traits = box[PAGE_FEATURES:]
    kinds = np.where(blocks.height_m > 45, OFFICE, np.where(blocks.height_m < 11, LANE_HOUSE, RESIDENTIAL))
    traits[:count, 0] = kinds
    traits[:count, 1] = np.arange(count) * 97 % 256 / 255.0
    traits[:count, 2] = 1.0
    state: UInt8Array = np.full((PAGE_FEATURES, 4), 255, np.uint8)
    state[:, 3] = VISIBLE
    return {
        "feature_box": DataTexture(box.reshape(2 * PAGE_SIDE, PAGE_SIDE, 4)),
        "feature_state": DataTexture(state.reshape(PAGE_SIDE, PAGE_SIDE, 4)),
    }
