"""A desk that follows opens what the leading screen shows large, and keeps what is led and who directs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sanping.commands.desk_state import DeskState
from sanping.commands.led_decisions import with_led_focus
from sanping.domain.view import CameraPose
from sanping.stage.sharing import Focus, FocusKind
from sanping.stage.state import FeatureRef, Stage


def new_state() -> DeskState:
    pose = CameraPose(target=(0.0, 0.0, 0.0))
    return DeskState(stage=Stage(camera=pose, style="night", moment=datetime(2026, 6, 21, tzinfo=UTC)), home=pose)


@pytest.mark.parametrize(
    ("kind", "workspace", "panel", "named"),
    [
        ("station", "river", "station", "station"),
        ("camera", "river", "station", "station"),
        ("alarm", "river", "alarms", "alarm"),
        ("case", "cases", "case", "case"),
    ],
)
def test_the_sheet_of_what_is_in_focus_is_opened(kind: FocusKind, workspace: str, panel: str, named: str) -> None:
    # given a desk with something selected, and one that directs
    lit = (FeatureRef(layer="buildings", id="B1"),)
    state = new_state()
    state = replace(state, stage=replace(state.stage, selection=lit))
    directing = replace(state, workspace="director")

    # when the leading screen shows one thing large
    focus = Focus(kind=kind, id="X7")
    led, directed = with_led_focus(state, focus), with_led_focus(directing, focus)

    # then it is open on both, the picture is as it was, and who directs keeps the director's panels
    assert (led.workspace, directed.workspace) == (workspace, "director")
    assert panel in led.panels & directed.panels
    assert (getattr(led, named), led.director.focus) == ("X7", focus)
    assert led.stage == state.stage


def test_a_panel_in_focus_is_opened_and_nothing_in_focus_closes_nothing() -> None:
    # given a desk
    state = new_state()

    # when the leading screen shows a panel large, one that no desk has, and nothing any more
    alarms = with_led_focus(state, Focus(kind="panel", id="alarms"))
    unknown = with_led_focus(state, Focus(kind="panel", id="lottery"))
    over = with_led_focus(alarms, None)

    # then the desk shows its own of it, and the person closes it
    assert "alarms" in alarms.panels
    assert unknown.panels == state.panels
    assert (over.director.focus, over.panels) == (None, alarms.panels)
