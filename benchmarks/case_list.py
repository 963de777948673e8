"""How long a list of many cases takes to filter and sort, beside a plain SQLite table with indexes as the peer.

    python benchmarks/case_list.py [CASES]

Both answer the same questions (how many, and the first hundred) over a simulated year; their totals are compared.
"""

import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable

from msgspec.structs import replace

from sanping.domain.case import ENDED, Actor, Case
from sanping.domain.case_filter import CaseFilter
from sanping.formats.governance import load_governance
from sanping.twin.cases.counting import counts_at, recent_rows
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.simulated import SimulatedCity, simulated_steps
from sanping.twin.cases.stepping import taken
from sanping.twin.cases.table import CaseTable
from sanping.twin.cases.tally import Tally

CELLS = tuple(f"3101070{street:02}{community:03}001" for street in range(1, 10) for community in range(1, 30))
CITY = SimulatedCity(cells=CELLS, lon_deg=121.40, lat_deg=31.26, spread_deg=0.04)
YEAR_MS = (1_767_196_800_000, 1_798_732_800_000)
NOW_MS = YEAR_MS[1] - 20 * 86_400_000
ROUNDS = 15
OFFICER = Actor(id="officer", roles=frozenset({"duty_officer", "registrar", "dispatcher"}), areas=("310107",))
CLOSED = ("closed", *ENDED)
OPEN = f"state not in ({','.join('?' * len(CLOSED))})"
QUESTIONS: dict[str, tuple[CaseFilter, str, tuple[object, ...]]] = {
    "all, newest first": (CaseFilter(), "1", ()),
    "one street, open, by due": (
        CaseFilter(area="310107003", is_open=True, sort="due"),
        f"area like '310107003%' and {OPEN}",
        CLOSED,
    ),
    "overdue, most urgent first": (CaseFilter(is_overdue=True, sort="urgency"), "due_ms > 0 and due_ms < ?", (NOW_MS,)),
    "one class and department": (
        CaseFilter(case_class="0102", department="水务局"),
        "case_class like '0102%' and department = '水务局'",
        (),
    ),
    "words": (CaseFilter(words="武宁路 7"), "text like '%武宁路%' and text like '%7%'", ()),
    "states, a span, words": (
        CaseFilter(states=("handling", "archived"), from_ms=YEAR_MS[0] + 90 * 86_400_000, words="路 3"),
        "state in ('handling','suspended','archived') and reported_ms >= ? and text like '%路%' and text like '%3%'",
        (YEAR_MS[0] + 90 * 86_400_000,),
    ),
}


def year_of(count: int, rules: CaseRules) -> list[Case]:
    """Return the cases of a year as they stand `NOW_MS`, with addresses to look for."""
    cases: dict[str, Case] = {}
    for step in simulated_steps(CITY, rules, YEAR_MS, count):
        if step.at_ms > NOW_MS:
            break
        asked = step.asked
        cases[asked.case] = taken(cases.get(asked.case), asked, step.who, step.at_ms, rules)
    roads = ("武宁路", "长寿路", "曹杨路", "中山北路", "光复西路", "宜昌路")
    named = ((number, case) for number, case in enumerate(cases.values()))
    return [replace(case, address=f"{roads[n % 6]}{n % 997}号", description="岸边堆有垃圾") for n, case in named]


def peer_of(cases: list[Case]) -> sqlite3.Connection:
    """Return what one writes without thinking: a table with an index on each column that is asked for."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "create table cases(id text primary key, state text, area text, case_class text, department text,"
        " reported_ms int, changed_ms int, due_ms int, urgency text, text text)"
    )
    rows = (
        (c.id, c.state, c.area, c.case_class, c.department, c.reported_ms, c.changed_ms, c.due_ms, c.urgency,
         f"{c.id} {c.address} {c.description}")
        for c in cases
    )  # fmt: skip
    base.executemany("insert into cases values (?,?,?,?,?,?,?,?,?,?)", rows)
    for column in ("state", "area", "case_class", "department", "reported_ms", "changed_ms", "due_ms"):
        base.execute(f"create index by_{column} on cases({column})")
    base.execute("analyze")
    return base


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    """Return median and worst milliseconds, and what came out."""
    took: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = work()
        took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took), max(took), found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rules = load_governance()
    cases = year_of(count, rules)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = CaseTable(rules)
    began = time.perf_counter()
    for case in cases:
        table.put(case)
    print(f"{len(cases)} cases put in {time.perf_counter() - began:.2f} s")
    print(f"  memory +{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb:.0f} MB besides the cases")
    peer = peer_of(cases)
    print(f"{'question':28} {'ours ms':>8} {'worst':>7} {'peer ms':>8} {'worst':>7} {'found':>7}")
    for name, (wanted, where, values) in QUESTIONS.items():

        def ours(wanted: CaseFilter = wanted) -> int:
            rows = table.found(wanted, NOW_MS)
            return len([table.cases[row] for row in rows[:100].tolist()]) and len(rows)

        def theirs(where: str = where, values: tuple[object, ...] = values, order: str = wanted.sort) -> int:
            columns = {"changed": "changed_ms desc", "due": "due_ms = 0, due_ms", "urgency": "urgency, due_ms"}
            found: int = peer.execute(f"select count(*) from cases where {where}", values).fetchone()[0]
            query = f"select * from cases where {where} order by {columns[order]} limit 100"
            return len(peer.execute(query, values).fetchall()) and found

        (own, own_worst, found), (other, other_worst, theirs_found) = timed(ours), timed(theirs)
        assert found == theirs_found, (name, found, theirs_found)
        print(f"{name:28} {own:8.1f} {own_worst:7.1f} {other:8.1f} {other_worst:7.1f} {found:7}")
    own, worst, found = timed(lambda: len(table.found(CaseFilter(is_mine=True), NOW_MS, OFFICER)))
    print(f"{'what waits for an officer':28} {own:8.1f} {worst:7.1f} {'':8} {'':7} {found:7}")
    figures(table)


def figures(table: CaseTable) -> None:
    """Measure the figures that every screen shows, and the indicators of the year."""
    tally = Tally(table)
    rows = recent_rows(table, NOW_MS)
    tally.refresh({row: table.cases[row] for row in rows.tolist()}, NOW_MS)
    own, worst, _ = timed(lambda: counts_at(table, tally, 0, NOW_MS, is_simulated=True).total)
    print(f"counts of all screens: {own:.1f} ms, worst {worst:.1f} ms")
    every = table.found(CaseFilter(), NOW_MS)
    began = time.perf_counter()
    tally.refresh({row: table.cases[row] for row in tally.stale(every, NOW_MS).tolist()}, NOW_MS)
    print(f"indicators of the year, first time: {time.perf_counter() - began:.2f} s")
    own, worst, _ = timed(lambda: len(tally.stale(every, NOW_MS)) or tally.counts(every).reported)
    print(f"  again: {own:.1f} ms, worst {worst:.1f} ms")


if __name__ == "__main__":
    main()
