from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.gui


def drawn(desk: Any, *frames_ms: float) -> str:
    """Let frames of the resting city have taken these times; return the quality afterwards."""
    for frame_ms in frames_ms:
        desk.window.city.full_drawn.emit(frame_ms)
    quality: str = desk.window.city.quality
    return quality


def test_one_frame_of_the_whole_city_decides_the_quality(make_desk: Callable[..., Any]) -> None:
    # given a window that may choose for itself and has not yet chosen
    desk = make_desk(quality="auto")
    desk.window.auto_quality.restart()

    # when the first frame was slow because it builds shaders, and the next is quick
    first = drawn(desk, 900.0)
    second = drawn(desk, 20.0)

    # then only the second one counted
    assert first == "soft"
    assert second == "standard"


def test_slow_frames_lead_down_and_never_up_again(make_desk: Callable[..., Any]) -> None:
    # given a window that chose the standard quality
    desk = make_desk(quality="auto")
    desk.window.auto_quality.restart()
    drawn(desk, 900.0, 20.0)

    # when a single frame is slow, then three in a row, then all are quick
    after_one = drawn(desk, 500.0, 200.0, 30.0)
    after_three = drawn(desk, 200.0, 200.0, 200.0)
    at_last = drawn(desk, *[2.0] * 20)

    # then it has gone down once and stayed there
    assert (after_one, after_three, at_last) == ("standard", "soft", "soft")


def test_what_the_person_chose_stays_however_slow_it_is(make_desk: Callable[..., Any]) -> None:
    # given a person who asked for the finest quality
    desk = make_desk(quality="auto")
    desk.window.perform("view.quality_high")

    # when every frame is slow
    chosen = drawn(desk, *[900.0] * 10)

    # then it stays, until the choice is left to the window again
    assert chosen == "high"
    desk.window.perform("view.quality_auto")
    assert drawn(desk) == "soft"
