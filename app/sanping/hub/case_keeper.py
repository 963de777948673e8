"""The book of cases on a thread of its own: steps that come together are taken together, safe before answered."""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from sanping.domain.case import Actor, Case, Reporter, StepAsked
from sanping.domain.errors import InputError, SanpingError, StepRefused
from sanping.domain.text import Text
from sanping.ports.case_book import Taken, WholeCaseBook, Wish
from sanping.twin.cases.duplicates import can_merge
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.stepping import check_sight, taken

GATHER_S = 0.005
MOST_AT_ONCE = 64
_ID = re.compile(r"(\d{6}-\d{8})-(\d+)")

_NO_OTHER = Text(
    "没有案件 {case}；请重新选择并入的案件", "There is no case {case}; choose again which one to merge into"
)
_NOT_INTO = Text(
    "案件 {case} 已结束，不能并入；请选择在办的案件", "Case {case} is over; choose an open one to merge into"
)
_STOPPING = Text("中枢正在停止；请稍后重试", "The hub is stopping; try again in a moment")

_Answer = TypeVar("_Answer")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a row of the audit says: what was asked, by whom, and what they are called. No personal data."""

    asked: StepAsked
    who: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWish:
    """A step somebody wants to take at a moment; a report whose case has no id yet gets one (`at_ms`, its area)."""

    asked: StepAsked
    who: Actor
    at_ms: int
    name: str = ""
    reporter: Reporter | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    wish: CaseWish
    answer: "asyncio.Future[Taken]"


class CaseKeeper:
    """The only user of `book`. `on_taken` hears in the loop what was committed, in order, before those who asked do."""

    def __init__(self, book: WholeCaseBook, rules: CaseRules, on_taken: Callable[[Sequence[Taken]], None]) -> None:
        self._book = book
        self._rules = rules
        self._on_taken = on_taken
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cases")
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()
        self._numbers: dict[str, int] = {}
        self._is_closing = False
        self._taking: asyncio.Task[None] | None = None

    def start(self, known: Iterable[str]) -> None:
        """Begin to take steps; new cases are numbered on from those whose ids are known."""
        self.reserve(known)
        self._taking = asyncio.create_task(self._take())

    def reserve(self, ids: Iterable[str]) -> None:
        """Give no new case one of these ids."""
        for id in ids:
            found = _ID.fullmatch(id)
            if found is not None:
                self._numbers[found[1]] = max(self._numbers.get(found[1], 0), int(found[2]))

    async def taken(self, wish: CaseWish) -> Taken:
        """Take a step with those that come at the same time; it is safe on disk on return.

        Raises what `twin.cases.stepping.taken` does, `RevisionStale`, or `StoreFailed`.
        """
        if self._is_closing:
            raise StepRefused(_STOPPING)
        if not wish.asked.case:
            taken(None, wish.asked, wish.who, wish.at_ms, self._rules)  # so that no refused report uses up a number
        waiting = _Waiting(wish, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        if len(self._waiting) >= MOST_AT_ONCE:
            self._full.set()
        return await waiting.answer

    async def ask(self, question: Callable[[WholeCaseBook], _Answer]) -> _Answer:
        """Ask the book on its own thread. Raises `StoreFailed`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._book)

    async def ask_beside(self, question: Callable[[WholeCaseBook], _Answer]) -> _Answer:
        """Ask what any thread may, so that no step waits for a long answer. Raises `StoreFailed`."""
        return await asyncio.get_running_loop().run_in_executor(None, question, self._book)

    async def close(self) -> None:
        """Take what waits, and release the book."""
        self._is_closing = True
        self._arrived.set()
        self._full.set()
        if self._taking is not None:
            await self._taking
        await self.ask(lambda book: book.close())
        self._thread.shutdown(wait=True)

    async def _take(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._waiting:
                return
            await self._gather()
            some, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            self._full.clear()
            if not self._waiting and not self._is_closing:
                self._arrived.clear()
            self._answered(some, await self._committed(some))

    async def _committed(self, some: Sequence[_Waiting]) -> Sequence[Taken | Exception]:
        try:
            return await self.ask(lambda book: self._commit(book, some))
        except Exception as error:  # whatever it is, those who wait must hear of it
            return [error] * len(some)

    async def _gather(self) -> None:
        if len(self._waiting) < MOST_AT_ONCE and not self._is_closing:
            try:
                async with asyncio.timeout(GATHER_S):
                    await self._full.wait()
            except TimeoutError:
                return

    def _answered(self, some: Sequence[_Waiting], found: Sequence[Taken | Exception]) -> None:
        fresh = [answer for answer in found if isinstance(answer, Taken) and not answer.is_repeated]
        if fresh:
            self._on_taken(fresh)
        for waiting, answer in zip(some, found, strict=True):
            if waiting.answer.done():
                continue  # who asked is gone
            if isinstance(answer, Taken):
                waiting.answer.set_result(answer)
            else:
                waiting.answer.set_exception(answer)

    def _commit(self, book: WholeCaseBook, some: Sequence[_Waiting]) -> Sequence[Taken | SanpingError]:
        named: dict[str, str] = {}
        return book.take([self._wish(book, waiting.wish, named) for waiting in some])

    def _wish(self, book: WholeCaseBook, wish: CaseWish, named: dict[str, str]) -> Wish:
        asked = wish.asked
        if not asked.case:
            known = book.row_of(asked.op)
            case = known.case if known is not None else named.get(asked.op) or self._next(asked, wish.at_ms)
            named[asked.op] = case
            asked = msgspec.structs.replace(asked, case=case)
        said = Said(asked=asked, who=wish.who.id, name=wish.name)

        def decide(case: Case | None) -> Case:
            if asked.step == "merge" and case is not None:
                _check_merge(case, book.case(asked.other_case), asked.other_case)
                check_sight(book.case(asked.other_case) or case, wish.who, self._rules)
            return taken(case, asked, wish.who, wish.at_ms, self._rules)

        return Wish(
            op=asked.op,
            case=asked.case,
            at_ms=wish.at_ms,
            said=msgspec.json.encode(said),
            decide=decide,
            if_rev=asked.if_rev,
            reporter=wish.reporter,
            erases_reporter=asked.step == "erase_reporter",
        )

    def _next(self, asked: StepAsked, at_ms: int) -> str:
        """Return the id of a new case: county, day, and its number on that day."""
        county = (asked.new.area if asked.new else "")[:6].ljust(6, "0")
        prefix = f"{county}-{self._rules.timetable.day_of(at_ms):%Y%m%d}"
        number = self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}-{number:04d}"


def _check_merge(case: Case, other: Case | None, id: str) -> None:
    if other is None:
        raise InputError(_NO_OTHER.with_values(case=id[:60]))
    if not can_merge(case, other):
        raise StepRefused(_NOT_INTO.with_values(case=id))
