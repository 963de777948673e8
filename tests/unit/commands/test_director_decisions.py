from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from sanping.commands import director_decisions as decide
from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState
from sanping.commands.director_actions import director_actions, director_gestures
from sanping.commands.director_state import MOST_TAKEN, Direct, Director, TakenView
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.sharing import Focus
from sanping.stage.show import SharedValue
from sanping.stage.state import FeatureRef, LayerState, Stage
from sanping.wire.show import ViewKey

CAMERA = CameraPose(target=(100.0, 200.0, 0.0), heading_deg=30.0, distance_m=1000.0)
THERE = replace(CAMERA, target=(900.0, -50.0, 4.0), heading_deg=200.0)
STAGE = Stage(camera=CAMERA, style="night", moment=datetime(2026, 11, 21, 20, tzinfo=UTC))
STATE = DeskState(stage=STAGE, home=CAMERA, layers=("buildings", "water"))


def shown(state: DeskState) -> dict[ViewKey, SharedValue]:
    """Return the programme of a wall that shows a desk's view."""
    return {
        key: SharedValue(revision=number, value=msgspec.json.encode(value), by="desk")
        for number, (key, value) in enumerate(decide.outgoing(state).items(), start=1)
    }


def test_a_take_sends_only_what_differs_from_the_wall() -> None:
    # given a wall that shows the desk's view, and a desk that moved on and changed the water
    programme = shown(STATE)
    stage = replace(STAGE, camera=THERE, water_colour="class")

    # when it is asked what a take sends, of the same view and of the other
    same = decide.to_take(STATE, programme)
    changed = decide.to_take(replace(STATE, stage=stage), programme)

    # then nothing for the one, and camera and water for the other
    assert same == {}
    assert changed == {"camera": THERE, "water_colour": "class"}
    assert [word.en for word in decide.waiting_words(tuple(changed))] == ["camera", "water"]


def test_a_take_to_a_wall_that_shows_nothing_yet_sends_everything() -> None:
    # given a room in which nobody has shown anything

    # when the desk takes
    sent = decide.to_take(STATE, {})

    # then every value of its view goes out, but no empty detail and not the board that it shows anyway
    assert set(sent) == set(decide.outgoing(STATE)) - {"focus", "board"}


def test_the_json_of_another_program_counts_by_its_meaning() -> None:
    # given the same camera as a browser writes it: whole numbers without a point, fields in another order
    body = b'{"pitch_deg":-35,"distance_m":1000,"fov_deg":38,"target":[100,200,0],"heading_deg":30}'
    programme = {**shown(STATE), "camera": SharedValue(revision=9, value=body, by="phone")}

    # when it is compared
    sent = decide.to_take(STATE, programme)

    # then nothing is to be sent
    assert sent == {}


def test_a_value_that_cannot_be_shown_leaves_the_desk_s_own() -> None:
    # given a programme with a camera that is no camera
    programme = {"camera": SharedValue(revision=1, value=b'{"target":"here"}', by="phone")}

    # when the wall's stage is asked for
    stage = decide.programme_of(STAGE, programme)

    # then it is the stage that was handed in
    assert stage == STAGE


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"kind":"planet","id":"x"}'])
def test_a_broken_focus_counts_as_none(broken: bytes) -> None:
    # given a programme with a broken focus
    programme = {"focus": SharedValue(revision=1, value=broken, by="phone")}

    # when it is asked what the wall shows large

    # then nothing is
    assert decide.focus_shown(programme) is None


def test_sending_from_a_desk_that_takes_no_part_keeps_its_next_moves_to_itself() -> None:
    # given a desk without a link

    # when it sends its view, and a linked desk does
    alone = decide.sent(STATE)
    live = decide.sent(replace(STATE, director=Director(is_linked=True)))

    # then the first is linked and holds a preview; the other goes on live
    assert (alone.state.director.is_linked, alone.state.director.is_previewing) == (True, True)
    assert (live.state.director.is_linked, live.state.director.is_previewing) == (True, False)
    assert alone.effects[0].argument == Direct(wish="take")


def test_modes_change_together_as_people_expect() -> None:
    # given a desk without a link

    # when preview is asked for, link is left and asked for again
    previewing = decide.previewed(STATE).state
    left = decide.linked(previewing).state
    again = decide.linked(replace(left, director=replace(left.director, follows=False))).state

    # then preview links, leaving ends the preview, and a new link follows
    assert (previewing.director.is_linked, previewing.director.is_previewing) == (True, True)
    assert (left.director.is_linked, left.director.is_previewing) == (False, False)
    assert (again.director.is_linked, again.director.follows) == (True, True)


