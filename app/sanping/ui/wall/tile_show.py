"""The city in one tile of a wall: the same scene as everywhere, seen through the tile's pane of the one camera."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sanping.scene.picture_parts import Pane
from sanping.ui.city_show import CityShow
from sanping.ui.viewport import Viewport
from sanping.ui.wall.tiling import Tile, Tiling, margins_of, pane_of

if TYPE_CHECKING:
    from sanping.scene.city_scene import CityScene


class TileShow(CityShow):
    """Shows one tile; a wall of one screen is shown like a desk."""

    def __init__(self, viewport: Viewport, assets: Path, animation_hz: int, parent: QObject) -> None:
        super().__init__(viewport, assets, animation_hz, parent)
        self._pane: Pane | None = None

    def stand_at(self, tile: Tile, tiling: Tiling) -> None:
        """Take this place in a wall."""
        is_alone = len(tiling.tiles) == 1
        self._pane = None if is_alone else pane_of(tile, tiling.canvas_px)
        self._viewport.draw_around(*((0, 0, 0, 0) if is_alone else margins_of(tile, tiling.canvas_px)))
        if self._scene is not None:
            self._scene.cut(self._pane)

    def _made(self, scene: "CityScene") -> None:
        """Cut the scene to this tile."""
        scene.cut(self._pane)
