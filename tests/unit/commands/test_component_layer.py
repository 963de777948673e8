"""Components of the city in the query, and what classes of IFC are called there."""

import pytest

from sanping.analysis.conditions import Condition
from sanping.analysis.plan_search import Region
from sanping.commands.attribute_words import class_words
from sanping.commands.component_layer import component_layer
from sanping.commands.ifc_class_words import ifc_class_words
from sanping.commands.object_query import ObjectTable, Query, answer, field_title, table_of, word_forms
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.stage.state import COMPONENTS_LAYER
from sanping.twin.cases.inventory import Component, Inventory


def component(number: int, code: str, name: str = "", **more: str) -> Component:
    return Component(id=f"310107{code}{number:06d}", name=name, class_code=code, x_m=100.0 * number, y_m=50.0,
                     lon_deg=121.4, lat_deg=31.2, **more)  # fmt: skip


CITY = Inventory(
    components=(
        component(1, "0101", "长寿路井盖", state="破损", maintainer_dept="市政所"), component(2, "0101", state="完好"),
        component(3, "0115", "路灯 18", device="S-9"),
    ),
    titles={"0101": Text("上水井盖", "Water cover"), "0115": Text("路灯", "Street lamp")},
)  # fmt: skip


@pytest.fixture(scope="module")
def table() -> ObjectTable:
    layer = component_layer(CITY, "EPSG:4549")
    assert layer is not None
    found = table_of(layer, SilentProgress())
    assert found is not None
    return found


def test_components_are_found_by_class_words_fields_and_area(table: ObjectTable) -> None:
    import shapely

    def ids(query: Query) -> list[str]:
        return [ref.id for ref in answer([table], query).refs()]

    # given covers and a lamp, when they are asked for by class, name, id, state and area, then the right ones come
    covers = [part.id for part in CITY.components[:2]]
    assert ids(Query(conditions=(Condition(field="@class", operator="=", value="上水井盖"),))) == covers
    assert ids(Query(words="路灯")) == [CITY.components[2].id]
    assert ids(Query(words="长寿路")) == [CITY.components[0].id]
    assert ids(Query(words=CITY.components[1].id)) == [CITY.components[1].id]
    assert ids(Query(conditions=(Condition(field="state", operator="=", value="破损"),))) == covers[:1]
    near = Region(shape=shapely.box(150.0, 0.0, 250.0, 100.0))
    assert ids(Query(layers=(COMPONENTS_LAYER,), region=near)) == covers[1:]
    assert (table.title.zh, field_title("maintainer_dept").zh) == ("城市部件", "养护单位")
    assert table.place(2)[0][:2] == (300.0, 50.0)


def test_a_twin_without_components_has_no_such_layer() -> None:
    assert component_layer(Inventory(), "EPSG:4549") is None


def test_classes_of_ifc_have_their_names_and_are_found_by_them() -> None:
    # given classes that are known, one that is not, and names that are none
    known = [class_words(name).zh for name in ("IfcWallStandardCase", "IfcDistributionChamberElement", "IfcSite")]

    # then they are told in both languages, and a condition may be written in either
    assert known == ["墙", "检查井", "场地"]
    assert class_words("IfcWallStandardCase").en == "Wall standard case"
    assert ifc_class_words("IfcUPSDevice") == Text("UPS device", "UPS device")
    assert word_forms("IfcDoor") == ("门", "Door")
    assert [ifc_class_words(name) for name in ("Ifc", "Ifcwall", "Wall")] == [None, None, None]
    assert class_words("Building").zh == "建筑"
