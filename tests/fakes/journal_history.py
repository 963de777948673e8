"""A history for tests of the hub: an append-only file that is synced, and everything in memory beside it."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from sanping.domain.observation import Observation
from sanping.ports.history import Series, SeriesKey, Step

NAME = "journal.jsonl"


class JournalHistory:
    """Implements `ports.history.History`; a torn last line is what `kill -9` leaves and was never acknowledged."""

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        self._rows: dict[tuple[str, str, str, int], Observation] = {}
        whole = 0
        if path.exists():
            for line in path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                self._keep(msgspec.json.decode(line, type=Observation))
        self._file = path.open("ab")
        self._file.truncate(whole)
        self.revision = 0

    def append(self, rows: Sequence[Observation]) -> int:
        self._file.write(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
        self._file.flush()
        os.fsync(self._file.fileno())
        for row in rows:
            self._keep(row)
        self.revision += 1
        return self.revision

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        latest: dict[tuple[str, str, str], Observation] = {}
        for row in sorted(self._rows.values(), key=lambda row: row.event_ms):
            if row.event_ms <= moment_ms and (not stations or row.station in stations):
                latest[row.station, row.quantity, row.statistic] = row
        return tuple(latest.values())

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        rows = sorted(
            (
                row
                for row in self._rows.values()
                if (row.station, row.quantity, row.statistic) == (key.station, key.quantity, key.statistic)
                and from_ms <= row.event_ms <= to_ms
            ),
            key=lambda row: row.event_ms,
        )
        value = np.array([row.value for row in rows], np.float64)
        return Series(
            key=key,
            unit=rows[0].unit if rows else "",
            step=step,
            event_ms=np.array([row.event_ms for row in rows], np.float64),
            value=value,
            low=value,
            high=value,
            quality=tuple(row.quality for row in rows),
        )

    def span(self) -> tuple[int, int]:
        times = [row.event_ms for row in self._rows.values()]
        return (min(times), max(times)) if times else (0, 0)

    def close(self) -> None:
        self._file.close()

    def _keep(self, row: Observation) -> None:
        self._rows.setdefault((row.station, row.quantity, row.statistic, row.event_ms), row)
