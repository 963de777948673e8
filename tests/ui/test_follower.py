"""What a screen does with the show of its room: values as they fall due, its own writes left out, nonsense skipped."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sanping.domain.view import CameraPose
from sanping.stage.sharing import Focus
from sanping.stage.show import SharedValue, ShowState
from sanping.stage.state import Stage

pytestmark = pytest.mark.gui
START = Stage(
    camera=CameraPose(target=(0.0, 0.0, 0.0), heading_deg=10.0, distance_m=500.0),
    style="night",
    moment=datetime(2026, 11, 21, tzinfo=UTC),
)
END = replace(START.camera, heading_deg=90.0, distance_m=200.0)


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_781_236_800_000

    def __call__(self) -> int:
        return self.now_ms


def show_of(revision: int, key: Any, value: object, *, by: str = "desk", at_ms: int = 0) -> ShowState:
    shared = SharedValue(revision=revision, value=msgspec.json.encode(value), by=by, at_ms=at_ms)
    return ShowState(me="wall", is_linked=True, values={key: shared})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def follower(qtbot: Any, clock: Clock) -> Any:
    from PySide6.QtCore import QObject

    from sanping.ui.linkage.follower import Follower

    owner = QObject()
    made = Follower(START, clock, owner)
    yield made
    made.stop()


def test_the_camera_sets_out_at_the_hubs_moment_and_arrives(follower: Any, clock: Clock, qtbot: Any) -> None:
    # given a camera that is to be presented in sixty milliseconds
    begin_ms = clock.now_ms
    follower.show(show_of(1, "camera", END, at_ms=begin_ms + 60))

    # when frames are drawn before, on the way, and a while later
    seen = []
    for after_ms in (50, 60 + 150, 60 + 400):
        clock.now_ms = begin_ms + after_ms
        qtbot.wait(40)
        seen.append(follower.stage.camera)

    # then it waited, moved, arrived, and rests
    assert seen[0] == START.camera
    assert 200.0 < seen[1].distance_m < 500.0
    assert seen[2] == END
    assert not follower.is_moving


def test_a_hub_that_was_started_again_is_followed_although_it_counts_from_one(follower: Any, clock: Clock) -> None:
    # given a screen that has taken a style, the first value of its hub, and missed the hub's end
    follower.show(show_of(1, "style", "day", at_ms=clock.now_ms))
    before = follower.stage.style

    # when the first value of the next life is another style
    clock.now_ms += 5_000
    follower.show(show_of(1, "style", "night", at_ms=clock.now_ms))

    # then it is shown
    assert before == "day"
    assert follower.stage.style == "night"


def test_what_this_screen_wrote_itself_does_not_pull_its_camera_back(follower: Any) -> None:
    # given the echo of its own camera, and then its wish of a style

    # when both come
    follower.show(show_of(1, "camera", END, by="wall"))
    follower.show(show_of(2, "style", "day", by="wall"))

    # then nothing moves
    assert follower.stage == START


def test_a_value_comes_when_it_is_due_and_once(follower: Any, clock: Clock, qtbot: Any) -> None:
    # given a style for the next tenth of a second, and something in focus at once
    told: list[object] = []
    follower.focus_changed.connect(told.append)
    begin_ms = clock.now_ms
    follower.show(show_of(1, "style", "day", at_ms=begin_ms + 100))
    focus = show_of(2, "focus", {"kind": "station", "id": "S1"})
    follower.show(focus)
    follower.show(focus)

    # when time goes by
    before = follower.stage.style
    clock.now_ms = begin_ms + 101
    qtbot.waitUntil(lambda: follower.stage.style == "day", timeout=5000)

    # then the style came in its turn, and the focus was told once
    assert before == "night"
    assert told == [Focus(kind="station", id="S1")]


def test_nonsense_is_skipped_and_counted(follower: Any) -> None:
    # given values that cannot be shown, and one of a newer program
    for revision, (key, value) in enumerate((("camera", {"target": [0, 0]}), ("style", "dusk"), ("focus", 7)), 1):
        follower.show(show_of(revision, key, value))
    follower.show(show_of(9, "weather", "snow"))

    # when something good follows
    follower.show(show_of(10, "style", "day"))

    # then it is shown, and three were skipped
    assert follower.stage.style == "day"
    assert follower.skipped == 3


def test_a_hub_that_was_started_again_counts_anew_and_is_followed(follower: Any) -> None:
    # given a screen that has seen revision 50
    follower.show(show_of(50, "style", "day"))

    # when the new life of the hub tells its first
    follower.show(show_of(1, "style", "night"))

    # then it is taken
    assert follower.stage.style == "night"


def test_a_screen_that_does_not_follow_stands_still_until_it_follows_again(follower: Any) -> None:
    # given a screen that looks around freely
    follower.is_following = False
    show = show_of(1, "style", "day")
    follower.show(show)
    free = follower.stage.style

    # when it follows again
    follower.is_following = True
    follower.forget()
    follower.show(show)

    # then it takes what the room shows
    assert (free, follower.stage.style) == ("night", "day")


def test_the_board_of_the_room_is_told_and_nonsense_is_not(follower: Any) -> None:
    # given a room that chose the second board
    told: list[str] = []
    follower.board_changed.connect(told.append)

    # when its values come, one of which no program knows
    for revision, board in enumerate(("governing", "weather", None), 1):
        follower.show(show_of(revision, "board", board))

    # then the boards that exist are told, and nothing is the first one
    assert told == ["governing", "sensing"]
    assert follower.board == "sensing"
    assert follower.skipped == 1
