"""The log plane: changes numbered without gaps within one life of the hub, kept encoded for screens that come back."""

from collections import deque

from sanping.wire.codec import Body, encoded, raw
from sanping.wire.messages import Change

KEPT = 4096
OBJECTS_KEPT = 20_000


class ChangeLog:
    """The newest changes as frames that all screens share; `seq` is the number of the last, 0 before the first."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.seq = 0
        self._frames: deque[bytes] = deque(maxlen=KEPT)
        self._changed: dict[str, int] = {}
        self._forgotten = 0

    def append(self, kind: str, body: Body, about: str = "") -> int:
        """Number a change, of the object `about` if it has a name, and return its number."""
        self.seq += 1
        if about:
            self._changed.pop(about, None)
            self._changed[about] = self.seq
            if len(self._changed) > OBJECTS_KEPT:
                self._forgotten = self._changed.pop(next(iter(self._changed)))
        self._frames.append(encoded(Change(seq=self.seq, kind=kind, body=raw(body))))
        return self.seq

    def begin(self, epoch: str, seq: int) -> None:
        """Go on as the log of another hub, from a number on."""
        self.epoch, self.seq = epoch, seq
        self._frames.clear()

    def take(self, seq: int, frame: bytes) -> bool:
        """Keep the next change of that log as it is; False when one before it is missing."""
        if seq == self.seq + 1:
            self.seq = seq
            self._frames.append(frame)
        return seq <= self.seq

    def changed(self, about: str) -> int:
        """Return the number of an object's last change; 0 when it did not change in this life of the hub."""
        return self._changed.get(about, self._forgotten)

    def after(self, seq: int) -> list[bytes] | None:
        """Return the frames after `seq`; None when they are no longer kept or `seq` is of another life."""
        missing = self.seq - seq
        if not 0 <= missing <= len(self._frames):
            return None
        return list(self._frames)[len(self._frames) - missing :] if missing else []
