"""sanping.scene.ribbons, sanping.scene.polygons, sanping.scene.far_field, sanping.scene.camera: shapes before VTK."""

import numpy as np
import pytest
import shapely

from sanping.domain.view import CameraPose
from sanping.scene.camera import lens_of
from sanping.scene.far_field import far_blocks, far_lamps
from sanping.scene.polygons import line_parts, polygon_parts, triangulated
from sanping.scene.ribbons import MeshSheet, densified, ribbon


def area_of(points: np.ndarray, triangles: np.ndarray) -> float:
    a, b, c = (points[triangles[:, i], :2] for i in range(3))
    return float(0.5 * ((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])).sum())


def test_a_straight_ribbon_has_the_width_asked_for() -> None:
    # given a line of 100 m
    line = np.array([[0.0, 0.0, 5.0], [60.0, 0.0, 5.0], [100.0, 0.0, 5.0]])

    # when it is widened to 12 m
    band = ribbon(line, 12.0)

    # then area, edges and measure along it agree
    assert abs(area_of(band.points, band.triangles)) == pytest.approx(1200.0)
    assert band.along_m[-1] == pytest.approx(100.0)
    assert band.points[0, 1] == pytest.approx(6.0)
    assert band.across[:2].tolist() == [-1.0, 1.0]


def test_a_sharp_bend_does_not_shoot_out() -> None:
    # given a line that turns back on itself
    line = np.array([[0.0, 0.0, 0.0], [50.0, 0.0, 0.0], [0.0, 0.5, 0.0]])

    # when it is widened
    band = ribbon(line, 10.0)

    # then no edge lies farther out than the width
    assert np.abs(band.points[:, 1]).max() < 15.0
    assert band.points[:, 0].max() < 65.0


def test_doubled_points_are_dropped_and_long_steps_cut() -> None:
    # given a line with a doubled point and a long step
    line = np.array([[0.0, 0.0], [0.0, 0.0], [100.0, 0.0]])

    # when it is made denser
    dense = densified(line, 30.0)

    # then steps are short and ends stay
    assert len(dense) == 5
    assert np.diff(dense[:, 0]).max() <= 30.0
    assert dense[-1].tolist() == [100.0, 0.0]
    assert len(densified(line[:2], 30.0)) == 0


def test_a_polygon_with_a_hole_keeps_its_area() -> None:
    # given a square of 100 m with a hole of 20 m, wound clockwise
    square = shapely.Polygon([(0, 0), (0, 100), (100, 100), (100, 0)], [[(40, 40), (60, 40), (60, 60), (40, 60)]])

    # when it is cut into triangles, whole and in pieces of 30 m
    plain = triangulated(square)
    fine = triangulated(square, 30.0)

    # then both cover it once, anticlockwise
    assert area_of(*plain) == pytest.approx(9600.0)
    assert area_of(*fine) == pytest.approx(9600.0)
    assert len(fine[0]) > len(plain[0])


def test_parts_are_found_inside_collections_and_nothing_in_nothing() -> None:
    # given a collection of a polygon and a line, and an empty geometry
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (5, 5)])])

    # when parts are taken
    polygons, lines = list(polygon_parts(mixed)), list(line_parts(mixed))

    # then each is there, and the empty one gives none
    assert len(polygons) == 1
    assert [len(line) for line in lines] == [5, 2]
    assert list(polygon_parts(shapely.Polygon())) == []
    assert list(line_parts(None)) == []


def test_a_sheet_joins_pieces_and_an_empty_one_stays_usable() -> None:
    # given a sheet with two triangles added one by one
    sheet, empty = MeshSheet(mark=1), MeshSheet(mark=1)
    for number in range(2):
        sheet.add(np.eye(3) * 10, np.array([[0, 1, 2]], np.int32), mark=np.full((3, 1), float(number)))

    # when arrays are taken
    points, triangles, attributes = sheet.arrays()

    # then indices point at their own points
    assert triangles.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert attributes["mark"][:, 0].tolist() == [0, 0, 0, 1, 1, 1]
    assert points.dtype == np.float32
    assert empty.is_empty
    assert empty.arrays()[0].shape == (0, 3)


def test_far_blocks_leave_the_data_alone_and_are_the_same_each_time() -> None:
    # given the bounds of a city
    bounds = (-800.0, -600.0, 800.0, 600.0)

    # when blocks are made twice
    first, second = far_blocks(bounds, 4.0), far_blocks(bounds, 4.0)

    # then none stands on the data, and both are equal
    inside = (np.abs(first.anchor[:, 0]) < 800) & (np.abs(first.anchor[:, 1]) < 600)
    assert len(first.height_m) > 500
    assert not inside.any()
    assert np.array_equal(first.points, second.points)
    assert first.triangles.max() == len(first.points) - 1


def test_towns_stand_on_the_horizon_and_lamps_follow_the_main_roads_of_the_ground() -> None:
    # given the bounds of a city
    bounds = (-800.0, -600.0, 800.0, 600.0)

    # when its surroundings are made
    blocks, lamps = far_blocks(bounds, 4.0), far_lamps(bounds, 4.0)

    # then towers stand up to 10 km away, and lamps hang 9 m beside lines of the turned grid
    away = np.hypot(blocks.anchor[:, 0], blocks.anchor[:, 1])
    turned = lamps[:, :2] @ np.array([[np.cos(0.35), -np.sin(0.35)], [np.sin(0.35), np.cos(0.35)]]).T
    off = np.abs(turned - np.round(turned / (230.0, 170.0)) * (230.0, 170.0))
    assert (blocks.height_m[away > 6000.0] > 100.0).sum() > 40
    assert 1000 < len(lamps) <= 9000
    assert np.isclose(off, 9.0, atol=1e-6).any(axis=1).all()
    assert ((np.abs(lamps[:, 0]) > 800) | (np.abs(lamps[:, 1]) > 600)).all()
    assert np.array_equal(lamps, far_lamps(bounds, 4.0))


def test_a_ray_through_a_projected_point_meets_it() -> None:
    # given a lens and a point in front of it
    pose = CameraPose(target=(1000.0, 2000.0, 10.0), heading_deg=35.0, pitch_deg=-25.0, distance_m=800.0)
    lens = lens_of(pose, (900.0, 1900.0, 0.0), 1600, 900)
    point = np.array([[150.0, 60.0, 25.0]])

    # when it is projected and a ray is sent back through its place in the picture
    across, upward, ahead = lens.projected(point)[0]
    ray = lens.ray(across, upward)

    # then the ray passes through the point
    reach = ahead / float(ray @ lens.forward)
    assert np.allclose(lens.eye + ray * reach, point[0], atol=1e-6)
    assert np.allclose(lens.eye, np.subtract(pose.position, (900.0, 1900.0, 0.0)))
