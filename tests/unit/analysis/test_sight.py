"""sanping.analysis.sight, sanping.analysis.prisms: which camera sees a place, and what stands in the way."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import small_city
from sanping.analysis.prisms import Obstacles, Prisms, prisms_of
from sanping.analysis.sight import Cameras, cameras_seeing
from sanping.tiles.build import build_tiles


def prisms(*plans: tuple[shapely.Polygon, float]) -> Prisms:
    """Return prisms from the ground up to a height."""
    edges = [np.hstack([np.array(p.exterior.coords)[:-1], np.array(p.exterior.coords)[1:]]) for p, _ in plans]
    return Prisms(
        edges=np.concatenate([np.zeros((0, 4)), *edges]),
        first=np.cumsum([0, *(len(part) for part in edges)]),
        base_m=np.zeros(len(plans)),
        top_m=np.array([top for _, top in plans]),
    )


def cameras(*rows: tuple[float, float, float, float, float, float]) -> Cameras:
    """Return cameras of x, y, z, heading, field of view and range."""
    columns = np.array(rows, np.float64).reshape(-1, 6).T
    return Cameras(
        ids=[f"cam{number}" for number in range(len(rows))], x_m=columns[0], y_m=columns[1], z_m=columns[2],
        heading_deg=columns[3], fov_deg=columns[4], range_m=columns[5],
    )  # fmt: skip


HOUSE = (shapely.box(-10.0, 40.0, 10.0, 60.0), 20.0)


def test_a_house_between_camera_and_place_is_named_with_the_point_where_it_blocks() -> None:
    # given a camera that looks north over a house 20 m high
    obstacles = Obstacles(prisms(HOUSE))
    one = cameras((0.0, 0.0, 6.0, 0.0, 60.0, 300.0))

    # when a place right behind the house is asked
    (seen,) = cameras_seeing(one, (0.0, 100.0, 1.0), obstacles)

    # then the view ends at the wall
    assert not seen.is_clear
    assert seen.blocked_at == pytest.approx((0.0, 40.0, 4.0))
    assert seen.blocked_by == 0
    assert seen.distance_m == pytest.approx(np.hypot(100.0, 5.0))


def test_a_camera_high_enough_looks_over_the_house() -> None:
    # given cameras at 6 m and at 60 m
    obstacles = Obstacles(prisms(HOUSE))
    both = cameras((0.0, 0.0, 6.0, 0.0, 60.0, 300.0), (0.0, 0.0, 60.0, 0.0, 60.0, 300.0))

    # when a place well behind the house is asked
    seen = cameras_seeing(both, (0.0, 130.0, 0.0), obstacles)

    # then only the high one sees it, and goes first
    assert [(sight.id, sight.is_clear) for sight in seen] == [("cam1", True), ("cam0", False)]


def test_a_line_that_comes_down_on_a_roof_is_blocked_there() -> None:
    # given a camera at 40 m
    obstacles = Obstacles(prisms(HOUSE))

    # when a place close behind the house is asked
    (seen,) = cameras_seeing(cameras((0.0, 0.0, 40.0, 0.0, 90.0, 300.0)), (0.0, 80.0, 0.0), obstacles)

    # then the view ends on the roof, at 20 m
    assert seen.blocked_at == pytest.approx((0.0, 40.0, 20.0)) or seen.blocked_at[2] == pytest.approx(20.0)


def test_range_and_field_of_view_count_and_a_turning_camera_looks_everywhere() -> None:
    # given cameras that are too far, turned away, and one that can be turned
    some = cameras(
        (0.0, 0.0, 5.0, 0.0, 60.0, 50.0),
        (0.0, 0.0, 5.0, 180.0, 60.0, 300.0),
        (0.0, 0.0, 5.0, 180.0, 360.0, 300.0),
        (0.0, 0.0, 5.0, 350.0, 60.0, 300.0),
    )

    # when a place in the north is asked
    seen = cameras_seeing(some, (0.0, 100.0, 1.0), Obstacles(prisms()))

    # then two see it, the one that needs not look sideways first
    assert [sight.id for sight in seen] == ["cam2", "cam3"]
    assert seen[1].off_axis_deg == pytest.approx(10.0)


def test_the_nearer_of_two_like_cameras_goes_first() -> None:
    # given two cameras in a row
    two = cameras((0.0, -100.0, 5.0, 0.0, 60.0, 400.0), (0.0, 0.0, 5.0, 0.0, 60.0, 400.0))

    # when a place before both is asked
    # then the nearer one is better
    assert [one.id for one in cameras_seeing(two, (0.0, 50.0, 1.0), Obstacles(prisms()))] == ["cam1", "cam0"]


def test_the_wall_a_camera_hangs_on_and_the_thing_it_looks_at_do_not_block() -> None:
    # given a camera half a metre inside the wall it hangs on, and a place half a metre inside another wall
    obstacles = Obstacles(prisms(HOUSE, (shapely.box(-10.0, 100.0, 10.0, 120.0), 30.0)))
    one = cameras((0.0, 59.5, 8.0, 0.0, 60.0, 300.0))

    # when it looks there, and through all of the second house
    (at_wall,) = cameras_seeing(one, (0.0, 100.5, 3.0), obstacles)
    (behind,) = cameras_seeing(one, (0.0, 150.0, 3.0), obstacles)

    # then the first is clear, the second is not
    assert at_wall.is_clear
    assert behind.blocked_by == 1


def test_a_court_can_be_looked_through() -> None:
    # given a house around a court that opens to the north and south
    sides = [(shapely.box(-30.0, 40.0, -10.0, 80.0), 20.0), (shapely.box(10.0, 40.0, 30.0, 80.0), 20.0)]
    plan = shapely.Polygon([(-30, 40), (30, 40), (30, 80), (10, 80), (10, 60), (-10, 60), (-10, 80), (-30, 80)])

    # when a line runs between the wings, and through the yoke of a U
    between = Obstacles(prisms(*sides)).first_blocks(np.array([[0.0, 0.0, 5.0]]), np.array([[0.0, 200.0, 5.0]]))
    through = Obstacles(prisms((plan, 20.0))).first_blocks(
        np.array([[20.0, 90.0, 5.0]]), np.array([[-20.0, 70.0, 5.0]])
    )

    # then the first is clear, the second enters the left wing behind the gap
    assert np.isinf(between.share[0])
    assert 20.0 - 40.0 * through.share[0] == pytest.approx(10.0) or 20.0 - 40.0 * through.share[0] == pytest.approx(
        -10.0
    )


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_the_grid_finds_what_looking_at_every_house_finds(seed: int) -> None:
    # given sixty turned houses and forty lines anywhere
    random = np.random.default_rng(seed)
    plans = []
    for _ in range(60):
        x, y = random.uniform(-400.0, 400.0, 2)
        box = shapely.box(x, y, x + random.uniform(5.0, 60.0), y + random.uniform(5.0, 60.0))
        plans.append((shapely.affinity.rotate(box, random.uniform(0.0, 90.0)), random.uniform(3.0, 80.0)))
    starts = np.column_stack([random.uniform(-600.0, 600.0, (40, 2)), random.uniform(1.0, 90.0, 40)])
    ends = np.column_stack([random.uniform(-600.0, 600.0, (40, 2)), random.uniform(0.0, 30.0, 40)])

    # when they are compared through the grid, and each with each by another library
    found = Obstacles(prisms(*plans), cell_m=37.0).first_blocks(starts, ends)

    # then both agree on who is blocked, and how early
    for number in range(40):
        expected = min((_block_of(plan, top, starts[number], ends[number]) for plan, top in plans), default=np.inf)
        assert found.share[number] == pytest.approx(expected, abs=1e-6)


def _block_of(plan: shapely.Polygon, top: float, start: np.ndarray, end: np.ndarray) -> float:
    """Return the share of a line at which a prism blocks it, by cutting its plan view with shapely."""
    line, length = shapely.LineString([start[:2], end[:2]]), float(np.linalg.norm(end - start))
    flat = float(np.hypot(*(end - start)[:2]))
    pieces = [part for part in shapely.get_parts(shapely.intersection(plan, line)) if not part.is_empty]
    shares = [np.inf]
    for piece in pieces:
        along = np.sort([np.hypot(*(np.array(point) - start[:2])) / flat for point in piece.coords])
        rise = end[2] - start[2]
        inside = np.array([-start[2], top - start[2]]) / rise if abs(rise) > 1e-9 else np.array([-np.inf, np.inf])
        begin, until = max(along[0], inside.min()), min(along[-1], inside.max())
        if begin < until and until * length >= 3.0 and begin * length <= length - 2.0:
            shares.append(begin)
    return min(shares)


def test_the_roofs_of_a_model_give_its_prisms() -> None:
    # given blocks of 24 m from a model
    tiles = build_tiles(small_city.boxes([(0.0, 0.0), (300.0, 80.0)], [30.0, 50.0]))

    # when they become prisms
    made = prisms_of(tiles)

    # then each has four sides around its place, and its heights
    assert np.diff(made.first).tolist() == [4, 4]
    assert sorted(made.top_m.tolist()) == pytest.approx([34.0, 54.0])
    east, north, _ = small_city.CENTRE
    middles = sorted(tuple(part.reshape(-1, 2).mean(axis=0) - (east, north)) for part in np.split(made.edges, 2))
    assert np.allclose(middles, [(0.0, 0.0), (300.0, 80.0)], atol=0.01)
    spans = np.ptp(made.edges.reshape(2, -1, 2), axis=1)
    assert np.allclose(spans, 24.0, atol=0.01)
