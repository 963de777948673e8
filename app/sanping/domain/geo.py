"""Extents and coordinate reference systems as values; transformations live in `domain.crs`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
UInt16Array = npt.NDArray[np.uint16]
UInt8Array = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """An axis-aligned box in a projected frame: metres, east, north, up."""

    west: float
    south: float
    east: float
    north: float
    bottom: float = 0.0
    top: float = 0.0

    @staticmethod
    def of_points(points: Float64Array) -> "Extent":
        """Return the box of `points`, shape (n, 3), n ≥ 1."""
        low, high = points.min(axis=0), points.max(axis=0)
        return Extent(
            west=float(low[0]),
            south=float(low[1]),
            bottom=float(low[2]),
            east=float(high[0]),
            north=float(high[1]),
            top=float(high[2]),
        )

    @property
    def centre(self) -> tuple[float, float, float]:
        """Middle of the box."""
        return ((self.west + self.east) / 2, (self.south + self.north) / 2, (self.bottom + self.top) / 2)

    @property
    def diagonal_m(self) -> float:
        """Horizontal diagonal in metres."""
        return float(np.hypot(self.east - self.west, self.north - self.south))

    def merged(self, other: "Extent") -> "Extent":
        """Return the box that holds both."""
        return Extent(
            west=min(self.west, other.west),
            south=min(self.south, other.south),
            bottom=min(self.bottom, other.bottom),
            east=max(self.east, other.east),
            north=max(self.north, other.north),
            top=max(self.top, other.top),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoFrame:
    """Where coordinates live: horizontal CRS, vertical datum.

    `crs` is an authority code such as "EPSG:4549", or "LOCAL" when a model is placed by hand without one.
    `vertical_datum` is a free name such as "1985国家高程基准" or "吴淞"; empty means unknown.
    """

    crs: str
    vertical_datum: str = ""
