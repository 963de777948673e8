"""sanping.ui.live.time_machine: one timeline, read ahead, never mixed with the present."""

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.plain_past import END_MS, PlainPast, alarm
from fakes.small_river import MINUTE_MS, NOON_MS
from sanping.domain.view import CameraPose

pytestmark = pytest.mark.gui
HOUR_MS = 60 * MINUTE_MS
POSE = CameraPose(target=(1.0, 2.0, 3.0))


class Watched:
    """A machine with everything it told."""

    def __init__(self, machine: Any) -> None:
        self.machine = machine
        self.moments: list[tuple[int, float]] = []
        self.live = 0
        self.waiting: list[bool] = []
        self.poses: list[CameraPose] = []
        self.errors: list[Any] = []
        machine.moment_shown.connect(self._take)
        machine.live_shown.connect(self._count)
        machine.waiting_changed.connect(self.waiting.append)
        machine.camera_asked.connect(self.poses.append)
        machine.failed.connect(self.errors.append)

    def _take(self, state: Any, levels: Any) -> None:
        self.moments.append((state.as_of_ms, state.readings["up"]["water_level"].value))

    def _count(self) -> None:
        self.live += 1


@pytest.fixture
def past() -> PlainPast:
    return PlainPast(
        [alarm(60), alarm(90, "closed"), alarm(300, name="b", colour="yellow")], [(NOON_MS + HOUR_MS, POSE)]
    )


@pytest.fixture
def watched(qtbot: Any, past: PlainPast) -> Iterator[Watched]:
    from sanping.ui.live.time_machine import TimeMachine

    machine = TimeMachine(lambda: END_MS)
    found = Watched(machine)
    machine.remember(past)
    qtbot.waitUntil(lambda: len(machine.happened.raised) == 2)
    yield found
    past.gate.set()
    machine.close()
    machine.deleteLater()


def at(minute: int) -> int:
    return NOON_MS + minute * MINUTE_MS


def test_a_moment_of_the_past_is_shown_and_then_the_present(watched: Watched, qtbot: Any) -> None:
    # given a machine that knows a day
    machine = watched.machine
    assert machine.timeline.first_ms == NOON_MS

    # when five o'clock is gone to, and then the present
    machine.go_to(at(300))
    qtbot.waitUntil(lambda: bool(watched.moments))
    shown = machine.timeline
    machine.go_live()

    # then the values of five o'clock were shown, paused, and then it is live
    assert watched.moments[-1] == (at(300), 300.0)
    assert (shown.mode, shown.at_ms) == ("paused", at(300))
    assert watched.live == 1
    assert machine.timeline.mode == "live"
    assert watched.waiting[:2] == [True, False]


def test_scrubbing_asks_one_question_at_a_time_and_ends_where_the_hand_is(
    watched: Watched, past: PlainPast, qtbot: Any
) -> None:
    # given a hub that takes its time
    machine = watched.machine
    past.gate.clear()
    asked = past.asked

    # when the hand is dragged over many hours, and the hub answers at last
    for minute in range(100, 1400, 10):
        machine.go_to(at(minute))
    qtbot.wait(50)
    waited = past.asked - asked
    past.gate.set()
    qtbot.waitUntil(lambda: bool(watched.moments) and watched.moments[-1][0] == at(1390))

    # then it was asked once meanwhile, and nothing is shown but the last moment
    assert waited == 1
    assert watched.moments[-1] == (at(1390), 1390.0)
    assert past.asked - asked <= 4


