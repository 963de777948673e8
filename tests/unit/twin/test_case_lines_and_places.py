"""A case in short agrees with its clocks at every moment; a place lies in the narrowest area that holds it."""

from datetime import date

import pytest
from msgspec.structs import replace
from shapely.geometry import box

from fakes.case_stories import START_MS, bundled_rules, lived, lived_until
from sanping.domain.area import Area, Areas
from sanping.domain.case import Step
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.twin.cases.clock import HOUR_MS, colour_of
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.lines import class_title, line_of, running_clock, turns_of
from sanping.twin.cases.places import NEAR_M, AreaPlaces
from sanping.twin.cases.rules import CaseRules

DAY = date(2026, 11, 21)
BY_STEP: tuple[Step, ...] = ("report", "file", "sign", "feed_back", "close")


def metres(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    return (lon_deg - 121) * 100_000, (lat_deg - 31) * 100_000


@pytest.mark.parametrize("last", BY_STEP)
def test_the_turns_of_a_line_give_the_colour_of_its_clock_at_every_moment(last: Step) -> None:
    # given a case after a step
    case = lived_until(last, START_MS)
    rules = bundled_rules()

    # when a screen gets its line
    line = line_of(case, rules, metres)
    clock = running_clock(case, rules)

    # then its colour is that of the clock hour by hour, without a calendar; closed, nothing runs
    if clock is None:
        assert (last, line.due_ms, line.turns, line.left_at(START_MS)) == ("close", 0, (), None)
        return
    assert (line.begun_ms, line.due_ms) == (clock.started_ms, case.due_ms)
    for hour in range(24 * 9):
        moment_ms = START_MS + hour * HOUR_MS
        assert line.colour_at(moment_ms) == colour_of(clock, rules.timetable, rules.warnings, moment_ms)
    assert line.colour_at(case.due_ms - 1) == "orange"
    assert line.left_at(case.due_ms) == 0


def test_a_paused_clock_has_no_turns_and_a_table_without_red_still_turns_red_when_it_is_over() -> None:
    # given a suspended case, and a city whose warnings end at orange
    steps: tuple[Step, ...] = ("report", "register", "file", "dispatch", "sign", "ask_suspension", "grant_suspension")
    suspended = lived(*((step, START_MS) for step in steps))
    rules = bundled_rules()
    mild = CaseRules(
        timetable=rules.timetable, areas=rules.areas, classes=rules.classes, limits=rules.limits,
        sources=rules.sources, roles=rules.roles, warnings=rules.warnings[:-1],
    )  # fmt: skip

    # when lines are made
    case = lived_until("sign", START_MS)
    clock = running_clock(case, mild)
    assert clock is not None
    turns = turns_of(clock, mild)

    # then nothing turns while it stands, and the millisecond after the limit is red
    assert line_of(suspended, rules, metres).turns == ()
    assert turns[0] == (clock.started_ms, "green")
    assert turns[-1] == (case.due_ms + 1, "red")


def test_a_line_names_the_class_and_lies_where_the_case_does() -> None:
    # given a case of a class below one that the table knows, and one of a class that nobody knows
    case = lived_until("report", START_MS)

    # when lines are made; then names and metres are theirs
    line = line_of(replace(case, case_class="010203"), bundled_rules(), metres)
    assert (line.title_zh, line.title_en) == ("暴露垃圾", "Exposed garbage")
    assert (line.x_m, line.y_m) == metres(line.lon_deg or 0, line.lat_deg or 0)
    assert class_title(bundled_rules(), replace(case, case_class="9901")) == Text("9901", "9901")
    assert line_of(replace(case, lon_deg=None, lat_deg=None), bundled_rules(), metres).x_m is None


def area(code: str, west: float, south: float, east: float, north: float) -> Area:
    return Area(code=code, name=Text(code, code), bounds=(west, south, east, north))


AREAS = Areas(
    by_code={
        found.code: found
        for found in (
            area("310107", 121.0, 31.0, 121.2, 31.2),
            area("310107005", 121.0, 31.0, 121.1, 31.1),
            area("310107010", 121.05, 31.0, 121.2, 31.1),
        )
    }
)
CELLS = {"310107005001001": box(0, 0, 1000, 1000), "310107010001001": box(1100, 0, 2000, 1000)}


@pytest.mark.parametrize(
    ("lon_deg", "lat_deg", "code"),
    [
        (121.005, 31.005, "310107005001001"),
        (121.0103, 31.005, "310107005001001"),
        (121.0550, 31.0900, "310107005"),
        (121.15, 31.05, "310107010"),
        (121.15, 31.15, "310107"),
    ],
)
def test_a_place_lies_in_its_cell_beside_one_or_in_the_narrowest_area(
    lon_deg: float, lat_deg: float, code: str
) -> None:
    # given a city with cells, streets that overlap, and a county; when a place is looked for
    found = AreaPlaces(AREAS, CELLS).area_at(lon_deg, lat_deg, metres(lon_deg, lat_deg), DAY)

    # then it is the cell that holds it or is within reach, else the smallest area around it
    assert found == code
    assert NEAR_M < 1000


def test_a_cell_whose_street_cannot_hold_the_place_gives_way_to_the_county() -> None:
    # given a cell just across the bounds of its street
    cells = {"310107005001001": box(0, 11_000, 1000, 12_000)}

    # when a place in it is looked for; then the nearest area that may hold it is named
    assert AreaPlaces(AREAS, cells).area_at(121.005, 31.115, metres(121.005, 31.115), DAY) == "310107"


def test_a_place_outside_the_city_is_refused_in_words_and_without_cells_bounds_decide() -> None:
    # given a city; when a place lies elsewhere; then it says so and what to do
    with pytest.raises(InputError, match="不在本市任何区域内；请在地图上重新选点"):
        AreaPlaces(AREAS, CELLS).area_at(120.0, 30.0, metres(120.0, 30.0), DAY)
    assert AreaPlaces(AREAS).area_at(121.005, 31.005, (None, None), DAY) == "310107005"


def test_what_a_city_says_nothing_about_is_another_event() -> None:
    # given a city without tables of classes; when an alarm or a report comes; then it is of the class for all others
    city = GovernedCity(rules=bundled_rules(), places=AreaPlaces(AREAS))
    assert city.class_of_alarm("any").code == city.class_of_report("other").code == "0699"
