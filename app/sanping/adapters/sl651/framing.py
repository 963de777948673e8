"""Cuts a stream of bytes into frames of SL 651 by length and check code, and finds the next one after rubbish.

Start bytes alone decide nothing: 7E 7E may stand in a picture, and real captures carry a stray 7E behind the check.
"""

import re
from typing import Literal

import msgspec

from sanping.adapters.sl651.crc import crc16
from sanping.adapters.sl651.frame import END_CHARACTERS, HEX_HEAD, LONGEST_PACKET, STX, SYN, TEXT_HEAD, Frame

Fault = Literal["", "garbage", "crc", "length", "cut"]
"""What is wrong with a cut: nothing; no frame at all; wrong check code; its check code fits another length than it
says; or another frame begins, or the stream ends, inside it."""

_START = re.compile(rb"\x7e\x7e|\x01[0-9A-Fa-f]")
_TEXT_HEAD = re.compile(rb"\x01[0-9A-Fa-f]{22}[\x02\x16]")
_TEXT_BEGIN = re.compile(rb"\x01[0-9A-Fa-f]{0,22}\Z")
_DIGITS = re.compile(rb"[0-9A-Fa-f]+")
_STRAY = b"\x7e"
_MOST_HEADS_TRIED = 8


class Cut(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of the stream: a frame, or what is none.

    `offset` counts from the first byte ever fed. `frame` is there for good frames, and for bad ones whose header could
    be read. `sent` and `right` are the check code that came and the one that fits.
    """

    offset: int
    wire: bytes
    frame: Frame | None = None
    fault: Fault = ""
    sent: int = -1
    right: int = -1


class _Head(msgspec.Struct, frozen=True, gc=False):
    """Where a frame that seems to begin has its parts: `size` is 0 while the head is not complete."""

    size: int
    is_text: bool = False
    is_up: bool = True
    has_packet: bool = False


_UNFINISHED = _Head(0)


class Framer:
    """Holds at most one unfinished frame (16 KiB); bytes may come in pieces of any size."""

    def __init__(self) -> None:
        self._held = b""
        self._offset = 0
        self._failed: set[int] = set()

    @property
    def holds_part(self) -> bool:
        """Whether a frame has begun and not ended; a stray 7E behind the last one is none."""
        return len(self._held) > 1

    def fed(self, data: bytes) -> list[Cut]:
        """Return what `data` completes, in order; a single 7E behind a frame is not reported."""
        return self._cuts(self._held + data if self._held else data, is_end=False)

    def ended(self) -> list[Cut]:
        """Return what is left when no more bytes will come."""
        return self._cuts(self._held, is_end=True)

    def _cuts(self, data: bytes, is_end: bool) -> list[Cut]:
        cuts: list[Cut] = []
        at = seen = 0
        while seen < len(data):
            start = _next_start(data, seen, is_end)
            head = head_at(data, start) if start < len(data) else None
            if head is None:
                seen = min(start + 1, len(data))
                if start < len(data):
                    continue
            self._add_garbage(cuts, data, at, start, is_end)
            at = seen = start
            if head is None:
                break
            found = self._frame(data, start, head, is_end)
            if found is None:
                break
            if found.wire == _STRAY and found.fault == "cut":
                self._add_garbage(cuts, data, at, start + 1, is_end)
            else:
                cuts.append(found)
            at = seen = start + len(found.wire)
        self._held = data[at:]
        self._offset += at
        if at:
            self._failed.clear()
        return cuts

    def _add_garbage(self, cuts: list[Cut], data: bytes, at: int, start: int, is_end: bool) -> None:
        """Report the bytes before a frame; a 7E that follows a frame belongs to it."""
        if start <= at:
            return
        wire = data[at:start]
        if wire == _STRAY and cuts and cuts[-1].fault != "garbage":
            cuts[-1] = msgspec.structs.replace(cuts[-1], wire=cuts[-1].wire + wire)
        elif wire != _STRAY or is_end or not self._offset + at:
            cuts.append(Cut(offset=self._offset + at, wire=wire, fault="garbage"))

    def _frame(self, data: bytes, start: int, head: _Head, is_end: bool) -> Cut | None:
        """Return the frame that starts here, good or bad; None when more bytes are needed."""
        end = start + head.size
        if head.size and end <= len(data):
            cut = self._checked(data, start, end, head)
            if not cut.fault or cut.fault == "length":
                return cut
            inner = self._good_inside(data, start, end)
            return msgspec.structs.replace(cut, wire=data[start:inner], fault="cut") if inner else cut
        inner = self._good_inside(data, start, len(data))
        if inner:
            return Cut(offset=self._offset + start, wire=data[start:inner], fault="cut")
        return Cut(offset=self._offset + start, wire=data[start:], fault="cut") if is_end else None

    def _checked(self, data: bytes, start: int, end: int, head: _Head) -> Cut:
        wire = data[start:end]
        right, sent = _codes(wire, head.is_text)
        frame = _read(wire, head)
        if right == sent and wire[-5 if head.is_text else -3] in END_CHARACTERS:
            return Cut(offset=self._offset + start, wire=wire, frame=frame, sent=sent, right=right)
        other = self._other_end(data, start, end, head)
        if other:
            return Cut(offset=self._offset + start, wire=data[start:other], fault="length")
        return Cut(offset=self._offset + start, wire=wire, frame=frame, fault="crc", sent=sent, right=right)

    def _other_end(self, data: bytes, start: int, end: int, head: _Head) -> int:
        """Return where a frame ends whose length field is wrong: before the next start, where its check code fits."""
        following = _START.search(data, start + HEX_HEAD, end + LONGEST_PACKET)
        limit = following.start() if following else len(data)
        for stop in (limit, limit - 1):
            if stop - start > HEX_HEAD + 3 and stop != end:
                right, sent = _codes(data[start:stop], head.is_text)
                if right == sent:
                    return stop
        return 0

    def _good_inside(self, data: bytes, start: int, end: int) -> int:
        """Return where a good frame begins inside an unfinished or broken one, 0 if nowhere; few starts are tried."""
        at, tried = start + 1, 0
        while tried < _MOST_HEADS_TRIED:
            found = _START.search(data, at, end)
            if found is None:
                return 0
            at = found.start()
            head = head_at(data, at)
            if head and head.size and at + head.size <= len(data) and self._offset + at not in self._failed:
                tried += 1
                wire = data[at : at + head.size]
                right, sent = _codes(wire, head.is_text)
                if right == sent:
                    return at
                self._failed.add(self._offset + at)
            at += 1
        return 0


def all_cuts(data: bytes) -> list[Cut]:
    """Cut bytes of which no more will come; a 7E behind the last frame belongs to it."""
    framer = Framer()
    cuts = [*framer.fed(data), *framer.ended()]
    if len(cuts) > 1 and cuts[-1].wire == _STRAY and cuts[-2].fault != "garbage":
        cuts[-2:] = [msgspec.structs.replace(cuts[-2], wire=cuts[-2].wire + _STRAY)]
    return cuts


def head_at(data: bytes, at: int) -> _Head | None:
    """Return what the head at a place says; None when it is none, `size` 0 when it is not complete."""
    if data[at] == _STRAY[0]:
        if len(data) - at < HEX_HEAD:
            return _UNFINISHED
        length, start, is_text = data[at + 11] << 8 | data[at + 12], data[at + 13], False
    else:
        if not _TEXT_HEAD.match(data, at):
            return _UNFINISHED if _TEXT_BEGIN.match(data, at) else None
        length, start, is_text = int(data[at + 19 : at + 23], 16), data[at + 23], True
    if start not in (STX, SYN):
        return None
    direction = length >> 12
    is_up = direction != 8
    if not is_up:
        length &= 0x0FFF
    if (start == STX and direction not in (0, 8)) or length > LONGEST_PACKET:
        return None
    if start == SYN and length < (6 if is_text else 3):
        return None
    size = (TEXT_HEAD + 5 if is_text else HEX_HEAD + 3) + length
    return _Head(size, is_text, is_up, start == SYN)


def _next_start(data: bytes, at: int, is_end: bool) -> int:
    """Return where a frame may start; what may be the first half of its start waits for more."""
    found = _START.search(data, at)
    if found:
        return found.start()
    is_half = not is_end and len(data) > at and data[-1] in (0x7E, 0x01)
    return len(data) - 1 if is_half else len(data)


def _codes(wire: bytes, is_text: bool) -> tuple[int, int]:
    """Return the check code that is right and the one that came (−2 if that is none)."""
    if is_text:
        sent = wire[-4:]
        return crc16(wire[:-4]), int(sent, 16) if _DIGITS.fullmatch(sent) else -2
    return crc16(wire[:-2]), wire[-2] << 8 | wire[-1]


def _read(wire: bytes, head: _Head) -> Frame | None:
    """Return the frame in bytes whose size fits; None when digits of its packet number are none."""
    if head.is_text:
        digits = wire[1:23].decode("ascii").upper()
        body, end = wire[TEXT_HEAD:-5], wire[-5]
        packet_digits = body[:6] if head.has_packet else b"0"
        if not _DIGITS.fullmatch(packet_digits):
            return None
        packet, skipped = int(packet_digits, 16), 6
    else:
        digits = wire[2:13].hex().upper()
        body, end = wire[HEX_HEAD:-3], wire[-3]
        packet, skipped = int.from_bytes(body[:3], "big"), 3
    centre, station = (digits[:2], digits[2:12]) if head.is_up else (digits[10:12], digits[:10])
    return Frame(
        station=station,
        centre=int(centre, 16),
        password=digits[12:16],
        function=int(digits[16:18], 16),
        body=body[skipped:] if head.has_packet else body,
        end=end,
        packets=packet >> 12 if head.has_packet else 0,
        packet=packet & 0xFFF if head.has_packet else 0,
        is_up=head.is_up,
        is_text=head.is_text,
    )
