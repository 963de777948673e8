"""Figures by area agree with the cases one by one; who answers for an area acts there and nowhere else."""

import numpy as np
import pytest
from msgspec.structs import replace

from fakes.case_stories import START_MS, bundled_rules, lived_until
from fakes.governed_hub import suhe_city
from sanping.domain.area import is_within, level_of
from sanping.domain.case import STATES, Actor, StepAsked
from sanping.domain.case_filter import CaseScope
from sanping.domain.errors import InputError, NotAllowed, SanpingError
from sanping.twin.cases.area_figures import AreaSpan, area_of, areas_below, counts_by_area, span_rows
from sanping.twin.cases.clock import DAY_MS
from sanping.twin.cases.counting import counts_at, recent_rows
from sanping.twin.cases.life import TRANSITIONS
from sanping.twin.cases.simulated import SimulatedCity, simulated_steps
from sanping.twin.cases.stepping import possible_steps, taken
from sanping.twin.cases.table import CaseTable
from sanping.twin.cases.tally import Tally

NOW_MS = START_MS + 20 * DAY_MS
EVERYONE = Actor(id="all", roles=frozenset(), areas=("",))


@pytest.fixture(scope="module")
def table() -> CaseTable:
    """Two hundred cases in cells of the bundled twin."""
    rules, cells = bundled_rules(), suhe_city().places.cells[:60:3]
    city = SimulatedCity(cells=cells, lon_deg=121.40, lat_deg=31.26)
    made = CaseTable(rules)
    for step in simulated_steps(city, rules, (START_MS, START_MS + 30 * DAY_MS), 200):
        if step.at_ms <= NOW_MS:
            made.put(taken(made.case(step.asked.case), step.asked, step.who, step.at_ms, rules))
    return made


def test_the_areas_below_one_go_down_to_its_grid_cells() -> None:
    # given the bundled twin, whose city and district have one part each
    city = suhe_city()

    # when each level is asked for from the top
    streets = areas_below(city, "", None, NOW_MS)
    communities = areas_below(city, streets[0].code, None, NOW_MS)
    cells = areas_below(city, communities[0].code, None, NOW_MS)

    # then the first that has several parts is the first to be told, and a cell is the last
    assert [level_of(found[0].code) for found in (streets, communities, cells)] == ["street", "community", "cell"]
    assert all(is_within(cell.code, communities[0].code) for cell in cells)
    assert areas_below(city, cells[0].code, None, NOW_MS) == ()
    assert cells[0].name.zh == "网格 001"
    assert area_of(city, cells[0].code, NOW_MS) == cells[0]
    assert area_of(city, "", NOW_MS).name.zh == "全域"

    # and a level within an area is all of it; one that is not below is the next one
    assert len(areas_below(city, "", "community", NOW_MS)) == 90
    assert len(areas_below(city, "", "cell", NOW_MS)) == len(city.places.cells)
    assert areas_below(city, streets[0].code, "street", NOW_MS) == communities
    with pytest.raises(InputError):
        area_of(city, "310199", NOW_MS)


def test_figures_by_area_are_what_one_counts_case_by_case(table: CaseTable) -> None:
    # given streets, and cases of one kind reported in ten days
    codes = [area.code for area in areas_below(suhe_city(), "", "street", NOW_MS)]
    span = AreaSpan(scope=CaseScope(kind="event"), from_ms=START_MS, to_ms=START_MS + 10 * DAY_MS)
    within, tally = table.covered_by(EVERYONE), Tally(table)
    tally.refresh({row: table.cases[row] for row in span_rows(table, span, NOW_MS, within).tolist()}, NOW_MS)

    # when they are counted
    found = counts_by_area(table, tally, codes, span, NOW_MS, within=within)

    # then each is the sum over its cases
    assert sum(count.open for count in found) > 10
    for code, count in zip(codes, found, strict=True):
        own = [case for case in table.cases if is_within(case.area, code)]
        is_open = [case for case in own if not case.is_ended and case.state != "closed"]
        assert count.open == len(is_open)
        assert count.overdue == sum(0 < case.due_ms < NOW_MS for case in is_open)
        assert count.reported == sum(START_MS <= case.reported_ms < START_MS + 10 * DAY_MS for case in own)


def test_counts_of_all_streets_add_up_to_those_of_the_city(table: CaseTable) -> None:
    # given the counts of a moment, of everything and of each street
    tally = Tally(table)
    tally.refresh({row: table.cases[row] for row in recent_rows(table, NOW_MS).tolist()}, NOW_MS)
    whole = counts_at(table, tally, 0, NOW_MS, is_simulated=True)
    streets = [
        counts_at(table, tally, 0, NOW_MS, is_simulated=True, within=table.in_area(area.code))
        for area in areas_below(suhe_city(), "", "street", NOW_MS)
    ]

    # then they add up
    for name in ("reported_today", "filed_today", "closed_today", "overdue", "total"):
        assert sum(getattr(one, name) for one in streets) == getattr(whole, name)
    assert sum(sum(one.open_by_stage.values()) for one in streets) == sum(whole.open_by_stage.values())
    assert np.sum([one.by_hour for one in streets], axis=0).tolist() == list(whole.by_hour)


@pytest.mark.parametrize("step", [step for step in TRANSITIONS if step != "report"])
def test_every_role_is_refused_every_step_beside_its_areas(step: str) -> None:
    # given a case in each state in which the step may be taken, and everybody who may take it, for another street
    transition = TRANSITIONS[step]  # type: ignore[index]
    case = lived_until("report", START_MS)
    states = [state for state in STATES if state in transition.before]
    assert states
    for state in states:
        there = replace(case, state=state)
        for role in transition.roles:
            beside = Actor(id="x", roles=frozenset({role}), areas=("310107999", "310108"), department="river")

            # when they try; then they are told whose it is, and no list of steps offers it
            with pytest.raises(NotAllowed, match="不在您的责任区"):
                taken(there, StepAsked(op="1", case=case.id, step=transition.step), beside, NOW_MS, bundled_rules())
            assert possible_steps(there, beside, bundled_rules()) == ()

            # and whoever answers for the area, or a wider one, is not refused for where it lies
            for area in (case.area, case.area[:9], case.area[:6], ""):
                near = replace(beside, areas=(area,))
                try:
                    taken(there, StepAsked(op="1", case=case.id, step=transition.step), near, NOW_MS, bundled_rules())
                except SanpingError as error:
                    assert "责任区" not in str(error)  # noqa: PT017  any other reason will do
