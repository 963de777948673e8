"""What a planner measures: the kinds, how many places each takes, and the figures that come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sanping.analysis import measuring
from sanping.analysis.closedness import edges_of, open_edges
from sanping.analysis.earthwork import Formation, earthwork
from sanping.domain.geo import Float64Array
from sanping.domain.grid_scale import GridScale
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.view import Point

MeasureKind = Literal["distance", "height", "area", "angle", "direction", "building", "earth"]
_MOST_SQUARES = 200_000.0


NO_REMARK = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindEntry:
    """A kind of measurement: its words, and how many places end it; `most` 0 for as many as one likes."""

    name: MeasureKind
    title: Text
    hint: Text
    least: int
    most: int = 0
    is_closed: bool = False


KINDS: tuple[KindEntry, ...] = (
    KindEntry(name="distance", title=Text("距离", "Distance"), least=2,
              hint=Text("逐点点击，双击或 Enter 结束。", "Click place by place; end by a double click or Enter.")),
    KindEntry(name="height", title=Text("高差", "Height"), least=2, most=2,
              hint=Text("点击两处，得到高差。", "Click two places for the height between them.")),
    KindEntry(name="area", title=Text("面积", "Area"), least=3, is_closed=True,
              hint=Text("逐点点击轮廓，双击或 Enter 闭合。",
                        "Click the outline; close it by a double click or Enter.")),
    KindEntry(name="angle", title=Text("夹角", "Angle"), least=3, most=3,
              hint=Text("点击一边、角顶、另一边。", "Click one side, the corner, the other side.")),
    KindEntry(name="direction", title=Text("方位与坡度", "Direction"), least=2, most=2,
              hint=Text("点击起点与终点，得到方位角与坡度。", "Click start and end for azimuth and slope.")),
    KindEntry(name="building", title=Text("建筑", "Building"), least=1, most=1,
              hint=Text("点击一栋建筑，得到高度、体积与表面积。",
                        "Click a building for its height, volume and surface.")),
    KindEntry(name="earth", title=Text("土方", "Earthwork"), least=3, is_closed=True,
              hint=Text("点击场地轮廓，双击或 Enter 闭合；与下面的标高比较。",
                        "Click the outline of a site and close it; its ground is compared with the level below.")),
)  # fmt: skip
ENTRIES = {entry.name: entry for entry in KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a measurement."""

    title: Text
    value: float
    unit: str
    decimals: int = 2

    @property
    def written(self) -> str:
        """The number with its unit, as it is read."""
        joint = "" if self.unit in ("°", "%") else " "
        return f"{round(self.value, self.decimals) + 0.0:,.{self.decimals}f}{joint}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A finished measurement: its places in world metres, its figures with the main one first, and a remark."""

    kind: MeasureKind
    points: tuple[Point, ...]
    figures: tuple[Figure, ...]
    remark: Text = NO_REMARK


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What figures depend on besides their places: the ground, the projection there, the level of earthwork."""

    terrain: Terrain | None = None
    scale: GridScale | None = None
    level_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBuilding:
    """A building as it is measured: triangles (t, 3, 3) in world metres, and the ground at its middle, if known."""

    title: Text
    corners: Float64Array
    ground_m: float | None = None


def measured(kind: MeasureKind, points: Sequence[Point], around: Surroundings) -> Measurement | None:
    """Return the figures of places so far; None while there are too few. A building goes by `measured_building`."""
    entry = ENTRIES[kind]
    if kind == "building" or len(points) < entry.least:
        return None
    places = np.array(points, np.float64)
    return Measurement(kind=kind, points=tuple(points), figures=tuple(_FIGURES[kind](places, around)))


def measured_building(at: Point, building: MeasuredBuilding) -> Measurement:
    """Return height over the foot, volume and surface of a building."""
    corners = building.corners
    low, high = float(corners[:, :, 2].min()), float(corners[:, :, 2].max())
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    surface = length / 2.0
    is_up = normal[:, 2] > 0.2 * np.maximum(length, 1e-12)
    holes = open_edges(edges_of(corners.reshape(-1, 3), np.arange(3 * len(corners), dtype=np.int32).reshape(-1, 3),
                                np.zeros(len(corners), np.int64)), 0)  # fmt: skip
    middle = corners.reshape(-1, 3).mean(axis=0)
    figures = [
        Figure(title=_HEIGHT_OVER_FOOT, value=high - low, unit="m"),
        *([] if building.ground_m is None else [
            Figure(title=_HEIGHT_OVER_GROUND, value=high - building.ground_m, unit="m")]),
        Figure(title=_TOP, value=high, unit="m"),
        Figure(title=_VOLUME, value=measuring.volume_m3(corners), unit="m³", decimals=1),
        Figure(title=_ROOFS, value=float(surface[is_up].sum()), unit="m²", decimals=1),
        Figure(title=_WALLS, value=float(surface[np.abs(normal[:, 2]) <= 0.2 * length].sum()), unit="m²", decimals=1),
    ]  # fmt: skip
    remark = Text(f"{building.title.zh}", f"{building.title.en}")
    if holes:
        remark = _LEAKY.with_values(name=building.title, count=holes)
    top = (float(middle[0]), float(middle[1]), high)
    return Measurement(kind="building", points=((top[0], top[1], low), top), figures=tuple(figures), remark=remark)


def live_words(kind: MeasureKind, points: Sequence[Point]) -> Text | None:
    """Return the main figure of what is being drawn, as far as it is known at once."""
    quick: MeasureKind = "area" if kind == "earth" else kind
    found = measured(quick, points, Surroundings())
    if found is None and len(points) > 1:
        found = measured("distance", points, Surroundings())
    if found is None:
        return None
    main = found.figures[0]
    return Text(f"{main.title.zh} {main.written}", f"{main.title.en} {main.written}")


def scale_remark(scale: GridScale | None, height_m: float) -> Text:
    """Say what the projection does to lengths here."""
    if scale is None:
        return _NO_SCALE
    return _SCALE.with_values(
        scale=f"{scale.scale:.7f}", kilometre=f"{scale.on_ground(1000.0, height_m):.3f}",
        turn=f"{scale.convergence_deg:+.4f}", height=f"{height_m:.0f}",
    )  # fmt: skip


def table_of(measurements: Sequence[Measurement]) -> list[tuple[Text, ...]]:
    """Return the lines of a table: number, kind, figure, value, unit, remark."""
    return [
        (_plain(str(number)), ENTRIES[one.kind].title, figure.title,
         _plain(f"{round(figure.value, figure.decimals) + 0.0:.{figure.decimals}f}"), _plain(figure.unit), one.remark)
        for number, one in enumerate(measurements, start=1)
        for figure in one.figures
    ]  # fmt: skip


def _plain(words: str) -> Text:
    return Text(words, words)


def _distance(places: Float64Array, around: Surroundings) -> list[Figure]:
    flat = measuring.horizontal_length_m(places)
    found = [Figure(title=_SLOPE_LENGTH, value=measuring.slope_length_m(places), unit="m"),
             Figure(title=_FLAT_LENGTH, value=flat, unit="m")]  # fmt: skip
    if around.terrain is not None:
        found.append(Figure(title=_ON_GROUND, value=measuring.ground_length_m(places, around.terrain), unit="m"))
    if around.scale is not None:
        true = around.scale.on_ground(flat, float(places[:, 2].mean()))
        found.append(Figure(title=_TRUE_LENGTH, value=true, unit="m", decimals=3))
    return [*found, Figure(title=_RISE, value=float(places[-1, 2] - places[0, 2]), unit="m")]


def _height(places: Float64Array, _around: Surroundings) -> list[Figure]:
    start, end = places
    return [Figure(title=_RISE, value=float(end[2] - start[2]), unit="m"),
            Figure(title=_FLAT_LENGTH, value=measuring.horizontal_length_m(places), unit="m"),
            Figure(title=_SLOPE_LENGTH, value=measuring.slope_length_m(places), unit="m")]  # fmt: skip


def _area(places: Float64Array, around: Surroundings) -> list[Figure]:
    plan = measuring.plan_area_m2(places)
    found = [Figure(title=_PLAN_AREA, value=plan, unit="m²", decimals=1)]
    ground = measuring.ground_area_m2(places, around.terrain)
    if ground is not None:
        found.append(Figure(title=_GROUND_AREA, value=ground, unit="m²", decimals=1))
    found.append(Figure(title=_INCLINED_AREA, value=measuring.inclined_area_m2(places), unit="m²", decimals=1))
    if around.scale is not None:
        true = around.scale.area_on_ground(plan, float(places[:, 2].mean()))
        found.append(Figure(title=_TRUE_AREA, value=true, unit="m²", decimals=1))
    closed = np.concatenate([places, places[:1]])
    return [*found, Figure(title=_PERIMETER, value=measuring.horizontal_length_m(closed), unit="m")]


def _angle(places: Float64Array, _around: Surroundings) -> list[Figure]:
    one, corner, other = (_point(place) for place in places)
    flat = [(x, y, 0.0) for x, y, _ in (one, corner, other)]
    return [Figure(title=_ANGLE, value=measuring.angle_deg(one, corner, other), unit="°"),
            Figure(title=_FLAT_ANGLE, value=measuring.angle_deg(*flat), unit="°")]  # fmt: skip


def _direction(places: Float64Array, around: Surroundings) -> list[Figure]:
    start, end = (_point(place) for place in places)
    azimuth = measuring.azimuth_deg(start, end)
    found = [Figure(title=_AZIMUTH, value=azimuth, unit="°", decimals=3)]
    if around.scale is not None:
        true = (azimuth + around.scale.convergence_deg) % 360.0
        found.append(Figure(title=_TRUE_AZIMUTH, value=true, unit="°", decimals=3))
    flat = measuring.horizontal_length_m(places)
    found.append(Figure(title=_SLOPE, value=measuring.slope_deg(start, end), unit="°"))
    if flat > 0.0:
        found.append(Figure(title=_GRADIENT, value=100.0 * (end[2] - start[2]) / flat, unit="%"))
    return [*found, Figure(title=_FLAT_LENGTH, value=flat, unit="m")]


def _earth(places: Float64Array, around: Surroundings) -> list[Figure]:
    plan = measuring.plan_of(places)
    if around.terrain is None or plan.area == 0.0:
        return [Figure(title=_PLAN_AREA, value=float(plan.area), unit="m²", decimals=1)]
    cell = max(min(1.0, plan.area**0.5 / 40.0), (plan.area / _MOST_SQUARES) ** 0.5)
    work = earthwork(around.terrain, plan, Formation(level_m=around.level_m), cell)
    return [Figure(title=_OVER, value=work.cut_m3, unit="m³", decimals=1),
            Figure(title=_UNDER, value=work.fill_m3, unit="m³", decimals=1),
            Figure(title=_NET, value=work.net_m3, unit="m³", decimals=1),
            Figure(title=_LEVEL, value=around.level_m, unit="m"),
            Figure(title=_PLAN_AREA, value=work.area_m2, unit="m²", decimals=1)]  # fmt: skip


def _point(place: Float64Array) -> Point:
    return (float(place[0]), float(place[1]), float(place[2]))


_FIGURES = {"distance": _distance, "height": _height, "area": _area, "angle": _angle, "direction": _direction,
            "earth": _earth}  # fmt: skip
_SLOPE_LENGTH, _FLAT_LENGTH = Text("斜距", "Slope length"), Text("水平距离", "Horizontal length")
_ON_GROUND, _RISE = Text("沿地面长度", "Length on the ground"), Text("高差", "Rise")
_TRUE_LENGTH = Text("实地水平距离", "Length on the earth")
_PLAN_AREA, _GROUND_AREA = Text("水平面积", "Area in plan"), Text("地表面积", "Area of the ground")
_INCLINED_AREA, _TRUE_AREA = Text("斜面面积", "Area in its plane"), Text("实地水平面积", "Area on the earth")
_PERIMETER, _ANGLE, _FLAT_ANGLE = (
    Text("周长", "Perimeter"),
    Text("空间夹角", "Angle"),
    Text("水平夹角", "Angle in plan"),
)
_AZIMUTH, _TRUE_AZIMUTH = Text("坐标方位角", "Grid azimuth"), Text("真方位角", "True azimuth")
_SLOPE, _GRADIENT = Text("坡角", "Slope"), Text("坡度", "Gradient")
_HEIGHT_OVER_FOOT = Text("建筑高度（自底）", "Height over the foot")
_HEIGHT_OVER_GROUND = Text("建筑高度（自地面）", "Height over the ground")
_TOP, _VOLUME = Text("顶部高程", "Level of the top"), Text("体积", "Volume")
_ROOFS, _WALLS = Text("屋面面积", "Roofs"), Text("墙面面积", "Walls")
_OVER, _UNDER = (
    Text("标高以上土方（挖）", "Earth over the level (cut)"),
    Text("标高以下土方（填）", "Room under it (fill)"),
)
_NET, _LEVEL = Text("净土方（填减挖）", "Fill less cut"), Text("设计标高", "Level")
_LEAKY = Text("{name}：模型不封闭（{count} 条开边），体积仅供参考",
              "{name}: the model is not closed ({count} open edges), so its volume is a rough one")  # fmt: skip
_SCALE = Text(
    "图上长度是投影平面上的米。此处投影长度比 {scale}，高程 {height} 米；平面 1 000 米在实地为 {kilometre} 米。"
    "子午线收敛角 {turn}°。",
    "Lengths are metres of the projection. Its scale here is {scale} at a height of {height} m: 1 000 m of the plane "
    "are {kilometre} m on the earth. Convergence {turn}°.",
)
_NO_SCALE = Text(
    "此孪生没有投影坐标系，长度即模型中的米。", "This twin has no projected CRS: lengths are those of the model."
)
