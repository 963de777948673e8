"""Cuts a stream of bytes into frames of HJ 212 by their length and check code, and finds the next one after rubbish.

A frame ends where its length says, never at "&&" or a line end: after encryption any byte may stand in it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from sanping.adapters.hj212.crc import crc16
from sanping.adapters.hj212.segment import AREA_END, area_of
from sanping.adapters.hj212.sm4 import BLOCK, AreaCipher

Fault = Literal["", "garbage", "crc", "length", "encrypted", "cut"]
"""What is wrong with a cut: nothing; no frame at all; wrong check code; too long, or its check code fits another
length; encrypted and no key fits; or another frame begins, or the stream ends, inside it."""

LONGEST_SEGMENT = 1024
LONGEST_FRAME = 4096
LONGEST_BRACED = 8192
"""A frame in bytes; the last where there is a key, for encrypted bytes written as {0xE4,0x3E,…}, five for one."""

_HEAD = 6
_CRC = 4
_NEXT_FRAME = re.compile(rb"&&[0-9A-Fa-f]{4}\r\n##\d{4}")
_HEAD_AT = re.compile(rb"##([0-9]{4})")
_HEAD_PART = re.compile(rb"(?:#{1,2}|##[0-9]{1,3}|\\)\Z")
_CHECK = re.compile(rb"[0-9A-Fa-f]{4}")
_BLANK = re.compile(rb"(?:\s|\\r|\\n)+")
_BRACES = re.compile(rb"CP=&&\{((?:0[xX][0-9A-Fa-f]{2},?)*)\}")
_BRACED_BYTE = re.compile(rb"0[xX]([0-9A-Fa-f]{2})")
_BRACES_START = b"CP=&&{0"
_HEADER_ROOM = 256
_TRUE_END = re.compile(rb"&&[0-9A-Fa-f]{4}(?=[\r\n\\#]|\Z)")
_ENDS_TRIED = 4
_PRINTABLE = bytes(range(0x20, 0x7F))
_CONTROLS = bytes(range(0x20)) + b"\x7f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A stretch of the stream: a frame, or what is none.

    `offset` counts from the first byte ever fed; `wire` are the bytes, line end included; `segment` is the data segment
    in clear (empty for garbage); `check` the check code that was sent.
    """

    offset: int
    wire: bytes
    segment: bytes = b""
    check: bytes = b""
    fault: Fault = ""
    was_encrypted: bool = False


