"""Calls of a hotline as the hub takes them: each number becomes one case, or is counted with words that say why not."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec

from sanping.domain.call import FINISHED, HOTLINE, Call
from sanping.domain.case import Actor, Case, Reporter, StepAsked
from sanping.domain.errors import InputError, NotAllowed, SanpingError, StepRefused, StoreFailed
from sanping.domain.text import Text
from sanping.ports.case_book import Taken
from sanping.twin.cases.calls import area_of_street, op_of, report_of, reporter_of
from sanping.twin.cases.governed import GovernedCity

RETRY_S = 2.0
_HOTLINE = Actor(id=HOTLINE, roles=frozenset({"system", "duty_officer"}), areas=("",))
_NAME = "12345 热线"

_NO_CASES = Text(
    "这个孪生没有治理数据，{count} 件热线工单没有立案；请在 twin.toml 中写上 [governance]",
    "This twin governs nothing, so {count} work orders became no cases; add [governance] to twin.toml",
)
_NOT_FILED = Text(
    "工单 {number} 没有立案：{reason}；请人工补录", "Work order {number} became no case: {reason}; enter it by hand"
)
_SUPERVISED = Text("12345 热线督办", "Supervised by the hotline")
_log = logging.getLogger(__name__)


class Desk(Protocol):
    """What of a desk of cases is needed."""

    city: GovernedCity

    async def wished(
        self, asked: StepAsked, who: Actor, *, name: str = "", reporter: Reporter | None = None, at_ms: int = 0
    ) -> Taken:
        """Take a step."""

    async def known(self, op: str) -> Case | None:
        """Return the case that a step led to, as it stands; None when it was never taken."""

    def area_at(self, lon_deg: float, lat_deg: float) -> str:
        """Return the narrowest area of a place. Raises `InputError`."""


class CallDesk:
    """Files calls at a desk of cases; `home` is the area of a call that says nothing of where it is from."""

    def __init__(self, desk: Desk | None, home: str) -> None:
        self._desk = desk
        self._home = home

    async def filed(
        self, calls: Sequence[Call], source: str, counts: Counter[str], now_ms: int, *, is_simulated: bool
    ) -> Text | None:
        """Return when all calls are safe as cases; says why when some became none. Waits while the store fails."""
        if self._desk is None:
            counts["calls_without_cases"] += len(calls)
            return _NO_CASES.with_values(count=counts["calls_without_cases"])
        why: Text | None = None
        for call in calls:
            own = msgspec.structs.replace(call, is_simulated=call.is_simulated or is_simulated)
            try:
                await self._surely(self._desk, own, source, counts, now_ms)
            except (InputError, NotAllowed, StepRefused) as error:
                counts["calls_refused"] += 1
                why = _NOT_FILED.with_values(number=call.number, reason=error.message)
        return why

    async def _surely(self, desk: Desk, call: Call, source: str, counts: Counter[str], now_ms: int) -> None:
        while True:
            try:
                return await self._filed(desk, call, source, counts, now_ms)
            except StoreFailed as error:
                _log.error("%s", error.in_language("en"))
                await asyncio.sleep(RETRY_S)

    async def _filed(self, desk: Desk, call: Call, source: str, counts: Counter[str], now_ms: int) -> None:
        known = await desk.known(op_of(call, source))
        if known is not None:
            counts["calls_repeated"] += 1
            await self._urged(desk, call, known, source)
            if await self._called_back(desk, call, known, source):
                counts["calls_called_back"] += 1
            return
        if call.stage in FINISHED:  # the hotline answered it itself, before this hub knew of it
            counts["answered_there"] += 1
            return
        area, is_placed = self._area(desk, call, now_ms)
        if not is_placed:
            call = msgspec.structs.replace(call, lon_deg=None, lat_deg=None)
        asked = report_of(call, source, area, desk.city.rules)
        await desk.wished(asked, _HOTLINE, name=_NAME, reporter=reporter_of(call))
        counts["calls_filed"] += 1

    def _area(self, desk: Desk, call: Call, now_ms: int) -> tuple[str, bool]:
        """Return the area of a call, and whether its place lies in the city."""
        if call.lon_deg is not None and call.lat_deg is not None:
            try:
                return desk.area_at(call.lon_deg, call.lat_deg), True
            except InputError:
                pass
        rules = desk.city.rules
        street = area_of_street(call.street, rules.areas, self._home, rules.timetable.day_of(now_ms))
        return street or self._home, False

    async def _urged(self, desk: Desk, call: Call, case: Case, source: str) -> None:
        """Urge the case of a call that the hotline supervises now, once."""
        op = f"{op_of(call, source)}:supervised"
        if call.stage != "supervised" or case.is_ended or await desk.known(op) is not None:
            return
        try:
            await desk.wished(StepAsked(op=op, case=case.id, step="urge", note=_SUPERVISED.zh), _HOTLINE, name=_NAME)
        except SanpingError:
            return  # not in a state that can be urged: it is told again when the order changes

    async def _called_back(self, desk: Desk, call: Call, case: Case, source: str) -> bool:
        """Keep what the hotline heard when it rang back, once for each answer, as soon as the case is closed."""
        said = call.call_back
        if said is None or not case.closed_ms or (said.is_reached and case.called_back is not None):
            return False
        op = f"{op_of(call, source)}:call_back:{'reached' if said.is_reached else 'missed'}"
        if await desk.known(op) is not None:
            return False
        await desk.wished(StepAsked(op=op, case=case.id, step="call_back", call_back=said), _HOTLINE, name=_NAME)
        return True
