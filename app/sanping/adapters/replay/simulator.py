"""Writes an hour of the invented readings into the file that the source plays."""

import csv
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from sanping.ports.source import Readings

HOUR_MS, STEP_MS = 3_600_000, 60_000


class Simulator:
    """Makes the recording once, where there is none yet."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._path = Path(str(settings.get("path") or "recording.csv"))

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Write the file, then rest."""
        if not self._path.exists():
            self.write(readings, 1_781_236_800_000)
        while True:
            await sleep(3600.0)

    def write(self, readings: Readings, from_ms: int) -> None:
        """Write an hour, a row for each minute, station and quantity."""
        draft = self._path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(("station", "quantity", "time", "value"))
            for at_ms in range(from_ms, from_ms + HOUR_MS, STEP_MS):
                for station in readings.stations():
                    for name, value in readings.at(station, at_ms).items():
                        table.writerow((station, name, at_ms, f"{value:.6g}"))
        draft.replace(self._path)
