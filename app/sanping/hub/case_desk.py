"""The cases of one hub: their columns in memory and each that is still worked on, each step told once it is committed.

Cases that are over leave memory after a while (`CaseTable.put_away`); `case` and `cases_at` bring them from the book.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, TypeVar

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.area import is_within
from sanping.domain.case import Actor, Case, Reporter, StepAsked
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.errors import CasesUnread, SanpingError
from sanping.domain.label import Label, is_cleared
from sanping.domain.text import Text
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.case_alarms import AlarmAreas
from sanping.hub.case_counting import CaseCounting
from sanping.hub.case_intake import CaseIntake, Places
from sanping.hub.case_keeper import CaseKeeper, CaseWish
from sanping.hub.case_people import CasePeople, Devices
from sanping.hub.event_keeper import EventKeeper, values_of
from sanping.hub.fanout import Fanout
from sanping.hub.log_plane import ChangeLog
from sanping.hub.measure_desk import MEASURE, MeasureDesk
from sanping.ports.case_book import AuditHead, Taken, Verified, WholeCaseBook
from sanping.ports.event_log import Event
from sanping.twin.cases.clock import HOUR_MS
from sanping.twin.cases.counting import recent_rows
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.lines import line_of
from sanping.twin.cases.table import CaseTable, Rows
from sanping.twin.cases.tally import SOME, Tally

CASE, CASE_COUNTS, CASE_HEAD = "case", "case_counts", "case_head"
MOST_IN_SNAPSHOT = 1_000
CLOSED_SHOWN_MS = HOUR_MS
LOOK_EVERY_S = 1.0
RECOUNT_MS = 60_000
HEAD_EVERY_MS = HOUR_MS
FOR_EVER_MS = 1 << 53
READ_AT_ONCE = 500
_READING = Text(
    "中枢刚启动，正在读取案件（已读 {count} 件）；读完后自动显示",
    "The hub has just started and is reading its cases ({count} so far); they come by themselves",
)
_URGENCY = {"extreme": 0, "urgent": 1, "normal": 2}
_Answer = TypeVar("_Answer")
_Note = TypeVar("_Note", bound=msgspec.Struct)
_log = logging.getLogger(__name__)


class KeptHead(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the audit as it stood at some moment, kept in the log of events; `mark` is hexadecimal."""

    seq: int
    mark: str

    @property
    def head(self) -> AuditHead:
        """The value."""
        return AuditHead(seq=self.seq, mark=bytes.fromhex(self.mark))


class CaseHost(Protocol):
    """What of a hub its cases reach."""

    log: ChangeLog
    fanout: Fanout
    events: EventKeeper
    alarms: AlarmDesk


