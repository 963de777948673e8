"""A printed sheet: where things stand on paper, and that its scale is true."""

from math import isclose

import numpy as np
import pytest
from vtkmodules.vtkRenderingCore import vtkCamera

from sanping.scene.camera import aim, lens_of
from sanping.stage.printing import (
    PAPERS_MM,
    SCALES,
    Box,
    ground_of,
    layout_of,
    pixels_of,
    plan_camera,
    scale_bar,
    ticks,
)

MIDDLE = (637_000.0, 3_459_000.0, 4.0)


@pytest.mark.parametrize("paper", PAPERS_MM)
def test_nothing_on_a_sheet_covers_anything_else_or_leaves_the_paper(paper) -> None:
    # given a sheet
    layout = layout_of(paper)
    boxes = [layout.head, layout.picture, layout.side, layout.foot]

    # when its parts are compared two by two, then none overlaps another, and all lie on the paper
    for number, one in enumerate(boxes):
        assert 0 < one.left < one.right < layout.size_mm[0]
        assert 0 < one.top < one.bottom < layout.size_mm[1]
        for other in boxes[number + 1 :]:
            assert one.right <= other.left or other.right <= one.left or one.bottom <= other.top


@pytest.mark.parametrize("scale", SCALES)
def test_a_hundred_metres_are_as_long_on_paper_as_the_scale_says(scale) -> None:
    # given the camera of a plan on A3 at 300 dots an inch, as VTK gets it
    picture = layout_of("A3").picture
    width, height = pixels_of(picture, 300)
    pose = plan_camera(MIDDLE, picture, scale)
    lens = lens_of(pose, (637_000.0, 3_459_000.0, 0.0), width, height, is_parallel=True)
    camera = vtkCamera()
    aim(camera, pose, (637_000.0, 3_459_000.0, 0.0), lens, 100.0)
    matrix = camera.GetCompositeProjectionTransformMatrix(width / height, -1, 1)

    def at_mm(east, north, up):
        x, y, _, w = matrix.MultiplyPoint((east, north, up, 1.0))
        return (x / w + 1) / 2 * picture.width, (1 - y / w) / 2 * picture.height

    # when places a hundred metres apart are drawn, one on the ground and one on a roof 180 m up
    here, there, above = at_mm(0.0, 0.0, 4.0), at_mm(100.0, 0.0, 4.0), at_mm(0.0, 100.0, 184.0)

    # then they are as far apart as 1:n says, to less than a tenth of a millimetre, and the roof leans nowhere
    assert here == pytest.approx((picture.width / 2, picture.height / 2), abs=0.05)
    assert there[0] - here[0] == pytest.approx(100_000 / scale, abs=0.1)
    assert here[1] - above[1] == pytest.approx(100_000 / scale, abs=0.1)
    assert above[0] == pytest.approx(here[0], abs=0.05)
    assert np.isclose(lens.projected(np.array([[0.0, 100.0, 180.0]]))[0, 1], 1 - 2 * above[1] / picture.height)


def test_the_ground_of_a_sheet_and_its_ticks_agree() -> None:
    # given a plan on A4 at 1:2000
    picture = layout_of("A4").picture
    west, south, east, north = ground_of(MIDDLE, picture, 2000)

    # when the grid is laid along both sides
    across = ticks(west, east, picture.width)
    upward = ticks(south, north, picture.height, is_falling=True)

    # then its lines are round and at least 40 mm apart, and each stands where its coordinate is
    assert isclose(east - west, picture.width * 2.0)
    assert [tick.value_m % 100 for tick in (*across, *upward)] == [0.0] * (len(across) + len(upward))
    assert across[1].at_mm - across[0].at_mm == pytest.approx(50.0)
    assert all(isclose(west + tick.at_mm * 2.0, tick.value_m) for tick in across)
    assert all(isclose(north - tick.at_mm * 2.0, tick.value_m) for tick in upward)


@pytest.mark.parametrize(("scale", "part_m"), [(500, 5), (1000, 10), (2000, 20), (5000, 50), (10_000, 100)])
def test_a_scale_bar_has_round_parts_that_are_right_at_its_scale(scale, part_m) -> None:
    # given a scale, when its bar is made
    bar = scale_bar(scale)

    # then its parts are round, fit, and are as long as they say
    assert bar.part_m == part_m
    assert bar.parts * bar.part_mm <= 52.0
    assert bar.part_mm == pytest.approx(part_m * 1000 / scale)


def test_a_box_on_paper_has_the_pixels_of_its_resolution() -> None:
    # given a box of an inch by half an inch, when its pixels are counted, then there are as many as dots
    assert pixels_of(Box(left=0.0, top=0.0, width=25.4, height=12.7), 200) == (200, 100)
