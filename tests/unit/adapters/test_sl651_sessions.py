"""SL 651 connections: confirmations after the commit, modes M1–M4, resends, skew, admission, patience."""

import time
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import sanping.adapters.sl651.source
from sanping.adapters.sl651.decode import decode_frame
from sanping.adapters.sl651.frame import ACK, ENQ, EOT, ESC, ETB, ETX, NAK, Frame, encoded
from sanping.adapters.sl651.options import Options, options_from
from sanping.adapters.sl651.pictures import PictureFolder
from sanping.adapters.sl651.readings import Picture
from sanping.adapters.sl651.replay import SeenMessages
from sanping.adapters.sl651.session import StationSession
from sanping.adapters.sl651.simulated_report import JPEG, Reporter
from sanping.adapters.sl651.uplink import Uplink
from sanping.domain.errors import SourceRefused
from sanping.ports.source import Count, Deliver, HangUp, Send, Session, Step

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "sl651"
PACKAGE = Path(sanping.adapters.sl651.source.__file__).parent
AT_MS = 1_781_222_410_000  # 2026-06-12T08:00:10+08:00


def worked(name: str) -> bytes:
    lines = (PAYLOADS / "worked.txt").read_text(encoding="utf-8").splitlines()
    return next(bytes.fromhex(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def session(uplink: Uplink | None = None, **more: Any) -> StationSession:
    options = Options(**more)
    return StationSession(options, uplink or Uplink(options), "10.0.0.9")


def steps(talk: Session, data: bytes, now_ms: int = AT_MS) -> list[Step]:
    return list(talk.received(data, now_ms))


def counts(found: Iterable[Step]) -> dict[str, int]:
    total: dict[str, int] = {}
    for step in found:
        if isinstance(step, Count):
            total[step.what] = total.get(step.what, 0) + step.times
    return total


def delivered(found: Iterable[Step]) -> list[Deliver]:
    return [step for step in found if isinstance(step, Deliver)]


def sent(found: Iterable[Step]) -> list[Frame]:
    return [decode_frame(step.data) for step in found if isinstance(step, Send)]


def test_a_report_is_confirmed_only_with_its_rows() -> None:
    # given a timed report
    # when it comes
    found = steps(session(), worked("S2"))

    # then its confirmation travels with the rows, never before
    deliveries = delivered(found)
    assert len(deliveries) == 1
    assert len(deliveries[0].observations) == 12
    assert not sent(found)
    reply = decode_frame(deliveries[0].reply)
    assert (reply.end, reply.body.hex()) == (ESC, "0002260612080010")
    assert {one.origin for one in deliveries[0].observations} == {"live"}


@pytest.mark.parametrize(
    ("reply", "end", "expected"),
    [("esc", ETX, ESC), ("eot", ETX, EOT), ("eot", ETB, ACK), ("none", ETX, 0), ("esc", ENQ, 0)],
)
def test_the_end_of_a_report_and_the_setting_decide_the_reply(reply: Any, end: int, expected: int) -> None:
    # given a report that ends or goes on
    frame = replace(decode_frame(worked("S2")), end=end)

    # when it comes
    deliveries = delivered(steps(session(reply=reply), encoded(frame)))

    # then the reply is the one of the standard, and there is none in M1
    got = deliveries[0].reply
    assert (decode_frame(got).end if got else 0) == expected


def test_a_keep_alive_gets_no_reply() -> None:
    # given a keep-alive
    # when it comes, then it is counted and nothing else
    found = steps(session(), worked("S1"))
    assert counts(found) == {"frames": 1, "keep_alives": 1}
    assert len(found) == 2


def test_a_message_sent_again_is_confirmed_and_not_taken_twice() -> None:
    # given a report that was delivered
    talk = session()
    first = delivered(steps(talk, worked("S2")))

    # when it comes again on the same connection
    again = steps(talk, worked("S2"), AT_MS + 5000)

    # then it is confirmed alike, without rows
    assert counts(again)["duplicates"] == 1
    assert [(one.observations, one.reply) for one in delivered(again)] == [((), first[0].reply)]


def test_a_message_on_another_connection_waits_until_its_rows_are_surely_safe() -> None:
    # given a report taken a moment ago on another connection
    options = Options()
    uplink = Uplink(options)
    steps(StationSession(options, uplink, "10.0.0.1"), worked("S2"))
    other = StationSession(options, uplink, "10.0.0.2")

    # when it comes again at once, and later
    at_once, later = steps(other, worked("S2"), AT_MS + 2000), steps(other, worked("S2"), AT_MS + 30_000)

    # then only the later one is confirmed
    assert not delivered(at_once)
    assert delivered(later)[0].observations == ()


def test_a_bad_frame_gets_no_reply() -> None:
    # given a report with a flipped bit
    damaged = bytearray(worked("S2"))
    damaged[33] ^= 1

    # when it comes, then it is counted, and nobody answers
    found = steps(session(), bytes(damaged))
    assert counts(found) == {"bad_crc": 1}
    assert not delivered(found)
    assert not sent(found)


def test_a_picture_in_packets_is_delivered_once_and_confirmed_once() -> None:
    # given both packets of a picture and a place for it
    kept: list[Picture] = []
    options = Options()

    def keep(picture: Picture) -> bool:
        kept.append(picture)
        return True

    talk = StationSession(options, Uplink(options, keep), "10.0.0.9")
    now_ms = AT_MS + 3 * 3_600_000

    # when they come, and the last one comes again
    first, last = steps(talk, worked("M3a"), now_ms), steps(talk, worked("M3b"), now_ms)
    repeat = steps(talk, worked("M3b"), now_ms + 3000)

    # then there is one confirmation with the first packet's number, and another for the repeat
    assert not delivered(first)
    reply = decode_frame(delivered(last)[0].reply)
    assert (reply.end, reply.body.hex()) == (ESC, "0008260612110000")
    assert delivered(repeat)[0].observations == ()
    assert decode_frame(delivered(repeat)[0].reply).body == reply.body
    assert [(picture.station, len(picture.data)) for picture in kept] == [("0063100701", 22)]


def picture(size: int = 300) -> list[bytes]:
    reporter = Reporter("0063100701", 1, "1234", Options().table, 8)
    return [encoded(packet) for packet in reporter.picture(AT_MS, JPEG[:2] + bytes(size) + JPEG[-2:], longest=64)]


def test_a_lost_packet_is_asked_for_by_its_number() -> None:
    # given a picture of which the third packet is lost
    talk, packets = session(), picture()
    found = [step for number, wire in enumerate(packets, 1) if number != 3 for step in steps(talk, wire)]

    # when the centre asks and the packet comes
    asked = sent(found)
    end = steps(talk, packets[2])

    # then it asked for the third one, and the picture is whole
    assert [(frame.end, frame.packet, frame.packets) for frame in asked] == [(NAK, 3, len(packets))]
    assert delivered(end)[0].observations[0].value == 304.0


def test_a_damaged_packet_is_asked_for_at_once() -> None:
    # given a picture whose second packet is damaged on the way
    talk, packets = session(), picture()
    steps(talk, packets[0])
    damaged = bytearray(packets[1])
    damaged[40] ^= 8

    # when it comes
    found = steps(talk, bytes(damaged))

    # then it is asked for by its number
    assert [(frame.end, frame.packet) for frame in sent(found)] == [(NAK, 2)]


def test_a_picture_that_stalls_is_asked_for_and_then_given_up() -> None:
    # given the first packet of a picture and then silence
    talk = session()
    steps(talk, picture()[0])

    # when time goes by
    found = [step for minute in range(1, 5) for tick in range(60)
             for step in talk.woken(AT_MS + minute * 60_000 + tick * 1000)]  # fmt: skip

    # then it is asked for a few times, and given up
    assert 1 <= counts(found)["packets_requested"] <= 6
    assert counts(found)["split_incomplete"] == 1


def test_a_picture_that_cannot_be_kept_is_not_confirmed(tmp_path: Path) -> None:
    # given a folder that is a file
    (tmp_path / "file").write_text("")
    options = Options()
    talk = StationSession(options, Uplink(options, PictureFolder(tmp_path / "file", 9).keep), "10.0.0.9")

    # when a picture comes
    found = [step for wire in picture() for step in steps(talk, wire)]

    # then it is not confirmed, and told
    assert counts(found)["pictures_lost"] == 1
    assert not delivered(found)


def test_pictures_are_kept_by_station_and_time_and_the_oldest_go(tmp_path: Path) -> None:
    # given a folder for two pictures with a file of somebody else
    folder = PictureFolder(tmp_path, 2)
    (tmp_path / "notes.txt").write_text("mine")

    # when three come, one of a station with a hostile name
    for number, station in enumerate(["00303A9006", "../../etc", "0063100701"]):
        assert folder.keep(Picture(station, AT_MS + number * 60_000, JPEG))

    # then the two youngest are there, inside the folder
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["0063100701_20260612000210.jpg", "etc_20260612000110.jpg", "notes.txt"]
    assert (tmp_path / "0063100701_20260612000210.jpg").read_bytes() == JPEG


def test_old_rows_are_late_and_future_frames_are_not_taken() -> None:
    # given a report that comes an hour late, and one whose clock is an hour ahead
    late, ahead = (steps(session(), worked("S2"), AT_MS + shift) for shift in (3_600_000, -3_600_000))

    # when they come
    # then the first is marked and confirmed, the second neither taken nor confirmed
    assert {one.origin for one in delivered(late)[0].observations} == {"late"}
    assert counts(late)["late"] == 12
    assert counts(ahead)["clock_ahead"] == 1
    assert not delivered(ahead)


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ({"stations": frozenset({"0063100702"})}, "unknown_station"),
        ({"password": "9999"}, "wrong_password"),
        ({"centre": 7}, "other_centre"),
    ],
)
def test_who_is_not_expected_is_neither_taken_nor_confirmed(setting: dict[str, Any], what: str) -> None:
    # given a source that expects somebody else
    # when a report comes, then it is counted and that is all
    assert counts(steps(session(**setting), worked("S2"))) == {"frames": 1, what: 1}


