"""What is measured, as a planner reads it."""

import numpy as np
import pytest

from sanping.commands.measurements import (
    KINDS,
    MeasuredBuilding,
    Surroundings,
    live_words,
    measured,
    measured_building,
    scale_remark,
    table_of,
)
from sanping.domain.city import Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.grid_scale import GridScale
from sanping.domain.ground import Terrain
from sanping.domain.text import Text

LEVEL = Terrain(
    frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"), heights_m=np.full((51, 51), 4.0, np.float32),
    west=-50.0, north=50.0, cell_x_m=2.0, cell_y_m=2.0,
)  # fmt: skip
SQUARE = [(0.0, 0.0, 4.0), (20.0, 0.0, 4.0), (20.0, 10.0, 4.0), (0.0, 10.0, 4.0)]
CORNERS = [(x, y, z) for z in (4, 16) for x, y in ((0, 0), (10, 0), (10, 10), (0, 10))]
FACES = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))


def figures(kind: str, points: list[tuple[float, float, float]], around: Surroundings) -> dict[str, float]:
    found = measured(kind, points, around)  # type: ignore[arg-type]
    assert found is not None
    return {figure.title.en: figure.value for figure in found.figures}


def test_a_distance_says_what_it_is_on_the_slope_in_plan_on_the_ground_and_on_the_earth() -> None:
    # given 3 m along and 4 m up, where the projection shortens by a fifth
    around = Surroundings(terrain=LEVEL, scale=GridScale(scale=0.8, areal=0.64, convergence_deg=1.0))

    found = figures("distance", [(0.0, 0.0, 0.0), (3.0, 0.0, 4.0)], around)

    assert found["Slope length"] == pytest.approx(5.0)
    assert found["Horizontal length"] == pytest.approx(3.0)
    assert found["Length on the ground"] == pytest.approx(3.0)
    assert found["Length on the earth"] == pytest.approx(3.75, rel=1e-6)
    assert found["Rise"] == pytest.approx(4.0)


def test_a_direction_says_grid_and_true_azimuth_and_its_gradient() -> None:
    around = Surroundings(scale=GridScale(scale=1.0, areal=1.0, convergence_deg=-1.5))

    found = figures("direction", [(0.0, 0.0, 0.0), (0.0, 20.0, 1.0)], around)

    assert found["Grid azimuth"] == pytest.approx(0.0)
    assert found["True azimuth"] == pytest.approx(358.5)
    assert found["Gradient"] == pytest.approx(5.0)


def test_earthwork_is_that_over_and_under_the_level_inside_the_outline() -> None:
    # given a square of 200 square metres on ground at 4 m
    over = figures("earth", SQUARE, Surroundings(terrain=LEVEL, level_m=2.5))
    under = figures("earth", SQUARE, Surroundings(terrain=LEVEL, level_m=5.0))

    assert over["Earth over the level (cut)"] == pytest.approx(300.0)
    assert over["Room under it (fill)"] == 0.0
    assert under["Room under it (fill)"] == pytest.approx(200.0)


def test_an_area_and_an_angle_say_the_main_figure_first() -> None:
    area = measured("area", SQUARE, Surroundings(terrain=LEVEL))
    angle = measured("angle", [(1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 2.0, 0.0)], Surroundings())

    assert area is not None
    assert area.figures[0].written == "200.0 m²"
    assert angle is not None
    assert angle.figures[0].written == "90.00°"


def test_a_building_is_measured_by_its_mesh_and_says_when_it_leaks() -> None:
    # given a box of 10 m by 10 m by 12 m, on ground a metre above its foot, and the same without one wall
    halves = [half for f in FACES for half in ((f[0], f[1], f[2]), (f[0], f[2], f[3]))]
    corners = np.array(CORNERS, np.float64)[np.array(halves)]
    name = Text("塔", "Tower")

    # when both are measured
    whole = measured_building((0.0, 0.0, 0.0), MeasuredBuilding(title=name, corners=corners, ground_m=5.0))
    leaky = measured_building((0.0, 0.0, 0.0), MeasuredBuilding(title=name, corners=corners[:-2]))

    # then
    found = {figure.title.en: figure.value for figure in whole.figures}
    assert found["Height over the foot"] == pytest.approx(12.0)
    assert found["Height over the ground"] == pytest.approx(11.0)
    assert found["Volume"] == pytest.approx(1200.0)
    assert (found["Roofs"], found["Walls"]) == (pytest.approx(100.0), pytest.approx(480.0))
    assert whole.remark == name
    assert "not closed" in leaky.remark.en


def test_too_few_places_are_no_measurement_but_have_words_as_soon_as_there_is_a_line() -> None:
    for entry in KINDS:
        if entry.least > 1:
            assert measured(entry.name, SQUARE[: entry.least - 1], Surroundings()) is None
    assert live_words("area", SQUARE[:1]) is None
    assert live_words("area", SQUARE[:2]) == Text("斜距 20.00 m", "Slope length 20.00 m")
    assert live_words("earth", SQUARE) == Text("水平面积 200.0 m²", "Area in plan 200.0 m²")


def test_the_table_has_a_line_for_every_figure_with_plain_numbers() -> None:
    far = measured("height", [(0.0, 0.0, 0.0), (0.0, 0.0, -12_345.678)], Surroundings())
    assert far is not None

    lines = table_of([far])

    assert [len(line) for line in lines] == [6, 6, 6]
    assert (lines[0][0].zh, lines[0][3].zh, lines[0][4].zh) == ("1", "-12345.68", "m")


def test_the_remark_names_scale_and_convergence_or_that_there_is_none() -> None:
    said = scale_remark(GridScale(scale=1.00022855, areal=1.0004571, convergence_deg=0.7412), 0.0)

    assert "1.0002286" in said.zh
    assert "999.772" in said.en
    assert "+0.7412" in said.en
    assert "no projected CRS" in scale_remark(None, 0.0).en
