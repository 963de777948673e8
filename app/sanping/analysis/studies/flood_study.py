"""Water that rises around the city, level by level, and the buildings it reaches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from sanping.analysis.barriers import walls_of, with_walls
from sanping.analysis.findings import (
    Chart,
    Column,
    Course,
    Curve,
    Facets,
    Finding,
    FindingLegend,
    LegendStep,
    level_surface,
)
from sanping.analysis.inundation import Inundation, WetBuilding, inundated, wet_buildings
from sanping.analysis.level_series import LevelSeries
from sanping.analysis.studies.city import BLUES, StudiedCity
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ports.progress import Progress

DEPTHS_M = (0.0, 0.5, 1.0, 2.0, 3.0)
TITLE = Text("淹没分析", "Inundation")
METHOD = Text(
    "连通淹没：水面水平，只淹与水源连通、地面低于水位的格网（四邻域），不计流速与时间；地形网格 {cell} 米。"
    "{walls}水深分级按 SL 483-2017。建筑以外轮廓处地面计水深。",
    "Connected inundation: level water, only cells below it that connect to its source (four neighbours), without flow "
    "and time; ground cells of {cell} m. {walls} Depth classes after SL 483-2017; a building's depth is that at its "
    "outline.",
)
WITH_WALLS = Text("模型中的防汛墙挡水，直到漫顶。", "Modelled flood walls hold it until it overtops them.")
WITHOUT_WALLS = Text("不计防汛墙。", "Flood walls are left out.")
SUMMARY = Text(
    "水位 {level} 米时淹没 {area} 公顷、{volume} 万立方米，进水建筑 {count} 栋。",
    "At {level} m {area} ha lie under {volume} 10⁴ m³ of water, and {count} buildings are wet.",
)
NO_GROUND = Text("没有地形，不能计算淹没；请先打开一个地形图层", "There is no ground to flood: open a terrain first")
NO_SOURCE = Text("没有水面；请在图上选一个水源", "There is no water here: pick where it comes from")
LEVEL = Text("水位 {level} 米", "Level {level} m")
STEP = Text("{moment}  {level} 米", "{moment}  {level} m")
CREST = Text("最高水位出现在 {moment}。", "It stands highest on {moment}.")
FOLLOWS = Text(
    "水位按过程逐时取 {count} 步，不计退水滞留。", "It follows {count} levels over time; nothing is held back."
)
COURSE, HOURS, LEVEL_UP = Text("水位过程", "Level"), Text("小时", "Hours"), Text("水位 (m)", "Level (m)")
REACHED = Text("首次进水", "Wet since")
DEPTH = Text("水深（米）", "Depth (m)")
NAME, FIRST, DEEP = Text("建筑", "Building"), Text("进水水位 (m)", "Wet from (m)"), Text("水深 (m)", "Depth (m)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodAsk:
    """Water that rises to `levels_m` (in the twin's vertical datum) from places, or from the largest water.

    With `has_walls` modelled flood walls hold it back until it stands higher. Where a `series` is given the water
    follows it instead, moment by moment; what it has left it does not keep.
    """

    levels_m: Sequence[float]
    sources: Sequence[tuple[float, float]] = ()
    has_walls: bool = True
    series: LevelSeries | None = None


def flood_study(city: StudiedCity, ask: FloodAsk, progress: Progress) -> Finding:
    """Return the water at its highest level, and the buildings it reaches with the level that does; see `inundated`.

    Raises `InputError` without a terrain, and without any water.
    """
    if city.terrain is None:
        raise InputError(NO_GROUND)
    sources = [shapely.Point(place) for place in ask.sources] or sorted(city.water, key=shapely.area)[-1:]
    if not sources:
        raise InputError(NO_SOURCE)
    terrain, walls = city.terrain, [walls_of(tiles) for tiles in city.walls] if ask.has_walls else []
    for corners in walls:
        terrain = with_walls(terrain, corners)
    flood = inundated(terrain, sources, ask.levels_m if ask.series is None else ask.series.distinct_m, progress)
    wet = wet_buildings(flood, city.plans(), progress)
    method = METHOD.with_values(cell=f"{terrain.cell_x_m:g}", walls=WITH_WALLS if walls else WITHOUT_WALLS)
    names = [city.name_of(one.number) for one in wet]

    def at(level: int) -> Finding:
        return _at_level(flood, level, wet, names, method)

    if ask.series is not None:
        return _over_time(at, ask.series, flood.levels_m.tolist())
    levels = [LEVEL.with_values(level=f"{level:.2f}") for level in flood.levels_m.tolist()]
    whole = at(len(levels) - 1)
    return whole if len(levels) == 1 else replace(whole, course=Course(titles=levels, at=at))


def _over_time(at: Callable[[int], Finding], series: LevelSeries, levels_m: Sequence[float]) -> Finding:
    """Return the water at its highest, with the moment at which it reaches each building, and its way there."""
    rows, highest = series.rows(), at(len(levels_m) - 1)
    first = next(column for column in highest.columns if column.title == FIRST)
    reached = [f"{series.first_at(float(level)):%m-%d %H:%M}" for level in first.values]  # type: ignore[arg-type]
    crest = series.moments[max(range(len(rows)), key=lambda step: rows[step])]
    titles = [STEP.with_values(moment=f"{moment:%m-%d %H:%M}", level=f"{level:.2f}")
              for moment, level in zip(series.moments, series.levels_m, strict=True)]  # fmt: skip
    up = Curve(
        title=COURSE, colour=BLUES[3], is_filled=True, up=np.array(series.levels_m),
        across=np.array([(moment - series.moments[0]).total_seconds() / 3600.0 for moment in series.moments]),
    )  # fmt: skip
    return replace(
        highest,
        summary=_after(highest.summary, CREST.with_values(moment=f"{crest:%m-%d %H:%M}")),
        method=_after(highest.method, FOLLOWS.with_values(count=len(rows))),
        columns=(*highest.columns, Column(title=REACHED, values=reached)),
        chart=Chart(across=HOURS, up=LEVEL_UP, curves=(up,)),
        course=Course(titles=titles, at=lambda step: at(rows[step]), moments=series.moments),
    )


def _after(first: Text, second: Text) -> Text:
    return Text(first.zh + second.zh, f"{first.en} {second.en}")


def _at_level(flood: Inundation, level: int, wet: Sequence[WetBuilding], names: Sequence[str], method: Text) -> Finding:
    """Return the water at one level, and the buildings that it has reached by then."""
    rows = [row for row, one in enumerate(wet) if one.depth_m[level] > 0.0]
    return Finding(
        id="flood", title=TITLE, method=method, legend=_legend(),
        summary=SUMMARY.with_values(
            level=f"{flood.levels_m[level]:.2f}", area=f"{flood.area_m2(level) / 1e4:.1f}",
            volume=f"{flood.volume_m3(level) / 1e4:.1f}", count=len(rows),
        ),
        columns=(
            Column(title=NAME, values=[names[row] for row in rows]),
            Column(title=FIRST, values=[float(flood.levels_m[wet[row].first_level]) for row in rows], decimals=2),
            Column(title=DEEP, values=[float(wet[row].depth_m[level]) for row in rows], decimals=2),
        ),
        facets=_water(flood, level),
        places=[wet[row].place for row in rows],
        subjects=[wet[row].id for row in rows],
    )  # fmt: skip


def _water(flood: Inundation, level: int) -> Facets:
    """Return the surface of the water by classes of its depth."""
    terrain = flood.terrain
    is_wet = (flood.stage >= 0) & (flood.stage <= level)
    depth = flood.levels_m[level] - terrain.heights_m.astype(np.float64)
    classes = np.array(DEPTHS_M)[np.clip(np.searchsorted(DEPTHS_M, depth, side="right") - 1, 0, len(DEPTHS_M) - 1)]
    x = np.asarray(terrain.west + np.arange(depth.shape[1]) * terrain.cell_x_m, np.float64)
    y = np.asarray(terrain.north - np.arange(depth.shape[0]) * terrain.cell_y_m, np.float64)
    return level_surface(x, y, float(flood.levels_m[level]), np.where(is_wet, classes, np.nan))


def _legend() -> FindingLegend:
    words = ("< 0.5", "0.5–1", "1–2", "2–3", "> 3")
    return FindingLegend(
        title=DEPTH,
        steps=[
            LegendStep(least=least, colour=colour, title=Text(word, word))
            for least, colour, word in zip(DEPTHS_M, BLUES, words, strict=True)
        ],
    )
