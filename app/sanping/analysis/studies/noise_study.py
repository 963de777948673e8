"""Noise around machines and other sources: a first look by distance, ground and the best wall in between."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep, points_of
from sanping.analysis.noise import NoiseSource, levels_db
from sanping.analysis.noise_limits import NOISE_CLASSES
from sanping.analysis.samples import on_walls
from sanping.analysis.studies.around import around
from sanping.analysis.studies.city import AMBER, GREEN, LIME, RED, YELLOW, StudiedCity
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ports.progress import Progress

EAR_M = 1.2
TITLE = Text("噪声估算", "Noise, a first look")
METHOD = Text(
    "按 ISO 9613-2:1996（500 Hz，大幅简化）：几何发散、空气吸收、地面效应，建筑按一次绕射屏障、最多 20 dB；"
    "不计反射与气象。受声点离地 {ear} 米；限值按 GB 3096-2008 {area}。只作初步判断，不代替噪声评价。",
    "After ISO 9613-2:1996 at 500 Hz, much simplified: divergence, air, ground, buildings as single barriers of at "
    "most 20 dB; no reflections, no weather. Ears {ear} m above ground; limits of GB 3096-2008, {area}. A first look. ",
)
SUMMARY = Text(
    "{count} 栋建筑中 {over} 栋外墙超过{when}限值 {limit} dB(A)，最多超出 {most} dB。",
    "{over} of {count} buildings are above the limit of {limit} dB(A) by {when}, at most by {most} dB.",
)
DAY, NIGHT = Text("昼间", "day"), Text("夜间", "night")
LEVEL, NAME, OVER = Text("声级 dB(A)", "Level dB(A)"), Text("建筑", "Building"), Text("超出 (dB)", "Over (dB)")
VIOLET = (128, 40, 140)
STEPS = ((0.0, GREEN), (45.0, LIME), (50.0, YELLOW), (55.0, AMBER), (60.0, RED), (70.0, VIOLET))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseAsk:
    """Sources at places, each of `power_db` and `height_m` above them; heard within `radius_m` in a class of areas."""

    sources: Sequence[Point]
    power_db: float
    height_m: float
    radius_m: float
    cell_m: float = 4.0
    area_class: str = "2"
    is_night: bool = False


def noise_study(city: StudiedCity, ask: NoiseAsk, progress: Progress) -> Finding:
    """Return levels on open ground, and the buildings whose walls are above the limit."""
    field = around(city, ask.sources, ask.radius_m, ask.cell_m)
    sources = [
        NoiseSource(shape=shapely.Point(x, y), power_db=ask.power_db, height_m=z + ask.height_m) for x, y, z in field.at
    ]
    ground_m = float(city.ground(field.at).mean())
    values = np.full(len(field.spots), np.nan)
    ears = np.column_stack([field.spots, field.heights + EAR_M])[field.is_open]
    values[field.is_open] = levels_db(sources, ears, field.plans, ground_m, progress)
    limits = NOISE_CLASSES[ask.area_class]
    limit = limits.night_db if ask.is_night else limits.day_db
    near, plans = field.near, field.plans
    walls = on_walls(plans, near, EAR_M, 4.0)
    worst = np.full(len(near), -np.inf)
    np.maximum.at(worst, walls.subject, levels_db(sources, walls.points, plans, ground_m, progress))
    order = np.argsort(-worst, kind="stable")[: int(np.isfinite(worst).sum())]
    return Finding(
        id="noise", title=TITLE, method=METHOD.with_values(ear=f"{EAR_M:g}", area=limits.title), legend=_legend(),
        summary=SUMMARY.with_values(
            count=len(order), over=int((worst > limit).sum()), limit=f"{limit:g}", when=NIGHT if ask.is_night else DAY,
            most=f"{max(0.0, float((worst - limit).max(initial=0.0))):.1f}",
        ),
        columns=(
            Column(title=NAME, values=[city.name_of(int(number)) for number in plans.numbers[near[order]]]),
            Column(title=LEVEL, values=worst[order].tolist()),
            Column(title=OVER, values=np.maximum(worst[order] - limit, 0.0).tolist()),
        ),
        facets=field.surface(values),
        places=points_of(plans.middles[near[order]]),
        subjects=[plans.ids[row] for row in near[order].tolist()],
    )  # fmt: skip


def _legend() -> FindingLegend:
    words = ("< 45", "45–50", "50–55", "55–60", "60–70", "> 70")
    steps = [
        LegendStep(least=least, colour=colour, title=Text(word, word))
        for (least, colour), word in zip(STEPS, words, strict=True)
    ]
    return FindingLegend(title=LEVEL, steps=steps)