def test_a_peer_from_a_foreign_network_is_sent_away() -> None:
    # given a source that admits one network
    options = options_from({"allowed_addresses": "10.1.0.0/16"})
    inside, outside = (StationSession(options, Uplink(options), peer) for peer in ("10.1.2.3", "10.2.0.1"))

    # when peers connect
    # then one may stay, and nothing of the other is heard
    assert list(inside.started(AT_MS)) == []
    assert [type(step) for step in outside.started(AT_MS)] == [Count, HangUp]
    assert steps(outside, worked("S2")) == []


def test_who_never_finishes_or_only_talks_rubbish_is_hung_up_on() -> None:
    # given one who sends a byte a second, and one who sends no frames at all
    slow, loud = session(), session()
    wire = worked("S2")
    for second in range(40):
        steps(slow, wire[second : second + 1], AT_MS + second * 1000)
        ended = list(slow.woken(AT_MS + second * 1000))
        if ended:
            break
    found = [step for _ in range(40) for step in steps(loud, b"GET / HTTP/1.1\r\n" * 128)]

    # when half a minute or 64 KiB have gone by, then both are hung up on
    assert isinstance(ended[-1], HangUp)
    assert second == 31  # the first byte alone may be a stray 7E
    assert isinstance(found[-1], HangUp)


