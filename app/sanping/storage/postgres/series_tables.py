"""The tables of a history's catalogue in PostgreSQL."""

from collections.abc import Sequence
from typing import cast

from sanping.storage.catalogue import Span, Words
from sanping.storage.postgres.server import Connection


class PostgresCatalogueTables:
    """Implements `storage.catalogue.CatalogueTables` on a connection."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    def words(self) -> Sequence[Words]:
        """Return what is kept of every series, by number."""
        rows = self._database.execute("select station, quantity, statistic, period_s, unit from series order by id")
        return cast(list[Words], rows.fetchall())

    def sources(self) -> Sequence[str]:
        """Return the names of the sources, by number."""
        return [name for (name,) in self._database.execute("select name from sources order by id").fetchall()]

    def spans(self) -> Sequence[tuple[int, int, int, int, int]]:
        """Return (series, first, last, rows, revision) as written down, and of what was committed since.

        Only partitions that were written to since are looked into.
        """
        (saved,) = self._database.execute("select spans_revision from history").fetchone() or (-1,)
        found = self._database.execute(
            "select series, first_ms, last_ms, 0, %s::bigint from spans", (saved,)
        ).fetchall()
        later = self._database.execute("select distinct part from days where last_revision > %s", (saved,)).fetchall()
        for (part,) in later:
            found += self._database.execute(
                f"select series, min(event_ms), max(event_ms), count(*), max(revision) from {part}"
                " where revision > %s group by series",
                (saved,),
            ).fetchall()
        return cast(list[tuple[int, int, int, int, int]], found)

    def save_spans(self, spans: Sequence[Span], revision: int) -> None:
        """Write down these spans instead of those before, as of a revision."""
        self._database.execute("truncate spans")
        self._copy("spans (series, first_ms, last_ms)", ("int4", "int8", "int8"), spans)
        self._database.execute("update history set spans_revision = %s", (revision,))

    def firsts(self, from_ms: int, to_ms: int) -> Sequence[tuple[int, int]]:
        """Return (series, first event time) of what is kept in a span, both ends included."""
        rows = self._database.execute(
            "select series, min(event_ms) from observations"
            f" where event_ms between {int(from_ms)} and {int(to_ms)} group by series"
        )
        return cast(list[tuple[int, int]], rows.fetchall())

    def add_words(self, first: int, words: Sequence[Words]) -> None:
        """Write series, numbered on from `first`."""
        self._copy(
            "series (id, station, quantity, statistic, period_s, unit)",
            ("int4", "text", "text", "text", "int4", "text"),
            [(number, *each) for number, each in enumerate(words, first)],
        )

    def add_sources(self, first: int, names: Sequence[str]) -> None:
        """Write sources, numbered on from `first`."""
        self._copy("sources (id, name)", ("int2", "text"), list(enumerate(names, first)))

    def _copy(self, table: str, types: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
        with (
            self._database.cursor() as cursor,
            cursor.copy(f"copy {table} from stdin (format binary)") as copy,
        ):
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
