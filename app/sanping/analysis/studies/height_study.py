"""Which buildings rise above a limit: a zone, the cone of flights around a pad, or a view that is kept free."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanping.analysis.findings import Column, Facets, Finding, FindingLegend, LegendStep, Strokes
from sanping.analysis.height_control import Breach, LimitSurface, breaches
from sanping.analysis.studies.city import AMBER, RED, YELLOW, StudiedCity, circle_extent, grown
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

STEP_M = 6.0
LINES = 13
LINE_POINTS = 49
TITLE = Text("限高分析", "Height control")
CHECKING = Text("检查建筑高度", "Checking heights")
METHOD = Text(
    "把每栋建筑（每 {step} 米一级的分段屋顶）的轮廓按 1 米加密，与限高面逐点比较，取超出最多处；限高面：{names}。"
    "以有效的规划与净空文件为准。",
    "Outlines of every building (roofs in steps of {step} m) are compared metre by metre with the surface, "
    "and the worst place is told; surfaces: {names}. Plans that are in force count.",
)
NONE_OVER = Text("没有建筑超出限高。", "No building is above the limit.")
SOME_OVER = Text(
    "{count} 栋建筑超出限高，最多超出 {most} 米。", "{count} buildings are above the limit, at most by {most} m."
)
OVER, LIMIT, TOP, NAME, SURFACE = (
    Text("超出 (m)", "Over (m)"), Text("限高 (m)", "Limit (m)"), Text("顶高 (m)", "Top (m)"), Text("建筑", "Building"),
    Text("限高面", "Surface"),
)  # fmt: skip
SHEET = Text("限高面", "The limit")
SHEET_BLUE = (90, 190, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightAsk:
    """Surfaces to check against, and where to draw them: within `radius_m` of a place."""

    surfaces: Sequence[LimitSurface]
    middle: tuple[float, float]
    radius_m: float


def height_study(city: StudiedCity, ask: HeightAsk, progress: Progress) -> Finding:
    """Return the buildings above the surfaces, the worst first, and the surfaces as a net of lines."""
    progress.report(0.1, CHECKING)
    box = grown(circle_extent(ask.middle, ask.radius_m), 100.0)
    found = breaches(city.plans(STEP_M, box), ask.surfaces)
    progress.report(0.7, CHECKING)
    net = _net(ask)
    posts = np.array([[(x, y, one.limit_m), (x, y, z)] for one in found for x, y, z in [one.place]]).reshape(-1, 2, 3)
    names = Text("、".join(one.title.zh for one in ask.surfaces), ", ".join(one.title.en for one in ask.surfaces))
    worst = f"{found[0].over_m:.1f}" if found else ""
    return Finding(
        id="height", title=TITLE,
        summary=SOME_OVER.with_values(count=len(found), most=worst) if found else NONE_OVER,
        method=METHOD.with_values(step=f"{STEP_M:g}", names=names),
        legend=_legend(),
        columns=(
            Column(title=NAME, values=[city.name_of(one.number) for one in found]),
            Column(title=OVER, values=[one.over_m for one in found]),
            Column(title=TOP, values=[one.top_m for one in found]),
            Column(title=LIMIT, values=[one.limit_m for one in found]),
            Column(title=SURFACE, values=[one.surface for one in found]),
        ),
        facets=_bodies(city, ask, found),
        strokes=Strokes(
            ends=np.concatenate([net, posts]),
            values=np.concatenate([np.full(len(net), -1.0), np.full(len(posts), 15.0)]),
        ),
        places=[one.place for one in found],
        subjects=[one.id for one in found],
    )  # fmt: skip


def _bodies(city: StudiedCity, ask: HeightAsk, found: Sequence[Breach]) -> Facets:
    """Return the buildings that are too high, coloured by how much."""
    box = circle_extent(ask.middle, ask.radius_m)
    for one in found:
        box = box.merged(Extent(west=one.place[0], east=one.place[0], south=one.place[1], north=one.place[1]))
    solids = city.solids(grown(box, 200.0))
    over = {one.number: one.over_m for one in found}
    is_over = np.isin(solids.owner, list(over))
    corners = solids.corners[is_over]
    return Facets(
        points=corners.reshape(-1, 3),
        triangles=np.arange(3 * len(corners), dtype=np.int32).reshape(-1, 3),
        values=np.array([over[number] for number in solids.owner[is_over].tolist()], np.float64),
    )


def _net(ask: HeightAsk) -> Float64Array:
    """Return the surfaces, the lowest of them everywhere, as lines from west to east and from south to north."""
    along = np.linspace(-ask.radius_m, ask.radius_m, LINE_POINTS)
    pieces = []
    for offset in np.linspace(-ask.radius_m, ask.radius_m, LINES):
        for is_across in (False, True):
            across = np.full(LINE_POINTS, offset)
            at = np.column_stack([across, along] if is_across else [along, across]) + np.array(ask.middle)
            limit = np.min([surface.limit_m(at) for surface in ask.surfaces], axis=0)
            line = np.column_stack([at, limit])
            piece = np.stack([line[:-1], line[1:]], axis=1)
            pieces.append(piece[np.isfinite(piece).all(axis=(1, 2))])
    return np.concatenate([np.zeros((0, 2, 3)), *pieces])


def _legend() -> FindingLegend:
    steps = ((-1.0, SHEET_BLUE, SHEET), (0.0, YELLOW, Text("0–5", "0–5")), (5.0, AMBER, Text("5–15", "5–15")),
             (15.0, RED, Text("> 15", "> 15")))  # fmt: skip
    return FindingLegend(title=OVER, steps=[LegendStep(least=a, colour=c, title=t) for a, c, t in steps])
