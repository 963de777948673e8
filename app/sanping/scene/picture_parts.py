"""Cuts a large picture into parts that are drawn one at a time; pure."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isqrt

GRID_PX = 16
MARGIN_PX = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePart:
    """A rectangle of a larger picture, in pixels of the whole counted from its upper left corner.

    `whole` is width and height of the picture that it belongs to. Around it `margin_px` are drawn and thrown away.
    In one that `is_covered` labels keep off the panels, as in a window.
    """

    whole: tuple[int, int]
    left: int
    top: int
    width: int
    height: int
    margin_px: int = MARGIN_PX
    is_covered: bool = False

    @property
    def is_whole(self) -> bool:
        """There is only this part."""
        return (self.width, self.height) == self.whole

    @property
    def drawn(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what is drawn for it: with a margin as wide as glow reaches."""
        (width, height), margin = self.whole, self.margin_px
        return (
            max(0, self.left - margin),
            max(0, self.top - margin),
            min(width, self.left + self.width + margin),
            min(height, self.top + self.height + margin),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """The rectangle of a larger view that one window shows, in shares 0 … 1 of the view from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def part(self, size_px: tuple[int, int]) -> PicturePart:
        """Return the part of the view that a window of this size draws."""
        across, down = self.right - self.left, self.bottom - self.top
        whole = (round(size_px[0] / across), round(size_px[1] / down))
        return PicturePart(
            whole=whole,
            left=round(self.left * whole[0]),
            top=round(self.top * whole[1]),
            width=size_px[0],
            height=size_px[1],
            margin_px=0,
        )


def parts_of(width: int, height: int, most_px: int) -> tuple[PicturePart, ...]:
    """Cut a picture into parts, row by row from the top, each row from the left.

    With its margin a part is drawn with about `most_px` pixels at most, but never less than a useful size. Parts begin
    on the grid of the coarsest glow, counted as OpenGL does from the lower left corner: so glow meets at their borders.
    """
    if width * height <= most_px:
        return (PicturePart(whole=(width, height), left=0, top=0, width=width, height=height),)
    columns = _edges(width, isqrt(most_px))
    drawn_width = min(width, columns[1] + 2 * MARGIN_PX)
    rows = [height - edge for edge in reversed(_edges(height, most_px // drawn_width))]
    return tuple(
        PicturePart(whole=(width, height), left=left, top=top, width=right - left, height=bottom - top)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    )


def _edges(length: int, most: int) -> list[int]:
    """Return where a side is cut, from 0 to its length, all but the last on the grid."""
    if length <= most:
        return [0, length]
    usable = max(2 * MARGIN_PX, most - 2 * MARGIN_PX)
    step = ceil(length / ceil(length / usable) / GRID_PX) * GRID_PX
    return [*range(0, length, step), length]
