"""Cases in columns: every filter finds what one finds by looking at each case, sums agree with the indicators."""

from itertools import islice, pairwise

import numpy as np
import pytest
from msgspec.structs import replace

from fakes.case_stories import (
    COLLECTOR,
    DISPATCHER,
    HANDLER,
    OFFICER,
    REGISTRAR,
    START_MS,
    bundled_rules,
    lived_until,
)
from sanping.domain.area import is_within
from sanping.domain.case import ENDED, Actor, Case
from sanping.domain.case_filter import CaseFilter
from sanping.twin.cases.clock import DAY_MS, HOUR_MS
from sanping.twin.cases.counting import counts_at, recent_rows
from sanping.twin.cases.indicators import counted, counted_by, rates_of
from sanping.twin.cases.simulated import SimulatedCity, simulated_steps
from sanping.twin.cases.stepping import possible_steps, taken
from sanping.twin.cases.table import CaseTable
from sanping.twin.cases.tally import Tally
from sanping.twin.cases.waiting import states_waiting_for, waits_for

CELLS = tuple(f"3101070{street:02}00{community}001" for street in range(1, 6) for community in range(1, 4))
SPAN_MS = (START_MS, START_MS + 60 * DAY_MS)
NOW_MS = START_MS + 45 * DAY_MS


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    """Fifteen hundred cases of two months as they stand in the midst, more than the first room of a table."""
    city = SimulatedCity(cells=CELLS, lon_deg=121.40, lat_deg=31.26)
    found: dict[str, Case] = {}
    for step in simulated_steps(city, bundled_rules(), SPAN_MS, 1500):
        if step.at_ms <= NOW_MS:
            asked = step.asked
            found[asked.case] = taken(found.get(asked.case), asked, step.who, step.at_ms, bundled_rules())
    return tuple(replace(case, address=f"武宁路{n % 50}号") for n, case in enumerate(found.values()))


@pytest.fixture(scope="module")
def table(cases: tuple[Case, ...]) -> CaseTable:
    made = CaseTable(bundled_rules())
    for case in cases:
        made.put(case)
    return made


def looked_at(case: Case, wanted: CaseFilter) -> bool:
    """Say of one case what the filter asks, the plain way."""
    return (
        (not wanted.states or case.state in wanted.states or case.stage in wanted.states)
        and (not wanted.area or is_within(case.area, wanted.area))
        and (wanted.kind is None or case.kind == wanted.kind)
        and case.case_class.startswith(wanted.case_class)
        and wanted.source in ("", case.source)
        and wanted.department in ("", case.department)
        and all(word in f"{case.id} {case.address} {case.description}".lower() for word in wanted.words.lower().split())
        and wanted.from_ms <= case.reported_ms < (wanted.to_ms or 1 << 62)
        and (not wanted.is_overdue or 0 < case.due_ms < NOW_MS)
        and (not wanted.is_open or (case.state not in ENDED and case.state != "closed"))
    )


FILTERS = (
    CaseFilter(),
    CaseFilter(states=("handling", "evaluating")),
    CaseFilter(area="310107003"),
    CaseFilter(area=CELLS[4], kind="event"),
    CaseFilter(case_class="010", source="hotline_12345"),
    CaseFilter(department="水务局", is_open=True),
    CaseFilter(words="武宁路1 S0012"),
    CaseFilter(from_ms=START_MS + 10 * DAY_MS, to_ms=START_MS + 11 * DAY_MS),
    CaseFilter(from_ms=START_MS + 44 * DAY_MS),
    CaseFilter(is_overdue=True),
    CaseFilter(area="320000", kind="component"),
)


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_filter_finds_what_one_finds_by_looking_at_each_case(
    table: CaseTable, cases: tuple[Case, ...], wanted: CaseFilter
) -> None:
    # given two months of cases; when they are filtered
    rows = table.found(wanted, NOW_MS)

    # then it is those that hold one by one, the one that changed last first
    found = [table.cases[row] for row in rows]
    assert {case.id for case in found} == {case.id for case in cases if looked_at(case, wanted)}
    assert all(first.changed_ms >= second.changed_ms for first, second in pairwise(found))


