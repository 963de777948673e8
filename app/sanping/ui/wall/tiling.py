"""A wall of tiles as one canvas: where each screen lies in it, and what the bezels between them hide; pure."""

import re
from dataclasses import dataclass
from math import ceil

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.scene.picture_parts import Pane

MOST_TILES = 64
GRID_PX = 16
MARGIN_PX = 64
_BAD_TILES = Text(
    "看不懂拼接方式。请写成 3x2（列x行）", "The tiling is not understood. Write it like 3x2: columns x rows"
)
_BAD_TILE = Text(
    "看不懂拼接屏编号。请写成 列,行/列数x行数，如 2,1/3x2",
    "The tile is not understood. Write it as column,row/columns x rows, such as 2,1/3x2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One screen of a wall: its place from 1, and its rectangle in pixels of the canvas from the upper left corner."""

    column: int
    row: int
    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """A wall of `columns` × `rows` screens of `tile_px` each; `gap_px` of the canvas are hidden between two of them."""

    columns: int = 1
    rows: int = 1
    tile_px: tuple[int, int] = (1920, 1080)
    gap_px: tuple[int, int] = (0, 0)

    @property
    def canvas_px(self) -> tuple[int, int]:
        """Width and height of the whole, with what the bezels hide."""
        (width, height), (across, down) = self.tile_px, self.gap_px
        return (
            self.columns * width + (self.columns - 1) * across,
            self.rows * height + (self.rows - 1) * down,
        )

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """All screens, row by row from the upper left."""
        return tuple(self.tile(column, row) for row in range(1, self.rows + 1) for column in range(1, self.columns + 1))

    def tile(self, column: int, row: int) -> Tile:
        """Return one screen; places count from 1."""
        (width, height), (across, down) = self.tile_px, self.gap_px
        left, top = (column - 1) * (width + across), (row - 1) * (height + down)
        return Tile(column=column, row=row, left=left, top=top, width=width, height=height)


def seams(tiling: Tiling) -> tuple[tuple[float, float, float, float], ...]:
    """Return the strips between screens as left, top, right and bottom: nothing that is read may lie across them."""
    width, height = tiling.canvas_px
    first = tiling.tile(1, 1)
    across, down = first.width + tiling.gap_px[0], first.height + tiling.gap_px[1]
    upright = [
        (n * across - tiling.gap_px[0] - 1.0, 0.0, n * across + 1.0, float(height)) for n in range(1, tiling.columns)
    ]
    level = [(0.0, n * down - tiling.gap_px[1] - 1.0, float(width), n * down + 1.0) for n in range(1, tiling.rows)]
    return (*upright, *level)


def tiling_of(columns: int, rows: int, tile_px: tuple[int, int], bezel_mm: float, pitch_mm: float) -> Tiling:
    """Return the tiling of equal screens; `bezel_mm` lies between two pictures, a pixel is `pitch_mm` large."""
    gap = max(0, round(bezel_mm / pitch_mm))
    return Tiling(columns=columns, rows=rows, tile_px=tile_px, gap_px=(gap, gap))


def counts_of(text: str) -> tuple[int, int]:
    """Return columns and rows of "3x2". Raises `InputError`."""
    found = re.fullmatch(r"(\d{1,2})[xX×](\d{1,2})", text.strip())
    if found is None or not 1 <= int(found[1]) * int(found[2]) <= MOST_TILES:
        raise InputError(_BAD_TILES, place=text)
    return int(found[1]), int(found[2])


def tile_named(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return place and counts of "2,1/3x2". Raises `InputError`."""
    place, _, counts = text.partition("/")
    found = re.fullmatch(r"(\d{1,2})[,，](\d{1,2})", place.strip())
    if found is None:
        raise InputError(_BAD_TILE, place=text)
    columns, rows = counts_of(counts)
    column, row = int(found[1]), int(found[2])
    if not (1 <= column <= columns and 1 <= row <= rows):
        raise InputError(_BAD_TILE, place=text)
    return (column, row), (columns, rows)


def margins_of(tile: Tile, canvas_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return how much more is drawn around a tile (left, top, right, bottom), so that glow meets at the seams.

    What is drawn begins on the grid of the coarsest glow, counted from the canvas' lower left corner.
    """
    width, height = canvas_px
    left = tile.left - max(0, (tile.left - MARGIN_PX) // GRID_PX * GRID_PX)
    under = height - tile.bottom
    bottom = under - max(0, (under - MARGIN_PX) // GRID_PX * GRID_PX)
    right = min(width - tile.right, ceil(MARGIN_PX / GRID_PX) * GRID_PX)
    top = min(tile.top, ceil(MARGIN_PX / GRID_PX) * GRID_PX)
    return left, top, right, bottom


def pane_of(tile: Tile, canvas_px: tuple[int, int]) -> Pane:
    """Return what the scene draws for a tile, with its margins."""
    (width, height), (left, top, right, bottom) = canvas_px, margins_of(tile, canvas_px)
    return Pane(
        left=(tile.left - left) / width,
        top=(tile.top - top) / height,
        right=(tile.right + right) / width,
        bottom=(tile.bottom + bottom) / height,
    )
