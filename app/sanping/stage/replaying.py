"""The city at any moment of the past, from what was remembered: as-of values, later observations, alarms. Pure.

Nothing of the present gets in: a `LiveState` made here carries the moment it shows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.stage.camera_track import CAMERA, Track, track_of
from sanping.twin.live import LiveState, with_observations

ALARM, NOTICE = "alarm", "notice"
KINDS = (ALARM, NOTICE, CAMERA)
LEVEL = "water_level"
LEAD_MS = 3 * 3_600_000
LEAST_AHEAD_MS = 600_000
AHEAD_S = 6.0
BEHIND_SHARE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Alarms, public warnings and the camera over the whole past.

    `alarms` are versions of alarms by the moment they changed, `notices` public warnings with the moment they came.
    `raised` are their first versions: the ticks of the time bar, and where one jumps to.
    """

    alarms: tuple[Alarm, ...] = ()
    notices: tuple[tuple[int, Notice], ...] = ()
    raised: tuple[Alarm, ...] = ()
    camera: Track = ()

    @property
    def raised_ms(self) -> tuple[int, ...]:
        """Moments from which alarms were known, in order."""
        return tuple(alarm.changed_ms for alarm in self.raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was measured from `from_ms` to `to_ms`; `base` holds every series as of the beginning, `rows` what came."""

    from_ms: int
    to_ms: int
    base: tuple[Observation, ...]
    rows: tuple[Observation, ...]

    def holds(self, at_ms: int) -> bool:
        """Say whether a moment can be shown from it."""
        return self.from_ms <= at_ms <= self.to_ms


def happened(events: Iterable[Event]) -> Happened:
    """Return what events tell; one that cannot be read is left out."""
    listed = sorted(events, key=lambda event: event.time_ms)
    alarms: list[Alarm] = []
    notices: list[tuple[int, Notice]] = []
    for event in listed:
        with suppress(msgspec.MsgspecError):
            if event.kind == ALARM:
                alarms.append(msgspec.json.decode(event.body, type=Alarm))
            elif event.kind == NOTICE:
                notices.append((event.time_ms, msgspec.json.decode(event.body, type=Notice)))
    alarms.sort(key=lambda alarm: alarm.changed_ms)
    first = {alarm.id: alarm for alarm in reversed(alarms)}
    raised = tuple(sorted(first.values(), key=lambda alarm: alarm.changed_ms))
    return Happened(alarms=tuple(alarms), notices=tuple(notices), raised=raised, camera=track_of(listed))


def with_alarms(past: Happened, alarms: Iterable[Alarm]) -> Happened:
    """Return what happened with newer versions of alarms, as they come while live."""
    known = {(alarm.id, alarm.changed_ms) for alarm in past.alarms}
    newer = [alarm for alarm in alarms if (alarm.id, alarm.changed_ms) not in known]
    if not newer:
        return past
    ids = {alarm.id for alarm in past.raised}
    raised = [*past.raised, *(alarm for alarm in newer if alarm.id not in ids)]
    return replace(
        past,
        alarms=tuple(sorted((*past.alarms, *newer), key=lambda alarm: alarm.changed_ms)),
        raised=tuple(sorted(raised, key=lambda alarm: alarm.changed_ms)),
    )


def alarms_at(past: Happened, at_ms: int) -> Mapping[str, Alarm]:
    """Return every alarm that was not closed at a moment, as it stood then."""
    until = bisect_right(past.alarms, at_ms, key=lambda alarm: alarm.changed_ms)
    book = {alarm.id: alarm for alarm in past.alarms[:until]}
    return MappingProxyType({name: alarm for name, alarm in book.items() if alarm.state != "closed"})


def neighbour(raised_ms: Sequence[int], at_ms: int, step: int) -> int | None:
    """Return the moment of the next alarm (`step` 1) or the one before (−1), None when there is none."""
    if step > 0:
        place = bisect_right(raised_ms, at_ms)
        return raised_ms[place] if place < len(raised_ms) else None
    place = bisect_left(raised_ms, at_ms)
    return raised_ms[place - 1] if place else None


def wanted_span(at_ms: int, speed: float, last_ms: int) -> tuple[int, int]:
    """Return the stretch to ask for so that playing on from a moment is fluent at a speed."""
    ahead_ms = max(LEAST_AHEAD_MS, int(AHEAD_S * speed * 1000))
    return (at_ms, max(at_ms, min(at_ms + ahead_ms, last_ms)))


def wants_more(window: Window, at_ms: int, speed: float, last_ms: int) -> bool:
    """Say whether it is time to ask for what comes after a window: half of it has been shown."""
    half_ms = max(LEAST_AHEAD_MS, int(AHEAD_S * speed * 1000)) // 2
    return window.to_ms < last_ms and window.to_ms - at_ms < half_ms


def continued(window: Window, rows: Sequence[Observation], to_ms: int, at_ms: int) -> Window:
    """Return a window that goes on to `to_ms`; what lies long before `at_ms` moves into its base."""
    cut_ms = max(window.from_ms, at_ms - LEAD_MS)
    place = bisect_right(window.rows, cut_ms, key=lambda row: row.event_ms)
    base = {(row.station, row.quantity, row.statistic, row.period_s): row for row in window.base}
    for row in window.rows[:place]:
        base[(row.station, row.quantity, row.statistic, row.period_s)] = row
    return Window(from_ms=cut_ms, to_ms=to_ms, base=tuple(base.values()), rows=(*window.rows[place:], *rows))


def recent_levels(window: Window, at_ms: int) -> Mapping[str, Sequence[tuple[int, float]]]:
    """Return the levels of the last hours before a moment by station, for the trend."""
    begin = bisect_right(window.rows, at_ms - LEAD_MS, key=lambda row: row.event_ms)
    end = bisect_right(window.rows, at_ms, key=lambda row: row.event_ms)
    found: dict[str, list[tuple[int, float]]] = {}
    for row in window.rows[begin:end]:
        if row.quantity == LEVEL and row.quality == "good":
            found.setdefault(row.station, []).append((row.event_ms, row.value))
    return found


class Reel:
    """Winds through a window: forward it costs only what came since, backward it begins anew."""

    def __init__(self) -> None:
        self._window: Window | None = None
        self._past: Happened | None = None
        self._at_ms = 0
        self._place = 0
        self._state = LiveState()
        self._alarms_until = -1

    def state(self, window: Window, past: Happened, at_ms: int) -> LiveState:
        """Return the city at a moment that the window holds."""
        if window is not self._window or at_ms < self._at_ms:
            self._begin(window)
        place = bisect_right(window.rows, at_ms, lo=self._place, key=lambda row: row.event_ms)
        if place > self._place:
            self._state = with_observations(self._state, window.rows[self._place : place])
            self._place = place
        until = bisect_right(past.alarms, at_ms, key=lambda alarm: alarm.changed_ms)
        if past is not self._past or until != self._alarms_until:
            self._past, self._alarms_until = past, until
            self._state = replace(self._state, alarms=alarms_at(past, at_ms))
        if past.notices:
            come = {notice.key: notice for came_ms, notice in past.notices if came_ms <= at_ms}
            self._state = replace(self._state, notices=MappingProxyType(come))
        self._at_ms = at_ms
        return replace(self._state, as_of_ms=at_ms)

    def _begin(self, window: Window) -> None:
        self._window, self._place, self._at_ms = window, 0, window.from_ms
        self._past, self._alarms_until = None, -1
        self._state = with_observations(LiveState(is_linked=True), window.base)
