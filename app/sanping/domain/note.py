"""What a planner draws upon the city: a place, line, arrow, area or a stroke by hand, with words and a colour."""

from dataclasses import dataclass
from typing import Literal, get_args

from sanping.domain.text import Text
from sanping.domain.view import Point

NoteKind = Literal["point", "line", "arrow", "polygon", "freehand"]
NOTE_KINDS: tuple[NoteKind, ...] = get_args(NoteKind)
KIND_TITLES: dict[NoteKind, Text] = {
    "point": Text("点", "Place"),
    "line": Text("线", "Line"),
    "arrow": Text("箭头", "Arrow"),
    "polygon": Text("面", "Area"),
    "freehand": Text("手绘", "By hand"),
}
NOTE_COLOUR = "#ffd250"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One annotation through `points`, world metres; `colour` is #rrggbb.

    An area is closed, its first point is not repeated. One that `is_measured` says its length or area after its words.
    """

    id: str
    kind: NoteKind
    points: tuple[Point, ...]
    words: str = ""
    colour: str = NOTE_COLOUR
    is_visible: bool = True
    is_measured: bool = False

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as red, green and blue, 0 … 255."""
        return int(self.colour[1:3], 16), int(self.colour[3:5], 16), int(self.colour[5:7], 16)
