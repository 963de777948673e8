"""Steps of cases a second through the hub's commands, each safe on disk before its answer; and how soon screens see.

    python benchmarks/case_steps.py [--rounds 7] [--seconds 60] [--people 64] [FOLDER]

First: `--people` at once take their cases from report to archive by the commands that screens send (role and form are
checked, the step decided, case, audit row and outbox committed with synchronous FULL, every screen told), in turns with
a peer on the same disk: a plain INSERT and commit a step in the standard library's sqlite3, which decides nothing and
tells nobody. Medians of the rounds and their ratio; then one person alone. Second: a hub in a process of its own takes
in 2 000 observations a second into DuckDB; a case is moved on each second, and three screens over real WebSockets that
follow everything wait for it. Time runs from the command to the line of that step in each screen's mirror.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes.governed_hub import CREEK, CRS, REPORT, Breaking, GovernedHub, suhe_city
from fakes.linked_hub import TOKEN, Screen, eventually
from fakes.small_river import gauge, small_river
from sanping.domain.device import OWNER, Identity
from sanping.domain.observation import Observation
from sanping.domain.quantity import QUANTITIES
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.folder import case_key
from sanping.hub.gate import Gate
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan, Place
from sanping.hub.source_runner import SourcePlan
from sanping.hub.web import Web
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.messages import Command

WAY = ("register", "file", "dispatch", "sign", "feed_back", "send_to_check", "pass_check", "close", "evaluate")
STEPS_A_ROUND = 640
STATIONS, RATE, SLOT_S = 250, 2000, 0.05
QUANTITY_CODES = tuple(QUANTITIES)[:8]


class Office:
    """People at one hub, who send commands as screens do."""

    def __init__(self, governed: GovernedHub) -> None:
        self.governed = governed
        self.taken = 0
        self._op = 0
        self._photo = governed.photo()
        crew, self._crew_token = governed.device("grid_worker", "crew", department="greenery")
        self._crew = Identity(device=crew, name="crew", role="grid_worker")

    async def lives(self, most: int) -> None:
        """Take cases through their lives until so many steps are taken by all."""
        while self.taken < most:
            case = await self._sent("case.report", REPORT, OWNER)
            for step in WAY:
                if self.taken >= most:
                    return
                await self._sent(
                    "case.step", self.form(case, step), self._crew if step in ("sign", "feed_back") else OWNER
                )

    def form(self, case: str, step: str) -> dict[str, object]:
        """Return the arguments of a step."""
        photos = [self._photo] if step in ("feed_back", "pass_check") else []
        more = {"dispatch": {"department": "greenery"}, "evaluate": {"score": 5}, "feed_back": {"note": "已清运"}}
        return {"case": case, "step": step, "photos": photos, **more.get(step, {})}

    async def _sent(self, action: str, arguments: dict[str, object], who: Identity) -> str:
        self._op += 1
        command = Command(op=f"op-{self._op}", n=self._op, action=action, arguments=arguments)
        ack = await self.governed.hub.done(command, who.device or "desk", who)
        if not ack.ok:
            raise SystemExit(f"{action} {arguments}: {ack.error_en}")
        self.taken += 1
        return ack.about


class Peer:
    """An INSERT and a commit a step."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.database = sqlite3.connect(folder / "peer.sqlite")
        self.database.executescript(
            "pragma journal_mode=wal; pragma synchronous=full; create table log(id integer primary key, body text);"
        )

    def rate(self, steps: int) -> float:
        body = "x" * 900
        began = time.perf_counter()
        for _ in range(steps):
            self.database.execute("insert into log(body) values (?)", (body,))
            self.database.commit()
        return steps / (time.perf_counter() - began)