class CaseDesk:
    """All cases of one twin by row of `table`. `on_taken` hears of each step after the screens were told.

    `on_relabelled` hears of a case whose label has changed, and what it was.
    """

    def __init__(
        self, city: GovernedCity, book: WholeCaseBook, host: CaseHost, places: Places, devices: Devices | None = None
    ) -> None:
        self.city = city
        self.people = CasePeople(city, devices)
        self.measures = MeasureDesk(city.measures)
        self.table = CaseTable(city.rules)
        self.tally = Tally(self.table)
        self.counting = CaseCounting(self.table, self.tally, city.rules)
        self.is_reading = True
        self.on_taken: list[Callable[[Case], None]] = []
        self.on_relabelled: list[Callable[[Case, Label], None]] = []
        self.intake = CaseIntake(self, places)
        self.alarm_areas = AlarmAreas(host.alarms, self.intake, places)
        self._host = host
        self._places = places
        self._keeper = CaseKeeper(book, city.rules, self._taken)
        self._lines: dict[str, CaseLine] = {}
        self._told_seq = self._sent_seq = 0
        self._counted_ms = self._rested_ms = self._head_ms = 0
        self._head_seq = -1
        self._is_changed = False
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up the cases of earlier lives, some at a time so that nobody waits, and tell what is to be told of them.

        Raises `StoreFailed`.
        """
        self.measures.recall(await self._host.events.between(0, FOR_EVER_MS, (MEASURE,)))
        last = ""
        while known := await self.ask(partial(_some_cases, last)):
            now_ms, first = _now_ms(), len(self.table)
            for case in known:
                self.table.put(case)
                self._remember(case, now_ms)
            recent = recent_rows(self.table, now_ms)
            await self.tallied(recent[recent >= first], now_ms)
            self.table.put_away(now_ms, first)
            last = known[-1].id
            await asyncio.sleep(0)
        self._keeper.start(self.table.ids)
        self.is_reading = False
        if len(self._host.fanout):
            for line in self.shown(_now_ms()):
                self._host.log.append(CASE, line, about=line.id)
        while waiting := await self.ask(lambda book: book.waiting()):
            for outgoing in waiting:
                self._tell(await self.case(outgoing.case.id) or outgoing.case)
            await self._forget(waiting[-1].seq)
        await self._count(_now_ms())
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Take what waits, keep the head of the audit, and release the book."""
        if self._looking is not None:
            self._looking.cancel()
        await self.intake.stop()
        await self._somehow(self._keep_head(_now_ms()))
        await self._keeper.close()

    async def wished(
        self, asked: StepAsked, who: Actor, *, name: str = "", reporter: Reporter | None = None, at_ms: int = 0
    ) -> Taken:
        """Take a step; it is safe on disk and told to the screens on return. A report without a case gets a new id.

        Raises `NotAllowed`, `StepRefused`, `RevisionStale`, `InputError` or `StoreFailed`.
        """
        self.check_read()
        wish = CaseWish(asked=asked, who=who, at_ms=at_ms or _now_ms(), name=name, reporter=reporter)
        return await self._keeper.taken(wish)

    @property
    def counts(self) -> CaseCounts | None:
        """The figures of all cases, None while nothing was counted."""
        return self.counting.whole

    async def ask(self, question: Callable[[WholeCaseBook], _Answer]) -> _Answer:
        """Ask the book on its own thread. Raises `StoreFailed`."""
        return await self._keeper.ask(question)

    async def case(self, id: str) -> Case | None:
        """Return a case as it stands, from the book when it was put away. Raises `StoreFailed`."""
        row = self.table.row(id)
        return None if row is None else (await self.cases_at([row])).get(row)

    async def cases_at(self, rows: Sequence[int]) -> dict[int, Case]:
        """Return the cases of some rows, in their order; those that were put away come from the book.

        Raises `StoreFailed`.
        """
        found = {row: self.table.cases[row] for row in rows}
        away = [row for row, case in found.items() if case is None]
        for begin in range(0, len(away), READ_AT_ONCE):
            wanted = {self.table.ids[row]: row for row in away[begin : begin + READ_AT_ONCE]}
            found.update((wanted[case.id], case) for case in await self.ask(partial(_those, tuple(wanted))))
        return {row: case for row, case in found.items() if case is not None}

    def check_read(self) -> None:
        """Raise `CasesUnread` while not all cases were read."""
        if self.is_reading:
            raise CasesUnread(_READING.with_values(count=f"{len(self.table):,}"))

    def reserve(self, ids: Iterable[str]) -> None:
        """Give no new case one of these ids."""
        self._keeper.reserve(ids)

    def take_up(self, cases: Sequence[Case]) -> None:
        """Take in cases that were written beside the desk, and tell the screens of those that are shown."""
        now_ms = _now_ms()
        for case in cases:
            row = self.table.row(case.id)
            if row is not None and self.table.column("rev")[row] >= case.rev:
                continue  # somebody went on with it meanwhile
            self.table.put(case)
            self._remember(case, now_ms)
            if case.id in self._lines:
                self._tell(case)
        self._is_changed = True
        self._host.fanout.changed()

    async def note(self, kind: str, value: msgspec.Struct) -> None:
        """Keep a value of a kind in the hub's log of events; it is safe on return."""
        await self._host.events.keep_surely([(_now_ms(), kind, msgspec.json.encode(value))])

    async def notes(self, kind: str, form: type[_Note]) -> tuple[_Note, ...]:
        """Return all values of a kind that were kept, the oldest first. Raises `StoreFailed`."""
        return tuple(values_of(await self._host.events.between(0, FOR_EVER_MS, (kind,)), kind, form))

    async def known(self, op: str) -> Case | None:
        """Return the case that a step was taken on, None when it never was. Raises `StoreFailed`."""
        self.check_read()
        row = await self.ask(lambda book: book.row_of(op))
        return None if row is None else await self.case(row.case)

    def area_at(self, lon_deg: float, lat_deg: float) -> str:
        """Return the narrowest area of a place. Raises `InputError` for one outside the city."""
        day = self.city.rules.timetable.day_of(_now_ms())
        return self.city.places.area_at(lon_deg, lat_deg, self._places.metres_of(lon_deg, lat_deg), day)

    def open_case_of(self, alarm: Alarm) -> Case | None:
        """Return the open case of another alarm of the same rule at the same station."""
        for line in self._lines.values():
            other = self._host.alarms.book.get(line.alarm) if line.alarm and line.is_open else None
            if other is not None and (other.rule, other.station) == (alarm.rule, alarm.station):
                return self.table.case(line.id)
        return None

    def metres_of(self, lon_deg: float, lat_deg: float) -> tuple[float | None, float | None]:
        """Return a place in the twin's CRS, None where it has none."""
        return self._places.metres_of(lon_deg, lat_deg)

    async def counts_in(self, area: str, who: Actor, now_ms: int) -> CaseCounts:
        """Return the figures of the cases in an area that somebody answers for."""
        whole = self.counting.up_to(who.clearance)
        if not area and who.covers("") and whole is not None:
            return whole
        within = self.table.covered_by(who) & self.table.in_area(area)
        await self.tallied(recent_rows(self.table, now_ms), now_ms)
        lines = [line for line in self._lines.values() if is_within(line.area, area) and self._is_seen(line, who)]
        return self.counting.of(lines, now_ms, within)

    def _is_seen(self, line: CaseLine, who: Actor) -> bool:
        return who.covers(line.area) and is_cleared(who.clearance, line.label)

    def line(self, case: Case) -> CaseLine:
        """Return a case in short, as it stands."""
        known = self._lines.get(case.id)
        if known is not None and known.rev == case.rev:
            return known
        return line_of(case, self.city.rules, self._places.metres_of)

    def shown(self, now_ms: int) -> tuple[CaseLine, ...]:
        """Return what a screen that comes is told: what is open or was closed within the hour, most urgent first."""
        ordered = sorted((line for line in self._lines.values() if _is_shown(line, now_ms)), key=_urgency)
        return tuple(ordered[:MOST_IN_SNAPSHOT])

    async def tallied(self, rows: Rows, now_ms: int) -> None:
        """See that the indicators of some rows are counted, a few at a time so that nobody waits."""
        stale = self.tally.stale(rows, now_ms)
        for begin in range(0, len(stale), SOME):
            self.tally.refresh(await self.cases_at(stale[begin : begin + SOME].tolist()), now_ms)
            await asyncio.sleep(0)

    async def verified(self) -> tuple[Verified, int]:
        """Check the audit against itself and the heads that were kept; return what was found, and how many heads."""
        kept = await self._host.events.between(0, FOR_EVER_MS, (CASE_HEAD,))
        heads = witnessed(lambda *_: kept)
        return await self._keeper.ask_beside(lambda book: book.verify(heads)), len(heads)

    def _taken(self, taken: Sequence[Taken]) -> None:
        """Take in steps that were committed, and tell the screens."""
        now_ms = _now_ms()
        for step in taken:
            self._put(step.case, now_ms)
            self._told_seq = max(self._told_seq, step.seq)
        self._is_changed = True
        self._host.fanout.changed()
        for step in taken:
            for look in self.on_taken:
                look(step.case)

    def _put(self, case: Case, now_ms: int) -> None:
        """Take in a case after a step and tell of it; where its label has changed, of what goes with it too."""
        known = self.table.row(case.id)
        was = None if known is None else self.table.level(known)
        label = self.table.level(self.table.put(case))
        self._remember(case, now_ms)
        self._tell(case, is_raised=was is not None and not is_cleared(was, label))
        if was is not None and was != label:
            for look in self.on_relabelled:
                look(case, was)

    def _remember(self, case: Case, now_ms: int) -> None:
        """Keep the line of a case that screens are told of."""
        self._lines.pop(case.id, None)
        is_shown = not case.is_ended and case.state != "closed"
        if is_shown or case.changed_ms > now_ms - CLOSED_SHOWN_MS:
            self._lines[case.id] = line_of(case, self.city.rules, self._places.metres_of)

    def _rest(self, now_ms: int) -> None:
        """Let go of the lines that no screen is told of any more, and of the cases that nobody works on."""
        self._rested_ms = now_ms
        self._lines = {id: line for id, line in self._lines.items() if _is_shown(line, now_ms)}
        self.table.put_away(now_ms)

    def _tell(self, case: Case, *, is_raised: bool = False) -> None:
        self._host.log.append(CASE, self.line(case), about=case.id, is_raised=is_raised)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now_ms = _now_ms()
            if self._is_changed or now_ms - self._counted_ms >= RECOUNT_MS or self._is_next_day(now_ms):
                await self._somehow(self._count(now_ms))
            if self._sent_seq < self._told_seq:
                await self._somehow(self._forget(self._told_seq))
            if now_ms - self._rested_ms >= RECOUNT_MS:
                self._rest(now_ms)
            if now_ms - self._head_ms >= HEAD_EVERY_MS:
                await self._somehow(self._keep_head(now_ms))

    async def _count(self, now_ms: int) -> None:
        """Count anew and tell the screens what changed."""
        self._is_changed, self._counted_ms = False, now_ms
        rows = recent_rows(self.table, now_ms)
        await self.tallied(rows, now_ms)
        told = self.counting.recount(self._lines.values(), now_ms)
        for found in told:
            self._host.log.append(CASE_COUNTS, found)
        if told:
            self._host.fanout.changed()

    def _is_next_day(self, now_ms: int) -> bool:
        counts = self.counts
        return counts is not None and self.city.rules.timetable.day_began(now_ms) != counts.day_ms

    async def _forget(self, up_to: int) -> None:
        await self.ask(lambda book: book.sent(up_to))
        self._sent_seq = max(self._sent_seq, up_to)

    async def _keep_head(self, now_ms: int) -> None:
        self._head_ms = now_ms
        head = await self.ask(lambda book: book.head())
        if head.seq and head.seq != self._head_seq:
            self._head_seq = head.seq
            body = msgspec.json.encode(KeptHead(seq=head.seq, mark=head.mark.hex()))
            await self._host.events.keep_somehow([(now_ms, CASE_HEAD, body)])

    async def _somehow(self, work: Awaitable[None]) -> None:
        """Do what is tried again later when it fails."""
        try:
            await work
        except SanpingError as error:
            _log.error("%s", error.in_language("en"))


def _some_cases(after: str, book: WholeCaseBook) -> Sequence[Case]:
    return book.cases(after, READ_AT_ONCE)


def _those(ids: Sequence[str], book: WholeCaseBook) -> Sequence[Case]:
    return book.those(ids)


def witnessed(between: Callable[[int, int, Sequence[str]], Iterable[Event]]) -> tuple[AuditHead, ...]:
    """Return the heads of the audit that were kept in a log of events."""
    kept = values_of(between(0, FOR_EVER_MS, (CASE_HEAD,)), CASE_HEAD, KeptHead)
    return tuple(head.head for head in kept)


def _is_shown(line: CaseLine, now_ms: int) -> bool:
    return line.is_open or line.changed_ms > now_ms - CLOSED_SHOWN_MS


def _urgency(line: CaseLine) -> tuple[bool, int, bool, int, str]:
    """Say how early a case comes in a list: open before ended, by urgency, by when its clock is due."""
    return (not line.is_open, _URGENCY[line.urgency], not line.due_ms, line.due_ms, line.id)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
