"""A year of cases in the real book: every step is taken, the chain holds, and plain SQL counts the same indicators."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from fakes.case_stories import bundled_rules, china_ms
from fakes.sql_count import sql_counts
from sanping.domain.case import Case
from sanping.ports.case_book import AuditRow, Taken, Wish
from sanping.storage.case_book import SqliteCaseBook
from sanping.twin.cases.indicators import counted
from sanping.twin.cases.simulated import SimulatedCity, SimulatedStep, simulated_steps
from sanping.twin.cases.stepping import taken

CITY = SimulatedCity(cells=("310107001001001", "310107002002002"), lon_deg=121.40, lat_deg=31.26, spread_deg=0.04)
YEAR = (china_ms("2026-01-01"), china_ms("2026-12-31"))
NOW = china_ms("2026-12-30 15:00:00")
COUNT, BATCH = 2000, 512
MEMORY = Path("/dev/shm")  # what is safe on disk is tested elsewhere


def wish_of(step: SimulatedStep) -> Wish:
    def decide(case: Case | None) -> Case:
        return taken(case, step.asked, step.who, step.at_ms, bundled_rules())

    said = msgspec.json.encode({"asked": step.asked, "who": step.who.id})
    return Wish(op=step.asked.op, case=step.asked.case, at_ms=step.at_ms, said=said, decide=decide)


def all_rows(book: SqliteCaseBook) -> Iterator[AuditRow]:
    after = 0
    while rows := book.rows(after=after, limit=5000):
        yield from rows
        after = rows[-1].seq


def test_a_year_of_two_thousand_cases_is_whole_and_counted_alike_by_plain_sql() -> None:
    # given a simulated year until the thirtieth of December, which leaves some cases in the middle of their lives
    steps = (step for step in simulated_steps(CITY, bundled_rules(), YEAR, COUNT, seed=9) if step.at_ms <= NOW)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        book = SqliteCaseBook(Path(folder), b"key")

        # when all of it is taken, in batches
        refused = 0
        while batch := list(islice(steps, BATCH)):
            refused += sum(not isinstance(answer, Taken) for answer in book.take([wish_of(step) for step in batch]))
        counts = counted(book.cases(), bundled_rules(), NOW)
        second = sql_counts(all_rows(book), NOW)
        found = book.verify()
        book.close()

    # then nothing was refused, the chain is whole, and both counts agree in every figure
    assert refused == 0
    assert (found.first_bad, found.rows) == (None, found.head.seq)
    assert found.rows > 9 * COUNT
    assert {name: getattr(counts, name) for name in second} == second
    assert 0 < counts.overdue < counts.handled
    assert counts.closed < counts.filed