async def throughput(folder: Path, rounds: int, people: int) -> None:
    governed = GovernedHub(folder / "hub")
    (folder / "hub").mkdir()
    await governed.start()
    office, peer = Office(governed), Peer(folder / "peer")
    rates: dict[str, list[float]] = {"hub": [], "peer": []}
    waits: list[float] = []
    for number in range(rounds + 1):
        office.taken, began = 0, time.perf_counter()
        await asyncio.gather(*(office.lives(STEPS_A_ROUND) for _ in range(people)))
        rates["hub"].append(office.taken / (time.perf_counter() - began))
        rates["peer"].append(peer.rate(STEPS_A_ROUND))  # the hub rests meanwhile
        office.taken = 0
        while office.taken < 40:
            before, began = office.taken, time.perf_counter()
            await office.lives(before + 1)
            waits.append((time.perf_counter() - began) / (office.taken - before))
        if number == 0:  # warms up
            rates, waits = {name: [] for name in rates}, []
    assert governed.hub.cases is not None
    found, _ = await governed.hub.cases.verified()
    await governed.stop()
    hub, plain = (statistics.median(rates[name]) for name in ("hub", "peer"))
    rounds_of = {name: " ".join(f"{rate:.0f}" for rate in rates[name]) for name in rates}
    print(f"{people} people at once        {hub:8.0f} steps/s  (rounds {rounds_of['hub']})")
    print(f"plain INSERT and commit {plain:8.0f} /s       (rounds {rounds_of['peer']})")
    print(f"ratio                   {hub / plain:8.2f}")
    waits.sort()
    middle, worst = (1e3 * waits[place] for place in (len(waits) // 2, -1))
    print(f"one person alone: median {middle:.1f} ms a step, worst of {len(waits)} {worst:.1f} ms")
    print(f"audit: {found.rows} rows, first bad {found.first_bad}")


def hub_process(folder: str, pipe: Connection) -> None:
    """Serve a hub that takes in observations until the pipe closes; runs as a process of its own."""
    asyncio.run(_busy_hub(Path(folder), pipe))


async def _busy_hub(folder: Path, pipe: Connection) -> None:
    stations = tuple(gauge(f"s{n}", 10.0 * n, addresses={"bench": f"s{n}"}) for n in range(STATIONS))
    plan = HubPlan(
        name="town", title=Text("城", "Town"), live=small_river(*stations), adapters=Installed(manifests={}),
        is_trusted=True, gate=Gate(SqliteDeviceBook(folder)), photos=folder / "photos",
        place=Place(crs=CRS, longitude_deg=CREEK[0], latitude_deg=CREEK[1]),
        city=suhe_city(), case_book=Breaking(folder, case_key(folder)),
    )  # fmt: skip
    hub = Hub(plan, DuckDbHistory(folder), SqliteEventLog(folder))
    web = Web(hub, TOKEN)
    await hub.start()
    feeding = asyncio.create_task(_fed(hub))
    pipe.send(await web.start("127.0.0.1", 0))
    while not pipe.poll():
        await asyncio.sleep(0.1)
    feeding.cancel()
    pipe.send((hub.ledger.rows_committed, time.process_time()))
    await web.stop()
    await hub.stop()


async def _fed(hub: Hub) -> None:
    source = SourcePlan(name="bench", adapter="bench", begin=None, is_simulated=True)  # type: ignore[arg-type]  # never begun
    counts, number, next_s = Counter[str](), 0, time.monotonic()
    while True:
        rows = []
        now_ms = time.time_ns() // 1_000_000
        for _ in range(round(RATE * SLOT_S)):
            number += 1
            code = QUANTITY_CODES[number // STATIONS % len(QUANTITY_CODES)]
            value = 2.0 + number % 97 / 100
            rows.append(
                Observation(
                    station=f"s{number % STATIONS}",
                    quantity=code,
                    value=value,
                    unit=QUANTITIES[code].unit,
                    event_ms=now_ms,
                )
            )
        await hub.room()
        hub.delivered(source, counts, rows, lambda: None)
        next_s += SLOT_S
        await asyncio.sleep(max(0.0, next_s - time.monotonic()))


async def latency(folder: Path, seconds: int) -> None:
    folder.mkdir()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=hub_process, args=(str(folder), theirs))
    process.start()
    address = f"http://127.0.0.1:{ours.recv()}"
    screens = [Screen(name, kind=kind) for name, kind in (("wall", "wall"), ("desk", "desk"), ("phone", "phone"))]
    for screen in screens:
        await screen.join(address)
        await eventually(lambda screen=screen: screen.mirror.state.case_counts)
    waits: list[float] = []
    began_s, case = time.perf_counter(), ""
    for number in range(seconds):
        way = ("register", "file", "urge", "urge", "urge", "urge")
        step = number % (len(way) + 1)
        action, arguments = ("case.report", REPORT)
        if step:
            note = {"note": "请尽快处置"} if way[step - 1] == "urge" else {}
            action, arguments = "case.step", {"case": case, "step": way[step - 1], **note}
        known = {id: line.rev for id, line in screens[0].mirror.state.cases.items()}
        sent_s = time.perf_counter()
        await screens[1].wish(action, arguments)
        left = dict.fromkeys(range(3), True)
        while left:
            await asyncio.sleep(0.001)
            for place in list(left):
                news = [line for id, line in screens[place].mirror.state.cases.items() if line.rev > known.get(id, 0)]
                if news:
                    case, _ = news[0].id, left.pop(place)
            if time.perf_counter() - sent_s > 20:
                raise SystemExit(f"{action} {arguments} did not come: {list(screens[1].acks.values())[-1]}")
        waits.append(time.perf_counter() - sent_s)
        for screen in screens:
            screen.heard.clear()
        await asyncio.sleep(max(0.0, 1.0 - (time.perf_counter() - sent_s)))
    took_s = time.perf_counter() - began_s
    ours.send("end")
    rows, cpu_s = ours.recv()
    for screen in screens:
        await screen.drop()
    process.join()
    waits.sort()
    share = [1e3 * waits[min(len(waits) - 1, int(len(waits) * part))] for part in (0.5, 0.95, 0.99)]
    print(f"to three screens, {len(waits)} steps, one a second, beside {rows / took_s:.0f} observations/s committed:")
    print(f"  median {share[0]:.1f} ms, p95 {share[1]:.1f} ms, p99 {share[2]:.1f} ms, worst {1e3 * waits[-1]:.1f} ms")
    print(f"  the hub's processor time {cpu_s / took_s:.0%} of one core")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--people", type=int, default=64)
    parser.add_argument("folder", nargs="?")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(throughput(Path(folder), given.rounds, given.people))
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(latency(Path(folder) / "busy", given.seconds))


if __name__ == "__main__":
    main()
