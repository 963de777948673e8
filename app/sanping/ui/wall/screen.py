"""The wall as one screen to its streamed layers: several windows, one camera, one picture."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sanping.commands.loaded_layer import LoadedLayer
from sanping.stage.state import Stage
from sanping.ui.linkage.follower import Follower
from sanping.ui.wall.plan import WallPlan
from sanping.ui.wall.tile_show import TileShow
from sanping.ui.wall.tile_window import TileWindow


class _Wall(Protocol):
    """What of a wall its layers need."""

    plan: WallPlan
    windows: list[TileWindow]
    follower: Follower

    @property
    def layers(self) -> list[LoadedLayer]:
        """The layers that are open."""


class WallScreen:
    """Tells streamed layers how the wall looks at them: the same tiles for every window."""

    def __init__(self, wall: _Wall) -> None:
        self._wall = wall

    def layers(self) -> Mapping[str, LoadedLayer]:
        """Return the layers that are open."""
        return {layer.entry.name: layer for layer in self._wall.layers}

    def stage(self) -> Stage:
        """Return what is shown."""
        return self._wall.follower.stage

    def size_px(self) -> tuple[int, int]:
        """Return how large all windows together are."""
        return self._wall.plan.tiling.canvas_px

    def cities(self) -> Sequence[TileShow]:
        """Return the city of each window."""
        return [window.city for window in self._wall.windows]
