"""A plan's alternative in the picture: its blocks, a red ghost of what goes, the border of its area."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sanping.analysis.findings import NO_FACETS, NO_STROKES, Facets, Finding, FindingLegend, LegendStep, Strokes
from sanping.analysis.mass_tiles import tiles_of_masses
from sanping.domain.geo import Float64Array, GeoFrame, Int32Array
from sanping.domain.plan import Mass, Outline
from sanping.domain.text import Text
from sanping.scene.content import SceneContent
from sanping.scene.context import SceneContext
from sanping.stage.plan_shown import PLAN_LAYER, ShownPlan, as_masses

_BORDER, _GONE = 0.0, 1.0
_LIFT_M, _STEP_M, _WIDTH_M = 2.0, 8.0, 1.6
_TITLE = Text("规划方案", "Scheme")
_LEGEND = FindingLegend(
    title=_TITLE,
    steps=(
        LegendStep(least=_BORDER, colour=(255, 214, 90), title=Text("规划范围", "Planned area"), strength=0.9),
        LegendStep(least=_GONE, colour=(255, 60, 48), title=Text("拆除", "Demolished"), strength=0.42),
    ),
)


class PlanView:
    """Shows one alternative in the content of a scene; detailed models are layers that others add."""

    def __init__(self, context: SceneContext, content: SceneContent) -> None:
        self._context, self._content = context, content
        self._shown: ShownPlan | None = None
        self._masses: tuple[Mass, ...] = ()
        self._key: object = None

    def follow(self, shown: ShownPlan | None) -> bool:
        """Show an alternative, None for none; say whether layers came or went."""
        names = frozenset(self._content.names)
        wanted = {model.layer for model in shown.models} if shown is not None and shown.view != "before" else set()
        stray = [name for name in names if name.startswith(f"{PLAN_LAYER}:") and name not in wanted]
        for name in stray:
            self._content.remove(name)
        blocks = () if shown is None else as_masses(shown)
        masses = tuple(mass for model, mass in blocks if model not in names or model in stray)
        has_changed = bool(stray) or masses != self._masses or (bool(masses) and PLAN_LAYER not in names)
        if has_changed:
            self._masses = masses
            tiles = tiles_of_masses(masses, GeoFrame(crs=""))
            if tiles is None:
                self._content.remove(PLAN_LAYER)
            else:
                self._content.add_tiles(PLAN_LAYER, "buildings", tiles)
        key = (shown, names, self._context.terrain is None)
        if key != self._key:
            self._key = key
            self._content.governed.show_finding("scheme", None if shown is None else self._drawn(shown))
        return has_changed

    def _drawn(self, shown: ShownPlan) -> Finding:
        """Return the border of the area, and the ghost of what goes where both states are compared."""
        facets = self._ghost(shown) if shown.view == "compare" else NO_FACETS
        return Finding(
            id="scheme", title=_TITLE, summary=_TITLE, method=_TITLE, legend=_LEGEND, facets=facets,
            strokes=self._border(shown.area),
        )  # fmt: skip

    def _border(self, area: Outline) -> Strokes:
        if len(area) < 3:
            return NO_STROKES
        corners: Float64Array = np.array([*area, area[0]], np.float64) - self._context.centre[:2]
        runs = [np.zeros((0, 2))]
        for start, end in pairwise(corners):
            steps = max(1, int(np.hypot(*(end - start)) // _STEP_M))
            runs.append(start + (end - start) * np.linspace(0.0, 1.0, steps, endpoint=False)[:, None])
        flat = np.concatenate([*runs, corners[-1:]])
        line = np.column_stack([flat, self._context.ground_at(flat) + _LIFT_M]) + self._context.centre
        ends = np.stack([line[:-1], line[1:]], axis=1)
        return Strokes(ends=ends, values=np.full(len(ends), _BORDER), is_on_top=True, width_m=_WIDTH_M)

    def _ghost(self, shown: ShownPlan) -> Facets:
        points: list[Float64Array] = []
        triangles: list[Int32Array] = []
        first = 0
        there = [(layer, ids) for layer, ids in shown.gone.items() if layer in self._content.names]
        for layer, ids in there:
            for near, corners in self._content.solids_of(layer, ids):
                points.append(near.astype(np.float64) + self._context.centre)
                triangles.append(corners + np.int32(first))
                first += len(near)
        return _facets(points, triangles)


def _facets(points: Sequence[Float64Array], triangles: Sequence[Int32Array]) -> Facets:
    if not points:
        return NO_FACETS
    corners = np.concatenate(triangles)
    return Facets(points=np.concatenate(points), triangles=corners, values=np.full(len(corners), _GONE))
