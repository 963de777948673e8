"""Where the windows of a wall go on the screens of this machine."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ui.wall.tiling import Tile, Tiling, tiling_of

_NO_SCREEN = Text("没有第 {number} 块屏幕；本机有 {count} 块", "There is no screen {number}; this machine has {count}")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for: counts of the whole wall, one tile of it (None: all), a screen from 1 (0: any), a size."""

    counts: tuple[int, int] = (1, 1)
    tile: tuple[int, int] | None = None
    screen: int = 0
    size_px: tuple[int, int] | None = None
    bezel_mm: float = 0.0
    pitch_mm: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Placing:
    """The wall, the tiles that this machine shows, and their rectangles on the desktop."""

    tiling: Tiling
    tiles: tuple[Tile, ...]
    places: tuple[QRect, ...]
    is_full: bool


def screens() -> list[QRect]:
    """Return the screens of this machine, row by row from the upper left of the desktop."""
    found = [screen.geometry() for screen in QGuiApplication.screens()]
    return sorted(found, key=lambda place: (place.top(), place.left()))


def placing_of(wish: Wish, known: list[QRect]) -> Placing:
    """Return where the windows go. Raises `InputError` for a screen that is not there.

    Tiles get a screen each where there are enough; otherwise they share one, as graphics cards offer that join screens.
    """
    if not 0 <= wish.screen <= len(known):
        raise InputError(_NO_SCREEN.with_values(number=wish.screen, count=len(known)))
    columns, rows = wish.counts
    screen = known[max(1, wish.screen) - 1]
    if wish.tile is not None or columns * rows == 1:
        return _alone(wish, screen)
    has_enough = len(known) >= columns * rows and not wish.screen and wish.size_px is None
    if has_enough:
        places = tuple(known[: columns * rows])
        tiling = tiling_of(columns, rows, (places[0].width(), places[0].height()), wish.bezel_mm, wish.pitch_mm)
        return Placing(tiling=tiling, tiles=tiling.tiles, places=places, is_full=True)
    width, height = wish.size_px or (screen.width(), screen.height())
    tile_px = (width // columns, height // rows)
    tiling = tiling_of(columns, rows, tile_px, wish.bezel_mm, wish.pitch_mm)
    places = tuple(
        QRect(
            screen.left() + (tile.column - 1) * tile_px[0], screen.top() + (tile.row - 1) * tile_px[1], *tile_px,
        )
        for tile in tiling.tiles
    )  # fmt: skip
    return Placing(tiling=tiling, tiles=tiling.tiles, places=places, is_full=False)


def _alone(wish: Wish, screen: QRect) -> Placing:
    size_px = wish.size_px or (screen.width(), screen.height())
    tiling = tiling_of(*wish.counts, size_px, wish.bezel_mm, wish.pitch_mm)
    tile = tiling.tile(*(wish.tile or (1, 1)))
    place = QRect(screen.left(), screen.top(), *size_px)
    return Placing(tiling=tiling, tiles=(tile,), places=(place,), is_full=wish.size_px is None)
