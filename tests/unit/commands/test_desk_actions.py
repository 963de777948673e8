import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sanping.commands import view_decisions as decide
from sanping.commands.desk_actions import ACTIONS
from sanping.commands.desk_state import DeskState, Outcome
from sanping.domain.view import Bookmark, CameraPose
from sanping.stage.state import COMPONENTS_LAYER, TEXTURES, Colouring, FeatureRef, Stage
from unit.commands import small_city

CAMERA = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=30.0, distance_m=1000.0)
STAGE = Stage(camera=CAMERA, style="night", moment=datetime(2026, 11, 21, 10, tzinfo=UTC))
STATE = DeskState(stage=STAGE, home=CAMERA, layers=("buildings", "water"))


@pytest.mark.parametrize("name", list(ACTIONS))
def test_every_action_decides_without_arguments_and_speaks_both_languages(name: str) -> None:
    # given an action
    action = ACTIONS[name]

    # when it decides on a plain state
    outcome = action.decide(STATE)

    # then it gives an outcome, and its words are Chinese and English (a language is named in itself)
    assert isinstance(outcome, Outcome)
    if name != "view.language":
        assert not re.search(r"[\u4e00-\u9fff]", action.title.en)
        assert re.search(r"[\u4e00-\u9fff]", action.title.zh)


def test_no_key_has_two_meanings_in_one_workspace() -> None:
    # given all keys of all actions, each with the workspace in which it counts
    keys = Counter((action.where, key) for action in ACTIONS.values() for key in action.keys)

    # when those with more than one meaning are looked for
    double = [key for key, count in keys.items() if count > 1]
    plain = {key for _, key in keys}

    # then there are none, and none is a key that moves the camera while it is held
    assert double == []
    assert not plain & set("WASD")


def test_flights_leave_the_camera_where_it_is_until_flown() -> None:
    # given a tilted view

    # when north shall be up
    outcome = decide.north_up(STATE)

    # then the window is asked to fly there, and the way back is kept
    (effect,) = outcome.effects
    assert effect.kind == "fly"
    assert effect.argument == replace(CAMERA, heading_deg=0.0)
    assert outcome.state.stage.camera == CAMERA
    assert outcome.state.history.can_undo


def test_isolating_an_object_twice_brings_the_others_back() -> None:
    # given a selected building with a part
    state = decide.selected(STATE, FeatureRef(layer="buildings", id="B1"), ("B1-1",)).state

    # when it is shown alone, and again
    alone = decide.isolated(state).state
    again = decide.isolated(alone).state

    # then it is alone with its part although nothing is selected later, and the others come back
    assert [feature.id for feature in alone.stage.isolated] == ["B1", "B1-1"]
    assert decide.selected(alone, None).state.stage.isolated == alone.stage.isolated
    assert again.stage.isolated == ()
    assert again.stage.layers == state.stage.layers


def test_an_isolation_is_undone_and_done_again_and_ends_with_show_everything() -> None:
    # given a building that is shown alone
    state = decide.selected(STATE, FeatureRef(layer="buildings", id="B1")).state
    alone = decide.isolated(state).state

    # when that is undone, done again, and everything is asked for
    undone = decide.undo(alone).state
    redone = decide.redo(undone).state
    whole = decide.all_shown(redone).state

    # then each step did what it says
    assert undone.stage.isolated == ()
    assert redone.stage.isolated == alone.stage.isolated
    assert whole.stage.isolated == ()


def test_sliding_the_opacity_is_one_step_of_the_history() -> None:
    # given a slider that is drawn from 100 to 40 per cent
    state = STATE
    for percent in range(99, 39, -1):
        state = decide.opacity_set(state, "water", percent / 100).state

    # when it is undone once
    outcome = decide.undo(state)

    # then the layer is opaque again
    assert state.stage.layer("water").opacity == 0.4
    assert outcome.state.stage.layer("water").opacity == 1.0


def test_a_bookmark_may_change_the_style() -> None:
    # given a bookmark by day
    camera = replace(CAMERA, distance_m=200.0)
    state = replace(STATE, bookmarks=(Bookmark(name=small_city.project().title, camera=camera, style="day"),))

    # when it is visited, and one that does not exist
    there, nowhere = decide.visited(state, 1), decide.visited(state, 7)

    # then style and flight are asked for, and nothing happens for the other
    assert there.state.stage.style == "day"
    assert there.effects[0].argument == camera
    assert nowhere == Outcome(state=state)


def test_components_are_hidden_until_they_are_asked_for() -> None:
    # given a desk of which nobody has said anything about components
    assert COMPONENTS_LAYER not in STATE.stage.layers

    # when they are shown, and hidden again
    shown = decide.components_toggled(STATE).state
    hidden = decide.components_toggled(shown).state

    # then the stage says so, and a wall that follows can do the same
    assert shown.stage.layer(COMPONENTS_LAYER).is_visible
    assert not hidden.stage.layer(COMPONENTS_LAYER).is_visible


def test_pictures_on_models_are_shown_until_they_are_hidden() -> None:
    # given a desk of which nobody has said anything about pictures
    assert STATE.stage.layer(TEXTURES).is_visible

    # when they are hidden, and shown again
    hidden = decide.textures_toggled(STATE).state
    shown = decide.textures_toggled(hidden).state

    # then the stage says so, and a wall that follows can do the same
    assert not hidden.stage.layer(TEXTURES).is_visible
    assert shown.stage.layer(TEXTURES).is_visible


def test_walking_begins_and_ends() -> None:
    # given a view from above

    # when the person steps down and up again
    down = decide.walk_toggled(STATE)
    up = decide.walk_toggled(down.state)

    # then they stand, and fly back to a height
    assert down.state.is_walking
    assert down.effects[0].kind == "stand"
    assert not up.state.is_walking
    assert up.effects[0].kind == "fly"


def test_undo_takes_back_colours_and_style_in_turn() -> None:
    # given a coloured layer in day style
    state = decide.coloured(STATE, Colouring(layer="buildings", attribute="storeys")).state
    state = decide.styled(state, "day").state

    # when it is undone twice and redone once
    once = decide.undo(state).state
    twice = decide.undo(once).state
    forward = decide.redo(twice).state

    # then each step comes back alone
    assert (once.stage.style, once.stage.colouring is not None) == ("night", True)
    assert twice.stage.colouring is None
    assert forward.stage.colouring == Colouring(layer="buildings", attribute="storeys")


def test_what_changes_nothing_makes_no_step() -> None:
    # given a fresh state

    # when things are set to what they are
    outcomes = [decide.styled(STATE, "night"), decide.opacity_set(STATE, "water", 1.0), decide.coloured(STATE, None)]

    # then there is nothing to undo
    assert not any(outcome.state.history.can_undo for outcome in outcomes)
