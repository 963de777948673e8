"""Whatever is asked of the time machine: the moment shown is one that can be, and shows what was known of it."""

from bisect import insort
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication, QElapsedTimer
from PySide6.QtWidgets import QApplication

from fakes.machine_profile import profile
from fakes.plain_past import END_MS, PlainPast, alarm
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.observation import Observation
from sanping.stage.timeline import SPEEDS, Timeline

pytestmark = pytest.mark.gui
PATIENCE_MS = 5_000
HOUR_MS = 60 * MINUTE_MS
minutes = st.integers(-90, 24 * 60 + 90)
speeds = st.sampled_from(SPEEDS)


class Growing(PlainPast):
    """A day to which values are added, late ones too."""

    def add(self, row: Observation) -> None:
        insort(self._rows, row, key=lambda one: one.event_ms)

    def known(self, at_ms: int) -> set[float]:
        """Return every value that may be shown of a moment: the last before it, with or without the late ones."""
        past = [row for row in self._rows if row.event_ms <= at_ms]
        whole = next((n for n in range(len(past) - 1, -1, -1) if past[n].value == int(past[n].value)), 0)
        return {row.value for row in past[whole:]}

    def newest(self, at_ms: int) -> float | None:
        return next((row.value for row in reversed(self._rows) if row.event_ms <= at_ms), None)


