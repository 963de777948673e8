"""What is seen from a place: single lines, a whole viewshed, and the sky above the ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep, Strokes, points_of, surface_of
from sanping.analysis.looking import sight_lines, sky_directions, sky_view
from sanping.analysis.studies.city import AMBER, GREEN, GREY, LIME, RED, YELLOW, StudiedCity, circle_extent
from sanping.analysis.viewshed import Surface, Viewshed, surface_around, viewshed
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ports.progress import Progress

MOST_ROWS = 500
SKY_RINGS = (16, 48)
ABOVE_M = 1.0
SIGHT, VIEW, SKY = Text("通视分析", "Lines of sight"), Text("视域分析", "Viewshed"), Text("天空可视度", "Sky view")
SIGHT_METHOD = Text(
    "视线与建筑三角面、地形三角网精确求交（Möller–Trumbore），给出第一个遮挡点；不计地球曲率与折光。",
    "Lines are cut exactly with the triangles of buildings and ground (Möller and Trumbore), the first obstruction is "
    "told; without the earth's curvature and refraction.",
)
VIEW_METHOD = Text(
    "视点周围 {radius} 米内按 {cell} 米网格取屋顶与地面，逐格判断视线，目标高出表面 {target} 米；不计地球曲率与折光。",
    "Roofs and ground within {radius} m on a grid of {cell} m, one line a cell to {target} m above it; without the "
    "earth's curvature and refraction.",
)
SKY_METHOD = Text(
    "按余弦加权的 {count} 个方向计算天空可视因子 SVF（Johnson 与 Watson，1984），离地 {height} 米，网格 {cell} 米。",
    "Sky view factor by {count} cosine-weighted directions (Johnson and Watson 1984), {height} m above ground, on a "
    "grid of {cell} m.",
)
CLEAR_SAID = Text("{clear} 条通视，{blocked} 条被遮挡。", "{clear} lines are clear, {blocked} are blocked.")
VIEW_SAID = Text("{radius} 米内 {share}% 可见。", "{share} % of what lies within {radius} m is seen.")
SKY_SAID = Text("平均 {mean}，最低 {least}。", "{mean} on average, {least} at least.")
NUMBER, AWAY, STATE, BY, AT = (
    Text("目标", "Target"), Text("距离 (m)", "Distance (m)"), Text("结果", "Result"), Text("遮挡物", "Blocked by"),
    Text("遮挡距离 (m)", "Blocked at (m)"),
)  # fmt: skip
IS_CLEAR, IS_BLOCKED, SOIL = Text("通视", "clear"), Text("遮挡", "blocked"), Text("地形", "ground")
BUILDING, ROOF = Text("建筑", "Building"), Text("屋顶可见 (%)", "Roof seen (%)")
SEEN, HIDDEN, BEYOND = Text("可见", "Seen"), Text("不可见", "Hidden"), Text("遮挡之后", "Beyond")
FACTOR = Text("天空可视因子", "Sky view factor")


@dataclass(frozen=True, slots=True, kw_only=True)
class SightAsk:
    """Lines from an eye to targets, all in world metres."""

    eye: Point
    targets: Sequence[Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewAsk:
    """What is seen from eyes within `radius_m`, on a grid of `cell_m`, `target_m` above what lies there."""

    eyes: Sequence[Point]
    radius_m: float
    cell_m: float = 4.0
    target_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkyAsk:
    """The sky view around a place, `height_m` above open ground."""

    middle: tuple[float, float]
    radius_m: float
    cell_m: float = 4.0
    height_m: float = 1.5


def sight_study(city: StudiedCity, ask: SightAsk, progress: Progress) -> Finding:
    """Return which targets are seen, and what stands before the others."""
    progress.report(0.1, SIGHT)
    eye, targets = np.array(ask.eye), np.array(ask.targets, np.float64).reshape(-1, 3)
    lines = sight_lines(city.blockers(_box(np.vstack([eye, targets]))), eye, targets)
    clear, by = lines.is_clear, lines.blocked_by.tolist()
    at = np.linalg.norm(lines.blocked_at - eye, axis=1)
    ends, values = [], []
    for row, target in enumerate(targets):
        stop = target if clear[row] else lines.blocked_at[row]
        ends.append((eye, stop))
        values.append(0.0 if clear[row] else 1.0)
        if not clear[row]:
            ends.append((stop, target))
            values.append(2.0)
    steps = ((0.0, GREEN, SEEN), (1.0, RED, HIDDEN), (2.0, GREY, BEYOND))
    return Finding(
        id="sight", title=SIGHT, method=SIGHT_METHOD,
        summary=CLEAR_SAID.with_values(clear=int(clear.sum()), blocked=int((~clear).sum())),
        legend=FindingLegend(title=SIGHT, steps=[LegendStep(least=a, colour=c, title=t) for a, c, t in steps]),
        columns=(
            Column(title=NUMBER, values=[float(row + 1) for row in range(len(targets))], decimals=0),
            Column(title=AWAY, values=np.linalg.norm(targets - eye, axis=1).tolist()),
            Column(title=STATE, values=[IS_CLEAR if seen else IS_BLOCKED for seen in clear]),
            Column(title=BY, values=["" if s else city.name_of(n) or SOIL for n, s in zip(by, clear, strict=True)]),
            Column(title=AT, values=["" if seen else float(away) for away, seen in zip(at, clear, strict=True)]),
        ),
        strokes=Strokes(ends=np.array(ends).reshape(-1, 2, 3), values=np.array(values), is_on_top=True),
        places=points_of(targets),
    )  # fmt: skip


def view_study(city: StudiedCity, ask: ViewAsk, progress: Progress) -> Finding:
    """Return what of ground and roofs is seen; from several eyes by how many."""
    eyes = np.array(ask.eyes, np.float64).reshape(-1, 3)
    box = _box(eyes)
    middle = ((box.west + box.east) / 2, (box.south + box.north) / 2)
    reach = ask.radius_m + max(box.east - box.west, box.north - box.south) / 2
    blockers = city.blockers(circle_extent(middle, reach))
    otherwise = float(city.ground(eyes[:1])[0])
    surface = surface_around(blockers, middle, reach, ask.cell_m, otherwise)
    found = viewshed(blockers, eyes, surface, ask.radius_m, progress, ask.target_m)
    values = np.where(found.seen < 0, np.nan, found.seen / found.eyes)
    columns, places = _roofs(city, found, eyes[0])
    return Finding(
        id="viewshed", title=VIEW, legend=_view_legend(len(eyes)),
        summary=VIEW_SAID.with_values(radius=f"{ask.radius_m:.0f}", share=f"{100 * found.share:.1f}"),
        method=VIEW_METHOD.with_values(
            radius=f"{ask.radius_m:.0f}", cell=f"{ask.cell_m:g}", target=f"{ask.target_m:g}"
        ),
        facets=surface_of(surface.x_m, surface.y_m, _over_slopes(surface) + ABOVE_M, values),
        columns=columns, places=places,
    )  # fmt: skip


def _over_slopes(surface: Surface) -> Float64Array:
    """Return heights (r, c) at which level squares lie over sloping roofs: the highest of a cell and its neighbours."""
    heights, owner = np.pad(surface.heights_m, 1, mode="edge"), np.pad(surface.owner, 1, mode="edge")
    rows, columns = surface.heights_m.shape
    found = surface.heights_m.copy()
    for down in range(3):
        for right in range(3):
            beside = (slice(down, down + rows), slice(right, right + columns))
            is_same = (owner[beside] == surface.owner) & (surface.owner >= 0)
            found = np.where(is_same, np.maximum(found, heights[beside]), found)
    return found


def _roofs(city: StudiedCity, found: Viewshed, eye: Float64Array) -> tuple[tuple[Column, ...], tuple[Point, ...]]:
    """Return the table of the roofs that are seen, the nearest first, and where they are."""
    within = (found.seen >= 0) & (found.surface.owner >= 0)
    owner, seen = found.surface.owner[within], found.seen[within] > 0
    east, north = np.meshgrid(found.surface.x_m, found.surface.y_m)
    numbers, row, cells = np.unique(owner, return_inverse=True, return_counts=True)
    share = np.bincount(row, weights=seen, minlength=len(numbers)) / np.maximum(cells, 1)
    spots = [np.bincount(row, weights=part[within], minlength=len(numbers)) / np.maximum(cells, 1)
             for part in (east, north, found.surface.heights_m)]  # fmt: skip
    place = np.column_stack(spots) if len(numbers) else np.zeros((0, 3))
    away = np.hypot(place[:, 0] - eye[0], place[:, 1] - eye[1])
    order = np.argsort(away, kind="stable")
    order = order[share[order] > 0.0][:MOST_ROWS]
    columns = (
        Column(title=BUILDING, values=[city.name_of(int(numbers[n])) for n in order]),
        Column(title=AWAY, values=away[order].tolist(), decimals=0),
        Column(title=ROOF, values=(100.0 * share[order]).tolist(), decimals=0),
    )
    return columns, points_of(place[order])


def _view_legend(eyes: int) -> FindingLegend:
    if eyes == 1:
        steps = [
            LegendStep(least=0.0, colour=RED, title=HIDDEN, strength=0.45),
            LegendStep(least=0.5, colour=GREEN, title=SEEN, strength=0.75),
        ]
        return FindingLegend(title=VIEW, steps=steps)
    bounds = (
        (0.0, RED, "0"),
        (1e-6, AMBER, "< 1/3"),
        (1 / 3, YELLOW, "1/3–2/3"),
        (2 / 3, LIME, "> 2/3"),
        (1.0, GREEN, "1"),
    )
    return FindingLegend(
        title=Text("看得见的视点比例", "Share of eyes that see it"),
        steps=[LegendStep(least=least, colour=colour, title=Text(word, word)) for least, colour, word in bounds],
    )


def sky_study(city: StudiedCity, ask: SkyAsk, progress: Progress) -> Finding:
    """Return the sky view factor of open ground around a place."""
    blockers = city.blockers(circle_extent(ask.middle, ask.radius_m))
    surface = surface_around(
        blockers, ask.middle, ask.radius_m, ask.cell_m, float(city.ground(np.array([ask.middle]))[0])
    )
    east, north = np.meshgrid(surface.x_m, surface.y_m)
    near = np.hypot(east - ask.middle[0], north - ask.middle[1]) <= ask.radius_m
    is_open = near & (surface.owner < 0)
    points = np.column_stack([east[is_open], north[is_open], surface.heights_m[is_open] + ask.height_m])
    values = np.full(east.shape, np.nan)
    values[is_open] = found = sky_view(blockers, points, progress, sky_directions(*SKY_RINGS))
    mean, rays = float(found.mean()) if len(found) else 1.0, SKY_RINGS[0] * SKY_RINGS[1]
    bounds = ((0.0, RED, "0–0.2"), (0.2, AMBER, "0.2–0.4"), (0.4, YELLOW, "0.4–0.6"), (0.6, LIME, "0.6–0.8"),
              (0.8, GREEN, "0.8–1"))  # fmt: skip
    return Finding(
        id="sky", title=SKY,
        summary=SKY_SAID.with_values(mean=f"{mean:.2f}", least=f"{found.min(initial=1.0):.2f}"),
        method=SKY_METHOD.with_values(count=rays, height=f"{ask.height_m:g}", cell=f"{ask.cell_m:g}"),
        legend=FindingLegend(
            title=FACTOR, steps=[LegendStep(least=a, colour=c, title=Text(word, word)) for a, c, word in bounds]
        ),
        facets=surface_of(surface.x_m, surface.y_m, surface.heights_m + ABOVE_M, values),
    )  # fmt: skip


def _box(places: Float64Array) -> Extent:
    low, high = places[:, :2].min(axis=0), places[:, :2].max(axis=0)
    return Extent(west=float(low[0]), south=float(low[1]), east=float(high[0]), north=float(high[1]))
