"""Cuts a large picture into parts that are drawn one at a time; pure."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isqrt

GRID_PX = 16
MARGIN_PX = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePart:
    """A rectangle of a larger picture, in pixels of the whole counted from its upper left corner.

    `whole` is width and height of the picture that it belongs to.
    """

    whole: tuple[int, int]
    left: int
    top: int
    width: int
    height: int

    @property
    def is_whole(self) -> bool:
        """There is only this part."""
        return (self.width, self.height) == self.whole

    @property
    def drawn(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what is drawn for it: with a margin as wide as glow reaches."""
        width, height = self.whole
        return (
            max(0, self.left - MARGIN_PX),
            max(0, self.top - MARGIN_PX),
            min(width, self.left + self.width + MARGIN_PX),
            min(height, self.top + self.height + MARGIN_PX),
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
