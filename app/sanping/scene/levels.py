"""Chooses the levels of all tiles of a picture together: sharp enough, and within the graphics memory of all layers."""

from collections.abc import Mapping

import numpy as np

from sanping.analysis.stream_budget import FINEST_PX, Use
from sanping.analysis.visibility import FAR, NEAR, Sight, Wish, fitted
from sanping.scene.buffers import BufferBudget
from sanping.scene.context import LayerLook
from sanping.scene.layers.streamed import StreamedLayer
from sanping.scene.layers.tiles import TileLayer


class TileLevels:
    """Draws the models of one scene; what tilesets draw is chosen by their streams, and counted here.

    `error_px` is the error on the screen that is allowed at present. `coarser` says of how many tiles of each layer
    less is drawn than a larger budget would allow, `use` what all that is wished for would take.
    """

    def __init__(self, buffers: BufferBudget) -> None:
        self._buffers = buffers
        self.error_px = FINEST_PX
        self.coarser: dict[str, int] = {}
        self.use = Use()

    def show(self, layers: Mapping[str, TileLayer], looks: Mapping[str, LayerLook], sight: Sight, detail: int) -> None:
        """Draw all layers as they are seen."""
        wishes: dict[str, Wish] = {}
        streamed = 0
        for name, layer in layers.items():
            look = looks.get(name)
            is_visible = look is None or look.is_visible
            if isinstance(layer, StreamedLayer):
                layer.show_seen(sight, is_visible=is_visible, detail=detail)
                streamed += layer.drawn_bytes if is_visible else 0
            else:
                wishes[name] = layer.wish(sight, is_visible=is_visible, detail=detail, error_px=self.error_px)
        levels = fitted(tuple(wishes.values()), max(0, self._buffers.most_bytes - streamed))
        self.coarser = {}
        for (name, wish), chosen in zip(wishes.items(), levels, strict=True):
            layers[name].draw(chosen, sight)
            is_less = (chosen == FAR) & ((wish.levels == NEAR) | (wish.far_error_px > FINEST_PX))
            is_less &= (wish.levels == NEAR) | (self.error_px > FINEST_PX)
            if is_less.any():
                self.coarser[name] = int(np.count_nonzero(is_less))
        wished = streamed + sum(wish.total_bytes for wish in wishes.values())
        self.use = Use(graphics_bytes=wished, memory_bytes=wished)
