"""Ammonia rises at a station: HJ 212 frames, an alarm, a case; dispatched, handled and checked with photos, closed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

from fakes.governed_hub import CRS, PNG, Breaking, GovernedHub, done, suhe_city
from fakes.journal_history import JournalHistory
from fakes.linked_hub import TOKEN, Screen, eventually
from fakes.loopback_world import LoopbackWorld
from sanping.adapters.hj212.simulator import Simulator
from sanping.adapters.hj212.source import Source
from sanping.client.questions import Questions
from sanping.domain.observation import Observation
from sanping.formats.project import load_project
from sanping.hub.core import Hub
from sanping.hub.folder import case_key
from sanping.hub.gate import Gate
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan, Place
from sanping.hub.source_runner import SourcePlan
from sanping.hub.spare_port import free_port
from sanping.hub.web import Web
from sanping.ports.source import Deliver, Session
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.cases import CaseSheet

SUHE = Path(__file__).resolve().parents[2] / "cim_models" / "suhe"
STATION, MN = "SZH00002", "310107000000000000000002"
MORNING = 4
PHOTOS = {"before": PNG + b"1", "after": PNG + b"2", "check": PNG + b"3"}


class Creek:
    """What the station at Wuning Road Bridge measures; `ammonia_mg_l` rises when somebody says so."""

    ammonia_mg_l = 0.62

    def stations(self) -> tuple[str, ...]:
        return (MN,)

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        return {
            "ph": 7.4, "dissolved_oxygen": 6.1, "water_temperature": 17.9, "total_phosphorus": 0.12,
            "ammonia_nitrogen": self.ammonia_mg_l,
        }  # fmt: skip


class CreekHub(GovernedHub):
    """The hub of the bundled twin with its stations, rules and tables; its sources are played by the test."""

    async def start(self) -> None:
        project = load_project(SUHE)
        self.book = Breaking(self.folder, case_key(self.folder))
        plan = HubPlan(
            name="suhe", title=project.title, live=project.live, adapters=Installed(manifests={}), is_simulated=True,
            gate=Gate(SqliteDeviceBook(self.folder)), photos=self.folder / "photos", city=suhe_city(),
            place=Place(crs=CRS, longitude_deg=project.longitude_deg, latitude_deg=project.latitude_deg),
            case_book=self.book,
        )  # fmt: skip
        self.hub = Hub(plan, JournalHistory(self.folder), SqliteEventLog(self.folder))
        self.web = Web(self.hub, TOKEN)
        await self.hub.start()
        self.port = await self.web.start("127.0.0.1", self.port)


class HubWorld(LoopbackWorld):
    """Hands what sessions deliver to the hub; a reply goes out once it is committed."""

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self._plan = SourcePlan(name="quality", adapter="hj212", begin=None, is_simulated=True)  # type: ignore[arg-type]  # never begun

    async def committed(self, observations: tuple[Observation, ...]) -> None:
        safe = asyncio.get_running_loop().create_future()
        self._hub.delivered(self._plan, Counter(), observations, lambda: safe.set_result(None))
        await safe
        self.rows += observations

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            one = session("127.0.0.1")
            try:
                while data := await reader.read(65536):
                    for step in one.received(data, self.now_ms()):
                        if isinstance(step, Deliver):
                            await self.committed(step.observations)
                            writer.write(step.reply)
            finally:
                writer.close()

        async with await asyncio.start_server(talk, host, port) as server:
            await server.serve_forever()


def of_the_morning(now_ms: int) -> Iterator[Observation]:
    """Yield what the station measured before: what has jumped is judged by the values of an hour."""
    for number in range(MORNING, 0, -1):
        yield Observation(
            station=MN, quantity="ammonia_nitrogen", value=0.6, unit="mg/L", event_ms=now_ms - number * 200_000
        )


@contextlib.asynccontextmanager
async def measured(world: HubWorld, creek: Creek) -> AsyncIterator[None]:
    """Run the station's simulator and the source that it reports to."""
    settings = {"host": "127.0.0.1", "port": free_port()}
    tasks = [
        asyncio.create_task(Source(settings).run(world)),  # type: ignore[arg-type]  # as much of a world as it needs
        asyncio.create_task(Simulator(settings).play(creek, lambda seconds: asyncio.sleep(min(seconds, 0.1)))),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def stepped(screen: Screen, case: str, step: str, **more: object) -> None:
    """Take a step that must be taken."""
    ack = await done(screen, "case.step", {"case": case, "step": step, **more})
    assert ack.ok, f"{step}: {ack.error_zh}"


def test_a_rise_of_ammonia_becomes_a_case_that_people_close_with_photos_on_three_screens(  # noqa: PLR0915  a journey is long
    tmp_path: Path,
) -> None:
    async def journey() -> None:  # noqa: PLR0915  a journey is long
        # given the hub of the creek, a wall, a desk, and the phones of a crew and of a collector
        hub, creek = CreekHub(tmp_path), Creek()
        await hub.start()
        wall = await hub.screen(hub.device("viewer", "wall")[1], "wall")
        desk = await hub.screen(name="desk")
        screens = [wall, desk]
        world = HubWorld(hub.hub)
        try:
            async with measured(world, creek):
                await world.committed(tuple(of_the_morning(world.now_ms())))
                await eventually(lambda: sum(row.quantity == "ammonia_nitrogen" for row in world.rows) > MORNING)
                assert not wall.mirror.state.cases

                # when ammonia rises at Wuning Road Bridge
                creek.ammonia_mg_l = 2.36
                await eventually(lambda: desk.mirror.state.cases)

            # then there is one case of the alarm at the station's place, registered by the system
            [line] = desk.mirror.state.cases.values()
            await eventually(lambda: desk.mirror.state.cases[line.id].state == "to_file")
            alarm = desk.mirror.state.alarms[line.alarm]
            assert (alarm.rule, alarm.station) == ("ammonia-jump", STATION)
            assert (line.source, line.case_class, line.urgency, line.is_simulated) == ("rule", "0502", "urgent", True)
            assert line.address == "武宁路桥监测站"
            assert line.x_m is not None

            # when the desk files it and dispatches it to whom the hub proposes first
            await stepped(desk, line.id, "file")
            sheet = await asked(hub, line.id)
            department = sheet.proposals[0].department
            await stepped(desk, line.id, "dispatch", department=department)
            crew_id, crew_token = hub.device("grid_worker", "crew", department=department)
            collector_token = hub.device("grid_worker", "collector", department="greenery")[1]
            crew, collector = await hub.screen(crew_token, "crew"), await hub.screen(collector_token, "collector")
            screens += [crew, collector]

            # and the crew signs for it, uploads photos and feeds back
            await stepped(crew, line.id, "sign")
            before, after = [await uploaded(hub, crew_token, PHOTOS[moment]) for moment in ("before", "after")]
            photos = [{"id": before, "moment": "before"}, {"id": after, "moment": "after"}]
            await stepped(crew, line.id, "feed_back", note="封堵混接雨水管，水质已恢复", photos=photos)
            await stepped(desk, line.id, "send_to_check")

            # then the crew may not check its own work
            look = [{"id": await uploaded(hub, collector_token, PHOTOS["check"]), "moment": "after"}]
            refused = await done(crew, "case.step", {"case": line.id, "step": "pass_check", "photos": look})
            assert not refused.ok
            assert "不能核查" in refused.error_zh

            # when somebody else checks it, and the desk closes it
            await stepped(collector, line.id, "pass_check", photos=look)
            await stepped(desk, line.id, "close")

            # then wall, desk and phone agree on every line, and the sheet tells the whole story with its photos
            await eventually(lambda: all(screen.mirror.state.cases[line.id].state == "closed" for screen in screens))
            lines = [screen.mirror.state.cases[line.id] for screen in screens]
            assert all(other == lines[0] for other in lines)
            await eventually(lambda: wall.mirror.state.case_counts.closed_today == 1)
            sheet = await asked(hub, line.id)
            assert [row.step for row in sheet.trail] == [
                "report", "register", "file", "dispatch", "sign", "feed_back", "send_to_check", "pass_check", "close",
            ]  # fmt: skip
            assert [photo.moment for photo in sheet.case.photos] == ["before", "after", "after"]
            assert sheet.case.handlers == (crew_id,)
            photo = Questions(hub.where).photo
            assert await asyncio.to_thread(photo, after) == PHOTOS["after"]
            assert hub.hub.cases is not None
            assert (await hub.hub.cases.verified())[0].first_bad is None
        finally:
            for screen in screens:
                await screen.drop()
            await hub.stop()

    asyncio.run(journey())


async def asked(hub: CreekHub, case: str) -> CaseSheet:
    """Return the sheet of a case as the desk gets it."""
    return await asyncio.to_thread(Questions(hub.where).case, case)


async def uploaded(hub: CreekHub, token: str, content: bytes) -> str:
    """Upload a photo from a phone and return its name."""
    return await asyncio.to_thread(Questions(lambda: (hub.address, token)).add_photo, content)
