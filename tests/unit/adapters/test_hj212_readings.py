"""`sanping.adapters.hj212.readings` and `.codes`: times, units, statistics, quality."""

import math
from pathlib import Path

import pytest
from hj212_frames import MN, NOW_MS, framed, reported
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.hj212.codes import bundled_codes, codes_with
from sanping.adapters.hj212.commands import bundled_commands, commands_with
from sanping.adapters.hj212.decode import decode_frame, explain
from sanping.adapters.hj212.frame import NOTICES, REPLIES
from sanping.adapters.hj212.readings import Interpreter, Reading, number
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.quantity import QUANTITIES

EIGHT_MS = 1_781_222_400_000
HEAD = "code,code_2005,name_zh,name_en,unit,quantity,scale,total_unit,source\n"


def read(area: str, *, cn: str = "2011", now_ms: int = 0, qn: str = "20260612080000123", **more: object) -> Reading:
    """Read a report with an interpreter of its own."""
    interpreter = Interpreter(codes=bundled_codes(), **more)  # type: ignore[arg-type]
    return interpreter.read(decode_frame(reported(area, cn=cn, qn=qn)), now_ms)


def test_metals_in_micrograms_become_milligrams() -> None:
    # given six metals as the standard sends them
    names = {"w20111": "mercury", "w20115": "cadmium", "w20117": "chromium_6", "w20119": "arsenic", "w20120": "lead"}
    names |= {"w20128": "selenium"}

    # when they are read
    area = "DataTime=20260612080000;" + ";".join(f"{code}-Rtd=5" for code in names)
    found = {row.quantity: (row.value, row.unit) for row in read(area).observations}

    # then 5 µg/L is exactly 0.005 mg/L
    assert found == dict.fromkeys(names.values(), (0.005, "mg/L"))


@pytest.mark.parametrize(
    ("pair", "quantity", "value", "unit"),
    [
        ("a01006-Rtd=101.32", "pressure", 1013.2, "hPa"),
        ("w01016-Rtd=12", "chlorophyll_a", 0.012, "mg/L"),
        ("w01003-Rtd=24", "turbidity", 24.0, "NTU"),
        ("a34004-Rtd=35", "pm25", 35.0, "µg/m³"),
        ("LA-Rtd=56.2", "noise", 56.2, "dB(A)"),
        ("a21026-Rtd=0.018", "hj212:a21026", 0.018, "mg/m³"),
        ("a21026-ZsRtd=0.02", "hj212:a21026-Zs", 0.02, "mg/m³"),
        ("w01018-Cou=3.5", "hj212:w01018-Cou", 3.5, "kg"),
        ("w00000-Cou=1200", "hj212:w00000-Cou", 1200.0, "m³"),
        ("SB001-RS=1", "hj212:SB001-RS", 1.0, ""),
        ("SB1-RT=12.5", "hj212:SB1-RT", 12.5, "h"),
        ("LA-DayData=55", "hj212:LA-DayData", 55.0, "dB(A)"),
        ("w99999-Rtd=1", "hj212:w99999", 1.0, ""),
    ],
)
def test_names_values_and_units_become_ours(pair: str, quantity: str, value: float, unit: str) -> None:
    (row,) = read(f"DataTime=20260612080000;{pair}").observations
    assert (row.quantity, row.value, row.unit) == (quantity, value, unit)


def test_only_codes_that_the_table_lacks_count_as_unknown() -> None:
    reading = read("DataTime=20260612080000;w99999-Rtd=1;a21026-Rtd=2;zz=3;w01001-Foo=4;w01018-Cou=5")
    assert reading.counts == {"unknown_code": 1, "unknown_field": 2}


@pytest.mark.parametrize(
    ("mark", "quality"),
    [("N", "good"), ("S", "suspect"), ("T", "suspect"), ("F", "maintenance"), ("M", "maintenance"),
     ("C", "maintenance"), ("D", "bad"), ("B", "bad"), ("P", "bad"), ("Q", "suspect")],
)  # fmt: skip
def test_marks_become_grades(mark: str, quality: str) -> None:
    reading = read(f"DataTime=20260612080000;w01001-Rtd=7.4,w01001-Flag={mark}")
    assert [(row.quality, row.mark) for row in reading.observations] == [(quality, mark)]
    assert reading.counts.get("unknown_flag", 0) == (mark == "Q")


