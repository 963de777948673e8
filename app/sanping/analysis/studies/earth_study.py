"""How much earth is moved to bring an area to a level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.earthwork import Formation, balanced_level, earthwork
from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep, tiles_on
from sanping.analysis.studies.city import AMBER, BLUES, GREY, RED, StudiedCity
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ports.progress import Progress

MOST_SQUARES = 60_000
TITLE = Text("挖填方", "Cut and fill")
METHOD = Text(
    "方格网法：{cell} 米方格取地形双线性高程，边界方格按面积折算；不计松散系数、边坡与建筑基坑。",
    "Squares of {cell} m with bilinear heights of the ground, those at the rim by their share; without bulking, slopes "
    "and foundations.",
)
SUMMARY = Text(
    "整平到 {level} 米：挖 {cut} 万立方米，填 {fill} 万立方米；挖填平衡标高 {balance} 米。",
    "To bring it to {level} m, {cut} 10⁴ m³ are cut and {fill} filled; both are equal at {balance} m.",
)
NO_GROUND = Text("没有地形，不能计算挖填方；请先打开一个地形图层", "There is no ground to move: open a terrain first")
NO_AREA = Text("所选的角点围不成面积；请依次点至少三个角", "These corners enclose nothing: click three or more")
CHANGE, WHAT, VALUE = Text("填高（米）", "Filled (m)"), Text("项目", "What"), Text("数值", "Value")
ROWS = (Text("挖方 (m³)", "Cut (m³)"), Text("填方 (m³)", "Fill (m³)"), Text("净填方 (m³)", "Net fill (m³)"),
        Text("面积 (m²)", "Area (m²)"), Text("设计标高 (m)", "Level (m)"),
        Text("平衡标高 (m)", "Balanced level (m)"))  # fmt: skip
STEPS = ((-1e9, RED, Text("挖 1 米以上", "cut by more than 1 m")), (-1.0, AMBER, Text("挖 0.1–1 米", "cut by 0.1–1 m")),
         (-0.1, GREY, Text("±0.1 米", "±0.1 m")), (0.1, BLUES[1], Text("填 0.1–1 米", "filled by 0.1–1 m")),
         (1.0, BLUES[3], Text("填 1 米以上", "filled by more than 1 m")))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EarthAsk:
    """An area by its corners, to be brought to `level_m`; None for the level at which cut is fill."""

    corners: Sequence[tuple[float, float]]
    level_m: float | None = None


def earth_study(city: StudiedCity, ask: EarthAsk, progress: Progress) -> Finding:
    """Return cut and fill of an area. Raises `InputError` without a terrain, and where corners enclose nothing."""
    progress.report(0.1, TITLE)
    if city.terrain is None:
        raise InputError(NO_GROUND)
    area = shapely.Polygon(ask.corners).buffer(0) if len(ask.corners) >= 3 else shapely.Polygon()
    if area.area < 1.0:
        raise InputError(NO_AREA)
    cell_m = max(1.0, float(np.sqrt(area.area / MOST_SQUARES)))
    balance = balanced_level(city.terrain, area, cell_m)
    level = balance if ask.level_m is None else ask.level_m
    progress.report(0.5, TITLE)
    work = earthwork(city.terrain, area, Formation(level_m=level), cell_m)
    amounts = (work.cut_m3, work.fill_m3, work.net_m3, work.area_m2, level, balance)
    at = np.column_stack([work.at, np.maximum(level, level - work.change_m) + 0.3])
    return Finding(
        id="earth", title=TITLE,
        summary=SUMMARY.with_values(
            level=f"{level:.2f}", cut=f"{work.cut_m3 / 1e4:.2f}", fill=f"{work.fill_m3 / 1e4:.2f}",
            balance=f"{balance:.2f}",
        ),
        method=METHOD.with_values(cell=f"{cell_m:.1f}"),
        legend=FindingLegend(
            title=CHANGE, steps=[LegendStep(least=least, colour=colour, title=title) for least, colour, title in STEPS]
        ),
        columns=(Column(title=WHAT, values=ROWS), Column(title=VALUE, values=amounts, decimals=2)),
        facets=tiles_on(at, np.zeros_like(at), work.change_m, cell_m),
    )  # fmt: skip
