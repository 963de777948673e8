"""A past in RAM for tests of the time machine: a level each minute, two alarms, a camera, and a count of questions."""

import time
from collections.abc import Sequence
from threading import Event as Gate

import msgspec

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.alarm import Alarm, AlarmState
from sanping.domain.errors import HubUnreachable
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.event_log import Event
from sanping.ports.past import Stretch
from sanping.stage.camera_track import body_of

HOURS = 24
END_MS = NOON_MS + HOURS * 60 * MINUTE_MS


def alarm(minute: int, state: AlarmState = "active", name: str = "a", colour: str = "red") -> Alarm:
    return Alarm(
        id=name, rule="r", station="up", quantity="water_level", colour=colour,  # type: ignore[arg-type]
        state=state, title_zh="水位超警戒", title_en="Level high", raised_ms=NOON_MS + minute * MINUTE_MS,
        changed_ms=NOON_MS + minute * MINUTE_MS,
    )  # fmt: skip


class PlainPast:
    """A day; the level of the only station is the minute. `gate` holds questions back while it is cleared."""

    def __init__(self, alarms: Sequence[Alarm] = (), poses: Sequence[tuple[int, CameraPose]] = ()) -> None:
        self.asked = 0
        self.is_broken = False
        self.gate = Gate()
        self.gate.set()
        self._rows = [reading("up", "water_level", float(n), NOON_MS + n * MINUTE_MS) for n in range(HOURS * 60 + 1)]
        self._events = [
            Event(seq=n, time_ms=alarm.changed_ms, kind="alarm", body=msgspec.json.encode(alarm))
            for n, alarm in enumerate(alarms)
        ] + [Event(seq=0, time_ms=at_ms, kind="camera", body=body_of(pose)) for at_ms, pose in poses]

    def span(self) -> tuple[int, int]:
        return self._rows[0].event_ms, self._rows[-1].event_ms

    def as_of(self, moment_ms: int) -> Sequence[Observation]:
        self._wait()
        return [row for row in self._rows if row.event_ms <= moment_ms][-1:]

    def rows(self, from_ms: int, to_ms: int) -> Stretch:
        self._wait()
        return Stretch(rows=[row for row in self._rows if from_ms <= row.event_ms <= to_ms], to_ms=to_ms)

    def events(self, from_ms: int, to_ms: int, kinds: Sequence[str]) -> Sequence[Event]:
        return [event for event in self._events if event.kind in kinds and from_ms <= event.time_ms <= to_ms]

    def _wait(self) -> None:
        self.asked += 1
        self.gate.wait(20)
        if self.is_broken:
            raise HubUnreachable(Text("中枢没有应答", "The hub does not answer"))


def now_ms() -> int:
    return time.time_ns() // 1_000_000
