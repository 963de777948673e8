"""The body of a frame: serial number, send time, and its parts in their order; read and written byte for byte.

A part is an element with its data as sent; F0 (observation time), F1 (station), F2 (text), F3 (picture) are too.
"""

import msgspec

from sanping.adapters.sl651.elements import VENDOR
from sanping.adapters.sl651.frame import (
    CLOCK,
    EVENT_LOG,
    KEEP_ALIVE,
    STATUS,
    UNIFORM,
    VERSION,
    Frame,
)
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

OBSERVED, STATION, MANUAL_TEXT, JPEG = 0xF0, 0xF1, 0xF2, 0xF3
RAIN_BLOCK, LEVEL_BLOCK, LAST_LEVEL_BLOCK = 0xF4, 0xF5, 0xFC
STEP, LEVEL, STATUS_WORD = 0x04, 0x39, 0x45
RAW = -1
"""The guide of a part that is kept as bytes: parameters, versions, event logs, and what could not be read."""

BLOCK_SIZES = {RAIN_BLOCK: 12} | dict.fromkeys(range(LEVEL_BLOCK, LAST_LEVEL_BLOCK + 1), 24)
"""Bytes of the blocks of twelve values, whatever their definition byte says."""

MOST_PARTS = 4096
"""Parts of a body, and values of a series, that are read; further ones make `rest`."""

_WITHOUT_ELEMENTS = frozenset({0x40, 0x41, 0x42, 0x43, VERSION, *range(0x47, EVENT_LOG), EVENT_LOG, CLOCK})
_MARKS = frozenset({OBSERVED, STATION, MANUAL_TEXT, JPEG})
_PREFIX = 8
_TOO_SHORT = Text(
    "正文只有 {size} 字节，缺少流水号或发报时间", "The body of {size} bytes lacks serial number or send time"
)
_BAD_TIME = Text("发报时间 {digits} 不是时间", "The send time {digits} is none")


class Part(msgspec.Struct, frozen=True, gc=False):
    """One element as it was sent: guide (0xFFxx for a vendor's), definition byte (−1 for none), data.

    `words` are the values in ASCII coding, with `key` for the guide; both are empty in HEX/BCD coding.
    """

    guide: int
    definition: int = -1
    data: bytes = b""
    key: str = ""
    words: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a body says. `sent` is the local send time YYMMDDHHmmSS. `rest` are bytes that could not be read."""

    function: int
    serial: int
    sent: str
    parts: tuple[Part, ...] = ()
    rest: bytes = b""


def decoded_body(frame: Frame) -> Message:
    """Return what the body of a frame in HEX/BCD coding says. Raises `FrameBroken`.

    An element that runs over the end makes `rest`; what stands before it is read all the same.
    """
    body = frame.body
    if len(body) < _PREFIX:
        raise FrameBroken(_TOO_SHORT.with_values(size=len(body)))
    sent = body[2:_PREFIX].hex()
    if not sent.isdecimal():
        raise FrameBroken(_BAD_TIME.with_values(digits=sent.upper()))
    parts: list[Part] = []
    at = _PREFIX
    has_elements = frame.is_up and frame.function != KEEP_ALIVE
    while at < len(body) and has_elements and len(parts) < MOST_PARTS:
        part, after = _part(body, at, frame.function)
        if part is None:
            break
        parts.append(part)
        at = after
        if frame.function == UNIFORM and part.guide == STEP and any(part.data):
            series, at = _series(body, at)
            parts += series
        elif part.guide == STATION and frame.function in _WITHOUT_ELEMENTS:
            parts += [Part(RAW, data=body[at:])] if at < len(body) else []
            at = len(body)
    if not has_elements and at < len(body):
        parts, at = [Part(RAW, data=body[at:])], len(body)
    return Message(
        function=frame.function, serial=body[0] << 8 | body[1], sent=sent, parts=tuple(parts), rest=body[at:]
    )


def encoded_body(message: Message) -> bytes:
    """Return the bytes of a body in HEX/BCD coding; the inverse of `decoded_body`."""
    pieces = [message.serial.to_bytes(2, "big"), bytes.fromhex(message.sent)]
    for part in message.parts:
        if part.guide == RAW:
            pieces.append(part.data)
        elif part.guide in _MARKS:
            pieces.append(bytes([part.guide, part.guide]) + part.data)
        else:
            guide = bytes([0xFF, part.guide & 0xFF] if part.guide >= VENDOR else [part.guide])
            pieces.append(guide + bytes([part.definition]) + part.data)
    return b"".join(pieces) + message.rest


def _part(body: bytes, at: int, function: int) -> tuple[Part | None, int]:
    """Return the part that starts at a place and where it ends; None when it runs over the end."""
    guide = body[at]
    second = body[at + 1] if at + 1 < len(body) else -1
    if guide in _MARKS:
        return _marked(body, at + 2, guide, function) if guide == second else (None, at)
    start = at + 2
    if guide == 0xFF:
        guide, start = VENDOR | second, at + 3
    if second < 0 or start > len(body):
        return None, at
    definition = body[start - 1]
    end = start + BLOCK_SIZES.get(guide, definition >> 3)
    return (Part(guide, definition, body[start:end]), end) if end <= len(body) else (None, at)


def _marked(body: bytes, start: int, guide: int, function: int) -> tuple[Part | None, int]:
    """Return a part that is marked by its guide byte twice: a time, a station, a text or a picture."""
    if guide in (MANUAL_TEXT, JPEG):
        return Part(guide, data=body[start:]), len(body)
    end = start + 5
    if guide == STATION and not _lacks_class(body, end, function):
        end += 1
    return (Part(guide, data=body[start:end]), end) if end <= len(body) else (None, start - 2)


def _lacks_class(body: bytes, at: int, function: int) -> bool:
    """Say whether a station stands without its class byte, as in replies about the station itself."""
    following = body[at : at + 2]
    if function in _WITHOUT_ELEMENTS or following == b"\xf0\xf0" or not following:
        return True
    return function == STATUS and following[0] == STATUS_WORD


def _series(body: bytes, at: int) -> tuple[list[Part], int]:
    """Return one element with all its values after a step, and where they end."""
    start = at + (3 if body[at : at + 1] == b"\xff" else 2)
    size = body[start - 1] >> 3 if start <= len(body) else 0
    if not size:
        return [], at
    guide = VENDOR | body[at + 1] if body[at] == 0xFF else body[at]
    end = start + size * min((len(body) - start) // size, MOST_PARTS)
    return [Part(guide, body[start - 1], body[start:end])], end
