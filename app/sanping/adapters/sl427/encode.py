"""Writes frames: confirmations of the centre, and what a terminal reports."""

import math
import time
from collections.abc import Sequence

from msgspec.structs import replace

from sanping.adapters.sl427.frame import END, KEEP, LEAST, LINK, MOST, REPORT, START, VOLTAGE, Frame, crc8, encoded
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

_DOES_NOT_FIT = Text("{value} 不能写成 {size} 字节 BCD", "{value} does not fit into {size} bytes of BCD")
_NO_FRAME = Text("{size} 字节不能成为一个报文", "{size} bytes cannot make a frame")
_TAKEN = b"\x00"


def confirmation(frame: Frame, aux: bytes = b"") -> bytes:
    """Return the centre's reply: the same function and count downwards; a link test is echoed. Raises `FrameBroken`.

    `aux` is what a terminal may want behind it: password and time tag.
    """
    data = frame.data[:1] if frame.afn == LINK else _TAKEN
    return encoded(replace(frame, is_up=False, data=data + aux))


def sealed(wire: bytes) -> bytes:
    """Return a frame with its length, check code and end put right. Raises `FrameBroken`."""
    inner = wire[3:-2]
    if not LEAST <= len(inner) <= MOST:
        raise FrameBroken(_NO_FRAME.with_values(size=len(wire)))
    return bytes([START, len(inner), START]) + inner + bytes([crc8(inner), END])


def password_bytes(password: str) -> bytes:
    """Return a password of four decimal digits as two bytes: one digit of key, three of the word."""
    return bytes.fromhex(password)


def time_tag(moment_ms: int, utc_offset_h: float, delay_min: int = 0) -> bytes:
    """Return a time tag of SL/T 427: second, minute, hour, day, month, year, and the delay allowed."""
    local = time.gmtime(moment_ms / 1000 + utc_offset_h * 3600)
    return bytes.fromhex(time.strftime("%S%M%H%d%m%y", local)) + bytes([delay_min & 0xFF])


def bcd(value: float, size: int, decimals: int) -> bytes:
    """Return a number as little-endian BCD; a negative one has F in front, NaN is all F. Raises `FrameBroken`."""
    if math.isnan(value):
        return b"\xff" * size
    count = round(value * 10**decimals)
    digits = f"{abs(count):0{2 * size - (count < 0)}d}"
    if len(digits) + (count < 0) != 2 * size:
        raise FrameBroken(_DOES_NOT_FIT.with_values(value=value, size=size))
    return bytes.fromhex(("f" if count < 0 else "") + digits)[::-1]


def report(  # noqa: PLR0913  one argument a part
    station: str, kind: int, values: Sequence[bytes], *, tag: bytes, alarm: int = 0, state: int = 0, afn: int = REPORT
) -> Frame:
    """Return a report: values, alarm and state word, time tag."""
    words = alarm.to_bytes(2, "little") + state.to_bytes(2, "little")
    return Frame(station=station, afn=afn, kind=kind, data=b"".join(values) + words + tag)


def voltage(station: str, volts: float) -> Frame:
    """Return a report of the supply voltage (84)."""
    return Frame(station=station, afn=VOLTAGE, kind=0x0D, data=bcd(volts, 2, 2))


def link(station: str, what: int = KEEP) -> Frame:
    """Return a link test (02): login F0, logout F1, keep F2."""
    return Frame(station=station, afn=LINK, data=bytes([what]))
