"""How all screens cut the city open: the plane or box, what is a ghost, and whether the cut is closed; a value.

Every screen cuts its own faces out of the layers that it holds, so that only a few numbers travel.
"""

from dataclasses import dataclass
from math import hypot

from sanping.analysis.cutting import Cutting
from sanping.domain.view import Point

_FAR = 1e8
_UNIT_OFF = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A cutting as screens show it; the faces are filled where it `has_caps`."""

    cutting: Cutting
    has_caps: bool = True

    @property
    def is_cut(self) -> bool:
        """There are faces to be cut."""
        return self.cutting.plane is not None or self.cutting.box is not None


def checked_section(shown: ShownSection) -> ShownSection:
    """Return a value from another screen. Raises `ValueError` for planes and boxes that cannot be."""
    plane, box, above = shown.cutting.plane, shown.cutting.box, shown.cutting.ghosts_above_m
    if above is not None and not -_FAR < above < _FAR:
        raise ValueError("ghosts_above_m")
    if plane is not None:
        if not all(-_FAR < value < _FAR for value in plane.origin):
            raise ValueError("origin")
        if not all(_is_unit(axis) for axis in (plane.across, plane.upward, plane.normal)):
            raise ValueError("across, upward")
    if box is not None:
        pairs = ((box.west, box.east), (box.south, box.north), (box.bottom, box.top))
        if not all(-_FAR < low <= high < _FAR for low, high in pairs):
            raise ValueError("box")
    return shown


def _is_unit(axis: Point) -> bool:
    return abs(hypot(*axis) - 1.0) < _UNIT_OFF
