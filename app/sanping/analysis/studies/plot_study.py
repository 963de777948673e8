"""Sunlight of plots that are drawn on the map: how much of each has enough, and what a plan changes about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from sanping.analysis.blockers import Rows
from sanping.analysis.findings import Column, Finding, Strokes, points_of, tiles_on
from sanping.analysis.samples import Samples, on_plots
from sanping.analysis.studies.city import Selected, StudiedCity, said
from sanping.analysis.studies.sunlight_study import BEFORE, COUNTS, MEAN, TITLE, VERDICTS, legend_of
from sanping.analysis.sunlight import Effect, SubjectLight, effects, facing_south, judged, sunlit_hours
from sanping.analysis.sunlight_rules import DAY_NAMES, SunlightRule
from sanping.domain.errors import InputError
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.plan import Outline
from sanping.domain.text import Text
from sanping.ports.progress import Progress

MOST_POINTS, MOST_PLOTS = 60_000, 500
_LIFT_M, _OFF_GROUND_M, _BORDER_M, _STEP_M, _LEAST_M2 = 0.3, 0.1, 0.6, 5.0, 1.0
PLOT, AREA, SHARE, VERDICT = (
    Text("地块", "Plot"), Text("面积 (m²)", "Area (m²)"), Text("达标面积 (%)", "Enough (%)"), Text("判定", "Verdict"),
)  # fmt: skip
GOOD = Text("{count} 个地块中 {good} 个有 {share}% 以上面积满足 {hours} 小时。",
            "{good} of {count} plots have {hours} hours on {share} % of their area or more.")  # fmt: skip
CHANGED = Text("方案使 {lost} 个地块由满足变为不满足，{gained} 个转为满足。",
               "The plan takes it from {lost} plots and gives it to {gained}.")  # fmt: skip
METHOD = Text(
    "地块内未被建筑占用的地面每 {spacing} 米取一点；真太阳时，{day}（{date}）{begin}–{end} 时，每 {step} 分钟一次，"
    "不计大气折射；{counts}，不足 {span} 分钟的时段不计。达标面积不小于 {share}% 判为满足。依据：{source}。",
    "Points every {spacing} m on the ground of a plot that no building covers; true solar time, {day} ({date}), "
    "{begin}:00 to {end}:00, every {step} min, no refraction; {counts}, spans below {span} min left out. A plot has "
    "enough where {share} % of its area has. After: {source}.",
)
NONE = Text(
    "没有地块：请在图上点出地块的角点（至少三个），或先用“标注”画面",
    "There is no plot: click its corners (three at least), or draw areas with the annotations first",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotAsk:
    """Sunlight by a rule on `plots`, named outlines in world metres; `plan` are the buildings that a plan would add.

    A plot has enough where `least_share` (0 … 1) of its open ground has the rule's hours.
    """

    plots: Sequence[tuple[str, Outline]]
    rule: SunlightRule
    least_share: float = 0.5
    plan: Sequence[Selected] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lit:
    """What every plot gets: `lights` by its row, `changes` by a plan by its row, and the hours at each point."""

    samples: Samples
    hours: Float64Array
    lights: Mapping[int, SubjectLight]
    changes: Mapping[int, Effect]

    @property
    def rows(self) -> list[int]:
        """Rows of the plots, the worst first."""
        return sorted(self.lights, key=lambda row: (self.lights[row].has_enough, self.lights[row].share))

    def verdict(self, row: int) -> str:
        """Say in a word whether a plot has enough."""
        if row in self.changes:
            return self.changes[row].verdict
        return "kept" if self.lights[row].has_enough else "short"


def plot_study(city: StudiedCity, ask: PlotAsk, progress: Progress) -> Finding:
    """Return the hours on the open ground of every plot, and which plots have enough. Raises `InputError` for none."""
    named = [(name, shapely.make_valid(shapely.Polygon(outline))) for name, outline in ask.plots[:MOST_PLOTS]]
    named = [(name, shape) for name, shape in named if shape.area >= _LEAST_M2]
    if not named:
        raise InputError(NONE)
    rule = replace(ask.rule, least_share=ask.least_share)
    lit = _lit(city, [shape for _, shape in named], rule, city.numbers_of(ask.plan), progress)
    rows, told = lit.rows, [lit.verdict(row) for row in lit.rows]
    good = GOOD.with_values(count=len(rows), good=sum(lit.lights[row].has_enough for row in rows),
                            hours=f"{rule.hours:g}", share=f"{100 * ask.least_share:g}")  # fmt: skip
    changed = CHANGED.with_values(lost=told.count("lost"), gained=told.count("gained"))
    middles = np.array([named[row][1].representative_point().coords[0] for row in rows])
    return Finding(
        id="sunlight", title=TITLE, summary=said(good, changed) if lit.changes else good,
        method=_method(rule, lit.samples.spacing_m), legend=legend_of(rule), columns=_columns(named, lit),
        facets=tiles_on(lit.samples.points + np.array([0.0, 0.0, _LIFT_M]), lit.samples.normals, lit.hours,
                        lit.samples.spacing_m),
        strokes=_borders(city, [named[row][1] for row in rows], [lit.lights[row].has_enough for row in rows], rule),
        places=points_of(np.column_stack([middles, city.ground(middles)])),
    )  # fmt: skip


def _lit(
    city: StudiedCity, shapes: Sequence[shapely.Geometry], rule: SunlightRule, plan: Rows, progress: Progress
) -> _Lit:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    box = Extent(west=west - 1.0, south=south - 1.0, east=east + 1.0, north=north + 1.0)
    built = city.plans(within=box).shapes
    houses = shapely.union_all(built[shapely.intersects(built, shapely.box(west, south, east, north))])
    ground = [shape if (left := shape.difference(houses)).is_empty else left for shape in shapes]
    spacing = max(rule.spacing_m, float(np.sqrt(sum(shape.area for shape in ground) / MOST_POINTS)))
    samples = on_plots([str(row) for row in range(len(shapes))], ground, city.terrain, spacing)
    samples.points[:, 2] = city.ground(samples.points) + _OFF_GROUND_M
    is_asked = facing_south(samples, rule, city.place)
    hours = sunlit_hours(city.blockers(box), samples, rule, city.place, progress)
    after = judged(samples, hours, rule, is_asked)
    changes: Sequence[Effect] = ()
    if len(plan):
        earlier = sunlit_hours(city.blockers(box, plan), samples, rule, city.place, progress)
        changes = effects(judged(samples, earlier, rule, is_asked), after)
    return _Lit(samples=samples, hours=hours, lights={int(light.id): light for light in after},
                changes={int(one.after.id): one for one in changes})  # fmt: skip


def _columns(named: Sequence[tuple[str, shapely.Geometry]], lit: _Lit) -> tuple[Column, ...]:
    rows = lit.rows
    columns = [
        Column(title=PLOT, values=[named[row][0] for row in rows]),
        Column(title=AREA, values=[float(named[row][1].area) for row in rows], decimals=0),
        Column(title=MEAN, values=[lit.lights[row].mean_h for row in rows], decimals=2),
        Column(title=SHARE, values=[100.0 * lit.lights[row].share for row in rows], decimals=0),
        Column(title=VERDICT, values=[VERDICTS[lit.verdict(row)] for row in rows]),
    ]
    if lit.changes:
        columns.insert(2, Column(title=BEFORE, values=[lit.changes[row].before.mean_h for row in rows], decimals=2))
    return tuple(columns)


def _borders(
    city: StudiedCity, shapes: Sequence[shapely.Geometry], is_good: Sequence[bool], rule: SunlightRule
) -> Strokes:
    """Return the outlines of the plots, in the colour of enough or of too little."""
    pieces, values = [np.zeros((0, 2, 3))], [np.zeros(0)]
    for shape, good in zip(shapes, is_good, strict=True):
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                flat = shapely.get_coordinates(shapely.segmentize(part.exterior, _STEP_M))
                line = np.column_stack([flat, city.ground(flat) + _BORDER_M])
                pieces.append(np.stack([line[:-1], line[1:]], axis=1))
                values.append(np.full(len(line) - 1, rule.hours + 3.0 if good else 0.0))
    return Strokes(ends=np.concatenate(pieces), values=np.concatenate(values), is_on_top=True)


def _method(rule: SunlightRule, spacing_m: float) -> Text:
    return METHOD.with_values(
        spacing=f"{spacing_m:.1f}", day=DAY_NAMES[rule.day], date=f"{rule.date:%Y-%m-%d}", begin=f"{rule.from_h:g}",
        end=f"{rule.to_h:g}", step=f"{rule.step_min:g}", counts=COUNTS[rule.counts], span=f"{rule.least_span_min:g}",
        share=f"{100 * rule.least_share:g}", source=rule.source,
    )  # fmt: skip
