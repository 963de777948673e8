"""Work orders of a citizens' hotline: under any names, in any encoding, without a place; nothing wrong loses one."""

import contextlib
import csv
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.hotline_orders import NOON_MS, ORDER, answer
from sanping.adapters.hotline import simulator
from sanping.adapters.hotline.decode import Reading, call_of, page
from sanping.adapters.hotline.source import Source
from sanping.adapters.hotline.tables import bundled_tables, tables_with
from sanping.domain.call import CALL_KIND_TITLES, CALL_STAGE_TITLES, Call
from sanping.domain.case import CallBack
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.twin.cases.rules import CaseRules

READING = Reading(tables=bundled_tables())
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.sampled_from(sorted(ORDER)), part),
)


def read(**changes: object) -> tuple[Call | None, list[str]]:
    call, problems = call_of({**ORDER, **changes}, READING, NOON_MS)
    return call, [problem.what for problem in problems]


def test_a_work_order_becomes_a_call_with_all_its_fields() -> None:
    # given a work order as platforms write it
    # when it is read
    call, problems = read()

    # then nothing of it is lost, and its local time is UTC
    assert problems == []
    assert call == Call(
        number="PT2026061200001", at_ms=NOON_MS - 1_800_000, kind="complaint", content="门口垃圾无人清运",
        stage="assigned", urgency="urgent", caller_name="王小明", caller_phone="13912345678", address="长寿路100号",
        street="长寿路街道", class_name="暴露垃圾", class_kind="event", class_code="0102", lon_deg=121.4301,
        lat_deg=31.2402,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"hfjt": "是"}, None),
        ({"hfjt": "未接通"}, CallBack(is_reached=False)),
        ({"sfxy": "是", "sfjj": "未解决", "myd": "不满意"}, CallBack(is_answered=True, is_solved=False, score=2)),
        ({"isSolved": 1, "satisfaction": "基本满意"}, CallBack(is_solved=True, score=3)),
    ],
)
def test_what_the_hotline_heard_on_ringing_back_is_read(fields: dict[str, object], expected: CallBack | None) -> None:
    # given a work order with what its caller said, in fields of two interfaces
    # when it is read
    call, problems = read(**fields)

    # then that is part of the call
    assert call is not None
    assert (call.call_back, problems) == (expected, [])


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [("0", "0", []), ("", None, []), (0, 0.0, []), ("121.4", "", ["bad_places"]), ("abc", "31", ["bad_places"]),
     (3_458_900, 637_100, ["bad_places"]), ("nan", "31", ["bad_places"])],
)  # fmt: skip
def test_a_place_that_is_blank_zero_or_nowhere_is_none(lon: object, lat: object, expected: list[str]) -> None:
    # given a work order without a usable place
    # when it is read
    call, problems = read(jd=lon, wd=lat)

    # then the call is kept without one; only what is wrong, not what is blank, is told
    assert call is not None
    assert (call.lon_deg, call.lat_deg) == (None, None)
    assert problems == expected


def test_places_of_other_datums_are_brought_to_ours() -> None:
    # given a place as AMap and as Baidu give it
    gcj, bd = (Reading(tables=bundled_tables(), datum=datum) for datum in ("gcj02", "bd09"))  # type: ignore[arg-type]

    # when it is read
    shifted = [call_of(ORDER, reading, NOON_MS)[0] for reading in (gcj, bd)]

    # then it lies some hundred metres from what was written
    metres = [abs(call.lon_deg - 121.4301) * 95_000 for call in shifted if call and call.lon_deg]
    assert 300 < metres[0] < 600
    assert 700 < metres[1] < 1500


def test_what_is_wrong_with_a_work_order_never_loses_the_call() -> None:
    # given a time, a kind and a class that nobody knows
    # when the work order is read
    call, problems = read(slsj="昨天", gdlx="吐槽", wtfl="飞碟扰民")

    # then it is a request for help of no known class, now, and each fault is told
    assert call is not None
    assert (call.at_ms, call.kind, call.class_name, call.class_code) == (NOON_MS, "help", "飞碟扰民", "")
    assert sorted(problems) == ["bad_times", "unknown_words", "unknown_words"]
    assert read(slsj="2031-01-01 00:00:00")[1] == ["bad_times"]


@pytest.mark.parametrize("order", [7, None, [], {}, {"gdbh": ""}, {"gdbh": "A1"}, {"gdbh": {"x": 1}, "gdnr": "x"}])
def test_what_has_no_number_or_says_nothing_is_no_call(order: object) -> None:
    # given an item of the list that is no work order
    # when it is read
    call, problems = call_of(order, READING, NOON_MS)

    # then it is told
    assert call is None
    assert [problem.what for problem in problems] == ["bad_orders"]


