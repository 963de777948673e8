"""How time limits, places in a life and people are written on the panels of cases."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType

from sanping.domain.case import Colour, PhotoMoment, Urgency
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text

NOTHING = Text("—", "—")
LEFT = Text("剩 {span}", "{span} left")
OVERDUE = Text("超期 {span}", "{span} overdue")
LEFT_HEAD, OVERDUE_HEAD = Text("还剩", "left"), Text("已超期", "overdue by")
ENDED = Text("已办结", "ended")
PAUSED = Text("计时暂停", "clock paused")
SUSPENDED = Text("已挂账", "suspended")
MINUTES = Text("{minutes} 分钟", "{minutes} min")
HOURS = Text("{hours} 小时", "{hours} h")
HOURS_MINUTES = Text("{hours} 小时 {minutes} 分", "{hours} h {minutes} min")
DAYS = Text("{days} 天", "{days} d")
DAYS_HOURS = Text("{days} 天 {hours} 小时", "{days} d {hours} h")
METRES, KILOMETRES = Text("{count} 米", "{count} m"), Text("{count} 公里", "{count} km")
URGENCY: Mapping[Urgency, Text] = MappingProxyType(
    {"normal": Text("一般", "Normal"), "urgent": Text("紧急", "Urgent"), "extreme": Text("特急", "Extreme")}
)
MOMENT: Mapping[PhotoMoment, Text] = MappingProxyType(
    {"scene": Text("现场", "Scene"), "before": Text("处置前", "Before"), "after": Text("处置后", "After")}
)
COLOUR: Mapping[Colour, Text] = MappingProxyType(
    {
        "grey": Text("未计时", "no clock"),
        "green": Text("期限充裕", "in time"),
        "yellow": Text("过半", "half used"),
        "orange": Text("临期", "due soon"),
        "red": Text("超期", "overdue"),
    }
)
_MINUTE_MS = 60_000
_HOUR, _DAY = 60, 1440
FEW_DAYS = 3


def span(milliseconds: float) -> Text:
    """Return a span of time in at most two units, the coarser the longer it is."""
    minutes = max(1, int(abs(milliseconds)) // _MINUTE_MS)
    if minutes < _HOUR:
        return MINUTES.with_values(minutes=minutes)
    if minutes < _DAY:
        hours, rest = divmod(minutes, _HOUR)
        return HOURS_MINUTES.with_values(hours=hours, minutes=rest) if rest else HOURS.with_values(hours=hours)
    days, rest = minutes // _DAY, minutes % _DAY // _HOUR
    if rest and days < FEW_DAYS:
        return DAYS_HOURS.with_values(days=days, hours=rest)
    return DAYS.with_values(days=days)


def limit(line: CaseLine, now_ms: int) -> Text:
    """Return how long the running clock still has, by how much it is over, or why none runs."""
    if not line.is_open:
        return NOTHING
    if line.state == "suspended":
        return SUSPENDED
    if not line.due_ms:
        return PAUSED if line.begun_ms else NOTHING
    left_ms = line.due_ms - now_ms
    return (LEFT if left_ms >= 0 else OVERDUE).with_values(span=span(left_ms))


def short_id(case: str) -> str:
    """Return the day and number of an id "310107-20261121-0007": "1121-0007"; any other id whole."""
    parts = case.split("-")
    is_usual = len(parts) == 3 and len(parts[1]) == 8 and parts[1].isdigit()
    return f"{parts[1][4:]}-{parts[2]}" if is_usual else case


def day_and_time(moment_ms: int, zone: tzinfo | None) -> str:
    """Return month, day and time of a moment where the twin lies."""
    return datetime.fromtimestamp(moment_ms / 1000, zone).strftime("%m-%d %H:%M")


def distance(metres: float) -> Text:
    """Return a distance in metres, from a kilometre on in kilometres."""
    if metres < 1000:
        return METRES.with_values(count=round(metres))
    return KILOMETRES.with_values(count=f"{metres / 1000:.1f}")


def percent(share: float | None) -> str:
    """Return a share as a percentage, a dash for none."""
    return NOTHING.zh if share is None else f"{share * 100:.1f}".removesuffix(".0") + "%"
