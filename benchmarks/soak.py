"""A hub under its usual load for long: does it keep its pace, its memory, its files, and everything it promised?

    python benchmarks/soak.py [--minutes 60 | --seconds 30] [--warm-up 30] [--rate 2000] [--cases 1] [--screens 10]
        [--stations 2000]

A hub runs as its own process. Gateways report `--rate` observations a second over HJ 212, a screen reports `--cases`
cases a second, `--screens` screens hear everything. At the end every acknowledged frame is looked up in history and
every acknowledged case in the book of cases. A commit gathers for 250 ms before it is written, so that an
acknowledgement may take that and the commit. Prints a table and one line of JSON; fails when something is lost.

Memory and files are those of the hub and its source together. The slope of memory is that of Theil and Sen through the
lows after the warm-up, given with where it lies with 95 %, and is judged without what new cases and their commands take
by themselves; beside it stands which part of memory it is of (`hub_memory.py`). Of what the hub keeps up to a limit,
these are full when the warm-up is over, at the usual rates: 4 MB of blocks that the history wrote, 2 MB of pages of
each SQLite file, two times 131 072 exchanges remembered against replays (20 minutes), 4 096 newest changes (27
minutes). The history opens its file again at the first save after 20 minutes (the 25th here), and lets go of what it
knows of its blocks (5 MB an hour).
Answers to 10 000 commands and the numbers of 20 000 objects are full after hours only, and count with their cases. A
run of less than twice the warm-up takes its first half for it, in which not all is full: its slope is too great.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import numpy as np
from hub_lanes import LANES, Planned, write_twin
from hub_memory import PARTS
from hub_throughput import _usage, free_port, started_hub, wait_for_ports
from numpy.typing import NDArray
from scipy.stats import theilslopes

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.linked_hub import Screen
from sanping.hub.folder import case_key
from sanping.storage.case_book import SqliteCaseBook
from sanping.wire.messages import Readings, Series

GATEWAYS = 4
SLOT_S = 0.25
GATHER_MS, COMMIT_MS, FAN_OUT_MS = 250.0, 250.0, 500.0
MOST_SLOPE_MB_H = 1.0
SETTLE_S = 3.0
SAMPLED_EVERY_S = 2.0
LOWS = 8
"""Memory comes and goes from one checkpoint of the history to the next: what grows is the least of each stretch."""
CASE_BYTES = 2_500 + 360 + 120
"""What the hub keeps of a case that was reported (`tests/unit/twin/test_case_memory.py`), of the answer to the command
and of the number of its last change."""
NOTING = Path(__file__).with_name("hub_memory.py")
PLACE = {"lon": 121.4230, "lat": 31.2375}
REPORT = {"kind": "event", "case_class": "0102", **PLACE, "address": "武宁路桥", "description": "岸边堆有垃圾"}
LANE = LANES["hj212"]


class Gateway:
    """Sends its share of frames and notes when each is acknowledged."""

    def __init__(self, first: int, stations: int, frames_per_s: float) -> None:
        self.sent_s: dict[tuple[str, int], float] = {}
        self.acknowledged: dict[tuple[str, int], float] = {}
        self.waits_ms: list[float] = []
        self._first, self._stations, self._frames_per_s = first, stations, frames_per_s
        self._waiting: dict[object, tuple[tuple[str, int], float]] = {}

    async def run(self, port: int, until_s: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        hearing = asyncio.create_task(self._hear(reader))
        began_s, number = time.monotonic(), 0
        while time.monotonic() < until_s:
            due = int((time.monotonic() - began_s) * self._frames_per_s)
            frames = [self._frame(each) for each in range(number, due)]
            number = max(number, due)
            now_s = time.time()
            for frame in frames:
                self._waiting[frame.key] = (f"S{frame.station}", frame.event_ms), now_s
                self.sent_s[f"S{frame.station}", frame.event_ms] = now_s
            writer.write(b"".join(frame.wire for frame in frames))
            await writer.drain()
            await asyncio.sleep(SLOT_S)
        await asyncio.sleep(SETTLE_S)
        hearing.cancel()
        writer.close()

    def _frame(self, number: int) -> Planned:
        turn, place = divmod(number, self._stations)
        return LANE.planned(self._first + place, int(time.time() * 1000), turn, number)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        kept = b""
        while data := await reader.read(1 << 16):
            now_s = time.time()
            whole, end, rest = (kept + data).rpartition(b"\r\n")
            kept = rest
            for key in LANE.acknowledged(whole + end):
                found = self._waiting.pop(key, None)
                if found is not None:
                    self.acknowledged[found[0]] = now_s
                    self.waits_ms.append((now_s - found[1]) * 1000)


class SoakScreen(Screen):
    """A screen that forgets what it heard, and may note when each reading came."""

    def __init__(self, name: str, *, is_timed: bool) -> None:
        super().__init__(name, kind="wall")
        self.arrived: dict[tuple[str, int], float] = {}
        self._names: dict[int, str] = {}
        self._is_timed = is_timed

    async def _take(self, frame: bytes) -> None:
        await super()._take(frame)
        message = self.heard.pop()
        if isinstance(message, Series):
            self._names.update((row.index, row.station) for row in message.rows)
        elif isinstance(message, Readings) and self._is_timed:
            now_s = time.time()
            for row in message.rows:
                self.arrived.setdefault((self._names[row.index], row.event_ms), now_s)


class Cases:
    """Reports a case now and then and keeps which were acknowledged."""

    def __init__(self, screen: Screen, per_s: float) -> None:
        self.acknowledged: set[str] = set()
        self.refused = ""
        self._screen, self._every_s = screen, 1 / per_s

    async def run(self, until_s: float) -> None:
        while time.monotonic() < until_s:
            began_s = time.monotonic()
            op = await self._screen.wish("case.report", REPORT)
            while op not in self._screen.acks:  # however long it takes: this measures, it does not judge
                if time.monotonic() > until_s + SETTLE_S:
                    return
                await asyncio.sleep(0.005)
            ack = self._screen.acks.pop(op)
            if ack.ok:
                self.acknowledged.add(ack.about)
            else:
                self.refused = ack.error_en
            await asyncio.sleep(max(0.0, self._every_s - (time.monotonic() - began_s)))


def family(hub: int) -> list[int]:
    found = [hub]
    for task in Path(f"/proc/{hub}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(word) for word in task.read_text().split()]
    return found


def files_of(processes: Iterable[int]) -> int:
    count = 0
    for process in processes:
        with contextlib.suppress(OSError):
            count += len(list(Path(f"/proc/{process}/fd").iterdir()))
    return count


class Watch:
    """Memory and open files of the hub and its children, now and then; what the hub's is made of stands in `notes`."""

    def __init__(self, hub: int, notes: Path, warm_up_s: float) -> None:
        self.samples: list[tuple[float, float, float, int]] = []  # s, MB of all, MB of its sources, files
        self._hub, self._notes, self._warm_up_s = hub, notes, warm_up_s

    async def run(self, until_s: float, is_settled: Callable[[], bool]) -> None:
        """Look until then, from when everybody has joined: what joining takes is not a growth."""
        while time.monotonic() < until_s and not is_settled():
            await asyncio.sleep(0.05)
        every_s = min(SAMPLED_EVERY_S, (until_s - time.monotonic()) / (2 * LOWS))
        while not self.samples or time.monotonic() < until_s:
            hub, *sources = (_usage(process)[0] * 2**20 / 1e6 for process in family(self._hub))
            count = files_of(family(self._hub))
            self.samples.append((time.monotonic(), hub + sum(sources), sum(sources), count))
            await asyncio.sleep(every_s)

    def figures(self) -> dict[str, object]:
        """Return memory over the time, its slope after the warm-up in MB an hour, and files then and now."""
        times, memory, sources, files = (np.array(column) for column in zip(*self.samples, strict=True))
        is_warm = times >= times[0] + min(self._warm_up_s, (times[-1] - times[0]) / 2)
        half = len(times) // 2
        slope, least, most = slope_of(times[is_warm], memory[is_warm])
        return {
            "warm_up_s": round(float(times[is_warm][0] - times[0])),
            "is_warm": bool(times[is_warm][0] - times[0] >= self._warm_up_s - 2 * SAMPLED_EVERY_S),
            "memory_course_mb": [round(float(mark)) for mark in lows_of(times, memory)[1]],
            "memory_mb": round(float(memory[-1]), 1),
            "slope_mb_h": slope, "slope_from_mb_h": least, "slope_to_mb_h": most,
            "parts_mb_h": {"source": slope_of(times[is_warm], sources[is_warm])[0], **self._parts(times[is_warm][0])},
            "files_before": int(np.median(files[: max(1, half)])), "files_after": int(np.median(files[half:])),
        }  # fmt: skip

    def _parts(self, from_s: float) -> dict[str, float]:
        """Return the slopes of what the hub's own memory is made of."""
        rows = [json.loads(line) for line in self._notes.read_text().splitlines()] if self._notes.exists() else []
        rows = [row for row in rows if row["at_s"] >= from_s]
        times = np.array([row["at_s"] for row in rows])
        return {name: slope_of(times, np.array([row[name] for row in rows]))[0] for name in PARTS} if rows else {}


