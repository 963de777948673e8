"""Sources at a further hub: what they say is taken once by the owner, whatever receipt is lost, and not forgotten."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fakes.governed_hub import done
from fakes.journal_history import NAME
from fakes.linked_hub import eventually
from fakes.relayed_hub import SITE, OwnerHub
from fakes.small_river import reading, small_river
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.errors import SiteUnreachable
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.hub.child_messages import Begin
from sanping.hub.intake_hub import IntakeHub
from sanping.hub.long_questions import asked
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.source_runner import SourcePlan
from sanping.twin.live_part import SourceEntry
from sanping.wire.intake_parcels import INTAKE, Handed, Parcel, Receipt, packed, unpacked
from sanping.wire.same_site import subject

FIELD = "field-1"
ENTRY = SourceEntry(name="gauges", adapter="trial", title=Text("站", "Gauges"), hub=FIELD)
PLAN = SourcePlan(
    name="gauges", adapter="trial", is_simulated=False,
    begin=Begin(role="source", source="gauges", target="", settings={}),
)  # fmt: skip


class ForgetfulBus(InProcessBus):
    """Loses every other answer after the question was done; from turn 1 on the second."""

    turn = 0

    async def ask(self, subject: str, body: bytes, within_s: float) -> bytes:
        found = await super().ask(subject, body, within_s)
        self.turn += 1
        if self.turn % 2:
            raise SiteUnreachable(Text("丢了", "lost"))
        return found


class Two:
    """The hub that owns the books, and an intake hub that runs a source of its twin without a device."""

    def __init__(self, folder: Path) -> None:
        self.folder, exchange = folder, Exchange()
        self.owner = OwnerHub(folder, lambda: InProcessBus(exchange))
        self.owner.sources = (ENTRY,)
        self.bus = ForgetfulBus(exchange)
        plan = HubPlan(
            name="town", title=Text("城", "Town"), live=replace(small_river(), sources=()),
            adapters=Installed(manifests={}), hub=FIELD,
        )  # fmt: skip
        self.intake = IntakeHub(plan, SITE, self.bus)

    @property
    def rows(self) -> list[Observation]:
        """What the owner has on its disk."""
        lines = (self.folder / NAME).read_bytes().splitlines()
        return [msgspec.json.decode(line, type=Observation) for line in lines]

    def sources(self) -> dict[str, SourceStatus]:
        """Return how the sources are at the owner."""
        return {status.name: status for status in self.owner.hub.sources()}


def with_two(folder: Path, play: Callable[[Two], Awaitable[None]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)

    async def run() -> None:
        two = Two(folder)
        await two.owner.start()
        await two.intake.start()
        try:
            await play(two)
        finally:
            await two.intake.stop()
            await two.owner.stop()

    asyncio.run(run())


def at(minute: int) -> Observation:
    return reading("up", "water_level", minute / 10, 1_781_236_800_000 + minute * 60_000)


def test_every_delivery_is_taken_once_and_in_order_though_receipts_are_lost(tmp_path: Path) -> None:
    async def play(two: Two) -> None:
        safe: list[int] = []
        for number in range(3):
            two.intake.delivered(PLAN, Counter(), [at(number)], lambda number=number: safe.append(number))
            await eventually(lambda number=number: len(safe) > number)
        assert safe == list(range(3))
        assert [row.value for row in two.rows] == [0.0, 0.1, 0.2]

    with_two(tmp_path / "owner", play)


def test_an_owner_that_begins_anew_is_handed_what_it_had_not_answered(tmp_path: Path) -> None:
    async def play(two: Two) -> None:
        safe: list[int] = []
        two.intake.delivered(PLAN, Counter(), [at(0)], lambda: safe.append(0))
        await eventually(lambda: safe)
        await two.owner.killed()
        two.intake.delivered(PLAN, Counter(), [at(1)], lambda: safe.append(1))
        await asyncio.sleep(0.3)
        assert safe == [0]
        await two.owner.start()
        await eventually(lambda: len(safe) == 2)
        assert [row.value for row in two.rows] == [0.0, 0.1]

    with_two(tmp_path / "owner", play)


def test_the_owner_says_who_runs_a_source_and_when_it_is_silent(tmp_path: Path) -> None:
    async def play(two: Two) -> None:
        assert FIELD in two.sources()["gauges"].why_en
        live = SourceStatus(name="gauges", adapter="trial", state="live", counts={"frames": 3})
        await handed(two, statuses=(live,))
        assert (two.sources()["gauges"].state, two.sources()["gauges"].counts) == ("live", {"frames": 3})
        await two.intake.stop()
        await eventually(lambda: two.sources()["gauges"].state == "retrying")
        screen = await two.owner.screen()
        refused = await done(screen, "source.restart", {"source": "gauges"})
        assert not refused.ok
        assert FIELD in refused.error_en
        await screen.drop()

    with_two(tmp_path / "owner", play)


def test_a_parcel_of_a_source_that_is_not_its_own_is_not_taken(tmp_path: Path) -> None:
    async def play(two: Two) -> None:
        with pytest.raises(SiteUnreachable):
            await handed(two, handed=(Handed(source="other", observations=(at(0),)),))
        assert not two.rows

    with_two(tmp_path / "owner", play)


async def handed(two: Two, **more: Any) -> Receipt:
    """Hand a parcel of another life over, on a bus that loses nothing."""
    two.bus.turn = 1
    parcel = Parcel(hub=FIELD, epoch="other", seq=1, **more)
    return unpacked(await asked(two.bus, subject(INTAKE, SITE), packed(parcel), 2.0), Receipt)
