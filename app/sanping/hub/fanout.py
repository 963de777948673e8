"""What each screen is told next. No I/O: a connection asks its `Outbox` for the next frame when its peer can take one.

Nothing is queued for a screen. It has a place in the log and a revision of the readings; what it is told is what lies
between that and now. A slow screen therefore skips values that were overtaken, costs no memory, and holds up nobody.
Screens that are equally far and want the same share one encoded frame.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanping.domain.quantity import quantity
from sanping.hub.latest import Indices, LatestTable
from sanping.hub.log_plane import ChangeLog
from sanping.wire.codec import encoded
from sanping.wire.messages import ALL, GROUP, LOG, STATION, Bye, FromHub, Readings, Resume, Series, SeriesRow, Snapshot

ROWS_PER_FRAME = 4_000
MOST_ANSWERS = 256
_NONE: Indices = np.empty(0, np.int64)

Topics = frozenset[str]


class Fanout:
    """All screens of one hub. `snapshot` gives the log plane as it is now."""

    def __init__(self, latest: LatestTable, log: ChangeLog, snapshot: Callable[[], Snapshot]) -> None:
        self.latest = latest
        self.log = log
        self.snapshot = snapshot
        self._outboxes: set[Outbox] = set()
        self._masks: dict[Topics, NDArray[np.bool_]] = {}
        self._frames: dict[tuple[object, ...], tuple[bytes, ...]] = {}
        self._frames_revision = -1

    def __len__(self) -> int:
        """Screens that are connected."""
        return len(self._outboxes)

    def joined(self, resume: Resume | None) -> "Outbox":
        """Return the outbox of a new screen."""
        place = resume.seq if resume is not None and resume.epoch == self.log.epoch else None
        outbox = Outbox(self, place)
        self._outboxes.add(outbox)
        return outbox

    def left(self, outbox: "Outbox") -> None:
        """Forget a screen; masks that nobody uses any more go with it."""
        self._outboxes.discard(outbox)
        used = {other.topics for other in self._outboxes}
        self._masks = {topics: mask for topics, mask in self._masks.items() if topics in used}

    def changed(self) -> None:
        """Something changed: whoever waits may look again."""
        for outbox in self._outboxes:
            outbox.woken.set()

    def mask(self, topics: Topics) -> NDArray[np.bool_] | None:
        """Return which series the topics name, None for all of them."""
        if ALL in topics:
            return None
        known = self._masks.get(topics)
        if known is None or len(known) < len(self.latest):
            known = self._masks[topics] = self.latest.mask(lambda row: _is_wanted(row, topics), known)
        return known

    def frames(self, topics: Topics, base: int, indices: Indices, offset: int) -> tuple[bytes, ...]:
        """Return the frames for some series: their directory, as far as it is newer than `base`, and their values."""
        revision = self.latest.revision
        if revision != self._frames_revision:
            self._frames.clear()
            self._frames_revision = revision
        key = (topics, base, offset, len(indices), int(indices[0]), int(indices[-1]))
        found = self._frames.get(key)
        if found is None:
            rows: Any = self.latest.rows(indices)
            names = self.latest.named_since(base, indices)
            readings = encoded(Readings(revision=revision, rows=rows))
            found = self._frames[key] = (encoded(Series(rows=names)), readings) if names else (readings,)
        return found


class Outbox:
    """One screen's place in everything; `woken` is set when there may be something to send."""

    def __init__(self, fanout: Fanout, log_seq: int | None) -> None:
        self.woken = asyncio.Event()
        self.topics: Topics = frozenset()
        self._fanout = fanout
        self._log_seq = log_seq
        self._answers: deque[bytes] = deque()
        self._has_credit = True
        self._is_leaving = False
        self._sent_revision = -1
        self._base_revision = -1
        self._pending: Indices = _NONE
        self._offset = 0

    def answer(self, message: FromHub) -> bool:
        """Send a message of the screen's own soon; False when it does not take its answers."""
        if len(self._answers) >= MOST_ANSWERS:
            return False
        self._answers.append(encoded(message))
        self.woken.set()
        return True

    def leave(self, reason: str) -> None:
        """Say good-bye; nothing follows."""
        self._is_leaving = True
        self._answers.append(encoded(Bye(reason=reason)))
        self.woken.set()

    def subscribe(self, topics: Sequence[str]) -> None:
        """Replace what the screen hears; readings begin anew with all latest values."""
        self.topics = frozenset(topics)
        self._sent_revision = self._base_revision = -1
        self._pending, self._offset = _NONE, 0
        self.woken.set()

    def ready(self) -> None:
        """The screen takes another frame of readings."""
        self._has_credit = True
        self.woken.set()

    def next_frames(self) -> tuple[bytes, ...]:
        """Return what to send now, most urgent first: answers, the log, readings; nothing when all is said."""
        if self._answers:
            found = tuple(self._answers)
            self._answers.clear()
            return found
        if self._is_leaving:
            return ()
        return self._log_frames() or self._reading_frames()

    @property
    def is_done(self) -> bool:
        """Whether the good-bye has been taken."""
        return self._is_leaving and not self._answers

    def _log_frames(self) -> tuple[bytes, ...]:
        log = self._fanout.log
        if LOG not in self.topics or self._log_seq == log.seq:
            return ()
        frames = None if self._log_seq is None else log.after(self._log_seq)
        self._log_seq = log.seq
        return (encoded(self._fanout.snapshot()),) if frames is None else tuple(frames)

    def _reading_frames(self) -> tuple[bytes, ...]:
        latest = self._fanout.latest
        if not self._has_credit or not self.topics:
            return ()
        if self._offset >= len(self._pending):
            if self._sent_revision == latest.revision:
                return ()
            self._pending = latest.changed_since(self._sent_revision, self._fanout.mask(self.topics))
            self._base_revision, self._sent_revision, self._offset = self._sent_revision, latest.revision, 0
            if not len(self._pending):
                return ()
        part = self._pending[self._offset : self._offset + ROWS_PER_FRAME]
        frames = self._fanout.frames(self.topics, self._base_revision, part, self._offset)
        self._offset += len(part)
        self._has_credit = False
        return frames


def _is_wanted(row: SeriesRow, topics: Topics) -> bool:
    return f"{STATION}{row.station}" in topics or f"{GROUP}{quantity(row.quantity).group}" in topics
