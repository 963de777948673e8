"""The time machine: holds the timeline, reads the past ahead in threads, and tells what was true at the moment shown.

It shows nothing itself and mixes nothing of the present in: while the past is not read yet, time stands still.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from sanping.domain.alarm import Alarm
from sanping.domain.errors import SanpingError
from sanping.ports.past import Past, Stretch
from sanping.stage import replaying as wind
from sanping.stage import timeline as decide
from sanping.stage.camera_track import CameraMoment, pose_at
from sanping.stage.replaying import Happened, Reel, Window
from sanping.stage.timeline import LIVE, Timeline
from sanping.ui.live.asking import Asking

TICK_MS = 100
LONGEST_STEP_S = 1.0
DRIFT_MS = 2000
DAY_MS = 86_400_000
SURVEYED_MS = 31 * DAY_MS
SURVEYED_AGAIN_MS = 60_000


class TimeMachine(QObject):
    """One timeline for the whole twin.

    `timeline_changed` carries a `Timeline`; `moment_shown` a `LiveState` of the past and the levels before it by
    station; `live_shown` comes when the present is shown again; `happened_changed` carries `Happened`;
    `waiting_changed` says whether the past is still being read; `camera_asked` a `CameraPose` while the recorded camera
    is followed; `failed` a `SanpingError`. `now_ms` is the present by the hub's clock.
    """

    timeline_changed = Signal(object)
    moment_shown = Signal(object, object)
    live_shown = Signal()
    happened_changed = Signal(object)
    waiting_changed = Signal(bool)
    camera_asked = Signal(object)
    failed = Signal(object)

    def __init__(self, now_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline = LIVE
        self.happened = Happened()
        self.is_waiting = self.follows_camera = self.is_recording = False
        self._now_ms = now_ms
        self._asking = Asking(self)
        self._past: Past | None = None
        self._end_ms = self._lead_ms = self._surveyed_ms = 0
        self._window: Window | None = None
        self._reel = Reel()
        self._is_reading = self._is_extending = False
        self._passed = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)

    @property
    def has_past(self) -> bool:
        """Somebody remembers."""
        return self._past is not None

    @property
    def last_ms(self) -> int:
        """The latest moment that can be shown: the present, or the end of a recording."""
        return self._end_ms if self.is_recording else self._now_ms()

    @property
    def shown_ms(self) -> int:
        """The moment that is shown."""
        return self.timeline.shown_ms(self.last_ms)

    def remember(self, past: Past, *, lead_ms: int = wind.LEAD_MS) -> None:
        """Take the past from a hub; `lead_ms` is how much before a moment is read with it, for the trend."""
        self.forget()
        self._past, self._lead_ms = past, lead_ms
        self._survey()

    def replay(self, past: Past, span: tuple[int, int], *, lead_ms: int = wind.LEAD_MS) -> None:
        """Show a recording instead of the present, paused at its beginning; there is no present until `forget`."""
        self.forget()
        self._past, self._lead_ms = past, lead_ms
        self.is_recording, self._end_ms = True, span[1]
        self._survey()
        self._set(Timeline(mode="paused", at_ms=span[0], first_ms=span[0]))

    def forget(self) -> None:
        """Show the present, and forget the past."""
        self._asking.forget()
        self._past, self._window = None, None
        self._is_reading = self._is_extending = self.is_recording = False
        self._surveyed_ms = 0
        self._set_waiting(is_waiting=False)
        self._know(Happened())
        self._set(LIVE)

    def close(self) -> None:
        """End the threads."""
        self._tick.stop()
        self._asking.close()

    # What a person wishes.

    def go_live(self) -> None:
        """Return to the present."""
        self._set(decide.live(self.timeline))

    def pause(self) -> None:
        """Hold the moment that is shown."""
        if self.has_past:
            self._set(decide.paused(self.timeline, self.last_ms))

    def play(self, speed: float | None = None) -> None:
        """Play on from the moment shown; from the end of a recording it begins again."""
        if not self.has_past:
            return
        timeline = self.timeline
        if self.is_recording and timeline.at_ms == self._end_ms:
            timeline = replace(timeline, at_ms=timeline.first_ms)
        self._set(decide.playing(timeline, self.last_ms, speed))

    def toggle(self) -> None:
        """Play or hold."""
        if self.timeline.mode == "playing":
            self.pause()
        else:
            self.play()

    def set_speed(self, speed: float) -> None:
        """Play at another speed, now or later."""
        self._set(replace(self.timeline, speed=speed))

    def change_speed(self, steps: int) -> None:
        """Play faster by some steps, or slower."""
        self._set(decide.faster(self.timeline, steps))

    def go_to(self, at_ms: int) -> None:
        """Show a moment; while playing it plays on from there."""
        if not self.has_past:
            return
        moved = decide.moved_to(self.timeline, at_ms, self.last_ms)
        was_playing = self.timeline.mode == "playing" and moved.at_ms is not None
        self._set(replace(moved, mode="playing") if was_playing else moved)

    def go_with(self, timeline: Timeline) -> None:
        """Show the moment that another screen leads; while that plays, this plays on its own and is set right at times.

        Nothing happens while a recording is shown.
        """
        if self.is_recording:
            return
        if timeline.at_ms is None:
            self.go_live()
            return
        if timeline.mode == "paused":
            self.pause()
            self.go_to(timeline.at_ms)
            return
        drift_ms = abs(self.shown_ms - timeline.at_ms)
        is_running = self.timeline.mode == "playing" and self.timeline.speed == timeline.speed
        if not is_running or drift_ms > max(DRIFT_MS, DRIFT_MS * timeline.speed):
            self.go_to(timeline.at_ms)
            self.play(timeline.speed)

    def step(self, seconds: float) -> None:
        """Go on or back by some seconds, paused."""
        if self.has_past:
            self._set(decide.moved_to(self.timeline, self.shown_ms + round(seconds * 1000), self.last_ms))

    def jump(self, direction: int) -> None:
        """Go to the next alarm (1) or the one before (−1), paused there; nothing happens where there is none."""
        at_ms = wind.neighbour(self.happened.raised_ms, self.shown_ms, direction)
        if at_ms is not None and self.has_past:
            self._set(decide.moved_to(self.timeline, at_ms, self.last_ms))

    def follow_camera(self, *, follows: bool) -> None:
        """Let the camera go the way it was recorded, or not."""
        self.follows_camera = follows
        self._follow()
        self.timeline_changed.emit(self.timeline)

    # What others tell while live.

    def note_alarms(self, alarms: Iterable[Alarm]) -> None:
        """Learn of alarms as they are now, for the ticks."""
        self._know(wind.with_alarms(self.happened, alarms))

    def note_camera(self, moment: CameraMoment) -> None:
        """Learn where the camera was recorded."""
        self._know(replace(self.happened, camera=(*self.happened.camera, moment)))

    def _know(self, happened: Happened) -> None:
        if happened is not self.happened:
            self.happened = happened
            self.happened_changed.emit(happened)

    def _set(self, timeline: Timeline) -> None:
        if timeline.mode == "live" and self.is_recording:
            timeline = replace(timeline, mode="paused", at_ms=self._end_ms)
        old, self.timeline = self.timeline, timeline
        if timeline.mode == "playing" and not self._tick.isActive():
            self._passed.start()
            self._tick.start()
        elif timeline.mode != "playing":
            self._tick.stop()
        if timeline != old:
            self.timeline_changed.emit(timeline)
        if timeline.at_ms is not None:
            if old.at_ms is None and self._now_ms() - self._surveyed_ms > SURVEYED_AGAIN_MS:
                self._survey()
            self._show(timeline.at_ms)
        elif old.at_ms is not None:
            self._window = None
            self._set_waiting(is_waiting=False)
            self.live_shown.emit()

    def _show(self, at_ms: int) -> None:
        window = self._window
        if window is None or not window.holds(at_ms):
            self._set_waiting(is_waiting=True)
            self._read()
            return
        self._set_waiting(is_waiting=False)
        state = self._reel.state(window, self.happened, at_ms)
        self.moment_shown.emit(state, wind.recent_levels(window, at_ms))
        self._follow()
        if self.timeline.mode == "playing":
            self._read_ahead(window, at_ms)

    def _follow(self) -> None:
        if self.follows_camera and self.timeline.at_ms is not None:
            pose = pose_at(self.happened.camera, self.timeline.at_ms)
            if pose is not None:
                self.camera_asked.emit(pose)

    @Slot()
    def _on_tick(self) -> None:
        elapsed_s = min(LONGEST_STEP_S, self._passed.restart() / 1000)
        window, at_ms = self._window, self.timeline.at_ms
        if at_ms is None or window is None or not window.holds(at_ms):
            return
        moved = decide.advanced(self.timeline, elapsed_s, self.last_ms)
        if moved.at_ms is not None and moved.at_ms > window.to_ms:
            self._set_waiting(is_waiting=True)
            self._read_ahead(window, window.to_ms)
            if window.to_ms == at_ms:
                return
            moved = replace(moved, at_ms=window.to_ms)
        self._set(moved)

    def _set_waiting(self, *, is_waiting: bool) -> None:
        if is_waiting != self.is_waiting:
            self.is_waiting = is_waiting
            self.waiting_changed.emit(is_waiting)

    # Reading, in threads.

    def _survey(self) -> None:
        past, end_ms = self._past, self.last_ms
        if past is None:
            return
        self._surveyed_ms = self._now_ms()

        def survey() -> tuple[int, Happened]:
            first_ms, _ = past.span()
            from_ms = max(first_ms, end_ms - SURVEYED_MS) if first_ms else end_ms - SURVEYED_MS
            return first_ms, wind.happened(past.events(from_ms, end_ms, wind.KINDS))

        self._asking.ask(survey, self._on_survey, self._on_failed)

    def _on_survey(self, found: tuple[int, Happened]) -> None:
        first_ms, happened = found
        self._know(happened)
        if not self.is_recording:
            self._set(decide.begun_at(self.timeline, first_ms))

    def _read(self) -> None:
        past, at_ms = self._past, self.timeline.at_ms
        if past is None or at_ms is None or self._is_reading:
            return
        self._is_reading = True
        span = wind.wanted_span(at_ms, self.timeline.speed, self.last_ms)
        lead_ms = self._lead_ms
        self._asking.ask(lambda: _window(past, at_ms, span[1], lead_ms), self._on_window, self._on_read_failed)

    def _on_window(self, window: Window) -> None:
        self._is_reading = False
        if self.timeline.at_ms is not None:  # the present needs none, and the next past may have grown meanwhile
            self._window = window
            self._passed.restart()
            self._show(self.timeline.at_ms)

    def _read_ahead(self, window: Window, at_ms: int) -> None:
        past, last_ms = self._past, self.last_ms
        if past is None or self._is_extending or not wind.wants_more(window, at_ms, self.timeline.speed, last_ms):
            return
        self._is_extending = True
        from_ms, to_ms = wind.wanted_span(window.to_ms, self.timeline.speed, last_ms)

        def read() -> tuple[Window, Stretch]:
            return window, past.rows(from_ms + 1, to_ms)

        self._asking.ask(read, self._on_more, self._on_more_failed)

    def _on_more(self, found: tuple[Window, Stretch]) -> None:
        self._is_extending = False
        window, stretch = found
        if window is self._window and self.timeline.at_ms is not None:
            self._window = wind.continued(window, stretch.rows, stretch.to_ms, self.timeline.at_ms)

    def _on_read_failed(self, error: SanpingError) -> None:
        self._is_reading = False
        self._on_failed(error)

    def _on_more_failed(self, error: SanpingError) -> None:
        self._is_extending = False
        self._on_failed(error)

    def _on_failed(self, error: SanpingError) -> None:
        """Stand still where the past cannot be read; the next wish tries again."""
        self._set_waiting(is_waiting=False)
        if self.timeline.mode == "playing":
            self.pause_quietly()
        self.failed.emit(error)

    def pause_quietly(self) -> None:
        """Hold the moment without reading again."""
        self._tick.stop()
        self.timeline = replace(self.timeline, mode="paused")
        self.timeline_changed.emit(self.timeline)


def _window(past: Past, at_ms: int, to_ms: int, lead_ms: int) -> Window:
    """Read what is needed around a moment; runs in a thread."""
    from_ms = at_ms - lead_ms
    base = tuple(past.as_of(from_ms))
    stretch = past.rows(from_ms + 1, to_ms)
    rows = list(stretch.rows)
    while stretch.to_ms < at_ms:
        stretch = past.rows(stretch.to_ms + 1, to_ms)
        rows += stretch.rows
    return Window(from_ms=from_ms, to_ms=stretch.to_ms, base=base, rows=tuple(rows))
