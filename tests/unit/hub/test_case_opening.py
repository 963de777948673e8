"""A hub with a large book of cases answers at once, says that they are being read, and has them all in the end."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from fakes import governed_hub
from fakes.governed_hub import REPORT, GovernedHub, done
from fakes.linked_hub import Screen, eventually
from sanping.client.questions import Questions
from sanping.domain.case import Case
from sanping.domain.errors import HubUnreachable
from sanping.domain.source_status import CASES
from sanping.hub import case_desk, case_intake, case_opening
from sanping.wire.cases import CaseFilter


class SlowBook(governed_hub.Breaking):
    """A book whose second page is read only once it may be."""

    gate = threading.Event()

    def cases(self, after: str = "", limit: int = -1) -> Sequence[Case]:
        if after:
            assert self.gate.wait(20)
        return super().cases(after, limit)


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    SlowBook.gate.clear()
    monkeypatch.setattr(governed_hub, "Breaking", SlowBook)
    monkeypatch.setattr(case_opening, "PATIENCE_S", 0.05)
    monkeypatch.setattr(case_opening, "TELL_EVERY_S", 0.05)
    monkeypatch.setattr(case_intake, "RETRY_S", 0.05)
    monkeypatch.setattr(case_desk, "READ_AT_ONCE", 1)


async def filled(folder: Path) -> None:
    """Leave three cases behind."""
    SlowBook.gate.set()
    hub = GovernedHub(folder)
    await hub.start()
    desk = await hub.screen()
    for _ in range(3):
        assert (await done(desk, "case.report", REPORT)).ok
    await desk.drop()
    await hub.stop()
    SlowBook.gate.clear()


def test_a_hub_serves_while_its_cases_are_being_read_and_says_so(tmp_path: Path) -> None:
    async def ran() -> None:
        # given a hub whose book has cases, and takes its time to be read
        await filled(tmp_path)
        hub = GovernedHub(tmp_path)
        await hub.start()
        questions, loop = Questions(hub.where), asyncio.get_running_loop()
        screen = Screen("desk")
        await screen.join(hub.address)
        await eventually(lambda: screen.mirror.state.sources.get(CASES))

        # when its screens look, ask and report
        status = screen.mirror.state.sources[CASES]
        tables = await loop.run_in_executor(None, questions.governance)
        with pytest.raises(HubUnreachable, match="正在读取案件"):
            await loop.run_in_executor(None, questions.cases, CaseFilter())
        refused = await done(screen, "case.report", REPORT)

        # then it is said that cases are being read, nothing is invented, and the tables are there
        assert (status.state, "正在读取案件" in status.why_zh) == ("connecting", True)
        assert screen.mirror.state.case_counts is None
        assert not refused.ok
        assert "正在读取案件" in refused.error_zh
        assert len(tables.areas) > 90

        # and once all are read, the same screens have them, a street's report that came meanwhile too
        filed = await done(screen, "report.file", {"time_ms": 1, "category": "floating", "words": "水面漂浮物"})
        SlowBook.gate.set()
        await eventually(lambda: screen.mirror.state.case_counts and len(screen.mirror.state.cases) == 4)
        await eventually(lambda: screen.mirror.state.sources[CASES].state == "live")
        assert filed.ok
        assert (await loop.run_in_executor(None, questions.cases, CaseFilter())).total == 4
        assert (await done(screen, "case.report", REPORT)).ok
        await screen.drop()
        await hub.stop()

    asyncio.run(ran())


def test_a_hub_that_is_stopped_while_it_reads_stops(tmp_path: Path) -> None:
    async def ran() -> None:
        # given a hub that reads its cases
        await filled(tmp_path)
        hub = GovernedHub(tmp_path)
        await hub.start()
        assert hub.hub.cases is not None
        assert hub.hub.cases.is_reading

        # when it is stopped; then it ends, and the next one has everything
        stopping = asyncio.create_task(hub.stop())
        await asyncio.sleep(0.05)
        SlowBook.gate.set()
        await asyncio.wait_for(stopping, 10)
        again = GovernedHub(tmp_path)
        await again.start()
        await eventually(lambda: again.hub.cases is not None and not again.hub.cases.is_reading)
        assert again.hub.cases is not None
        assert len(again.hub.cases.table) == 3
        await again.stop()

    asyncio.run(ran())
