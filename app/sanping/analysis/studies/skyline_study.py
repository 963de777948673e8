"""The skyline as seen from a place: before and after a plan, and what of it stands above a limit of height."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sanping.analysis.blockers import Rows
from sanping.analysis.findings import (
    Cell,
    Chart,
    Column,
    Curve,
    Finding,
    FindingLegend,
    LegendStep,
    Rgb,
    Strokes,
    points_of,
)
from sanping.analysis.samples import Plans
from sanping.analysis.skyline import Skyline, skyline
from sanping.analysis.studies.city import AMBER, RED, Selected, StudiedCity, circle_extent, said
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ports.progress import Progress

STEP_DEG = 0.1
ROOF_STEP_M = 6.0
LEAST_OVER_DEG = 1e-6
TITLE, LOOKING = Text("天际线分析", "Skyline"), Text("计算天际线", "Finding the skyline")
STANDS, PLANNED, OVER = Text("建筑", "Buildings"), Text("方案", "The plan"), Text("超出限高", "Above the limit")
BEFORE, AFTER, LIMIT = Text("现状", "Before"), Text("方案后", "After the plan"), Text("限高线", "Limit")
AZIMUTH, ALTITUDE = Text("方位角（°）", "Azimuth (°)"), Text("仰角（°）", "Rise (°)")
NAME, FROM, TO, RISE, AWAY, TOP, STATE = (
    Text("建筑", "Building"), Text("起方位 (°)", "From (°)"), Text("止方位 (°)", "To (°)"),
    Text("最大仰角 (°)", "Most (°)"), Text("距离 (m)", "Distance (m)"), Text("顶高 (m)", "Top (m)"),
    Text("情况", "State"),
)  # fmt: skip
METHOD = Text(
    "视点 {radius} 米内，建筑（每 {roof} 米一级的分段屋顶）按外轮廓精确求每 {step}° 方位上的最大仰角；"
    "地形、树木与地球曲率不计。限高线为同一批建筑截到离地 {limit} 米时的天际线。",
    "Within {radius} m of the eye the highest rise of every {step}° of azimuth is found exactly from the outlines of "
    "buildings (roofs in steps of {roof} m); without ground, trees and the earth's curvature. The limit is the skyline "
    "of the same buildings, none higher than {limit} m above its foot.",
)
SUMMARY = Text(
    "{count} 栋建筑构成 {wide}° 视角内的天际线，最高仰角 {most}°（{name}）。",
    "{count} buildings make up the skyline over {wide}°, at most {most}° high ({name}).",
)
CHANGED = Text("方案抬高其中 {share}%，最多 {most}°。", "The plan raises {share} % of it, by {most}° at most.")
BROKEN = Text("{count} 栋超出限高。", "{count} stand above the limit.")
NOTHING = Text("这个视角内没有高过视点的建筑。", "No building rises above the eye in this view.")
CYAN, SOFT, BLUE = (92, 220, 255), (120, 140, 165), (70, 190, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkylineAsk:
    """The skyline around an eye, `wide_deg` to both sides of `towards_deg`; `limit_m` above ground, 0 for no limit."""

    eye: Point
    towards_deg: float
    wide_deg: float = 120.0
    radius_m: float = 3000.0
    limit_m: float = 0.0
    plan: Sequence[Selected] = ()


def skyline_study(city: StudiedCity, ask: SkylineAsk, progress: Progress) -> Finding:
    """Return the skyline as lines at the buildings that make it, as a chart, and building by building."""
    progress.report(0.1, LOOKING)
    plan = city.numbers_of(ask.plan)
    plans = city.plans(ROOF_STEP_M, circle_extent(ask.eye[:2], ask.radius_m))
    whole = skyline(plans, ask.eye, STEP_DEG)
    progress.report(0.5, LOOKING)
    is_old = ~np.isin(plans.numbers, plan)
    before = skyline(_chosen(plans, is_old), ask.eye, STEP_DEG) if len(plan) else None
    limit = None
    if ask.limit_m > 0.0:
        capped = np.minimum(plans.top_m, plans.base_m + ask.limit_m)
        limit = skyline(replace(plans, top_m=capped), ask.eye, STEP_DEG)
    progress.report(0.9, LOOKING)
    line = _line(whole, limit, plan, ask)
    rows = _rows(line)
    return Finding(
        id="skyline", title=TITLE, summary=_summary(city, ask, line, before, rows), legend=_legend(),
        method=METHOD.with_values(radius=f"{ask.radius_m:.0f}", roof=f"{ROOF_STEP_M:g}", step=f"{STEP_DEG:g}",
                                  limit=f"{ask.limit_m:g}" if limit is not None else "—"),
        columns=_columns(city, rows), strokes=_strokes(line, ask.eye), places=[row.place for row in rows],
        chart=_chart(ask, line, before, limit),
    )  # fmt: skip


def _chosen(plans: Plans, rows: npt.NDArray[np.bool_]) -> Plans:
    ids = [name for name, is_kept in zip(plans.ids, rows, strict=True) if is_kept]
    return Plans(
        ids=ids, numbers=plans.numbers[rows], shapes=plans.shapes[rows], base_m=plans.base_m[rows],
        top_m=plans.top_m[rows],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What is looked at of a skyline, from left to right (n,): `column` its azimuth's row, `off_deg` from the middle.

    `at` (n, 3) is the place on the building, `state` 0 for what stands, 1 for a plan, 2 for what is too high.
    """

    column: npt.NDArray[np.int64]
    off_deg: Float64Array
    azimuth_deg: Float64Array
    rise_deg: Float64Array
    away_m: Float64Array
    number: Rows
    at: Float64Array
    state: Float64Array


