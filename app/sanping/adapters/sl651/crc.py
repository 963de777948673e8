"""The check code of SL 651: CRC-16/MODBUS over everything before it, start bytes included, sent high byte first."""

import functools
import struct


@functools.cache
def _tables() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return what one byte and what two bytes at once do to the register."""
    one = []
    for byte in range(256):
        state = byte
        for _ in range(8):
            state = (state >> 1) ^ (0xA001 if state & 1 else 0)
        one.append(state)
    two = []
    for word in range(65_536):
        middle = (word >> 8) ^ one[word & 0xFF]
        two.append((middle >> 8) ^ one[middle & 0xFF])
    return tuple(one), tuple(two)


def crc16(data: bytes) -> int:
    """Return the check code (0 … 65535): initial value FFFF, polynomial 8005 reflected."""
    one, two = _tables()
    state = 0xFFFF
    for word in struct.unpack_from(f"<{len(data) >> 1}H", data):
        state = two[state ^ word]
    if len(data) & 1:
        state = (state >> 8) ^ one[(state ^ data[-1]) & 0xFF]
    return state
