"""How the call of a hotline becomes a report: its class, its area, and no personal data."""

from datetime import date

import pytest

from fakes.governed_hub import suhe_city
from sanping.domain.call import HOTLINE, Call
from sanping.twin.cases.calls import area_of_street, class_of, op_of, report_of, reporter_of

CALL = Call(
    number="PT1", at_ms=1_781_236_800_000, kind="complaint", class_name="暴露垃圾", class_code="0102",
    content="楼下垃圾成堆。联系人：王小明，电话13912345678，身份证31010719900307123X", caller_name="王小明",
    caller_phone="13912345678", address="长寿路100号王小明家门口", lon_deg=121.43, lat_deg=31.24, is_simulated=True,
)  # fmt: skip
AREAS = suhe_city().rules.areas
DAY = date(2026, 6, 12)


def changed(**more: object) -> Call:
    import msgspec

    return msgspec.structs.replace(CALL, **more)


def test_a_call_becomes_a_report_without_personal_data() -> None:
    # given a call that names its caller twice
    # when it becomes a report
    asked = report_of(CALL, "hotline", "310107014", suhe_city().rules)

    # then number, kind and class are told, who rang is kept apart, and nothing of them is in the report
    assert asked.new is not None
    assert (asked.op, asked.case, asked.step) == ("call:hotline:PT1", "", "report")
    assert (asked.new.source, asked.new.case_class, asked.new.is_simulated) == (HOTLINE, "0102", True)
    assert asked.new.description.startswith("12345 工单 PT1（投诉·暴露垃圾）：楼下垃圾成堆")
    for secret in ("小明", "12345678", "19900307"):
        assert secret not in f"{asked.new.description}{asked.new.address}"
    assert reporter_of(CALL).phone == "13912345678"
    assert op_of(CALL, "other") == "call:other:PT1"


@pytest.mark.parametrize(
    ("name", "kind", "code", "expected"),
    [
        ("暴露垃圾", "event", "0102", ("event", "0102")),
        ("道路不洁", "event", "", ("event", "0104")),
        ("上水井盖", "event", "", ("component", "0101")),
        ("飞碟扰民", "event", "", ("event", "0699")),
        ("暴露垃圾", "event", "7777", ("event", "0102")),
    ],
)
def test_a_class_is_found_by_code_by_name_or_is_other(
    name: str, kind: str, code: str, expected: tuple[str, str]
) -> None:
    # given what the hotline calls the subject
    # when the class is looked for
    # then it is one that the city knows
    assert class_of(changed(class_name=name, class_kind=kind, class_code=code), suhe_city().rules) == expected


@pytest.mark.parametrize(
    ("street", "code"),
    [("长寿路街道", "310107014"), ("长寿路", "310107014"), ("火星街道", ""), ("", ""), ("普陀区", "")],
)
def test_a_street_is_found_by_its_name(street: str, code: str) -> None:
    # given a street as the hotline writes it
    # when it is looked for
    # then its code is found, or none
    assert area_of_street(street, AREAS, "310107", DAY) == code
    assert area_of_street(street, AREAS, "3206", DAY) == ""