def _line(found: Skyline, limit: Skyline | None, plan: Rows, ask: SkylineAsk) -> _Line:
    off = np.mod(found.azimuth_deg - ask.towards_deg + 180.0, 360.0) - 180.0
    rows = np.flatnonzero(np.abs(off) <= ask.wide_deg / 2.0)
    rows = rows[np.argsort(off[rows], kind="stable")]
    rise, away, turn = found.altitude_deg[rows], found.distance_m[rows], np.radians(found.azimuth_deg[rows])
    reach = np.where(np.isfinite(away), away, 0.0)
    at = np.column_stack([reach * np.sin(turn), reach * np.cos(turn), reach * np.tan(np.radians(rise))])
    is_over = np.zeros(len(rows), np.bool_) if limit is None else rise > limit.altitude_deg[rows] + LEAST_OVER_DEG
    return _Line(
        column=rows, off_deg=off[rows], azimuth_deg=found.azimuth_deg[rows], rise_deg=rise, away_m=away,
        number=found.number[rows], at=at + np.array(ask.eye),
        state=np.where(is_over, 2.0, np.where(np.isin(found.number[rows], plan), 1.0, 0.0)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A building of the skyline: where it begins and ends, and its highest place."""

    number: int
    from_deg: float
    to_deg: float
    rise_deg: float
    away_m: float
    state: float
    place: Point


def _rows(line: _Line) -> tuple[_Row, ...]:
    """Return the buildings that the skyline is made of, the highest first."""
    rows = []
    for number in np.unique(line.number[line.number >= 0]).tolist():
        own = np.flatnonzero(line.number == number)
        best = int(own[np.argmax(line.rise_deg[own])])
        place = points_of(line.at[best : best + 1])[0]
        rows.append(_Row(
            number=number, from_deg=float(line.azimuth_deg[own[0]]), to_deg=float(line.azimuth_deg[own[-1]]),
            rise_deg=float(line.rise_deg[best]), away_m=float(line.away_m[best]), state=float(line.state[own].max()),
            place=place,
        ))  # fmt: skip
    return tuple(sorted(rows, key=lambda row: -row.rise_deg))


def _columns(city: StudiedCity, rows: Sequence[_Row]) -> tuple[Column, ...]:
    states: dict[float, Cell] = {0.0: STANDS, 1.0: PLANNED, 2.0: OVER}
    return (
        Column(title=NAME, values=[city.name_of(row.number) for row in rows]),
        Column(title=RISE, values=[row.rise_deg for row in rows], decimals=2),
        Column(title=AWAY, values=[row.away_m for row in rows], decimals=0),
        Column(title=TOP, values=[row.place[2] for row in rows]),
        Column(title=FROM, values=[row.from_deg for row in rows]),
        Column(title=TO, values=[row.to_deg for row in rows]),
        Column(title=STATE, values=[states[row.state] for row in rows]),
    )


def _strokes(line: _Line, eye: Point) -> Strokes:
    """Return the skyline where it stands: along the tops of buildings, and up and down between them."""
    is_seen = (line.number[:-1] >= 0) & (line.number[1:] >= 0)
    begin, end = line.at[:-1].copy(), line.at[1:].copy()
    jumps = line.number[:-1] != line.number[1:]
    # Between two buildings the line goes up or down at the nearer of them, as the eye sees it.
    shrink = np.where(jumps, np.minimum(line.away_m[:-1], line.away_m[1:]), 1.0)
    for ends, away in ((begin, line.away_m[:-1]), (end, line.away_m[1:])):
        share = np.where(jumps, shrink / np.maximum(away, 1e-6), 1.0)[:, None]
        ends[:] = np.array(eye) + (ends - np.array(eye)) * share
    return Strokes(
        ends=np.stack([begin, end], axis=1)[is_seen], values=np.maximum(line.state[:-1], line.state[1:])[is_seen],
        is_on_top=True, width_m=1.2,
    )  # fmt: skip


def _chart(ask: SkylineAsk, line: _Line, before: Skyline | None, limit: Skyline | None) -> Chart:
    across = ask.towards_deg + line.off_deg
    curves = [Curve(title=STANDS if before is None else AFTER, colour=CYAN, across=across, up=line.rise_deg,
                    is_filled=True)]  # fmt: skip
    if before is not None:
        curves.append(Curve(title=BEFORE, colour=SOFT, across=across, up=before.altitude_deg[line.column],
                            is_filled=True))  # fmt: skip
    if limit is not None:
        curves.append(Curve(title=LIMIT, colour=RED, across=across, up=limit.altitude_deg[line.column],
                            is_dashed=True))  # fmt: skip
    return Chart(across=AZIMUTH, up=ALTITUDE, curves=curves)


def _summary(city: StudiedCity, ask: SkylineAsk, line: _Line, before: Skyline | None, rows: Sequence[_Row]) -> Text:
    if not rows:
        return NOTHING
    parts = [SUMMARY.with_values(count=len(rows), wide=f"{ask.wide_deg:g}", most=f"{rows[0].rise_deg:.1f}",
                                 name=city.name_of(rows[0].number))]  # fmt: skip
    if before is not None:
        more = line.rise_deg - before.altitude_deg[line.column]
        parts.append(CHANGED.with_values(share=f"{100 * (more > LEAST_OVER_DEG).mean():.0f}", most=f"{more.max():.1f}"))
    if ask.limit_m > 0.0:
        parts.append(BROKEN.with_values(count=sum(row.state == 2.0 for row in rows)))
    return said(*parts)


def _legend() -> FindingLegend:
    steps: tuple[tuple[float, Rgb, Text], ...] = ((0.0, BLUE, STANDS), (1.0, AMBER, PLANNED), (2.0, RED, OVER))
    return FindingLegend(title=TITLE, steps=[LegendStep(least=a, colour=c, title=t) for a, c, t in steps])
