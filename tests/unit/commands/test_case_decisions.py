"""What the desk decides about cases: which panels are open, what is selected, what is asked of the wall."""

from dataclasses import replace
from datetime import UTC, datetime

from sanping.commands.case_actions import case_actions, case_gestures
from sanping.commands.case_decisions import (
    CaseWish,
    asked,
    case_closed,
    case_opened,
    case_seen,
    case_sent,
    indicators_shown,
    report_begun,
    report_ended,
)
from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState
from sanping.domain.view import CameraPose
from sanping.stage.sharing import Focus
from sanping.stage.state import CASES_LAYER, FeatureRef, Stage

POSE = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=40.0, pitch_deg=-20.0, distance_m=2000.0)
STATE = DeskState(stage=Stage(camera=POSE, style="night", moment=datetime(2026, 6, 21, tzinfo=UTC)), home=POSE)
CASE = "310107-20261121-0007"


def test_opening_a_case_shows_it_beside_the_list_selects_it_in_the_city_and_goes_there() -> None:
    # given a desk in the city's workspace, with a report begun and panels hidden
    state = replace(STATE, has_overlays=False, is_reporting=True, panels=frozenset())

    # when a case is opened
    outcome = case_opened(state, CASE)

    # then list and sheet are open, the case is selected, the form is put away and the camera is to go there
    opened = outcome.state
    assert (opened.workspace, opened.case, opened.has_overlays, opened.is_reporting) == ("cases", CASE, True, False)
    assert {"cases", "case"} <= opened.shown_panels
    assert opened.stage.selection == (FeatureRef(layer=CASES_LAYER, id=CASE),)
    assert [effect.argument for effect in outcome.effects] == [CaseWish(wish="go", to=CASE)]


def test_closing_a_case_leaves_what_else_is_selected() -> None:
    # given an open case, and a building that was selected beside it
    opened = case_opened(STATE, CASE).state
    building = FeatureRef(layer="buildings", id="b1")
    both = replace(opened, stage=replace(opened.stage, selection=(*opened.stage.selection, building)))

    # when its sheet is closed
    closed = case_closed(both).state

    # then no case is looked at, and the building stays selected
    assert closed.case == ""
    assert closed.stage.selection == (building,)


def test_the_form_of_a_report_opens_beside_the_list_and_ends() -> None:
    # given any desk
    begun = report_begun(STATE).state

    # when the form is ended
    ended = report_ended(begun).state

    # then it was open in the workspace of cases, and is not any more
    assert (begun.workspace, begun.is_reporting, ended.is_reporting) == ("cases", True, False)


def test_a_case_goes_to_the_wall_as_its_focus_and_none_sends_nothing() -> None:
    # given a desk that looks at a case, and one that looks at none
    looking = case_opened(STATE, CASE).state

    # when each sends its case to the wall
    sent, nothing = case_sent(looking), case_sent(STATE)

    # then the wall is to show that case, and the other desk asks for nothing
    assert sent.state.director.focus == Focus(kind="case", id=CASE)
    assert [effect.kind for effect in sent.effects] == ["direct"]
    assert nothing.state is STATE
    assert not nothing.effects


def test_indicators_take_the_place_of_the_sheet_and_hide_when_asked_again() -> None:
    # given a desk with an open case
    looking = case_opened(STATE, CASE).state

    # when the indicators are asked for, and asked for again
    shown = indicators_shown(looking).state
    hidden = indicators_shown(shown).state

    # then they come in place of the sheet, and go
    assert (shown.case, "indicators" in shown.shown_panels) == ("", True)
    assert "indicators" not in hidden.shown_panels


def test_a_wish_opens_the_list_only_where_it_is_not_open() -> None:
    # given a desk elsewhere, and one at the list whose panel of indicators is closed
    there = replace(STATE, workspace="cases", panels=frozenset({"cases"}))

    # when both ask for the next overdue case
    from_city, from_list = asked(STATE, wish="next_overdue"), asked(there, wish="next_overdue")

    # then the first comes to the list, the second changes nothing, and both ask
    assert from_city.state.workspace == "cases"
    assert from_list.state is there
    assert [effect.argument for effect in from_list.effects] == [CaseWish(wish="next_overdue")]


def test_the_view_of_a_case_looks_at_its_place_from_the_present_side() -> None:
    # given a camera
    pose = STATE.stage.camera

    # when a case is looked at
    seen = case_seen(STATE, (10.0, 20.0, 3.0))

    # then it looks there, near and from the same side
    assert (seen.target, seen.heading_deg) == ((10.0, 20.0, 3.0), pose.heading_deg)
    assert seen.distance_m < 1000.0


def test_every_action_on_cases_is_declared_and_its_keys_are_free() -> None:
    # given all actions of the desk
    names = {action.id for action in case_actions()}
    everywhere = [key for action in ACTIONS.values() if not action.where for key in action.keys]

    # then those on cases are among them, gestures too, and no key that counts everywhere is taken twice
    assert names <= ACTIONS.keys()
    assert case_gestures().keys() <= GESTURES.keys()
    assert len(everywhere) == len(set(everywhere))
