"""What the API says of cases goes through JSON unchanged, and a filter that says nothing asks for everything."""

import msgspec

from sanping.domain.case import Case, Reporter
from sanping.domain.case_line import CaseLine
from sanping.wire.cases import MOST_LINES, CaseFilter, CaseSheet, PossibleStep

CASE = Case(
    id="c1", rev=1, state="reported", kind="event", case_class="0105", source="rule", area="310107",
    reported_ms=1, changed_ms=1,
)  # fmt: skip
LINE = CaseLine(
    id="c1", rev=1, state="reported", kind="event", case_class="0105", title_zh="水域不洁", title_en="Dirty water",
    source="rule", area="310107", reported_ms=1, changed_ms=1,
)  # fmt: skip


def test_a_sheet_goes_through_json_unchanged() -> None:
    # given a sheet with a step
    step = PossibleStep(step="register", title_zh="受理", title_en="Register")
    sheet = CaseSheet(case=CASE, line=LINE, reporter=Reporter(), steps=(step,))

    # when it is written and read
    again = msgspec.json.decode(msgspec.json.encode(sheet), type=CaseSheet)

    # then it is the same
    assert again == sheet


def test_an_empty_filter_asks_for_the_newest_of_all() -> None:
    # given nothing but braces
    # when they are read as a filter
    found = msgspec.json.decode(b"{}", type=CaseFilter)

    # then it bounds nothing but how many come at once
    assert found == CaseFilter()
    assert found.limit <= MOST_LINES
