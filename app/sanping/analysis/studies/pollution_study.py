"""What sources give off into the air around them: a first look by distance, wind and the walls in between."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep, points_of
from sanping.analysis.noise import wall_edges
from sanping.analysis.pollution import (
    FARTHEST_M,
    NEAREST_M,
    Weather,
    concentrations_ug,
    reach_m,
    ways_of,
)
from sanping.analysis.pollution_limits import POLLUTANTS, Stage
from sanping.analysis.samples import on_walls
from sanping.analysis.studies.around import Around, around
from sanping.analysis.studies.city import AMBER, GREEN, LIME, RED, YELLOW, StudiedCity
from sanping.analysis.wall_kernels import walls_between
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ports.progress import Progress

BREATH_M, OWN_M, PIECE = 1.5, 1.0, 500
TITLE = Text("污染筛查", "Pollution, a first look")
BREATHING = Text("计算浓度：{share}%", "Computing what is in the air: {share} %")
METHOD = Text(
    "稳态高斯烟羽，地面全反射，城市扩散参数（Briggs 1973，适用 100–10 000 米），"
    "风速 {wind} m/s，{direction}，稳定度 {air}；其间的建筑使烟羽在其高度内混合（初始 σz＝墙高÷2.15，US EPA 体源）；"
    "平坦地面，不计抬升、沉降、化学转化与背景浓度，也不计排放源所在的建筑，{near} 米以内按 {near} 米。"
    "小时浓度限值 {limit} µg/m³（{source}）；导则（HJ 2.2-2018）的折算倍数与附录 D 未能对照原文核实。"
    "只作初步筛查，不代替按该导则的环境影响评价。",
    "A steady Gaussian plume that the ground reflects, spread over cities after Briggs (1973, for 100 m to 10 km), "
    "wind {wind} m/s, {direction}, stability {air}; buildings between mix it through their height (initial σz = "
    "wall ÷ 2.15, volume sources of US EPA). Flat ground; no rise, settling, chemistry or background; buildings that "
    "hold a source are left out, and nearer than {near} m counts as that. Limit for an hour {limit} µg/m³ ({source}); "
    "what is taken from HJ 2.2-2018, the factor for means of a day and annex D, could not be compared with its text. "
    "A first look that replaces no assessment after HJ 2.2-2018.",
)
WORST, FROM = Text("各处按最不利风向", "from where it is worst for each place"), Text("风从 {deg}° 来", "from {deg}°")
SUMMARY = Text(
    "{count} 栋建筑中 {over} 栋处{name}超过 {limit} µg/m³，最高 {most}；无遮挡时单个源{reach}。",
    "{over} of {count} buildings have {name} above {limit} µg/m³, at most {most}; over open ground one source {reach}.",
)
REACHES = Text("超标到 {far} 米", "is above it up to {far} m")
BEYOND, NOWHERE = Text("超标到 20 公里以外", "is above it beyond 20 km"), Text("处处达标", "is below it everywhere")
NAME, IN_AIR = Text("建筑", "Building"), Text("浓度 (µg/m³)", "In the air (µg/m³)")
SHARE, AWAY = Text("占限值 (%)", "Of the limit (%)"), Text("距排放源 (m)", "From a source (m)")
VIOLET = (128, 40, 140)
STEPS = ((0.0, GREEN, "< 10"), (10.0, LIME, "10–50"), (50.0, YELLOW, "50–100"), (100.0, AMBER, "100–200"),
         (200.0, RED, "200–1000"), (1000.0, VIOLET, "> 1000"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PollutionAsk:
    """Sources at places that each give off `rate_kg_h` of a pollutant, `height_m` above them, looked at in a radius."""

    sources: Sequence[Point]
    pollutant: str
    rate_kg_h: float
    height_m: float
    radius_m: float
    cell_m: float = 6.0
    weather: Weather = field(default_factory=lambda: Weather(wind_m_s=1.5))
    stage: Stage = "2026"

    @property
    def limit_ug(self) -> float:
        """What may be in the air in µg/m³, as a mean of an hour."""
        return POLLUTANTS[self.pollutant].limit_ug(self.stage)


def pollution_study(city: StudiedCity, ask: PollutionAsk, progress: Progress) -> Finding:
    """Return what is in the air over open ground as a share of the limit, and the buildings by what stands at them.

    A building counts by the worst of its walls, where people breathe and, where it is higher than the outlet, at the
    height of the outlet. Raises `Cancelled`.
    """
    where, limit = around(city, ask.sources, ask.radius_m, ask.cell_m), ask.limit_ug
    outlets = where.at - np.column_stack([np.zeros((len(where.at), 2)), city.ground(where.at)])
    outlets[:, 2] = np.maximum(outlets[:, 2], 0.0) + ask.height_m
    outlets = np.ascontiguousarray(outlets)
    values = np.full(len(where.spots), np.nan)
    spots = np.column_stack([where.spots, np.full(len(where.spots), BREATH_M)])[where.is_open]
    values[where.is_open] = 100.0 / limit * _in_air(where, outlets, spots, ask, progress)
    worst = _at_buildings(where, outlets, ask, progress)
    order = np.argsort(-worst, kind="stable")[: int(np.isfinite(worst).sum())]
    rows = where.near[order]
    middles = where.plans.middles[rows]
    away = np.hypot(*(middles[:, None, :2] - where.at[None, :, :2]).transpose(2, 0, 1)).min(axis=1)
    return Finding(
        id="pollution", title=TITLE, method=_method(ask), legend=_legend(),
        summary=_summary(ask, float(outlets[:, 2].min()), worst[order]),
        columns=(
            Column(title=NAME, values=[city.name_of(int(number)) for number in where.plans.numbers[rows]]),
            Column(title=IN_AIR, values=worst[order].tolist()),
            Column(title=SHARE, values=(100.0 / limit * worst[order]).tolist(), decimals=0),
            Column(title=AWAY, values=away.tolist(), decimals=0),
        ),
        facets=where.surface(values), places=points_of(middles),
        subjects=[where.plans.ids[row] for row in rows.tolist()],
    )  # fmt: skip


def _at_buildings(where: Around, outlets: Float64Array, ask: PollutionAsk, progress: Progress) -> Float64Array:
    """Return the worst at the walls of each near building (k,), −inf for one without free walls, or with an outlet."""
    worst = np.full(len(where.near), -np.inf)
    for up_m in dict.fromkeys((BREATH_M, max(BREATH_M, float(outlets[:, 2].max())))):
        walls = on_walls(where.plans, where.near, up_m, 4.0)
        foot = where.plans.base_m[where.near][walls.subject]
        points = np.column_stack([walls.points[:, :2], walls.points[:, 2] - foot])
        np.maximum.at(worst, walls.subject, _in_air(where, outlets, points, ask, progress))
    sources = shapely.union_all(shapely.points(where.at[:, :2]))
    worst[shapely.dwithin(where.plans.shapes[where.near], sources, OWN_M)] = -np.inf
    return worst


def _in_air(
    where: Around, outlets: Float64Array, receivers: Float64Array, ask: PollutionAsk, progress: Progress
) -> Float64Array:
    """Return what is in the air (n,), in µg/m³; heights of outlets (s, 3) and receivers (n, 3) are above the ground."""
    edges, tops = wall_edges(replace(where.plans, top_m=where.plans.top_m - where.plans.base_m))
    found = np.zeros(len(receivers))
    for first in range(0, len(receivers), PIECE):
        share = round(100 * first / len(receivers))
        progress.report(first / len(receivers), BREATHING.with_values(share=share))
        piece = np.ascontiguousarray(receivers[first : first + PIECE])
        walls = np.maximum(walls_between(outlets, piece, edges, tops), 0.0)
        ways = ways_of(outlets, piece, walls, ask.weather)
        found[first : first + PIECE] = concentrations_ug(ways, ask.rate_kg_h, ask.weather)
    return found


def _method(ask: PollutionAsk) -> Text:
    weather, pollutant = ask.weather, POLLUTANTS[ask.pollutant]
    direction = WORST if weather.from_deg is None else FROM.with_values(deg=f"{weather.from_deg:g}")
    return METHOD.with_values(
        wind=f"{weather.wind_m_s:g}", direction=direction, air=" / ".join(weather.stabilities), near=f"{NEAREST_M:g}",
        limit=f"{ask.limit_ug:g}", source=pollutant.source_in(ask.stage),
    )  # fmt: skip


def _summary(ask: PollutionAsk, outlet_m: float, worst: Float64Array) -> Text:
    limit = ask.limit_ug
    far = reach_m(ask.rate_kg_h, outlet_m, limit, ask.weather, BREATH_M)
    reach = NOWHERE if far == 0.0 else BEYOND if far >= FARTHEST_M else REACHES.with_values(far=round(far))
    return SUMMARY.with_values(
        count=len(worst), over=int((worst > limit).sum()), name=POLLUTANTS[ask.pollutant].title, limit=f"{limit:g}",
        most=f"{worst.max(initial=0.0):.0f}", reach=reach,
    )  # fmt: skip


def _legend() -> FindingLegend:
    steps = [LegendStep(least=least, colour=colour, title=Text(word, word)) for least, colour, word in STEPS]
    return FindingLegend(title=SHARE, steps=steps)
