"""Alarms as the hub keeps them: what the rules find, what people do with it, and what time does."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.errors import InputError
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.twin import alarms
from sanping.twin.live_part import LivePart
from sanping.twin.rules import plan_rules
from sanping.twin.watching import Memory, Watch, step, tick

CLOSED_KEPT_MS = 24 * 3_600_000
MOST_AT_ONCE = 5_000
ACTIONS = ("alarm.acknowledge", "alarm.shelve", "alarm.close")

_NO_ALARM = Text("命令没有指明告警；请给出 alarm 或 alarms", "The command names no alarm; give `alarm` or `alarms`")
_TOO_MANY = Text(
    "一次最多处理 {most} 条告警，命令给出了 {count} 条；请分几次处理",
    "At most {most} alarms are dealt with at once, the command names {count}; do it in several",
)
_NO_UNTIL = Text("搁置命令没有给出到期时刻；请给出 until_ms", "The command to shelve gives no end; give `until_ms`")


class AlarmDesk:
    """All alarms of the twin by id; every method returns the alarms that it changed."""

    def __init__(self, live: LivePart) -> None:
        self.book: dict[str, Alarm] = {}
        self._plan = plan_rules(live.rules, live.stations, live.standard)
        self._memory = Memory()
        self._has_rules = bool(live.rules)

    def recall(self, known: Iterable[Alarm]) -> None:
        """Take up the alarms of an earlier life of the hub: they return when their condition is gone."""
        self.book = {alarm.id: alarm for alarm in known}
        self._memory = _remembering(self.book.values())

    def observe(self, rows: Sequence[Observation], now_ms: int) -> Sequence[Alarm]:
        """Apply the rules to committed rows."""
        if not self._has_rules:
            return ()
        self._memory, findings = step(self._plan, self._memory, rows, now_ms)
        return self._kept(alarms.after_findings(self.book, findings, now_ms))

    def time_passed(self, now_ms: int) -> Sequence[Alarm]:
        """Notice silence and the end of shelves, and forget what was closed a day ago."""
        self._memory, findings = tick(self._plan, self._memory, now_ms)
        changed = self._kept(alarms.after_findings(self.book, findings, now_ms))
        back = self._kept(alarms.after_time(self.book, now_ms))
        for alarm in tuple(self.book.values()):
            if alarm.state == "closed" and alarm.changed_ms < now_ms - CLOSED_KEPT_MS:
                del self.book[alarm.id]
        return (*changed, *back)

    def changed_by(self, action: str, arguments: Mapping[str, object], by: str, now_ms: int) -> Sequence[Alarm]:
        """Return the alarms that a person's command changes; `keep` puts them into the book. Raises `InputError`.

        The command names one `alarm`, or a group as `alarms`. Of a group, those that have been dealt with already, or
        forgotten, are left as they are; a single one is refused then.
        """
        names = _named(arguments)
        if names is None:
            return (self._one_changed_by(action, arguments, by, now_ms),)
        if action == "alarm.acknowledge":
            return alarms.many_acknowledged(self.book, names, by, now_ms)
        if action == "alarm.close":
            return alarms.many_closed(self.book, names, by, now_ms)
        return alarms.many_shelved(self.book, names, by, _until_ms(arguments), now_ms)

    def _one_changed_by(self, action: str, arguments: Mapping[str, object], by: str, now_ms: int) -> Alarm:
        name = arguments.get("alarm")
        if not isinstance(name, str):
            raise InputError(_NO_ALARM)
        if action == "alarm.acknowledge":
            return alarms.acknowledged(self.book, name, by, now_ms)
        if action == "alarm.close":
            return alarms.closed(self.book, name, by, now_ms)
        return alarms.shelved(self.book, name, by, _until_ms(arguments), now_ms)

    def keep(self, alarm: Alarm) -> None:
        """Put a changed alarm into the book."""
        self.book[alarm.id] = alarm

    def _kept(self, changed: Mapping[str, Alarm]) -> Sequence[Alarm]:
        found = tuple(_sendable(alarm) for alarm in changed.values())
        for alarm in found:
            self.book[alarm.id] = alarm
        return found


def _named(arguments: Mapping[str, object]) -> Sequence[str] | None:
    """Return the alarms of a group that a command names, None when it names no group. Raises `InputError`."""
    names = arguments.get("alarms")
    if names is None:
        return None
    if not isinstance(names, (list, tuple)) or not names or not all(isinstance(name, str) for name in names):
        raise InputError(_NO_ALARM)
    if len(names) > MOST_AT_ONCE:
        raise InputError(_TOO_MANY.with_values(count=len(names), most=MOST_AT_ONCE))
    return names


def _until_ms(arguments: Mapping[str, object]) -> int:
    until_ms = arguments.get("until_ms")
    if not isinstance(until_ms, int):
        raise InputError(_NO_UNTIL)
    return until_ms


def _remembering(alarms: Iterable[Alarm]) -> Memory:
    watches = {
        (alarm.rule, alarm.station): Watch(since_ms=alarm.raised_ms, alarm=alarm.id, raised_ms=alarm.raised_ms)
        for alarm in alarms
        if alarm.state in ("active", "acknowledged", "shelved")
    }
    return Memory(watches=MappingProxyType(watches))


def _sendable(alarm: Alarm) -> Alarm:
    """Return the alarm without NaN, which JSON does not know."""
    evidence = tuple(point for point in alarm.evidence if math.isfinite(point[1]))
    value = alarm.value if math.isfinite(alarm.value) else 0.0
    limit = alarm.limit if math.isfinite(alarm.limit) else 0.0
    return msgspec.structs.replace(alarm, evidence=evidence, value=value, limit=limit)
