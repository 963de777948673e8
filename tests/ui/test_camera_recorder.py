"""sanping.ui.live.camera_recorder: a moving camera is kept each second, a resting one once."""

from dataclasses import replace
from typing import Any

import pytest

from sanping.domain.view import CameraPose

pytestmark = pytest.mark.gui
POSE = CameraPose(target=(0.0, 0.0, 0.0), distance_m=100.0)


@pytest.fixture
def clock() -> list[int]:
    return [10_000]


@pytest.fixture
def recorder(qtbot: Any, clock: list[int]) -> Any:
    from sanping.ui.live.camera_recorder import CameraRecorder

    return CameraRecorder(lambda: clock[0])


def test_of_a_flight_each_second_is_kept_and_its_end(recorder: Any, clock: list[int], qtbot: Any) -> None:
    # given a recorder that hears of thirty poses a second
    kept: list[Any] = []
    recorder.kept.connect(kept.append)

    # when the camera flies for two and a half seconds, and rests
    for frame in range(75):
        clock[0] += 33
        recorder.see(replace(POSE, heading_deg=float(frame)))
    flying = len(kept)
    clock[0] += 2000
    qtbot.waitUntil(lambda: len(kept) > flying, timeout=5000)
    recorder.see(replace(POSE, heading_deg=74.0))

    # then three of them were kept while it flew, and where it came to rest
    assert flying == 3
    assert [moment.pose.heading_deg for moment in kept][-1] == 74.0
    assert len(kept) == 4


def test_while_the_past_is_shown_nothing_is_kept(recorder: Any, clock: list[int], qtbot: Any) -> None:
    # given a recorder that has just kept a pose
    kept: list[Any] = []
    recorder.kept.connect(kept.append)
    recorder.see(POSE)
    recorder.see(replace(POSE, heading_deg=50.0))

    # when the past is shown before the second pose was due, and then the present again
    recorder.stop()
    clock[0] += 5000
    qtbot.wait(1200)
    stopped = len(kept)
    recorder.begin()
    recorder.see(POSE)

    # then what was seen meanwhile is not kept
    assert stopped == 1
    assert [moment.pose for moment in kept] == [POSE, POSE]
