"""Tells a navigator how far one may walk through the layers that are shown; walls of hidden ones stop nobody."""

from collections.abc import Callable, Mapping

from sanping.analysis.obstacles import Obstacles
from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.stage.state import Stage


class WalkingWay:
    """Knows the layers of now; what it needs of them is made at the first step and kept until others are shown."""

    def __init__(self, layers: Callable[[], Mapping[str, LoadedLayer]], stage: Callable[[], Stage]) -> None:
        self._layers, self._stage = layers, stage
        self._shown: tuple[TileSet, ...] = ()
        self._obstacles = Obstacles(())

    def free_step(self, eye: Point, east_m: float, north_m: float) -> tuple[float, float]:
        """Return how much of a step is free. While some objects are shown alone, the others are not there."""
        stage = self._stage()
        if stage.isolated:
            return east_m, north_m
        shown = tuple(
            layer.content for name, layer in self._layers().items()
            if isinstance(layer.content, TileSet) and stage.layer(name).is_visible
        )  # fmt: skip
        if len(shown) != len(self._shown) or any(a is not b for a, b in zip(shown, self._shown, strict=True)):
            self._shown, self._obstacles = shown, Obstacles(shown)
        return self._obstacles.free_step(eye, east_m, north_m)
