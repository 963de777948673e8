"""Terrain and flat vector layers: the ground that a city stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.city import Attributes, Origin
from sanping.domain.geo import Extent, Float32Array, GeoFrame, UInt8Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Imagery:
    """A picture draped over the ground: `pixels` (rows, columns, 3), row 0 in the north, covering `extent`."""

    pixels: UInt8Array
    extent: Extent


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """A regular height grid.

    `heights_m` (rows, columns), row 0 in the north, NaN where there is no data, in the frame's vertical datum.
    `west`, `north` are the centre of the first cell; `cell_x_m`, `cell_y_m` the spacing, both positive.
    """

    frame: GeoFrame
    origin: Origin
    heights_m: Float32Array
    west: float
    north: float
    cell_x_m: float
    cell_y_m: float
    imagery: Imagery | None = None

    @property
    def extent(self) -> Extent:
        """Box between the outermost cell centres."""
        rows, columns = self.heights_m.shape
        return Extent(
            west=self.west,
            north=self.north,
            east=self.west + (columns - 1) * self.cell_x_m,
            south=self.north - (rows - 1) * self.cell_y_m,
            bottom=float(np.nanmin(self.heights_m)),
            top=float(np.nanmax(self.heights_m)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorLayer:
    """Points, lines and polygons with attributes.

    `geometries` (n,) holds shapely geometries in `frame` (metres); `ids` and `attributes` have the same length.
    """

    frame: GeoFrame
    origin: Origin
    ids: Sequence[str]
    geometries: npt.NDArray[np.object_]
    attributes: Sequence[Attributes]
