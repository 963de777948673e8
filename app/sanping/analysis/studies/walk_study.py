"""How far people walk along streets from facilities, and which buildings are served."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep, Strokes, points_of
from sanping.analysis.studies.city import AMBER, GREEN, YELLOW, StudiedCity, circle_extent
from sanping.analysis.walking import WALK_M_PER_MIN, ServiceArea, service_area, streets_of, walks_to
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ports.progress import Progress

BESIDE_M, ABOVE_M, WIDE_M = 80.0, 2.0, 6.0
TITLE = Text("步行服务区", "Service area on foot")
METHOD = Text(
    "沿道路中心线步行（Dijkstra），每分钟 {speed} 米；离道路 {beside} 米以内的建筑按直线走到最近的路口或路段。"
    "5、10、15 分钟对应 GB 50180-2018 的三级生活圈。不计过街等待与小区内部道路。",
    "On foot along the middles of streets (Dijkstra), {speed} m a minute; buildings within {beside} m of a street walk "
    "straight to it. 5, 10 and 15 minutes are the circles of GB 50180-2018. Without crossings and paths within blocks.",
)
SUMMARY = Text(
    "{minutes} 分钟内可达 {count} 栋建筑、{length} 公里道路。",
    "{count} buildings and {length} km of streets lie within {minutes} minutes.",
)
NO_STREETS = Text("没有道路图层，不能计算步行范围", "There are no streets to walk along: open a layer of roads")
LOOKING = Text("沿道路寻找", "Walking along the streets")
MINUTES, NAME, METRES = Text("步行（分钟）", "On foot (minutes)"), Text("建筑", "Building"), Text("路程 (m)", "Way (m)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkAsk:
    """Facilities at places, and how many minutes people walk."""

    facilities: Sequence[Point]
    minutes: float


def walk_study(city: StudiedCity, ask: WalkAsk, progress: Progress) -> Finding:
    """Return streets and buildings within a walk, the nearest first. Raises `InputError` without streets."""
    if not len(city.streets):
        raise InputError(NO_STREETS)
    progress.report(0.1, LOOKING)
    at, limit_m = np.array(ask.facilities, np.float64).reshape(-1, 3), ask.minutes * WALK_M_PER_MIN
    box = circle_extent((float(at[0, 0]), float(at[0, 1])), limit_m)
    for x, y, _ in at[1:]:
        box = box.merged(circle_extent((float(x), float(y)), limit_m))
    window = shapely.box(box.west, box.south, box.east, box.north)
    area = service_area(streets_of([shape for shape in city.streets if shape.intersects(window)]), at[:, :2], limit_m)
    progress.report(0.6, LOOKING)
    plans = city.plans(within=box)
    walk = walks_to(area, plans.middles[:, :2], BESIDE_M)
    order = np.argsort(walk, kind="stable")[: int(np.isfinite(walk).sum())]
    strokes = _strokes(city, area)
    length = sum(line.length for line in area.reached) / 1000.0
    return Finding(
        id="walk", title=TITLE,
        summary=SUMMARY.with_values(minutes=f"{ask.minutes:g}", count=len(order), length=f"{length:.1f}"),
        method=METHOD.with_values(speed=f"{WALK_M_PER_MIN:g}", beside=f"{BESIDE_M:g}"),
        legend=FindingLegend(
            title=MINUTES,
            steps=[LegendStep(least=least, colour=colour, title=Text(word, word))
                   for least, colour, word in ((0.0, GREEN, "0–5"), (5.0, YELLOW, "5–10"), (10.0, AMBER, "10 +"))],
        ),
        columns=(
            Column(title=NAME, values=[city.name_of(int(plans.numbers[n])) for n in order]),
            Column(title=MINUTES, values=(walk[order] / WALK_M_PER_MIN).tolist()),
            Column(title=METRES, values=walk[order].tolist(), decimals=0),
        ),
        strokes=strokes,
        places=points_of(plans.middles[order]),
        subjects=[plans.ids[n] for n in order.tolist()],
    )  # fmt: skip


def _strokes(city: StudiedCity, area: ServiceArea) -> Strokes:
    """Return the streets within reach, a little above the ground, by the minutes to their middle."""
    ends = np.array([line.coords[:2] for line in area.reached], np.float64).reshape(-1, 2, 2)
    nodes = shapely.STRtree(shapely.points(area.streets.nodes))
    middle = ends.mean(axis=1)
    (_, node), away = nodes.query_nearest(shapely.points(middle), return_distance=True, all_matches=False)
    known = np.where(np.isfinite(area.distance_m[node]), area.distance_m[node], area.limit_m)
    height = city.ground(ends.reshape(-1, 2)).reshape(-1, 2, 1) + ABOVE_M
    return Strokes(ends=np.concatenate([ends, height], axis=2), values=(known + away) / WALK_M_PER_MIN, width_m=WIDE_M)
