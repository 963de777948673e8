"""The pointer is caught at corners and edges that are seen, and never at those behind a building."""

from dataclasses import replace

import numpy as np
import pytest

from fakes.small_city import block_city
from sanping.domain.view import CameraPose
from sanping.stage.projection import pixel_of
from sanping.stage.snapping import REACH_PX, Snapper, View, pixels_of, sharp_edges

SIZE = (1000, 600)
CITY = block_city()


def box_of_first() -> tuple[np.ndarray, np.ndarray]:
    tile = CITY.tiles[0]
    first, last = tile.first_triangle[:2]
    points = tile.near.points[tile.near.triangles[first:last]].reshape(-1, 3) + tile.origin
    return points.min(axis=0), points.max(axis=0)


LOW, HIGH = box_of_first()
MIDDLE = (LOW + HIGH) / 2.0
SIZE_M = float((HIGH - LOW).max())
POSE = CameraPose(target=tuple(MIDDLE.tolist()), heading_deg=20.0, pitch_deg=-35.0, distance_m=8.0 * SIZE_M)
VIEW = View(pose=POSE, size=SIZE)


def test_pixels_of_many_points_are_those_of_each() -> None:
    rng = np.random.default_rng(5)
    points = MIDDLE + rng.normal(size=(40, 3)) * 30.0

    many = pixels_of(VIEW, points)

    for point, pixel in zip(points.tolist(), many.tolist(), strict=True):
        assert pixel == pytest.approx(pixel_of(POSE, tuple(point), SIZE))
    assert np.isinf(pixels_of(VIEW, np.array([POSE.position]) - np.array([POSE.forward]) * 50.0)).all()


def test_a_box_has_twelve_edges_and_no_diagonals() -> None:
    tile = CITY.tiles[0]
    first, last = tile.first_triangle[:2]
    corners = tile.near.points[tile.near.triangles[first:last]].astype(np.float64)

    edges = sharp_edges(corners)

    way = np.abs(edges[:, 1] - edges[:, 0])
    assert len(edges) == 12
    assert ((way > 1e-6).sum(axis=1) == 1).all()


def test_a_pointer_near_a_roofs_corner_is_caught_there_and_near_its_middle_at_the_edge() -> None:
    # given the nearest corner of a roof, and a place on its edge
    snapper = Snapper([CITY])
    corner = np.array([LOW[0], LOW[1], HIGH[2]])
    edge = np.array([MIDDLE[0], LOW[1], HIGH[2]])

    # when the pointer is a few pixels beside them
    x, y = pixels_of(VIEW, corner[None])[0] + (4.0, -3.0)
    at_corner = snapper.snap(VIEW, (x, y))
    x, y = pixels_of(VIEW, edge[None])[0] + (0.0, 4.0)
    at_edge = snapper.snap(VIEW, (x, y))

    # then it is caught at exactly the corner, and on exactly the edge
    assert at_corner is not None
    assert at_corner.kind == "corner"
    assert at_corner.place == pytest.approx(tuple(corner), abs=1e-4)
    assert at_corner.away_px == pytest.approx(5.0, abs=0.1)
    assert at_edge is not None
    assert at_edge.kind == "edge"
    assert at_edge.place[1:] == pytest.approx((LOW[1], HIGH[2]), abs=1e-3)


def test_what_a_building_hides_is_not_caught() -> None:
    # given a look along the ground at one face of a box, so that its far corner at the foot is hidden
    low = replace(POSE, heading_deg=45.0, pitch_deg=-20.0)
    view = View(pose=low, size=SIZE)
    hidden = np.array([HIGH[0], HIGH[1], LOW[2]])

    # when the pointer is where it would be drawn
    x, y = pixels_of(view, hidden[None])[0]
    found = Snapper([CITY]).snap(view, (x, y), reach_px=3.0)

    # then nothing behind the building is meant
    assert found is None or np.linalg.norm(np.subtract(found.place, hidden)) > 0.5


def test_earlier_places_come_first_and_the_empty_sky_catches_nothing() -> None:
    earlier = (float(LOW[0]), float(LOW[1]), float(HIGH[2]) + 1.0)
    x, y = pixels_of(VIEW, np.array([earlier]))[0]

    found = Snapper([CITY]).snap(VIEW, (x + REACH_PX / 2, y), [earlier])

    assert found is not None
    assert (found.kind, found.place) == ("point", earlier)
    assert Snapper([CITY]).snap(VIEW, (2.0, 2.0)) is None
    assert Snapper(()).snap(VIEW, (500.0, 300.0)) is None
