"""A station connects to us: `sanping.adapters.hj212.server_session`, `.listener`, `.uplink` and `.replay`."""

import random

import pytest
from hj212_frames import (
    MN,
    NOW_MS,
    OFFICIAL_KEY,
    counts,
    delivered,
    framed,
    hang_ups,
    options,
    payload,
    reported,
    sent,
)
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.hj212.decode import decode_frame
from sanping.adapters.hj212.encode import encoded
from sanping.adapters.hj212.replay import MOST_KEPT, ReplayWindow
from sanping.adapters.hj212.server_session import ServerSession
from sanping.adapters.hj212.sm4 import area_cipher
from sanping.adapters.hj212.uplink import Uplink
from sanping.ports.source import Count, Step

REALTIME = payload("a_realtime_2017.txt")
MINUTE_MS = 60_000


class Station:
    """Stations that talk to one source: each `line` is a connection."""

    def __init__(self, password: str = "", key: str = "", **settings: object) -> None:
        self.options = options(password, key, **settings)
        self.uplink = Uplink(self.options)
        self.line = self.connected()

    def connected(self, peer: str = "192.0.2.7") -> ServerSession:
        return ServerSession(self.options, self.uplink, peer)

    def says(self, data: bytes, now_ms: int = NOW_MS) -> list[Step]:
        return list(self.line.received(data, now_ms))


def test_a_report_is_acknowledged_in_the_same_breath_as_its_rows() -> None:
    # given a station
    station = Station()

    # when it reports the worked frame
    steps = station.says(REALTIME)

    # then eight live rows are delivered, and the acknowledgement travels only with them
    (step,) = delivered(steps)
    assert len(step.observations) == 8
    assert {row.origin for row in step.observations} == {"live"}
    assert {row.received_ms for row in step.observations} == {NOW_MS}
    assert step.reply.startswith(b"##0087QN=20260612080000123;ST=91;CN=9014;PW=123456;")
    assert sent(steps) == step.reply


def test_who_wants_no_answer_gets_none() -> None:
    steps = Station().says(reported("DataTime=20260612080000;w01001-Rtd=7", flag=4))
    assert sent(steps) == b""
    assert len(delivered(steps)[0].observations) == 1


def test_each_packet_of_a_split_is_acknowledged_by_itself() -> None:
    # given a station whose second packet does not repeat the time
    station = Station()
    head = f"ST=21;CN=2051;PW=123456;MN={MN};Flag=7;PNUM=2;PNO="
    first = framed(f"QN=20260612080000534;{head}1;CP=&&DataTime=20260612075000;w21003-Avg=0.91&&")
    second = framed(f"QN=20260612080000535;{head}2;CP=&&w21011-Avg=0.18&&")

    # when both come
    steps = station.says(first) + station.says(second)

    # then both rows have the time of the message, and each packet its own answer
    rows = [row for step in delivered(steps) for row in step.observations]
    assert [(row.quantity, row.event_ms) for row in rows] == [
        ("ammonia_nitrogen", NOW_MS - 5000),
        ("total_phosphorus", NOW_MS - 5000),
    ]
    assert [decode_frame(step.reply).qn[-3:] for step in delivered(steps)] == ["534", "535"]


def test_a_packet_whose_time_nobody_knows_is_not_acknowledged() -> None:
    head = f"QN=20260612080000535;ST=21;CN=2051;PW=123456;MN={MN};Flag=7;PNUM=2;PNO=2"
    steps = Station().says(framed(f"{head};CP=&&w21011-Avg=0.18&&"))
    assert (counts(steps), sent(steps)) == ({"frames": 1, "bad_frames": 1}, b"")


