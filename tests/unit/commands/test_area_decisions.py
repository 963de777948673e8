"""Going down and up the hierarchy, turning maps of cases, and having the wall follow."""

from dataclasses import replace

import pytest

from sanping.commands.area_decisions import area_mapped, area_opened, area_seen, area_sent, map_turned
from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState
from sanping.commands.director_decisions import outgoing_changes, scene_of, to_take, with_scene
from sanping.stage.area_map import AreaMap
from unit.commands.test_director_decisions import STAGE

STATE = DeskState(stage=STAGE, home=STAGE.camera, workspace="cases")
SQUARE = (((0.0, 0.0), (1000.0, 0.0), (1000.0, 600.0), (0.0, 600.0), (0.0, 0.0)),)


def test_going_into_an_area_shows_its_borders_and_flies_there() -> None:
    # given a desk that looks at everything
    pose = area_seen(STATE, SQUARE, 4.0)
    assert pose is not None

    # when it goes into a street
    outcome = area_opened(STATE, "310107014", pose)

    # then that is on the stage, with borders, and the camera flies over its middle
    assert (outcome.state.stage.area, outcome.state.stage.area_map) == ("310107014", AreaMap())
    assert outcome.effects[0].kind == "fly"
    assert pose.target == pytest.approx((500.0, 300.0, 4.0))
    assert area_seen(STATE, (), 0.0) is None

    # and a map that was chosen stays, also back at the top
    mapped = area_mapped(outcome.state, AreaMap(kind="heat", days=7)).state
    top = area_opened(mapped, "").state.stage
    assert (top.area, top.area_map) == ("", AreaMap(kind="heat", days=7))


def test_the_desk_of_a_command_centre_stays_within_its_area() -> None:
    # given the desk of a street's centre; when it is asked for another street, or for the city
    centre = replace(STATE, centre="310107014")
    found = [area_opened(centre, code).state.stage.area for code in ("310107005", "", "310107014002")]

    # then it shows its own, and what lies within
    assert found == ["310107014", "310107014", "310107014002"]


def test_a_key_turns_from_map_to_map() -> None:
    # given no map; when it is turned four times
    state, kinds = STATE, []
    for _ in range(4):
        state = map_turned(state).state
        kinds.append(None if state.stage.area_map is None else state.stage.area_map.kind)

    # then every map came once
    assert kinds == ["borders", "shares", "heat", None]


def test_the_wall_gets_the_area_with_its_map_and_a_scene_keeps_both() -> None:
    # given a desk that looks at a street
    state = area_mapped(area_opened(STATE, "310107014").state, AreaMap(kind="shares")).state

    # when it is sent to the wall
    sent = area_sent(state)

    # then the wall tells of governance, and the take has area and map
    assert sent.state.director.board == "governing"
    taken = to_take(sent.state, {})
    assert (taken["area"], taken["area_map"], taken["board"]) == ("310107014", AreaMap(kind="shares"), "governing")
    assert set(outgoing_changes(state, STATE)) == {"area", "area_map"}

    # and a scene brings them back
    kept = replace(STATE, director=with_scene(STATE.director, scene_of(state, 1)))
    again = GESTURES["direct.recall"](kept, 1).state.stage
    assert (again.area, again.area_map) == ("310107014", AreaMap(kind="shares"))


def test_the_ways_up_and_on_are_actions_of_governance() -> None:
    # given the actions; when one level up is asked for; then the panels of cases are asked
    outcome = ACTIONS["case.area_up"].decide(STATE)
    assert outcome.effects[0].argument.wish == "area_up"  # type: ignore[union-attr]
    assert ACTIONS["case.area_up"].keys == ("Backspace",)
    assert {"area.open", "area.map"} <= set(GESTURES)
