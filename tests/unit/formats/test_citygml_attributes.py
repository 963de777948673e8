"""Attributes of CityGML objects arrive with their values, types and names, in any encoding."""

import pickle
from pathlib import Path

import pytest

from fakes.citygml_files import (
    box,
    building,
    city,
    inside,
    multi_surface,
    notes,
    placed,
    polygon,
    read_text,
    solid,
    square,
)

BLOCK = inside("bldg:lod1Solid", solid(*box(9)))


def attributes(folder: Path, text: str, **more: str) -> dict[str, object]:
    return dict(read_text(folder, city(building(text + BLOCK), **more)).features.attributes[0])


def test_measures_and_counts_are_numbers_and_codes_stay_text(tmp_path: Path) -> None:
    found = attributes(
        tmp_path,
        '<bldg:function codeSpace="../lists/function.xml">0031</bldg:function><bldg:yearOfConstruction>1935'
        '</bldg:yearOfConstruction><bldg:measuredHeight uom="m">9.5</bldg:measuredHeight>'
        "<bldg:storeysAboveGround>3</bldg:storeysAboveGround><gml:name>10</gml:name>",
    )

    assert found == {
        "function": "0031", "yearOfConstruction": 1935, "measuredHeight": 9.5, "storeysAboveGround": 3, "name": "10",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["NaN", "inf", "1e999", "many"])
def test_measures_that_are_no_numbers_stay_text(tmp_path: Path, text: str) -> None:
    found = attributes(tmp_path, f'<bldg:measuredHeight uom="m">{text}</bldg:measuredHeight>')

    assert found == {"measuredHeight": text}


def test_a_code_list_is_mentioned_once_and_not_opened(tmp_path: Path) -> None:
    model = read_text(tmp_path, city(building('<bldg:function codeSpace="http://x/y.xml">1</bldg:function>' + BLOCK)))

    assert notes(model).count("codeSpace") == 1


def test_names_that_come_twice_become_a_list(tmp_path: Path) -> None:
    found = attributes(tmp_path, "<bldg:usage>1</bldg:usage><bldg:usage>2</bldg:usage><bldg:usage>3</bldg:usage>")

    assert found["usage"] == ["1", "2", "3"]


def test_generic_attributes_keep_their_declared_types(tmp_path: Path) -> None:
    found = attributes(
        tmp_path,
        '<gen:stringAttribute name="备注 &amp; more"><gen:value>苏州河 &lt;北&gt;</gen:value></gen:stringAttribute>'
        '<gen:intAttribute name="n"><gen:value>7</gen:value></gen:intAttribute>'
        '<gen:doubleAttribute name="d"><gen:value>0.5</gen:value></gen:doubleAttribute>'
        '<gen:intAttribute name="bad"><gen:value>many</gen:value></gen:intAttribute>'
        '<gen:measureAttribute name="m"><gen:value uom="m">2.5</gen:value></gen:measureAttribute>'
        '<gen:genericAttributeSet name="set"><gen:intAttribute name="a"><gen:value>1</gen:value></gen:intAttribute>'
        "</gen:genericAttributeSet>",
    )

    assert found == {"备注 & more": "苏州河 <北>", "n": 7, "d": 0.5, "bad": "many", "m": 2.5, "set": {"a": 1}}


def test_generic_attributes_of_version_three_are_read(tmp_path: Path) -> None:
    one = "<gen:{kind}><gen:name>{name}</gen:name><gen:value>{value}</gen:value></gen:{kind}>"
    text = "".join(
        inside("genericAttribute", one.format(kind=kind, name=name, value=value))
        for kind, name, value in [
            ("StringAttribute", "s", "甲"),
            ("IntAttribute", "i", "4"),
            ("DoubleAttribute", "d", "1.5"),
        ]
    )

    assert attributes(tmp_path, text, version="3.0") == {"s": "甲", "i": 4, "d": 1.5}


