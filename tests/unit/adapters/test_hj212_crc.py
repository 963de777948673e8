"""`sanping.adapters.hj212.crc`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.hj212.crc import LONGEST, crc16
from sanping.domain.errors import FrameBroken


def as_the_standard_says(segment: bytes) -> int:
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            carry = register & 1
            register >>= 1
            if carry:
                register ^= 0xA001
    return register


@pytest.mark.parametrize(
    ("segment", "check"), [(b"", 0xFFFF), (b"\x00", 0x4040), (b"123456789", 0x2F80)], ids=["empty", "zero", "digits"]
)
def test_known_check_values_come_out(segment: bytes, check: int) -> None:
    assert crc16(segment) == check


@given(st.binary(max_size=200))
def test_folding_gives_what_the_standard_computes_bit_by_bit(segment: bytes) -> None:
    assert crc16(segment) == as_the_standard_says(segment)


@pytest.mark.parametrize("size", [1, 7, 8, 9, 63, 64, 65, 349, 1024, 4084, LONGEST])
def test_every_length_is_folded_right(size: int) -> None:
    # given a segment in which no eight bytes are alike
    segment = bytes(number * number % 251 for number in range(size))

    # when it is checked
    check = crc16(segment)

    # then it is what the standard computes
    assert check == as_the_standard_says(segment)


def test_a_segment_beyond_the_tables_is_refused() -> None:
    with pytest.raises(FrameBroken):
        crc16(bytes(LONGEST + 1))
