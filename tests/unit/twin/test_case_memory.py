"""A case in the memory of a hub: itself, its row in the table, its line for screens, its share of the figures."""

import tracemalloc

import msgspec
import pytest

from fakes.case_stories import PEOPLE, START_MS, TO_CLOSED, bundled_rules, whole_form
from sanping.domain.case import Case, Step
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


@pytest.mark.parametrize(("steps", "has_line", "most_bytes"), [(TO_CLOSED[:1], True, 2_600), (TO_CLOSED, False, 4_100)])
def test_a_case_takes_so_many_bytes_while_it_is_open_and_when_it_is_closed(
    steps: tuple[Step, ...], has_line: bool, most_bytes: int
) -> None:
    # given cases as a hub reads them from its book
    bodies = [kept(f"310107-20260602-{number:04}", steps) for number in range(COUNT)]
    rules = bundled_rules()
    table = CaseTable(rules)
    tally, lines = Tally(table), []
    table.put(decoded(bodies[0]))
    tally.refresh([0], START_MS)

    # when it takes them up; screens are told of a closed one for an hour only
    tracemalloc.start()
    try:
        for body in bodies[1:]:
            table.put(decoded(body))
        tally.refresh(range(COUNT), START_MS)
        if has_line:
            lines = [line_of(case, rules, lambda lon, lat: (lon, lat)) for case in table.cases]
        taken_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # then a city can be told what its cases take
    assert len(lines) in (0, COUNT)
    assert taken_bytes / COUNT < most_bytes
