"""How a finished measurement is drawn over the city."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sanping.commands.measurements import ENTRIES, MeasureKind, Measurement
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ui.workbench.marks import Mark

COLOURS: dict[MeasureKind, tuple[int, int, int]] = {
    "distance": (255, 210, 80), "height": (255, 140, 96), "area": (96, 224, 160), "angle": (226, 150, 255),
    "direction": (120, 205, 255), "building": (255, 170, 60), "earth": (214, 190, 120),
}  # fmt: skip
HELP = (190, 206, 224)


def marks_of(number: int, one: Measurement) -> tuple[Mark, ...]:
    """Return the lines and words of a measurement with its number in the list."""
    colour, main = COLOURS[one.kind], one.figures[0]
    words = Text(f"{number}  {main.title.zh} {main.written}", f"{number}  {main.title.en} {main.written}")
    is_closed = ENTRIES[one.kind].is_closed
    if is_closed or one.kind == "angle":
        at = _middle(one.points) if is_closed else one.points[1]
        whole = Mark(
            points=one.points, colour=colour, is_closed=is_closed, is_filled=is_closed, words=words, words_at=at
        )
        return (whole,)
    whole = Mark(points=one.points, colour=colour, words=words)
    if one.kind in ("height", "direction"):
        return (whole, *_steps(one.points))
    legs = [] if len(one.points) < 3 else [_leg(start, end, colour) for start, end in pairwise(one.points)]
    return (whole, *legs)


def _leg(start: Point, end: Point, colour: tuple[int, int, int]) -> Mark:
    length = float(np.linalg.norm(np.subtract(end, start)))
    said = f"{length:,.2f} m"
    return Mark(points=(start, end), colour=colour, width_px=0.5, has_dots=False, words=Text(said, said),
                words_at=_middle((start, end)))  # fmt: skip


def _steps(points: Sequence[Point]) -> tuple[Mark, ...]:
    """Return the level way and the upright between two places."""
    start, end = points
    foot = (end[0], end[1], start[2])
    return (Mark(points=(start, foot, end), colour=HELP, width_px=1.2, has_dots=False, is_dashed=True),)


def _middle(points: Sequence[Point]) -> Point:
    x, y, z = np.mean(np.array(points), axis=0).tolist()
    return (x, y, z)
