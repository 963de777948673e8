"""The life of alarms (ISA-18.2): raised, acknowledged, returned, shelved, closed; and the list an operator sees.

Pure: the book of alarms and what happened in, the changed alarms out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from sanping.domain.alarm import Alarm, AlarmColour, AlarmState
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.twin.watching import Finding, Raised

COLOUR_ORDER: tuple[AlarmColour, ...] = ("red", "orange", "yellow", "blue")
FLOOD_COUNT = 10
FLOOD_WINDOW_MS = 600_000
LONGEST_SHELF_MS = 24 * 3_600_000

_UNKNOWN = Text("没有这条告警：{id}。请刷新列表", "There is no such alarm: {id}. Refresh the list")
_NOT_NOW = Text("告警已是“{state}”，不能{wish}", "The alarm is {state} already, it cannot be {wish}")
_NEEDS_UNTIL = Text("搁置须在 24 小时之内到期", "A shelf must end within 24 hours")
STATE_NAMES: Mapping[AlarmState, Text] = {
    "active": Text("未确认", "active"),
    "acknowledged": Text("已确认", "acknowledged"),
    "returned": Text("已恢复待确认", "returned"),
    "shelved": Text("已搁置", "shelved"),
    "closed": Text("已关闭", "closed"),
}
_change = msgspec.structs.replace


def after_findings(book: Mapping[str, Alarm], findings: Iterable[Finding], now_ms: int) -> dict[str, Alarm]:
    """Return the alarms that findings change; one that a person has dealt with closes when its condition is gone."""
    changed: dict[str, Alarm] = {}
    for finding in findings:
        if isinstance(finding, Raised):
            if finding.alarm.id not in book:
                changed[finding.alarm.id] = finding.alarm
            continue
        alarm = changed.get(finding.alarm) or book.get(finding.alarm)
        if alarm is not None and alarm.state in ("active", "acknowledged", "shelved"):
            state: AlarmState = "returned" if alarm.state == "active" else "closed"
            changed[alarm.id] = _change(alarm, state=state, changed_ms=now_ms, shelved_until_ms=0)
    return changed


def acknowledged(book: Mapping[str, Alarm], alarm_id: str, by: str, now_ms: int) -> Alarm:
    """Return the alarm after a person has seen it; one that had returned is closed. Raises `InputError`."""
    alarm = _known(book, alarm_id)
    if alarm.state not in ("active", "returned", "shelved"):
        raise _refused(alarm, Text("确认", "acknowledged"))
    state: AlarmState = "closed" if alarm.state == "returned" else "acknowledged"
    return _change(alarm, state=state, acknowledged_by=by, changed_ms=now_ms, shelved_until_ms=0)


def shelved(book: Mapping[str, Alarm], alarm_id: str, by: str, until_ms: int, now_ms: int) -> Alarm:
    """Return the alarm put aside until a moment at most 24 h away. Raises `InputError`."""
    alarm = _known(book, alarm_id)
    if alarm.state not in ("active", "acknowledged"):
        raise _refused(alarm, Text("搁置", "shelved"))
    if not now_ms < until_ms <= now_ms + LONGEST_SHELF_MS:
        raise InputError(_NEEDS_UNTIL, place=alarm_id)
    return _change(alarm, state="shelved", acknowledged_by=by, changed_ms=now_ms, shelved_until_ms=until_ms)


def closed(book: Mapping[str, Alarm], alarm_id: str, by: str, now_ms: int) -> Alarm:
    """Return the alarm closed by a person. Raises `InputError`."""
    alarm = _known(book, alarm_id)
    if alarm.state == "closed":
        raise _refused(alarm, Text("关闭", "closed"))
    return _change(alarm, state="closed", acknowledged_by=by or alarm.acknowledged_by, changed_ms=now_ms)


def after_time(book: Mapping[str, Alarm], now_ms: int) -> dict[str, Alarm]:
    """Return the alarms whose shelf has ended: they are active again."""
    return {
        alarm.id: _change(alarm, state="active", changed_ms=now_ms, shelved_until_ms=0)
        for alarm in book.values()
        if alarm.state == "shelved" and alarm.shelved_until_ms <= now_ms
    }


def _known(book: Mapping[str, Alarm], alarm_id: str) -> Alarm:
    alarm = book.get(alarm_id)
    if alarm is None:
        raise InputError(_UNKNOWN.with_values(id=alarm_id))
    return alarm


def _refused(alarm: Alarm, wish: Text) -> InputError:
    return InputError(_NOT_NOW.with_values(state=STATE_NAMES[alarm.state], wish=wish), place=alarm.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmItem:
    """One line of the operator's list: the worst and newest alarm of a group, and how many stand behind it."""

    alarm: Alarm
    count: int
    is_flood: bool = False


def operator_items(alarms: Iterable[Alarm], now_ms: int) -> tuple[AlarmItem, ...]:
    """Return what an operator should see, the worst first.

    Alarms of one family at one station are one item. When more than ten items arose within ten minutes, those of one
    rule become one item, so that a flood of alarms stays a list a person can read (ISA-18.2).
    """
    open_alarms = [alarm for alarm in alarms if alarm.state in ("active", "acknowledged", "returned")]
    items = _joined((alarm.group or alarm.id, alarm) for alarm in open_alarms)
    recent = [item for item in items if now_ms - item.alarm.raised_ms <= FLOOD_WINDOW_MS]
    if len(recent) > FLOOD_COUNT:
        settled = [item for item in items if now_ms - item.alarm.raised_ms > FLOOD_WINDOW_MS]
        settled_groups = {item.alarm.group or item.alarm.id for item in settled}
        fresh = [alarm for alarm in open_alarms if (alarm.group or alarm.id) not in settled_groups]
        items = [*_joined(((alarm.rule, alarm) for alarm in fresh), is_flood=True), *settled]
    return tuple(sorted(items, key=lambda item: _urgency(item.alarm)))


def _joined(keyed: Iterable[tuple[str, Alarm]], *, is_flood: bool = False) -> list[AlarmItem]:
    groups: dict[str, list[Alarm]] = {}
    for key, alarm in keyed:
        groups.setdefault(key, []).append(alarm)
    return [
        AlarmItem(alarm=min(group, key=_urgency), count=len(group), is_flood=is_flood and len(group) > 1)
        for group in groups.values()
    ]


def _urgency(alarm: Alarm) -> tuple[bool, int, int]:
    return (alarm.state != "active", COLOUR_ORDER.index(alarm.colour), -alarm.raised_ms)
