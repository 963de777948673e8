"""Steps of cases a second with audit and outbox safe on disk, and how long the chain takes to verify, beside a peer.

    python benchmarks/cases.py [CASES] [FOLDER]

The peer is what one writes without thinking: the standard library's sqlite3, a table each for case, log and outbox,
three commits a step, no chain. Both run in turns on the same disk with synchronous FULL. A simulated year of CASES
cases (100 000 unless told) is then taken in batches, its chain is verified, and its indicators are counted twice: by
our code, and by plain SQL over the steps of the audit; the program fails when they differ.
`tests/unit/storage/test_case_book_year.py` does the same with two thousand cases.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes.sql_count import sql_counts
from sanping.domain.case import Case
from sanping.domain.errors import SanpingError
from sanping.formats.governance import load_governance
from sanping.ports.case_book import AuditRow, Wish
from sanping.storage.case_book import SqliteCaseBook
from sanping.twin.cases.indicators import counted
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.simulated import SimulatedCity, SimulatedStep, simulated_steps
from sanping.twin.cases.stepping import taken

CELLS = tuple(f"3101070{n:02}001001" for n in range(1, 10))
CITY = SimulatedCity(cells=CELLS, lon_deg=121.40, lat_deg=31.26, spread_deg=0.04)
YEAR_MS = (1_767_196_800_000, 1_798_732_800_000)
NOW_MS = YEAR_MS[1] - 86_400_000
BATCH = 64
ROUNDS = 5
STEPS_A_ROUND = 300
KEY = b"benchmark"


def wish_of(step: SimulatedStep, rules: CaseRules) -> Wish:
    def decide(case: Case | None) -> Case:
        return taken(case, step.asked, step.who, step.at_ms, rules)

    said = msgspec.json.encode({"asked": step.asked, "who": step.who.id})
    return Wish(op=step.asked.op, case=step.asked.case, at_ms=step.at_ms, said=said, decide=decide)


class Peer:
    """Case, log and outbox in three commits."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.database = sqlite3.connect(folder / "peer.sqlite")
        self.database.executescript(
            "pragma journal_mode=wal; pragma synchronous=full; create table cases(id text primary key, body text);"
            "create table log(id integer primary key, body text);"
            "create table outbox(id integer primary key, body text);"
        )

    def take(self, step: SimulatedStep, rules: CaseRules) -> None:
        found = self.database.execute("select body from cases where id = ?", (step.asked.case,)).fetchone()
        case = msgspec.convert(json.loads(found[0]), Case) if found else None
        after = taken(case, step.asked, step.who, step.at_ms, rules)
        body = json.dumps(msgspec.to_builtins(after))
        self.database.execute("insert or replace into cases values (?, ?)", (after.id, body))
        self.database.commit()
        self.database.execute("insert into log(body) values (?)", (json.dumps(msgspec.to_builtins(step.asked)),))
        self.database.commit()
        self.database.execute("insert into outbox(body) values (?)", (body,))
        self.database.commit()


def batches(steps: Iterator[SimulatedStep], size: int) -> Iterator[list[SimulatedStep]]:
    while batch := list(islice(steps, size)):
        yield batch


