"""Sunlight of walls and ground around a place, and what a plan changes about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from sanping.analysis.blockers import Rows
from sanping.analysis.findings import Column, Facets, Finding, FindingLegend, LegendStep, points_of, tiles_on
from sanping.analysis.samples import Plans, Samples, on_plots, on_walls
from sanping.analysis.studies.city import (
    AMBER,
    GREEN,
    LIME,
    RED,
    YELLOW,
    Selected,
    StudiedCity,
    circle_extent,
    grown,
    said,
)
from sanping.analysis.sunlight import Effect, SubjectLight, effects, facing_south, judged, sunlit_hours
from sanping.analysis.sunlight_rules import DAY_NAMES, SunlightRule
from sanping.domain.text import Text
from sanping.ports.progress import Progress

FLOOR_M = 3.0
MOST_POINTS = 60_000
TITLE = Text("日照分析", "Sunlight")
HOURS = Text("日照时数（小时）", "Sunlight (hours)")
METHOD = Text(
    "真太阳时，{day}（{date}）{begin}–{end} 时，每 {step} 分钟一次，不计大气折射；"
    "{counts}，不足 {span} 分钟的时段不计。建筑判定取离地 {sill} 米、朝南 {facing}° 以内的外墙采样点，"
    "间距 {spacing} 米，以采样点代替窗户。依据：{source}。",
    "True solar time, {day} ({date}), {begin}:00 to {end}:00, every {step} min, no refraction; {counts}, spans below "
    "{span} min left out. Buildings are judged by points {sill} m above their foot on walls within {facing}° of south, "
    "{spacing} m apart, which stand for windows. After: {source}.",
)
COUNTS = {
    "sum": Text("各时段累计", "spans added up"),
    "longest": Text("取最长连续时段", "the longest unbroken span"),
}
ALL = Text("{count} 栋建筑中 {good} 栋满足 {hours} 小时。", "{good} of {count} buildings have {hours} hours.")
CHANGED = Text(
    "方案使 {lost} 栋由满足变为不满足，{gained} 栋转为满足。", "The plan takes it from {lost} and gives it to {gained}."
)
GROUND = Text("地面 {share}% 的面积满足。", "{share} % of the ground has them.")
NOTHING = Text("这里没有可判定的建筑。", "There is no building to judge here.")
VERDICTS = {
    "kept": Text("满足", "enough"), "lost": Text("方案后不满足", "lost by the plan"),
    "gained": Text("方案后满足", "gained by the plan"), "short": Text("不满足", "too little"),
}  # fmt: skip
NAME, LEAST, MEAN, SHARE, VERDICT = (
    Text("建筑", "Building"), Text("最少 (h)", "Least (h)"), Text("平均 (h)", "Mean (h)"),
    Text("达标 (%)", "Enough (%)"), Text("判定", "Verdict"),
)  # fmt: skip
BEFORE = Text("现状平均 (h)", "Mean before (h)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SunlightAsk:
    """Sunlight by a rule within `radius_m` of a place; `plan` are the buildings that a plan would add."""

    middle: tuple[float, float]
    radius_m: float
    rule: SunlightRule
    on: Literal["walls", "ground", "both"] = "both"
    plan: Sequence[Selected] = ()


def sunlight_study(city: StudiedCity, ask: SunlightAsk, progress: Progress) -> Finding:
    """Return the hours on walls and ground, and which buildings have enough."""
    rule, plan = ask.rule, city.numbers_of(ask.plan)
    extent = circle_extent(ask.middle, ask.radius_m)
    after = city.blockers(extent)
    before = city.blockers(extent, plan) if len(plan) else after
    plans = city.plans(within=grown(extent, 100.0))
    walls, sills = _walls(city, plans, ask, plan)
    ground = _ground(city, plans, ask)
    facets: list[Facets] = []
    lights: Sequence[SubjectLight] = ()
    effect_of: Sequence[Effect] = ()
    share: float | None = None
    if len(walls):
        hours = sunlit_hours(after, walls, rule, city.place, progress)
        facets.append(tiles_on(walls.points + walls.normals * 0.25, walls.normals, hours, walls.spacing_m))
        first = _of_rows(walls, sills)
        is_asked = facing_south(first, rule, city.place)
        lights = judged(first, hours[sills], rule, is_asked)
        if len(plan):
            earlier = judged(first, sunlit_hours(before, first, rule, city.place, progress), rule, is_asked)
            effect_of = effects(earlier, lights)
    if len(ground):
        hours = sunlit_hours(after, ground, rule, city.place, progress)
        share = float((hours >= rule.hours).mean())
        facets.append(tiles_on(ground.points + np.array([0.0, 0.0, 0.3]), ground.normals, hours, ground.spacing_m))
    order = sorted(range(len(lights)), key=lambda n: (lights[n].has_enough, lights[n].share, lights[n].mean_h))
    row_of = {number: row for row, number in enumerate(plans.numbers.tolist())}
    rows_of = [row_of[int(lights[n].id)] for n in order]
    return Finding(
        id="sunlight",
        title=TITLE,
        summary=_summary(lights, effect_of, share, rule),
        method=_method(rule),
        legend=legend_of(rule),
        columns=_columns(city, [lights[n] for n in order], {one.after.id: one for one in effect_of}),
        facets=_joined(facets),
        places=points_of(plans.middles[np.array(rows_of, np.int64)]),
        subjects=[plans.ids[row] for row in rows_of],
    )


def _walls(city: StudiedCity, plans: Plans, ask: SunlightAsk, plan: Rows) -> tuple[Samples, Rows]:
    """Return points of all floors of the buildings around, and the rows of those that are judged."""
    around = shapely.Point(ask.middle).buffer(ask.radius_m)
    is_near = shapely.intersects(plans.shapes, around) & ~np.isin(plans.numbers, plan)
    rows = np.flatnonzero(is_near & (plans.top_m - plans.base_m > ask.rule.sill_m + 0.5))
    uses = [use.lower() for use in ask.rule.uses]
    asked = [row for row in rows.tolist() if _is_used(city, int(plans.numbers[row]), uses)]
    rows = np.array(asked or rows.tolist(), np.int64)
    if ask.on == "ground":
        rows = rows[:0]
    tallest = float((plans.top_m - plans.base_m)[rows].max(initial=0.0))
    spacing = ask.rule.wall_spacing_m
    while _count(plans, rows, spacing) > MOST_POINTS:
        spacing *= 1.5
    parts, row_of = [], {row: place for place, row in enumerate(rows.tolist())}
    for floor in range(max(1, int((tallest - ask.rule.sill_m) / FLOOR_M) + 1)):
        height = ask.rule.sill_m + floor * FLOOR_M
        high = rows[(plans.top_m - plans.base_m)[rows] > height + 0.5]
        part = on_walls(plans, high, height, ask.rule.wall_spacing_m if floor == 0 else max(spacing, FLOOR_M))
        subject = np.array([row_of[row] for row in high.tolist()], np.int64)[part.subject]
        parts.append((part, subject))
    first = len(parts[0][0]) if parts else 0
    samples = Samples(
        points=np.concatenate([np.zeros((0, 3)), *(part.points for part, _ in parts)]),
        normals=np.concatenate([np.zeros((0, 3)), *(part.normals for part, _ in parts)]),
        subject=np.concatenate([np.zeros(0, np.int64), *(subject for _, subject in parts)]),
        subjects=[str(number) for number in plans.numbers[rows].tolist()],
        spacing_m=FLOOR_M,
    )
    return samples, np.arange(first)


def _count(plans: Plans, rows: Rows, spacing_m: float) -> float:
    floors = np.maximum(1.0, (plans.top_m - plans.base_m)[rows] / FLOOR_M)
    return float((shapely.length(plans.shapes[rows]) * floors).sum() / max(spacing_m, FLOOR_M))


def _is_used(city: StudiedCity, number: int, uses: Sequence[str]) -> bool:
    words = city.attributes_of(number).lower()
    return any(use in words for use in uses)


def _ground(city: StudiedCity, plans: Plans, ask: SunlightAsk) -> Samples:
    """Return points on open ground around the place."""
    around = shapely.Point(ask.middle).buffer(ask.radius_m)
    spacing = max(ask.rule.spacing_m, float(np.sqrt(around.area / MOST_POINTS)))
    near = plans.shapes[shapely.intersects(plans.shapes, around)]
    open_ground = around.difference(shapely.union_all(near)) if len(near) else around
    shapes = [] if ask.on == "walls" or open_ground.is_empty else [open_ground]
    samples = on_plots(["ground"], shapes, city.terrain, spacing)
    samples.points[:, 2] = city.ground(samples.points) + 0.1
    return samples


def _of_rows(samples: Samples, rows: Rows) -> Samples:
    return Samples(
        points=samples.points[rows], normals=samples.normals[rows], subject=samples.subject[rows],
        subjects=samples.subjects, spacing_m=samples.spacing_m,
    )  # fmt: skip


def _joined(parts: Sequence[Facets]) -> Facets:
    first = np.concatenate([[0], np.cumsum([len(part.points) for part in parts])]).astype(np.int32)
    return Facets(
        points=np.concatenate([np.zeros((0, 3)), *(part.points for part in parts)]),
        triangles=np.concatenate(
            [np.zeros((0, 3), np.int32)] + [part.triangles + at for part, at in zip(parts, first, strict=False)]
        ),
        values=np.concatenate([np.zeros(0), *(part.values for part in parts)]),
    )


def _summary(
    lights: Sequence[SubjectLight], effect_of: Sequence[Effect], share: float | None, rule: SunlightRule
) -> Text:
    parts = []
    if lights:
        good = sum(light.has_enough for light in lights)
        parts.append(ALL.with_values(count=len(lights), good=good, hours=f"{rule.hours:g}"))
    else:
        parts.append(NOTHING)
    if effect_of:
        words = [one.verdict for one in effect_of]
        parts.append(CHANGED.with_values(lost=words.count("lost"), gained=words.count("gained")))
    if share is not None:
        parts.append(GROUND.with_values(share=f"{share:.0%}".rstrip("%")))
    return said(*parts)


def _method(rule: SunlightRule) -> Text:
    return METHOD.with_values(
        day=DAY_NAMES[rule.day], date=f"{rule.date:%Y-%m-%d}", begin=f"{rule.from_h:g}", end=f"{rule.to_h:g}",
        step=f"{rule.step_min:g}", counts=COUNTS[rule.counts], span=f"{rule.least_span_min:g}",
        sill=f"{rule.sill_m:g}", facing=f"{rule.facing_deg:g}", spacing=f"{rule.wall_spacing_m:g}", source=rule.source,
    )  # fmt: skip


def legend_of(rule: SunlightRule) -> FindingLegend:
    """Return the colours of hours around those that a rule asks."""
    h = rule.hours
    bounds = ((0.0, RED), (h / 2.0, AMBER), (h, YELLOW), (h + 1.0, LIME), (h + 3.0, GREEN))
    steps = []
    for number, (least, colour) in enumerate(bounds):
        upper = f"–{bounds[number + 1][0]:g}" if number + 1 < len(bounds) else " +"
        steps.append(LegendStep(least=least, colour=colour, title=Text(f"{least:g}{upper}", f"{least:g}{upper}")))
    return FindingLegend(title=HOURS, steps=tuple(steps))


def _columns(city: StudiedCity, lights: Sequence[SubjectLight], effect_of: dict[str, Effect]) -> tuple[Column, ...]:
    verdicts = [
        VERDICTS[effect_of[one.id].verdict if one.id in effect_of else "kept" if one.has_enough else "short"]
        for one in lights
    ]
    columns = [
        Column(title=NAME, values=[city.name_of(int(one.id)) for one in lights]),
        Column(title=LEAST, values=[one.least_h for one in lights], decimals=2),
        Column(title=MEAN, values=[one.mean_h for one in lights], decimals=2),
        Column(title=SHARE, values=[one.share * 100.0 for one in lights], decimals=0),
        Column(title=VERDICT, values=verdicts),
    ]
    if effect_of:
        earlier = [effect_of[one.id].before.mean_h for one in lights]
        columns.insert(2, Column(title=BEFORE, values=earlier, decimals=2))
    return tuple(columns)