def test_a_message_that_stays_incomplete_is_counted() -> None:
    # given the first of two packets
    station = Station()
    station.says(payload("f_split_1_of_2.txt"), NOW_MS + 70 * MINUTE_MS)

    # when the second does not come for eleven minutes
    steps = list(station.line.woken(NOW_MS + 81 * MINUTE_MS))

    # then it is counted, once
    assert counts(steps) == {"split_incomplete": 1}
    assert list(station.line.woken(NOW_MS + 82 * MINUTE_MS)) == []


def test_a_repeated_frame_is_acknowledged_again_but_not_delivered_again() -> None:
    # given a station that did not get its answer
    station = Station()
    first = station.says(REALTIME)

    # when it sends the frame again, on the same line and much later on another
    again = station.says(REALTIME, NOW_MS + 5000)
    station.line = station.connected()
    later = station.says(REALTIME, NOW_MS + 60_000)

    # then it is answered each time, and delivered once
    assert sent(again) == sent(later) == sent(first)
    assert [len(step.observations) for step in delivered([*first, *again, *later])] == [8, 0, 0]
    assert counts(again) == {"frames": 1, "duplicates": 1}


def test_a_frame_whose_rows_may_not_be_safe_yet_is_not_acknowledged_on_another_line() -> None:
    # given a frame delivered on one line a second ago: nobody here knows whether it is committed
    station = Station()
    station.says(REALTIME)

    # when the station comes again on another line
    station.line = station.connected()
    steps = station.says(REALTIME, NOW_MS + 1000)

    # then it has to wait
    assert (sent(steps), delivered(steps)) == (b"", [])


def test_ten_thousand_replayed_frames_are_taken_once() -> None:
    # given ten thousand captured frames
    frames = [
        reported(f"DataTime=20260612080000;w01001-Rtd=7.{number % 10}", qn=f"2026061208{number:07d}")
        for number in range(10_000)
    ]
    station = Station()
    captured = b"".join(frames)
    once = sum(len(step.observations) for step in delivered(station.says(captured)))

    # when they are sent again from elsewhere, in another order
    random.Random(1).shuffle(frames)
    station.line = station.connected("203.0.113.9")
    again = delivered(station.says(b"".join(frames), NOW_MS + 60_000))

    # then not one is taken twice
    assert once == 10_000
    assert sum(len(step.observations) for step in again) == 0


def test_a_frame_two_hours_old_is_kept_but_never_live() -> None:
    # given a frame captured two hours ago
    station = Station()

    # when it comes
    steps = station.says(REALTIME, NOW_MS + 120 * MINUTE_MS)

    # then its rows are late
    assert {row.origin for row in delivered(steps)[0].observations} == {"late"}
    assert counts(steps)["late"] == 8


def test_a_frame_from_the_future_is_neither_taken_nor_acknowledged() -> None:
    # given a station whose clock is an hour ahead
    station = Station()

    # when it reports, and later again with the clock set
    steps = station.says(REALTIME, NOW_MS - 60 * MINUTE_MS)
    again = station.says(REALTIME, NOW_MS)

    # then the first is refused with a hint, and nothing is lost
    assert counts(steps) == {"frames": 1, "clock_ahead": 1}
    assert sent(steps) == b""
    assert len(delivered(again)[0].observations) == 8


def test_a_maker_who_writes_interval_ends_is_told_apart_from_a_wrong_clock() -> None:
    # given an hour that ends now, by a maker who writes its end as DataTime
    station = Station()
    wire = reported("DataTime=20260612080000;w21003-Avg=0.5", cn="2061")

    # when it comes, with the setting as the standard has it and as the maker has it
    steps = station.says(wire)
    mended = Station(data_time="end").says(wire)

    # then the first names the setting, and the second is taken
    (told,) = [step for step in steps if isinstance(step, Count) and step.what == "data_time_ahead"]
    assert told.detail is not None
    assert "data_time" in told.detail.en
    assert (delivered(steps), sent(steps)) == ([], b"")
    assert delivered(mended)[0].observations[0].event_ms == NOW_MS - 5000


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ({"allowed_stations": "A110000_0001, 88888888888888"}, "unknown_station"),
        ({"password": "135790"}, "wrong_password"),
        ({"versions": "2025"}, "other_version"),
    ],
)
def test_who_is_not_meant_is_counted_and_gets_no_answer(settings: dict[str, str], count: str) -> None:
    # given a source that expects others
    station = Station(settings.pop("password", ""), **settings)

    # when the worked station reports
    steps = station.says(REALTIME)

    # then there is no row and no answer, but a line for the log, without the password
    (told,) = [step for step in steps if isinstance(step, Count) and step.what == count]
    assert (delivered(steps), sent(steps)) == ([], b"")
    assert told.detail is not None
    assert MN in told.detail.zh
    assert "123456" not in told.detail.zh + told.detail.en


