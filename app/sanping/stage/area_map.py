"""How cases are laid over the city by area or as heat, and what its legend says; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec
import numpy as np

from sanping.domain.area import Level, is_within
from sanping.domain.case_filter import CaseScope, scope_of
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.camera import framed
from sanping.wire.cases import AreaBoard, AreaFigures

AreaFigure = Literal["open", "overdue", "reported", "density", "closing_rate", "on_time_rate", "alarms"]
AreaMapKind = Literal["borders", "shares", "heat"]
HEAT_RADIUS_M = 180.0
AREA_PITCH_DEG = -52.0
CENTRE = Text("{area}城市运行管理中心", "Operations centre of {area}")
Outline = Sequence[Sequence[tuple[float, float]]]
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """What is laid over the city: borders alone, areas in the colour of a figure, or where cases lie densely.

    `level` is that of the areas, None for one below the area that is shown. `case_class` is "event:0102", "" for all;
    `days` count back from now the reports that are meant, 0 is whatever is open.
    """

    kind: AreaMapKind = "borders"
    figure: AreaFigure = "open"
    case_class: Annotated[str, msgspec.Meta(max_length=40)] = ""
    days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 0
    level: Level | None = None

    def scope(self, area: str) -> CaseScope:
        """Return which cases are meant in an area."""
        return scope_of(area, case_class=self.case_class)

    def since_ms(self, now_ms: int) -> int:
        """Return since when reports are meant, 0 for whatever is open."""
        return now_ms - self.days * DAY_MS if self.days else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLook:
    """How a figure by area is called, in which unit, and in which colours; more is worse unless `is_rate`."""

    title: Text
    unit: Text
    ramp: str = "alert"
    is_rate: bool = False


_CASES, _SHARE = Text("件", "cases"), Text("%", "%")
LOOKS: Mapping[AreaFigure, FigureLook] = MappingProxyType(
    {
        "open": FigureLook(title=Text("在办案件", "Open cases"), unit=_CASES),
        "overdue": FigureLook(title=Text("超期案件", "Overdue cases"), unit=_CASES),
        "reported": FigureLook(title=Text("上报案件", "Reported cases"), unit=_CASES),
        "density": FigureLook(title=Text("在办密度", "Open per km²"), unit=Text("件/km²", "cases/km²")),
        "closing_rate": FigureLook(title=Text("结案率", "Closing rate"), unit=_SHARE, is_rate=True),
        "on_time_rate": FigureLook(title=Text("按期处置率", "Handled on time"), unit=_SHARE, is_rate=True),
        "alarms": FigureLook(title=Text("告警", "Alarms"), unit=Text("条", "alarms")),
    }
)
HEAT = FigureLook(title=Text("案件热力", "Heat of cases"), unit=Text("件/km²", "cases/km²"), ramp="heat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What colours mean: from `low` to `high` in a unit; where `is_reversed`, the low end has the last colour."""

    title: Text
    unit: Text
    ramp: str
    low: float
    high: float
    is_reversed: bool = False


def value_of(row: AreaFigures, figure: AreaFigure) -> float | None:
    """Return a figure of an area, rates in percent; None where there is nothing to count."""
    if figure == "density":
        return row.open / row.km2 if row.km2 > 0 else None
    if LOOKS[figure].is_rate:
        return row.rates[figure] * 100.0 if figure in row.rates else None
    counts = {"open": row.open, "overdue": row.overdue, "reported": row.reported, "alarms": row.alarms}
    return float(counts[figure])


def shaded(rows: Sequence[AreaFigures], figure: AreaFigure) -> tuple[Float64Array, Legend]:
    """Return for each area its share of the ramp, NaN without a value, and what the ramp means."""
    look = LOOKS[figure]
    found = [value_of(row, figure) for row in rows]
    values = np.array([np.nan if value is None else value for value in found], np.float64)
    known = values[np.isfinite(values)]
    if look.is_rate:
        low, high = (float(np.floor(known.min() / 10.0) * 10.0) if len(known) else 0.0), 100.0
        low = min(low, 90.0)
    else:
        low, high = 0.0, _round_up(float(known.max()) if len(known) else 0.0)
    shares = np.clip((values - low) / (high - low), 0.0, 1.0)
    legend = Legend(title=look.title, unit=look.unit, ramp=look.ramp, low=low, high=high, is_reversed=look.is_rate)
    return (1.0 - shares if look.is_rate else shares), legend


def centre_name(board: AreaBoard, centre: str) -> Text | None:
    """Return what the command centre of an area is called, None while its name is not known."""
    own = next((area for area in (*board.above, board.area) if area.code == centre), None)
    return None if own is None else CENTRE.with_values(area=Text(own.name_zh, own.name_en))


def heat_legend(peak: float) -> Legend:
    """Return what the colours of a heat map mean whose densest place has so many cases a square kilometre."""
    return Legend(title=HEAT.title, unit=HEAT.unit, ramp=HEAT.ramp, low=0.0, high=peak)


def area_pose(outline: Outline, camera: CameraPose, ground_m: float = 0.0) -> CameraPose | None:
    """Return a pose that shows the whole of an area from the side of a camera; None where its shape is unknown."""
    points = [point for ring in outline for point in ring]
    if not points:
        return None
    east, north = zip(*points, strict=True)
    box = Extent(west=min(east), south=min(north), east=max(east), north=max(north), bottom=ground_m, top=ground_m)
    pose = framed(box, fov_deg=camera.fov_deg)
    return replace(pose, heading_deg=camera.heading_deg, pitch_deg=AREA_PITCH_DEG)


def narrowed(area: str, centre: str) -> str:
    """Return the area that a command centre shows when everybody is asked to show `area`: never more than its own."""
    return area if not centre or (area and is_within(area, centre)) else centre


def _round_up(value: float) -> float:
    """Return the next number that is easy to read, at least 1."""
    step = 1.0
    while step * 10 < value:
        step *= 10
    return max(1.0, float(np.ceil(value / step) * step))
