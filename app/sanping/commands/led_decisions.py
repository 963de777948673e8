"""What a desk does by itself with what another screen leads: it opens what that screen shows large."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from sanping.commands.case_decisions import case_opened
from sanping.commands.desk_state import DeskState, Outcome
from sanping.commands.director_decisions import PANELS_ON_WALL
from sanping.commands.river_decisions import alarm_opened, station_opened
from sanping.stage.sharing import Focus, FocusKind

_OPENED: Mapping[FocusKind, Callable[[DeskState, str], Outcome]] = MappingProxyType(
    {"station": station_opened, "camera": station_opened, "alarm": alarm_opened, "case": case_opened}
)


def with_led_focus(state: DeskState, focus: Focus | None) -> DeskState:
    """Return the state of a desk that follows, with the sheet or panel open of what is in focus.

    Camera and selection are led as well and stay as they are; who directs keeps the panels of the director.
    """
    directed = replace(state, director=replace(state.director, focus=focus))
    if focus is None:
        return directed
    if focus.kind == "panel":
        named = [panel for panel, shown in PANELS_ON_WALL.items() if shown == focus.id]
        return replace(directed, panels=directed.panels | set(named))
    opened = _OPENED[focus.kind](directed, focus.id).state
    workspace = state.workspace if state.workspace == "director" else opened.workspace
    return replace(opened, workspace=workspace, stage=state.stage)