def test_who_is_meant_is_taken() -> None:
    station = Station("123456", allowed_stations=f"x {MN}", versions="2017", allowed_addresses="192.0.2.0/24")
    assert list(station.line.started(NOW_MS)) == []
    assert len(delivered(station.says(REALTIME))[0].observations) == 8


@pytest.mark.parametrize(
    ("peer", "is_admitted"), [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("10.2.0.1", False), ("?", False)]
)
def test_only_allowed_addresses_may_connect(peer: str, is_admitted: bool) -> None:
    # given a source for one network
    station = Station(allowed_addresses="10.1.0.0/16 2001:db8::/32")

    # when a peer connects and reports
    line = station.connected(peer)
    steps = [*line.started(NOW_MS), *line.received(REALTIME, NOW_MS)]

    # then a stranger is sent away and not heard
    assert bool(hang_ups(steps)) != is_admitted
    assert bool(delivered(steps)) == is_admitted


def test_three_wrong_check_codes_in_a_row_end_the_connection() -> None:
    # given a station on a bad line
    station = Station()
    wrong = REALTIME.replace(b"7.42", b"7.43")

    # when two wrong frames, a good one, and three wrong ones come
    steps = station.says(wrong * 2 + REALTIME + wrong * 3 + REALTIME)

    # then only the three in a row are too much, and nothing behind them is heard
    assert counts(steps)["bad_crc"] == 5
    assert len(delivered(steps)) == 1
    assert "3 wrong check codes" in hang_ups(steps)[0]
    assert station.says(REALTIME) == []


def test_without_strict_check_a_wrong_frame_is_taken_as_suspect() -> None:
    # given a source that is told to be lenient
    station = Station(strict_crc=False)

    # when a frame with a wrong check code comes
    steps = station.says(REALTIME.replace(b"7.42", b"7.43"))

    # then its values are there, none of them good
    assert {row.quality for row in delivered(steps)[0].observations} == {"suspect"}
    assert counts(steps)["bad_crc"] == 1


@pytest.mark.parametrize("data", [b"##0349QN=2026", b"x", b"#"], ids=["half a frame", "garbage", "one sign"])
def test_a_byte_a_second_is_borne_for_half_a_minute(data: bytes) -> None:
    # given a sender of one byte a second, that never finishes
    station = Station()
    dribble = (data + REALTIME[len(data) :] if data != b"x" else b"x" * 400)[:100]

    # when it goes on
    ended_s = 0
    for second, byte in enumerate(dribble):
        steps = station.says(bytes([byte]), NOW_MS + second * 1000)
        steps += station.line.woken(NOW_MS + second * 1000 + 500)
        if hang_ups(steps):
            ended_s = second
            break

    # then its slot is free after 30 s
    assert ended_s == 30


def test_a_modem_that_says_its_name_now_and_then_is_no_trouble() -> None:
    # given a modem that puts a few bytes of its own on the line every minute, with a good frame now and then
    station = Station()

    # when an hour passes
    steps: list[Step] = []
    for minute in range(60):
        now_ms = NOW_MS + minute * MINUTE_MS
        steps += station.says(b"DTU00123\r\n", now_ms)
        for second in range(0, 60, 5):
            steps += station.line.woken(now_ms + second * 1000)

    # then it stays connected, and its bytes are counted
    assert hang_ups(steps) == []
    assert counts(steps) == {"garbage_bytes": 60 * 10}


