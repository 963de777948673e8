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

from sanping.domain.label import HIGHEST, NO_LEVELS, Label, LiveLevels
from sanping.domain.quantity import quantity
from sanping.hub.fleet_table import FleetTable
from sanping.hub.lane import Frames, Lane, SharedFrames
from sanping.hub.latest import Indices, LatestTable
from sanping.hub.log_plane import ChangeLog
from sanping.wire.codec import encoded
from sanping.wire.messages import ALL, GROUP, LOG, STATION, Bye, FromHub, Readings, Resume, Series, SeriesRow, Snapshot
from sanping.wire.movers import MOVERS, MoverNames, Positions
from sanping.wire.sight import seen_in

MOST_ANSWERS = 256

Topics = frozenset[str]
Heard = tuple[Topics, Label]


class Fanout:
    """All screens of one hub. `snapshot` gives the log plane as it is now, `levels` the labels of what is live."""

    def __init__(
        self,
        latest: LatestTable,
        log: ChangeLog,
        snapshot: Callable[[], Snapshot],
        fleet: FleetTable | None = None,
        levels: LiveLevels = NO_LEVELS,
    ) -> None:
        self.levels = levels
        self.latest = latest
        self.fleet = FleetTable(None) if fleet is None else fleet  # an empty one is falsy
        self.log = log
        self.snapshot = snapshot
        self._outboxes: set[Outbox] = set()
        self._masks: dict[Heard, NDArray[np.bool_]] = {}
        self._frames, self._mover_frames = SharedFrames(), SharedFrames()

    def __len__(self) -> int:
        """Screens that are connected."""
        return len(self._outboxes)

    def joined(self, resume: Resume | None, clearance: Label = HIGHEST) -> "Outbox":
        """Return the outbox of a new screen, which sees nothing above its clearance."""
        epoch = self.levels.epoch(self.log.epoch, clearance)
        place = resume.seq if resume is not None and resume.epoch == epoch else None
        outbox = Outbox(self, place, clearance)
        self._outboxes.add(outbox)
        return outbox

    def left(self, outbox: "Outbox") -> None:
        """Forget a screen; masks that nobody uses any more go with it."""
        self._outboxes.discard(outbox)
        if self._masks:
            used = {(other.topics, other.clearance) for other in self._outboxes}
            self._masks = {heard: mask for heard, mask in self._masks.items() if heard in used}

    def changed(self) -> None:
        """Something changed: whoever waits may look again."""
        for outbox in self._outboxes:
            outbox.woken.set()

    def mask(self, topics: Topics, clearance: Label = HIGHEST) -> NDArray[np.bool_] | None:
        """Return which series the topics name and somebody may see, None for all of them."""
        levels, is_all = self.levels, ALL in topics
        if is_all and levels.shows_all(clearance):
            return None
        known = self._masks.get((topics, clearance))
        if known is None or len(known) < len(self.latest):
            known = self._masks[topics, clearance] = self.latest.mask(
                lambda row: levels.shows_station(row.station, clearance) and (is_all or _is_wanted(row, topics)), known
            )
        return known

    def movers(self, since: int, clearance: Label) -> Indices:
        """Return which movers have moved on after a revision and somebody may see."""
        indices = self.fleet.changed_since(since)
        if self.levels.shows_all(clearance):
            return indices
        names = self.fleet.directory
        seen = (self.levels.shows_mover(names[index].source, clearance) for index in indices.tolist())
        return indices[np.fromiter(seen, np.bool_, len(indices))]

    def frames(self, heard: Heard, base: int, indices: Indices, offset: int) -> Frames:
        """Return the frames for some series: their directory, as far as it is newer than `base`, and their values."""
        revision = self.latest.revision

        def made() -> Frames:
            rows: Any = self.latest.rows(indices)
            names = self.latest.named_since(base, indices)
            readings = encoded(Readings(revision=revision, rows=rows))
            return (encoded(Series(rows=names)), readings) if names else (readings,)

        key = (heard, base, offset, len(indices), int(indices[0]), int(indices[-1]))
        return self._frames.of(revision, key, made)

    def mover_frames(self, clearance: Label, base: int, indices: Indices, offset: int) -> Frames:
        """Return the frames for some movers: their names, as far as they are newer than `base`, and their fixes."""
        revision = self.fleet.revision

        def made() -> Frames:
            rows: Any = self.fleet.rows(indices)
            names = self.fleet.named_since(base, indices)
            positions = encoded(Positions(revision=revision, rows=rows))
            return (encoded(MoverNames(rows=names)), positions) if names else (positions,)

        key = (clearance, base, offset, len(indices), int(indices[0]), int(indices[-1]))
        return self._mover_frames.of(revision, key, made)


class Outbox:
    """One screen's place in everything up to its clearance; `woken` is set when there may be something to send."""

    def __init__(self, fanout: Fanout, log_seq: int | None, clearance: Label = HIGHEST) -> None:
        self.clearance = clearance
        self.woken = asyncio.Event()
        self.topics: Topics = frozenset()
        self._fanout = fanout
        self._log_seq = log_seq
        self._answers: deque[bytes] = deque()
        self._has_credit = True
        self._is_leaving = False
        self._readings = Lane(
            lambda: fanout.latest.revision,
            lambda since: fanout.latest.changed_since(since, fanout.mask(self.topics, clearance)),
            lambda base, part, offset: fanout.frames((self.topics, clearance), base, part, offset),
        )
        self._movers = Lane(
            lambda: fanout.fleet.revision, lambda since: fanout.movers(since, clearance),
            lambda base, part, offset: fanout.mover_frames(clearance, base, part, offset),
        )  # fmt: skip
        self._is_turn_of_movers = False

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
        self._readings.restart()
        self._movers.restart()
        self.woken.set()

    def ready(self) -> None:
        """The screen takes another frame of readings or positions."""
        self._has_credit = True
        self.woken.set()

    def next_frames(self) -> tuple[bytes, ...]:
        """Return what to send now, most urgent first: answers, the log, readings and positions by turns."""
        if self._answers:
            found = tuple(self._answers)
            self._answers.clear()
            return found
        if self._is_leaving:
            return ()
        return self._log_frames() or self._newest_frames()

    @property
    def is_done(self) -> bool:
        """Whether the good-bye has been taken."""
        return self._is_leaving and not self._answers

    def _log_frames(self) -> tuple[bytes, ...]:
        log = self._fanout.log
        if LOG not in self.topics or self._log_seq == log.seq:
            return ()
        frames = None if self._log_seq is None else log.after(self._log_seq, self.clearance)
        self._log_seq = log.seq
        if frames is None:
            snapshot = self._fanout.snapshot()
            since = log.after(snapshot.seq, self.clearance, is_new=True)
            frames = [encoded(seen_in(snapshot, self.clearance)), *(since or ())]
        return tuple(frames)

    def _newest_frames(self) -> Frames:
        """Return readings or positions, whichever did not have the last turn first."""
        if not self._has_credit or not self.topics:
            return ()
        lanes = [self._readings, *([self._movers] if MOVERS in self.topics else [])]
        if self._is_turn_of_movers:
            lanes.reverse()
        for lane in lanes:
            frames = lane.next_frames()
            if frames:
                self._is_turn_of_movers = lane is self._readings
                self._has_credit = False
                return frames
        return ()


def _is_wanted(row: SeriesRow, topics: Topics) -> bool:
    return f"{STATION}{row.station}" in topics or f"{GROUP}{quantity(row.quantity).group}" in topics
