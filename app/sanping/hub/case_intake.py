"""What becomes a case by itself: reports from the street, and alarms whose rule proposes one; each once for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from sanping.domain.alarm import Alarm
from sanping.domain.case import Actor, Case, NewCase, Photo, Reporter, StepAsked
from sanping.domain.device import OWNER, Identity
from sanping.domain.errors import InputError, SanpingError, StoreFailed
from sanping.domain.label import LOWEST, Label
from sanping.domain.report import CATEGORIES, Report
from sanping.domain.role import is_at_least
from sanping.hub.case_people import SYSTEM, SYSTEM_NAME, CasePeople
from sanping.hub.case_words import said_plainly
from sanping.ports.case_book import Taken
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.lines import MetresOf

RECALLED_MS = 24 * 3_600_000
RETRY_S = 1.0
OVER = frozenset({"returned", "closed"})

Work = Callable[[], Awaitable[None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a station stands, in degrees, what people call it, and the label of what it reports."""

    name: str
    lon_deg: float | None = None
    lat_deg: float | None = None
    label: Label = LOWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things of a twin lie: `metres_of` gives metres of its CRS, `stations` are by id, `home` is its area."""

    metres_of: MetresOf
    home: str = ""
    stations: Mapping[str, Spot] = field(default_factory=dict)


class Desk(Protocol):
    """What of a desk of cases is needed."""

    city: GovernedCity
    people: CasePeople

    async def wished(
        self, asked: StepAsked, who: Actor, *, name: str = "", reporter: Reporter | None = None, at_ms: int = 0
    ) -> Taken:
        """Take a step."""

    async def known(self, op: str) -> Case | None:
        """Return the case that a step was taken on, None when it never was."""

    def area_at(self, lon_deg: float, lat_deg: float) -> str:
        """Return the narrowest area of a place."""

    def open_case_of(self, alarm: Alarm) -> Case | None:
        """Return the open case that tells of the same trouble."""


class CaseIntake:
    """Makes cases of reports and alarms; what cannot become one is logged and stays what it is."""

    def __init__(self, desk: Desk, places: Places) -> None:
        self._desk = desk
        self._places = places
        self._tasks: set[asyncio.Task[None]] = set()

    def alarmed(self, alarms: Iterable[Alarm]) -> None:
        """Make cases of alarms that propose one, in the background."""
        for alarm in alarms:
            if alarm.proposes_case and alarm.state not in OVER:
                self._spawn(partial(self._alarm, alarm))

    def catch_up(self, alarms: Iterable[Alarm], reports: Iterable[Report], now_ms: int) -> None:
        """Make cases of what an earlier life of the hub took in and could not finish."""
        self.alarmed(alarms)
        for report in reports:
            if report.received_ms > now_ms - RECALLED_MS:
                self._spawn(partial(self._report, report, None))

    async def reported(self, report: Report, who: Identity) -> None:
        """Make a case of a report that somebody filed; while the store fails, in the background."""
        if not await self._done(partial(self._report, report, who)):
            self._spawn(partial(self._report, report, who))

    async def settled(self) -> None:
        """Wait until everything that came has become a case, or cannot."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self, patience_s: float = 1.0) -> None:
        """Finish what was begun, as far as the store lets it; the next life of the hub takes up the rest."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience_s)
            for task in late:
                task.cancel()

    async def _done(self, work: Work) -> bool:
        """Do something once; False when the store failed and it is to be tried again."""
        try:
            await work()
        except StoreFailed as error:
            _log.error("%s", error.in_language("en"))
            return False
        except SanpingError as error:
            _log.warning("this becomes no case: %s", error.in_language("en"))
        return True

    async def _surely(self, work: Work) -> None:
        while not await self._done(work):
            await asyncio.sleep(RETRY_S)

    async def _report(self, report: Report, who: Identity | None) -> None:
        found = self._desk.city.class_of_report(report.category)
        is_placed = report.lon is not None and report.lat is not None
        area = self._desk.area_at(report.lon or 0.0, report.lat or 0.0) if is_placed else self._places.home
        is_own = who is None or is_at_least(who.role, "grid_worker")
        person = self._desk.people.person(who or OWNER)
        new = NewCase(
            kind=found.kind,
            case_class=found.code,
            source="collector" if is_own else "public",
            area=area,
            urgency=found.urgency,
            lon_deg=report.lon,
            lat_deg=report.lat,
            description=said_plainly(report.words or CATEGORIES[report.category].zh),
        )
        photos = (Photo(id=report.photo, taken_ms=report.time_ms),) if report.photo else ()
        asked = StepAsked(op=f"report:{report.id}", case="", step="report", photos=photos, new=new)
        if await self._desk.known(asked.op) is not None:
            return
        filer = SYSTEM if who is None else Actor(id=person.actor.id, roles=SYSTEM.roles, areas=SYSTEM.areas)
        name = SYSTEM_NAME if who is None else person.name
        await self._desk.wished(asked, filer, name=name, at_ms=report.received_ms)

    async def _alarm(self, alarm: Alarm) -> None:
        op = f"alarm:{alarm.id}"
        known = await self._desk.known(op)
        case = await self._file(alarm, op) if known is None else known
        if case.alarm == alarm.id and case.state == "reported":
            register = StepAsked(op=f"{op}:register", case=case.id, step="register")
            await self._desk.wished(register, SYSTEM, name=SYSTEM_NAME)

    async def _file(self, alarm: Alarm, op: str) -> Case:
        """Return the new case of an alarm, or the open case that tells of the same trouble, which gets a note."""
        open_case = self._desk.open_case_of(alarm)
        if open_case is not None:
            note = StepAsked(op=op, case=open_case.id, step="note", note=alarm.title_zh)
            return (await self._desk.wished(note, SYSTEM, name=SYSTEM_NAME)).case
        found = self._desk.city.class_of_alarm(alarm.rule)
        spot = self._places.stations.get(alarm.station, Spot(name=alarm.station))
        area = self.area_of(spot)
        new = NewCase(
            kind=found.kind,
            case_class=found.code,
            source="rule",
            area=area or self._places.home,
            urgency=found.urgency,
            lon_deg=spot.lon_deg if area else None,
            lat_deg=spot.lat_deg if area else None,
            address=spot.name,
            description=alarm.title_zh,
            alarm=alarm.id,
            is_simulated=alarm.is_simulated,
            label=spot.label,
        )
        asked = StepAsked(op=op, case="", step="report", new=new)
        return (await self._desk.wished(asked, SYSTEM, name=SYSTEM_NAME)).case

    def area_of(self, spot: Spot) -> str:
        """Return the area of a station; "" for one that is nowhere, or beyond the city: its case lies in no street."""
        if spot.lon_deg is None or spot.lat_deg is None:
            return ""
        try:
            return self._desk.area_at(spot.lon_deg, spot.lat_deg)
        except InputError:
            return ""

    def _spawn(self, work: Work) -> None:
        task = asyncio.create_task(self._surely(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
