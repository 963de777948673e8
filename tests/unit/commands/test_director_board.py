"""The director chooses what the wall's panels tell of: how it goes out, comes back, and is kept in scenes."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec
import pytest

from sanping.commands import director_decisions as decide
from sanping.commands.desk_actions import ACTIONS
from sanping.commands.desk_state import DeskState
from sanping.commands.director_state import Direct
from sanping.domain.errors import InputError
from sanping.domain.view import CameraPose
from sanping.stage.sharing import FIRST_BOARD, board_of, checked_value
from sanping.stage.show import SharedValue
from sanping.stage.state import Stage

CAMERA = CameraPose(target=(0.0, 0.0, 0.0), distance_m=500.0)
STATE = DeskState(stage=Stage(camera=CAMERA, style="night", moment=datetime(2026, 11, 21, tzinfo=UTC)), home=CAMERA)


def test_the_buttons_of_the_director_turn_the_wall_at_once() -> None:
    # given a desk that took no part in its room
    # when the director presses one board and then the other
    governing = ACTIONS["director.governing"].decide(STATE)
    sensing = ACTIONS["director.sensing"].decide(governing.state)

    # then the wall is to show it without gliding, and only the board differs
    assert governing.state.director.board == "governing"
    assert governing.effects[0].argument == Direct(wish="cut")
    assert decide.outgoing_changes(sensing.state, governing.state) == {"board": "sensing"}


def test_a_take_sends_the_board_that_the_wall_does_not_show() -> None:
    # given a wall that shows the second board
    state = replace(STATE, director=replace(STATE.director, board="governing"))
    programme = {
        key: SharedValue(revision=n, value=msgspec.json.encode(value))
        for n, (key, value) in enumerate(decide.outgoing(state).items(), 1)
    }

    # when the desk wants the first one, and the second one
    # then only a difference is sent
    assert decide.to_take(STATE, programme) == {"board": "sensing"}
    assert decide.to_take(state, programme) == {}
    assert decide.board_shown(programme) == "governing"
    assert decide.board_shown({}) == FIRST_BOARD
    assert [word.zh for word in decide.waiting_words(("board",))] == ["大屏主题"]


def test_a_scene_keeps_its_board_and_one_from_before_boards_changes_none() -> None:
    # given a scene with the second board, and one without any
    state = replace(STATE, director=replace(STATE.director, board="governing"))
    scene = decide.scene_of(state, 1)
    old = replace(
        scene, number=2, values=MappingProxyType({key: v for key, v in scene.values.items() if key != "board"})
    )

    # when they are shown again
    director = decide.with_scene(decide.with_scene(STATE.director, scene), old)
    first = decide.recalled(replace(STATE, director=director), 1).state
    second = decide.recalled(first, 2).state

    # then the board comes back, and stays
    assert first.director.board == "governing"
    assert second.director.board == "governing"


def test_a_board_that_does_not_exist_is_refused() -> None:
    # given words of a newer or a hostile program
    # when they are read
    # then they raise, and nothing at all is the first board
    for words in (b'"weather"', b"7", b'{"board":1}'):
        with pytest.raises(InputError):
            board_of(words)
        with pytest.raises(InputError):
            checked_value("board", words)
    assert board_of(b"null") == FIRST_BOARD
