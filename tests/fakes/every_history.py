"""Every store of observations by its kind, and rows to put into it."""

import math
from pathlib import Path

from fakes.journal_history import JournalHistory
from fakes.plain_history import PlainHistory
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.observation import Observation
from sanping.ports.history import History, SeriesKey
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.spool import Spool
from sanping.storage.spooled_history import SpooledHistory

KINDS = ("plain", "journal", "duckdb", "spooled")
LEVEL = SeriesKey(station="up", quantity="water_level")
HOUR_MS = 60 * MINUTE_MS
PATIENCE_S = 120.0  # a slow machine is no failing store


def opened(kind: str, folder: Path) -> History:
    if kind == "plain":
        return PlainHistory()
    if kind == "journal":
        return JournalHistory(folder)
    if kind == "spooled":
        return SpooledHistory(DuckDbHistory(folder), Spool(folder, megabytes=1), patience_s=PATIENCE_S)
    return DuckDbHistory(folder)


def levels(*values: float, station: str = "up", **more: object) -> list[Observation]:
    return [reading(station, "water_level", value, NOON_MS + n * MINUTE_MS, **more) for n, value in enumerate(values)]


def same(one: Observation, other: Observation) -> bool:
    if math.isnan(one.value) and math.isnan(other.value):
        return repr(one) == repr(other)
    return one == other
