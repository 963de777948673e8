import json

import pytest

from sanping.commands.loaded_layer import extent_of, ground_height, object_count, place_of
from sanping.commands.object_facts import as_json, attribute_rows, facts_of
from sanping.domain.city import SurfaceKind
from unit.commands import small_city


def test_a_building_tells_name_height_and_surfaces() -> None:
    # given a tower of 20 × 20 × 60 m
    layer = small_city.buildings()

    # when its facts are read
    facts = facts_of(layer, "B1")

    # then name, height and the area of roof and walls are there
    assert facts is not None
    assert facts.name is not None
    assert (facts.name.zh, facts.name.en) == ("普陀大厦", "Putuo Tower")
    assert facts.height_m == 60.0
    areas = {item.kind: item.area_m2 for item in facts.surfaces}
    assert areas[SurfaceKind.ROOF] == pytest.approx(400.0)
    assert areas[SurfaceKind.WALL] == pytest.approx(4800.0)


def test_a_building_without_a_body_has_that_of_its_parts() -> None:
    # given a building whose only part carries the geometry
    layer = small_city.buildings()

    # when facts of both are read
    whole, part = facts_of(layer, "B3"), facts_of(layer, "B3-1")

    # then they stand in the same place with the same surfaces, and know of each other
    assert whole is not None
    assert part is not None
    assert whole.parts == ("B3-1",)
    assert part.parent == "B3"
    assert whole.place == pytest.approx((small_city.WEST + 10, small_city.SOUTH + 110, 19.0))
    assert whole.surfaces == part.surfaces


def test_attributes_are_read_in_the_language_of_the_person() -> None:
    # given a building with a usage in two languages
    layer = small_city.buildings()
    facts = facts_of(layer, "B3")
    assert facts is not None

    # when its table is written
    chinese, english = dict(attribute_rows(facts, "zh")), dict(attribute_rows(facts, "en"))

    # then keys and known values follow the language, and doubles are left out
    assert chinese == {"用途": "学校（示意）", "层数": "5"}
    assert english == {"Usage": "School", "Storeys": "5"}


def test_an_object_is_copied_whole_as_json() -> None:
    # given a building
    facts = facts_of(small_city.buildings(), "B1")
    assert facts is not None

    # when it is written as JSON
    copied = json.loads(as_json(facts))

    # then nothing is lost
    assert copied["id"] == "B1"
    assert copied["attributes"]["address"] == "长寿路1号"
    assert copied["surfaces"]["roof"] == 400.0


def test_an_unknown_id_has_no_facts() -> None:
    # given a layer

    # when an id is asked that it does not hold
    facts = facts_of(small_city.buildings(), "nothing")

    # then there are none
    assert facts is None


def test_a_road_has_a_place_and_a_kind() -> None:
    # given a road of a vector layer
    layer = small_city.roads()

    # when its facts are read
    facts = facts_of(layer, "R1")

    # then it is an arterial road in the middle of its line
    assert facts is not None
    assert facts.kind.en == "Arterial road"
    assert facts.place[0] == pytest.approx(small_city.WEST + 500)


def test_the_ground_is_read_between_cells_and_outside() -> None:
    # given a terrain that rises half a metre a cell to the east, with a hole in the corner
    terrain = small_city.terrain()

    # when heights are read between cells, in the hole and outside
    between = ground_height(terrain, small_city.WEST + 45.0, small_city.SOUTH + 50.0)
    hole = ground_height(terrain, small_city.WEST + 1.0, small_city.SOUTH + 99.0, 7.0)
    outside = ground_height(terrain, 0.0, 0.0, 7.0)

    # then they are interpolated, and replaced where there is nothing
    assert between == pytest.approx(6.25)
    assert (hole, outside) == (7.0, 7.0)


def test_counts_and_boxes_of_layers() -> None:
    # given both kinds of layers
    built, roads = small_city.buildings(), small_city.roads()

    # when they are counted and boxed
    counts = object_count(built.content), object_count(roads.content), object_count(small_city.terrain())
    extent = extent_of(built.content)

    # then a terrain has no objects, and the box holds all towers
    assert counts == (4, 2, 0)
    assert extent is not None
    assert extent.east == pytest.approx(small_city.WEST + 110)
    assert place_of(small_city.terrain(), 0)[1] > 100
