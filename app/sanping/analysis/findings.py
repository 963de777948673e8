"""What an analysis found, as a value: a layer with its legend, a table, a sentence, and how it was found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, Int32Array, UInt8Array
from sanping.domain.text import Text
from sanping.domain.view import Point

Rgb = tuple[int, int, int]
Cell = str | float | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendStep:
    """Values from `least` up to the next step have this colour and name; `strength` is how much it covers."""

    least: float
    colour: Rgb
    title: Text
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLegend:
    """The colours of a layer, in rising order of their values; NaN is not drawn."""

    title: Text
    steps: Sequence[LegendStep]

    def colours(self, values: Float64Array) -> UInt8Array:
        """Return colours (n, 4) of values (n,), nothing for NaN; what is below the first step has its colour."""
        row = np.searchsorted([step.least for step in self.steps], np.nan_to_num(values), side="right") - 1
        table = np.array([(*step.colour, round(255 * step.strength)) for step in self.steps], np.uint8)
        found: UInt8Array = table[np.clip(row, 0, len(table) - 1)]
        found[~np.isfinite(values)] = 0
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """A coloured surface in world metres: `points` (v, 3), `triangles` (t, 3), and the value (t,) of each triangle."""

    points: Float64Array
    triangles: Int32Array
    values: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """Straight lines in world metres: both `ends` (s, 2, 3), the value (s,) of each; nothing hides those on top."""

    ends: Float64Array
    values: Float64Array
    is_on_top: bool = False
    width_m: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table; numbers are written with `decimals`."""

    title: Text
    values: Sequence[Cell]
    decimals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line of a chart through (n,) places; NaN leaves a gap. What is filled reaches down to the foot of the chart."""

    title: Text
    colour: Rgb
    across: Float64Array
    up: Float64Array
    is_filled: bool = False
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Curves over one another, the later ones on top, with what stands along both sides."""

    across: Text
    up: Text
    curves: Sequence[Curve]


@dataclass(frozen=True, kw_only=True)
class Course:
    """What was found, step by step: `titles` (n,), and the finding of a step. `moments` where steps are times."""

    titles: Sequence[Text]
    at: "Callable[[int], Finding]"
    moments: Sequence[datetime] = ()


NO_FACETS = Facets(points=np.zeros((0, 3)), triangles=np.zeros((0, 3), np.int32), values=np.zeros(0))
NO_STROKES = Strokes(ends=np.zeros((0, 2, 3)), values=np.zeros(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer of one analysis.

    `summary` says it in a sentence, `method` how it was computed and by which standard. `places` gives where each row
    of the table lies, to fly there; empty when rows have no place. `subjects` names the building of each row, or "".
    `chart` is drawn beside the table, a `course` can be played.
    """

    id: str
    title: Text
    summary: Text
    method: Text
    legend: FindingLegend
    columns: Sequence[Column] = ()
    facets: Facets = NO_FACETS
    strokes: Strokes = NO_STROKES
    places: Sequence[Point] = ()
    subjects: Sequence[str] = field(default=())
    chart: Chart | None = None
    course: Course | None = None

    @property
    def rows(self) -> int:
        """How many rows its table has."""
        return len(self.columns[0].values) if self.columns else 0


def tiles_on(points: Float64Array, normals: Float64Array, values: Float64Array, size_m: float) -> Facets:
    """Return a square of `size_m` at each point, upright on a wall, flat on the ground (normal 0)."""
    is_flat = ~normals.any(axis=1)
    across = np.column_stack([-normals[:, 1], normals[:, 0], normals[:, 2]])
    along = np.tile(np.array([0.0, 0.0, 1.0]), (len(points), 1))
    across[is_flat], along[is_flat] = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    return _squares(points, values, across * (size_m / 2.0), along * (size_m / 2.0))


def surface_of(x_m: Float64Array, y_m: Float64Array, heights_m: Float64Array, values: Float64Array) -> Facets:
    """Return a surface of level square cells around grid points.

    `x_m` (c,), `y_m` (r,) are the middles, `heights_m` and `values` (r, c); cells with the value NaN are left out.
    """
    rows, columns = np.nonzero(np.isfinite(values) & np.isfinite(heights_m))
    half_x = abs(float(x_m[1] - x_m[0])) / 2.0 if len(x_m) > 1 else 1.0
    half_y = abs(float(y_m[1] - y_m[0])) / 2.0 if len(y_m) > 1 else 1.0
    middles = np.column_stack([x_m[columns], y_m[rows], heights_m[rows, columns]])
    across, along = np.array([[half_x, 0.0, 0.0]]), np.array([[0.0, half_y, 0.0]])
    return _squares(middles, values[rows, columns], across, along)


def level_surface(x_m: Float64Array, y_m: Float64Array, height_m: float, values: Float64Array) -> Facets:
    """Return a level surface of square cells around grid points, those of one value in a row as one rectangle.

    `values` (r, c) are few different numbers, NaN for nothing.
    """
    half_x, half_y = abs(float(x_m[1] - x_m[0])) / 2.0, abs(float(y_m[1] - y_m[0])) / 2.0
    is_new = np.ones(values.shape, np.bool_)
    is_new[:, 1:] = ~((values[:, 1:] == values[:, :-1]) | (np.isnan(values[:, 1:]) & np.isnan(values[:, :-1])))
    row, first = np.nonzero(is_new)
    last = np.append(first[1:], 0) - 1
    last[np.append(row[1:] != row[:-1], True)] = values.shape[1] - 1
    value = values[row, first]
    shown = np.isfinite(value)
    west, east, middle = x_m[first[shown]] - half_x, x_m[last[shown]] + half_x, y_m[row[shown]]
    centre = np.column_stack([(west + east) / 2.0, middle, np.full(len(middle), height_m)])
    across = np.column_stack([(east - west) / 2.0, np.zeros((len(middle), 2))])
    return _squares(centre, value[shown], across, np.array([[0.0, half_y, 0.0]]))


def _squares(middles: Float64Array, values: Float64Array, across: Float64Array, along: Float64Array) -> Facets:
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = np.stack([middles + a * across + b * along for a, b in signs], axis=1)
    first = np.arange(len(middles), dtype=np.int32)[:, None] * 4
    halves = np.array([[0, 1, 2, 0, 2, 3]], np.int32)
    return Facets(points=corners.reshape(-1, 3), triangles=(first + halves).reshape(-1, 3), values=np.repeat(values, 2))


def points_of(places: npt.NDArray[np.float64]) -> tuple[Point, ...]:
    """Return places (n, 3) as points."""
    return tuple((float(x), float(y), float(z)) for x, y, z in places)