def in_turns(folder: Path, rules: CaseRules) -> None:
    """Measure one step a commit, a batch a commit, and the peer, in turns; medians."""
    books = {size: SqliteCaseBook(folder / f"by-{size}", KEY) for size in (1, BATCH)}
    peer = Peer(folder / "peer")
    streams = {name: simulated_steps(CITY, rules, YEAR_MS, 3000, seed=2) for name in (*books, "peer")}
    rates: dict[object, list[float]] = {name: [] for name in streams}
    waits: list[float] = []
    for _ in range(ROUNDS):
        for size, book in books.items():
            steps = list(islice(streams[size], STEPS_A_ROUND))
            began = time.perf_counter()
            for batch in batches(iter(steps), size):
                before = time.perf_counter()
                answers = book.take([wish_of(step, rules) for step in batch])
                if size == 1:
                    waits.append(time.perf_counter() - before)
                assert not any(isinstance(answer, SanpingError) for answer in answers)
            rates[size].append(len(steps) / (time.perf_counter() - began))
        steps = list(islice(streams["peer"], STEPS_A_ROUND))
        began = time.perf_counter()
        for step in steps:
            peer.take(step, rules)
        rates["peer"].append(len(steps) / (time.perf_counter() - began))
    waits.sort()
    print(f"one step a commit     {statistics.median(rates[1]):8.0f} steps/s")
    print(f"  wait p50, p99       {waits[len(waits) // 2] * 1e3:8.1f} ms {waits[len(waits) * 99 // 100] * 1e3:8.1f} ms")
    print(f"{BATCH} steps a commit     {statistics.median(rates[BATCH]):8.0f} steps/s")
    print(f"peer, three commits   {statistics.median(rates['peer']):8.0f} steps/s")


def year(folder: Path, rules: CaseRules, count: int) -> None:
    """Take a year in batches, verify it, and count it."""
    book = SqliteCaseBook(folder / "year", KEY)
    taken_s, steps, refused = 0.0, 0, 0
    lived = (step for step in simulated_steps(CITY, rules, YEAR_MS, count) if step.at_ms <= NOW_MS)
    for batch in batches(lived, BATCH):
        wishes = [wish_of(step, rules) for step in batch]
        began = time.perf_counter()
        refused += sum(isinstance(answer, SanpingError) for answer in book.take(wishes))
        taken_s += time.perf_counter() - began
        steps += len(batch)
        book.sent(book.head().seq)
    size_mb = book.path.stat().st_size / 1e6
    print(f"a year of {count} cases: {steps} steps, {refused} refused, {steps / taken_s:.0f} steps/s, {size_mb:.0f} MB")
    began, used = time.perf_counter(), time.process_time()
    found = book.verify()
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"verify {found.rows} rows      {took:6.2f} s, processor {used:.2f} s, first bad {found.first_bad}")
    print(f"  per 100 000 rows     {took / found.rows * 1e5:6.2f} s, processor {used / found.rows * 1e5:.2f} s")
    began = time.perf_counter()
    cases = book.cases()
    print(f"read all cases         {time.perf_counter() - began:6.2f} s")
    began = time.perf_counter()
    counts = counted(cases, rules, NOW_MS)
    print(f"count indicators       {time.perf_counter() - began:6.2f} s")
    began = time.perf_counter()
    second = sql_counts(all_rows(book), NOW_MS)
    wrong = {
        name: (getattr(counts, name), number) for name, number in second.items() if getattr(counts, name) != number
    }
    print(f"count again in SQL     {time.perf_counter() - began:6.2f} s, differences {wrong or 'none'}")
    began = time.perf_counter()
    chosen = [case for case in cases if case.state == "archived" and case.case_class == "0102" and case.reworks]
    print(f"filter {len(cases)} cases    {(time.perf_counter() - began) * 1e3:6.1f} ms, {len(chosen)} found")
    print(f"on time {counts.on_time_rate}, closed {counts.closing_rate}, rework {counts.rework_rate}")
    if wrong or refused or found.first_bad is not None:
        sys.exit(1)


def all_rows(book: SqliteCaseBook) -> Iterator[AuditRow]:
    after = 0
    while rows := book.rows(after=after, limit=5000):
        yield from rows
        after = rows[-1].seq


def clocks(rules: CaseRules) -> None:
    began = time.perf_counter()
    for number in range(100_000):
        rules.timetable.after_work(YEAR_MS[0] + number * 300_000, 40 * 3_600_000)
    print(f"a due time             {(time.perf_counter() - began) * 10:6.2f} µs")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        rules = load_governance()
        in_turns(Path(folder), rules)
        clocks(rules)
        year(Path(folder), rules, count)


if __name__ == "__main__":
    main()
