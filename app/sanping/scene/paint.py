"""Brings colouring, selection, hover and isolation of the stage onto the feature states of tile layers."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from sanping.domain.tile import TileSet
from sanping.scene.colouring import Coloured, coloured
from sanping.scene.features import HOVERED, SELECTED, VISIBLE
from sanping.scene.layers.tiles import TileLayer
from sanping.scene.ramps import Ramps
from sanping.scene.values import Legend
from sanping.stage.state import Colouring, FeatureRef, Stage

_KEPT = 6


class FeatureNumbers:
    """Finds the numbers of features by id; an object brings its parts along."""

    def __init__(self, tiles: TileSet) -> None:
        self._tiles = tiles
        self._numbers: dict[str, int] | None = None

    def of(self, ids: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the numbers of the ids that exist, and of their parts."""
        if self._numbers is None:
            self._numbers = {
                name: tile.first_feature + row
                for tile in self._tiles.tiles
                for row, name in enumerate(tile.features.ids)
            }
        found = [self._numbers[name] for name in ids if name in self._numbers]
        parts: list[int] = list(found)
        for number in found:
            tile, row = self._tiles.locate(number)
            parts.extend(int(child) + tile.first_feature for child in np.flatnonzero(tile.features.parent == row))
        return np.unique(np.array(parts, np.int64))


class Painter:
    """Remembers what is painted, so that a new stage costs only its difference."""

    def __init__(self, ramps: Ramps) -> None:
        self._ramps = ramps
        self._numbers: dict[str, FeatureNumbers] = {}
        self._recent: dict[Colouring, Coloured] = {}
        self._painted: str = ""
        self._alone: dict[str, frozenset[int]] | None = None
        self.legend: Legend | None = None

    def forget(self, layer: str) -> None:
        """Forget a layer that went away."""
        self._numbers.pop(layer, None)
        self._recent = {key: value for key, value in self._recent.items() if key.layer != layer}
        if self._painted == layer:
            self._painted, self.legend = "", None

    def paint(self, layers: Mapping[str, TileLayer], new: Stage, old: Stage | None) -> None:
        """Paint what `new` asks for and `old` did not; without `old` everything is painted."""
        if old is None or new.colouring != old.colouring:
            self._colour(layers, new.colouring)
        before = old.selection if old is not None else ()
        self._mark(layers, SELECTED, new.selection, before)
        hovered = (new.hovered,) if new.hovered else ()
        self._mark(layers, HOVERED, hovered, (old.hovered,) if old is not None and old.hovered else ())

        if new.isolated != (old.isolated if old is not None else ()) or (old is None and new.isolated):
            self._isolate(layers, new.isolated)

    def is_hidden(self, layer: str, feature: int) -> bool:
        """An isolation of other objects hides this one."""
        return self._alone is not None and feature not in self._alone.get(layer, frozenset())

    def kept(self, layer: str) -> frozenset[int] | None:
        """Return the features of a layer that an isolation leaves, None where there is none."""
        return None if self._alone is None else self._alone.get(layer, frozenset())

    def _isolate(self, layers: Mapping[str, TileLayer], kept: tuple[FeatureRef, ...]) -> None:
        self._alone = {} if kept else None
        for name, layer in layers.items():
            layer.states.flag(np.arange(layer.tiles.feature_count), VISIBLE, is_on=not kept)
            numbers = self._numbers.setdefault(name, FeatureNumbers(layer.tiles))
            found = numbers.of(ref.id for ref in kept if ref.layer == name)
            if self._alone is not None and len(found):
                self._alone[name] = frozenset(found.tolist())
                layer.states.flag(found, VISIBLE, is_on=True)

    def _colour(self, layers: Mapping[str, TileLayer], colouring: Colouring | None) -> None:
        if self._painted in layers and (colouring is None or colouring.layer != self._painted):
            layers[self._painted].states.colour(None, None)
        self._painted, self.legend = "", None
        if colouring is None or colouring.layer not in layers:
            return
        layer = layers[colouring.layer]
        result = self._recent.pop(colouring, None) or coloured(layer.tiles, colouring, self._ramps)
        self._recent[colouring] = result
        while len(self._recent) > _KEPT:
            del self._recent[next(iter(self._recent))]
        layer.states.colour(None, result.colours)
        self._painted, self.legend = colouring.layer, result.legend

    def _mark(
        self, layers: Mapping[str, TileLayer], flag: int, new: tuple[FeatureRef, ...], old: tuple[FeatureRef, ...]
    ) -> None:
        gone, come = set(old) - set(new), set(new) - set(old)
        for refs, is_on in ((gone, False), (come, True)):
            for name in {ref.layer for ref in refs} & set(layers):
                numbers = self._numbers.setdefault(name, FeatureNumbers(layers[name].tiles))
                found = numbers.of(ref.id for ref in refs if ref.layer == name)
                if len(found):
                    layers[name].states.flag(found, flag, is_on=is_on)
