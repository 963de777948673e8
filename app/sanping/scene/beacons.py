"""Red lights on the highest roofs: each stands and goes with its building."""

from collections.abc import Mapping

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.features import IndexArray
from sanping.scene.layers.sprites import SpriteLayer
from sanping.scene.layers.tiles import TileLayer

_ABOVE_M, _MOST = 62.0, 400
_RADIUS_M, _LEAST_PX, _COLOUR = 7.0, 5.5, (1.0, 0.13, 0.10)


class Beacons:
    """The lights of all layers; remembers where the roofs of a layer are."""

    def __init__(self, context: SceneContext) -> None:
        self._lights = SpriteLayer(context)
        self._tops: dict[str, tuple[IndexArray, Float64Array]] = {}

    def forget(self, layer: str) -> None:
        """Forget a layer that went away."""
        self._tops.pop(layer, None)

    def stand_on(self, layers: Mapping[str, TileLayer], kept: Mapping[str, frozenset[int] | None]) -> None:
        """Light the roofs of the layers named in `kept`: of all their objects (None), or of these only."""
        every = [np.zeros((0, 3))]
        for name, alone in kept.items():
            if layers[name].is_bridge:
                continue
            if name not in self._tops:
                self._tops[name] = layers[name].roof_tops(_ABOVE_M)
            features, tops = self._tops[name]
            absent = layers[name].lifetimes.absent
            lit = np.ones(len(features), np.bool_) if absent is None else ~absent[features]
            every.append(tops[lit if alone is None else lit & np.isin(features, list(alone))])
        places = np.concatenate(every)
        highest = places[np.argsort(-places[:, 2], kind="stable")[:_MOST]]
        self._lights.set_lights(highest, radius_m=_RADIUS_M, least_px=_LEAST_PX, colour=_COLOUR)

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._lights.show(look)

    def release(self) -> None:
        """Take the lights away."""
        self._lights.release()
