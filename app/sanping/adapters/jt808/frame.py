"""One message of JT/T 808: header, body, check code, and what is escaped on the line."""

import functools
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

MARK, ESCAPE = 0x7E, 0x7D
HEARTBEAT, LOGOUT, REGISTER, AUTHENTICATE = 0x0002, 0x0003, 0x0100, 0x0102
LOCATION, LOCATIONS = 0x0200, 0x0704
ANSWER, REGISTERED = 0x8001, 0x8100
MOST_BODY = 1023
_ESCAPED = MappingProxyType({1: b"\x7d", 2: b"\x7e"})

TITLES: Mapping[int, Text] = MappingProxyType(
    {
        0x0001: Text("终端通用应答", "terminal's answer"),
        HEARTBEAT: Text("终端心跳", "heartbeat"),
        LOGOUT: Text("终端注销", "deregistration"),
        REGISTER: Text("终端注册", "registration"),
        AUTHENTICATE: Text("终端鉴权", "authentication"),
        LOCATION: Text("位置信息汇报", "position"),
        LOCATIONS: Text("定位数据批量上传", "positions in bulk"),
        ANSWER: Text("平台通用应答", "platform's answer"),
        REGISTERED: Text("终端注册应答", "answer to a registration"),
    }
)
_SENT_DOWN = frozenset({ANSWER, REGISTERED})

_NOT_SENT = Text(
    "消息 {id:04X} 会改变终端，本程序不发送", "Message {id:04X} changes a terminal; this program does not send it"
)
_SHORT = Text("消息头不完整", "The header is incomplete")
_CHECK = Text(
    "校验码不符：报文写 {sent:02X}，应为 {right:02X}",
    "Wrong check code: the frame has {sent:02X}, {right:02X} is right",
)
_LENGTH = Text("消息体长 {size}，头里写 {said}", "The body has {size} bytes, the header says {said}")
_BAD_ESCAPE = Text("转义字节无效", "A byte is escaped in no known way")
_NO_NUMBER = Text("终端号不是数字", "The number of the terminal has no digits")
_TOO_LONG = Text("消息体 {size} 字节，超过 {most}", "The body has {size} bytes, over {most}")


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A whole message. `terminal` is its number without leading zeros; `version` 0 is the edition of 2013.

    `parts` and `part` are how many packets a longer message has, and which this is; 0 where it is one alone.
    `encryption` is the three bits of the header that say how the body is encrypted, 0 for not at all.
    """

    id: int
    terminal: str
    serial: int = 0
    body: bytes = b""
    version: int = 0
    parts: int = 0
    part: int = 0
    encryption: int = 0


def encoded(frame: Frame, *, is_up: bool = False) -> bytes:
    """Return the bytes of a frame. Raises `FrameBroken` for what does not fit, and for what changes a terminal."""
    if not is_up and frame.id not in _SENT_DOWN:
        raise FrameBroken(_NOT_SENT.with_values(id=frame.id))
    if len(frame.body) > MOST_BODY:
        raise FrameBroken(_TOO_LONG.with_values(size=len(frame.body), most=MOST_BODY))
    attributes = len(frame.body) | (0x4000 if frame.version else 0)
    number = frame.terminal.zfill(20 if frame.version else 12)
    head = frame.id.to_bytes(2, "big") + attributes.to_bytes(2, "big")
    head += bytes([frame.version]) if frame.version else b""
    inner = head + bytes.fromhex(number) + (frame.serial & 0xFFFF).to_bytes(2, "big") + frame.body
    return wrapped(inner)


def wrapped(inner: bytes) -> bytes:
    """Return header and body with their check code, escaped, between two marks."""
    whole = inner + bytes([_xor(inner)])
    return b"\x7e" + whole.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"


def decoded(inner: bytes) -> Frame:
    """Return the frame whose escaped bytes between two marks are given. Raises `FrameBroken`."""
    plain = _plain(inner)
    if len(plain) < 13:
        raise FrameBroken(_SHORT)
    if _xor(plain):
        sent = plain[-1]
        raise FrameBroken(_CHECK.with_values(sent=sent, right=_xor(plain) ^ sent))
    return _parsed(plain[:-1])


def _parsed(plain: bytes) -> Frame:
    """Return header and body, the check code taken off."""
    attributes = int.from_bytes(plain[2:4], "big")
    is_new = bool(attributes & 0x4000)
    at = 5 if is_new else 4
    end = at + (10 if is_new else 6)
    number = plain[at:end].hex()
    has_parts = bool(attributes & 0x2000)
    body_at = end + (6 if has_parts else 2)
    if len(plain) < body_at:
        raise FrameBroken(_SHORT)
    if not number.isdecimal():
        raise FrameBroken(_NO_NUMBER)
    body, said = plain[body_at:], attributes & 0x03FF
    if len(body) != said:
        raise FrameBroken(_LENGTH.with_values(size=len(body), said=said))
    return Frame(
        id=int.from_bytes(plain[:2], "big"),
        terminal=number.lstrip("0") or "0",
        serial=int.from_bytes(plain[end : end + 2], "big"),
        body=body,
        version=(plain[4] or 1) if is_new else 0,
        parts=int.from_bytes(plain[end + 2 : end + 4], "big") if has_parts else 0,
        part=int.from_bytes(plain[end + 4 : end + 6], "big") if has_parts else 0,
        encryption=attributes >> 10 & 7,
    )


def _plain(inner: bytes) -> bytes:
    """Return bytes with what is escaped put back."""
    if ESCAPE not in inner:
        return inner
    first, *rest = inner.split(b"\x7d")
    found = [first]
    for piece in rest:
        plain = _ESCAPED.get(piece[0]) if piece else None
        if plain is None:
            raise FrameBroken(_BAD_ESCAPE)
        found += [plain, piece[1:]]
    return b"".join(found)


def _xor(data: bytes) -> int:
    return functools.reduce(int.__xor__, data, 0)
