"""From where a landmark is seen: how much of its height shows above what stands before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanping.analysis.blockers import Rows
from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep, surface_of
from sanping.analysis.looking import seen_shares
from sanping.analysis.samples import Plans
from sanping.analysis.studies.city import AMBER, GREEN, LIME, RED, YELLOW, Selected, StudiedCity, circle_extent, grown
from sanping.analysis.viewshed import surface_around
from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

LEVELS = 8
EYE_M, ABOVE_M, INSIDE_M = 1.6, 1.0, 0.05
TITLE, SHARE = Text("地标可见性", "Visibility of a landmark"), Text("看得见的高度 (%)", "Height that is seen (%)")
METHOD = Text(
    "以地标轮廓中心的一条竖轴代表地标（{count} 个高度），在 {radius} 米内每 {cell} 米的空地上，"
    "从离地 {eye} 米处逐条判断视线，统计看得见的高度比例；地标自身不遮挡，不计树木与地球曲率。",
    "An upright axis through the middle of its outline stands for the landmark ({count} heights). From open ground "
    "within {radius} m, every {cell} m and {eye} m above it, each line of sight is followed and the share of height "
    "that is seen is told; the landmark itself hides nothing, trees and the earth's curvature are left out.",
)
SUMMARY = Text(
    "{radius} 米内 {some}% 的空地看得见{name}，{whole}% 看得见全高。",
    "{some} % of the open ground within {radius} m sees {name}, {whole} % all of its height.",
)
NO_LANDMARK = Text(
    "选的地标没有屋顶或不在显示的图层里；请另选一栋", "The landmark has no roof or is not shown; pick another"
)
CLASS, AREA, PART = Text("看得见", "Seen"), Text("面积 (公顷)", "Area (ha)"), Text("占空地 (%)", "Of the ground (%)")
BOUNDS = ((0.0, RED, Text("看不见", "nothing")), (1e-6, AMBER, Text("不足三分之一", "under a third")),
          (1 / 3, YELLOW, Text("三分之一到三分之二", "one to two thirds")),
          (2 / 3, LIME, Text("超过三分之二", "over two thirds")),
          (1.0 - 1e-6, GREEN, Text("全高", "all of it")))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkAsk:
    """From where, within `radius_m`, a landmark is seen; eyes are `eye_m` above open ground on a grid of `cell_m`."""

    landmark: Sequence[Selected]
    radius_m: float = 600.0
    cell_m: float = 8.0
    eye_m: float = EYE_M


def landmark_study(city: StudiedCity, ask: LandmarkAsk, progress: Progress) -> Finding:
    """Return the share of the landmark's height that open ground around it sees. Raises `InputError` without one."""
    numbers = city.numbers_of(ask.landmark)
    axis, number = _axis(city.plans(), numbers)
    middle = (float(axis[0, 0]), float(axis[0, 1]))
    extent = circle_extent(middle, ask.radius_m)
    around = city.blockers(grown(extent, 10.0))
    surface = surface_around(around, middle, ask.radius_m, ask.cell_m, float(city.ground(axis[:1])[0]))
    east, north = np.meshgrid(surface.x_m, surface.y_m)
    is_open = (np.hypot(east - middle[0], north - middle[1]) <= ask.radius_m) & (surface.owner < 0)
    eyes = np.column_stack([east[is_open], north[is_open], surface.heights_m[is_open] + ask.eye_m])
    seen = seen_shares(city.blockers(extent, numbers), eyes, axis, progress)
    values = np.full(east.shape, np.nan)
    values[is_open] = seen
    return Finding(
        id="landmark", title=TITLE,
        summary=SUMMARY.with_values(
            radius=f"{ask.radius_m:.0f}", some=_percent(seen > 0.0), whole=_percent(seen > BOUNDS[-1][0]),
            name=city.name_of(number),
        ),
        method=METHOD.with_values(
            count=LEVELS, radius=f"{ask.radius_m:.0f}", cell=f"{ask.cell_m:g}", eye=f"{ask.eye_m:g}"
        ),
        legend=FindingLegend(
            title=SHARE, steps=[LegendStep(least=a, colour=c, title=t, strength=0.75) for a, c, t in BOUNDS]
        ),
        columns=_columns(seen, ask.cell_m),
        facets=surface_of(surface.x_m, surface.y_m, surface.heights_m + ABOVE_M, values),
    )  # fmt: skip


def _axis(plans: Plans, numbers: Rows) -> tuple[Float64Array, int]:
    """Return points (LEVELS, 3) from the foot to the top of the highest chosen building, and its number."""
    rows = np.flatnonzero(np.isin(plans.numbers, numbers))
    if not len(rows):
        raise InputError(NO_LANDMARK)
    row = int(rows[np.argmax(plans.top_m[rows])])
    inside = plans.shapes[row].representative_point() if plans.shapes[row].is_empty else plans.shapes[row].centroid
    low, high = float(plans.base_m[rows].min()), float(plans.top_m[row]) - INSIDE_M
    heights = low + (np.arange(LEVELS) + 1.0) * (high - low) / LEVELS
    return np.column_stack([np.full(LEVELS, inside.x), np.full(LEVELS, inside.y), heights]), int(plans.numbers[row])


def _columns(seen: Float64Array, cell_m: float) -> tuple[Column, ...]:
    least = np.array([bound[0] for bound in BOUNDS])
    counts = np.bincount(np.searchsorted(least, seen, side="right") - 1, minlength=len(least))
    return (
        Column(title=CLASS, values=[bound[2] for bound in BOUNDS]),
        Column(title=AREA, values=(counts * cell_m**2 / 1e4).tolist(), decimals=2),
        Column(title=PART, values=(100.0 * counts / max(1, len(seen))).tolist()),
    )


def _percent(is_so: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    return f"{100.0 * float(is_so.mean()) if len(is_so) else 0.0:.0f}"
