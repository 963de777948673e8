"""How objects that a query found are shown in the city: outlines on the ground, alone, and seen from near."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.findings import Finding, FindingLegend, LegendStep, Rgb, Strokes
from sanping.analysis.ground_heights import ground_at
from sanping.commands.desk_state import DeskState, Outcome
from sanping.commands.object_query import ObjectTable, QueryResult
from sanping.commands.view_decisions import seen_from_here
from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, Point
from sanping.stage.history import remembered
from sanping.stage.state import FeatureRef

FOUND: Rgb = (255, 196, 64)
MOST_ALONE = 5000
"""More objects than these are not shown alone: they travel to every screen by their names."""
MOST_STROKES, MOST_DOTS = 60_000, 400
LIFT_M, WIDTH_M = 1.5, 3.0
_TITLE = Text("查询结果", "What was found")


def shown_alone(state: DeskState, refs: Sequence[FeatureRef]) -> Outcome:
    """Hide every other object; without any show all again. One step of the history."""
    alone = tuple(refs)
    if alone == state.stage.isolated:
        return Outcome(state=state)
    history = remembered(state.history, state.stage)
    return Outcome(state=replace(state, history=history, stage=replace(state.stage, isolated=alone)))


def seen_near(state: DeskState, table: ObjectTable, row: int) -> CameraPose:
    """Return a pose that shows an object from the present side."""
    place, size_m = table.place(row)
    return seen_from_here(place, size_m, state.stage.camera, state.home.fov_deg)


def outlines_on_ground(result: QueryResult, terrain: Terrain | None, otherwise_m: float) -> Finding | None:
    """Return lines and borders of the flat objects found, laid on the ground; None where there are none."""
    ends = [_edges(part.table.content.geometries[part.numbers])
            for part in result.parts if isinstance(part.table.content, VectorLayer)]  # fmt: skip
    flat = np.concatenate([np.zeros((0, 2, 2)), *ends])[:MOST_STROKES]
    if not len(flat):
        return None
    heights = ground_at(terrain, flat.reshape(-1, 2), otherwise_m).reshape(-1, 2, 1) + LIFT_M
    legend = FindingLegend(title=_TITLE, steps=(LegendStep(least=0.0, colour=FOUND, title=_TITLE),))
    strokes = Strokes(ends=np.concatenate([flat, heights], axis=2), values=np.zeros(len(flat)), width_m=WIDTH_M)
    return Finding(id="query", title=_TITLE, summary=_TITLE, method=_TITLE, legend=legend, strokes=strokes)


def dots(result: QueryResult) -> list[Point]:
    """Return the places of the first points among what was found."""
    found: list[Point] = []
    for part in result.parts:
        if isinstance(part.table.content, VectorLayer) and len(found) < MOST_DOTS:
            shapes = part.table.content.geometries[part.numbers]
            flat = shapely.get_coordinates(shapes[shapely.get_dimensions(shapes) == 0])[: MOST_DOTS - len(found)]
            found += [(float(x), float(y), 0.0) for x, y in flat]
    return found


def _edges(shapes: npt.NDArray[np.object_]) -> Float64Array:
    """Return every straight piece (s, 2, 2) of lines and borders."""
    kind = shapely.get_dimensions(shapes)
    borders = shapely.get_parts(shapely.boundary(shapes[kind == 2]))
    corners, line = shapely.get_coordinates(
        np.concatenate([shapely.get_parts(borders), shapely.get_parts(shapes[kind == 1])]), return_index=True
    )
    is_piece = line[1:] == line[:-1]
    pieces: Float64Array = np.stack([corners[:-1][is_piece], corners[1:][is_piece]], axis=1)
    return pieces
