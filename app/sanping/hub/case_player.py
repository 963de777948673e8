"""Plays invented people on the invented cases of a simulated twin, through the same desk as everybody.

A case that a real person touched is left to people for good.
"""

import asyncio
import heapq
import itertools
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import msgspec

from sanping.domain.call import HOTLINE
from sanping.domain.case import Actor, Case, PhotoMoment, Reporter, StepAsked
from sanping.domain.errors import SanpingError
from sanping.hub.case_keeper import Said
from sanping.hub.case_people import SYSTEM
from sanping.ports.case_book import AuditRow, Taken, WholeCaseBook, Wish
from sanping.twin.cases.clock import DAY_MS, HOUR_MS
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.simulated_life import Pace, Planned, SimulatedLife, Spot
from sanping.twin.cases.simulated_past import arrivals_between, past_of, reports_between
from sanping.twin.cases.simulated_people import is_simulated_person
from sanping.twin.cases.table import CaseTable

PAST_DAYS = 30
PAST_A_DAY = 80
PAST_BATCH = 300
CASE_PAST = "case_past"
TICK_S = 0.5
SPREAD_S = 240.0
FOR_EVER_MS = 1 << 53
LIVELY_EVERY_S = 20.0
LIVELY_GROWS = 1.15
MOST_TODAY = 150
WOKEN = 8
PATIENCE_TIMES = 3.0
LOOKING_S = 120.0
MACHINES = frozenset({SYSTEM.id, HOTLINE})
_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_Note = TypeVar("_Note", bound=msgspec.Struct)


class PastNote(msgspec.Struct, frozen=True, kw_only=True):
    """The invented past of a book, kept in the log of events: its span, and whether all of it was written."""

    from_ms: int
    to_ms: int
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlay:
    """How invented people work: at which pace, where, with which photos (bytes by moment).

    Cases come and go as they do in a city of this size. A "fast" play has some lively ones beside them, that live from
    report to end within minutes: many at first, ever fewer later and after somebody looked some more, so that what is
    counted stays believable. All that is done takes `times` as long as usual.
    """

    pace: Pace = "none"
    spots: Sequence[Spot] = ()
    photos: Mapping[PhotoMoment, Sequence[bytes]] = field(default_factory=dict)
    past_days: int = PAST_DAYS
    times: float = 1.0


class Desk(Protocol):
    """What of a desk of cases is needed."""

    city: GovernedCity
    table: CaseTable
    on_taken: list[Callable[[Case], None]]

    async def wished(
        self, asked: StepAsked, who: Actor, *, name: str = "", reporter: Reporter | None = None, at_ms: int = 0
    ) -> Taken:
        """Take a step."""

    async def ask(self, question: Callable[[WholeCaseBook], _Answer]) -> _Answer:
        """Ask the book on its own thread."""

    def reserve(self, ids: Sequence[str]) -> None:
        """Give no new case one of these ids."""

    def take_up(self, cases: Sequence[Case]) -> None:
        """Take in cases that were written beside the desk, and tell the screens of those that are open."""

    async def note(self, kind: str, value: msgspec.Struct) -> None:
        """Keep a value in the log of events."""

    async def notes(self, kind: str, form: type[_Note]) -> tuple[_Note, ...]:
        """Return what was kept."""


