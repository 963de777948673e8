"""Writes frames: confirmations and queries of the centre, and what a station reports.

What would change a station or move a pump, valve or gate (40, 42, 47 … 4F) cannot be written.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sanping.adapters.sl651.body import (
    BLOCK_SIZES,
    JPEG,
    OBSERVED,
    RAIN_BLOCK,
    STATION,
    STATUS_WORD,
    STEP,
    Message,
    Part,
    encoded_body,
)
from sanping.adapters.sl651.crc import crc16
from sanping.adapters.sl651.elements import Element
from sanping.adapters.sl651.frame import (
    ACK,
    END_CHARACTERS,
    ENQ,
    EOT,
    ESC,
    ETB,
    ETX,
    HEX_HEAD,
    LONGEST_BODY,
    NAK,
    QUERY_NOW,
    STX,
    SYN,
    Frame,
    encoded,
)
from sanping.adapters.sl651.text_body import encoded_text_body
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

_PREFIX = {False: 8, True: 16}
_NO_FRAME = Text("{size} 字节不能成为一个报文", "{size} bytes cannot make a frame")
_DOES_NOT_FIT = Text("{value} 不能写入要素 {code}", "{value} does not fit into element {code}")


def confirmation(frame: Frame, stays_on: bool = True) -> bytes:
    """Return the centre's reply to a message: ACK to ETB; to ETX ESC, or EOT when the station may hang up.

    Its body is the serial number and send time of the message (of its first packet, for several). Raises `FrameBroken`.
    """
    end = ACK if frame.end == ETB else ESC if stays_on else EOT
    return _downlink(frame, frame.body[: _PREFIX[frame.is_text]], end)


def request_again(frame: Frame, packet: int) -> bytes:
    """Return the centre's request for a packet of several (NAK with the packet's number). Raises `FrameBroken`."""
    return _downlink(msgspec.structs.replace(frame, packet=packet), b"", NAK, packets=frame.packets, packet=packet)


def query(  # noqa: PLR0913  one argument a field
    *, station: str, centre: int, password: str, serial: int, sent: str, is_text: bool = False
) -> bytes:
    """Return a query for what a station measures now (37, mode M4); `sent` is local time YYMMDDHHmmSS."""
    message = Message(function=QUERY_NOW, serial=serial, sent=sent)
    body = encoded_text_body(message) if is_text else encoded_body(message)
    return encoded(
        Frame(
            station=station,
            centre=centre,
            password=password,
            function=QUERY_NOW,
            body=body,
            end=ENQ,
            is_up=False,
            is_text=is_text,
        )
    )


def sealed(wire: bytes) -> bytes:
    """Return a frame in HEX/BCD coding with its length and check code put right. Raises `FrameBroken`."""
    if len(wire) < HEX_HEAD + 3 or len(wire) > HEX_HEAD + 3 + LONGEST_BODY:
        raise FrameBroken(_NO_FRAME.with_values(size=len(wire)))
    length = len(wire) - HEX_HEAD - 3 | (wire[11] & 0x80) << 8
    start = wire[13:14] if wire[13] in (STX, SYN) else bytes([STX])
    end = wire[-3:-2] if wire[-3] in END_CHARACTERS else bytes([ETX])
    whole = b"\x7e\x7e" + wire[2:11] + length.to_bytes(2, "big") + start + wire[HEX_HEAD:-3] + end
    return whole + crc16(whole).to_bytes(2, "big")


def _downlink(frame: Frame, body: bytes, end: int, packets: int = 0, packet: int = 0) -> bytes:
    return encoded(msgspec.structs.replace(frame, is_up=False, body=body, end=end, packets=packets, packet=packet))


def bcd(value: float, size: int, decimals: int) -> bytes:
    """Return a number as BCD of `size` bytes; a negative one starts with FF, NaN is all F. Raises `FrameBroken`."""
    if math.isnan(value):
        return b"\xff" * size
    count = round(value * 10**decimals)
    digits = f"{abs(count):0{2 * size - (2 if count < 0 else 0)}d}"
    data = bytes.fromhex(("FF" if count < 0 else "") + digits) if len(digits) % 2 == 0 else b""
    if len(data) != size:
        raise FrameBroken(_DOES_NOT_FIT.with_values(value=value, code=f"N({2 * size},{decimals})"))
    return data


def element_part(element: Element, values: float | Sequence[float]) -> Part:
    """Return an element with its value, or a series of values, on the wire's scale. Raises `FrameBroken`."""
    definition = element.size << 3 | element.decimals
    numbers = (values,) if isinstance(values, (int, float)) else values
    return Part(element.guide, definition, b"".join(bcd(number, element.size, element.decimals) for number in numbers))


def block_part(guide: int, values: Sequence[float]) -> Part:
    """Return a block of twelve values: rain in mm (F4) or relative levels in metres (F5 … FC). Raises `FrameBroken`."""
    size = BLOCK_SIZES[guide]
    width, factor = (1, 10) if guide == RAIN_BLOCK else (2, 100)
    missing = (1 << 8 * width) - 1
    counts = [missing if math.isnan(value) else round(value * factor) for value in values]
    if len(counts) * width != size or not all(0 <= count <= missing for count in counts):
        raise FrameBroken(_DOES_NOT_FIT.with_values(value=list(values), code=f"{guide:02X}"))
    definition = size << 3 & 0xFF
    return Part(guide, definition, b"".join(count.to_bytes(width, "big") for count in counts))


def station_part(station: str, kind: str) -> Part:
    """Return the part that names a station and its class letter."""
    return Part(STATION, data=bytes.fromhex(station) + kind.encode("ascii"))


def observed_part(digits: str) -> Part:
    """Return the part that gives the observation time, local YYMMDDHHmm."""
    return Part(OBSERVED, data=bytes.fromhex(digits))


def step_part(minutes: int) -> Part:
    """Return the part that gives a step in minutes, hours or days; 0 announces a block."""
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    return Part(STEP, 0x18, bytes.fromhex(f"{days:02d}{hours:02d}{left:02d}"))


def picture_part(jpeg: bytes) -> Part:
    """Return the part that is a picture."""
    return Part(JPEG, data=jpeg)


def text_parts(parts: Iterable[Part], elements: Mapping[int, Element]) -> list[Part]:
    """Return parts of one value each as parts of the ASCII coding; `elements` by guide."""
    found = []
    for part in parts:
        if part.guide == STATION:
            station, kind = part.data[:5].hex().upper(), part.data[5:].decode("ascii")
            found.append(Part(STATION, key="ST", words=(station, kind)))
        elif part.guide == OBSERVED:
            found.append(Part(OBSERVED, key="TT", words=(part.data.hex(),)))
        else:
            words = (_word(part),)
            found.append(Part(0, key=elements[part.guide].key, words=words))
    return found


def _word(part: Part) -> str:
    digits, decimals = part.data.hex().upper(), part.definition & 7
    if part.guide == STATUS_WORD or not digits.strip("F") or not digits.removeprefix("FF").isdecimal():
        return digits
    sign = "-" if digits.startswith("FF") else ""
    return f"{sign}{int(digits.removeprefix('FF')) / 10**decimals:.{decimals}f}"


def packets_of(frame: Frame, longest: int) -> list[Frame]:
    """Return a message in packets whose bodies are at most `longest` bytes (mode M3); ETB ends all but the last."""
    pieces = [frame.body[at : at + longest] for at in range(0, len(frame.body), longest)]
    return [
        msgspec.structs.replace(
            frame, body=piece, packets=len(pieces), packet=number, end=ETX if number == len(pieces) else ETB
        )
        for number, piece in enumerate(pieces, start=1)
    ]
