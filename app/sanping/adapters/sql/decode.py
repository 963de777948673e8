"""Rows of a query as observations: the tables of SL 323 by name, any other query by rules; pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, RecordMapping, observed
from sanping.domain.text import Text

_NOT_A_QUERY = Text(
    "只允许一条 SELECT 查询，且须含参数 %(since)s（上次读到的时刻）",
    "Only one SELECT is allowed, with the parameter %(since)s (the time read up to)",
)
_NO_TABLE = Text("没有这种表：{name}；可用：{known}", "There is no such table: {name}; there are: {known}")
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|grant|revoke|truncate|copy|call|do|set|lock|vacuum)\b", re.I
)
_NAME = re.compile(r"^[A-Za-z_][\w.]*$")
_LITERAL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of SL 323-2011: its name there, the column of time, and what its columns are."""

    name: str
    time: str
    values: str


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "river": Table(name="st_river_r", time="tm", values="z = water_level; q = flow; xsavv = velocity"),
        "rain": Table(name="st_pptn_r", time="tm", values="drp = rain; dyp = rain_day"),
        "reservoir": Table(
            name="st_rsvr_r", time="tm", values="rz = water_level; inq = sl323:inflow; otq = flow; w = sl323:storage"
        ),
        "sluice": Table(
            name="st_was_r", time="tm", values="upz = level_above_gate; dwz = level_below_gate; tgtq = flow"
        ),
        "tide": Table(name="st_tide_r", time="tm", values="tdz = water_level"),
        "gate": Table(name="st_gate_r", time="tm", values="gtophgt = gate_opening; gtopnum = gates_open; gtq = flow"),
    }
)


def query_of_table(table: Table, schema: str) -> str:
    """Return the query for a table of SL 323, of what is newer than %(since)s. Raises `FrameBroken`."""
    place = f"{schema}.{table.name}" if schema else table.name
    if not _NAME.match(place):
        raise FrameBroken(_NO_TABLE.with_values(name=place, known=", ".join(TABLES)))
    columns = ", ".join(rule.partition("=")[0].strip() for rule in table.values.split(";"))
    return (
        f"select stcd, {table.time}, {columns} from {place} where {table.time} > %(since)s"
        f" order by {table.time} limit 50000"
    )


def checked_query(written: str) -> str:
    """Return a person's query. Raises `FrameBroken` for more than one statement, or one that does not only read."""
    query = written.strip().rstrip(";")
    bare = _LITERAL.sub(" ", query)
    is_select = re.match(r"(select|with)\b", bare.strip(), re.I) is not None
    if not is_select or ";" in bare or _WRITES.search(bare) or "%(since)s" not in query:
        raise FrameBroken(_NOT_A_QUERY)
    return query


def decode(
    rows: Sequence[Mapping[str, object]], mapping: RecordMapping, now_ms: int
) -> Iterator[Observation | Problem]:
    """Yield the observations of rows; times without a zone are in the mapping's."""
    zone = timezone(timedelta(hours=mapping.utc_offset_h))
    plain = [{name.lower(): _plain(value, zone) for name, value in row.items()} for row in rows]
    return observed(plain, mapping, now_ms)


def _plain(value: object, zone: timezone) -> object:
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=zone)
        return int(moment.timestamp() * 1000)
    return value.strip() if isinstance(value, str) else value
