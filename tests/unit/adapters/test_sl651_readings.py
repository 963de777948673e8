"""SL 651 values: what the worked and public frames say, missing, negative and vendor's elements, the table."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sanping.adapters.sl651.body import Message, Part, decoded_body, encoded_body
from sanping.adapters.sl651.decode import decode_frame, observations_of, pictures_of
from sanping.adapters.sl651.elements import bundled_elements, elements_with
from sanping.adapters.sl651.encode import bcd, element_part, packets_of, text_parts
from sanping.adapters.sl651.frame import Frame, encoded
from sanping.adapters.sl651.joining import Joiner
from sanping.adapters.sl651.readings import Interpreter, bcd_value
from sanping.adapters.sl651.text_body import decoded_text_body, encoded_text_body
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.quantity import QUANTITIES

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "sl651"
EIGHT_MS = 1_781_222_400_000  # 2026-06-12T08:00+08:00
MINUTE_MS = 60_000


def payload(file: str, name: str) -> bytes:
    lines = (PAYLOADS / file).read_text(encoding="utf-8").splitlines()
    return next(bytes.fromhex(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def told(file: str, name: str) -> list[Observation]:
    return list(observations_of(decode_frame(payload(file, name))))


def values(observations: list[Observation]) -> dict[str, float]:
    return {observation.quantity: observation.value for observation in observations}


def series(observations: list[Observation], quantity: str) -> list[tuple[int, float]]:
    found = [observation for observation in observations if observation.quantity == quantity]
    return [((observation.event_ms - EIGHT_MS) // MINUTE_MS, observation.value) for observation in found]


def test_a_timed_report_gives_its_values_and_the_bits_of_its_status() -> None:
    # given the timed report S2: level alarm, door closed, pump stopped
    # when it is read
    found = told("worked.txt", "S2")

    # then every element is there in our units, at the time it was observed
    assert values(found) == {
        "water_level": 3.127,
        "flow": 45.6,
        "rain_day": 1.5,
        "rain_total": 320.5,
        "supply_voltage": 12.6,
        "sl651:45": float(0x484),
        "mains_lost": 0.0,
        "battery_low": 0.0,
        "level_alarm": 1.0,
        "flow_alarm": 0.0,
        "quality_alarm": 0.0,
        "door_open": 0.0,
    }
    assert {observation.event_ms for observation in found} == {EIGHT_MS}
    assert {observation.station for observation in found} == {"0063100701"}


@pytest.mark.parametrize(("word", "door", "pumps"), [(0x480, 0.0, 0.0), (0x400, 1.0, 0.0), (0x080, 0.0, 1.0)])
def test_door_and_pump_bits_say_closed_and_stopped(word: int, door: float, pumps: float) -> None:
    # given a pump station's status word
    frame = decode_frame(payload("worked.txt", "S2"))
    body = frame.body.replace(bytes.fromhex("45200000048 4".replace(" ", "")), b"\x45\x20" + word.to_bytes(4, "big"))
    pump_station = replace(frame, body=body.replace(b"\x01\x48\xf0\xf0", b"\x01\x44\xf0\xf0"))

    # when it is read
    found = values(list(observations_of(pump_station)))

    # then bit 7 unset is an open door, and bit 10 unset a running pump
    assert (found["door_open"], found["pumps_running"]) == (door, pumps)


def test_a_level_below_zero_is_negative() -> None:
    # given the tide of S6
    # when it is read, then it is below zero
    assert values(told("worked.txt", "S6"))["water_level"] == -0.345


def test_an_hourly_report_gives_twelve_rains_and_twelve_levels() -> None:
    # given the hourly report S7, with one rain and one level missing
    found = told("worked.txt", "S7")

    # when its rains and levels are put in order
    rains, levels = series(found, "rain"), series(found, "water_level")

    # then each stands at the end of its five minutes
    assert [minute for minute, _ in rains] == list(range(5, 65, 5))
    assert [value for _, value in rains if not math.isnan(value)] == [0, 0, 0.5, 1, 0, 0, 0, 0, 0, 0, 0.2]
    assert [value for _, value in levels][:5] == [3.13, 3.13, 3.14, 3.14, 3.15]
    assert [minute for minute, value in levels if math.isnan(value)] == [30]
    assert [minute for minute, value in rains if math.isnan(value)] == [35]
    assert levels[-1] == (60, 3.18)

    # and a missing one says so
    missing = [observation for observation in found if observation.quality == "missing"]
    assert [observation.quantity for observation in missing] == ["rain", "water_level"]
    rain = next(observation for observation in found if observation.quantity == "rain")
    assert (rain.statistic, rain.period_s) == ("total", 300)


def test_relative_levels_get_the_base_that_the_level_of_the_hour_shows() -> None:
    # given a public hourly report: relative 27.96 m where the gauge reads 28.960 m
    found = [one for one in told("public.txt", "hour") if one.quantity == "water_level"]

    # when its levels are read
    # then one metre is added, and the precise one of the hour wins
    assert [one.value for one in found] == [*([27.05] * 10), 28.96, 28.96]


def test_an_hour_that_gives_its_end_as_observation_time_is_understood() -> None:
    # given a public hourly report sent at 06:00:00 whose blocks are "observed" at 06:00
    found = [one for one in told("public.txt", "hour_end") if one.quantity == "rain"]

    # when its rains are read
    # then the last one stands at 06:00, not at 06:55
    assert found[-1].event_ms - found[0].event_ms == 55 * MINUTE_MS
    assert found[-1].event_ms == 1_782_856_800_000  # 2026-07-01T06:00+08:00


def test_relative_levels_without_a_base_are_kept_under_their_own_code() -> None:
    # given an hourly report without a level of the hour
    frame = decode_frame(payload("worked.txt", "S7"))
    message = decoded_body(frame)
    bare = replace(message, parts=tuple(part for part in message.parts if part.guide != 0x39))

    # when it is read
    found = Interpreter(bundled_elements()).read(bare, frame.station).observations

    # then nobody takes relative levels for levels
    assert {one.quantity for one in found} >= {"sl651:F5"}
    assert "water_level" not in {one.quantity for one in found}


def test_a_uniform_report_counts_from_its_first_group() -> None:
    # given the uniform report S8 from 09:05 in steps of five minutes
    levels = series(told("worked.txt", "S8"), "water_level")

    # when it is read, then its third value is missing at 09:15
    assert [minute for minute, _ in levels] == [65, 70, 75, 80]
    assert [value for _, value in levels if not math.isnan(value)] == [3.18, 3.185, 3.19]
    assert math.isnan(levels[2][1])


def test_water_quality_comes_in_our_units() -> None:
    # given the quality report S9
    # when it is read, then all nine elements are there
    assert values(told("worked.txt", "S9")) == {
        "ph": 7.42,
        "dissolved_oxygen": 5.8,
        "conductivity": 512.0,
        "turbidity": 18.0,
        "permanganate_index": 4.1,
        "ammonia_nitrogen": 0.86,
        "total_phosphorus": 0.17,
        "total_nitrogen": 2.35,
        "supply_voltage": 12.6,
    }


def test_the_picture_of_two_packets_is_whole() -> None:
    # given both packets
    joiner = Joiner()
    for name in ("M3a", "M3b"):
        joined = joiner.taken(decode_frame(payload("worked.txt", name)), 0)

    # when the message is read
    assert joined.whole is not None
    found = observations_of(joined.whole)

    # then it counts the bytes, and the bytes can be had
    assert [(one.quantity, one.value, one.unit, one.quality) for one in found] == [("sl651:picture", 22.0, "B", "good")]
    assert pictures_of(joined.whole)[0].data == bytes.fromhex("FFD8FFE0000102030405060708090A0B0C0D0E0FFFD9")


def test_vendor_elements_keep_their_code_and_are_counted() -> None:
    # given a public report of a station with A–F in its address and elements FF92 … FF95
    frame = decode_frame(payload("public.txt", "vendor"))

    # when it is read
    reading = Interpreter(bundled_elements()).read(decoded_body(frame), frame.station)

    # then they are kept, and counted as unknown
    assert frame.station == "00303A9006"
    assert values(list(reading.observations))["sl651:FF92"] == 19.9
    assert reading.counts["unknown_code"] == 4


def test_a_negative_flow_and_a_public_status_are_read() -> None:
    # given a public report with flow and reversed velocity, and a status answer without class byte
    report, status = values(told("public.txt", "negative")), values(told("public.txt", "status"))

    # when both are read, then they say what the stations meant
    assert (report["velocity"], report["flow"]) == (0.11, 4.32)
    assert status["mains_lost"] == 1.0


@given(st.floats(-999, 999), st.integers(0, 3))
def test_a_value_comes_back_within_its_decimals(value: float, decimals: int) -> None:
    # given any value that five bytes can hold
    # when it is written as BCD and read
    again, quality = bcd_value(bcd(value, 5, decimals), decimals)

    # then it is the same to its decimals
    assert again == round(round(value * 10**decimals) / 10**decimals, decimals)
    assert quality == "good"


@pytest.mark.parametrize(
    ("data", "quality"), [("FFFF", "missing"), ("1A23", "bad"), ("FFA1", "bad"), ("FF12", "good"), ("", "missing")]
)
def test_a_value_that_is_no_number_is_graded(data: str, quality: str) -> None:
    # given digits that are no number
    # when they are read, then missing and bad are told apart
    assert bcd_value(bytes.fromhex(data), 1)[1] == quality


def test_a_number_that_is_too_large_is_not_cut_off() -> None:
    # given a value of six digits for two bytes
    # when it is written, then it is refused
    with pytest.raises(FrameBroken, match="不能写入"):
        bcd(123456.0, 2, 0)


elements = st.sampled_from([element for element in bundled_elements().by_guide.values() if 5 <= element.guide < 0x45])


@given(st.lists(st.tuples(elements, st.floats(0, 9)), min_size=1, max_size=8, unique_by=lambda pair: pair[0].guide))
def test_any_elements_come_back_as_observations(chosen: list[tuple[object, float]]) -> None:
    # given a report of any elements
    parts = [element_part(element, value) for element, value in chosen]  # type: ignore[arg-type]
    head = (Part(0xF1, data=bytes.fromhex("006310070148")), Part(0xF0, data=bytes.fromhex("2606120800")))
    body = encoded_body(Message(function=0x32, serial=1, sent="260612080000", parts=(*head, *parts)))
    frame = Frame(station="0063100701", centre=1, password="1234", function=0x32, body=body)

    # when it is sent and read
    found = observations_of(decode_frame(encoded(frame)))

    # then there is one observation for each, rounded as the element says
    assert [one.value for one in found] == [
        round(value * 10**element.decimals) / 10**element.decimals
        for element, value in chosen  # type: ignore[attr-defined]
    ]


def test_both_codings_of_a_report_say_the_same() -> None:
    # given the timed report S2, the event S5, the tide S6 and the quality S9 in ASCII coding
    for name in ("S2", "S5", "S6", "S9"):
        frame = decode_frame(payload("worked.txt", name))
        message = decoded_body(frame)
        text = replace(message, parts=tuple(text_parts(message.parts, bundled_elements().by_guide)))

        # when both are read
        again = decode_frame(encoded(replace(frame, body=encoded_text_body(text), is_text=True)))

        # then they say the same
        assert observations_of(again) == observations_of(frame)


def test_a_text_report_reads_steps_missing_values_blocks_and_status() -> None:
    # given a report in ASCII coding with everything in it
    text = (
        "0006260612093000ST 0063100701 H TT 2606120905 DRN05 Z 3.180 3.185 FFFF 3.190 VT 12.55 "
        "ZT 00000484 TT 2606120805 DRP 0000050A0000FF0000000002 XYZ 4.5 "
    )
    frame = Frame(station="0063100701", centre=1, password="1234", function=0x31, body=text.encode(), is_text=True)

    # when it is read
    message = decoded_text_body(frame)
    reading = Interpreter(bundled_elements()).read(message, frame.station)
    found = list(reading.observations)

    # then it comes back word for word, and says it all
    assert encoded_text_body(message) == frame.body
    assert [value for _, value in series(found, "water_level")][:2] == [3.18, 3.185]
    assert len(series(found, "rain")) == 12
    assert values(found)["level_alarm"] == 1.0
    assert values(found)["sl651:XYZ"] == 4.5
    assert reading.counts["unknown_code"] == 1
    assert reading.counts["missing_values"] == 2


def test_an_element_that_runs_over_the_end_costs_only_what_follows() -> None:
    # given a report whose last element says more bytes than there are
    frame = decode_frame(payload("worked.txt", "S5"))
    cut = replace(frame, body=frame.body[:-1])

    # when it is read
    message = decoded_body(cut)
    reading = Interpreter(bundled_elements()).read(message, cut.station)

    # then the level before it is there, and the loss is counted
    assert values(list(reading.observations)) == {"water_level": 3.562}
    assert reading.counts["bad_elements"] == 1
    assert encoded_body(message) == cut.body


@pytest.mark.parametrize(
    ("body", "words"), [(b"\x00\x01\x26", "缺少"), (bytes.fromhex("0001AABBCCDDEEFF"), "不是时间")]
)
def test_a_body_without_number_and_time_is_refused(body: bytes, words: str) -> None:
    # given a body that does not begin as one
    frame = replace(decode_frame(payload("worked.txt", "S5")), body=body)

    # when it is read, then it is refused with a reason
    with pytest.raises(FrameBroken, match=words):
        decoded_body(frame)
    with pytest.raises(FrameBroken, match="流水号"):
        decoded_text_body(frame)


def test_the_bundled_table_speaks_of_known_quantities_only() -> None:
    # given the bundled table
    table = bundled_elements()

    # when its quantities and units are compared with those of the program
    ours = [element for element in table.by_guide.values() if element.quantity != element.own_code]

    # then all are known, and keys are unique
    assert all(element.unit == QUANTITIES[element.quantity].unit for element in ours)
    assert len({element.key for element in table.by_guide.values()}) == len(table.by_guide)
    assert [bit.bit for bit in table.status] == list(range(12))


def test_a_city_gives_a_vendors_element_a_meaning(tmp_path: Path) -> None:
    # given a city's own table
    path = tmp_path / "own.csv"
    path.write_text(
        "guide,key,name_zh,name_en,digits,decimals,unit,quantity,scale,source\n"
        "FF92,FF92,积水深度,depth,6,1,cm,groundwater_depth,0.01,city 2026\n",
        encoding="utf-8",
    )

    # when a report with FF92 is read
    frame = decode_frame(payload("public.txt", "vendor"))
    reading = Interpreter(elements_with(str(path))).read(decoded_body(frame), frame.station)

    # then it has that meaning, in our unit
    found = values(list(reading.observations))
    assert found["groundwater_depth"] == pytest.approx(0.199)
    assert reading.counts["unknown_code"] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("guide,key\n", "缺少列"),
        ("guide,key,name_zh,name_en,digits,decimals,unit,quantity\nZZ,A,甲,A,1,1,,\n", "guide"),
        ("guide,key,name_zh,name_en,digits,decimals,unit,quantity\n39,Z,水位,level,7,3,m,waterlevel\n", "quantity"),
        ("guide,key,name_zh,name_en,digits,decimals,unit,quantity\n39,Z,水位,level,7,x,m,\n", "decimals"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    # given a table with a fault
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")

    # when it is read, then the fault is named
    with pytest.raises(SourceRefused, match=words):
        elements_with(str(path))


@given(st.binary(min_size=1, max_size=600), st.integers(20, 200))
def test_any_message_survives_being_split(body: bytes, longest: int) -> None:
    # given a message in packets
    frame = Frame(station="0063100701", centre=1, password="1234", function=0x36, body=body)
    packets = [decode_frame(encoded(packet)) for packet in packets_of(frame, longest)]

    # when they are joined in any order but with the last one last
    joiner = Joiner()
    for packet in [*reversed(packets[:-1]), packets[-1]]:
        joined = joiner.taken(packet, 0)

    # then the message is the same
    assert joined.whole == frame
