"""A section as a drawing."""

import shapely

from sanping.analysis.section_faces import PlaneFaces
from sanping.analysis.sections import CutFace, level_plane
from sanping.commands.section_drawing import colour_of, drawing_of
from sanping.domain.text import Text


def test_faces_are_gathered_by_class_with_objects_counted_once() -> None:
    # given two faces of one building, one of another in another layer, and a bridge
    house = CutFace(number=3, class_name="Building", shape=shapely.box(0, 0, 4, 5))
    bridge = CutFace(number=3, class_name="Bridge", shape=shapely.box(0, 0, 1, 1), open_ends=2)
    plane = PlaneFaces(plane=level_plane(3.0), faces=(("a", house), ("a", house), ("b", house), ("b", bridge)))

    drawing = drawing_of(Text("剖面", "Section"), [plane])

    # then
    found = {one.name: (one.objects, one.area_m2, one.title.zh) for one in drawing.classes}
    assert found == {"Building": (2, 60.0, "建筑"), "Bridge": (1, 1.0, "桥梁")}
    assert drawing.open_ends == 2
    assert drawing.ground == ()


def test_a_class_has_the_same_colour_every_time_known_or_not() -> None:
    assert colour_of("Building") == colour_of("BuildingPart")
    assert colour_of("Windmill") == colour_of("Windmill")
    assert colour_of("IfcWall") != colour_of("IfcSlab")
