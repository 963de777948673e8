"""Many vectors at once, in space or in the plane: what cutting polygons into triangles reckons with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array


@dataclass(frozen=True, slots=True)
class Vectors:
    """Many vectors by component, each (n,): three in space, two in the plane, one for what stands upright on it."""

    parts: tuple[Float64Array, ...]

    def dot(self, other: "Vectors") -> Float64Array:
        """Return the scalar products (n,)."""
        result = self.parts[0] * other.parts[0]
        for mine, theirs in zip(self.parts[1:], other.parts[1:], strict=True):
            result += mine * theirs
        return result

    def cross(self, other: "Vectors") -> "Vectors":
        """Return the vector products; those of vectors in the plane stand upright on it."""
        if len(self.parts) == 2:
            (x, y), (u, v) = self.parts, other.parts
            return Vectors((x * v - y * u,))
        x, y, z = self.parts
        u, v, w = other.parts
        return Vectors((y * w - z * v, z * u - x * w, x * v - y * u))

    def at(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> "Vectors":
        """Return the vectors at these places, or those of a mask."""
        return Vectors(tuple(part.take(rows) if rows.dtype != np.bool_ else part[rows] for part in self.parts))

    def to(self, other: "Vectors") -> "Vectors":
        """Return the ways from these places to others."""
        return Vectors(tuple(theirs - mine for mine, theirs in zip(self.parts, other.parts, strict=True)))

    def sums(self, starts: npt.NDArray[np.integer]) -> "Vectors":
        """Return the sums of runs that begin at `starts`, none of them empty."""
        return Vectors(tuple(np.add.reduceat(part, starts) for part in self.parts))