def test_the_order_is_by_what_was_asked_and_what_is_not_due_comes_last(table: CaseTable) -> None:
    # given open cases; when they are sorted
    due = [table.cases[row].due_ms for row in table.found(CaseFilter(is_open=True, sort="due"), NOW_MS)]
    reported = [table.cases[row].reported_ms for row in table.found(CaseFilter(sort="reported"), NOW_MS)]

    # then the soonest due is first and clocks that stand are last; the newest report is first
    running = [moment for moment in due if moment]
    assert due == [*sorted(running), *[0] * (len(due) - len(running))]
    assert reported == sorted(reported, reverse=True)

    # and the most urgent goes before all others
    fresh = CaseTable(bundled_rules())
    for urgency, id in (("normal", "a"), ("extreme", "b"), ("urgent", "c")):
        fresh.put(replace(lived_until("report", START_MS), id=id, urgency=urgency))
    assert [fresh.cases[row].id for row in fresh.found(CaseFilter(sort="urgency"), START_MS)] == ["b", "c", "a"]


def test_a_step_replaces_the_case_in_its_row() -> None:
    # given a table with a reported case
    table = CaseTable(bundled_rules())
    row = table.put(lived_until("report", START_MS))

    # when it is closed
    assert table.put(lived_until("close", START_MS)) == row

    # then it is one case, and no longer an open one
    assert len(table) == 1
    assert table.case("C1") is table.cases[row]
    assert not len(table.found(CaseFilter(is_open=True), START_MS))
    assert table.case("C2") is None


@pytest.mark.parametrize("who", [COLLECTOR, REGISTRAR, OFFICER, DISPATCHER, HANDLER], ids=lambda who: who.id)
def test_what_waits_for_somebody_is_what_they_can_move_on(table: CaseTable, who: Actor) -> None:
    # given two months of cases; when somebody asks for their own
    mine = [table.cases[row] for row in table.found(CaseFilter(is_mine=True), NOW_MS, who)]

    # then each has a step of theirs that is not merely a remark or an end, and none was left out
    aside = {"note", "urge", "void", "merge", "reassign", "ask_help", "return", "ask_extension", "ask_suspension",
             "erase_reporter", "raise_label", "lower_label"}  # fmt: skip
    wanted = {
        case.id
        for case in table.cases
        if (case.state not in ENDED - {"archived"} and (not case.closed_ms or case.closed_ms > NOW_MS - 7 * DAY_MS))
        and {step.step for step in possible_steps(case, who, bundled_rules())} - aside
    }
    assert {case.id for case in mine} == wanted
    assert {case.state for case in mine} <= states_waiting_for(who)
    assert all(waits_for(case, who, bundled_rules()) for case in mine)


def test_nothing_waits_for_somebody_without_a_role(table: CaseTable) -> None:
    # given a visitor; when they ask; then there is nothing, rather than everything
    visitor = Actor(id="visitor", roles=frozenset(), areas=("",))
    assert not len(table.found(CaseFilter(is_mine=True), NOW_MS, visitor))
    assert not len(table.found(CaseFilter(is_mine=True), NOW_MS))


def test_sums_kept_by_row_are_the_indicators_counted_anew(table: CaseTable, cases: tuple[Case, ...]) -> None:
    # given a tally that counted at noon, and cases that ran over since
    tally = Tally(table)
    every = table.found(CaseFilter(), NOW_MS)
    for now_ms in (NOW_MS, NOW_MS + HOUR_MS, NOW_MS + 3 * DAY_MS):
        # when it counts what is stale
        stale = tally.stale(every, now_ms)
        tally.refresh({row: table.cases[row] for row in stale.tolist()}, now_ms)

        # then the sums are those of the formulas, whole and by source
        assert tally.counts(every) == counted(cases, bundled_rules(), now_ms)
        by = tally.by(every, [table.cases[row].source for row in every])
        assert by == counted_by(cases, lambda case: case.source, bundled_rules(), now_ms)
    assert 0 < len(stale) < len(every) / 4


