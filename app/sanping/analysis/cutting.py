"""What is taken out of the picture: by a plane, outside a box, as ghosts above a height or beside the selection."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.analysis.sections import SectionPlane
from sanping.domain.geo import Extent, Float64Array

GHOST_OPACITY = 0.18


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """Buildings beyond `plane` and outside `box` are cut away, the ground too where `cuts_ground`.

    Objects above `ghosts_above_m` are ghosts, and so is what is not selected where `is_xray`. World metres.
    """

    plane: SectionPlane | None = None
    box: Extent | None = None
    cuts_ground: bool = False
    ghosts_above_m: float | None = None
    is_xray: bool = False

    @property
    def does_anything(self) -> bool:
        """Something is seen otherwise than without it."""
        return any((self.plane is not None, self.box is not None, self.ghosts_above_m is not None, self.is_xray))

    def cuts_away(self, points: Float64Array) -> npt.NDArray[np.bool_]:
        """Return which points (n, 3) are cut away."""
        gone = np.zeros(len(points), np.bool_)
        if self.plane is not None:
            gone |= self.plane.heights(points) > 0.0
        if self.box is not None:
            low = (self.box.west, self.box.south, self.box.bottom)
            high = (self.box.east, self.box.north, self.box.top)
            gone |= (points < low).any(axis=1) | (points > high).any(axis=1)
        return gone


def box_planes(box: Extent) -> tuple[tuple[SectionPlane, Extent], ...]:
    """Return the sides and the top of a box as planes whose cut-away side is outside, each with its rectangle.

    The rectangle is in the plane's own axes: west … east are u, south … north are v.
    """
    wide, deep = box.east - box.west, box.north - box.south
    upright = {"upward": (0.0, 0.0, 1.0)}
    sides = (
        ((box.west, box.south, 0.0), (1.0, 0.0, 0.0), wide), ((box.east, box.south, 0.0), (0.0, 1.0, 0.0), deep),
        ((box.east, box.north, 0.0), (-1.0, 0.0, 0.0), wide), ((box.west, box.north, 0.0), (0.0, -1.0, 0.0), deep),
    )  # fmt: skip
    planes = [
        (SectionPlane(origin=origin, across=across, **upright),
         Extent(west=0.0, east=length, south=box.bottom, north=box.top))
        for origin, across, length in sides
    ]  # fmt: skip
    top = SectionPlane(origin=(box.west, box.south, box.top), across=(1.0, 0.0, 0.0), upward=(0.0, 1.0, 0.0))
    return (*planes, (top, Extent(west=0.0, east=wide, south=0.0, north=deep)))
