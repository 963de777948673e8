"""What goes up from a site, read from where it is kept: the book of cases, the log of events, what came from below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.case import Case
from sanping.domain.label import LOWEST, Label
from sanping.domain.site import AlarmPlace, NoticeReceipt, SiteOrder
from sanping.domain.station import Station
from sanping.hub.case_desk import CaseDesk
from sanping.hub.event_keeper import ALARM, EventKeeper
from sanping.hub.plan import degrees_of
from sanping.hub.site_host import SiteKeeper
from sanping.ports.case_book import AuditRow, WholeCaseBook
from sanping.ports.event_log import Event
from sanping.ports.site_book import Entry, EntryKind, Stream

SITE_ANSWER, SITE_RECEIPT = "site_answer", "site_receipt"
AT_ONCE = 300
EVENTS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What follows after a number: the entries up to `upto`, and how many are left behind them at least."""

    upto: int
    entries: tuple[Entry, ...] = ()
    left: int = 0


class Outgoing(Protocol):
    """A log that goes up."""

    name: Stream

    async def epoch(self) -> str:
        """Return what names the log for ever, "" while it is empty. Raises `StoreFailed`."""

    async def after(self, seq: int) -> Page:
        """Return what follows; no entries at the end. Raises `StoreFailed`."""


class CaseStream:
    """Every step of every case and joint response of this site; a case goes with the last of its steps."""

    name: Stream = "cases"

    def __init__(self, site: str, desk: CaseDesk, events: EventKeeper) -> None:
        self._site, self._desk, self._events = site, desk, events
        self._epoch = ""

    async def epoch(self) -> str:
        """Return the mark of the first step: no other book has it.

        After a restore from a backup the name ends as that of the log of events: numbers are given out a second time.
        """
        if not self._epoch and not self._desk.is_reading:
            first = await self._desk.ask(lambda book: book.rows(limit=1))
            self._epoch = first[0].mark.hex()[:32] + self._events.epoch[32:] if first else ""
        return self._epoch

    async def after(self, seq: int) -> Page:
        """Return the steps after one, with the cases as they stand at the same moment."""
        rows, cases, head = await self._desk.ask(partial(_steps, seq))
        last = {row.case: row.seq for row in rows}
        entries = tuple(self._entry(row, cases.get(row.case) if last[row.case] == row.seq else None) for row in rows)
        upto = rows[-1].seq if rows else seq
        return Page(upto=upto, entries=entries, left=head - upto)

    def _entry(self, row: AuditRow, case: Case | None) -> Entry:
        line = None if case is None else self._desk.line(case)
        return Entry(
            site=self._site, stream="cases", epoch=self._epoch, seq=row.seq, at_ms=row.at_ms,
            kind="case" if line is not None or "-" in row.case else "response", about=row.case,
            rev=row.rev if line is None else line.rev, said=msgspec.Raw(row.said),
            body=msgspec.Raw(msgspec.json.encode(line)),
        )  # fmt: skip


class EventStream:
    """The alarms of this site, how commands from above went, and who confirmed notices; nothing else of its log."""

    name: Stream = "events"

    def __init__(self, site: str, events: EventKeeper, places: "AlarmPlaces") -> None:
        self._site, self._events, self._places = site, events, places
        self._looked = (0, 0)

    async def epoch(self) -> str:
        """Return the name of the log."""
        return self._events.epoch

    async def after(self, seq: int) -> Page:
        """Return the next alarms, answers and receipts; what lies between is passed over, and not looked at twice."""
        begun, upto = self._looked
        upto = max(seq, upto) if begun == seq else seq
        while events := await self._events.since(upto, EVENTS_AT_ONCE):
            upto = events[-1].seq
            entries = tuple(entry for entry in map(self._entry, events) if entry is not None)
            if entries:
                return Page(upto=upto, entries=entries)
        self._looked = (seq, upto)
        return Page(upto=seq)

    def _entry(self, event: Event) -> Entry | None:
        found = _thing(event)
        if found is None:
            return None
        kind, about, rev = found
        body = self._places.said_with(event.body) if kind == "alarm" else event.body
        return Entry(
            site=self._site, stream="events", epoch=self._events.epoch, seq=event.seq, at_ms=event.time_ms,
            kind=kind, about=about, rev=rev, body=msgspec.Raw(body),
        )  # fmt: skip


class AlarmPlaces:
    """Says with an alarm how its station is called, where it stands and which label it has: nobody else knows them."""

    def __init__(
        self, stations: Sequence[Station], crs: str, label_of: Callable[[Alarm], Label] = lambda _: LOWEST
    ) -> None:
        self._label_of = label_of
        self._stations, self._crs = {station.id: station for station in stations}, crs
        self._known: dict[str, AlarmPlace] = {}

    def said_with(self, body: bytes) -> bytes:
        """Return an alarm as JSON with its `AlarmPlace` beside it."""
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        alarm = msgspec.json.decode(body, type=Alarm)
        label, place = self._label_of(alarm), self._place_of(alarm.station)
        own = {} if label == LOWEST else {"label": label}
        return msgspec.json.encode(told | own | ({} if place is None else msgspec.structs.asdict(place)))

    def _place_of(self, name: str) -> AlarmPlace | None:
        station = self._stations.get(name)
        if station is None:
            return None
        if name not in self._known:
            lon_deg, lat_deg = degrees_of(self._crs, station.x_m, station.y_m)
            self._known[name] = AlarmPlace(
                station_zh=station.name.zh, station_en=station.name.en, lon_deg=lon_deg, lat_deg=lat_deg
            )
        return self._known[name]


class BelowStream:
    """What came from the sites below this one, unchanged."""

    name: Stream = "below"

    def __init__(self, keeper: SiteKeeper) -> None:
        self._keeper = keeper

    async def epoch(self) -> str:
        """Return the name of the book."""
        return await self._keeper.ask(lambda book: book.epoch if book.last() else "")

    async def after(self, seq: int) -> Page:
        """Return what came after a number."""
        found, last = await self._keeper.ask(lambda book: (book.after(seq, AT_ONCE), book.last()))
        upto = found[-1][0] if found else seq
        return Page(upto=upto, entries=tuple(entry for _, entry in found), left=last - upto)


def _steps(seq: int, book: WholeCaseBook) -> tuple[Sequence[AuditRow], dict[str, Case], int]:
    """Return steps, the cases they were taken on, and the number of the last step of all."""
    rows = book.rows(after=seq, limit=AT_ONCE)
    found = {id: book.case(id) for id in {row.case for row in rows}}
    return rows, {id: case for id, case in found.items() if case is not None}, book.head().seq


def _thing(event: Event) -> tuple[EntryKind, str, int] | None:
    """Return what an event says something about: its kind, name and revision; None for nothing that goes up."""
    try:
        if event.kind == ALARM:
            alarm = msgspec.json.decode(event.body, type=Alarm)
            return "alarm", alarm.id, event.seq
        if event.kind == SITE_ANSWER:
            return "answer", msgspec.json.decode(event.body, type=SiteOrder).op, event.seq
        if event.kind == SITE_RECEIPT:
            return "receipt", msgspec.json.decode(event.body, type=NoticeReceipt).notice, event.seq
    except msgspec.MsgspecError:
        return None  # an event of a damaged or newer log
    return None
