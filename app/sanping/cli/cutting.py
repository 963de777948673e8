"""A section in words: a height, a line or a box."""

from typing import Annotated

from sanping.analysis.cutting import Cutting
from sanping.analysis.sections import level_plane, upright_plane
from sanping.domain.errors import InputError
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.stage.section_shown import ShownSection, checked_section

Section = Annotated[
    str,
    Text(
        "剖切：高程；东,北,东,北（线的右侧剖去）；或 西,南,东,北,底,顶（盒外剖去）",
        "Cut open: a height; east,north,east,north, right of which all goes; or west,south,east,north,bottom,top",
    ),
]
_NO_SECTION = Text(
    "看不懂剖切“{text}”。请写高程、线的两点（东,北,东,北）或盒（西,南,东,北,底,顶）",
    "The section “{text}” is not understood. Write a height, the ends of a line (east,north,east,north) or a box "
    "(west,south,east,north,bottom,top)",
)


def section_of(text: str) -> ShownSection | None:
    """Return what is cut, in the metres of the twin; None for no words. Raises `InputError`."""
    if not text:
        return None
    try:
        return checked_section(ShownSection(cutting=_cutting([float(number) for number in text.split(",")])))
    except ValueError as error:
        raise InputError(_NO_SECTION.with_values(text=text[:80])) from error


def _cutting(numbers: list[float]) -> Cutting:
    match numbers:
        case [height]:
            return Cutting(plane=level_plane(height))
        case [east, north, to_east, to_north]:
            return Cutting(plane=upright_plane((east, north, 0.0), (to_east, to_north, 0.0)))
        case [west, south, east, north, bottom, top]:
            return Cutting(box=Extent(west=west, south=south, east=east, north=north, bottom=bottom, top=top))
        case _:
            raise ValueError(len(numbers))
