"""Takes the letters of lower sites: each entry once, safe on disk before it is confirmed, then told to the screens."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.case_line import CaseLine
from sanping.domain.errors import FrameBroken, NotAllowed
from sanping.domain.label import is_cleared
from sanping.domain.site import AlarmPlace, Cursor, SiteAlarm, SiteCase, across_sites
from sanping.domain.text import Text
from sanping.hub.case_desk import CLOSED_SHOWN_MS
from sanping.hub.federation import Federation
from sanping.hub.site_host import SiteHost, SiteKeeper, now_ms
from sanping.ports.site_book import Below, Entry
from sanping.twin.federation import moved, verdict
from sanping.wire.federation import Letter, LetterAnswer, decoded, encoded, sender
from sanping.wire.sight import label_of

SITE_CASE, SITE_ALARM = "site_case", "site_alarm"
MOST_SHOWN = 2_000
_STRANGER = Text(
    "“{site}”不是本站的下级；请在设置 lower_sites 中登记", "{site} is not below this site; name it in lower_sites"
)
_NOT_DENSE = Text("站点“{site}”的信件序号不连续", "The numbers in a letter of the site {site} have gaps")
_OWN = Text(
    "站点“{site}”转来了本站自己的记录；请检查上下级设置", "{site} sends our own entries; check who is above whom"
)
_log = logging.getLogger(__name__)

Metres = Callable[[float, float], tuple[float | None, float | None]]
Taken = Callable[[Sequence[Entry]], None]


class SiteDown:
    """What is known of all lower sites, by site and id; `on_new` hears of entries that were new."""

    def __init__(self, plan: Federation, keeper: SiteKeeper, host: SiteHost, metres_of: Metres) -> None:
        self.cases: dict[str, SiteCase] = {}
        self.alarms: dict[str, SiteAlarm] = {}
        self.via: dict[str, str] = {}
        self.on_new: list[Taken] = []
        self._plan, self._keeper, self._host = plan, keeper, host
        self._metres_of = metres_of
        self._taking: dict[str, asyncio.Lock] = {}

    async def start(self) -> None:
        """Take up what was heard in earlier lives. Raises `StoreFailed`."""
        for thing in await self._keeper.ask(lambda book: book.below()):
            self.via[thing.site] = thing.via
            self._take_up(thing)

    async def answer(self, told: str, body: bytes) -> bytes:
        """Answer a letter. Raises `NotAllowed`, `FrameBroken` or `StoreFailed`; then nothing is kept."""
        by = sender(told)
        letter = decoded(body, Letter, by)
        if by != letter.via or by not in self._plan.lowers:
            raise NotAllowed(_STRANGER.with_values(site=by))
        async with self._taking.setdefault(by, asyncio.Lock()):
            return encoded(await self._answered(letter))

    def shown_cases(self) -> tuple[SiteCase, ...]:
        """Return the cases that a screen is told of when it comes: those that are open or were closed lately."""
        since_ms = now_ms() - CLOSED_SHOWN_MS
        shown = [one for one in self.cases.values() if one.line.is_open or one.line.changed_ms > since_ms]
        return tuple(sorted(shown, key=lambda one: (not one.line.is_open, -one.line.changed_ms))[:MOST_SHOWN])

    def shown_alarms(self) -> tuple[SiteAlarm, ...]:
        """Return the alarms that a screen is told of when it comes."""
        shown = [one for one in self.alarms.values() if one.alarm.state not in ("closed", "returned")]
        return tuple(sorted(shown, key=lambda one: -one.alarm.changed_ms)[:MOST_SHOWN])

    async def _answered(self, letter: Letter) -> LetterAnswer:
        known = await self._keeper.ask(lambda book: book.cursor(letter.via, letter.stream))
        found = verdict(known, letter.epoch, letter.after, letter.upto)
        if letter.is_again:
            self._check(letter)
            self._tell(letter.via, await self._kept(letter, known))
        elif found == "new":
            self._check(letter)
            known = moved(known, letter.epoch, letter.upto)
            fresh = await self._kept(letter, known)
            self._tell(letter.via, fresh)
        seq = known.seq if known.epoch == letter.epoch else 0
        return LetterAnswer(epoch=letter.epoch, seq=seq, is_again=letter.is_again)

    async def _kept(self, letter: Letter, cursor: Cursor) -> Sequence[Entry]:
        return await self._keeper.ask(lambda book: book.take(letter.via, letter.stream, cursor, letter.entries))

    def _check(self, letter: Letter) -> None:
        numbers = sorted((*(entry.seq for entry in letter.entries), *letter.skipped))
        is_dense = letter.is_again or numbers == list(range(letter.after + 1, letter.upto + 1))
        is_direct = letter.stream != "below"
        if letter.stream == "cases" and not is_dense:
            raise FrameBroken(_NOT_DENSE.with_values(site=letter.via))
        for entry in letter.entries:
            if entry.site == self._plan.site:
                raise FrameBroken(_OWN.with_values(site=letter.via))
            if is_direct and (entry.site, entry.stream, entry.epoch) != (letter.via, letter.stream, letter.epoch):
                raise FrameBroken(_NOT_DENSE.with_values(site=letter.via))

    def _tell(self, via: str, entries: Sequence[Entry]) -> None:
        """Take in what was kept and tell the screens."""
        for entry in entries:
            self.via[entry.site] = via
            if entry.has_body and entry.kind in ("case", "alarm"):
                thing = Below(
                    site=entry.site, kind=entry.kind, id=entry.about, rev=entry.rev, body=bytes(entry.body), via=via
                )  # fmt: skip
                self._take_up(thing, is_told=True)
        self._host.fanout.changed()
        if entries:
            for look in self.on_new:
                look(entries)

    def _take_up(self, thing: Below, *, is_told: bool = False) -> None:
        id = across_sites(thing.site, thing.id)
        try:
            if thing.kind == "case":
                line = self._placed(msgspec.json.decode(thing.body, type=CaseLine))
                known = self.cases.get(id)
                if known is not None and known.line.rev > line.rev:
                    return
                told: SiteCase | SiteAlarm = SiteCase(id=id, site=thing.site, line=line)
            else:
                told = self._alarm(id, thing)
        except msgspec.MsgspecError as error:
            _log.warning("%s of %s cannot be read: %s", thing.id, thing.site, error)
            return
        before = self.cases.get(id) if isinstance(told, SiteCase) else None
        if isinstance(told, SiteCase):
            self.cases[id] = told
        else:
            self.alarms[id] = told
        if is_told:
            is_raised = before is not None and not is_cleared(before.line.label, label_of(told))
            kind = SITE_CASE if thing.kind == "case" else SITE_ALARM
            self._host.log.append(kind, told, about=id, is_raised=is_raised)

    def _alarm(self, id: str, thing: Below) -> SiteAlarm:
        """Return an alarm with its station where that lies in our CRS."""
        place = msgspec.json.decode(thing.body, type=AlarmPlace)
        x_m, y_m = (None, None) if place.lon_deg is None or place.lat_deg is None else self._metres_of(
            place.lon_deg, place.lat_deg
        )  # fmt: skip
        return SiteAlarm(
            id=id, site=thing.site, alarm=msgspec.json.decode(thing.body, type=Alarm),
            station_zh=place.station_zh, station_en=place.station_en, x_m=x_m, y_m=y_m,
        )  # fmt: skip

    def _placed(self, line: CaseLine) -> CaseLine:
        """Return a case where it lies in our CRS; its photo stays with its site."""
        x_m, y_m = (None, None) if line.lon_deg is None or line.lat_deg is None else self._metres_of(
            line.lon_deg, line.lat_deg
        )  # fmt: skip
        return msgspec.structs.replace(line, x_m=x_m, y_m=y_m, photo="")
