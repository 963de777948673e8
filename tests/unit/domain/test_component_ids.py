"""Component ids are taken apart, and records that contradict themselves are reported."""

import pytest

from sanping.domain.component import ComponentRecord, ThingClass, component_id, contradictions
from sanping.domain.errors import InputError
from sanping.domain.text import Text

CLASSES = {
    "01": ThingClass(kind="component", code="01", name=Text("公用设施", "Public utilities")),
    "0101": ThingClass(kind="component", code="0101", name=Text("上水井盖", "Water supply manhole cover")),
    "02": ThingClass(kind="component", code="02", name=Text("交通设施", "Traffic facilities")),
}
ID = "3205080101000001"


def said(record: ComponentRecord) -> list[str]:
    return [trouble.en for trouble in contradictions(record, CLASSES)]


def test_the_sixteen_digits_are_county_class_subclass_and_serial() -> None:
    # given the id of a manhole cover in Gusu

    # when it is taken apart
    id = component_id(ID)

    # then each part is where the standard has it
    assert (id.county, id.large, id.small, id.serial, id.class_code) == ("320508", "01", "01", "000001", "0101")
    assert str(id) == ID


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("320508010100001", "has 15 digits"),
        ("32050801A1000001", "more than digits"),
        ("9905080101000001", "begins with 99"),
        ("3205080101000000", "serial 000000"),
    ],
)
def test_a_wrong_id_is_told_what_is_wrong(written: str, says: str) -> None:
    # given an id that cannot be
    # when it is taken apart
    with pytest.raises(InputError) as caught:
        component_id(written)

    # then the message says why
    assert says in caught.value.in_language("en")


@pytest.mark.parametrize(("large", "small"), [("01", "01"), ("1", "0101"), ("公用设施", "上水井盖"), ("", "")])
def test_a_record_that_agrees_with_its_id_is_fine(large: str, small: str) -> None:
    # given a record whose classes are written as code, as name, or not at all
    record = ComponentRecord(id=ID, large=large, small=small, grid="320508019044001", lon_deg=120.6, lat_deg=31.3)

    # when it is checked
    # then nothing is reported
    assert said(record) == []


def test_classes_that_contradict_the_id_are_reported_each() -> None:
    # given the sample of the exchange interface: class and subclass are not those of the id
    record = ComponentRecord(id=ID, large="02", small="03", grid="320508019044001", lon_deg=120.6, lat_deg=31.3)

    # when it is checked
    found = said(record)

    # then both are reported with what the id says
    assert len(found) == 2
    assert "“02”" in found[0]
    assert "Public utilities" in found[0]
    assert "“03”" in found[1]
    assert "0101" in found[1]


def test_grid_place_and_unknown_class_are_reported_too() -> None:
    # given records with a grid of another county, a zero place, a place in metres, and a class nobody knows
    elsewhere = ComponentRecord(id=ID, grid="310107001001001", lon_deg=120.6, lat_deg=31.3)
    nowhere = ComponentRecord(id=ID, grid="123", lon_deg=0.0, lat_deg=0.0)
    metres = ComponentRecord(id="3205080199000001", lon_deg=351234.0, lat_deg=3467890.0)

    # when they are checked
    # then each trouble is named
    assert "not in county 320508" in said(elsewhere)[0]
    assert [words.split(":")[0] for words in said(nowhere)] == [
        "The grid cell is invalid", "It has no coordinates, or zeros",
    ]  # fmt: skip
    assert "0199" in said(metres)[0]
    assert "no longitude and latitude" in said(metres)[1]
