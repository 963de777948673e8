"""Sight, viewsheds, sky and skylines, beside closed forms and plain searches."""

import numpy as np
import pytest

from fakes.small_city import CENTRE, block_city, boxes
from sanping.analysis.blockers import Blockers, Solids, solids_of
from sanping.analysis.looking import along_path, seen_shares, sight_lines, sky_view
from sanping.analysis.samples import plans_of
from sanping.analysis.skyline import skyline
from sanping.analysis.viewshed import surface_around, viewshed
from sanping.domain.city import Origin
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.ground import Terrain
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

HERE = np.array(CENTRE)


def above(east_m: float, north_m: float, up_m: float) -> Float64Array:
    return HERE + np.array([east_m, north_m, up_m])


def flat_ground(height_m: float = 4.0, half_m: float = 600.0) -> Terrain:
    return ground(np.full((61, 61), height_m, np.float32), half_m / 30.0)


def ground(heights: np.ndarray, cell_m: float) -> Terrain:
    rows, columns = heights.shape
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"), heights_m=heights.astype(np.float32),
        west=CENTRE[0] - (columns - 1) * cell_m / 2, north=CENTRE[1] + (rows - 1) * cell_m / 2, cell_x_m=cell_m,
        cell_y_m=cell_m,
    )  # fmt: skip


def test_a_line_of_sight_tells_where_and_by_whom_it_is_blocked() -> None:
    # given a block 100 m to the east, and three targets: behind it, above it, and on its own wall
    tiles = build_tiles(boxes([(100.0, 0.0)], [20.0]))
    targets = HERE + np.array([(200.0, 0.0, 6.0), (200.0, 0.0, 60.0), (88.0, 0.0, 10.0)])

    # when they are looked at from eye height
    found = sight_lines(Blockers(solids_of(tiles)), above(0.0, 0.0, 6.0), targets)

    # then the first is blocked at the block's near wall; the wall itself is seen
    assert found.is_clear.tolist() == [False, True, True]
    assert found.blocked_at[0] == pytest.approx(above(88.0, 0.0, 6.0))
    assert found.blocked_by.tolist() == [tiles.find("b0"), -1, -1]


def test_what_a_block_hides_of_flat_ground_is_its_shadow_by_similar_triangles() -> None:
    # given an eye at 30 m and a block 20 m high that reaches from 88 m to 112 m, 24 m wide, on flat ground
    blockers = Blockers(solids_of(build_tiles(boxes([(100.0, 0.0)], [20.0]))), flat_ground())
    eye = above(0.0, 0.0, 34.0)
    surface = surface_around(blockers, (CENTRE[0], CENTRE[1]), 400.0, 7.3, 4.0)

    # when the viewshed is computed
    found = viewshed(blockers, eye[None], surface, 400.0, SilentProgress())

    # then the roof is a surface of its own, and ground is hidden exactly where the line to it passes below the roof
    east, north = np.meshgrid(surface.x_m - CENTRE[0], surface.y_m - CENTRE[1])
    is_roof = (np.abs(east - 100.0) < 12.0) & (np.abs(north) < 12.0)
    assert surface.heights_m[is_roof] == pytest.approx(24.0)
    assert surface.heights_m[~is_roof] == pytest.approx(4.0)
    within = np.hypot(east, north) <= 400.0
    under = 10.0 / 30.0  # the line is below the roof from this share of the way on, until the target
    share = np.linspace(under, 1.0, 4001)[:, None, None]
    x, y = east * share, north * share
    hidden = ((np.abs(x - 100.0) < 12.0) & (np.abs(y) < 12.0)).any(axis=0) & ~is_roof
    assert hidden[within].sum() > 20
    assert ((found.seen == 0) != hidden)[within].sum() <= 2
    assert (found.seen == -1).tolist() == (~within).tolist()
    assert found.share == pytest.approx(1 - hidden[within].mean(), abs=0.002)


def test_a_viewshed_on_rough_ground_is_what_a_plain_walk_along_every_line_finds() -> None:
    # given rough ground and an eye above it
    random = np.random.default_rng(3)
    terrain = ground(random.uniform(0.0, 8.0, (60, 60)).cumsum(axis=0) / 12.0, 10.0)
    blockers = Blockers(solids_of(build_tiles(boxes([(5000.0, 0.0)], [5.0]))), terrain)
    eye = above(3.0, 4.0, 24.0)
    surface = surface_around(blockers, (CENTRE[0], CENTRE[1]), 250.0, 10.0, np.nan)

    # when the viewshed is computed, and a reference that looks at the ground every 0.2 m of each line
    found = viewshed(blockers, eye[None], surface, 250.0, SilentProgress(), target_m=0.5)
    expected = np.zeros_like(found.seen, np.bool_)
    for row, column in np.ndindex(expected.shape):
        target = np.array([surface.x_m[column], surface.y_m[row], surface.heights_m[row, column] + 0.5])
        expected[row, column] = _walked(terrain, eye, target)

    # then they agree but for lines that graze
    within = found.seen >= 0
    assert 0.05 < expected[within].mean() < 0.95
    assert ((found.seen > 0) != expected)[within].mean() < 0.005