def lows_of(times: NDArray[np.float64], memory: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when memory was least in each of `LOWS` stretches of time, and how much it was."""
    stretches = np.array_split(np.arange(len(times)), min(LOWS, len(times)))
    lows = [stretch[np.argmin(memory[stretch])] for stretch in stretches]
    return times[lows], memory[lows]


def slope_of(times: NDArray[np.float64], memory: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the median slope through the lows, MB an hour, and between which two it lies with 95 %."""
    at_s, lows = lows_of(times, memory)
    if len(set(at_s)) < 3:
        return 0.0, 0.0, 0.0
    found = theilslopes(lows, at_s / 3600, 0.95)
    return round(float(found[0]), 1), round(float(found[2]), 1), round(float(found[3]), 1)


def kept_frames(data: Path) -> dict[tuple[str, int], int]:
    database = duckdb.connect(str(data / "history.duckdb"), read_only=True)
    rows = database.execute(
        "select s.station, o.event_ms, count(*) from observations o join series s on s.id = o.series group by 1, 2"
    ).fetchall()
    database.close()
    return {(station, event_ms): count for station, event_ms, count in rows}


def p99(values: list[float]) -> float:
    return round(float(np.percentile(values, 99)), 1) if values else 0.0


async def loaded(address: str, token: str, port: int, watch: Watch, options: argparse.Namespace) -> dict[str, object]:
    """Load the hub for its time, and return what was promised and how long things took."""
    share = options.stations // GATEWAYS
    per_gateway = options.rate / LANE.values_per_frame / GATEWAYS
    gateways = [Gateway(number * share, share, per_gateway) for number in range(GATEWAYS)]
    screens = [SoakScreen(f"screen-{number}", is_timed=number == 0) for number in range(options.screens)]
    for screen in screens:
        await screen.join(address, ("all", "log"), token)
    cases = Cases(screens[-1], options.cases)
    began_s = time.monotonic()
    until_s = began_s + options.seconds
    looking = watch.run(until_s, lambda: bool(cases.acknowledged) and all(gateway.acknowledged for gateway in gateways))
    await asyncio.gather(*(gateway.run(port, until_s) for gateway in gateways), cases.run(until_s), looking)
    promised = {key: at_s for gateway in gateways for key, at_s in gateway.acknowledged.items()}
    sent = {key: at_s for gateway in gateways for key, at_s in gateway.sent_s.items()}
    arrived = screens[0].arrived
    for screen in screens:
        await screen.drop()
    return {
        "promised": set(promised),
        "cases": cases.acknowledged,
        "refused": cases.refused,
        "sent": len(sent),
        "missed": sum(key not in arrived for key in promised),
        "acknowledged_p99_ms": p99([wait for gateway in gateways for wait in gateway.waits_ms]),
        "fan_out_p99_ms": p99([max(0.0, arrived[key] - promised[key]) * 1000 for key in promised if key in arrived]),
        **watch.figures(),
    }  # fmt: skip


def run(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    twin, data, port = folder / "town", folder / "data", free_port()
    write_twin(twin, options.stations, {"hj212": port})
    (twin / "governance").mkdir()
    with (twin / "twin.toml").open("a", encoding="utf-8") as file:
        file.write('[governance]\nfolder = "governance"\n')
    notes = folder / "memory.jsonl"
    process, address = started_hub(twin, data, (str(NOTING), str(notes)))
    try:
        wait_for_ports([port])
        watch = Watch(process.pid, notes, options.warm_up * 60)
        found = asyncio.run(loaded(address, (data / "token").read_text(), port, watch, options))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    kept = kept_frames(data)
    book = SqliteCaseBook(data, case_key(data))
    known, audit = {case.id for case in book.cases()}, book.verify()
    book.close()
    promised, cases = found.pop("promised"), found.pop("cases")
    return {
        "seconds": options.seconds,
        "rows": LANE.values_per_frame * len(promised),
        "rows_per_s": round(LANE.values_per_frame * len(promised) / options.seconds),
        "lost": sum(kept.get(key, 0) < LANE.values_per_frame for key in promised),
        "cases": len(cases),
        "cases_lost": len(cases - known),
        "cases_mb_h": round(len(cases) / options.seconds * 3600 * CASE_BYTES / 1e6, 1),
        "audit_whole": audit.first_bad is None,
        "screens": options.screens,
        **found,
    }  # fmt: skip


def verdicts(report: dict[str, object]) -> list[tuple[str, str, str, bool]]:
    """Return each figure with its goal and whether it is met."""
    ack, fan_out = float(str(report["acknowledged_p99_ms"])), float(str(report["fan_out_p99_ms"]))
    slope = round(float(str(report["slope_mb_h"])) - float(str(report["cases_mb_h"])), 1)
    when = "after the warm-up" if report["is_warm"] else "warm-up not over"
    files = int(str(report["files_after"])) - int(str(report["files_before"]))
    lost = int(str(report["lost"])) + int(str(report["cases_lost"]))
    return [
        ("acknowledged and lost: frames and cases", "0", str(lost), lost == 0),
        (
            "frame to acknowledgement, p99, ms",
            f"{GATHER_MS + COMMIT_MS:.0f}",
            f"{ack:.0f}",
            ack < GATHER_MS + COMMIT_MS,
        ),
        ("acknowledgement to screen, p99, ms", f"{FAN_OUT_MS:.0f}", f"{fan_out:.0f}", fan_out < FAN_OUT_MS),
        (
            f"memory besides cases, MB an hour, {when}",
            f"{MOST_SLOPE_MB_H:.0f}",
            f"{slope:.1f}",
            slope < MOST_SLOPE_MB_H,
        ),
        ("open files, more than before", "0", str(files), files <= 0),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, help="instead of minutes")
    parser.add_argument("--warm-up", type=float, default=30.0, help="minutes until what has a limit is full")
    parser.add_argument("--rate", type=float, default=2000.0, help="observations a second")
    parser.add_argument("--cases", type=float, default=1.0, help="cases a second")
    parser.add_argument("--screens", type=int, default=10)
    parser.add_argument("--stations", type=int, default=2000)
    options = parser.parse_args()
    options.seconds = options.seconds or options.minutes * 60
    with tempfile.TemporaryDirectory(prefix="sanping-soak-") as name:
        os.environ["SANPING_HOME"] = str(Path(name) / "home")
        report = run(options, Path(name))
    print("{rows} rows at {rows_per_s} a second, {cases} cases, {screens} screens".format(**report))
    for what, goal, found, is_met in verdicts(report):
        print(f"{what:56}{found:>10}   goal {goal:>6}   {'met' if is_met else 'MISSED'}")
    print(
        "memory, MB an hour: {slope_mb_h} ({slope_from_mb_h} to {slope_to_mb_h}), of it {parts_mb_h}".format(**report)
    )
    print(json.dumps(report))
    return int(bool(report["lost"] or report["cases_lost"] or report["refused"] or not report["audit_whole"]))


if __name__ == "__main__":
    sys.exit(main())