class Playback(RuleBasedStateMachine):
    """A time machine in a window's thread; its past answers, is slow, fails and grows."""

    def __init__(self) -> None:
        super().__init__()
        from sanping.ui.live import time_machine

        self.ticks = patch.object(time_machine, "TICK_MS", 1)
        self.ticks.start()
        self.now = END_MS
        self.past = Growing([alarm(60), alarm(90, "closed"), alarm(300, name="b")])
        self.machine = time_machine.TimeMachine(lambda: self.now)
        self.wrong: list[str] = []
        self.shown: tuple[int, float | None] | None = None
        self.is_live_shown = True
        self.has_failed = False
        self.machine.moment_shown.connect(self.take)
        self.machine.live_shown.connect(self.note_live)
        self.machine.failed.connect(self.note_failure)
        self.machine.remember(self.past)
        self.settle()

    # What it tells.

    def take(self, state: Any, _levels: Any) -> None:
        at_ms = self.machine.timeline.at_ms
        row = state.readings["up"]["water_level"] if state.readings else None
        self.wrong += [] if state.as_of_ms == at_ms else ["another moment than that of the timeline"]
        if row is not None:
            self.wrong += [] if row.event_ms <= state.as_of_ms else ["a value from the future"]
            self.wrong += [] if row.value in self.past.known(state.as_of_ms) else [f"{row.value} was never so"]
        elif self.past.newest(state.as_of_ms) is not None:
            self.wrong.append("nothing is shown of a moment that is known")
        self.shown, self.is_live_shown = (state.as_of_ms, None if row is None else row.value), False

    def note_live(self) -> None:
        self.is_live_shown = True

    def note_failure(self, _error: Any) -> None:
        self.has_failed = True

    # Waiting.

    def settle(self) -> None:
        """Wait until no question is under way; a past that is held back answers none."""
        self.until(lambda: not self.machine._asking._waiting or not self.past.gate.is_set())

    def until(self, holds: Callable[[], bool]) -> None:
        passed = QElapsedTimer()
        passed.start()
        QCoreApplication.processEvents()
        while not holds():
            QCoreApplication.processEvents()
            assert passed.elapsed() < PATIENCE_MS, "a question was never answered"

    # What a person wishes.

    @rule(minute=minutes)
    def go_to(self, minute: int) -> None:
        self.has_failed = False
        self.machine.go_to(NOON_MS + minute * MINUTE_MS)

    @rule(moves=st.lists(minutes, min_size=2, max_size=5))
    def scrub(self, moves: Sequence[int]) -> None:
        for minute in moves:
            self.go_to(minute)

    @rule(seconds=st.sampled_from((-7200.0, -300.0, 300.0, 7200.0)))
    def step(self, seconds: float) -> None:
        self.has_failed = False
        self.machine.step(seconds)

    @rule(direction=st.sampled_from((-1, 1)))
    def jump(self, direction: int) -> None:
        self.machine.jump(direction)

    @rule(speed=st.one_of(st.none(), speeds))
    def play(self, speed: float | None) -> None:
        self.has_failed = False
        self.machine.play(speed)

    @rule(speed=speeds, is_quicker=st.booleans())
    def change_speed(self, speed: float, is_quicker: bool) -> None:
        self.machine.set_speed(speed)
        self.machine.change_speed(1 if is_quicker else -1)
        assert self.machine.timeline.speed in SPEEDS

    @rule()
    def pause(self) -> None:
        before = self.machine.shown_ms
        self.machine.pause()
        assert not self.machine.has_past or self.machine.timeline.at_ms == before

    @rule()
    def toggle(self) -> None:
        self.machine.toggle()

    @rule()
    def go_live(self) -> None:
        self.machine.go_live()

    @rule(minute=st.one_of(st.none(), minutes), speed=speeds, is_playing=st.booleans())
    def go_with(self, minute: int | None, speed: float, is_playing: bool) -> None:
        """Another screen leads."""
        at_ms = None if minute is None else NOON_MS + minute * MINUTE_MS
        mode = "live" if at_ms is None else "playing" if is_playing else "paused"
        self.machine.go_with(Timeline(mode=mode, at_ms=at_ms, speed=speed))  # type: ignore[arg-type]

    # What the past does, and time.

    @rule()
    def go_on(self) -> None:
        """Let it play, and its questions be answered."""
        passed = QElapsedTimer()
        passed.start()
        self.until(lambda: passed.elapsed() >= 4)
        self.settle()

    @rule(minute=st.integers(0, 24 * 60 - 1), seconds=st.integers(1, 59))
    def be_told_late(self, minute: int, seconds: int) -> None:
        at_ms = NOON_MS + minute * MINUTE_MS + seconds * 1000
        self.past.add(reading("up", "water_level", minute + seconds / 100, at_ms))

    @rule(more=st.integers(1, 30))
    def let_pass(self, more: int) -> None:
        for _ in range(more):
            self.now += MINUTE_MS
            self.past.add(reading("up", "water_level", float((self.now - NOON_MS) // MINUTE_MS), self.now))

    @rule(is_broken=st.booleans())
    def break_the_line(self, is_broken: bool) -> None:
        self.past.is_broken = is_broken

    @rule(is_held=st.booleans())
    def hold_answers_back(self, is_held: bool) -> None:
        (self.past.gate.clear if is_held else self.past.gate.set)()

    @rule(is_recording=st.booleans())
    def take_another_past(self, is_recording: bool) -> None:
        self.has_failed = False
        if is_recording:
            self.machine.replay(self.past, self.past.span())
        else:
            self.machine.remember(self.past)

    @rule()
    def forget(self) -> None:
        self.machine.forget()
        assert self.machine.timeline.mode == "live"

    # What always holds.

    @invariant()
    def nothing_wrong_was_shown(self) -> None:
        assert not self.wrong, self.wrong[0]

    @invariant()
    def the_moment_is_one_that_can_be(self) -> None:
        timeline, machine = self.machine.timeline, self.machine
        assert (timeline.at_ms is None) == (timeline.mode == "live")
        assert machine.has_past or timeline.mode == "live"
        assert not machine.is_recording or timeline.mode != "live"
        if timeline.at_ms is not None:
            assert timeline.at_ms <= machine.last_ms
        else:
            assert self.is_live_shown

    @precondition(lambda self: self.past.gate.is_set())
    @invariant()
    def what_is_asked_for_is_shown(self) -> None:
        """Once all is answered a moment that is held is shown, unless its past could not be read."""
        if self.machine.timeline.mode != "paused" or self.past.is_broken or self.has_failed:
            return
        self.settle()
        timeline = self.machine.timeline
        if timeline.mode == "paused" and not self.has_failed:
            assert self.shown is not None
            assert self.shown[0] == timeline.at_ms
            assert timeline.at_ms is None or timeline.at_ms >= timeline.first_ms
            assert not self.machine.is_waiting

    def teardown(self) -> None:
        self.past.is_broken = False
        self.past.gate.set()
        try:
            self.settle()
            self.machine.forget()
            self.machine.remember(self.past)
            self.settle()
            self.has_failed = False
            self.machine.go_to(NOON_MS + HOUR_MS + 1)
            self.settle()
            assert self.shown == (NOON_MS + HOUR_MS + 1, self.past.newest(NOON_MS + HOUR_MS + 1))
            assert not self.wrong, self.wrong[0]
        finally:
            self.machine.close()
            self.machine.deleteLater()
            self.ticks.stop()


def test_whatever_is_asked_of_the_time_machine_it_shows_what_was_true(qapp: QApplication) -> None:
    # given a day that is known, and grows, with a time machine over it
    # when people scrub, play, change speed, follow and go live while its past is slow, fails, or hears late values
    # then every invariant above holds after every step
    run_state_machine_as_test(Playback, settings=profile(40, 30))