def test_a_peer_that_only_talks_rubbish_is_hung_up() -> None:
    steps = Station().says(b"GET / HTTP/1.1\r\n" * 5000)
    assert "not HJ 212" in hang_ups(steps)[0]


def test_a_heartbeat_is_answered_at_once() -> None:
    beat = payload("g_heartbeat_2025.txt")
    assert decode_frame(sent(Station().says(beat, NOW_MS + 80 * MINUTE_MS))).cn == "9013"


def test_encrypted_data_are_taken_with_the_key_and_counted_without() -> None:
    # given an encrypted report of 2025
    frame = decode_frame(reported("DataTime=20260612080000;w01001-Rtd=7.42;w21003-Rtd=0.86", flag=9))
    wire = encoded(frame, area_cipher(OFFICIAL_KEY))

    # when it comes to a source with the key, and to one without
    with_key, without = Station(key=OFFICIAL_KEY).says(wire), Station().says(wire)

    # then only the first reads it, and answers in clear
    assert [row.value for row in delivered(with_key)[0].observations] == [7.42, 0.86]
    assert decode_frame(sent(with_key)).cn == "9014"
    assert (counts(without), sent(without)) == ({"encrypted": 1}, b"")


def test_the_interval_that_a_station_tells_wins_over_the_setting() -> None:
    # given a station that told its interval of five minutes
    station = Station()
    told = framed(f"QN=20260612075959000;ST=21;CN=1063;PW=123456;MN={MN};Flag=4;CP=&&MinInterval=5&&")
    station.says(told)

    # when it reports minute data
    steps = station.says(reported("DataTime=20260612075500;w21003-Avg=0.9", cn="2051"))

    # then they end five minutes after their start
    (row,) = delivered(steps)[0].observations
    assert (row.period_s, row.event_ms) == (300, NOW_MS - 5000)


def test_answers_of_stations_are_counted_and_not_answered() -> None:
    steps = Station().says(payload("d_request_accepted.txt") + payload("e_executed.txt"))
    assert (counts(steps), sent(steps)) == ({"frames": 2, "replies": 2}, b"")


def test_a_command_nobody_knows_is_taken_and_told() -> None:
    steps = Station().says(reported("DataTime=20260612080000;w01001-Rtd=7", cn="2099"))
    assert counts(steps) == {"frames": 1, "unknown_command": 1}
    assert len(delivered(steps)) == 1


def test_the_window_is_bounded_and_forgets() -> None:
    # given a window of ten minutes
    window = ReplayWindow(600_000)

    # when more exchanges come than it keeps, and time passes
    for number in range(3 * MOST_KEPT):
        window.add(number, 1, NOW_MS)
    kept = len(window._young) + len(window._old)
    window.add("a", 1, NOW_MS + 1)
    window.add("b", 1, NOW_MS + 700_000)
    window.add("c", 1, NOW_MS + 1_400_000)

    # then it holds two spans of them at most
    assert kept <= 2 * MOST_KEPT
    assert window.seen("a", 1, NOW_MS + 1_400_000) == "new"
    assert window.seen("b", 1, NOW_MS + 1_400_000) == "again"


@given(st.lists(st.one_of(st.binary(max_size=80), st.sampled_from([REALTIME, REALTIME[:90], b"##0087"])), max_size=12))
def test_no_bytes_make_a_session_fail(pieces: list[bytes]) -> None:
    # given any bytes, in any pieces
    station = Station()

    # when a session gets them, a second apart
    for second, piece in enumerate(pieces):
        station.says(piece, NOW_MS + second * 1000)
        list(station.line.woken(NOW_MS + second * 1000))

    # then it does not raise
