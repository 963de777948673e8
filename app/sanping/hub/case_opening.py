"""Reads the book of cases when a hub starts: the hub answers at once, and says of cases that they are being read."""

import asyncio
import logging
import time
from dataclasses import replace
from typing import Protocol

from sanping.domain.errors import StoreFailed
from sanping.domain.source_status import CASES, SourceState, SourceStatus
from sanping.domain.text import Text
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.call_desk import CallDesk
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_player import CasePlayer
from sanping.hub.plan import HubPlan
from sanping.hub.report_desk import ReportDesk
from sanping.hub.response_desk import ResponseDesk

PATIENCE_S = 0.5
TELL_EVERY_S = 2.0
READING = Text("正在读取案件：已读 {count} 件", "Cases are being read: {count} so far")
READ = Text("案件已读完，共 {count} 件", "All {count} cases were read")
_log = logging.getLogger(__name__)


class Host(Protocol):
    """What of a hub its cases reach when they are opened."""

    plan: HubPlan
    cases: CaseDesk | None
    responses: ResponseDesk | None
    player: CasePlayer | None
    calls: CallDesk
    alarms: AlarmDesk
    reports: ReportDesk

    def status_changed(self, status: SourceStatus) -> None:
        """Tell the screens how something is."""


class CaseOpening:
    """The opening of one hub's cases."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Begin to read; return when all is read or could not be, and after a moment in any case."""
        if self._host.cases is None:
            return
        reading = asyncio.create_task(self._read(self._host.cases))
        self._tasks.append(reading)
        _, late = await asyncio.wait([reading], timeout=PATIENCE_S)
        if late:
            self._tasks.append(asyncio.create_task(self._tell(self._host.cases, reading)))

    async def stop(self) -> None:
        """Read no more."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def status(self) -> SourceStatus | None:
        """Return how the cases are, as a source would say it; None while they are well."""
        why, cases = self._host.plan.ungoverned, self._host.cases
        if why is not None:
            return _status("degraded", why)
        if cases is not None and cases.is_reading:
            return _status("connecting", READING.with_values(count=f"{len(cases.table):,}"))
        return None

    async def _read(self, cases: CaseDesk) -> None:
        """Take up the cases; where their book cannot be read, everything else goes on, and sources say why."""
        host = self._host
        try:
            await cases.start()
            if host.responses is not None:
                await host.responses.start()
        except StoreFailed as error:
            _log.error("%s", error.in_language("en"))
            await cases.stop()
            host.cases, host.responses, host.player, host.calls = None, None, None, CallDesk(None, "")
            why = Text(error.in_language("zh"), error.in_language("en"))
            host.plan = replace(host.plan, ungoverned=why)
            return
        now_ms = time.time_ns() // 1_000_000
        cases.intake.catch_up(host.alarms.book.values(), host.reports.book.values(), now_ms)
        if host.player is not None:
            host.player.start()

    async def _tell(self, cases: CaseDesk, reading: "asyncio.Task[None]") -> None:
        """Tell the screens now and then how far it is, and how it ended."""
        while not reading.done():
            status = self.status()
            if status is not None:
                self._host.status_changed(status)
            await asyncio.wait([reading], timeout=TELL_EVERY_S)
        words = READ.with_values(count=f"{len(cases.table):,}")
        self._host.status_changed(self.status() or _status("live", words))


def _status(state: SourceState, why: Text) -> SourceStatus:
    return SourceStatus(name=CASES, adapter=CASES, state=state, why_zh=why.zh, why_en=why.en)
