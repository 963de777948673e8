"""Colours that single objects have above the colouring of their layer: what a query found, what a check objects to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from sanping.domain.geo import UInt8Array
from sanping.scene.governed_values import Tint
from sanping.scene.layers.tiles import TileLayer
from sanping.stage.state import Stage


class Tints:
    """Lays tints on the layers of a scene, and lifts them while the layers are painted anew below."""

    def __init__(self, layers: Mapping[str, TileLayer]) -> None:
        self._layers = layers
        self._tints: Mapping[str, Tint] = {}
        self._below: dict[str, tuple[TileLayer, list[UInt8Array]]] = {}

    def show(self, tints: Mapping[str, Tint]) -> None:
        """Show these instead of the present ones."""
        self._lift()
        self._tints = dict(tints)
        self._lay()

    @contextmanager
    def lifted(self, new: Stage, old: Stage | None) -> Iterator[None]:
        """Bring the stage from `old` to `new` without tints where colours may change."""
        is_same = old is not None and new.colouring == old.colouring and self._below.keys() == self._shown()
        if is_same:
            yield
            return
        self._lift()
        yield
        self._lay()

    def _shown(self) -> set[str]:
        return self._tints.keys() & self._layers.keys()

    def _lift(self) -> None:
        for name, (layer, colours) in self._below.items():
            if self._layers.get(name) is layer:
                layer.states.put_back(colours)
        self._below.clear()

    def _lay(self) -> None:
        for name in self._shown():
            layer, tint = self._layers[name], self._tints[name]
            self._below[name] = (layer, layer.states.colours())
            if tint.others is not None:
                every = np.tile(np.array(tint.others, np.uint8), (layer.tiles.feature_count, 1))
                layer.states.colour(None, every)
            if len(tint.features):
                layer.states.colour(tint.features, tint.colours)
