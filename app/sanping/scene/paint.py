"""Brings colouring, selection, hover and isolation of the stage onto the feature states of tile layers."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from sanping.domain.tile import TileSet
from sanping.scene.colouring import Coloured, coloured
from sanping.scene.features import HOVERED, SELECTED, VISIBLE, own_colours_of
from sanping.scene.layers.tiles import TileLayer
from sanping.scene.ramps import Ramps
from sanping.scene.values import Legend
from sanping.stage.plan_shown import PLAN_LAYER
from sanping.stage.state import Colouring, FeatureRef, Stage

_KEPT = 6
_GREY, _NIGHT_SHARE = (150, 158, 166), 0.45


class FeatureNumbers:
    """Finds the numbers of features by id; an object brings its parts along."""

    def __init__(self, tiles: TileSet) -> None:
        self._tiles = tiles

    def of(self, ids: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the numbers of the ids that exist, and of their parts."""
        found = [number for name in ids if (number := self._tiles.find(name)) is not None]
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
        self._alone: dict[str, frozenset[int]] = {}
        self._grey: Mapping[str, tuple[str, ...]] = {}
        self._gone: Mapping[str, tuple[str, ...]] = {}
        self.legend: Legend | None = None

    def forget(self, layer: str) -> None:
        """Forget a layer that went away."""
        self._numbers.pop(layer, None)
        self._recent = {key: value for key, value in self._recent.items() if key.layer != layer}
        if self._painted == layer:
            self._painted, self.legend = "", None

    def paint(self, layers: Mapping[str, TileLayer], new: Stage, old: Stage | None) -> None:
        """Paint what `new` asks for and `old` did not; without `old` everything is painted."""
        grey = {} if new.scheme is None or new.colouring is not None else new.scheme.greyed
        if PLAN_LAYER in layers and (old is None or new.style != old.style):
            self._light_plan(layers[PLAN_LAYER], is_night=new.style == "night")
        if old is None or new.colouring != old.colouring or grey != self._grey:
            for name in self._grey.keys() & layers.keys():
                layers[name].states.colour(None, None)
            self._colour(layers, new.colouring)
            self._grey = grey
            for name in grey.keys() & layers.keys():
                found = self._numbered(layers, name).of(grey[name])
                layers[name].states.colour(found, np.full((len(found), 3), _GREY, np.uint8))
        before = old.selection if old is not None else ()
        self._mark(layers, SELECTED, new.selection, before)
        hovered = (new.hovered,) if new.hovered else ()
        self._mark(layers, HOVERED, hovered, (old.hovered,) if old is not None and old.hovered else ())

        gone = {} if new.scheme is None else new.scheme.hides
        isolated = old.isolated if old is not None else ()
        if new.isolated != isolated or gone != self._gone or (old is None and (new.isolated or gone)):
            self._gone = gone
            self._isolate(layers, new.isolated)

    def is_hidden(self, layer: str, feature: int) -> bool:
        """An isolation of other objects hides this one, or a scheme replaces it."""
        return layer in self._alone and feature not in self._alone[layer]

    def numbers(self, layers: Mapping[str, TileLayer], layer: str, ids: Iterable[str]) -> frozenset[int]:
        """Return the numbers of objects of a layer and of their parts."""
        return frozenset(self._numbered(layers, layer).of(ids).tolist())

    def _numbered(self, layers: Mapping[str, TileLayer], layer: str) -> FeatureNumbers:
        return self._numbers.setdefault(layer, FeatureNumbers(layers[layer].tiles))

    def kept(self, layer: str) -> frozenset[int] | None:
        """Return the features of a layer that an isolation or a scheme leaves, None where all are left."""
        return self._alone.get(layer)

    def _isolate(self, layers: Mapping[str, TileLayer], kept: tuple[FeatureRef, ...]) -> None:
        """Show the objects that are `kept`, all without any, but for those that a scheme replaces."""
        self._alone = {}
        for name, layer in layers.items():
            every = np.arange(layer.tiles.feature_count)
            layer.states.flag(every, VISIBLE, is_on=not kept)
            layer.draw_in_full(())
            if not kept and name not in self._gone:
                continue
            numbers = self._numbered(layers, name)
            left = numbers.of(ref.id for ref in kept if ref.layer == name) if kept else every
            gone = numbers.of(self._gone.get(name, ()))
            left = np.setdiff1d(left, gone, assume_unique=True)
            self._alone[name] = frozenset(left.tolist())
            layer.states.flag(gone, VISIBLE, is_on=False)
            layer.draw_in_full(gone.tolist())
            layer.states.flag(left, VISIBLE, is_on=True)

    def _light_plan(self, layer: TileLayer, *, is_night: bool) -> None:
        """Let the blocks of a plan shine a little without the sun, when their own colours would be all but black.

        By night in a share of their colours; by day the shader sees to it once street lamps are lit.
        """
        own = np.concatenate([own_colours_of(tile)[:, :3] for tile in layer.tiles.tiles])
        layer.states.colour(None, (own * (_NIGHT_SHARE if is_night else 1.0)).astype(np.uint8))

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
                found = self._numbered(layers, name).of(ref.id for ref in refs if ref.layer == name)
                if len(found):
                    layers[name].states.flag(found, flag, is_on=is_on)
