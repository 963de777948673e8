"""Cuts a stream of bytes into frames of SL/T 427 by length, end byte and check code."""

import re
from typing import Literal

import msgspec

from sanping.adapters.sl427.frame import END, LEAST, Frame, crc8, decoded_inner

Fault = Literal["", "garbage", "crc", "cut"]
"""What is wrong with a cut: nothing; no frame at all; wrong check code; or another frame begins, or the stream ends,
inside it."""

_START = re.compile(rb"\x68(.)\x68", re.DOTALL)
_HALF = re.compile(rb"\x68.?\Z", re.DOTALL)
_AROUND = 5


class Cut(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of the stream. `offset` counts from the first byte ever fed; `frame` is there for whole frames."""

    offset: int
    wire: bytes
    frame: Frame | None = None
    fault: Fault = ""


class Framer:
    """Holds at most one unfinished frame (260 bytes); bytes may come in pieces of any size."""

    def __init__(self) -> None:
        self._held = b""
        self._offset = 0

    @property
    def holds_part(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._held)

    def fed(self, data: bytes) -> list[Cut]:
        """Return what `data` completes, in order."""
        return self._cuts(self._held + data if self._held else data, is_end=False)

    def ended(self) -> list[Cut]:
        """Return what is left when no more bytes will come."""
        return self._cuts(self._held, is_end=True)

    def _cuts(self, data: bytes, is_end: bool) -> list[Cut]:
        cuts: list[Cut] = []
        at = seen = 0
        while at < len(data):
            head = _START.search(data, seen)
            start = head.start() if head else self._rest(data, at, is_end)
            if head and head.group(1)[0] < LEAST:
                seen = start + 1
                continue
            if start > at:
                cuts.append(Cut(offset=self._offset + at, wire=data[at:start], fault="garbage"))
                at = seen = start
            if head is None:
                break
            end = start + head.group(1)[0] + _AROUND
            if end > len(data) and not is_end and not _good_inside(data, start, len(data)):
                break
            cut = self._cut(data, start, end)
            if cut.fault == "garbage":
                seen = start + 1
                continue
            cuts.append(cut)
            at = seen = start + len(cut.wire)
        self._held = data[at:]
        self._offset += at
        return cuts

    def _rest(self, data: bytes, at: int, is_end: bool) -> int:
        """Return where what may be the first bytes of a frame stands; the end when there are none."""
        half = None if is_end else _HALF.search(data, max(at, len(data) - 2))
        return half.start() if half else len(data)

    def _cut(self, data: bytes, start: int, end: int) -> Cut:
        """Return the frame between two places, good or bad; "garbage" when it is none after all."""
        frame = _good(data, start)
        if frame is not None:
            return Cut(offset=self._offset + start, wire=data[start:end], frame=frame)
        inner = _good_inside(data, start, min(end, len(data)))
        if inner or end > len(data):
            return Cut(offset=self._offset + start, wire=data[start : inner or len(data)], fault="cut")
        if data[end - 1] != END:
            return Cut(offset=self._offset + start, wire=b"", fault="garbage")
        bad = decoded_inner(data[start + 3 : end - 2])
        return Cut(offset=self._offset + start, wire=data[start:end], frame=bad, fault="crc")


def _good(data: bytes, start: int) -> Frame | None:
    """Return the frame that starts at a place if it is whole and its check code right."""
    end = start + data[start + 1] + _AROUND
    if end > len(data) or data[end - 1] != END or data[start + 1] < LEAST:
        return None
    inner = data[start + 3 : end - 2]
    return decoded_inner(inner) if crc8(inner) == data[end - 2] else None


def _good_inside(data: bytes, start: int, end: int) -> int:
    """Return where a good frame begins inside another one, 0 if nowhere."""
    at = start + 1
    while found := _START.search(data, at, end):
        if _good(data, found.start()):
            return found.start()
        at = found.start() + 1
    return 0
