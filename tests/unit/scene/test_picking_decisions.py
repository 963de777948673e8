"""sanping.scene.mark_picking, sanping.scene.flat_picking: which mark or flat thing is meant by a point."""

import numpy as np
import pytest
import shapely

from fakes import small_city
from sanping.scene.flat_picking import FlatPicker
from sanping.scene.label_layout import Placed
from sanping.scene.mark_picking import meant

EAST, NORTH, _ = small_city.CENTRE


def placed(marks: list[tuple[float, float]], indices: list[int]) -> Placed:
    """Return labels whose plates of 80 × 20 pixels stand 30 pixels above their marks."""
    at = np.array(marks, float).reshape(-1, 2)
    plates = np.tile(at, 2) + np.array([-40.0, 30.0, 40.0, 50.0])
    return Placed(indices=np.array(indices), strengths=np.ones(len(at)), marks=at, plates=plates)


@pytest.mark.parametrize(
    ("pointer", "wanted"),
    [
        ((101.0, 100.0), (0, 4)),
        ((108.0, 100.0), (0, 7)),
        ((100.0, 111.0), (0, 4)),
        ((100.0, 113.0), None),
        ((209.0, 100.0), (1, 2)),
        ((70.0, 140.0), (0, 4)),
        ((400.0, 400.0), None),
    ],
)
def test_the_nearest_mark_within_twelve_pixels_is_meant(
    pointer: tuple[float, float], wanted: tuple[int, int] | None
) -> None:
    # given two marks 12 pixels apart in one layer, and one in another layer
    layers = [placed([(100, 100), (112, 100)], [4, 7]), placed([(200, 100)], [2])]

    # when somebody points; then the nearest mark is meant, else the plate that lies there, else nothing
    assert meant(layers, pointer) == wanted


def test_a_mark_goes_before_a_plate_that_lies_over_it() -> None:
    # given a mark that stands on the plate of another layer's label
    layers = [placed([(100, 60)], [0]), placed([(100, 100)], [9])]

    # when the mark is pointed at, and then the plate beside it
    on_mark, beside = meant(layers, (101.0, 100.0)), meant(layers, (70.0, 100.0))

    # then the mark is meant first, and the plate where there is no mark
    assert on_mark == (1, 9)
    assert beside == (0, 0)


def test_layers_without_labels_mean_nothing() -> None:
    assert meant([], (10.0, 10.0)) is None
    assert meant([placed([], [])], (10.0, 10.0)) is None


def test_of_areas_that_lie_over_one_another_the_smallest_is_found() -> None:
    # given a park with a lawn in it
    park, lawn = shapely.box(-100, -100, 100, 100), shapely.box(-10, -10, 10, 10)
    picker = FlatPicker(small_city.vector([park, lawn], [{}, {}]))

    # when points in the lawn, in the park and outside are asked for
    found = [picker.at(EAST + x, NORTH, 2.0) for x in (0.0, 50.0, 103.0)]

    # then each gives the smallest thing there, and an area reaches no further than its edge
    assert found == [(400.0, "v1"), (40_000.0, "v0"), None]


def test_a_line_reaches_as_far_as_it_is_drawn_or_the_pointer_is_wide() -> None:
    # given a road 20 m wide across a park
    road, park = shapely.LineString([(-100, 0), (100, 0)]), shapely.box(-100, -100, 100, 100)
    picker = FlatPicker(small_city.vector([road, park], [{}, {}]), np.array([10.0, 0.0]))

    # when points beside its middle are asked for, from near and from afar
    near = [picker.at(EAST, NORTH + y, 1.0) for y in (9.0, 12.0)]
    afar = picker.at(EAST, NORTH + 12.0, 15.0)

    # then the road is found within its width, and further off where the pointer covers more ground
    assert near == [(0.0, "v0"), (40_000.0, "v1")]
    assert afar == (0.0, "v0")


def test_empty_and_missing_shapes_are_never_found() -> None:
    # given a layer with an empty shape
    picker = FlatPicker(small_city.vector([shapely.Polygon(), shapely.Point(5, 5)], [{}, {}]))

    # when a point is asked for; then only the real shape is found
    assert picker.at(EAST, NORTH, 1.0) is None
    assert picker.at(EAST + 5.0, NORTH + 5.5, 1.0) == (0.0, "v1")