@pytest.mark.parametrize("text", ["", "-", "--", "NULL", "nan", "inf", "1_000", "7x", "1e999"])
def test_what_is_no_number_is_missing_not_zero(text: str) -> None:
    # given a value that is none
    reading = read(f"DataTime=20260612080000;w01001-Rtd={text},w01001-Flag=N")

    # then it is kept as missing, and counted
    (row,) = reading.observations
    assert math.isnan(row.value)
    assert row.quality == "missing"
    assert reading.counts == {"bad_value": 1}


@pytest.mark.parametrize("text", ["7.4", " 7.4 ", "+7.4", "-0.5", "1e-3", "007"])
def test_numbers_are_read_as_they_are_written(text: str) -> None:
    assert number(text) == float(text)


@pytest.mark.parametrize(
    ("cn", "suffix", "period_s", "statistic"),
    [("2011", "Rtd", 0, "instant"), ("2013", "Rtd", 0, "instant"), ("2021", "Rtd", 0, "instant"),
     ("2052", "Rtd", 0, "instant"), ("2062", "Rtd", 0, "instant"), ("2051", "Avg", 600, "avg"),
     ("2061", "Max", 3600, "max"), ("2031", "Min", 86_400, "min"), ("2041", "Cou", 86_400, "total"),
     ("2111", "Avg", 300, "avg"), ("2061", "Rtd", 3600, "avg")],
)  # fmt: skip
def test_every_data_command_has_its_interval(cn: str, suffix: str, period_s: int, statistic: str) -> None:
    # given the same value by each command
    (row,) = read(f"DataTime=20260612080000;w21003-{suffix}=0.5", cn=cn).observations

    # then its time is the end of the interval
    assert (row.event_ms, row.period_s, row.statistic) == (EIGHT_MS + period_s * 1000, period_s, statistic)


def test_every_command_of_the_standards_is_in_the_table() -> None:
    # given the commands of the data direction, notices and replies
    known = bundled_commands()
    data = {"2011", "2013", "2021", "2031", "2041", "2051", "2052", "2061", "2062", "2111"}
    replies = {"9011", "9012", "9013", "9014"}

    # then each has its kind
    assert {number for number, command in known.items() if command.kind == "data"} == data
    assert {number for number, command in known.items() if command.kind == "reply"} == replies == REPLIES
    assert {number for number, command in known.items() if command.kind == "notice"} == NOTICES


def test_a_maker_who_writes_the_end_of_the_interval_can_be_told() -> None:
    (row,) = read("DataTime=20260612080000;w21003-Avg=0.5", cn="2061", marks_start=False).observations
    assert (row.event_ms, row.period_s) == (EIGHT_MS, 3600)


def test_the_interval_of_minute_data_is_a_setting() -> None:
    (row,) = read("DataTime=20260612080000;w21003-Avg=0.5", cn="2051", minute_interval_s=60).observations
    assert (row.event_ms, row.period_s) == (EIGHT_MS + 60_000, 60)


def test_a_sampling_time_of_the_last_day_wins() -> None:
    # given an analyser that sampled at 04:00, and one whose time is nonsense
    area = "w21003-Rtd=0.5,w21003-SampleTime=20260612040000;w21011-Rtd=0.1,w21011-SampleTime=20991231000000"

    # when the report of 08:00 is read, at 08:00
    rows = read("DataTime=20260612080000;" + area, now_ms=NOW_MS).observations

    # then the value is four hours old, but the report is not late
    assert [row.event_ms for row in rows] == [EIGHT_MS - 4 * 3_600_000, EIGHT_MS]
    assert {row.origin for row in rows} == {"live"}


@pytest.mark.parametrize(
    ("minutes", "cn", "origin"),
    [(0, "2011", "live"), (9, "2011", "live"), (11, "2011", "late"), (69, "2061", "late"), (125, "2061", "late")],
)
def test_what_is_older_than_the_patience_is_late(minutes: int, cn: str, origin: str) -> None:
    # given a report sent at eight o'clock that comes so many minutes later
    area = "DataTime=20260612080000;w21003-Avg=0.5" if cn == "2061" else "DataTime=20260612080000;w21003-Rtd=0.5"

    # when it is read
    reading = read(area, cn=cn, now_ms=EIGHT_MS + minutes * 60_000)

    # then it is late
    assert [row.origin for row in reading.observations] == [origin]


