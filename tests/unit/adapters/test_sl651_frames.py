"""SL 651 frames: check code, both codings, framing through rubbish, and the worked and public frames byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sanping.adapters.sl651.body import Message, Part, decoded_body, encoded_body
from sanping.adapters.sl651.crc import crc16
from sanping.adapters.sl651.decode import decode_frame, decode_message, explain
from sanping.adapters.sl651.encode import confirmation, query, request_again, sealed
from sanping.adapters.sl651.frame import (
    ENQ,
    ETB,
    LONGEST_BODY,
    NAK,
    NEVER_SENT,
    STX,
    Frame,
    encoded,
)
from sanping.adapters.sl651.framing import Framer, head_at
from sanping.adapters.sl651.text_body import decoded_text_body, encoded_text_body
from sanping.domain.errors import FrameBroken

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "sl651"


def payloads(name: str) -> dict[str, bytes]:
    lines = (PAYLOADS / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: bytes.fromhex(digits) for name, digits in pairs}


WORKED = payloads("worked.txt")
PUBLIC = payloads("public.txt")
ASCII = payloads("ascii.txt")

hex_digits = st.text("0123456789ABCDEF", min_size=10, max_size=10)
frames = st.builds(
    Frame,
    station=hex_digits,
    centre=st.integers(0, 255),
    password=st.text("0123456789ABCDEF", min_size=4, max_size=4),
    function=st.integers(0x30, 0x3A),
    body=st.binary(max_size=200),
    end=st.sampled_from([0x03, 0x17]),
    is_up=st.booleans(),
    is_text=st.booleans(),
)


def test_the_check_code_is_that_of_modbus() -> None:
    # given the check value that catalogues of check codes give
    # when it is computed for an even and an odd number of bytes, and for none
    # then it is right
    assert (crc16(b"123456789"), crc16(b"12345678"), crc16(b"")) == (0x4B37, 0x37DD, 0xFFFF)


@given(st.binary(max_size=300))
def test_two_bytes_at_a_time_give_the_check_code_of_one_at_a_time(data: bytes) -> None:
    # given any bytes
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)

    # when the check code is computed by table
    # then it is the one of the definition
    assert crc16(data) == register


@pytest.mark.parametrize("name", WORKED)
def test_a_worked_frame_comes_back_byte_for_byte(name: str) -> None:
    # given a worked frame
    wire = WORKED[name]

    # when it is decoded and encoded again, its body too
    frame = decode_frame(wire)

    # then nothing has changed, and a wrong length and check code can be put right
    assert encoded(frame) == wire
    assert sealed(wire[:12] + b"\x01" + wire[13:-2] + b"\x00\x00") == wire
    if not frame.packets:
        assert encoded_body(decoded_body(frame)) == frame.body


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_frame_comes_back_byte_for_byte(name: str) -> None:
    # given a frame of a real station, perhaps with a 7E behind it
    wire = PUBLIC[name]

    # when it is decoded and encoded again, its body too
    frame = decode_frame(wire)

    # then nothing has changed, and every element was understood
    assert encoded(frame) == wire[: -1 if wire[-1] == 0x7E and encoded(frame) != wire else None]
    if not frame.packets:
        message = decoded_body(frame)
        assert encoded_body(message) == frame.body
        assert message.rest == b""


@pytest.mark.parametrize("name", ASCII)
def test_a_frame_in_ascii_coding_comes_back_byte_for_byte(name: str) -> None:
    # given a recorded frame in ASCII coding
    frame = decode_frame(ASCII[name])

    # when it is encoded again, its body too, then nothing has changed
    assert encoded(frame) == ASCII[name]
    assert encoded_text_body(decoded_text_body(frame)) == frame.body


def test_the_confirmations_are_the_worked_ones() -> None:
    # given the timed report S2 and the reports' own time in the worked replies
    frame = decode_frame(WORKED["S2"])
    sent = replace(frame, body=bytes.fromhex("0002260612080012") + frame.body[8:])

    # when the centre confirms it, for stations that may hang up and that shall stay
    replies = confirmation(sent, stays_on=False), confirmation(sent, stays_on=True)

    # then both are the worked frames S3 and S4
    assert replies == (WORKED["S3"], WORKED["S4"])


def test_a_packet_is_asked_for_by_its_number() -> None:
    # given the first packet of a picture
    frame = decode_frame(WORKED["M3a"])

    # when the centre asks for the second one
    asked = decode_frame(request_again(frame, 2))

    # then it says so with NAK and the packet's number
    assert (asked.is_up, asked.end, asked.packets, asked.packet) == (False, NAK, 2, 2)


@given(frames)
def test_any_frame_comes_back(frame: Frame) -> None:
    # given any frame
    # when it is encoded and decoded
    # then it is the same
    assert decode_frame(encoded(frame)) == frame


@given(st.lists(frames, min_size=1, max_size=4), st.data())
def test_frames_are_found_however_the_stream_is_cut(sent: list[Frame], data: st.DataObject) -> None:
    # given frames one behind another, some with a stray 7E, in pieces of any size
    stream = b"".join(encoded(frame) + (b"\x7e" if data.draw(st.booleans()) else b"") for frame in sent)
    framer = Framer()
    cuts = []
    at = 0
    while at < len(stream):
        size = data.draw(st.integers(1, 40))
        cuts += framer.fed(stream[at : at + size])
        at += size
    cuts += framer.ended()

    # when they are cut
    found = [cut.frame for cut in cuts if not cut.fault]

    # then all are there, in order
    assert found == sent


@given(st.binary(max_size=64).filter(lambda data: b"\x7e" not in data and b"\x01" not in data))
def test_garbage_between_frames_is_named_and_costs_no_frame(garbage: bytes) -> None:
    # given two frames with garbage between
    stream = WORKED["S5"] + garbage + WORKED["S6"]

    # when the stream is cut
    cuts = Framer().fed(stream)

    # then both frames are there, and the garbage is one piece
    assert [cut.wire for cut in cuts] == [wire for wire in (WORKED["S5"], garbage, WORKED["S6"]) if wire]


def test_one_byte_at_a_time_is_enough() -> None:
    # given all worked frames, byte by byte
    framer = Framer()
    stream = b"".join(WORKED.values())

    # when they are fed
    cuts = [cut for byte in stream for cut in framer.fed(bytes([byte]))]

    # then all are found
    assert [cut.wire for cut in cuts] == list(WORKED.values())


def test_a_damaged_frame_is_one_bad_frame_and_the_next_one_is_found() -> None:
    # given a frame with one flipped bit before a good one
    damaged = bytearray(WORKED["S5"])
    damaged[30] ^= 4

    # when both are cut
    bad, good = Framer().fed(bytes(damaged) + WORKED["S6"])

    # then the first has a wrong check code, and the second is good
    assert (bad.fault, bad.wire) == ("crc", bytes(damaged))
    assert good.frame == decode_frame(WORKED["S6"])


@pytest.mark.parametrize("length", [0x0021 - 5, 0x0021 + 5, 0x0FFF])
def test_a_wrong_length_is_seen_and_hides_no_other_frame(length: int) -> None:
    # given a frame that says a wrong length, with a right check code, before a good one
    wire = bytearray(WORKED["S5"][:-2])
    wire[11:13] = length.to_bytes(2, "big")
    wrong = bytes(wire) + crc16(bytes(wire)).to_bytes(2, "big")

    # when both are cut
    framer = Framer()
    cuts = [*framer.fed(wrong + WORKED["S6"]), *framer.ended()]

    # then the first is at fault, and the second is good
    assert cuts[0].fault in ("length", "cut")
    assert cuts[-1].frame == decode_frame(WORKED["S6"])


def test_a_frame_that_never_ends_gives_way_to_a_good_one() -> None:
    # given the head of a long frame, and then another frame
    head = WORKED["S2"][:11] + LONGEST_BODY.to_bytes(2, "big") + bytes([STX])

    # when the good one arrives
    cuts = Framer().fed(head + b"\x00" * 30 + WORKED["S5"])

    # then nobody waits for the long one
    assert [cut.fault for cut in cuts] == ["cut", ""]


def test_what_looks_like_starts_takes_no_time() -> None:
    # given 60 KB of nothing but heads of packets that seem to be long
    head = WORKED["M3a"][:11] + bytes.fromhex("3FFF16")
    stream = head * (60_000 // len(head))

    # when they are cut
    cuts = [*Framer().fed(stream)]

    # then it comes to an end, and nothing is taken for a frame
    assert all(cut.fault for cut in cuts)
    assert head_at(head, 0) is not None


def test_the_ascii_coding_comes_back_and_keeps_its_words() -> None:
    # given a timed report in ASCII coding
    message = Message(
        function=0x32,
        serial=2,
        sent="260612080010",
        parts=(
            Part(0xF1, key="ST", words=("0063100701", "H")),
            Part(0xF0, key="TT", words=("2606120800",)),
            Part(0, key="Z", words=("3.127",)),
            Part(0, key="VT", words=("12.60",)),
        ),
    )
    frame = Frame(
        station="0063100701", centre=1, password="1234", function=0x32, body=encoded_text_body(message), is_text=True
    )

    # when it is written and read
    wire = encoded(frame)
    again = decode_frame(wire)

    # then header and elements are plain text, and all is the same
    assert wire.startswith(b"\x01010063100701123432003F\x020002260612080010ST 0063100701 H TT 2606120800 Z 3.127 ")
    assert again == frame
    assert decoded_text_body(again) == message


def test_a_query_is_written_and_a_control_is_not() -> None:
    # given a query for what is measured now
    frame = decode_frame(query(station="0063100701", centre=1, password="1234", serial=9, sent="260612080010"))
    assert (frame.function, frame.end, frame.is_up) == (0x37, ENQ, False)

    # when a function that changes a station or moves a gate is to be written downwards
    # then it is refused
    for function in sorted(NEVER_SENT):
        with pytest.raises(FrameBroken, match="不发送"):
            encoded(replace(frame, function=function))
    assert {0x40, 0x42, *range(0x47, 0x50)} == NEVER_SENT


@pytest.mark.parametrize(
    "wrong", [{"station": "00631007"}, {"password": "xyz1"}, {"end": 0x41}, {"packet": 1}, {"body": bytes(4096)}]
)
def test_a_field_that_does_not_fit_is_named(wrong: dict[str, object]) -> None:
    # given a frame with a field that no frame can hold
    frame = replace(decode_frame(WORKED["S5"]), **wrong)

    # when it is encoded, then the field is named
    with pytest.raises(FrameBroken, match=next(iter(wrong))):
        encoded(frame)


def test_explaining_leaves_no_byte_out() -> None:
    # given frames, garbage and a damaged frame
    damaged = bytearray(WORKED["S2"])
    damaged[40] ^= 1
    stream = (
        b"\x7e" + WORKED["S1"] + b"\x7e" + bytes(damaged) + b"xyz" + WORKED["M3a"] + WORKED["M3b"] + b"\x7e\x7e\x01"
    )

    # when they are explained
    told = list(explain(stream))

    # then every byte belongs to one, in order
    assert [one.offset for one in told] == [sum(two.size for two in told[:number]) for number in range(len(told))]
    assert sum(one.size for one in told) == len(stream)

    # and each says what it is
    bad = next(one for one in told if one.crc_ok is False)
    assert bad.fields["station"] == "0063100701"
    assert "校验码不符" in bad.error
    assert bad.observations == ()
    assert told[-2].fields["PIC"] == "22 B"


def test_a_message_that_goes_on_says_so() -> None:
    # given a report that ends with ETB
    frame = replace(decode_frame(WORKED["S2"]), end=ETB)

    # when it is confirmed
    reply = decode_frame(confirmation(frame))

    # then with ACK, and its message is read as always
    assert reply.end == 0x06
    assert decode_message(frame).serial == 2
