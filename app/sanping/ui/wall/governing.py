"""What the wall knows of the cases of its city, as one value without personal data, and what panels ask of it; pure.

Names of people, free text and telephone numbers never get here: a case is its class, its place and its clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sanping.domain.case import Colour, State
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.text import Text
from sanping.twin.cases.feedback import Effect, Season, Spot
from sanping.ui.areas_in_city import AreaShow
from sanping.wire.cases import Governance, IndicatorRow

STREET_DIGITS = 9
NO_ROWS: Mapping[str, Text] = MappingProxyType({})
MARK = Text("（模拟）", " (simulated)")
UNKNOWN = Text("未知", "unknown")
LEFT = Text("剩 {time}", "{time} left")
OVER = Text("超期 {time}", "{time} over")
NO_CLOCK: Mapping[State, Text] = MappingProxyType(
    {"suspended": Text("挂账", "suspended"), "closed": Text("已结案", "closed"), "archived": Text("已归档", "archived")}
)
WAITS = Text("计时暂停", "clock paused")
MINUTES, HOURS, DAYS = Text("{n} 分钟", "{n} min"), Text("{n} 小时", "{n} h"), Text("{n} 天", "{n} d")
COLOUR_RANK: Mapping[Colour, int] = MappingProxyType({"red": 0, "orange": 1, "yellow": 2, "green": 3, "grey": 4})


@dataclass(frozen=True, kw_only=True)
class StoryStep:
    """One step of a case as the wall tells it: what and when, not by whom."""

    title: Text
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class CaseStory:
    """One case with its way so far and its photos as JPEG or PNG, empty where there are none."""

    line: CaseLine
    steps: tuple[StoryStep, ...] = ()
    before: bytes = b""
    after: bytes = b""


NO_NOTE = Text("", "")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure that was taken on a class of cases, and what it brought; `note` tells how sure that is."""

    title: Text
    effect: Effect
    note: Text = NO_NOTE


@dataclass(frozen=True, kw_only=True)
class Governed:
    """Cases, counts and tables as last heard of; `tables` None before the hub answered.

    `by_area`, `by_department` are indicators of the last thirty days, `yesterday` reports by hour of that day. `spots`,
    `season` and `measures` are the long feedback. `newest` is the newest closed case with photos, `focus` the one that
    is shown large. `screens` counts the screens of the room by kind. `asked_ms` is when the slow parts were asked.
    Everything is of the area `within`, "" for the whole city; `areas` are those below it, None before they were told.
    """

    lines: tuple[CaseLine, ...] = ()
    counts: CaseCounts | None = None
    tables: Governance | None = None
    by_area: tuple[IndicatorRow, ...] = ()
    by_department: tuple[IndicatorRow, ...] = ()
    yesterday: tuple[int, ...] = ()
    spots: tuple[Spot, ...] = ()
    season: Season | None = None
    measures: tuple[Measure, ...] = ()
    newest: CaseStory | None = None
    focus: CaseStory | None = None
    screens: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    asked_ms: int = 0
    within: str = ""
    areas: AreaShow | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether some of it was made up."""
        return (self.counts is not None and self.counts.is_simulated) or any(line.is_simulated for line in self.lines)

    @property
    def open_lines(self) -> tuple[CaseLine, ...]:
        """The cases with work left."""
        return tuple(line for line in self.lines if line.is_open)

    def area(self, code: str) -> Text:
        """Return what people call an area: the narrowest known one that holds it."""
        known = {} if self.tables is None else {row.code: row for row in self.tables.areas}
        for length in range(len(code), 1, -1):
            row = known.get(code[:length])
            if row is not None:
                return Text(row.name_zh, row.name_en or row.name_zh)
        return Text(code, code) if code else UNKNOWN

    def street(self, code: str) -> Text:
        """Return the street or town that an area lies in."""
        return self.area(code[:STREET_DIGITS])

    def department(self, name: str) -> Text:
        """Return what people call a department; that it is simulated is said by the panel."""
        rows = () if self.tables is None else self.tables.departments
        return next((unmarked(row.name_zh, row.name_en) for row in rows if row.id == name), Text(name, name))

    def source(self, key: str) -> Text:
        """Return what people call a source of cases."""
        rows = () if self.tables is None else self.tables.sources
        return next((Text(row.title_zh, row.title_en or row.title_zh) for row in rows if row.key == key),
                    Text(key, key))  # fmt: skip

    def class_name(self, code: str) -> Text:
        """Return what people call a class, written as "event:0102"; without a kind the first of that code."""
        rows = () if self.tables is None else self.tables.classes
        kind, _, code = code.rpartition(":")
        for length in range(len(code), 1, -1):
            for row in rows:
                if row.code == code[:length] and kind in ("", row.kind):
                    return Text(row.name_zh, row.name_en or row.name_zh)
        return Text(code, code) if code else UNKNOWN


def unmarked(zh: str, en: str) -> Text:
    """Return a name without the mark that it was made up: a panel says so once for all of them."""
    zh = zh.removesuffix(MARK.zh)
    return Text(zh, en.removesuffix(MARK.en) or zh)


def title_of(line: CaseLine) -> Text:
    """Return the class of a case in words."""
    return Text(line.title_zh, line.title_en or line.title_zh)


def place_of(governed: Governed, line: CaseLine) -> Text:
    """Return where a case is: its address, else the area."""
    return Text(line.address, line.address) if line.address else governed.area(line.area)


def where_words(governed: Governed, line: CaseLine) -> Text:
    """Return street and address; an address that names its street says it once."""
    street, place = governed.street(line.area), place_of(governed, line)
    if not line.address or street.zh in line.address or street.zh == place.zh:
        return place
    return Text(f"{street.zh} {place.zh}", f"{place.en}, {street.en}")


def clock_words(line: CaseLine, now_ms: int) -> Text:
    """Return how much time is left, or by how much it is over."""
    if not line.due_ms:
        return NO_CLOCK.get(line.state, WAITS)
    left_ms = line.due_ms - now_ms
    return (OVER if left_ms < 0 else LEFT).with_values(time=span_words(abs(left_ms)))


def span_words(span_ms: int) -> Text:
    """Return a span of time in its largest fitting unit."""
    minutes = span_ms // 60_000
    if minutes < 60:
        return MINUTES.with_values(n=minutes)
    if minutes < 48 * 60:
        hours = minutes / 60
        return HOURS.with_values(n=f"{hours:.0f}" if hours >= 10 else f"{hours:.1f}".removesuffix(".0"))
    return DAYS.with_values(n=f"{minutes / 1440:.0f}")


def by_urgency(line: CaseLine, now_ms: int) -> tuple[int, int, str]:
    """Return a key by which the cases that need somebody come first."""
    return COLOUR_RANK[line.colour_at(now_ms)], line.due_ms or 1 << 62, line.id
