"""What the actions on areas decide: which is looked at, how its cases are laid over the city, what the wall gets."""

from dataclasses import replace

from sanping.commands.desk_state import DeskState, Outcome
from sanping.commands.director_decisions import board_turned
from sanping.commands.view_decisions import flown_to
from sanping.domain.view import CameraPose
from sanping.stage.area_map import AreaMap, AreaMapKind, Outline, area_pose, narrowed

_TURNS: tuple[AreaMapKind | None, ...] = (None, "borders", "shares", "heat")


def stood_in(state: DeskState, area: str) -> DeskState:
    """Return the desk of an area's command centre: at work on its cases, and on nothing beyond."""
    stage = replace(state.stage, area=area, area_map=AreaMap())
    return replace(state, centre=area, stage=stage, workspace="cases", has_overlays=True)


def area_opened(state: DeskState, code: str, pose: CameraPose | None = None) -> Outcome:
    """Look at an area and nothing beyond it, and fly there; a command centre looks at no more than its own."""
    wanted = narrowed(code, state.centre)
    area_map = state.stage.area_map or (AreaMap() if wanted else None)
    opened = replace(state, stage=replace(state.stage, area=wanted, area_map=area_map))
    return Outcome(state=opened) if pose is None else flown_to(opened, pose)


def area_mapped(state: DeskState, area_map: AreaMap | None) -> Outcome:
    """Lay the cases over the city in another way, or not at all."""
    return Outcome(state=replace(state, stage=replace(state.stage, area_map=area_map)))


def map_turned(state: DeskState) -> Outcome:
    """Turn to the next map: none, borders, areas by a figure, heat."""
    known = state.stage.area_map
    kind = _TURNS[(_TURNS.index(None if known is None else known.kind) + 1) % len(_TURNS)]
    return area_mapped(state, None if kind is None else replace(known or AreaMap(), kind=kind))


def area_sent(state: DeskState) -> Outcome:
    """Have the wall tell how the area is governed that the desk looks at."""
    return board_turned(state, "governing")


def area_seen(state: DeskState, outline: Outline, ground_m: float) -> CameraPose | None:
    """Return a pose that shows the whole of an area from the present side; None for one whose shape is unknown."""
    return area_pose(outline, replace(state.stage.camera, fov_deg=state.home.fov_deg), ground_m)
