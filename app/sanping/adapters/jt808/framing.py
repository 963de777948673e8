"""Cuts a stream of bytes into messages of JT/T 808 at their marks."""

import msgspec

from sanping.adapters.jt808.frame import MARK, Frame, decoded
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

LONGEST = 2200
LEAST = 13
_MARK = bytes([MARK])
_RUBBISH = Text("不是 JT/T 808 报文", "Not a message of JT/T 808")
_CUT = Text("报文不完整：在结束前中断", "The message is incomplete: it breaks off before its end")


class Cut(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of the stream. `offset` counts from the first byte ever fed; `frame` is there for whole messages.

    `fault` says what is wrong with any other; `is_rubbish` that it does not even look like a message.
    """

    offset: int
    wire: bytes
    frame: Frame | None = None
    fault: Text | None = None
    is_rubbish: bool = False


class Framer:
    """Holds at most one unfinished message (2 200 bytes); bytes may come in pieces of any size.

    One mark may end a message and begin the next: what follows a message that is broken may be a whole one.
    """

    def __init__(self) -> None:
        self._held = b""
        self._offset = 0

    @property
    def holds_part(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._held.strip(_MARK))

    def fed(self, data: bytes) -> list[Cut]:
        """Return what `data` completes, in order."""
        data = self._held + data if self._held else data
        cuts: list[Cut] = []
        at = 0
        while at < len(data):
            start = at
            while start < len(data) and data[start] == MARK:
                start += 1
            end = data.find(_MARK, start)
            if end < 0:
                if len(data) - start > LONGEST:
                    cuts.append(self._rubbish(data, at, len(data)))
                    at = len(data)
                break
            cut = self._cut(data, at, start, end)
            cuts.append(cut)
            at += len(cut.wire)
        self._held = data[at:]
        self._offset += at
        return cuts

    def ended(self) -> list[Cut]:
        """Return what is left when no more bytes will come."""
        held, self._held = self._held, b""
        if not held:
            return []
        return [Cut(offset=self._offset, wire=held, fault=_CUT, is_rubbish=not held.startswith(_MARK))]

    def _cut(self, data: bytes, at: int, start: int, end: int) -> Cut:
        """Return what stands between two marks; a mark behind what is no message is left for the next."""
        inner = data[start:end]
        if len(inner) < LEAST or len(inner) > LONGEST:
            return self._rubbish(data, at, end)
        try:
            return Cut(offset=self._offset + at, wire=data[at : end + 1], frame=decoded(inner))
        except FrameBroken as broken:
            if start == at:
                return self._rubbish(data, at, end)
            return Cut(offset=self._offset + at, wire=data[at:end], fault=broken.message)

    def _rubbish(self, data: bytes, at: int, end: int) -> Cut:
        return Cut(offset=self._offset + at, wire=data[at:end], fault=_RUBBISH, is_rubbish=True)
