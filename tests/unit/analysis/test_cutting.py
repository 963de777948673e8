"""Cuttings of a city beside faces whose areas are known."""

import numpy as np
import pytest

from fakes.small_city import CENTRE, GROUND_M, boxes, slope
from sanping.analysis.cutting import Cutting, box_planes
from sanping.analysis.section_faces import GROUND_CLASS, CutCity, CutLayer, faces_of
from sanping.analysis.sections import level_plane, upright_plane
from sanping.domain.geo import Extent
from sanping.tiles.build import build_tiles

EAST, NORTH = CENTRE[:2]
TWO = build_tiles(boxes([(0.0, 0.0), (50.0, 0.0)], [30.0, 60.0]))
AROUND = Extent(west=EAST - 300.0, east=EAST + 300.0, south=NORTH - 300.0, north=NORTH + 300.0)
BOX = Extent(west=EAST - 30, east=EAST + 50, south=NORTH - 6, north=NORTH + 40, bottom=0.0, top=GROUND_M + 20.0)


def test_points_beyond_the_plane_or_outside_the_box_are_cut_away() -> None:
    points = np.array([(EAST, NORTH, 3.0), (EAST, NORTH, 99.0), (EAST + 200.0, NORTH, 3.0)])

    assert Cutting(plane=level_plane(50.0)).cuts_away(points).tolist() == [False, True, False]
    assert Cutting(box=BOX).cuts_away(points).tolist() == [False, True, True]
    assert not Cutting(is_xray=True).cuts_away(points).any()
    assert not Cutting().does_anything
    assert Cutting(ghosts_above_m=9.0).does_anything


def test_the_planes_of_a_box_look_outwards_and_hold_its_corners() -> None:
    middle = np.array([BOX.centre])
    corners = np.array([(x, y, z) for x in (BOX.west, BOX.east) for y in (BOX.south, BOX.north)
                        for z in (BOX.bottom, BOX.top)])  # fmt: skip

    for plane, limits in box_planes(BOX):
        assert plane.heights(middle)[0] < 0.0
        on = corners[np.abs(plane.heights(corners)) < 1e-6]
        flat = plane.flat(on)
        assert len(on) == 4
        assert flat.min(axis=0) == pytest.approx((limits.west, limits.south), abs=1e-6)
        assert flat.max(axis=0) == pytest.approx((limits.east, limits.north), abs=1e-6)


def test_a_box_opens_the_faces_of_its_sides_and_top_within_its_edges() -> None:
    # given two blocks of 24 m, and a box through both, 6 m south of their middles and 20 m up, that ends in one of them
    city = CutCity(layers=[CutLayer(name="city", tiles=TWO)], terrain=None, around=AROUND)

    found = faces_of(Cutting(box=BOX), city)

    # then its south side cuts 24 m and 12 m of them, its east side 18 m, its top what lies inside
    areas = [sum(face.shape.area for _, face in one.faces) for one in found]
    assert areas == pytest.approx([(24 + 12) * 20.0, 18 * 20.0, 0.0, 0.0, (24 + 12) * 18.0], rel=1e-4)


def test_only_what_is_kept_is_cut_and_the_ground_where_it_is_wished() -> None:
    # given an upright plane through both blocks, with sloping ground below
    plane = upright_plane((EAST - 100.0, NORTH, 0.0), (EAST + 100.0, NORTH, 0.0))
    layer = CutLayer(name="city", tiles=TWO, kept=frozenset({1}))
    city = CutCity(layers=[layer], terrain=slope(), around=AROUND)

    # when the ground is left and when it is cut
    plain = faces_of(Cutting(plane=plane), city)[0]
    with_ground = faces_of(Cutting(plane=plane, cuts_ground=True), city)[0]

    # then only the second block has a face, the line of the ground is known, and the soil is a face on the wish
    assert [face.number for _, face in plain.faces] == [1]
    assert plain.ground is not None
    assert [face.class_name for _, face in with_ground.faces] == ["Building", GROUND_CLASS]
    assert with_ground.faces[1][1].shape.area > 0.0
    assert faces_of(Cutting(), city) == ()
