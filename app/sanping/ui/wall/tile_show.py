"""The city in one tile of a wall: the same scene as everywhere, seen through the tile's pane of the one camera."""

from pathlib import Path

from PySide6.QtCore import QObject

from sanping.domain.text import Language
from sanping.domain.view import Point
from sanping.scene.picture_parts import Pane
from sanping.stage.state import QualityName, Stage
from sanping.ui.city_show import CityShow
from sanping.ui.viewport import Viewport
from sanping.ui.wall.tiling import Tile, Tiling, margins_of, pane_of


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

    def begin(  # noqa: PLR0913  as the city show asks
        self,
        centre: Point,
        place: tuple[float, float],
        quality: QualityName,
        language: Language,
        stage: Stage,
        *,
        may_invent: bool,
    ) -> None:
        """Make an empty scene around `centre`, cut to this tile."""
        super().begin(centre, place, quality, language, stage, may_invent=may_invent)
        if self._scene is not None:
            self._scene.cut(self._pane)
