"""sanping.adapters.jt808: messages, their marks and check codes, and what a platform makes of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.jt808.body import location_of, locations_of
from sanping.adapters.jt808.decode import decode_frame, explain, locations_in
from sanping.adapters.jt808.encode import answer, authentication, location, location_body, registration
from sanping.adapters.jt808.frame import HEARTBEAT, LOCATIONS, REGISTERED, Frame, encoded
from sanping.adapters.jt808.framing import LONGEST, Framer
from sanping.adapters.jt808.options import Options, options_from
from sanping.adapters.jt808.session import MOST_GARBAGE, TerminalSession
from sanping.adapters.jt808.summary import Summary
from sanping.adapters.jt808.uplink import Uplink
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.position import Position
from sanping.ports.source import Count, Deliver, HangUp, Step, Track

NOW_MS = 1_795_249_200_000
BUS = "13900000001"
PLACE = (120.301234, 31.571234)
PUBLIC = bytes.fromhex(
    "7e02000026123456789012007d02000000010000000200ba7f0e07e4f11c0028003c00001810151010100104000000640202007d01137e"
)
frames = st.builds(
    Frame, id=st.integers(0, 0xFFFF), terminal=st.integers(1, 10**12 - 1).map(str), serial=st.integers(0, 0xFFFF),
    body=st.binary(max_size=300), version=st.sampled_from([0, 1]),
)  # fmt: skip


def session(**options: Any) -> TerminalSession:
    made = Options(**options)
    return TerminalSession(made, Uplink(made), "10.0.0.1")


def heard(steps: Any) -> tuple[list[Position], bytes, dict[str, int], list[HangUp]]:
    positions: list[Position] = []
    reply, counts, gone = b"", dict[str, int](), list[HangUp]()
    step: Step
    for step in steps:
        match step:
            case Track(positions=more, reply=data):
                positions += more
                reply += data
            case Count(what=what, times=times):
                counts[what] = counts.get(what, 0) + times
            case HangUp():
                gone.append(step)
            case _:
                pass
    return positions, reply, counts, gone


def here(at_ms: int = NOW_MS, **more: Any) -> bytes:
    return location(BUS, location_body(PLACE, 42.5, 270.0, at_ms, **more))


@given(frame=frames)
def test_what_is_written_is_read_back(frame: Frame) -> None:
    wire = encoded(frame, is_up=True)
    assert wire[1:-1].count(b"\x7e") == 0
    assert decode_frame(wire) == frame


def test_a_public_position_of_2013_says_what_is_printed_beside_it() -> None:
    frame = decode_frame(PUBLIC)
    found = location_of(frame.body)
    assert encoded(frame, is_up=True) == PUBLIC
    assert (frame.terminal, frame.serial, frame.version) == ("123456789012", 126, 0)
    assert (found.latitude_deg, found.longitude_deg, found.speed_kmh, found.mileage_km) == (
        12.222222,
        132.444444,
        6,
        10,
    )
    assert (found.event_ms, found.is_alarming, found.is_located) == (1_539_569_410_000, True, True)


@given(data=st.binary(max_size=400), cut=st.integers(0, 200))
def test_frames_are_found_between_rubbish_in_pieces_of_any_size(data: bytes, cut: int) -> None:
    # given a message behind rubbish that has no mark in it
    stream = data.replace(b"\x7e", b"") + PUBLIC + here()
    framer = Framer()

    # when it comes in two pieces
    cuts = [*framer.fed(stream[:cut]), *framer.fed(stream[cut:]), *framer.ended()]

    # then both messages are found, and no byte is lost
    assert [one.frame.terminal for one in cuts if one.frame is not None] == ["123456789012", BUS]
    assert b"".join(one.wire for one in cuts) == stream


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda wire: wire[:20] + bytes([wire[20] ^ 1]) + wire[21:], "check code"),
        (lambda wire: wire[:3] + bytes([wire[3] ^ 1]) + wire[4:-2] + bytes([wire[-2] ^ 1]) + wire[-1:], "header says"),
        (lambda wire: wire[:30] + b"\x7d\x09" + wire[30:], "escaped"),
        (lambda wire: wire[:10] + wire[-1:], "incomplete"),
    ],
    ids=["a flipped bit", "a wrong length", "a bad escape", "cut off"],
)
def test_a_broken_message_says_what_is_wrong(spoil: Callable[[bytes], bytes], words: str) -> None:
    with pytest.raises(FrameBroken) as caught:
        decode_frame(spoil(PUBLIC))
    assert words in caught.value.in_language("en")


def test_a_terminal_that_calls_its_edition_nothing_is_answered_all_the_same() -> None:
    # given a message of the edition of 2019 whose version byte is 0, as a fuzzer found it
    wire = bytes.fromhex("7e0201580000000100090000000200000003527e")

    # when it comes
    _, reply, counts, _ = heard(session().received(wire, NOW_MS))

    # then it is answered as one of that edition
    assert counts["frames"] == 1
    assert decode_frame(reply).version == 1


def test_what_changes_a_terminal_cannot_be_written() -> None:
    with pytest.raises(FrameBroken):
        encoded(Frame(id=0x8103, terminal=BUS))


def test_a_terminal_registers_shows_its_code_and_is_placed() -> None:
    # given a platform with a secret
    talk = session(secret="s3cret", kinds=(("139", "bus"),))

    # when a terminal tries without a code, registers, shows the code it gets, and says where it is
    refused = heard(talk.received(here(), NOW_MS))
    registered = heard(talk.received(registration(BUS, "苏B·D0001", 7), NOW_MS))
    given = decode_frame(registered[1])
    code = given.body[3:].decode()
    admitted = heard(talk.received(authentication(BUS, code, 8), NOW_MS))
    placed = heard(talk.received(here(), NOW_MS))

    # then its position goes on with plate and kind, and is answered with its serial
    assert (refused[0], refused[2]["unauthenticated"]) == ([], 1)
    assert (given.id, given.body[:3]) == (REGISTERED, b"\x00\x07\x00")
    assert admitted[2]["logins"] == 1
    assert placed[0] == [
        Position(
            mover=BUS, kind="bus", longitude_deg=PLACE[0], latitude_deg=PLACE[1], event_ms=NOW_MS, speed_kmh=42.5,
            heading_deg=270.0, label="苏B·D0001",
        )
    ]  # fmt: skip
    assert placed[1] == answer(decode_frame(here()))


def test_a_wrong_code_ends_the_connection() -> None:
    talk = session(secret="s3cret")
    _, _, counts, gone = heard(talk.received(authentication(BUS, "0" * 16), NOW_MS))
    assert counts["bad_codes"] == 1
    assert len(gone) == 1
    assert list(talk.received(here(), NOW_MS)) == []


def test_what_is_no_news_is_answered_counted_and_not_shown() -> None:
    # given a terminal that has said where it is
    talk = session()
    heard(talk.received(here(), NOW_MS))

    # when it says the same, something old, something of the future, and that it does not know
    again = here() + here(NOW_MS - 1000) + here(NOW_MS + 3_600_000)
    nowhere = bytearray(location_body(PLACE, 0.0, 0.0, NOW_MS + 1000))
    nowhere[7] &= ~2
    positions, reply, counts, _ = heard(talk.received(again + location(BUS, bytes(nowhere)), NOW_MS + 2000))

    # then nothing is shown, and all are answered
    assert positions == []
    assert {name: counts[name] for name in ("duplicates", "late", "clock_ahead", "not_located")} == dict.fromkeys(
        ("duplicates", "late", "clock_ahead", "not_located"), 1
    )
    assert reply.count(b"\x7e") == 8


def test_positions_in_bulk_are_taken_one_by_one() -> None:
    # given two positions in one message
    bodies = [location_body(PLACE, 10.0, 0.0, NOW_MS + 1000 * number) for number in range(2)]
    bulk = b"\x00\x02\x01" + b"".join(len(body).to_bytes(2, "big") + body for body in bodies)
    frame = Frame(id=LOCATIONS, terminal=BUS, body=bulk, version=1)

    # when they come
    positions, _, _, _ = heard(session().received(encoded(frame, is_up=True), NOW_MS + 2000))

    # then both are told; a count that does not fit is an error
    assert [one.event_ms for one in positions] == [NOW_MS, NOW_MS + 1000]
    with pytest.raises(FrameBroken):
        locations_of(b"\x00\x03" + bulk[2:])
    assert len(locations_in(frame)) == 2


def test_shifted_coordinates_are_shifted_back() -> None:
    positions, _, _, _ = heard(session(is_gcj02=True).received(here(), NOW_MS))
    assert 0.002 < PLACE[0] - positions[0].longitude_deg < 0.008


def test_patience_ends_with_rubbish_with_broken_messages_and_with_dawdling() -> None:
    # given three connections
    rubbish, broken, slow = session(), session(), session()

    # when one talks rubbish, one sends broken messages, and one begins and does not end
    ends = [
        heard(rubbish.received(b"A" * (MOST_GARBAGE + LONGEST + 9), NOW_MS))[3],
        heard(broken.received(b"\x7e0123456789abcdef0\x7e" * 9, NOW_MS))[3],
        heard([*slow.received(PUBLIC[:20], NOW_MS), *slow.woken(NOW_MS + 31_000)])[3],
    ]

    # then each is hung up on, once
    assert [len(end) for end in ends] == [1, 1, 1]
    refused = TerminalSession(options_from({"allowed_addresses": "10.1.0.0/16"}), Uplink(Options()), "10.0.0.1")
    assert len(heard(refused.started(NOW_MS))[3]) == 1


def test_figures_are_told_when_due_and_never_of_silence() -> None:
    # given a summary every ten seconds
    summary = Summary(10)
    for number in range(20):
        summary.count(
            Position(
                mover=str(number), kind="bus" if number % 2 else "car", longitude_deg=1.0, latitude_deg=1.0,
                event_ms=NOW_MS, speed_kmh=30.0 if number < 10 else 0.0, is_alarming=number == 3,
            ),
            NOW_MS,
        )  # fmt: skip

    # when it is asked too early, in time, and again without a new position
    early, due, silent = (summary.due(NOW_MS + after) for after in (9_000, 10_000, 25_000))

    # then it tells each kind and all of them, once
    told = {(row.station, row.quantity): row.value for row in due}
    assert (early, silent) == ((), ())
    assert told["all", "movers_online"] == 20.0
    assert told["bus", "movers_moving"] == 5.0
    assert told["all", "mean_speed"] == 30.0
    assert told["bus", "movers_alarming"] == 1.0
    assert told["all", "position_rate"] == 2.0


def test_a_session_delivers_the_figures_when_it_is_woken() -> None:
    talk = session(summary_s=2)
    heard(talk.received(here(), NOW_MS))
    delivered = [step for step in talk.woken(NOW_MS + 2000) if isinstance(step, Deliver)]
    assert {row.station for row in delivered[0].observations} == {"car", "all"}


def test_settings_that_cannot_be_are_refused_in_words(tmp_path: Path) -> None:
    table = tmp_path / "vehicles.csv"
    table.write_text("terminal,label,kind\n013900000001,苏B·X,robot\n", encoding="utf-8")
    known = options_from({"vehicles_file": str(table), "kinds": "13=car 139=bus"})
    assert (known.kind_of(BUS), known.kind_of("13900000002"), known.kind_of("150")) == ("robot", "bus", "car")
    for wrong in ({"kinds": "139=tram"}, {"vehicles_file": str(tmp_path / "none.csv")}):
        with pytest.raises(SourceRefused):
            options_from(wrong)


def test_heartbeats_and_what_is_not_known_are_answered() -> None:
    said = encoded(Frame(id=HEARTBEAT, terminal=BUS), is_up=True) + encoded(Frame(id=0x0900, terminal=BUS), is_up=True)
    _, reply, counts, _ = heard(session().received(said, NOW_MS))
    results = [decode_frame(part).body[4] for part in reply.replace(b"\x7e\x7e", b"\x7e|\x7e").split(b"|")]
    assert results == [0, 3]
    assert (counts["keep_alives"], counts["unknown_message"]) == (1, 1)
    assert all(piece.error == "" for piece in explain(said))
