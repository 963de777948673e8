"""The tables of a history's catalogue in its DuckDB file."""

from collections.abc import Sequence
from typing import cast

import duckdb
import pyarrow as pa

from sanping.storage.catalogue import Span, Words

_COLUMNS = ("station", "quantity", "statistic", "period_s", "unit")


class DuckDbCatalogueTables:
    """Implements `storage.catalogue.CatalogueTables` on a connection."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def words(self) -> Sequence[Words]:
        """Return what is kept of every series, by number."""
        rows = self._database.execute(f"select {', '.join(_COLUMNS)} from series order by id").fetchall()
        return [cast(Words, words) for words in rows]

    def sources(self) -> Sequence[str]:
        """Return the names of the sources, by number."""
        return [name for (name,) in self._database.execute("select name from sources order by id").fetchall()]

    def spans(self) -> Sequence[tuple[int, int, int, int, int]]:
        """Return (series, first, last, rows, revision) as written down, and of what was committed since."""
        (saved,) = self._database.execute("select spans_revision from about").fetchone() or (-1,)
        spans = self._database.execute("select series, first_ms, last_ms, 0, ? from spans", [saved]).fetchall()
        later = self._database.execute(
            "select series, min(event_ms), max(event_ms), count(*), max(revision) from observations"
            " where revision > ? group by series",
            [saved],
        ).fetchall()
        return cast(list[tuple[int, int, int, int, int]], [*spans, *later])

    def save_spans(self, spans: Sequence[Span], revision: int) -> None:
        """Write down these spans instead of those before, as of a revision."""
        self._database.execute("delete from spans")
        self._insert(
            "spans",
            pa.table(
                {
                    "series": pa.array([series for series, _, _ in spans], pa.int32()),
                    "first_ms": pa.array([first_ms for _, first_ms, _ in spans], pa.int64()),
                    "last_ms": pa.array([last_ms for _, _, last_ms in spans], pa.int64()),
                }
            ),
        )
        self._database.execute("update about set spans_revision = ?", [revision])

    def firsts(self, from_ms: int, to_ms: int) -> Sequence[tuple[int, int]]:
        """Return (series, first event time) of what is kept in a span, both ends included."""
        return self._database.execute(
            "select series, min(event_ms) from observations where event_ms between ? and ? group by series",
            [from_ms, to_ms],
        ).fetchall()

    def add_words(self, first: int, words: Sequence[Words]) -> None:
        """Write series, numbered on from `first`."""
        columns = dict(zip(_COLUMNS, zip(*words, strict=True), strict=True))
        columns["period_s"] = pa.array(columns["period_s"], pa.int32())
        self._insert("series", pa.table({"id": pa.array(range(first, first + len(words)), pa.int32()), **columns}))

    def add_sources(self, first: int, names: Sequence[str]) -> None:
        """Write sources, numbered on from `first`."""
        numbers = pa.array(range(first, first + len(names)), pa.int16())
        self._insert("sources", pa.table({"id": numbers, "name": list(names)}))

    def _insert(self, table: str, rows: pa.Table) -> None:
        self._database.register("fresh", rows)
        self._database.execute(f"insert into {table} select * from fresh")
        self._database.unregister("fresh")