def test_an_hour_that_is_reported_within_the_next_one_is_not_late() -> None:
    reading = read(
        "DataTime=20260612080000;w21003-Avg=0.5", cn="2061", qn="20260612095500000", now_ms=EIGHT_MS + 115 * 60_000
    )
    assert [row.origin for row in reading.observations] == ["live"]


def test_back_fill_is_late_however_fresh() -> None:
    # given a frame of 2025 with RF=1
    segment = (
        f"QN=20260612080000123;ST=21;CN=2011;PW=123456;MN={MN};Flag=9;RF=1;CP=&&DataTime=20260612080000;w01001-Rtd=7&&"
    )
    frame = decode_frame(framed(segment))

    # when it is read at once
    reading = Interpreter(codes=bundled_codes()).read(frame, NOW_MS)

    # then it is late
    assert [row.origin for row in reading.observations] == ["late"]


@pytest.mark.parametrize(
    "time", ["", "20261312080000", "20260230000000", "2026061208", "２０２６０６１２０８００００", "abc"]
)
def test_an_instant_without_its_time_has_that_of_the_exchange(time: str) -> None:
    (row,) = read(f"DataTime={time};w01001-Rtd=7").observations
    assert row.event_ms == EIGHT_MS + 123


@pytest.mark.parametrize("time", ["", "20261312080000", "19000101000000"])
def test_an_interval_without_its_time_is_refused(time: str) -> None:
    with pytest.raises(FrameBroken):
        read(f"DataTime={time};w01001-Avg=7", cn="2061")


def test_the_time_zone_of_the_stations_is_a_setting() -> None:
    (row,) = read("DataTime=20260612080000;w01001-Rtd=7", utc_offset_h=0.0).observations
    assert row.event_ms == EIGHT_MS + 8 * 3_600_000


def test_two_codes_of_one_quantity_do_not_cover_each_other() -> None:
    rows = read("DataTime=20260612080000;LA-Rtd=56;Leq-Rtd=54;w20111-Rtd=5;w20142-Rtd=4").observations
    assert [row.quantity for row in rows] == ["noise", "hj212:Leq", "mercury", "hj212:w20142"]


def test_facts_about_an_analyser_are_kept_by_analyser() -> None:
    reading = read("DataTime=20260612080000;PolId=w01018,i12001-Info=2;i13003-Info=60", cn="3020")
    assert [(row.quantity, row.value) for row in reading.observations] == [
        ("hj212:w01018-i12001", 2.0),
        ("hj212:w01018-i13003", 60.0),
    ]


@given(st.text(max_size=300), st.sampled_from(["2011", "2051", "2061", "3020", "9014"]))
def test_any_text_in_the_data_area_gives_rows_or_is_refused(area: str, cn: str) -> None:
    # given any text between the marks
    wire = framed(f"QN=20260612080000123;ST=21;CN={cn};PW=123456;MN={MN};Flag=5;CP=&&{area}&&")

    # when it is explained
    pieces = list(explain(wire))

    # then there is one frame, and every row of it has our station and a quantity of ours or the protocol's
    rows = [row for piece in pieces for row in piece.observations]
    assert len(pieces) == 1
    assert {row.station for row in rows} <= {MN}
    assert all(row.quantity in QUANTITIES or row.quantity.startswith("hj212:") for row in rows)


@given(
    st.lists(
        st.sampled_from(
            [
                "w01001-Rtd=7",
                "w01001-Flag=N",
                "DataTime=20260612080000",
                "PolId=w01018",
                "=",
                ",",
                "i12001-Info=2",
                "SB1-RS=1",
                "w01001-SampleTime=20260612070000",
                "x-Rtd",
            ]
        ),
        max_size=12,
    )
)
def test_any_order_of_known_parts_gives_rows_or_is_refused(parts: list[str]) -> None:
    for separator in (";", ","):
        pieces = list(explain(reported(separator.join(parts), cn="2061")))
        assert [piece.crc_ok for piece in pieces] == [True]