def test_playing_runs_on_without_gaps_and_reads_ahead(watched: Watched, past: PlainPast, qtbot: Any) -> None:
    # given the morning, played at the greatest speed
    machine = watched.machine
    machine.set_speed(3600.0)
    machine.go_to(at(60))
    qtbot.waitUntil(lambda: bool(watched.moments))

    # when it plays for some hours
    machine.play()
    qtbot.waitUntil(lambda: watched.moments[-1][0] > at(60 + 4 * 60), timeout=30_000)
    machine.pause()

    # then the moments only go forward, each with its own value, and few questions were enough
    moments = [moment for moment, _ in watched.moments]
    assert moments == sorted(moments)
    assert all(value == (moment - NOON_MS) // MINUTE_MS for moment, value in watched.moments)
    assert len(set(moments)) > 3
    assert past.asked < 20


def test_time_stands_still_while_the_past_is_not_read(watched: Watched, past: PlainPast, qtbot: Any) -> None:
    # given a replay whose hub stops answering
    machine = watched.machine
    machine.set_speed(3600.0)
    machine.go_to(at(60))
    qtbot.waitUntil(lambda: bool(watched.moments))
    past.gate.clear()

    # when it plays on beyond what was read
    machine.play()
    qtbot.waitUntil(lambda: machine.is_waiting, timeout=30_000)
    stood = machine.timeline.at_ms
    qtbot.wait(400)
    still = machine.timeline.at_ms
    past.gate.set()
    qtbot.waitUntil(lambda: watched.moments[-1][0] > stood, timeout=30_000)

    # then it waited at the end of what it knew, and went on from there
    assert still == stood
    assert machine.timeline.mode == "playing"


def test_playing_ends_in_the_present(watched: Watched, qtbot: Any) -> None:
    # given the last hour
    machine = watched.machine
    machine.set_speed(3600.0)
    machine.go_to(END_MS - HOUR_MS)
    qtbot.waitUntil(lambda: bool(watched.moments))

    # when it is played to its end
    machine.play()

    # then the present is shown
    qtbot.waitUntil(lambda: watched.live == 1, timeout=30_000)
    assert machine.timeline.mode == "live"


def test_one_jumps_from_alarm_to_alarm(watched: Watched, qtbot: Any) -> None:
    # given a day with two alarms
    machine = watched.machine

    # when one jumps back twice, then once more, then forward
    found = []
    for direction in (-1, -1, -1, 1):
        machine.jump(direction)
        found.append(machine.timeline.at_ms)
    qtbot.waitUntil(lambda: bool(watched.moments) and watched.moments[-1][0] == at(300))

    # then it goes to each and stays where there is none
    assert found == [at(300), at(60), at(60), at(300)]
    assert machine.timeline.mode == "paused"


def test_the_recorded_camera_is_followed_on_request(watched: Watched, qtbot: Any) -> None:
    # given a replay
    machine = watched.machine
    machine.go_to(at(120))
    qtbot.waitUntil(lambda: bool(watched.moments))
    before = list(watched.poses)

    # when the camera is to be followed
    machine.follow_camera(follows=True)

    # then it goes where it was recorded, and not before
    assert before == []
    assert watched.poses == [POSE]


def test_a_hub_that_fails_is_told_and_the_next_wish_tries_again(watched: Watched, past: PlainPast, qtbot: Any) -> None:
    # given a hub that cannot answer
    machine = watched.machine
    past.is_broken = True
    machine.play()
    qtbot.waitUntil(lambda: bool(watched.errors))
    stopped = machine.timeline.mode

    # when it can again
    past.is_broken = False
    machine.go_to(at(200))
    qtbot.waitUntil(lambda: bool(watched.moments))

    # then the error was told once, playing had stopped, and the moment is shown
    assert (len(watched.errors), stopped) == (1, "paused")
    assert watched.moments[-1] == (at(200), 200.0)


def test_a_recording_has_no_present(watched: Watched, past: PlainPast, qtbot: Any) -> None:
    # given a recording of two hours
    machine = watched.machine
    machine.replay(past, (at(60), at(180)))
    qtbot.waitUntil(lambda: bool(watched.moments) and watched.moments[-1][0] == at(60))

    # when it is played to its end, asked for the present, and played again
    machine.play(3600.0)
    qtbot.waitUntil(lambda: machine.timeline.at_ms == at(180), timeout=30_000)
    machine.go_live()
    ended = machine.timeline
    machine.play()
    again = machine.timeline

    # then it stays at its end, and begins anew; only closing it shows the present
    assert (ended.mode, ended.at_ms) == ("paused", at(180))
    assert (again.mode, again.at_ms) == ("playing", at(60))
    live = watched.live
    machine.forget()
    assert (machine.timeline.mode, watched.live) == ("live", live + 1)
