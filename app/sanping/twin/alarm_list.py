"""The list of alarms that an operator reads (ISA-18.2): alarms of one rule along one river are one row, none is lost.

Pure: the open alarms in, rows out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sanping.domain.alarm import Alarm, AlarmColour

COLOUR_ORDER: tuple[AlarmColour, ...] = ("red", "orange", "yellow", "blue")
LOW_COLOURS = frozenset[AlarmColour]({"yellow", "blue"})
FLOOD_COUNT = 10
FLOOD_WINDOW_MS = 600_000
_OPEN = frozenset({"active", "acknowledged", "returned"})


@dataclass(frozen=True, kw_only=True)
class AlarmItem:
    """One row of the operator's list: alarms of one rule, at one station or along a river.

    `members` stand worst first, of equals the newest; `key` stays the same while alarms join and leave. `area` is the
    river they lie on, "" when that is not known or the row spans several. `is_flood` when a flood of alarms folded it.
    """

    key: str
    members: tuple[Alarm, ...]
    area: str = ""
    is_flood: bool = False

    @property
    def alarm(self) -> Alarm:
        """The worst and newest, which stands for the row."""
        return self.members[0]

    @property
    def count(self) -> int:
        """How many alarms stand behind the row."""
        return len(self.members)

    @cached_property
    def stations(self) -> int:
        """At how many stations."""
        return len({alarm.station for alarm in self.members})

    @cached_property
    def newest_ms(self) -> int:
        """When the newest of them was raised."""
        return max(alarm.raised_ms for alarm in self.members)

    @cached_property
    def oldest_ms(self) -> int:
        """When the oldest of them was raised."""
        return min(alarm.raised_ms for alarm in self.members)

    @cached_property
    def waiting(self) -> int:
        """How many of them nobody has acknowledged."""
        return sum(alarm.state != "acknowledged" for alarm in self.members)


def operator_items(
    alarms: Iterable[Alarm], now_ms: int, rivers: Mapping[str, str] | None = None
) -> tuple[AlarmItem, ...]:
    """Return what an operator should see, the worst first; `rivers` names the river of each station on one.

    Alarms of one family at one station go with the worst of them. Stations at which the same rule is the worst are one
    row for each river. While more than ten alarms arose within ten minutes, those of low priority (yellow, blue) are
    one row for each rule wherever they are, so that a flood of alarms stays a list a person can read.
    """
    open_alarms = [alarm for alarm in alarms if alarm.state in _OPEN]
    is_flood, known = is_flooded(open_alarms, now_ms), rivers or {}
    groups: dict[tuple[str, str], list[Alarm]] = {}
    folded: set[tuple[str, str]] = set()
    for family in _families(open_alarms):
        worst = min(family, key=_urgency)
        is_folded = is_flood and worst.colour in LOW_COLOURS
        place = (worst.rule, "" if is_folded else known.get(worst.station, ""))
        groups.setdefault(place, []).extend(family)
        if is_folded:
            folded.add(place)
    items = [
        AlarmItem(
            key=f"{rule}@{area}",
            members=tuple(sorted(group, key=_urgency)),
            area=area,
            is_flood=(rule, area) in folded and len(group) > 1,
        )
        for (rule, area), group in groups.items()
    ]
    return tuple(sorted(items, key=lambda item: _urgency(item.alarm)))


def is_flooded(alarms: Iterable[Alarm], now_ms: int) -> bool:
    """Say whether more alarms arose within ten minutes than one person can deal with."""
    return sum(now_ms - alarm.raised_ms <= FLOOD_WINDOW_MS for alarm in alarms) > FLOOD_COUNT


def _families(alarms: Iterable[Alarm]) -> Iterable[Sequence[Alarm]]:
    families: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        families.setdefault(alarm.group or alarm.id, []).append(alarm)
    return families.values()


def _urgency(alarm: Alarm) -> tuple[bool, int, int]:
    return (alarm.state != "active", COLOUR_ORDER.index(alarm.colour), -alarm.raised_ms)
