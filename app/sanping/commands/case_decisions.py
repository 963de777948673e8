"""What the desk's actions on cases decide: which case is looked at, whether one is being reported, what is asked."""

from dataclasses import dataclass, replace
from typing import Literal

from sanping.commands.desk_state import DeskState, Effect, Outcome, PanelName
from sanping.commands.director_decisions import focused
from sanping.domain.site import AT
from sanping.domain.view import CameraPose, Point
from sanping.stage.state import CASES_LAYER, FeatureRef

CaseWishKind = Literal[
    "go",
    "next",
    "previous",
    "next_overdue",
    "look",
    "find",
    "cameras",
    "urge",
    "list",
    "leave",
    "export",
    "plan",
    "plan_end",
    "area_up",
    "site_case",
]
CASE_PITCH_DEG = -42.0
CASE_DISTANCE_M = 320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWish:
    """Something asked of the panels of cases; `to` is the id of a case, empty for the one that is looked at."""

    wish: CaseWishKind
    to: str = ""


def case_opened(state: DeskState, case: str) -> Outcome:
    """Open the sheet of a case beside the list, and go to its place; one of a lower site is looked at among sites."""
    stage = replace(state.stage, selection=(FeatureRef(layer=CASES_LAYER, id=case),))
    if AT in case:
        looked = replace(_at_work(state, "sites"), case="", is_reporting=False, stage=stage)
        return Outcome(state=looked, effects=(_asking("site_case", case),))
    opened = replace(_at_work(state, "cases", "case"), case=case, is_reporting=False, stage=stage)
    return Outcome(state=opened, effects=(_asking("go", case),))


def case_closed(state: DeskState) -> Outcome:
    """Close the sheet, and let go of the case in the city."""
    return Outcome(state=replace(state, case="", stage=replace(state.stage, selection=_others(state))))


def report_begun(state: DeskState) -> Outcome:
    """Open the form by which a case is reported."""
    return Outcome(state=replace(_at_work(state, "cases"), is_reporting=True))


def report_ended(state: DeskState) -> Outcome:
    """Put the form away."""
    return Outcome(state=replace(state, is_reporting=False))


def case_sent(state: DeskState, case: str = "") -> Outcome:
    """Show a case large on the wall, without a name the one that is looked at."""
    wanted = case or state.case
    return focused(state, "case", wanted) if wanted else Outcome(state=state)


def indicators_shown(state: DeskState) -> Outcome:
    """Show the indicators in place of the sheet, or hide them."""
    name: PanelName = "indicators"
    is_shown = state.workspace == "cases" and name in state.shown_panels and not state.case and not state.is_reporting
    if is_shown and state.has_overlays:
        return Outcome(state=replace(state, panels=state.panels - {name}))
    return Outcome(state=replace(_at_work(case_closed(state).state, name), is_reporting=False))


def asked(state: DeskState, to: object = "", *, wish: CaseWishKind) -> Outcome:
    """Ask something of the panels of cases, where they are open."""
    there = state if state.workspace == "cases" and state.has_overlays else _at_work(state, "cases")
    return Outcome(state=there, effects=(_asking(wish, str(to)),))


def case_seen(state: DeskState, place: Point) -> CameraPose:
    """Return a pose that shows the place of a case, from the present side."""
    pose = state.stage.camera
    return replace(pose, target=place, pitch_deg=CASE_PITCH_DEG, distance_m=CASE_DISTANCE_M, fov_deg=state.home.fov_deg)


def _asking(wish: CaseWishKind, to: str) -> Effect:
    return Effect(kind="govern", argument=CaseWish(wish=wish, to=to))


def _others(state: DeskState) -> tuple[FeatureRef, ...]:
    """Return what is selected beside cases."""
    return tuple(feature for feature in state.stage.selection if feature.layer != CASES_LAYER)


def _at_work(state: DeskState, *panels: PanelName) -> DeskState:
    """Return the state with panels open in the workspace of cases."""
    return replace(state, workspace="cases", panels=state.panels | set(panels), has_overlays=True)
