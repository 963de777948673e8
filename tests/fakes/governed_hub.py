"""A whole hub of the bundled twin's city in this process, with its real tables, book of cases and sockets."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from fakes.journal_history import JournalHistory
from fakes.linked_hub import TOKEN, LinkedHub, Screen, asked, eventually
from fakes.small_river import gauge, small_river
from sanping.domain.errors import SanpingError, StoreFailed
from sanping.domain.label import NO_CLEARANCES, NO_LABELS, Clearing, Labels
from sanping.domain.major_event import MajorEvent
from sanping.domain.role import Role
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.formats.governed_city import load_city
from sanping.hub.core import Hub
from sanping.hub.federation import Federation
from sanping.hub.folder import case_key
from sanping.hub.gate import Gate
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan, Place, metres_of
from sanping.hub.web import Web
from sanping.ports.case_book import Taken, Wish
from sanping.ports.shared_models import SharedModels
from sanping.storage.case_book import SqliteCaseBook
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import SqliteEventLog
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.live_part import SourceEntry
from sanping.wire.messages import Ack

SUHE = Path(__file__).resolve().parents[2] / "cim_models" / "suhe"
CRS = "EPSG:4549"
CREEK = (121.4230, 31.2375)
REPORT: dict[str, object] = {
    "kind": "event", "case_class": "0102", "lon": CREEK[0], "lat": CREEK[1], "address": "武宁路桥",
    "description": "岸边堆有垃圾",
}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@cache
def suhe_city() -> GovernedCity:
    """Return what the bundled twin is governed by, read once."""
    return load_city(SUHE / "governance", [SUHE / "grid.geojson"], CRS)


def at_creek(name: str) -> Station:
    """Return a gauge that stands at the creek."""
    east, north = metres_of(CRS, *CREEK)
    return gauge(name, 0.0, x_m=east, y_m=north)


class Breaking(SqliteCaseBook):
    """A book that dies right after a commit, once `breaks`: nobody hears what was committed."""

    breaks = False

    def take(self, wishes: Sequence[Wish]) -> Sequence[Taken | SanpingError]:
        found = super().take(wishes)
        if self.breaks:
            raise StoreFailed(Text("断电", "power cut"))
        return found


class GovernedHub(LinkedHub):
    """The hub of a small twin that governs; its station stands at the creek. `shared` are models for other programs."""

    shared: SharedModels | None = None
    phone_page: Path | None = None
    federation: Federation | None = None
    sources: tuple[SourceEntry, ...] = ()
    stations: tuple[Station, ...] = ()
    labels: Labels = NO_LABELS
    event: MajorEvent | None = None
    clearances: Clearing = NO_CLEARANCES

    async def start(self) -> None:
        self.book = Breaking(self.folder, case_key(self.folder))
        plan = HubPlan(
            name="town", title=Text("城", "Town"),
            live=replace(small_river(*(self.stations or (at_creek("up"), gauge("away", 0.0)))), sources=self.sources),
            adapters=Installed(manifests={}), is_trusted=True,
            gate=Gate(SqliteDeviceBook(self.folder), self.clearances), labels=self.labels, clearances=self.clearances,
            photos=self.folder / "photos", place=Place(crs=CRS, longitude_deg=CREEK[0], latitude_deg=CREEK[1]),
            city=suhe_city(), case_book=self.book, shared=self.shared, federation=self.federation,
            phone_page=self.phone_page, event=self.event,
        )  # fmt: skip
        self.hub = Hub(plan, JournalHistory(self.folder), SqliteEventLog(self.folder))
        self.web = Web(self.hub, TOKEN)
        await self.hub.start()
        self.port = await self.web.start("127.0.0.1", self.port)

    async def killed(self) -> None:
        cases = self.hub.cases
        assert cases is not None
        if cases._looking is not None:
            cases._looking.cancel()
        if cases._keeper._taking is not None:
            cases._keeper._taking.cancel()
        cases._keeper._thread.shutdown(wait=True, cancel_futures=True)
        self.book.close()
        self.hub.cases = None
        await super().killed()

    def device(self, role: Role, name: str = "", department: str = "", areas: tuple[str, ...] = ()) -> tuple[str, str]:
        """Let a phone in with a role; return its id and token."""
        assert self.hub.gate is not None
        desk = self.hub.gate.devices
        device, token = self.hub.gate.enrolled(name or role, "phone")
        desk.given(device.id, role, "", device.since_ms, time.monotonic_ns() // 1_000_000)
        if department or areas:
            desk.placed(device.id, department, areas)
        return device.id, token

    def photo(self) -> dict[str, object]:
        """Upload a photo of afterwards."""
        assert self.hub.reports.photos is not None
        return {"id": self.hub.reports.photos.add(PNG), "moment": "after"}

    async def screen(self, token: str = TOKEN, name: str = "desk") -> Screen:
        """Join as whoever has the token."""
        screen = Screen(name, kind="phone")
        await screen.join(self.address, token=token)
        await eventually(lambda: screen.mirror.state.case_counts)
        return screen


async def done(screen: Screen, action: str, arguments: dict[str, object]) -> Ack:
    """Wish something and wait for its answer, which is returned."""
    op = await screen.wish(action, arguments)
    await eventually(lambda: op in screen.acks)
    return screen.acks[op]


Asking = Callable[[GovernedHub, list[Screen]], Awaitable[None]]


def with_hub(folder: Path, ask: Asking) -> None:
    """Run a hub that governs, ask it, and stop it and the screens that were made."""
    asyncio.run(asked(GovernedHub(folder), ask))
