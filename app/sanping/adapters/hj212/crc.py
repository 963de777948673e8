"""The check code of HJ 212.

It is neither CRC-16/MODBUS nor ARC: the register's low byte is thrown away before each byte goes in. What remains is a
linear map of the high byte that is the identity after eight steps, so a byte's part in the result depends on its
distance from the end modulo eight only: the whole segment can be folded into eight bytes by exclusive or. (For the same
reason the check is blind to two bytes that change places eight apart.)
"""

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

LONGEST = 8192
"""The longest segment that can be checked, in bytes."""

_LANE = 8
_TOO_LONG = Text(
    "数据段 {size} 字节，超过可校验的 {most} 字节", "The data segment has {size} bytes, more than the {most} checked"
)


def _after_one_byte(state: int) -> int:
    """Return the register after eight shifts with only its low byte set."""
    for _ in range(8):
        state = (state >> 1) ^ (0xA001 if state & 1 else 0)
    return state


def _lanes() -> tuple[tuple[int, ...], ...]:
    """Return for each distance from the end (0 … 7) what a byte there adds to the result."""
    step = [_after_one_byte(byte) for byte in range(256)]
    lanes, reached = [], list(range(256))
    for _ in range(_LANE):
        lanes.append(tuple(step[state] for state in reached))
        reached = [step[state] >> 8 for state in reached]
    return tuple(lanes)


_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7 = _lanes()
_HALVES = tuple((64 * words, (1 << (64 * words)) - 1) for words in range(LONGEST // (2 * _LANE) + 2))


def crc16(segment: bytes) -> int:
    """Return the check code (0 … 65535) of a data segment, HJ 212-2017 annex A and 2025 annex A.1.

    Raises `FrameBroken` beyond `LONGEST` bytes.
    """
    size = len(segment)
    if size == 0:
        return 0xFFFF
    if size > LONGEST:
        raise FrameBroken(_TOO_LONG.with_values(size=size, most=LONGEST))
    folded = int.from_bytes(segment, "big") ^ (0xFF << (8 * size - 8))
    words = (size + 7) >> 3
    while words > 1:
        words = (words + 1) >> 1
        shift, low = _HALVES[words]
        folded = (folded >> shift) ^ (folded & low)
    b = folded.to_bytes(_LANE, "big")
    return _L0[b[7]] ^ _L1[b[6]] ^ _L2[b[5]] ^ _L3[b[4]] ^ _L4[b[3]] ^ _L5[b[2]] ^ _L6[b[1]] ^ _L7[b[0]]
