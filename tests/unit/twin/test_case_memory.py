"""A case in the memory of a hub: itself, its row in the table, its line for screens, its share of the figures."""

import tracemalloc

import msgspec
import pytest

from fakes.case_stories import PEOPLE, START_MS, TO_CLOSED, bundled_rules, whole_form
from sanping.domain.case import Case, Step
from sanping.twin.cases.clock import DAY_MS
from sanping.twin.cases.lines import line_of
from sanping.twin.cases.stepping import taken
from sanping.twin.cases.table import CaseTable
from sanping.twin.cases.tally import Tally

COUNT = 300
decoded = msgspec.json.Decoder(Case).decode


def kept(id: str, steps: tuple[Step, ...]) -> bytes:
    case: Case | None = None
    for number, step in enumerate(steps):
        asked = whole_form(step, op=f"{id}-{number}", case=id)
        case = taken(case, asked, PEOPLE[step], START_MS + number * 60_000, bundled_rules())
    return msgspec.json.encode(case)


@pytest.mark.parametrize(
    ("steps", "now_ms", "has_line", "most_bytes"),
    [
        (TO_CLOSED[:1], START_MS, True, 2_700),
        (TO_CLOSED, START_MS, False, 4_200),
        (TO_CLOSED, START_MS + 8 * DAY_MS, False, 750),
    ],
    ids=["open", "closed", "put away"],
)
def test_a_case_takes_so_many_bytes_while_it_is_open_when_it_is_closed_and_when_it_was_put_away(
    steps: tuple[Step, ...], now_ms: int, has_line: bool, most_bytes: int
) -> None:
    # given cases as a hub reads them from its book
    bodies = [kept(f"310107-20260602-{number:04}", steps) for number in range(COUNT)]
    rules = bundled_rules()
    table = CaseTable(rules)
    tally, lines = Tally(table), []
    table.put(decoded(bodies[0]))
    tally.refresh(dict(enumerate(table.cases)), START_MS)

    # when it takes them up; screens are told of a closed one for an hour only
    tracemalloc.start()
    try:
        for body in bodies[1:]:
            table.put(decoded(body))
        tally.refresh(dict(enumerate(table.cases)), START_MS)
        if has_line:
            lines = [line_of(case, rules, lambda lon, lat: (lon, lat)) for case in table.cases]
        table.put_away(now_ms)
        taken_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # then a city can be told what its cases take
    assert len(lines) in (0, COUNT)
    assert taken_bytes / COUNT < most_bytes
