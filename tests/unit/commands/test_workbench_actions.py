"""The planner's tools as actions."""

from dataclasses import replace
from datetime import UTC, datetime

from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState
from sanping.commands.workbench_actions import PLANNING_WORKSPACE, TOOLS, ToolWish
from sanping.domain.view import CameraPose
from sanping.stage.state import Stage

CAMERA = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=0.0, pitch_deg=-40.0, distance_m=500.0)
STATE = DeskState(stage=Stage(camera=CAMERA, style="night", moment=datetime(2026, 6, 21, tzinfo=UTC)), home=CAMERA)


def test_every_tool_opens_the_planners_workspace_with_its_panels() -> None:
    # given a desk whose panels of tools were closed
    closed = replace(STATE, panels=frozenset())

    for entry in TOOLS:
        # when a tool is opened by its action, and by its name
        by_action = ACTIONS[f"tool.{entry.name}"].decide(closed).state
        by_name = GESTURES["tool.open"](closed, entry.name).state

        # then it is the present one, and its panels are shown
        assert by_action == by_name
        assert (by_action.workspace, by_action.tool) == (PLANNING_WORKSPACE, entry.name)
        assert {"workbench", "workbench_result"} <= by_action.shown_panels


def test_keys_of_tools_count_in_the_planners_workspace_alone_and_none_twice() -> None:
    actions = [action for action in ACTIONS.values() if action.where == PLANNING_WORKSPACE]

    keys = [key for action in actions for key in action.keys]

    assert len(keys) == len(set(keys))
    assert {"Backspace", "Delete", "Esc"} <= set(keys)


def test_what_is_asked_of_a_tool_reaches_it_as_an_effect() -> None:
    asked = GESTURES["tool.ask"](STATE, "height", "plans", 12.0)

    assert asked.state == STATE
    assert asked.effects[0].argument == ToolWish(wish="height", tool="plans", argument=12.0)
