"""One screen's place in one table of newest values, and the frames that screens at the same place share."""

from collections.abc import Callable

import numpy as np

from sanping.hub.latest import Indices

ROWS_PER_FRAME = 4_000
_NONE: Indices = np.empty(0, np.int64)
Frames = tuple[bytes, ...]


class SharedFrames:
    """Encoded frames of one revision of a table."""

    def __init__(self) -> None:
        self._frames: dict[tuple[object, ...], Frames] = {}
        self._revision = -1

    def of(self, revision: int, key: tuple[object, ...], made: Callable[[], Frames]) -> Frames:
        """Return the frames of a key, made once for each revision."""
        if revision != self._revision:
            self._frames.clear()
            self._revision = revision
        found = self._frames.get(key)
        if found is None:
            found = self._frames[key] = made()
        return found


class Lane:
    """What one screen was told of a table; what is overtaken before its turn is never said.

    `revision` is that of the table, `changed` what changed after one, `framed` the frames for some indices: with those
    names that are newer than a base revision, and where in all that is pending they begin.
    """

    def __init__(
        self,
        revision: Callable[[], int],
        changed: Callable[[int], Indices],
        framed: Callable[[int, Indices, int], Frames],
    ) -> None:
        self._revision, self._changed, self._framed = revision, changed, framed
        self.restart()

    def restart(self) -> None:
        """Begin anew with everything."""
        self._sent_revision = self._base_revision = -1
        self._pending, self._offset = _NONE, 0

    def next_frames(self) -> Frames:
        """Return the next frames, none when all is said."""
        if self._offset >= len(self._pending):
            revision = self._revision()
            if self._sent_revision == revision:
                return ()
            self._pending = self._changed(self._sent_revision)
            self._base_revision, self._sent_revision, self._offset = self._sent_revision, revision, 0
            if not len(self._pending):
                return ()
        part = self._pending[self._offset : self._offset + ROWS_PER_FRAME]
        frames = self._framed(self._base_revision, part, self._offset)
        self._offset += len(part)
        return frames
