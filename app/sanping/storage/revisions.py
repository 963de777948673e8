"""Corrections: rows that came again saying something else. Each is kept beside the first, and the last one holds.

The table `observations` has one row for each series and event time, which is never changed; what corrects a row is
appended to `corrections` under a higher revision. So questions that no correction touches are asked as if there were
none.
"""

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

from sanping.domain.observation import Observation
from sanping.storage.catalogue import Catalogue
from sanping.storage.history_rows import QUALITIES, observations
from sanping.storage.known_revisions import Key, KnownRevisions, Words, words_of

_MOST_NAMED = 1000


class Revisions(KnownRevisions):
    """Corrections in a DuckDB file."""

    def __init__(self, database: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self._database = database
        self._begin(
            database.execute(
                "select series, min(event_ms), max(event_ms), max(revision) from corrections group by series"
            ).fetchall()
        )

    def revised(self, rows: Mapping[int, Observation]) -> dict[int, Observation]:
        """Return rows, by family, as they were corrected last; those that never were are left out.

        Each must be the newest of its family up to one moment for all. So of many, the last correction of each series
        within their span is asked for, which is quicker than to name them: it belongs to the row, or to an older one.
        """
        keys = self._touched(rows)
        if not keys:
            return {}
        if len(keys) > _MOST_NAMED:
            times = [at_ms for _, at_ms in keys]
            within = f"event_ms between {min(times)} and {max(times)}"
            last = (
                "arg_max(rowid, event_ms * 1000000000000::hugeint + revision)"  # the latest, then the last said of it
            )
            found = self._last(
                "select c.* from corrections c join"
                f" (select {last} r from corrections where {within} group by series) x on c.rowid = x.r"
                f" where c.{within} order by revision"
            )
            wanted = set(keys)
            return {key[0]: row for key, row in found.items() if key in wanted}
        with _Asked(self._database, self._catalogue, keys) as (begin, end):
            found = self._last(
                "select c.* from corrections c join asked a using (series, event_ms)"
                f" where c.event_ms between {begin} and {end} order by revision"
            )
        return {family: row for (family, _), row in found.items()}

    def between(self, from_ms: int, to_ms: int) -> dict[Key, Observation]:
        """Return, by family and event time, the rows of a span, both ends included, that were corrected."""
        if not any(first <= to_ms and last >= from_ms for first, last in self._spans.values()):
            return {}
        return self._last(
            f"select * from corrections where event_ms between {from_ms} and {to_ms}"
            " qualify revision = max(revision) over (partition by series, event_ms) order by revision"
        )

    def relation(self, numbers: Sequence[int], from_ms: int, to_ms: int) -> str:
        """Return what to ask instead of `observations`: series, event_ms, value, quality of one family in a span."""
        if not numbers or not self.touch(self._catalogue.family(numbers[0]), from_ms, to_ms):
            return "observations"
        only = f"series in ({', '.join(map(str, numbers))}) and event_ms between {int(from_ms)} and {int(to_ms)}"
        return (
            f"(with c as (select * from corrections where {only}"
            " qualify revision = max(revision) over (partition by event_ms))"
            " select series, event_ms, value, quality from c union all"
            " select series, event_ms, value, quality from observations"
            f" where {only} and event_ms not in (select event_ms from c))"
        )

    def delete_before(self, moment_ms: int) -> None:
        """Remove the corrections of what is older than a moment, within the running transaction."""
        if any(first < moment_ms for first, _ in self._spans.values()):
            self._database.execute("delete from corrections where event_ms < ?", [moment_ms])

    def _last(self, question: str) -> dict[Key, Observation]:
        """Return rows by family and event time; of several the last that the question finds."""
        listed = [column.tolist() for column in self._database.execute(question).fetchnumpy().values()]
        families = self._catalogue.families(listed[0])
        rows = observations(self._catalogue, zip(*listed, strict=True))
        return {(family, row.event_ms): row for family, row in zip(families, rows, strict=True)}

    def _said(self, keys: Iterable[Key]) -> dict[Key, list[Words]]:
        """Return what is kept of some moments, in the order it came."""
        asked = sorted(keys)
        said: dict[Key, list[Words]] = {}
        if not asked:
            return said
        with _Asked(self._database, self._catalogue, asked) as (begin, end):
            self._gather(said, "observations", f"event_ms between {begin} and {end}")
            if any(self.touch(family, at_ms, at_ms) for family, at_ms in asked):
                self._gather(said, "corrections", f"event_ms between {begin} and {end} order by revision")
        return said

    def _gather(self, said: dict[Key, list[Words]], table: str, which: str) -> None:
        names = self._catalogue.source_names()
        for number, event_ms, value, quality, mark, source in self._database.execute(
            f"select series, event_ms, value, quality, mark, source from {table} join asked using (series, event_ms)"
            f" where {which}"
        ).fetchall():
            words = words_of(names[source], number, value, QUALITIES[quality], mark)
            said.setdefault((self._catalogue.family(number), event_ms), []).append(words)


class _Asked:
    """Rows to look up, by family and event time, as a table `asked`; gives the span of their event times."""

    def __init__(self, database: duckdb.DuckDBPyConnection, catalogue: Catalogue, keys: Sequence[Key]) -> None:
        self._database = database
        self._pairs = [(number, at_ms) for family, at_ms in keys for number in catalogue.members(family)]

    def __enter__(self) -> Key:
        """Show the table."""
        numbers, times = zip(*self._pairs, strict=True)
        self._database.register(
            "asked", pa.table({"series": pa.array(numbers, pa.int32()), "event_ms": pa.array(times, pa.int64())})
        )
        return min(times), max(times)

    def __exit__(self, *error: object) -> None:
        """Take it away; a broken transaction takes no more orders."""
        if error[0] is None:
            self._database.unregister("asked")
