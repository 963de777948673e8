"""A history for tests of the hub: plain lists, and an append-only file that is synced."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from fakes.plain_history import PlainHistory
from sanping.domain.observation import Observation
from sanping.ports.progress import Progress

NAME = "journal.jsonl"


class JournalHistory(PlainHistory):
    """Implements `ports.history.History`; a torn last line is what `kill -9` leaves and was never acknowledged."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        path = folder / NAME
        whole = 0
        if path.exists():
            for line in path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                super().append([msgspec.json.decode(line, type=Observation)])
        self._file = path.open("ab")
        self._file.truncate(whole)
        self.revision, self.corrections = 0, {}

    def append(self, rows: Sequence[Observation]) -> int:
        self._write(rows)
        return super().append(rows)

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        removed = super().forget_before(moment_ms, progress)
        self._file.truncate(0)
        self._write([row for said in self.said.values() for row in said])
        return removed

    def close(self) -> None:
        self._file.close()

    def _write(self, rows: Sequence[Observation]) -> None:
        self._file.write(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
        self._file.flush()
        os.fsync(self._file.fileno())
