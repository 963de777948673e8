"""The section that all screens show: what other screens may say of it."""

from dataclasses import replace

import pytest

from sanping.analysis.cutting import Cutting
from sanping.analysis.sections import level_plane
from sanping.domain.geo import Extent
from sanping.stage.section_shown import ShownSection, checked_section

LEVEL = ShownSection(cutting=Cutting(plane=level_plane(45.0)))
BOX = Extent(west=0.0, south=0.0, east=10.0, north=10.0, bottom=0.0, top=30.0)


def test_a_plane_a_box_or_ghosts_alone_are_taken_as_they_are() -> None:
    # given a section of each kind
    ghosts = ShownSection(cutting=Cutting(ghosts_above_m=30.0))
    kinds = (LEVEL, ShownSection(cutting=Cutting(box=BOX, cuts_ground=True)), ghosts)

    # when another screen sends them, then they are shown; only a plane or a box has faces
    assert [checked_section(one) for one in kinds] == list(kinds)
    assert [one.is_cut for one in kinds] == [True, True, False]


@pytest.mark.parametrize(
    "cutting",
    [
        Cutting(plane=replace(level_plane(1.0), across=(0.0, 0.0, 0.0))),
        Cutting(plane=replace(level_plane(1.0), upward=(1.0, 0.0, 0.0))),
        Cutting(plane=level_plane(1e12)),
        Cutting(box=replace(BOX, east=-5.0)),
        Cutting(ghosts_above_m=1e12),
    ],
)
def test_planes_and_boxes_that_cannot_be_are_refused(cutting: Cutting) -> None:
    # given axes of no length, axes along each other, places off the earth, a box turned inside out
    # when they are checked, then they are refused
    with pytest.raises(ValueError, match=r"across|origin|box|ghosts"):
        checked_section(ShownSection(cutting=cutting))