def test_the_figures_of_a_moment_agree_with_the_cases(table: CaseTable, cases: tuple[Case, ...]) -> None:
    # given two months of cases
    tally = Tally(table)
    rows = recent_rows(table, NOW_MS)
    tally.refresh({row: table.cases[row] for row in rows.tolist()}, NOW_MS)

    # when the figures are counted
    found = counts_at(table, tally, 3, NOW_MS, is_simulated=True)

    # then today, what is open, and the rates of thirty days are right
    day_ms = bundled_rules().timetable.day_began(NOW_MS)
    assert found.day_ms == day_ms <= NOW_MS < day_ms + DAY_MS
    today = [case for case in cases if day_ms <= case.reported_ms < day_ms + DAY_MS]
    assert found.reported_today == len(today) == sum(found.by_hour)
    assert found.by_hour[(today[0].reported_ms - day_ms) // HOUR_MS] > 0
    is_open = [case for case in cases if looked_at(case, CaseFilter(is_open=True))]
    for by in (found.open_by_stage, found.open_by_area, found.open_by_class, found.open_by_source):
        assert sum(by.values()) == len(is_open)
    assert all(len(code) == 9 for code in found.open_by_area)
    assert "event:0102" in found.open_by_class
    recent = [case for case in cases if case.reported_ms > NOW_MS - 30 * DAY_MS]
    assert found.rates == rates_of(counted(recent, bundled_rules(), NOW_MS))
    assert found.overdue == sum(0 < case.due_ms < NOW_MS for case in is_open)
    assert (found.due_soon, found.total, found.is_simulated) == (3, len(cases), True)


def test_cases_that_are_over_leave_memory_and_no_answer_changes(table: CaseTable, cases: tuple[Case, ...]) -> None:
    # given the same cases once more
    resting = CaseTable(bundled_rules())
    tally, kept = Tally(resting), Tally(table)
    for case in cases:
        resting.put(case)

    # when those that are over are put away
    resting.put_away(NOW_MS)

    # then open ones stay, with what just ended and what may still be rated; the rest is gone
    left = {case.id for case in filter(None, resting.cases)}
    assert {case.id for case in cases if looked_at(case, CaseFilter(is_open=True))} <= left
    assert {case.id for case in cases if case.changed_ms >= NOW_MS - HOUR_MS} <= left
    assert {case.id for case in cases if case.state == "closed" and case.closed_ms > NOW_MS - 7 * DAY_MS} <= left
    assert len(left) < len(resting) / 3
    assert resting.ids == [case.id for case in cases]

    # and lists, what waits for somebody, places and figures are what they were
    for wanted in FILTERS:
        assert resting.found(wanted, NOW_MS).tolist() == table.found(wanted, NOW_MS).tolist()
    for who in (COLLECTOR, REGISTRAR, OFFICER, DISPATCHER, HANDLER):
        mine = CaseFilter(is_mine=True)
        assert resting.found(mine, NOW_MS, who).tolist() == table.found(mine, NOW_MS, who).tolist()
    rows = recent_rows(table, NOW_MS)
    for one in (tally, kept):
        one.refresh({row: cases[row] for row in rows.tolist()}, NOW_MS)
    found = [counts_at(*of, 0, NOW_MS, is_simulated=True) for of in ((resting, tally), (table, kept))]
    assert found[0] == found[1]
    place = resting.degrees(rows[:1])[0].tolist()
    assert place == [cases[rows[0]].lon_deg, cases[rows[0]].lat_deg]

    # and one that takes a step again is back
    over = next(case for row, case in enumerate(cases) if resting.cases[row] is None)
    resting.put(replace(over, rev=over.rev + 1, changed_ms=NOW_MS))
    assert resting.case(over.id) is not None
    assert len(resting) == len(cases)


def test_what_was_reported_near_in_time_is_looked_at_for_likeness(table: CaseTable) -> None:
    # given an open case of garbage; when others are looked for within two days
    first = next(case for case in islice(table.cases, 1000, None) if looked_at(case, CaseFilter(is_open=True)))
    near = table.alike(first, 48 * HOUR_MS)

    # then they are open, of its kind, and reported within that time
    assert first in near
    assert all(abs(case.reported_ms - first.reported_ms) <= 48 * HOUR_MS for case in near)
    assert all(looked_at(case, CaseFilter(is_open=True, kind="event")) for case in near)


def test_an_empty_table_has_no_rows_and_zero_figures() -> None:
    # given a city without cases; when it is asked
    table = CaseTable(bundled_rules())
    found = counts_at(table, Tally(table), 0, NOW_MS, is_simulated=False)

    # then nothing is found, and no rate is made up
    assert not len(table.found(CaseFilter(words="x", area="31", is_overdue=True, sort="due"), NOW_MS))
    assert (found.total, found.rates, sum(found.by_hour)) == (0, {}, 0)
    assert np.sum(table.overdue(NOW_MS)) == 0
