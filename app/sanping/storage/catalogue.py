"""The series and sources of a history: small tables kept whole in memory, with the span of every series."""

from collections.abc import Iterable, Sequence
from typing import cast

import duckdb
import pyarrow as pa

from sanping.domain.observation import Observation, Statistic
from sanping.ports.history import SeriesKey

_BEFORE_ALL = -(1 << 62)
Words = tuple[str, str, Statistic, str]


class Catalogue:
    """Numbers series and sources densely from 0; what is numbered within a transaction counts once it is committed."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        database.execute(
            "create table if not exists series(id integer primary key, station varchar not null,"
            " quantity varchar not null, statistic varchar not null, unit varchar not null)"
        )
        database.execute("create table if not exists sources(id smallint primary key, name varchar not null)")
        self._words: list[Words] = []
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._sources: dict[str, int] = {}
        self._source_names: list[str] = []
        self._first: list[int] = []
        self._head: list[int] = []
        self._committed = (0, 0)
        self.reload()

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self._words)

    def reload(self) -> None:
        """Read everything again."""
        rows = self._database.execute("select station, quantity, statistic, unit from series order by id").fetchall()
        self._words = [
            (station, quantity, cast(Statistic, statistic), unit) for station, quantity, statistic, unit in rows
        ]
        self._numbers = {words[:3]: number for number, words in enumerate(self._words)}
        self._source_names = [
            name for (name,) in self._database.execute("select name from sources order by id").fetchall()
        ]
        self._sources = {name: number for number, name in enumerate(self._source_names)}
        self._first = [-_BEFORE_ALL] * len(self._words)
        self._head = [_BEFORE_ALL] * len(self._words)
        for number, first_ms, last_ms in self._database.execute(
            "select series, min(event_ms), max(event_ms) from observations group by series"
        ).fetchall():
            self._first[number], self._head[number] = first_ms, last_ms
        self._committed = (len(self._words), len(self._source_names))

    def numbered(self, rows: Sequence[Observation]) -> list[int]:
        """Return the number of each row's series; new ones are written by `write_new`."""
        known = self._numbers
        numbers = []
        for row in rows:
            number = known.get((row.station, row.quantity, row.statistic))
            if number is None:
                number = self._added(row)
            numbers.append(number)
        return numbers

    def _added(self, row: Observation) -> int:
        number = len(self._words)
        self._words.append((row.station, row.quantity, row.statistic, row.unit))
        self._numbers[(row.station, row.quantity, row.statistic)] = number
        self._first.append(-_BEFORE_ALL)
        self._head.append(_BEFORE_ALL)
        return number

    def source(self, name: str) -> int:
        """Return the number of a source; a new one is written by `write_new`."""
        number = self._sources.get(name)
        if number is None:
            number = self._sources[name] = len(self._source_names)
            self._source_names.append(name)
        return number

    def write_new(self) -> None:
        """Write what was numbered since the last commit, within the running transaction."""
        series, sources = self._committed
        if len(self._words) > series:
            columns = dict(
                zip(("station", "quantity", "statistic", "unit"), zip(*self._words[series:], strict=True), strict=True)
            )
            self._insert("series", pa.table({"id": pa.array(range(series, len(self._words)), pa.int32()), **columns}))
        if len(self._source_names) > sources:
            numbers = pa.array(range(sources, len(self._source_names)), pa.int16())
            self._insert("sources", pa.table({"id": numbers, "name": self._source_names[sources:]}))

    def _insert(self, table: str, rows: pa.Table) -> None:
        self._database.register("fresh", rows)
        self._database.execute(f"insert into {table} select * from fresh")
        self._database.unregister("fresh")

    def commit(self, written: Iterable[tuple[int, int]]) -> None:
        """Take over what a transaction has written: (series, event_ms)."""
        first, head = self._first, self._head
        for number, event_ms in written:
            head[number] = max(head[number], event_ms)
            first[number] = min(first[number], event_ms)
        self._committed = (len(self._words), len(self._source_names))

    def forget_uncommitted(self) -> None:
        """Drop what was numbered in a transaction that was rolled back."""
        series, sources = self._committed
        for words in self._words[series:]:
            del self._numbers[words[:3]]
        for name in self._source_names[sources:]:
            del self._sources[name]
        del self._words[series:], self._first[series:], self._head[series:], self._source_names[sources:]

    def heads_copy(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return the newest event time of some series."""
        head = self._head
        return {number: head[number] for number in numbers}

    def begun_by(self, moment_ms: int, stations: frozenset[str]) -> set[int]:
        """Return the series (of some stations, or all) that had a value by a moment."""
        return {
            number
            for number, first_ms in enumerate(self._first)
            if first_ms <= moment_ms and (not stations or self._words[number][0] in stations)
        }

    def number(self, key: SeriesKey) -> int | None:
        """Return the number of a series, None when it was never written."""
        return self._numbers.get((key.station, key.quantity, key.statistic))

    def words(self, number: int) -> Words:
        """Return station, quantity, statistic and unit of a series."""
        return self._words[number]

    def unit(self, number: int) -> str:
        """Return the unit of a series."""
        return self._words[number][3]

    def source_name(self, number: int) -> str:
        """Return the name of a source."""
        return self._source_names[number]

    def keys(self) -> list[SeriesKey]:
        """Return every series."""
        return [SeriesKey(station=words[0], quantity=words[1], statistic=words[2]) for words in self._words]

    def span(self) -> tuple[int, int]:
        """Return the first and last event time of all series, (0, 0) without any."""
        known = [(first, last) for first, last in zip(self._first, self._head, strict=True) if last != _BEFORE_ALL]
        return (min(first for first, _ in known), max(last for _, last in known)) if known else (0, 0)
