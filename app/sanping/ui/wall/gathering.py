"""Puts the facts of the wall together from what lives: names for alarms, courses of levels, who leads; pure."""

from collections.abc import Mapping

from sanping.domain.text import Text
from sanping.stage.show import ShowState
from sanping.twin.alarm_list import AlarmItem, operator_items
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import RiverView
from sanping.ui.live.alarm_rows import NOTHING, AlarmLine
from sanping.ui.wall.facts import LEVEL, Points

SCREENS: Mapping[str, Text] = {
    "desk": Text("中屏", "Desk"),
    "wall": Text("大屏", "Wall"),
    "phone": Text("小屏", "Phone"),
    "kiosk": Text("展示屏", "Kiosk"),
}
MOST_POINTS = 1500


def alarm_lines(part: LivePart, view: RiverView) -> tuple[AlarmLine, ...]:
    """Return the operator's list with the names of stations and rules."""
    rivers = {station.id: station.river for station in part.stations if station.river}
    return tuple(_line_of(part, item) for item in operator_items(view.alarms, view.now_ms, rivers))


def _line_of(part: LivePart, item: AlarmItem) -> AlarmLine:
    alarm, river = item.alarm, part.river(item.area)
    rule = next((rule for rule in part.rules if rule.id == alarm.rule), None)
    station = part.by_id.get(alarm.station)
    alone = () if item.count < 2 else item.members
    return AlarmLine(
        item=item,
        station=Text(alarm.station, alarm.station) if station is None else station.name,
        rule=NOTHING if rule is None else rule.title,
        advice=NOTHING if rule is None else rule.advice,
        area=Text(item.area, item.area) if river is None else river.title,
        is_measured=bool(alarm.quantity) and (rule is None or bool(rule.quantity)),
        members=tuple(_line_of(part, AlarmItem(key=one.id, members=(one,))) for one in alone),
    )


def leader_of(show: ShowState | None) -> Text | None:
    """Return what people call the screen that leads, None while nobody does."""
    if show is None or not show.floor.holder:
        return None
    member = show.members.get(show.floor.holder)
    if member is None:
        return Text(show.floor.holder, show.floor.holder)
    kind = SCREENS.get(member.kind, Text(member.kind, member.kind))
    return Text(f"{kind.zh} {member.name}".strip(), f"{kind.en} {member.name}".strip())


def with_newest(courses: Mapping[str, Points], view: RiverView) -> dict[str, Points]:
    """Return the courses with the levels that have come since."""
    found = dict(courses)
    for name, known in courses.items():
        one = view.by_id.get(name)
        reading = None if one is None else one.readings.get(LEVEL)
        if reading is None or reading.quality != "good":
            continue
        if not known or known[-1][0] < reading.event_ms:
            found[name] = (*known, (float(reading.event_ms), reading.value))[-MOST_POINTS:]
    return found
