"""Lines widened to ribbons: roads, kerbs, embankments. Pure numpy."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float32Array, Float64Array, Int32Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """A band along a line.

    `points` (2k, 3): left and right edge in turn. `along_m`, `across` (2k,): metres from the start, −1 left … 1 right.
    """

    points: Float64Array
    along_m: Float64Array
    across: Float64Array
    triangles: Int32Array


def densified(line: Float64Array, longest_m: float) -> Float64Array:
    """Return the line (n, 2 or 3) with points added so that no step is longer than `longest_m`, doubles removed."""
    step = np.hypot(np.diff(line[:, 0]), np.diff(line[:, 1]))
    line = line[np.concatenate([[True], step > 0.05])]
    if len(line) < 2:
        return line[:0]
    step = np.hypot(np.diff(line[:, 0]), np.diff(line[:, 1]))
    parts = np.maximum(np.ceil(step / longest_m).astype(np.intp), 1)
    piece = np.repeat(np.arange(len(parts)), parts)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)) / parts[piece]
    dense = line[piece] + (line[piece + 1] - line[piece]) * share[:, None]
    return np.concatenate([dense, line[-1:]])


def ribbon(line: Float64Array, width_m: float) -> Ribbon:
    """Widen a line of points (n, 3), n ≥ 2, to a flat band with mitred corners."""
    way = np.diff(line[:, :2], axis=0)
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    before, after = np.concatenate([way[:1], way]), np.concatenate([way, way[-1:]])
    middle = before + after
    length = np.hypot(middle[:, 0], middle[:, 1])
    middle = np.where(length[:, None] > 0.2, middle / np.maximum(length, 1e-9)[:, None], after)
    lean = np.clip(np.sum(middle * after, axis=1), 0.5, 1.0)
    side = np.stack([-middle[:, 1], middle[:, 0]], 1) * (width_m / 2 / lean)[:, None]
    points = np.empty((2 * len(line), 3))
    points[0::2, :2], points[1::2, :2] = line[:, :2] + side, line[:, :2] - side
    points[0::2, 2] = points[1::2, 2] = line[:, 2]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line[:, :2], axis=0).T))])
    first = np.arange(len(line) - 1, dtype=np.int32) * 2
    triangles = np.concatenate(
        [np.stack([first, first + 1, first + 3], 1), np.stack([first, first + 3, first + 2], 1)]
    ).astype(np.int32)
    return Ribbon(
        points=points,
        along_m=np.repeat(along, 2),
        across=np.tile([-1.0, 1.0], len(line)),
        triangles=triangles,
    )


class MeshSheet:
    """Gathers points, attributes and triangles of many pieces into one mesh."""

    def __init__(self, **widths: int) -> None:
        self._points: list[Float64Array] = []
        self._triangles: list[Int32Array] = []
        self._attributes: dict[str, list[Float64Array]] = {name: [] for name in widths}
        self._widths = widths
        self._count = 0

    def add(self, points: Float64Array, triangles: Int32Array, **attributes: Float64Array) -> None:
        """Add one piece; triangles index its own points, attributes have one row a point."""
        self._points.append(points)
        self._triangles.append(triangles + np.int32(self._count))
        for name, values in attributes.items():
            self._attributes[name].append(values)
        self._count += len(points)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return self._count == 0

    def arrays(self) -> tuple[Float32Array, Int32Array, dict[str, Float32Array]]:
        """Return everything added, as float32 points, int32 triangles and float32 attributes."""
        if self.is_empty:
            empty = {name: np.zeros((0, width), np.float32) for name, width in self._widths.items()}
            return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), empty
        attributes = {name: np.concatenate(parts).astype(np.float32) for name, parts in self._attributes.items()}
        return np.concatenate(self._points).astype(np.float32), np.concatenate(self._triangles), attributes
