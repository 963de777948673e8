"""`sanping.adapters.hj212.encode` and `.joining`: round trips and splitting."""

import pytest
from hj212_frames import MN, OFFICIAL_KEY
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.hj212.decode import decode_frame
from sanping.adapters.hj212.encode import LONGEST_SEGMENT, encoded, header, packet_qn, split
from sanping.adapters.hj212.frame import Frame, Item
from sanping.adapters.hj212.joining import joined
from sanping.adapters.hj212.sm4 import area_cipher
from sanping.domain.errors import FrameBroken

TIME: Item = (("DataTime", "20260612080000"),)

values = st.decimals(min_value=-999, max_value=99_999, places=3).map(str)
codes = st.from_regex(r"[aw][0-9]{5}", fullmatch=True)
items = st.builds(
    lambda code, value, mark: ((f"{code}-Rtd", value), (f"{code}-Flag", mark)),
    codes,
    values,
    st.sampled_from("NFMSDCTB"),
)
frames = st.builds(
    Frame,
    qn=st.from_regex(r"2026061208[0-5][0-9][0-5][0-9][0-9]{3}", fullmatch=True),
    st=st.sampled_from(["21", "22", "32", "91"]),
    cn=st.sampled_from(["2011", "2051", "2061", "3020", "9014"]),
    pw=st.from_regex(r"[0-9A-Za-z]{0,24}", fullmatch=True),
    mn=st.from_regex(r"[0-9A-Z_]{14,24}", fullmatch=True),
    flag=st.sampled_from([0, 1, 4, 5, 8, 9]),
    is_backfill=st.booleans(),
    items=st.lists(items, max_size=8).map(lambda rows: (TIME, *rows)),
)


def long_frame(count: int, flag: int = 5) -> Frame:
    """Return an hour with so many factors."""
    rows = tuple(
        ((f"w{number:05d}-Min", "0.80"), (f"w{number:05d}-Avg", "0.88"), (f"w{number:05d}-Flag", "N"))
        for number in range(count)
    )
    return Frame(qn="20260612080000998", st="21", cn="2061", pw="123456", mn=MN, flag=flag, items=(TIME, *rows))


@given(frames)
def test_any_frame_survives_the_wire(frame: Frame) -> None:
    assert decode_frame(encoded(frame)) == frame


@given(frames, st.sampled_from([OFFICIAL_KEY, "0123456789abcdeffedcba9876543210"]))
def test_any_frame_survives_encryption(frame: Frame, key: str) -> None:
    # given a key
    cipher = area_cipher(key)

    # when a frame is encrypted and decoded
    wire = encoded(frame, cipher)

    # then it is the same, and as long as in clear
    assert decode_frame(wire, cipher) == frame
    assert len(wire) == len(encoded(frame))


@given(st.integers(1, 60), st.integers(300, LONGEST_SEGMENT))
def test_a_long_frame_is_split_and_joined_again(count: int, longest: int) -> None:
    # given an hour with many factors
    frame = long_frame(count)

    # when it is split
    packets = split(frame, longest)

    # then every packet fits, tells the time, has its own QN, and together they are the frame
    assert all(int(encoded(packet)[2:6]) <= longest for packet in packets)
    assert all(packet.value("DataTime") == "20260612080000" for packet in packets)
    assert len({packet.qn for packet in packets}) == len(packets)
    assert joined(packets) == frame


def test_packet_numbers_follow_the_edition() -> None:
    # given 12 packets in the edition of 2017 and of 2025
    packets = split(long_frame(60), 400)

    # when the second edition, which has one digit for them, is asked for as many
    with pytest.raises(FrameBroken):
        split(long_frame(60, flag=9), 400)

    # then only the first can count them
    assert len(packets) > 9
    assert b"PNUM=%d;PNO=1;" % len(packets) in header(packets[0])
    assert packets[0].flag == 7


def test_an_item_too_long_for_a_packet_is_refused() -> None:
    frame = Frame(st="21", cn="3020", mn=MN, flag=5, items=(TIME, (("i11001-Info", "x" * 2000),)))
    with pytest.raises(FrameBroken):
        split(frame)


def test_a_segment_that_the_length_field_cannot_count_is_refused() -> None:
    with pytest.raises(FrameBroken):
        encoded(Frame(st="21", cn="3020", mn=MN, flag=5, items=((("i11001-Info", "x" * 10_000),),)))


def test_exchange_numbers_of_packets_are_a_millisecond_apart() -> None:
    assert [packet_qn("20260612080000998", packet) for packet in (1, 2, 3)] == [
        "20260612080000998",
        "20260612080000999",
        "20260612080000000",
    ]
