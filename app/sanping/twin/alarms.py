"""The life of alarms (ISA-18.2): raised, acknowledged, returned, shelved, closed.

Pure: the book of alarms and what happened in, the changed alarms out.
"""

from collections.abc import Iterable, Mapping

import msgspec

from sanping.domain.alarm import Alarm, AlarmState
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.twin.watching import Finding, Raised

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


def many_acknowledged(book: Mapping[str, Alarm], alarm_ids: Iterable[str], by: str, now_ms: int) -> list[Alarm]:
    """Return those of many alarms that change when a person has seen them all. Raises `InputError` if none is known."""
    return [acknowledged(book, alarm.id, by, now_ms) for alarm in _in_state(book, alarm_ids, "active", "returned")]


def many_shelved(
    book: Mapping[str, Alarm], alarm_ids: Iterable[str], by: str, until_ms: int, now_ms: int
) -> list[Alarm]:
    """Return those of many alarms that change when all are put aside. Raises `InputError` as `shelved` does."""
    open_alarms = _in_state(book, alarm_ids, "active", "acknowledged")
    return [shelved(book, alarm.id, by, until_ms, now_ms) for alarm in open_alarms]


def many_closed(book: Mapping[str, Alarm], alarm_ids: Iterable[str], by: str, now_ms: int) -> list[Alarm]:
    """Return those of many alarms that change when a person closes them all. Raises `InputError` if none is known."""
    open_alarms = _in_state(book, alarm_ids, "active", "acknowledged", "returned", "shelved")
    return [closed(book, alarm.id, by, now_ms) for alarm in open_alarms]


def _in_state(book: Mapping[str, Alarm], alarm_ids: Iterable[str], *states: AlarmState) -> list[Alarm]:
    """Return the alarms that are in one of the states; the rest of a group was dealt with meanwhile."""
    names = tuple(dict.fromkeys(alarm_ids))
    known = [book[name] for name in names if name in book]
    if not known:
        raise InputError(_UNKNOWN.with_values(id=", ".join(names[:3]) or "—"))
    return [alarm for alarm in known if alarm.state in states]


def _known(book: Mapping[str, Alarm], alarm_id: str) -> Alarm:
    alarm = book.get(alarm_id)
    if alarm is None:
        raise InputError(_UNKNOWN.with_values(id=alarm_id))
    return alarm


def _refused(alarm: Alarm, wish: Text) -> InputError:
    return InputError(_NOT_NOW.with_values(state=STATE_NAMES[alarm.state], wish=wish), place=alarm.id)