def test_a_scene_brings_back_camera_style_layers_water_and_detail() -> None:
    # given a scene of a day view with a hidden layer and a station large on the wall
    focus = Focus(kind="station", id="S1")
    stage = replace(STAGE, camera=THERE, style="day", moment=STAGE.moment.replace(hour=10), water_colour="level")
    stage = stage.with_layer("buildings", LayerState(is_visible=False))
    stage = replace(stage, isolated=(FeatureRef(layer="buildings", id="B1"),))
    then = replace(STATE, stage=stage, director=Director(focus=focus))
    director = decide.with_scene(Director(), decide.scene_of(then, 3, "  暴雨  "))
    now = replace(STATE, director=director)

    # when it is recalled from another view
    outcome = decide.recalled(now, 3)

    # then the camera flies there and everything else is as it was
    assert outcome.effects[0].argument == THERE
    assert (outcome.state.stage.style, outcome.state.stage.water_colour) == ("day", "level")
    assert not outcome.state.stage.layer("buildings").is_visible
    assert outcome.state.stage.isolated == stage.isolated
    assert outcome.state.director.focus == focus
    assert outcome.state.history.can_undo
    assert now.director.scenes[0].name == "暴雨"
    assert decide.recalled(now, 4).state == now


def test_scenes_stand_in_the_order_of_their_keys_and_keep_their_names() -> None:
    # given scenes on the keys 5 and 2
    director = decide.with_scene(Director(), decide.scene_of(STATE, 5, "河口"))
    director = decide.with_scene(director, decide.scene_of(STATE, 2))

    # when key 5 is kept anew without a name, and key 2 is emptied
    state = replace(STATE, stage=replace(STAGE, camera=THERE), director=director)
    anew = decide.with_scene(director, decide.scene_of(state, 5))
    left = decide.without_scene(anew, 2)

    # then the order is that of the keys, the name stays, the view is new
    assert [(scene.number, scene.name) for scene in director.scenes] == [(2, "场景 2"), (5, "河口")]
    assert [scene.name for scene in left.scenes] == ["河口"]
    assert decide.camera_in(left.scenes[0].values, STAGE) == THERE


def test_the_last_ten_views_are_kept_each_once_the_newest_first() -> None:
    # given twelve views that were taken
    director = Director()
    for number in range(12):
        state = replace(STATE, stage=replace(STAGE, camera=replace(CAMERA, distance_m=500.0 + number)))
        director = decide.with_taken(director, decide.view_of(state, Text(f"{number}", f"{number}"), number))

    # when the fifth of them is taken again
    state = replace(STATE, stage=replace(STAGE, camera=replace(CAMERA, distance_m=504.0)))
    again = decide.with_taken(director, decide.view_of(state, Text("again", "again"), 99))

    # then ten are left, and the one stands first alone
    assert [view.name.zh for view in director.taken] == [str(number) for number in range(11, 1, -1)]
    assert len(again.taken) == MOST_TAKEN
    assert again.taken[0].name.zh == "again"
    assert "4" not in [view.name.zh for view in again.taken]


def test_a_view_is_shown_again_by_its_place() -> None:
    # given two views
    values: dict[ViewKey, bytes] = {"camera": msgspec.json.encode(THERE)}
    taken = (TakenView(name=Text("甲", "A"), values={}), TakenView(name=Text("乙", "B"), values=values))
    state = replace(STATE, director=Director(taken=taken))

    # when the one before the last is asked for, and one that is not there
    back, nowhere = decide.taken_again(state, 1), decide.taken_again(state, 7)

    # then the camera flies to it, and nothing happens for the other
    assert back.effects[0].argument == THERE
    assert nowhere.effects == ()


def test_what_is_looked_at_is_sent_to_the_wall() -> None:
    # given a desk with an open station and no alarm
    state = replace(STATE, station="S7", director=Director(is_linked=True))

    # when station, alarm and a panel are sent, and the detail is closed
    station, alarm = decide.station_sent(state), decide.alarm_sent(state)
    panel, closed = decide.panel_sent(state, "river"), decide.focused(station.state)

    # then each is the wall's detail by a cut; without an alarm the list of alarms is
    assert station.state.director.focus == Focus(kind="station", id="S7")
    assert alarm.state.director.focus == Focus(kind="panel", id="alarms")
    assert panel.state.director.focus == Focus(kind="panel", id="profile")
    assert closed.state.director.focus is None
    assert station.effects[0].argument == Direct(wish="cut")
    assert decide.outgoing_changes(station.state, state) == {"focus": Focus(kind="station", id="S7")}


def test_every_action_and_gesture_of_the_director_is_known_to_the_desk() -> None:
    # given what the director declares
    actions, gestures = director_actions(), director_gestures()

    # when they are looked for

    # then the desk has all; number keys recall scenes in the director's workspace alone
    assert all(ACTIONS[action.id] is not None for action in actions)
    assert set(gestures) <= set(GESTURES)
    assert ACTIONS["scene.3"].keys == ("3",)
    assert ACTIONS["scene.3"].where == "director"
    assert ACTIONS["bookmark.3"].keys == ("3",)
