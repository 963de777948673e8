"""Profiles of slopes and blocks whose figures are known."""

import numpy as np
import pytest

from fakes.small_city import CENTRE, GROUND_M, boxes
from sanping.analysis.profiles import climb_of, profile_along
from sanping.domain.city import Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain
from sanping.tiles.build import build_tiles

EAST, NORTH = CENTRE[:2]


def hill() -> Terrain:
    """Ground that climbs 1 : 5 from the west to the middle and falls 1 : 10 from there."""
    x = np.arange(-100, 101) * 2.0
    heights = np.where(x < 0, 40.0 + 0.2 * x, 40.0 - 0.1 * x)
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"),
        heights_m=np.tile(heights, (201, 1)).astype(np.float32), west=EAST - 200.0, north=NORTH + 200.0,
        cell_x_m=2.0, cell_y_m=2.0,
    )  # fmt: skip


def test_a_profile_over_a_hill_climbs_and_falls_as_the_hill_does() -> None:
    # given a line over the hill with a corner in its middle
    line = [(EAST - 100.0, NORTH, 0.0), (EAST, NORTH, 0.0), (EAST + 100.0, NORTH, 0.0)]

    found = profile_along(line, hill())
    climb = climb_of(found)

    # then
    assert climb is not None
    assert (climb.length_m, climb.lowest_m, climb.highest_m) == pytest.approx((200.0, 20.0, 40.0), abs=1e-4)
    assert (climb.up_m, climb.down_m) == pytest.approx((20.0, 10.0), abs=1e-3)
    assert climb.steepest == pytest.approx(0.2, rel=1e-3)
    assert found.corners_m == pytest.approx((0.0, 100.0, 200.0))
    assert found.place(150.0) == pytest.approx((EAST + 50.0, NORTH, 35.0), abs=0.2)


def test_a_block_stands_in_the_profile_as_wide_as_the_line_crosses_it() -> None:
    # given a block of 24 m, 30 m high, and a line that turns inside it
    city = build_tiles(boxes([(0.0, 0.0)], [30.0]))
    line = [(EAST - 60.0, NORTH, 0.0), (EAST, NORTH, 0.0), (EAST, NORTH + 60.0, 0.0)]

    found = profile_along(line, None, [("city", city)])

    # then its silhouette is 12 m of the first leg and 12 m of the second
    assert sum(cut.shape.area for cut in found.silhouettes) == pytest.approx(24.0 * 30.0, rel=1e-4)
    assert [cut.shape.bounds[0] for cut in found.silhouettes] == pytest.approx([48.0, 60.0], abs=1e-3)
    assert {(cut.layer, cut.number) for cut in found.silhouettes} == {("city", 0)}

    # and the highest surface is its roof there, and nothing is known of the ground
    on_roof = (found.distance_m > 48.5) & (found.distance_m < 71.5)
    assert found.surface_m[on_roof] == pytest.approx(GROUND_M + 30.0, abs=1e-3)
    assert np.isnan(found.surface_m[found.distance_m < 47.0]).all()
    assert climb_of(found) is None
    assert found.place(10.0) is None


def test_a_profile_needs_two_places_apart() -> None:
    with pytest.raises(ValueError, match="two places"):
        profile_along([(0.0, 0.0, 0.0), (0.0, 0.0, 9.0)], None)