class Framer:
    """Holds at most one unfinished frame; bytes may come in pieces of any size."""

    def __init__(self, cipher: AreaCipher | None = None, longest_segment: int = LONGEST_SEGMENT) -> None:
        self._cipher = cipher
        self._longest = min(longest_segment, LONGEST_FRAME - _HEAD - _CRC - 2)
        self._held = b""
        self._offset = 0

    @property
    def holds_part(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._held)

    def fed(self, data: bytes) -> list[Cut]:
        """Return what `data` completes, in order; blanks and line ends between frames are not reported."""
        return self._cuts(self._held + data if self._held else data, is_end=False)

    def ended(self) -> list[Cut]:
        """Return what is left when no more bytes will come."""
        return self._cuts(self._held, is_end=True)

    def _cuts(self, data: bytes, is_end: bool) -> list[Cut]:
        cuts: list[Cut] = []
        at, size = 0, len(data)
        while at < size:
            blank = _BLANK.match(data, at)
            if blank:
                at = blank.end()
                continue
            head = _HEAD_AT.search(data, at)
            stop = head.start() if head else size
            if head is None and not is_end:
                part = _HEAD_PART.search(data, max(at, size - 5))
                stop = part.start() if part else size
            if stop > at:
                cuts.append(Cut(offset=self._offset + at, wire=data[at:stop], fault="garbage"))
            at = stop
            if head is None:
                break
            cut, after = self._frame(data, at, int(head.group(1)), is_end)
            if cut is None:
                break
            cuts.append(cut)
            at = after
        self._held = data[at:]
        self._offset += at
        return cuts

    def _frame(self, data: bytes, at: int, length: int, is_end: bool) -> tuple[Cut | None, int]:
        """Return the frame that starts at `at` and where it ends; None when more bytes are needed."""
        if length > self._longest:
            return Cut(offset=self._offset + at, wire=data[at : at + _HEAD], fault="length"), at + _HEAD
        braces_at = data.find(_BRACES_START, at, at + _HEADER_ROOM)
        if braces_at >= 0:
            braced = self._braced(data, at, braces_at, length, is_end)
            if braced is not None:
                return braced
        end = at + _HEAD + length + _CRC
        if len(data) >= end:
            return self._checked(data, at, end)
        is_overtaken = is_end or _NEXT_FRAME.search(data, at + _HEAD) is not None
        return self._faulty(data, at, len(data), b"") if is_overtaken else (None, at)

    def _checked(self, data: bytes, at: int, end: int) -> tuple[Cut, int]:
        """Return the frame whose bytes are all here, tried plain and then decrypted.

        What looks encrypted is not tried plain: blocks that repeat cancel out in the check code, encrypted or not.
        """
        segment, check = data[at + _HEAD : end - _CRC], data[end - _CRC : end]
        if _CHECK.fullmatch(check):
            sent = int(check, 16)
            is_hidden = self._cipher is not None and looks_encrypted(segment)
            if not is_hidden and crc16(segment) == sent:
                return self._cut(data, at, end, segment=segment, check=check)
            clear = self._decrypted(segment)
            if clear and crc16(clear) == sent:
                return self._cut(data, at, end, segment=clear, check=check, was_encrypted=True)
        return self._faulty(data, at, end, check)

    def _decrypted(self, segment: bytes) -> bytes:
        """Return a segment with its data area decrypted, nothing where there is no key or no area."""
        start, stop = area_of(segment)
        if self._cipher is None or start < 0:
            return b""
        return segment[:start] + self._cipher.decrypted(segment[start:stop]) + segment[stop:]

    def _faulty(self, data: bytes, at: int, end: int, check: bytes) -> tuple[Cut, int]:
        """Say why a frame is wrong, and end it before the next head so that a good frame behind it is not lost."""
        next_head = _HEAD_AT.search(data, at + 2, at + LONGEST_FRAME)
        limit = next_head.start() if next_head else min(len(data), at + LONGEST_FRAME)
        for _, hit in zip(range(_ENDS_TRIED), _TRUE_END.finditer(data, at + _HEAD, limit), strict=False):
            segment = data[at + _HEAD : hit.start() + 2]
            if crc16(segment) == int(hit.group()[2:], 16):
                return self._cut(data, at, hit.end(), segment=segment, check=hit.group()[2:], fault="length")
        if limit < end or not check:
            return self._cut(data, at, min(limit, end), segment=data[at + _HEAD : min(limit, end)], fault="cut")
        segment = data[at + _HEAD : end - _CRC]
        fault: Fault = "encrypted" if looks_encrypted(segment) else "crc"
        return self._cut(data, at, end, segment=segment, check=check, fault=fault)

    def _braced(self, data: bytes, at: int, braces_at: int, length: int, is_end: bool) -> tuple[Cut | None, int] | None:
        """Return a frame whose encrypted bytes are written out in braces; None when it is not one after all.

        The length field counts the bytes, as annex A.2 prints it, or the characters, as some senders do.
        """
        longest = at + (LONGEST_BRACED if self._cipher else LONGEST_FRAME)
        if data.find(b"}", braces_at, longest) < 0 and len(data) < longest and not is_end:
            return None, at
        braces = _BRACES.match(data, braces_at, longest)
        if braces is None:
            return None
        hidden = bytes(int(byte, 16) for byte in _BRACED_BYTE.findall(braces.group(1)))
        written = len(braces.group()) - len(_BRACES_START) + 2 - len(hidden)
        ends = [at + _HEAD + length + written + _CRC, at + _HEAD + length + _CRC]
        for end in ends:
            clear_tail = data[braces.end() : end - _CRC - 2]
            is_whole = len(data) >= end > braces.end() and data[end - _CRC - 2 : end - _CRC] == AREA_END
            if is_whole and len(clear_tail) < BLOCK and _CHECK.fullmatch(data, end - _CRC, end):
                head = data[at + _HEAD : braces_at + 5]
                return self._braced_cut(data, at, end, head, hidden + clear_tail)
        return None if is_end or len(data) >= max(ends) else (None, at)

    def _braced_cut(self, data: bytes, at: int, end: int, head: bytes, hidden: bytes) -> tuple[Cut, int]:
        check = data[end - _CRC : end]
        clear = head + (self._cipher.decrypted(hidden) if self._cipher else hidden) + AREA_END
        fault: Fault = "" if self._cipher and crc16(clear) == int(check, 16) else "encrypted"
        return self._cut(data, at, end, segment=clear, check=check, fault=fault, was_encrypted=True)

    def _cut(  # noqa: PLR0913  one argument a field
        self, data: bytes, at: int, end: int, *, segment: bytes, check: bytes = b"", fault: Fault = "",
        was_encrypted: bool = False,
    ) -> tuple[Cut, int]:  # fmt: skip
        tail = _BLANK.match(data, end)
        end = tail.end() if tail else end
        offset = self._offset + at
        return Cut(
            offset=offset, wire=data[at:end], segment=segment, check=check, fault=fault, was_encrypted=was_encrypted
        ), end


def looks_encrypted(segment: bytes) -> bool:
    """Say whether the data area cannot be text: most encrypted bytes are not printable, and no text encoding fits."""
    start, stop = area_of(segment)
    area = segment[start:stop] if start >= 0 else b""
    other = area.translate(None, _PRINTABLE)
    if len(other) * 4 < len(area) or not area:
        return False
    return len(other.translate(None, _CONTROLS)) < len(other) or not _is_text(area)


def _is_text(area: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            area.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