def test_a_body_in_gbk_is_read_like_one_in_utf8() -> None:
    # given an answer in both encodings
    body = answer([ORDER], "9")

    # when they are read
    pages = [
        page(data, "data.rows", "data.next") for data in (body, body.decode().encode("gb18030"), b"\xef\xbb\xbf" + body)
    ]

    # then they say the same
    assert [found.orders for found in pages] == [(ORDER,)] * 3
    assert {found.cursor for found in pages} == {"9"}
    assert page(orjson.dumps([ORDER]), "", "").orders == (ORDER,)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"data":{"rows":{"a":1}}}', b'{"data":{"rows":null}}', b"\xff"]
)
def test_an_answer_without_a_list_is_told_apart_from_an_empty_one(body: bytes) -> None:
    # given an answer that is none
    # when it is read
    # then it is broken, and an empty list is not
    with pytest.raises(FrameBroken):
        page(body, "data.rows", "")
    assert page(answer([]), "data.rows", "").orders == ()


@settings(max_examples=60)
@given(st.binary(max_size=200), VALUES)
def test_no_bytes_and_no_values_whatever_bring_the_decoder_down(data: bytes, order: object) -> None:
    # given any bytes, and any value as a work order
    # when they are read
    # then there is a result or a refusal
    with contextlib.suppress(FrameBroken):
        page(data, "data.rows", "data.next")
    call, problems = call_of(order, READING, NOON_MS)
    assert call is not None or problems


def test_settings_that_cannot_work_are_refused_in_words(tmp_path: Path) -> None:
    # given no address, a kind that is none, and tables that are none
    table = tmp_path / "mapping.csv"
    wrong = {
        "field,number,x,": "source", "fields,number,x,s": "table", "kind,shout,x,s": "ours", "class,0102,x,s": "ours",
        "stage,rated,,s": "written",
    }  # fmt: skip

    # when a source is made of each
    # then a person is told what and where
    with pytest.raises(SourceRefused, match="网址"):
        Source({})
    with pytest.raises(SourceRefused, match="抱怨"):
        Source({"url": "http://x", "kinds": "投诉 抱怨"})
    with pytest.raises(SourceRefused, match="读不了"):
        Source({"url": "http://x", "mapping_file": str(tmp_path / "none.csv")})
    for row, column in wrong.items():
        table.write_text(f"table,ours,written,source\n{row}\n", encoding="utf-8")
        with pytest.raises(SourceRefused, match=f"第 2 行的 {column}"):
            tables_with(str(table))
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceRefused, match="缺少列"):
        tables_with(str(table))


def test_a_city_renames_fields_and_adds_words(tmp_path: Path) -> None:
    # given a city's own names for the number, the content and a class
    own = tmp_path / "own.csv"
    own.write_text(
        "table,ours,written,source\nfield,number,head.id,接口文档 3.1\nfield,content,body.text,接口文档 3.1\n"
        "class,component:0101,少了盖子,本市分类\nkind,complaint,吐槽,本市分类\n",
        encoding="utf-8",
    )
    order = {"head": {"id": 77}, "body": {"text": "路口少了盖子"}, "gdlx": "吐槽", "wtfl": "少了盖子"}

    # when a work order is read with them
    call, problems = call_of(order, Reading(tables=tables_with(str(own))), NOON_MS)

    # then they count, and the bundled names hold for the rest
    assert call is not None
    assert (call.number, call.kind, call.class_kind, call.class_code) == ("77", "complaint", "component", "0101")
    assert [problem.what for problem in problems] == ["bad_times"]


def test_the_bundled_table_names_every_field_kind_and_stage_and_only_classes_that_exist() -> None:
    # given the bundled table and the bundled classes of cities
    from fakes.case_stories import bundled_rules

    tables, rules = bundled_tables(), bundled_rules()
    assert isinstance(rules, CaseRules)

    # when they are compared
    # then nothing is missing, and every row has its source
    assert {title.zh for title in CALL_KIND_TITLES.values()} <= set(tables.kinds)
    assert {title.zh for title in CALL_STAGE_TITLES.values()} == set(tables.stages)
    for kind, code in tables.classes.values():
        rules.check_class(kind, code)
    with Path(simulator.__file__).with_name("mapping.csv").open(encoding="utf-8") as file:
        assert all(row["source"] for row in csv.DictReader(file))
