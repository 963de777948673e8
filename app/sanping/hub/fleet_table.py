"""Where everything that moves is now, in columns, and what changed since a revision. Nothing here is kept on disk.

Positions are the present and no history (ADR 0021): a hub that starts anew hears of every mover again with its next
fix.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.position import Position, is_possible
from sanping.hub.latest import Indices
from sanping.twin.fleet import GONE_MS
from sanping.wire.movers import MoverRow, PositionRow

MOST_MOVERS = 50_000
FUTURE_MS = 60_000
_FIRST_CAPACITY = 1024
PositionTuple = tuple[int, float, float, float, float, int, int]

InMetres = Callable[[Float64Array], Float64Array]


class FleetTable:
    """Columns by index; an index never changes its meaning. `in_metres` places longitudes and latitudes (n, 2).

    `revision` counts the batches taken. At most `MOST_MOVERS` are known: what comes beyond is counted and left out.
    """

    def __init__(self, in_metres: InMetres | None) -> None:
        self.revision = 0
        self._heard_ms = 0
        self.directory: list[MoverRow] = []
        self._in_metres = in_metres
        self._index: dict[tuple[str, str], int] = {}
        self._numbers = np.zeros((_FIRST_CAPACITY, 5))  # x, y, heading, speed, alarm
        self._event_ms = np.full(_FIRST_CAPACITY, -1, np.int64)
        self._revision = np.full(_FIRST_CAPACITY, -1, np.int64)
        self._named = np.full(_FIRST_CAPACITY, -1, np.int64)

    def __len__(self) -> int:
        """Movers that are known."""
        return len(self.directory)

    def take(self, positions: Sequence[Position], source: str, now_ms: int, *, is_simulated: bool) -> Counter[str]:
        """Keep what is newer than what is known; return what was counted on the way."""
        counts: Counter[str] = Counter(positions=len(positions))
        if self._in_metres is None:
            counts["unplaced_positions"] += len(positions)
            return counts
        self.revision, self._heard_ms = self.revision + 1, now_ms
        newest: dict[int, Position] = {}
        for position in positions:
            if not is_possible(position) or position.event_ms > now_ms + FUTURE_MS:
                counts["bad_positions"] += 1
                continue
            index = self._indexed(position, source, is_simulated=is_simulated)
            if index is None:
                counts["too_many_movers"] += 1
            elif position.event_ms <= max(self._event_ms[index], _told_ms(newest, index)):
                counts["old_positions"] += 1
            else:
                newest[index] = position
        self._keep(newest, counts)
        return counts

    def mirror(self, names: Sequence[MoverRow], rows: Sequence[PositionRow], now_ms: int) -> None:
        """Take over rows as another hub's table has them, with its indices."""
        self.revision, self._heard_ms = self.revision + 1, now_ms
        for name in names:
            while len(self.directory) <= name.index:
                self._index["", str(len(self.directory))] = len(self.directory)
                self._make_room()
                self.directory.append(MoverRow(len(self.directory), "", "", "car", ""))
            self.directory[name.index] = name
            self._named[name.index] = self.revision
        for row in rows:
            if row.index < len(self.directory):
                self._numbers[row.index] = (row.x_m, row.y_m, row.heading_deg, row.speed_kmh, row.is_alarming)
                self._event_ms[row.index], self._revision[row.index] = row.event_ms, self.revision

    def changed_since(self, revision: int) -> Indices:
        """Return those that have moved on after `revision`, without those that were silent for long."""
        count = len(self.directory)
        is_present = self._event_ms[:count] >= self._heard_ms - GONE_MS
        return np.flatnonzero((self._revision[:count] > revision) & is_present)

    def named_since(self, revision: int, indices: Indices) -> tuple[MoverRow, ...]:
        """Return the rows of the directory, among `indices`, that were made or changed after `revision`."""
        return tuple(self.directory[index] for index in indices[self._named[indices] > revision].tolist())

    def rows(self, indices: Indices) -> list[PositionTuple]:
        """Return the rows of the wire's `PositionRow`."""
        numbers = self._numbers[indices]
        columns = (numbers[:, 0].round(1), numbers[:, 1].round(1), numbers[:, 2].round(0), numbers[:, 3].round(1))
        return list(
            zip(
                indices.tolist(),
                *(column.tolist() for column in columns),
                self._event_ms[indices].tolist(),
                numbers[:, 4].astype(int).tolist(),
                strict=True,
            )
        )

    def _keep(self, newest: dict[int, Position], counts: Counter[str]) -> None:
        if not newest or self._in_metres is None:
            return
        index, kept = np.fromiter(newest, np.int64, len(newest)), list(newest.values())
        places = self._in_metres(np.array([(one.longitude_deg, one.latitude_deg) for one in kept]))
        rest = np.array([(one.heading_deg % 360.0, one.speed_kmh, one.is_alarming) for one in kept], np.float64)
        event_ms = np.array([one.event_ms for one in kept], np.int64)
        placed = np.isfinite(places).all(axis=1)
        counts["bad_positions"] += int(len(kept) - placed.sum())
        index = index[placed]
        self._numbers[index, :2] = places[placed]
        self._numbers[index, 2:5] = rest[placed]
        self._event_ms[index] = event_ms[placed]
        self._revision[index] = self.revision

    def _indexed(self, position: Position, source: str, *, is_simulated: bool) -> int | None:
        """Return the index of a mover, None when there are too many."""
        key = (source, position.mover)
        index = self._index.get(key)
        row = None if index is None else self.directory[index]
        if row is not None and row.label == position.label and row.kind == position.kind:
            return index
        if index is None:
            if len(self.directory) >= MOST_MOVERS:
                return None
            index = self._index[key] = len(self.directory)
            self._make_room()
            self.directory.append(MoverRow(index, "", "", "car", ""))
        self.directory[index] = MoverRow(index, position.mover, position.label, position.kind, source, is_simulated)
        self._named[index] = self.revision
        return index

    def _make_room(self) -> None:
        have = len(self._event_ms)
        if len(self._index) <= have:
            return
        self._numbers = np.concatenate([self._numbers, np.zeros_like(self._numbers)])
        for name in ("_event_ms", "_revision", "_named"):
            setattr(self, name, np.concatenate([getattr(self, name), np.full(have, -1, np.int64)]))


def _told_ms(newest: dict[int, Position], index: int) -> int:
    told = newest.get(index)
    return -1 if told is None else told.event_ms