def test_a_stray_7e_is_not_an_unfinished_frame() -> None:
    # given a report with a 7E behind it, in a piece of its own
    talk = session()
    steps(talk, worked("S2"))
    assert counts(steps(talk, b"\x7e")) == {"stray_bytes": 1}

    # when a minute goes by, then nobody hangs up
    assert not [step for second in range(60) for step in talk.woken(AT_MS + second * 1000)]


def test_a_client_asks_and_does_not_confirm_answers() -> None:
    # given a client for one station
    options = options_from({"role": "client", "allowed_stations": "0063100701", "port": 9})
    talk = StationSession(options, Uplink(options), "10.0.0.9")

    # when it connects, the answer comes, and five minutes go by
    asked = sent(list(talk.started(AT_MS)))
    answer = encoded(replace(decode_frame(worked("S2")), function=0x37))
    found = steps(talk, answer)
    later = sent([step for second in range(0, 301, 60) for step in talk.woken(AT_MS + second * 1000)])

    # then it asked twice (37, ENQ), and took the answer without confirming it
    assert [(frame.function, frame.end) for frame in (*asked, *later)] == [(0x37, ENQ)] * 2
    assert len(delivered(found)[0].observations) == 12
    assert delivered(found)[0].reply == b""


def test_a_settings_mistake_is_named() -> None:
    # given settings that cannot work
    wrong = [
        ({"allowed_stations": "631007"}, "", "10 位"),
        ({"allowed_addresses": "10.1.0.0/77"}, "", "网段"),
        ({"role": "client"}, "", "allowed_stations"),
        ({}, "12345", "密码"),
    ]

    # when they are read, then each mistake is named
    for settings, password, words in wrong:
        with pytest.raises(SourceRefused, match=words):
            options_from(settings, password=password)


