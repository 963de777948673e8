"""Walking along streets, beside the grid of a chessboard."""

import numpy as np
import pytest
import shapely

from sanping.analysis.walking import service_area, streets_of, walks_to


def chessboard(blocks: int = 8, side_m: float = 100.0) -> list[shapely.LineString]:
    """Streets every 100 m, whole lines that cross without a common point."""
    reach = blocks * side_m
    at = np.arange(blocks + 1) * side_m
    return [shapely.LineString([(x, 0), (x, reach)]) for x in at] + [
        shapely.LineString([(0, y), (reach, y)]) for y in at
    ]


def test_on_a_chessboard_people_walk_around_corners() -> None:
    # given streets on a chessboard and a clinic on a crossing
    streets = streets_of(chessboard())

    # when everybody within 500 m is sought
    found = service_area(streets, np.array([[400.0, 400.0]]), 500.0)

    # then each node within reach is as far as |Δx| + |Δy|, and the streets reached are 4 · 100 · (Σ of a diamond)
    expected = np.abs(streets.nodes - 400.0).sum(axis=1)
    is_near = expected <= 500.0
    assert found.distance_m[is_near] == pytest.approx(expected[is_near], abs=1e-6)
    assert np.isinf(found.distance_m[~is_near]).all()
    length = sum(line.length for line in found.reached)
    rows = sum(2 * (500 - abs(offset)) for offset in range(-400, 401, 100))
    assert length == pytest.approx(2 * rows - 4 * 100, rel=1e-6)  # the board ends 400 m from the clinic


def test_two_facilities_share_the_streets_between_them() -> None:
    # given one street of 1 000 m with a facility at each end
    streets = streets_of([shapely.LineString([(0, 0), (1000, 0)])])

    # when both serve 700 m
    found = service_area(streets, np.array([[0.0, 0.0], [1000.0, 0.0]]), 700.0)

    # then everybody goes to the nearer one
    assert found.facility[streets.nodes[:, 0] < 499].tolist() == [0] * int((streets.nodes[:, 0] < 499).sum())
    assert found.facility[streets.nodes[:, 0] > 501].tolist() == [1] * int((streets.nodes[:, 0] > 501).sum())
    assert found.distance_m.max() == pytest.approx(500.0)
    assert sum(line.length for line in found.reached) == pytest.approx(1000.0)


def test_places_beside_a_street_walk_to_it_and_those_far_from_any_are_not_served() -> None:
    # given a street with a facility at its end that serves 300 m
    found = service_area(streets_of([shapely.LineString([(0, 0), (1000, 0)])]), np.array([[0.0, 10.0]]), 300.0)

    # when houses 20 m beside it at 200 m and 290 m, and one 200 m away, ask
    walks = walks_to(found, np.array([[200.0, 20.0], [290.0, 20.0], [100.0, 200.0]]))

    # then the first walks 10 + 200 + 20, the others are not served
    assert walks == pytest.approx([230.0, np.inf, np.inf])


def test_a_side_street_that_ends_at_the_kerb_is_led_on_to_the_road() -> None:
    # given a road, a side street that ends 8 m beside it, and another that ends 40 m beside it
    road = shapely.LineString([(0, 0), (400, 0)])
    near, far = shapely.LineString([(100, 8), (100, 200)]), shapely.LineString([(300, 40), (300, 200)])

    # when people walk from the road's beginning
    found = service_area(streets_of([road, near, far]), np.array([[0.0, 0.0]]), 1000.0)

    # then they reach the end of the first, and not the second
    walks = walks_to(found, np.array([[100.0, 200.0], [300.0, 200.0]]))
    assert walks == pytest.approx([300.0, np.inf])


def test_without_streets_nobody_is_served() -> None:
    # given no streets
    found = service_area(streets_of([]), np.array([[0.0, 0.0]]), 300.0)

    # when a house asks, then nothing is in reach
    assert walks_to(found, np.array([[0.0, 0.0]])).tolist() == [np.inf]
