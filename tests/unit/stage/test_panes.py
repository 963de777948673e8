"""Panes that show one camera."""

import pytest

from sanping.domain.view import CameraPose
from sanping.stage.panes import PaneBox, panes_of
from sanping.stage.projection import pixel_of

AREA = PaneBox(left=356, top=68, width=1196, height=982)


@pytest.mark.parametrize("count", [2, 4])
def test_panes_fill_their_area_without_covering_one_another(count) -> None:
    # given an area, when panes are laid, then each point of the area lies in one at most, and all lie within
    boxes = panes_of(count, AREA)
    assert len(boxes) == count
    for x in range(356, 1552, 37):
        for y in range(68, 1050, 37):
            assert sum(box.holds((x, y)) for box in boxes) <= 1
    assert all(AREA.left <= box.left and box.left + box.width <= AREA.left + AREA.width for box in boxes)
    assert all(AREA.top <= box.top and box.top + box.height <= AREA.top + AREA.height for box in boxes)


def test_a_point_of_a_pane_is_where_the_whole_view_shows_the_same_place() -> None:
    # given a place that a camera sees, in a view of 1920 by 1080 and in the right one of two panes
    pose = CameraPose(target=(0.0, 0.0, 0.0), pitch_deg=-40.0, distance_m=800.0)
    box, place, view = panes_of(2, AREA)[1], (60.0, -90.0, 12.0), (1920, 1080)
    inside = pixel_of(pose, place, (box.width, box.height))

    # when the point of the pane is taken to the view, then the place is drawn there
    at = box.in_view((box.left + inside[0], box.top + inside[1]), view)
    assert at == pytest.approx(pixel_of(pose, place, view))
