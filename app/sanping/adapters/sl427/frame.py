"""One frame of SL/T 427: `68 L 68 | C | A | AFN | data | CS | 16`; nothing of the data is read here."""

import functools
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

START, END = 0x68, 0x16
LEAST, MOST = 7, 255
"""What the length byte may say: from control byte to the end of the data."""

LINK, ALARM, MANUAL, PICTURE, VOLTAGE, QUERY, REPORT = 0x02, 0x81, 0x82, 0x83, 0x84, 0xB0, 0xC0
LOGIN, LOGOUT, KEEP = 0xF0, 0xF1, 0xF2
STATUS_TYPE = 0x0D

AFNS: Mapping[int, Text] = MappingProxyType(
    {
        LINK: Text("链路检测", "link test"),
        ALARM: Text("自报报警数据", "alarm report"),
        MANUAL: Text("人工置数", "manual report"),
        PICTURE: Text("自报图片", "picture"),
        VOLTAGE: Text("自报电压", "voltage"),
        QUERY: Text("查询实时数据", "query"),
        REPORT: Text("自报实时数据", "self-report"),
    }
)
_SENT_DOWN = frozenset({LINK, ALARM, MANUAL, PICTURE, VOLTAGE, QUERY, REPORT})
_NOT_SENT = Text(
    "功能码 {afn:02X} 会改变终端，本程序不发送",
    "Function {afn:02X} changes the terminal; this program does not send it",
)
_BAD_STATION = Text(
    "终端地址“{station}”无效：应为 6 位行政区划码加 5 位编号，或 00 加 8 位十六进制数字",
    "“{station}” is no terminal address: six digits of district and five of number, or 00 and eight hexadecimal ones",
)
_BAD_FIELD = Text("报文的 {name} 为 {value}，无法编码", "{name} of the frame is {value} and cannot be written")


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A whole frame. `station` has eleven digits (district code, number), or "00" and eight hexadecimal ones.

    `kind` is the type of what is told (1 rain, 2 level … 15 pressure), `countdown` the frame count of the control byte,
    `split` the byte behind it in a message of several frames (−1: none), `afn` the function.
    """

    station: str
    afn: int
    kind: int = 0
    data: bytes = b""
    is_up: bool = True
    countdown: int = 3
    split: int = -1


@functools.cache
def _table() -> tuple[int, ...]:
    states = []
    for byte in range(256):
        state = byte
        for _ in range(8):
            state = (state << 1 ^ (0xE5 if state & 0x80 else 0)) & 0xFF
        states.append(state)
    return tuple(states)


def crc8(data: bytes) -> int:
    """Return the check code: polynomial E5, initial value 0, not reflected."""
    table, state = _table(), 0
    for byte in data:
        state = table[state ^ byte]
    return state


def encoded(frame: Frame) -> bytes:
    """Return the bytes of a frame. Raises `FrameBroken` for what does not fit, and for what changes a terminal."""
    if not frame.is_up and frame.afn not in _SENT_DOWN:
        raise FrameBroken(_NOT_SENT.with_values(afn=frame.afn))
    for name, value, most in (("kind", frame.kind, 15), ("countdown", frame.countdown, 3), ("afn", frame.afn, 255)):
        if not 0 <= value <= most:
            raise FrameBroken(_BAD_FIELD.with_values(name=name, value=value))
    has_split = frame.split >= 0
    control = frame.is_up << 7 | has_split << 6 | frame.countdown << 4 | frame.kind
    head = bytes([control, frame.split & 0xFF] if has_split else [control])
    inner = head + address_bytes(frame.station) + bytes([frame.afn]) + frame.data
    if len(inner) > MOST:
        raise FrameBroken(_BAD_FIELD.with_values(name="data", value=f"{len(frame.data)} B"))
    return bytes([START, len(inner), START]) + inner + bytes([crc8(inner), END])


def decoded_inner(inner: bytes) -> Frame | None:
    """Return the frame whose bytes from control byte to the end of the data are given; None when they are too few."""
    control = inner[0]
    at = 2 if control & 0x40 else 1
    if len(inner) < at + 6:
        return None
    return Frame(
        station=_address(inner[at : at + 5]),
        afn=inner[at + 5],
        kind=control & 0x0F,
        data=inner[at + 6 :],
        is_up=bool(control & 0x80),
        countdown=control >> 4 & 3,
        split=inner[1] if at == 2 else -1,
    )


def _address(data: bytes) -> str:
    if data[0] == 0:
        return data.hex().upper()
    return f"{data[:3].hex().upper()}{data[3] | data[4] << 8:05d}"


def address_bytes(station: str) -> bytes:
    """Return the five bytes of an address. Raises `FrameBroken`."""
    try:
        if len(station) == 10 and station.startswith("00"):
            return bytes.fromhex(station)
        if len(station) == 11 and station.isascii() and " " not in station and not station.startswith("00"):
            return bytes.fromhex(station[:6]) + int(station[6:]).to_bytes(2, "little")
    except (ValueError, OverflowError):
        pass
    raise FrameBroken(_BAD_STATION.with_values(station=station))