def test_attributes_of_surfaces_do_not_spill_into_their_building(tmp_path: Path) -> None:
    inner = '<gen:stringAttribute name="tilt"><gen:value>30</gen:value></gen:stringAttribute>'
    roof = inner + inside("bldg:lod2MultiSurface", multi_surface(polygon(placed(square(z=9)))))

    found = attributes(tmp_path, inside("bldg:boundedBy/bldg:RoofSurface", roof))

    assert found == {}


def test_extensions_are_kept_and_their_geometry_is_drawn(tmp_path: Path) -> None:
    geometry = inside("x:lod2Shape", multi_surface(polygon(placed(square(z=30)))))
    text = f'<x:more xmlns:x="urn:x"><x:More><x:floors>4</x:floors><x:id>007</x:id>{geometry}</x:More></x:more>'

    model = read_text(tmp_path, city(building(text)))

    assert model.features.attributes[0] == {"more": {"floors": 4, "id": "007"}}
    assert len(model.triangles) == 2


def test_attributes_survive_the_way_between_processes(tmp_path: Path) -> None:
    text = '<gen:intAttribute name="n"><gen:value>7</gen:value></gen:intAttribute>'
    model = read_text(tmp_path, city(building(text + BLOCK)))

    again = pickle.loads(pickle.dumps(model))

    assert [dict(row) for row in again.features.attributes] == [{"n": 7}]
    assert [dict(row) for row in again.features.attributes[:1]] == [{"n": 7}]


@pytest.mark.parametrize("encoding", ["GBK", "gb2312", "GB18030", "UTF-16", "utf-16-le", "Big5", "UTF-8", "utf-8-sig"])
def test_chinese_text_is_read_in_the_encoding_declared_or_marked(tmp_path: Path, encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16"}.get(encoding, encoding)
    text = city(building("<gml:name>中山北路</gml:name>" + BLOCK)).replace('"UTF-8"', f'"{declared}"')

    model = read_text(tmp_path, text.encode(encoding))

    assert model.features.attributes[0]["name"] == "中山北路"


def test_gbk_text_in_a_file_that_says_utf8_is_recognised(tmp_path: Path) -> None:
    model = read_text(tmp_path, city(building("<gml:name>中山北路</gml:name>" + BLOCK)).encode("gbk"))

    assert model.features.attributes[0]["name"] == "中山北路"
    assert "GB 18030" in notes(model)


def test_a_broken_byte_among_good_utf8_costs_one_letter(tmp_path: Path) -> None:
    good = city(building("<gml:name>中山北路苏州河普陀区</gml:name>" + BLOCK)).encode()

    model = read_text(tmp_path, good.replace("普".encode(), "普".encode()[:2]))

    assert str(model.features.attributes[0]["name"]).startswith("中山北路苏州河\N{REPLACEMENT CHARACTER}")
    assert "declared encoding" in notes(model)


def test_the_person_can_name_the_encoding(tmp_path: Path) -> None:
    text = city(building("<gml:name>普陀</gml:name>" + BLOCK)).encode("big5")

    model = read_text(tmp_path, text, settings=(("encoding", "Big5"),))

    assert model.features.attributes[0]["name"] == "普陀"


def test_undeclared_prefixes_are_read_all_the_same(tmp_path: Path) -> None:
    text = city(building('<uro:year uro:source="x">1999</uro:year><urf:kind>甲</urf:kind>' + BLOCK))

    model = read_text(tmp_path, text.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', ""))

    assert model.features.attributes[0] == {"year": 1999, "kind": "甲"}
    assert "urf, uro" in notes(model)


def test_links_work_although_their_prefix_is_not_declared(tmp_path: Path) -> None:
    roof = multi_surface(polygon(placed(square(z=9)), identity="p"))
    link = inside("bldg:lod2Solid/gml:Solid/gml:exterior/gml:CompositeSurface", '<gml:surfaceMember xlink:href="#p"/>')
    text = city(building(inside("bldg:boundedBy/bldg:RoofSurface/bldg:lod2MultiSurface", roof) + link))

    model = read_text(tmp_path, text.replace('xmlns:xlink="http://www.w3.org/1999/xlink"', ""))

    assert len(model.triangles) == 2
    assert not model.origin.skipped
