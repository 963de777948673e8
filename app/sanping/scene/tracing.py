"""Outlines around selected things that lie on the ground: a road, a river, a park, a cell of the grid."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sanping.domain.ground import VectorLayer
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.layers.lines import LineLayer
from sanping.scene.layers.roads import ELEVATED_M

_WIDTH_M = 7.0
_STRENGTH = 2.4
_ABOVE_ROAD_M = 1.0


class Tracer:
    """Draws the outlines of what is selected among the flat layers; nothing is made while nothing is."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._outlines: list[LineLayer] = []
        self._traced: dict[str, tuple[str, ...]] = {}
        self._look: LayerLook | None = None

    def trace(self, layers: Mapping[str, VectorLayer], ids: Mapping[str, Sequence[str]]) -> None:
        """Outline these objects instead of the present ones."""
        wanted = {name: tuple(chosen) for name, chosen in ids.items() if chosen}
        if wanted == self._traced:
            return
        self.release()
        self._traced = wanted
        for name, chosen in wanted.items():
            rows = [number for number, own in enumerate(layers[name].ids) if own in set(chosen)]
            for row in rows:
                self._outlines.append(
                    LineLayer(
                        self._context,
                        _only(layers[name], row),
                        width_m=_WIDTH_M,
                        above_m=_ABOVE_ROAD_M + ELEVATED_M * _is_raised(layers[name], row),
                    )
                )
        if self._look is not None:
            self.show(self._look)

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says, but stronger than the lines of a layer."""
        self._look = look
        for outline in self._outlines:
            outline.show(replace(look, opacity=_STRENGTH))

    def release(self) -> None:
        """Take the outlines away."""
        for outline in self._outlines:
            outline.release()
        self._outlines.clear()
        self._traced = {}


def _only(data: VectorLayer, row: int) -> VectorLayer:
    geometries = np.empty(1, object)
    geometries[0] = data.geometries[row]
    return replace(data, ids=[data.ids[row]], geometries=geometries, attributes=[data.attributes[row]])


def _is_raised(data: VectorLayer, row: int) -> bool:
    return str(data.attributes[row].get("level", 0)) not in ("0", "", "None")
