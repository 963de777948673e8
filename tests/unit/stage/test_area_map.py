"""Cases laid over the city: which are meant, how areas are coloured by a figure, and what the legend says."""

import numpy as np
import pytest

from sanping.stage.area_map import AreaMap, heat_legend, narrowed, shaded, value_of
from sanping.wire.cases import AreaFigures, CaseScope

BUSY = AreaFigures(
    code="310107014", name_zh="长寿路街道", name_en="Changshou", open=30, overdue=6, reported=120, alarms=2, km2=4.0,
    rates={"closing_rate": 0.62},
)  # fmt: skip
CALM = AreaFigures(code="310107005", name_zh="曹杨新村街道", name_en="Caoyang", open=3, km2=2.0,
                   rates={"closing_rate": 0.98})  # fmt: skip
EMPTY = AreaFigures(code="310107010", name_zh="长风新村街道", name_en="Changfeng")


def test_a_map_says_which_cases_it_means() -> None:
    # given maps of all cases, and of one class reported within a week
    week = AreaMap(kind="heat", case_class="component:01", days=7)

    # when they are asked for an area; then it is scope and time of those
    assert AreaMap().scope("310107") == CaseScope(area="310107")
    assert week.scope("310107") == CaseScope(area="310107", kind="component", case_class="01")
    assert AreaMap().since_ms(10**12) == 0
    assert week.since_ms(10**12) == 10**12 - 7 * 86_400_000


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("open", (30, 3, 0)), ("overdue", (6, 0, 0)), ("reported", (120, 0, 0)), ("alarms", (2, 0, 0)),
        ("density", (7.5, 1.5, None)), ("closing_rate", (62, 98, None)), ("on_time_rate", (None, None, None)),
    ],
)  # fmt: skip
def test_each_figure_of_an_area_has_its_value_or_none(figure: str, values: tuple[float | None, ...]) -> None:
    # given areas with much, little and nothing; when a figure is asked for; then it is counted, never invented
    assert tuple(value_of(row, figure) for row in (BUSY, CALM, EMPTY)) == values  # type: ignore[arg-type]


def test_areas_are_graded_from_nothing_to_the_most_and_rates_the_other_way_round() -> None:
    # given three areas
    rows = (BUSY, CALM, EMPTY)

    # when they are coloured by open cases and by closing rate
    (opens, many), (rates, share) = shaded(rows, "open"), shaded(rows, "closing_rate")

    # then much is hot, and of rates the low ones are, and what has no value has no colour
    np.testing.assert_allclose(opens, [1.0, 0.1, 0.0])
    assert (many.low, many.high, many.unit.zh, many.is_reversed) == (0.0, 30.0, "件", False)
    np.testing.assert_allclose(rates, [0.95, 0.05, np.nan])
    assert (share.low, share.high, share.unit.zh, share.is_reversed) == (60.0, 100.0, "%", True)
    assert heat_legend(420.5).unit.zh == "件/km²"


def test_nothing_to_grade_still_has_a_legend() -> None:
    # given areas without any case; when they are coloured; then the ramp has a length
    for figure in ("open", "density", "closing_rate"):
        _, legend = shaded((EMPTY,), figure)  # type: ignore[arg-type]
        assert legend.high > legend.low


def test_a_command_centre_never_looks_beyond_its_own_area() -> None:
    # given the centre of a street; when all are asked to show something; then it shows that within its own
    assert narrowed("", "310107014") == "310107014"
    assert narrowed("310107005", "310107014") == "310107014"
    assert narrowed("310107014003", "310107014") == "310107014003"
    assert narrowed("310107005", "") == "310107005"
    assert narrowed("", "") == ""
