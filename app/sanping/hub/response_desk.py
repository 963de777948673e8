"""The joint responses of one hub: all in memory as they stand, each step told to the screens once it is committed."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.errors import InputError, StepRefused
from sanping.domain.response import NewResponse, Response, ResponseAsked
from sanping.domain.text import Text
from sanping.hub.case_desk import CaseDesk, CaseHost
from sanping.hub.case_intake import Places, Spot
from sanping.ports.case_book import Responded, ResponseWish, WholeCaseBook
from sanping.twin.responses.placing import placed
from sanping.twin.responses.stepping import By, taken

RESPONSE = "response"
ENDED_SHOWN_MS = 3_600_000
MOST_SHOWN = 50
_NO_RESPONSE = Text("没有响应 {id}；请刷新", "There is no response {id}; reload")
_RUNNING = Text(
    "“{title}”已为它启动（{id}）；请在那里继续，不必重复启动",
    "“{title}” was started for it already ({id}); go on there instead of starting it again",
)
_log = logging.getLogger(__name__)


class ResponseSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a row of the audit says of a step of a response."""

    asked: ResponseAsked
    who: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    asked: ResponseAsked
    by: By


class ResponseDesk:
    """All responses by id; they are kept in the book of `cases`, in the same chain."""

    def __init__(self, cases: CaseDesk, host: CaseHost, places: Places) -> None:
        self.cases = cases
        self.plans = cases.city.plans
        self.book: dict[str, Response] = {}
        self._host = host
        self._places = places
        self._numbers: dict[str, int] = {}

    async def start(self) -> None:
        """Take up the responses of earlier lives. Raises `StoreFailed`."""
        for response in await self.cases.ask(lambda book: book.responses()):
            self.book[response.id] = placed(response, self._places.metres_of)
            self._reserve(response.id)
        for trouble in self.cases.city.plan_troubles:
            _log.error("%s", trouble.en)

    def shown(self, now_ms: int) -> tuple[Response, ...]:
        """Return what a screen that comes is told: what is under way or ended within the hour, the newest first."""
        found = [one for one in self.book.values() if one.is_active or one.ended_ms > now_ms - ENDED_SHOWN_MS]
        return tuple(sorted(found, key=lambda one: (not one.is_active, -one.started_ms))[:MOST_SHOWN])

    def response(self, id: str) -> Response:
        """Return a response as it stands. Raises `InputError`."""
        found = self.book.get(id)
        if found is None:
            raise InputError(_NO_RESPONSE.with_values(id=id[:60]))
        return found

    def alarm(self, id: str) -> Alarm | None:
        """Return an alarm, None when there is no such."""
        return self._host.alarms.book.get(id)

    def spot(self, station: str) -> Spot | None:
        """Return where a station stands, None for an unknown one."""
        return self._places.stations.get(station)

    async def wished(self, asked: ResponseAsked, by: By) -> Responded:
        """Take a step; it is safe on disk and told to the screens on return.

        Raises `NotAllowed`, `StepRefused`, `RevisionStale`, `InputError` or `StoreFailed`.
        """
        wish = _Wish(asked=asked, by=by)
        found = await self.cases.ask(lambda book: self._commit(book, wish))
        if not found.is_repeated:
            self._told(found.response)
        return found

    def _told(self, response: Response) -> None:
        known = self.book.get(response.id)
        if known is not None and known.rev >= response.rev:
            return
        shown = self.book[response.id] = placed(response, self._places.metres_of)
        self._host.log.append(RESPONSE, shown, about=shown.id)
        self._host.fanout.changed()

    def _commit(self, book: WholeCaseBook, wish: _Wish) -> Responded:
        """Decide and write, on the book's thread: one after another."""
        asked = wish.asked
        if asked.step == "start" and not asked.response:
            known = book.row_of(asked.op)
            id = known.case if known is not None else self._next(asked, wish.by.at_ms)
            asked = msgspec.structs.replace(asked, response=id)
            if known is None:
                _check_running(asked.new, book.responses())
        said = ResponseSaid(asked=asked, who=wish.by.who.id, name=wish.by.name)

        def decide(response: Response | None) -> Response:
            plan = response.plan if response is not None else asked.new.plan if asked.new is not None else ""
            return taken(response, asked, wish.by, self.plans.get(plan))

        body = msgspec.json.encode(said)
        found = book.respond(
            ResponseWish(op=asked.op, response=asked.response, at_ms=wish.by.at_ms, said=body, decide=decide)
        )
        self._reserve(found.response.id)
        return found

    def _next(self, asked: ResponseAsked, at_ms: int) -> str:
        """Return the id that a new response gets: its day, and its number on that day."""
        day = f"{self.cases.city.rules.timetable.day_of(at_ms):%Y%m%d}"
        return f"R-{day}-{self._numbers.get(day, 0) + 1:02d}"

    def _reserve(self, id: str) -> None:
        day, _, number = id.removeprefix("R-").partition("-")
        if number.isdigit():
            self._numbers[day] = max(self._numbers.get(day, 0), int(number))


def _check_running(new: NewResponse | None, known: Sequence[Response]) -> None:
    """Raise `StepRefused` when a plan runs for the same case or alarm already."""
    if new is None or not (new.case or new.alarm):
        return
    for one in known:
        if one.is_active and (one.plan, one.case, one.alarm) == (new.plan, new.case, new.alarm):
            title = Text(one.title_zh, one.title_en)
            raise StepRefused(_RUNNING.with_values(title=title, id=one.id))


def phones_of(desk: ResponseDesk, response: Response) -> Mapping[str, str]:
    """Return the numbers of a response's parties by department, as far as its plan is still known."""
    plan = desk.plans.get(response.plan)
    return {} if plan is None else {party.department: party.phone for party in plan.parties if party.phone}


def now_ms() -> int:
    """Return the moment, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