class CasePlayer:
    """Plays until it is stopped; `shelved` keeps a photo and returns its id; it may block."""

    def __init__(self, desk: Desk, play: CasePlay, shelved: Callable[[bytes], str] | None = None) -> None:
        self.left_to_people: set[str] = set()
        self._desk = desk
        self._play = play
        self._shelved = shelved
        self._usual = self._lively = self._life("real", {})
        self._lively_ids: set[str] = set()
        self._is_lively = False
        self._livened = 0
        self._plans: list[tuple[int, int, Planned]] = []
        self._order = itertools.count()
        self._ours: dict[str, int] = {}
        self._looked_ms: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._began_ms = _now_ms()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin in the background."""
        if self._play.pace != "none" and self._play.spots:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what is being taken is taken."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def looked_at(self, case: str) -> None:
        """Hold a case still for a while: a person reads its sheet, and may be about to act."""
        self._livened = max(0, self._livened - WOKEN)
        if self._desk.table.row(case) is not None:
            self._looked_ms[case] = _now_ms()

    async def _run(self) -> None:
        try:
            await self._prepare()
            for case in filter(None, self._desk.table.cases):
                self._plan(case)
            self._desk.on_taken.append(self._plan)
            arrivals = arrivals_between(_now_ms(), FOR_EVER_MS, PAST_A_DAY)
            usual_ms, lively_ms = next(arrivals)[1], _now_ms() + self._pause_ms() / 4
            while True:
                await asyncio.sleep(TICK_S)
                if _now_ms() >= usual_ms:
                    usual_ms = next(arrivals)[1]
                    await self._take(self._usual.report(next(self._numbers), _now_ms()))
                if _now_ms() >= lively_ms:
                    lively_ms = _now_ms() + self._pause_ms() * random.uniform(0.6, 1.4)
                    await self._report_lively()
                while self._plans and self._plans[0][0] <= _now_ms():
                    await self._step(heapq.heappop(self._plans)[2])
        except SanpingError as error:
            _log.error("the invented people stopped: %s", error.in_language("en"))
        except Exception:
            _log.exception("the invented people stopped")

    async def _prepare(self) -> None:
        """Shelve the photos, and give a book without cases its past."""
        photos: dict[PhotoMoment, tuple[str, ...]] = {}
        if (shelved := self._shelved) is not None:
            for moment, bodies in self._play.photos.items():
                photos[moment] = tuple([await asyncio.to_thread(shelved, body) for body in bodies])
        self._usual, self._lively = self._life("real", photos), self._life(self._play.pace, photos)
        await self._see_to_the_past(SimulatedLife(city=self._desk.city, spots=self._play.spots, photos=photos,
                                                  pace="real"))  # fmt: skip

    async def _see_to_the_past(self, life: SimulatedLife) -> None:
        """Write the past of a book without cases; one that was broken off is written to its end."""
        notes = await self._desk.notes(CASE_PAST, PastNote)
        if not self._play.past_days or any(note.is_whole for note in notes):
            return
        begun = notes[0] if notes else None
        if begun is None:
            if len(self._desk.table):
                return
            begun = PastNote(from_ms=_now_ms() - self._play.past_days * DAY_MS, to_ms=_now_ms())
            await self._desk.note(CASE_PAST, begun)
        await self._write_past(life, begun)
        await self._desk.note(CASE_PAST, msgspec.structs.replace(begun, is_whole=True))

    async def _write_past(self, life: SimulatedLife, span: PastNote) -> None:
        """Write the past beside the desk, a batch at a time, so that real steps are taken in between."""
        now_ms = _now_ms()
        steps = past_of(life, span.from_ms, span.to_ms, PAST_A_DAY)
        today_ms = span.to_ms - (span.to_ms + 8 * HOUR_MS) % DAY_MS
        self._desk.reserve([report.asked.case for report in reports_between(life, today_ms, span.to_ms, PAST_A_DAY)])
        found: dict[str, Case] = {}
        while True:
            batch = await self._desk.ask(lambda book: _written(book, steps))
            if batch is None:
                break
            found.update((case.id, case) for case in batch)
        self._ours.update((case.id, case.rev) for case in found.values())
        self._desk.take_up(list(found.values()))
        _log.info("a past of %d invented cases was written in %.1f s", len(found), (_now_ms() - now_ms) / 1000)

    def _plan(self, case: Case) -> None:
        """Plan what follows a step; at the beginning, steps that are due long since are spread over some minutes."""
        if self._is_lively and case.rev == 1 and case.is_simulated:
            self._lively_ids.add(case.id)
        if not case.is_simulated or case.is_ended or case.id in self.left_to_people:
            return
        is_new_alarm = case.source == "rule" and case.reported_ms >= self._began_ms
        life = self._lively if is_new_alarm or case.id in self._lively_ids else self._usual
        planned = life.next_step(case)
        if planned is None:
            return
        at_ms = planned.at_ms
        if case.source == "rule":  # people who saw the alarm come first
            at_ms = case.changed_ms + round(PATIENCE_TIMES * (at_ms - case.changed_ms))
        if at_ms < self._began_ms:
            at_ms = self._began_ms + round(random.uniform(5.0, SPREAD_S) * 1000 * self._play.times)
        heapq.heappush(self._plans, (at_ms, next(self._order), planned))

    def _life(self, pace: Pace, photos: Mapping[PhotoMoment, Sequence[str]]) -> SimulatedLife:
        play = self._play
        return SimulatedLife(city=self._desk.city, spots=play.spots, photos=photos, pace=pace, times=play.times)

    def _pause_ms(self) -> float:
        """Return how long until the next lively case: ever longer."""
        return 1000 * LIVELY_EVERY_S * LIVELY_GROWS ** min(self._livened, 100) * self._play.times

    async def _report_lively(self) -> None:
        """Report a case that lives fast, unless there were enough of them today."""
        if self._play.pace != "fast":
            return
        self._livened += 1
        table, now_ms = self._desk.table, _now_ms()
        today = table.within("reported_ms", table.rules.timetable.day_began(now_ms), now_ms + 1)
        if int(today.sum()) < MOST_TODAY:
            self._is_lively = True
            await self._take(self._lively.report(next(self._numbers), now_ms))
            self._is_lively = False

    async def _step(self, planned: Planned) -> None:
        """Take a step, unless its case moved on or a real person touched it."""
        case = self._desk.table.case(planned.asked.case)
        if case is None or case.rev != planned.asked.if_rev:
            return
        if (until_ms := self._looked_ms.pop(case.id, 0) + round(LOOKING_S * 1000)) > _now_ms():
            heapq.heappush(self._plans, (until_ms, next(self._order), planned))
            return
        if self._ours.get(case.id) != case.rev and not await self._is_ours(case):
            self.left_to_people.add(case.id)
            self._ours.pop(case.id, None)
            return
        await self._take(planned)

    async def _take(self, planned: Planned) -> None:
        try:
            taken = await self._desk.wished(planned.asked, planned.who.actor, name=planned.who.name)
        except SanpingError as error:
            _log.info("an invented step was refused: %s", error.in_language("en"))
        else:
            self._ours[taken.case.id] = taken.case.rev

    async def _is_ours(self, case: Case) -> bool:
        rows: Sequence[AuditRow] = await self._desk.ask(lambda book: book.rows(case=case.id))
        return all(_is_invented(row) for row in rows)


def player_for(desk: Desk | None, play: CasePlay | None, shelved: Callable[[bytes], str] | None) -> CasePlayer | None:
    """Return who plays invented people; None for a twin that governs nothing, is real, or shall not live by itself."""
    return None if desk is None or play is None else CasePlayer(desk, play, shelved)


def _written(book: WholeCaseBook, steps: Iterator[tuple[Planned, Case]]) -> list[Case] | None:
    """Write the next steps of the past, and forget that the screens were to be told of them; None at the end."""
    batch = list(itertools.islice(steps, PAST_BATCH))
    if not batch:
        return None
    answers = book.take([_wish(planned, case) for planned, case in batch])
    taken = [answer for answer in answers if isinstance(answer, Taken)]
    if taken:
        book.sent(taken[-1].seq)
    return [answer.case for answer in taken]


def _wish(planned: Planned, after: Case) -> Wish:
    asked = planned.asked
    said = Said(asked=asked, who=planned.who.actor.id, name=planned.who.name)
    return Wish(
        op=asked.op, case=after.id, at_ms=planned.at_ms, said=msgspec.json.encode(said), decide=lambda _: after,
        if_rev=asked.if_rev,
    )  # fmt: skip


def _is_invented(row: AuditRow) -> bool:
    """Say whether a step was taken by somebody invented, or by no person at all."""
    try:
        said = msgspec.json.decode(row.said, type=Said)
    except msgspec.MsgspecError:
        return False
    return said.who in MACHINES or is_simulated_person(said.who)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
