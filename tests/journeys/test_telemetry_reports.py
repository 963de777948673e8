"""SL 651 and SL/T 427 through a real hub: every report, picture and mode, and what the station hears."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.small_hub import now_ms, until
from fakes.telemetry_hub import Line, TelemetryHub, telemetry_hub
from sanping.adapters.sl427.encode import bcd, link, report, time_tag, voltage
from sanping.adapters.sl427.encode import confirmation as sl427_confirmation
from sanping.adapters.sl427.frame import KEEP, LOGIN
from sanping.adapters.sl427.frame import encoded as sl427_encoded
from sanping.adapters.sl651.decode import decode_frame
from sanping.adapters.sl651.elements import bundled_elements
from sanping.adapters.sl651.encode import confirmation, request_again
from sanping.adapters.sl651.frame import ENQ, HOURLY, QUERY_NOW, UNIFORM, Frame, encoded
from sanping.adapters.sl651.simulated_report import Reporter

PAYLOADS = Path(__file__).parents[1] / "contract" / "payloads" / "sl651"
STATION, TERMINAL = "0063100701", "31010700001"
EIGHT_H_MS = 8 * 3_600_000


def recorded(name: str) -> Frame:
    """Return a recorded frame of SL 651."""
    for file in ("worked.txt", "public.txt"):
        for line in (PAYLOADS / file).read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{name} "):
                return decode_frame(bytes.fromhex(line.split()[1].removesuffix("7E")))
    raise KeyError(name)


def digits(moment_ms: int) -> bytes:
    return bytes.fromhex(time.strftime("%y%m%d%H%M%S", time.gmtime((moment_ms + EIGHT_H_MS) // 1000)))


def renewed(frame: Frame, serial: int, moment_ms: int) -> Frame:
    """Return a recorded report as our station would send it at a moment; a series began up to an hour before."""
    now, began = digits(moment_ms), digits(moment_ms - (3_600_000 if frame.function in (UNIFORM, HOURLY) else 0))
    body = serial.to_bytes(2, "big") + now + frame.body[8:]
    body = re.sub(rb"\xf1\xf1.{5}", b"\xf1\xf1" + bytes.fromhex(STATION), body, flags=re.DOTALL)
    body = re.sub(rb"\xf0\xf0.{5}", b"\xf0\xf0" + began[:5], body, flags=re.DOTALL)
    return replace(frame, station=STATION, centre=1, password="1234", body=body)


def reporter() -> Reporter:
    return Reporter(STATION, 1, "1234", bundled_elements(), 8.0)


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelemetryHub]:
    folder = tmp_path_factory.mktemp("telemetry")
    (folder / "pictures").mkdir()
    sources = {
        "sl651": (STATION, f'pictures_folder = "{folder}/pictures"'),
        "sl427": (TERMINAL, ""),
    }
    with telemetry_hub(folder, sources) as hub:
        yield hub


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (0x30, "S2"), (0x31, "S8"), (0x32, "S2"), (0x33, "S5"), (0x33, "S6"), (0x34, "S7"), (0x35, "manual"),
        (0x36, "picture"), (0x37, "now"), (0x38, "period"), (0x39, "manual"), (0x45, "version"), (0x46, "status"),
        (0xE1, "vendor"),
    ],
)  # fmt: skip
def test_every_report_is_confirmed_once_its_rows_are_safe(river: TelemetryHub, function: int, name: str) -> None:
    # given a report of each function
    serial, moment_ms = 0x100 + function, now_ms()
    if name == "picture":
        frames = reporter().picture(moment_ms, longest=96)
    else:
        frames = [replace(renewed(recorded(name), serial, moment_ms), function=function)]
    before = river.count("sl651", "frames")

    # when a station sends it
    with river.line("sl651") as line:
        line.say(*(encoded(frame) for frame in frames))

        # then it hears the confirmation with the number and the time of its message, and stays on line
        line.hears(confirmation(replace(frames[0], end=frames[-1].end)))
    river.counted("sl651", "frames", before + len(frames))
    assert not [what for what in river.status("sl651").counts if what.startswith("bad_")]


def test_the_values_of_the_reports_are_in_history_in_our_units(river: TelemetryHub) -> None:
    # given a timed report of half an hour ago, when no other test has reported, and one below zero a minute later
    first_ms = now_ms() // 60_000 * 60_000 - 1_800_000
    reports = [renewed(recorded("S2"), 7, first_ms), renewed(recorded("S6"), 8, first_ms + 60_000)]

    # when a station has sent both and both are confirmed
    with river.line("sl651") as line:
        for frame in reports:
            line.say(encoded(frame))
            line.hears(confirmation(frame))

    # then history has them at their moments
    levels = dict(river.series("sl651", "water_level"))
    assert (levels[first_ms], levels[first_ms + 60_000]) == (3.127, -0.345)
    assert dict(river.series("sl651", "flow"))[first_ms] == 45.6


def test_a_keep_alive_hears_nothing(river: TelemetryHub) -> None:
    # given a station
    before = river.count("sl651", "keep_alives")

    # when it sends a keep-alive
    with river.line("sl651") as line:
        line.say(encoded(reporter().keep_alive(now_ms())))

        # then it is counted, and nothing is said
        line.hears_nothing()
    river.counted("sl651", "keep_alives", before + 1)


def test_a_message_that_is_sent_again_is_confirmed_again_and_kept_once(river: TelemetryHub) -> None:
    # given a report that was confirmed, but the station did not hear it (mode M2)
    frame = renewed(recorded("S5"), 4000, now_ms())
    with river.line("sl651") as line:
        line.say(encoded(frame))
        line.hears(confirmation(frame))
        rows = len(river.series("sl651", "water_level"))

        # when it sends it again
        line.say(encoded(frame))

        # then it is confirmed, and history has nothing twice
        line.hears(confirmation(frame))
    assert len(river.series("sl651", "water_level")) == rows


def test_a_lost_packet_of_a_picture_is_asked_for(river: TelemetryHub, tmp_path: Path) -> None:
    # given a picture in four packets or more (mode M3), the second of which is lost
    frames = reporter().picture(now_ms() - 60_000, longest=48)
    pictures = river.count("sl651", "pictures")
    with river.line("sl651") as line:
        line.say(*(encoded(frame) for frame in frames if frame.packet != 2))

        # when the centre asks for it by its number, and it is sent
        line.hears(request_again(frames[-1], 2))
        line.say(encoded(frames[1]))

        # then the whole picture is confirmed and kept
        line.hears(confirmation(replace(frames[0], end=frames[-1].end)))
    river.counted("sl651", "pictures", pictures + 1)


def test_a_frame_with_bad_bytes_around_it_is_found_and_a_damaged_one_hears_nothing(river: TelemetryHub) -> None:
    # given a report, a damaged copy of it, and rubbish
    frame = renewed(recorded("S5"), 5000, now_ms())
    good = encoded(frame)
    damaged = good[:30] + bytes([good[30] ^ 1]) + good[31:]
    before = river.count("sl651", "bad_crc")

    # when the damaged one comes, and then the good one byte by byte between rubbish
    with river.line("sl651") as line:
        line.say(damaged)
        line.hears_nothing()
        line.say(b"+CSQ: 21,99\r\n", *(good[at : at + 1] for at in range(len(good))), b"\x00\xff", pause_s=0.002)

        # then only the good one is confirmed, and the other is counted
        line.hears(confirmation(frame))
    river.counted("sl651", "bad_crc", before + 1)


@pytest.mark.parametrize(
    ("shift_ms", "what"), [(86_400_000, "clock_ahead"), (3_600_000, "clock_ahead"), (-7_200_000, "late")]
)
def test_a_wrong_clock_never_makes_a_live_value(river: TelemetryHub, shift_ms: int, what: str) -> None:
    # given a report by a clock that is wrong
    frame = renewed(recorded("S5"), 6000 + shift_ms // 3_600_000, now_ms() + shift_ms)
    before, rows = river.count("sl651", what), river.latest("sl651")

    # when it comes
    with river.line("sl651") as line:
        line.say(encoded(frame))
        until(lambda: river.count("sl651", what) > before)

    # then it is counted, and no latest value comes from it, or, where there was none, one that says it is late
    after, before_it = river.latest("sl651").get("water_level"), rows.get("water_level")
    assert after is None or after.event_ms <= now_ms()
    assert repr(after) == repr(before_it) or (before_it is None and after is not None and after.origin == "late")


def test_a_station_that_is_not_listed_is_confirmed_by_nobody_and_not_kept(river: TelemetryHub) -> None:
    # given a report of a station that the twin lacks
    frame = replace(
        renewed(recorded("S5"), 9, now_ms()), station="0063100799",
        body=renewed(recorded("S5"), 9, now_ms()).body.replace(bytes.fromhex(STATION), bytes.fromhex("0063100799")),
    )  # fmt: skip
    before = river.count("sl651", "unknown_station")

    # when it comes
    with river.line("sl651") as line:
        line.say(encoded(frame))
        until(lambda: river.count("sl651", "unknown_station") > before)

    # then nothing of it is kept
    assert {row["station"] for row in river.hub.ask("/latest")} <= {"S-sl651", "S-sl427"}  # type: ignore[attr-defined]


def test_mode_one_is_never_answered(tmp_path: Path) -> None:
    # given a source that confirms nothing (mode M1)
    with telemetry_hub(tmp_path, {"sl651": (STATION, 'reply = "none"')}) as hub, hub.line("sl651") as line:
        # when a report comes
        line.say(encoded(renewed(recorded("S5"), 1, now_ms())))

        # then its value is there, and nothing was said
        until(lambda: "water_level" in hub.latest("sl651"))
        line.hears_nothing()


def test_in_mode_four_stations_are_asked_and_their_answers_not_confirmed(tmp_path: Path) -> None:
    # given a source that asks every second (mode M4), and a station that made itself known
    with telemetry_hub(tmp_path, {"sl651": (STATION, "query_interval_s = 1")}) as hub, hub.line("sl651") as line:
        line.say(encoded(reporter().keep_alive(now_ms())))

        # when it is asked and answers
        line.hears(bytes.fromhex(STATION) + b"\x01\x12\x34" + bytes([QUERY_NOW]))
        line.hears(bytes([ENQ]))
        answer = replace(renewed(recorded("S2"), 3, now_ms()), function=QUERY_NOW)
        line.say(encoded(answer))

        # then the value is there, and what comes next is another question
        until(lambda: "water_level" in hub.latest("sl651"))
        assert hub.latest("sl651")["water_level"].value == 3.127
        line.hears(bytes([ENQ]))


def test_a_terminal_of_water_resources_logs_in_reports_and_is_confirmed(river: TelemetryHub) -> None:
    # given a terminal of SL/T 427
    moment_ms = now_ms()
    tag = time_tag(moment_ms, 8.0)
    level = report(TERMINAL, 0x02, [bcd(3.125, 4, 3)], tag=tag)
    frames = [link(TERMINAL, LOGIN), link(TERMINAL, KEEP), level, voltage(TERMINAL, 12.5)]

    # when it logs in, tests its link and reports level and voltage
    with river.line("sl427") as line:
        for frame in frames:
            line.say(sl427_encoded(frame))

            # then each is confirmed
            line.hears(sl427_confirmation(frame))
    until(lambda: "water_level" in river.latest("sl427"))
    kept = river.latest("sl427")
    assert kept["water_level"].value == 3.125
    assert kept["supply_voltage"].value == 12.5
    assert abs(kept["water_level"].event_ms - moment_ms) < 60_000


def test_a_damaged_report_of_a_terminal_hears_nothing(river: TelemetryHub) -> None:
    # given a report with a wrong check code
    wire = sl427_encoded(voltage(TERMINAL, 11.0))
    before = river.count("sl427", "bad_crc")

    # when it comes
    with river.line("sl427") as line:
        line.say(wire[:-2] + bytes([wire[-2] ^ 0xFF]) + wire[-1:])

        # then it is counted and not answered
        line.hears_nothing()
    river.counted("sl427", "bad_crc", before + 1)


def test_lines_are_told_apart(river: TelemetryHub) -> None:
    # given two connections of one station
    with river.line("sl651") as first, river.line("sl651") as second:
        reports: list[tuple[Line, Frame]] = [
            (line, renewed(recorded("S5"), 7000 + number, now_ms())) for number, line in enumerate((first, second))
        ]

        # when both report
        for line, frame in reports:
            line.say(encoded(frame))

        # then each hears its own confirmation
        for line, frame in reports:
            line.hears(confirmation(frame))
