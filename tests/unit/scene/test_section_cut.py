"""sanping.scene.section_cut: what shaders and pointer know of a section."""

import numpy as np
import pytest

from fakes.small_city import CENTRE, GROUND_M, boxes
from sanping.analysis.cutting import GHOST_OPACITY, Cutting
from sanping.analysis.picking import Picker
from sanping.analysis.sections import level_plane, upright_plane
from sanping.domain.geo import Extent
from sanping.scene.section_cut import FAR_M, SectionCut
from sanping.scene.uniforms import SceneUniforms
from sanping.tiles.build import build_tiles

EAST, NORTH = CENTRE[:2]
ORIGIN = (EAST, NORTH, 2.0)


def test_the_plane_of_the_shaders_is_that_of_the_section() -> None:
    # given a scene whose origin is not that of the world, and an oblique upright plane
    uniforms = SceneUniforms()
    cut = SectionCut(uniforms, ORIGIN)
    plane = upright_plane((EAST + 5.0, NORTH, 0.0), (EAST + 35.0, NORTH + 40.0, 0.0))

    # when it is shown
    cut.show(Cutting(plane=plane))

    # then a point's side is the same by the shader's row as by the plane
    x, y, z, w = uniforms.value("uCutPlane")
    for point in ((0.0, 0.0, 0.0), (60.0, -20.0, 5.0), (-7.0, 44.0, 3.0)):
        height = plane.heights(np.array([point]) + np.array(ORIGIN))[0]
        assert x * point[0] + y * point[1] + z * point[2] + w == pytest.approx(height, abs=1e-3)


def test_grades_and_ghosts_are_told_and_followers_hear_when_shaders_change() -> None:
    uniforms = SceneUniforms()
    cut, heard = SectionCut(uniforms, ORIGIN), []
    cut.follow(lambda: heard.append(cut.grade))

    # when the city is cut, the plane moves, the ground is cut too, ghosts come, and all goes
    for cutting in (
        Cutting(plane=level_plane(9.0)),
        Cutting(plane=level_plane(8.0)),
        Cutting(plane=level_plane(8.0), cuts_ground=True),
        Cutting(ghosts_above_m=30.0, is_xray=True),
        Cutting(),
    ):
        cut.show(cutting)
        if cutting.is_xray:
            assert uniforms.value("uGhost") == pytest.approx((28.0, GHOST_OPACITY, GHOST_OPACITY))

    # then shaders are built anew only where the kind of cutting changes
    assert heard == [1, 2, 1, 0]
    assert cut.version == 5
    assert uniforms.value("uGhost")[0] == pytest.approx(FAR_M)


def test_the_pointer_looks_through_what_is_cut_away() -> None:
    # given a block of 30 m, cut at half its height, and a ray down upon it
    picker = Picker(build_tiles(boxes([(0.0, 0.0)], [30.0])))
    cut = SectionCut(SceneUniforms(), ORIGIN)
    start, way = np.array([EAST + 30.0, NORTH, GROUND_M + 44.0]), np.array([-1.0, 0.0, -1.0])
    whole = cut.first_kept(picker.along, start, way)

    # when the upper half is cut away
    cut.show(Cutting(plane=level_plane(GROUND_M + 15.0)))
    left = cut.first_kept(picker.along, start, way)

    # then the ray goes on to the wall that is left, from within; the face of the cut is known
    assert whole is not None
    assert whole.point[2] > GROUND_M + 15.0
    assert left is not None
    assert left.point == pytest.approx((EAST - 12.0, NORTH, GROUND_M + 2.0), abs=1e-2)
    assert cut.closes((EAST, NORTH, GROUND_M + 15.1))
    assert not cut.closes((EAST, NORTH, GROUND_M + 10.0))


def test_the_field_of_heights_loses_what_is_cut_away_and_keeps_its_ground() -> None:
    # given a field of towers of 50 m on ground at 4 m
    cut = SectionCut(SceneUniforms(), (EAST, NORTH, 0.0))
    heights, ground = np.full((4, 4), 54.0, np.float32), np.full((4, 4), 4.0, np.float32)
    place = (-20.0, -20.0, 10.0)
    assert cut.lowered(heights, ground, place) is heights

    # when it is cut at 20 m, then by a box over its south-western quarter
    cut.show(Cutting(plane=level_plane(20.0)))
    cut.settle()
    assert cut.must_be_laid
    level = cut.lowered(heights, ground, place)
    cut.show(Cutting(box=Extent(west=EAST - 20, south=NORTH - 20, east=EAST, north=NORTH, bottom=0.0, top=30.0)))
    box = cut.lowered(heights, ground, place)

    # then
    assert (level == 20.0).all()
    assert not cut.must_be_laid
    assert box[:2, :2].tolist() == [[30.0, 30.0], [30.0, 30.0]]
    assert (box[2:] == 4.0).all()
