"""How soon a hub answers whose book has many cases, how long they take to be read, and how long others wait meanwhile.

    python benchmarks/case_opening.py [CASES] [FOLDER]

The cases are those of a simulated year, 100 000 unless told, written into a real book; making them takes two minutes.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import apsw
import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes import governed_hub
from sanping.domain.case import Case
from sanping.formats.governance import load_governance
from sanping.storage.case_book import FILE_NAME, SqliteCaseBook
from sanping.twin.cases.simulated import SimulatedCity, simulated_steps
from sanping.twin.cases.stepping import taken

DAY_MS = 86_400_000
KEY = b"benchmark"
CELLS = tuple(f"3101070{street:02}001{cell:03}" for street in range(1, 18) for cell in range(1, 9))
CITY = SimulatedCity(cells=CELLS, lon_deg=121.40, lat_deg=31.26, spread_deg=0.04)


def fill(folder: Path, count: int) -> None:
    """Write the cases of a year as they stand now into a book."""
    rules, now_ms = load_governance(), time.time_ns() // 1_000_000
    cases: dict[str, Case] = {}
    for step in simulated_steps(CITY, rules, (now_ms - 365 * DAY_MS, now_ms), count):
        if step.at_ms <= now_ms:
            case = taken(cases.get(step.asked.case), step.asked, step.who, step.at_ms, rules)
            cases[case.id] = case
    SqliteCaseBook(folder, KEY).close()
    with apsw.Connection(str(folder / FILE_NAME)) as database:
        rows = ((case.id, case.rev, msgspec.json.encode(case)) for case in cases.values())
        database.executemany("insert into cases values (?, ?, ?)", rows)


async def opened(folder: Path) -> None:
    """Start a hub on the book, and ask it while it reads."""
    hub = governed_hub.GovernedHub(folder)
    began_s = time.perf_counter()
    await hub.start()
    print(f"answers after            {time.perf_counter() - began_s:8.2f} s")
    worst_s, count, cases = 0.0, 0, hub.hub.cases
    headers = {"Authorization": f"Bearer {hub.where()[1]}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        while cases is not None and cases.is_reading:
            asked_s = time.perf_counter()
            async with session.get(f"{hub.address}/api/v1/health") as answer:
                await answer.read()
            worst_s, count = max(worst_s, time.perf_counter() - asked_s), count + 1
            await asyncio.sleep(0.02)
    print(f"all cases read after     {time.perf_counter() - began_s:8.2f} s, processor {time.process_time():.1f} s")
    print(f"slowest of {count:4} answers  {worst_s * 1000:8.0f} ms")
    await hub.stop()


def main() -> None:
    """Fill a book unless there is one, and start a hub on it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    governed_hub.case_key = lambda _folder: KEY  # type: ignore[assignment]  # the book was sealed with it
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made)
        if not (folder / FILE_NAME).exists():
            fill(folder, count)
        asyncio.run(opened(folder))


if __name__ == "__main__":
    main()
