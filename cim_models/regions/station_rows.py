"""Rows of a scene's station table, and the table itself."""

import csv
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, object]
STATION = ("id", "name", "name_en", "kinds", "x", "y", "interval_s", "address.http")


def station(name: str, said: tuple[str, str], kind: str, place: tuple[float, float], interval_s: int = 60) -> Row:
    """Return a row; `said` are its Chinese and English names, `place` is in metres of the table."""
    return {
        "id": name, "name": said[0], "name_en": said[1], "kinds": kind, "x": round(float(place[0]), 1),
        "y": round(float(place[1]), 1), "interval_s": interval_s, "address.http": name,
    }  # fmt: skip


def write_stations(folder: Path, stations: Iterable[Row]) -> str:
    """Write `stations.csv` into a folder; return a line for it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(stations)
    more = sorted({name for row in rows for name in row} - set(STATION))
    with (folder / "stations.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, (*STATION, *more), restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return f"{folder.name}/stations.csv: {len(rows)}"
