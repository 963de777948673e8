"""SL/T 427: check code, framing, values of every type, time tags, and the tables."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.sl427.decode import decode_frame, explain, observations_of
from sanping.adapters.sl427.encode import bcd, report, sealed, time_tag, voltage
from sanping.adapters.sl427.frame import Frame, address_bytes, crc8, encoded
from sanping.adapters.sl427.framing import Framer
from sanping.adapters.sl427.options import options_from
from sanping.adapters.sl427.readings import Interpreter, bcd_value, tag_digits
from sanping.adapters.sl427.types import bundled_types, types_with
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.quantity import QUANTITIES

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "sl427"
PUBLIC = {
    line.split()[0]: bytes.fromhex(line.split()[1])
    for line in (PAYLOADS / "public.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}
AT_MS = 1_781_222_410_000  # 2026-06-12T08:00:10+08:00
STATION = "31010700001"

stations = st.one_of(
    st.builds(lambda district, number: f"{district}{number:05d}", st.integers(110000, 659999), st.integers(0, 65535)),
    st.builds(lambda digits: f"00{digits}", st.text("0123456789ABCDEF", min_size=8, max_size=8)),
)
frames = st.builds(
    Frame,
    station=stations,
    afn=st.sampled_from([0x02, 0x81, 0x82, 0x84, 0xB0, 0xC0]),
    kind=st.integers(0, 15),
    data=st.binary(max_size=240),
    is_up=st.booleans(),
    countdown=st.integers(0, 3),
    split=st.integers(-1, 255),
)


def values(frame: Frame, now_ms: int = AT_MS) -> dict[str, float]:
    return {one.quantity: one.value for one in observations_of(frame, now_ms) if not one.quantity.endswith("_alarm")}


def level(metres: float, now_ms: int = AT_MS) -> Frame:
    return report(STATION, 2, [bcd(metres, 4, 3)], tag=time_tag(now_ms, 8), alarm=0b101, state=0x20)


def test_the_public_velocity_report_says_its_value_and_comes_back() -> None:
    # given the public self-report of a velocity
    wire = PUBLIC["velocity"]

    # when it is decoded
    frame = decode_frame(wire)

    # then it says who, what and when, and is the same again byte for byte
    found = observations_of(frame)
    assert (frame.station, frame.kind, frame.afn) == ("01020301284", 4, 0xC0)
    assert (found[0].quantity, found[0].value, found[0].unit) == ("velocity", 44.555, "m/s")
    assert found[0].event_ms == 1_778_566_530_000  # 2026-05-12T14:15:30+08:00
    assert encoded(frame) == wire


def test_a_report_of_szy_206_finds_its_month_by_the_clock() -> None:
    # given a public report with a time tag of second, minute, hour and day only
    frame = decode_frame(PUBLIC["flow_206"])

    # when it is read on the ninth at nine, and on the second of the next month
    now_ms = 1_781_222_400_000 - 3 * 86_400_000 + 3_600_000
    on_the_day, later = observations_of(frame, now_ms), observations_of(frame, now_ms + 23 * 86_400_000)

    # then flow, volume and words are there, at a quarter to nine of the ninth
    assert (on_the_day[0].quantity, on_the_day[0].value) == ("flow", 5.9)
    assert (on_the_day[1].quantity, on_the_day[1].value, on_the_day[1].unit) == ("sl427:03.2", 106182.0, "m³")
    assert {one.event_ms for one in (*on_the_day, *later)} == {now_ms - 15 * 60_000}
    assert {one.quantity: one.value for one in on_the_day}["mains_lost"] == 1.0

    # and without a clock its values stand among the fields
    (piece,) = explain(PUBLIC["flow_206"])
    assert (piece.fields["flow"], piece.observations) == (5.9, ())


def test_the_check_code_is_the_one_of_the_definition() -> None:
    # given the bytes between the second 68 and the check code of the public report
    # when the code is computed, then it is the one that is printed
    assert crc8(PUBLIC["velocity"][3:-2]) == 0xAD
    assert crc8(b"") == 0
    assert sealed(PUBLIC["velocity"][:-2] + b"\x00\x00") == PUBLIC["velocity"]


@given(frames)
def test_any_frame_comes_back(frame: Frame) -> None:
    # given any frame
    # when it is encoded and decoded, then it is the same
    assert decode_frame(encoded(frame)) == frame


@given(st.lists(frames, min_size=1, max_size=4), st.data())
def test_frames_are_found_however_the_stream_is_cut(sent: list[Frame], data: st.DataObject) -> None:
    # given frames one behind another in pieces of any size
    stream, framer = b"".join(map(encoded, sent)), Framer()
    cuts, at = [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 60))
        cuts += framer.fed(stream[at : at + size])
        at += size

    # when they are cut, then all are there, in order
    assert [cut.frame for cut in cuts] == sent


def test_rubbish_and_damage_are_told_and_cost_no_good_frame() -> None:
    # given garbage, a damaged frame, one that breaks off, and a good one
    wire = encoded(level(3.1))
    damaged = bytearray(wire)
    damaged[12] ^= 1
    stream = b"\x01\x68\x02" + bytes(damaged) + wire[:20] + wire

    # when they are explained
    pieces = list(explain(stream))

    # then each piece says what it is, and no byte is left out
    assert [piece.error.partition(" / ")[0] for piece in pieces] == [
        "不是 SL/T 427 报文",
        "校验码不符",
        "报文不完整：在结束前中断",
        "",
    ]
    assert sum(piece.size for piece in pieces) == len(stream)
    assert [piece.crc_ok for piece in pieces] == [None, False, None, True]
    assert pieces[3].fields["Tp"] == "10000812062600"


@pytest.mark.parametrize(
    ("kind", "pieces", "expected"),
    [
        (1, [bcd(320.5, 3, 1)], {"rain_total": 320.5}),
        (2, [bcd(-0.345, 4, 3)], {"water_level": -0.345}),
        (2, [bcd(2.5, 4, 3), bcd(3.1, 4, 3)], {"level_above_gate": 2.5, "level_below_gate": 3.1}),
        (3, [bcd(45.6, 5, 3)], {"flow": 45.6}),
        (3, [bcd(-45.6, 5, 3), bcd(1234, 5, 0)], {"flow": -45.6, "sl427:03.2": 1234.0}),
        (4, [bcd(-0.32, 3, 3)], {"velocity": -0.32}),
        (5, [bcd(1.6, 3, 2), bcd(0, 3, 2)], {"gate_opening": 1.6, "sl427:05.2": 0.0, "gates_open": 1.0}),
        (6, [bcd(55000, 3, 0)] * 2 + [bcd(0, 3, 0)],
         {"sl427:06": 55000.0, "sl427:06.2": 55000.0, "sl427:06.3": 0.0, "pumps_running": 2.0}),
        (7, [bcd(1013, 3, 0)], {"pressure": 1013.0}),
        (8, [bytes.fromhex("502150")], {"wind_speed": 21.5, "sl427:08.direction": 5.0}),
        (9, [bcd(24.6, 2, 1)], {"water_temperature": 24.6}),
        (11, [bcd(18.2, 2, 1)], {"sl427:0B": 18.2}),
        (12, [bcd(4.5, 3, 1)], {"sl427:0C": 4.5}),
        (13, [], {}),
        (14, [bcd(7.5, 3, 1)], {"sl427:0E": 7.5}),
        (15, [bcd(312.25, 4, 2)], {"sl427:0F": 312.25}),
        (10, [bytes.fromhex("0602000000"), bcd(7.42, 4, 2), bcd(5.8, 4, 1), bcd(0.86, 4, 2)],
         {"ph": 7.42, "dissolved_oxygen": 5.8, "ammonia_nitrogen": 0.86}),
    ],
)  # fmt: skip
def test_every_type_is_read(kind: int, pieces: list[bytes], expected: dict[str, float]) -> None:
    # given a report of one type with alarm and state words
    frame = report(STATION, kind, pieces, tag=time_tag(AT_MS, 8), alarm=0b10_0000_0000_0001, state=0x20)

    # when it is sent and read
    found = values(decode_frame(encoded(frame)))

    # then its values come in our words and units, with the bits of the words
    words = {"sl427:alarm": 8193.0, "sl427:state": 32.0, "mains_lost": 1.0, "battery_low": 0.0, "door_open": 1.0}
    assert found == expected | words


def test_the_voltage_has_no_time_and_is_as_of_now() -> None:
    # given a report of the supply voltage
    # when it is read, then it is as of now
    found = observations_of(decode_frame(encoded(voltage(STATION, 12.61))), AT_MS)
    assert [(one.quantity, one.value, one.event_ms) for one in found] == [("supply_voltage", 12.61, AT_MS)]


@pytest.mark.parametrize(
    ("data", "value", "quality"),
    [
        ("FFFFFF", math.nan, "missing"),
        ("AAAAAA", math.nan, "missing"),
        ("1A0000", math.nan, "bad"),
        ("4503F0", -0.345, "good"),
    ],
)
def test_what_is_no_number_is_graded(data: str, value: float, quality: str) -> None:
    # given digits
    # when they are read as a signed number of three decimals, then missing, bad and negative are told apart
    got, grade = bcd_value(bytes.fromhex(data), 3, True)
    assert grade == quality
    assert got == value or (math.isnan(got) and math.isnan(value))


@given(st.integers(-99_999_99, 99_999_99), st.integers(0, 3))
def test_a_number_comes_back(count: int, decimals: int) -> None:
    # given any number
    # when it is written and read, then it is the same
    assert bcd_value(bcd(count / 10**decimals, 4, decimals), decimals, True) == (count / 10**decimals, "good")


def test_what_cannot_be_written_is_refused() -> None:
    # given a number that is too large, addresses that are none, and a function that moves a gate
    # when they are written, then each is refused
    with pytest.raises(FrameBroken, match="BCD"):
        bcd(1e9, 3, 1)
    for station in ("310107", "3101070000x", "31010799999", "00310107001"):
        with pytest.raises(FrameBroken, match="终端地址"):
            address_bytes(station)
    for afn in (0x10, 0x1E, 0x34, 0x92, 0x96):
        with pytest.raises(FrameBroken, match="不发送"):
            encoded(Frame(station=STATION, afn=afn, is_up=False))
    assert tag_digits(bytes.fromhex("30151432052600")) == ()


def test_the_bundled_tables_speak_of_known_quantities_and_a_city_may_replace_them(tmp_path: Path) -> None:
    # given the bundled tables and a city's own row for rain
    path = tmp_path / "own.csv"
    path.write_text(
        "type,part,name_zh,name_en,bytes,decimals,unit,quantity\n01,1,日雨量,rain,3,1,mm,rain_day\n",
        encoding="utf-8",
    )
    bundled, own = bundled_types(), types_with(str(path))

    # when a rain report is read with the city's
    frame = report(STATION, 1, [bcd(7.5, 3, 1)], tag=time_tag(AT_MS, 8))
    found = Interpreter(own).read(frame, AT_MS).observations

    # then it is the rain of the day, and nothing in the bundled tables is unknown to the program
    assert found[0].quantity == "rain_day"
    assert all(
        value.quantity in QUANTITIES or value.quantity.startswith("sl427:")
        for value in (*bundled.values.values(), *bundled.quality.values())
    )
    assert {bit.quantity for bit in bundled.status} - {""} <= set(QUANTITIES)


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    # given settings that cannot work
    path = tmp_path / "own.csv"
    path.write_text("type,part,bytes,decimals,quantity\n01,1,3,1,rainfall\n", encoding="utf-8")
    wrong = [
        ({"allowed_stations": "631007"}, "", "终端地址"),
        ({"allowed_addresses": "10.1"}, "", "网段"),
        ({"codes_file": str(path)}, "", "第 2 行"),
        ({"codes_file": str(tmp_path / "none.csv")}, "", "读不了"),
        ({}, "12a4", "密码"),
    ]

    # when they are read, then each mistake is named
    for settings, password, words in wrong:
        with pytest.raises(SourceRefused, match=words):
            options_from(settings, password=password)
