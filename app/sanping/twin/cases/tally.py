"""The indicators of many cases: what each adds is counted once and kept until its clock runs out or it takes a step."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sanping.domain.case import Case
from sanping.twin.cases.indicators import NAMES, Counts, counts_of
from sanping.twin.cases.table import CaseTable

SOME = 200
_UNTIL_LATE_MS = 60_000


class Tally:
    """What every case of a table adds to the indicators, a row a case."""

    def __init__(self, table: CaseTable) -> None:
        self._table = table
        self._rows = np.zeros((0, len(NAMES)), np.int32)
        self._revs = np.zeros(0, np.int64)
        self._until_ms = np.zeros(0, np.int64)

    def stale(self, rows: NDArray[np.int64], now_ms: int) -> NDArray[np.int64]:
        """Return which of some rows must be counted anew."""
        self._make_room()
        revs = self._table.column("rev")[rows]
        return np.asarray(rows[(self._revs[rows] != revs) | (self._until_ms[rows] < now_ms)])

    def refresh(self, cases: Mapping[int, Case], now_ms: int) -> None:
        """Count some cases anew, by their rows."""
        self._make_room()
        for row, case in cases.items():
            self._rows[row] = counts_of(case, self._table.rules, now_ms)
            self._revs[row] = case.rev
            is_running = now_ms <= case.due_ms
            self._until_ms[row] = case.due_ms if is_running else now_ms + _UNTIL_LATE_MS
            if all(clock.ended_ms or clock.is_paused for clock in case.clocks):
                self._until_ms[row] = np.iinfo(np.int64).max

    def counts(self, rows: NDArray[np.int64]) -> Counts:
        """Return the sums over some rows, as they were counted last."""
        return Counts(**dict(zip(NAMES, self._rows[rows].sum(axis=0).tolist(), strict=True)))

    def by(self, rows: NDArray[np.int64], keys: Sequence[str]) -> dict[str, Counts]:
        """Return the sums of each group; `keys` says for each row which group it is of."""
        groups: dict[str, list[int]] = {}
        for row, key in zip(rows.tolist(), keys, strict=True):
            groups.setdefault(key, []).append(row)
        return {key: self.counts(np.array(members, np.int64)) for key, members in groups.items()}

    def _make_room(self) -> None:
        lacking = len(self._table) - len(self._revs)
        if lacking > 0:
            more = lacking + len(self._table) // 2
            self._rows = np.concatenate([self._rows, np.zeros((more, len(NAMES)), np.int32)])
            self._revs = np.concatenate([self._revs, np.zeros(more, np.int64)])
            self._until_ms = np.concatenate([self._until_ms, np.zeros(more, np.int64)])