def test_names_of_the_sender_cannot_fill_the_memory() -> None:
    # given a sender that invents names
    interpreter = Interpreter(codes=bundled_codes())

    # when forty thousand different ones come
    for start in range(0, 40_000, 40):
        names = ";".join(f"x{number}-Rtd=1" for number in range(start, start + 40))
        interpreter.read(decode_frame(reported("DataTime=20260612080000;" + names)))

    # then only so many are remembered
    assert len(interpreter._slots) == 20_000


def test_every_code_of_the_bundled_table_has_a_unit_of_ours() -> None:
    for factor in bundled_codes().factors.values():
        assert factor.quantity.startswith("hj212:") or factor.unit == QUANTITIES[factor.quantity].unit
        assert factor.title.zh
        assert factor.title.en


def test_a_city_overrides_and_adds_codes(tmp_path: Path) -> None:
    # given a city whose loggers send mercury of 2005 in mg/L, and a code of its own
    path = tmp_path / "codes.csv"
    path.write_text(
        HEAD + "020,,总汞,mercury,mg/L,mercury,1,,city\nc00001,,透明度,transparency,m,transparency,100,,city\n", "utf-8"
    )
    codes = codes_with(str(path))

    # when both are looked up
    old, own = codes.factor("020"), codes.factor("c00001")

    # then the city's rows count, and the others are still there
    assert old.converted(0.0005) == 0.0005
    assert (own.converted(1.2), own.unit) == (120.0, "cm")
    assert codes.factor("w20111").converted(5.0) == 0.005


@pytest.mark.parametrize(
    "text",
    ["", "code,unit\nw1,m\n", HEAD + "w1,,a,b,m,no_such_quantity,1,,x\n", HEAD + "w1,,a,b,m,ph,zero,,x\n",
     HEAD + "w1,,a,b,m,ph,-1,,x\n", HEAD + "w 1,,a,b,m,ph,1,,x\n", HEAD + "w1,,\udcff,b,m,ph,1,,x\n"],
    ids=["empty", "columns", "quantity", "scale", "negative", "code", "encoding"],
)  # fmt: skip
def test_a_wrong_table_is_refused_with_its_path(text: str, tmp_path: Path) -> None:
    # given a table that is wrong in one way
    path = tmp_path / "codes.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    # when it is read
    with pytest.raises(SourceRefused) as refused:
        codes_with(str(path))

    # then the person learns where
    assert refused.value.path == str(path)


def test_commands_of_another_standard_can_be_added(tmp_path: Path) -> None:
    # given a province that reports four-hour means by a command of its own, and hours that are half as long
    path = tmp_path / "commands.csv"
    path.write_text("command,kind,period\n2071,data,14400\n2061,data,1800\n", "utf-8")
    commands = commands_with(str(path))

    # when they are read
    four_hours = read("DataTime=20260612080000;w21003-Avg=0.5", cn="2071", commands=commands).observations[0]
    hour = read("DataTime=20260612080000;w21003-Avg=0.5", cn="2061", commands=commands).observations[0]

    # then their intervals are the province's, and the other commands are still there
    assert (four_hours.period_s, four_hours.event_ms) == (14_400, EIGHT_MS + 14_400_000)
    assert hour.period_s == 1800
    assert commands["2051"].title.zh


@pytest.mark.parametrize("row", ["20x1,data,3600", "2061,dates,3600", "2061,data,an hour", "2061,data,0"])
def test_a_wrong_command_is_refused_with_its_line(row: str, tmp_path: Path) -> None:
    path = tmp_path / "commands.csv"
    path.write_text(f"command,kind,period\n2051,data,minute\n{row}\n", "utf-8")
    with pytest.raises(SourceRefused, match="3"):
        commands_with(str(path))


@pytest.mark.parametrize("name", ["none.csv", ".", "large.csv"])
def test_a_missing_or_monstrous_table_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_bytes(HEAD.encode() + b"x" * (5 << 20))
    with pytest.raises(SourceRefused):
        codes_with(str(tmp_path / name))