def _walked(terrain: Terrain, eye: Float64Array, target: Float64Array) -> bool:
    heights = terrain.heights_m[::-1].astype(np.float64)
    south = terrain.north - (heights.shape[0] - 1) * terrain.cell_y_m
    share = np.linspace(0.0, 1.0, int(np.linalg.norm(target - eye) / 0.2))[1:-3]
    at = eye + (target - eye) * share[:, None]
    x, y = (at[:, 0] - terrain.west) / terrain.cell_x_m, (at[:, 1] - south) / terrain.cell_y_m
    column, row = x.astype(int), y.astype(int)
    u, v = x - column, y - row
    sw, se = heights[row, column], heights[row, column + 1]
    nw, ne = heights[row + 1, column], heights[row + 1, column + 1]
    soil = np.where(u >= v, sw + (se - sw) * u + (ne - se) * v, sw + (ne - nw) * u + (nw - sw) * v)
    return bool((at[:, 2] >= soil).all())


def test_a_path_sees_at_least_what_each_of_its_eyes_sees() -> None:
    # given a street with blocks on both sides, and a path along it
    blockers = Blockers(solids_of(block_city()), flat_ground())
    eyes = along_path([(CENTRE[0] - 200, CENTRE[1], 6.0), (CENTRE[0] + 200, CENTRE[1], 6.0)], 100.0)
    surface = surface_around(blockers, (CENTRE[0], CENTRE[1]), 300.0, 20.0, 4.0)

    # when the eyes look together, and one after another
    together = viewshed(blockers, eyes, surface, 300.0, SilentProgress())
    alone = [viewshed(blockers, eye[None], surface, 300.0, SilentProgress()).seen for eye in eyes]

    # then each cell is seen by as many as see it alone
    assert len(eyes) == 5
    assert np.maximum(together.seen, 0).tolist() == sum(np.maximum(seen, 0) for seen in alone).tolist()


def test_a_landmark_is_seen_in_the_share_that_rises_above_what_stands_before_it() -> None:
    # given a tower of 100 m with points every metre of its height, and a block half as high before it
    tiles = build_tiles(boxes([(400.0, 0.0), (200.0, 0.0)], [100.0, 46.0]))
    heights = np.arange(4.5, 104.0)
    tower = np.column_stack([np.full(len(heights), 387.9), np.zeros(len(heights)), heights]) + HERE

    # when it is looked at from the block's side at 4 m
    share = seen_shares(Blockers(solids_of(tiles)), above(0.0, 0.0, 4.0)[None], tower, SilentProgress())

    # then what is hidden is below the line over the far edge of the block's roof
    hidden_m = 46.0 / 188.0 * 387.9
    assert share[0] == pytest.approx(1 - hidden_m / 100.0, abs=0.011)


@pytest.mark.parametrize("height_m", [10.0, 20.0, 60.0])
def test_the_sky_above_the_middle_of_an_endless_street_is_the_cosine_of_its_wall_angle(height_m: float) -> None:
    # given a street 20 m wide between two endless rows
    low, high = np.array([-20_000.0, 0.0]), np.array([20_000.0, height_m])
    corners = [(low[0], 0.0), (high[0], 0.0), (high[0], high[1]), (low[0], high[1])]
    walls = [[(x, *corners[k]) for k in half] for x in (-10.0, 10.0) for half in ((0, 1, 2), (0, 2, 3))]
    blockers = Blockers(Solids(corners=np.array(walls), owner=np.zeros(4, np.int64)))

    # when the sky is looked at, in the middle and in the open
    found = sky_view(blockers, np.array([[0.0, 0.0, 0.0], [0.0, 0.0, height_m + 1.0]]), SilentProgress())

    # then it is cos(arctan(2 H / W)) below (Oke 1987), and 1 above
    assert found[0] == pytest.approx(np.cos(np.arctan(2.0 * height_m / 20.0)), abs=0.01)
    assert found[1] == 1.0


def test_a_skyline_is_where_lines_into_the_sky_become_free() -> None:
    # given a city and an eye in its middle
    tiles = block_city()
    plans, blockers = plans_of(tiles), Blockers(solids_of(tiles))
    eye = above(0.0, 0.0, 6.0)

    # when the skyline is drawn, and lines are sent just below and just above it
    found = skyline(plans, (float(eye[0]), float(eye[1]), float(eye[2])), 1.0)
    azimuth = np.radians(found.azimuth_deg)
    rises = found.number >= 0

    def is_free(altitude_deg: Float64Array) -> np.ndarray:
        up = np.radians(altitude_deg)
        way = np.column_stack([np.sin(azimuth) * np.cos(up), np.cos(azimuth) * np.cos(up), np.sin(up)])
        return blockers.first_blocks(np.tile(eye, (len(way), 1)), eye + way * 3000.0).is_clear

    # then the former are blocked, by buildings, and the latter free
    assert 100 < rises.sum() < 360
    assert is_free(found.altitude_deg + 0.01).all()
    assert not is_free(found.altitude_deg - 0.01)[rises].any()