def test_the_memory_of_messages_has_an_end() -> None:
    # given messages for longer than the window
    seen = SeenMessages(1000)
    for number in range(50):
        seen.add(number, 1, number * 100)

    # when old and young ones are looked for, then only the young are known
    assert seen.seen(49, 1, 5000) == "again"
    assert seen.seen(0, 1, 5000) == "new"


@given(st.lists(st.binary(max_size=80), max_size=6), st.integers(0, 40))
def test_no_bytes_make_a_session_raise(pieces: list[bytes], flips: int) -> None:
    # given frames with bytes between them, and some bits flipped
    talk = session()
    stream = bytearray(b"".join(worked("M3a") + piece + worked("S7") for piece in pieces))
    for number in range(min(flips, len(stream))):
        stream[number * 37 % len(stream)] ^= 1 << number % 8

    # when they come, then everything that follows is a step
    found = steps(talk, bytes(stream)) + list(talk.woken(AT_MS + 60_000))
    assert all(isinstance(step, Count | Deliver | Send | HangUp) for step in found)


def test_the_manifest_and_the_options_name_the_same_settings() -> None:
    # given the manifest
    manifest = tomllib.loads((PACKAGE / "manifest.toml").read_text(encoding="utf-8"))
    defaults = {key: setting.get("default") for key, setting in manifest["settings"].items()}

    # when its defaults are read, then they are those of the options
    read = options_from(defaults)
    usual = Options()
    assert (read.host, read.port, read.reply, read.max_skew_s) == (
        usual.host,
        usual.port,
        usual.reply,
        usual.max_skew_s,
    )
    assert all({"zh", "en"} <= setting["title"].keys() for setting in manifest["settings"].values())


def test_a_station_can_speak_ascii() -> None:
    # given a reporter in ASCII coding
    reporter = Reporter("0063100701", 1, "1234", Options().table, 8)
    reporter.is_text = True
    now_ms = time.time_ns() // 1_000_000

    # when its report comes
    found = steps(session(), encoded(reporter.timed({"water_level": -1.25, "flow": 3.0}, now_ms)), now_ms)

    # then it is taken and confirmed in ASCII coding
    rows = {row.quantity: row.value for row in delivered(found)[0].observations}
    assert (rows["water_level"], rows["flow"]) == (-1.25, 3.0)
    assert delivered(found)[0].reply.startswith(b"\x01")


def test_an_answer_to_another_centre_is_counted_and_not_answered() -> None:
    # given a station's answer to another centre's command to set its clock
    frame = replace(decode_frame(worked("S2")), function=0x4A)

    # when it comes, then it is counted
    assert counts(steps(session(), encoded(frame))) == {"frames": 1, "replies": 1}
