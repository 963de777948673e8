"""The command table: what a command (CN) is, and over which interval its values are formed.

The table is a CSV file: `command`, `name_zh`, `name_en`, `kind` (data, facts, upload, notice, request, reply), `period`
of data ("instant", seconds, or "minute" for the interval that is set at the station), `source` with standard and
edition. A file of one's own adds commands, such as those of HJ 1404-2024 or of a province, and overrides ours.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from sanping.adapters.hj212.tables import Row, rows, wrong_cell
from sanping.domain.text import Text

Kind = Literal["data", "facts", "upload", "notice", "request", "reply"]
STATION_INTERVAL = -1
"""The period of a command whose interval is set at the station."""

_COLUMNS = ("command", "kind", "period")
_BUNDLED = Path(__file__).with_name("commands.csv")
_NUMBER = re.compile(r"[0-9]{4}")
_PERIODS = {"": 0, "instant": 0, "minute": STATION_INTERVAL}
_LONGEST_PERIOD_S = 366 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command; `period_s` is 0 for instants."""

    number: str
    title: Text
    kind: Kind
    period_s: int


CommandTable = Mapping[str, Command]


@functools.cache
def bundled_commands() -> CommandTable:
    """Return the table that comes with the adapter."""
    return MappingProxyType(_read(_BUNDLED))


def commands_with(path: str) -> CommandTable:
    """Return the bundled table, overridden by a file of one's own if `path` is not empty. Raises `SourceRefused`."""
    return MappingProxyType({**bundled_commands(), **_read(Path(path))}) if path else bundled_commands()


def _read(path: Path) -> dict[str, Command]:
    return {row["command"]: _command(path, line, row) for line, row in rows(path, _COLUMNS)}


def _command(path: Path, line: int, row: Row) -> Command:
    number, kind, period = row["command"], row["kind"], row["period"]
    if not _NUMBER.fullmatch(number):
        raise wrong_cell(path, line, "command", number)
    if kind not in get_args(Kind):
        raise wrong_cell(path, line, "kind", kind)
    if period not in _PERIODS and not (period.isdecimal() and 0 < int(period[:9]) <= _LONGEST_PERIOD_S):
        raise wrong_cell(path, line, "period", period)
    return Command(
        number=number,
        title=Text(row.get("name_zh") or number, row.get("name_en") or number),
        kind=cast(Kind, kind),
        period_s=_PERIODS[period] if period in _PERIODS else int(period),
    )
