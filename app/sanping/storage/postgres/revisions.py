"""Corrections in PostgreSQL: `corrections` beside `observations`, as in the history's file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sanping.domain.observation import Observation
from sanping.storage.catalogue import Catalogue
from sanping.storage.history_rows import QUALITIES, observations
from sanping.storage.known_revisions import Key, KnownRevisions, Words, words_of
from sanping.storage.postgres.server import Connection

CELLS = (
    "o.series, o.event_ms, o.received_ms, o.value, o.quality, o.origin, o.mark, o.source, o.is_simulated, o.revision"
)
_APART_MS = 600_000


class PostgresRevisions(KnownRevisions):
    """Corrections in the schema of a connection."""

    def __init__(self, database: Connection, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self._database = database
        rows = database.execute(
            "select series, min(event_ms), max(event_ms), max(revision) from corrections group by series"
        )
        self._begin([(row[0], row[1], row[2], row[3]) for row in rows.fetchall()])

    def revised(self, rows: Mapping[int, Observation]) -> dict[int, Observation]:
        """Return rows, by family, as they were corrected last; those that never were are left out."""
        keys = self._touched(rows)
        found = self._last(self.named("corrections", keys, "o.revision")) if keys else {}
        return {family: row for (family, _), row in found.items()}

    def between(self, from_ms: int, to_ms: int) -> dict[Key, Observation]:
        """Return, by family and event time, the rows of a span, both ends included, that were corrected."""
        if not any(first <= to_ms and last >= from_ms for first, last in self._spans.values()):
            return {}
        return self._last(
            self._database.execute(
                f"select {CELLS} from corrections o where event_ms between {int(from_ms)} and {int(to_ms)}"
                " order by revision"
            ).fetchall()
        )

    def relation(self, numbers: Sequence[int], from_ms: int, to_ms: int) -> str:
        """Return what to ask instead of `observations`: series, event_ms, value, quality of one family in a span."""
        if not numbers or not self.touch(self._catalogue.family(numbers[0]), from_ms, to_ms):
            return "observations"
        only = f"series in ({', '.join(map(str, numbers))}) and event_ms between {int(from_ms)} and {int(to_ms)}"
        return (
            f"(with c as (select distinct on (event_ms) * from corrections where {only}"
            " order by event_ms, revision desc)"
            " select series, event_ms, value, quality from c union all"
            " select series, event_ms, value, quality from observations"
            f" where {only} and event_ms not in (select event_ms from c)) said"
        )

    def delete_before(self, moment_ms: int) -> None:
        """Remove the corrections of what is older than a moment, within the running transaction."""
        if any(first < moment_ms for first, _ in self._spans.values()):
            self._database.execute("delete from corrections where event_ms < %s", (moment_ms,))

    def named(self, table: str, keys: Sequence[Key], order: str) -> list[tuple[Any, ...]]:
        """Return the cells of the rows of some families at some event times, from either table."""
        return [row for near in _near(keys) for row in self._found(table, near, order)]

    def _found(self, table: str, keys: Sequence[Key], order: str) -> list[tuple[Any, ...]]:
        pairs = [(number, at_ms) for family, at_ms in keys for number in self._catalogue.members(family)]
        numbers, times = zip(*pairs, strict=True)
        return self._database.execute(
            f"select {CELLS} from unnest(%s::int[], %s::bigint[]) a (series, event_ms)"
            f" join {table} o on o.series = a.series and o.event_ms = a.event_ms"
            f" where o.event_ms between {min(times)} and {max(times)} order by {order}",
            (list(numbers), list(times)),
        ).fetchall()

    def _last(self, cells: Sequence[tuple[Any, ...]]) -> dict[Key, Observation]:
        """Return rows by family and event time; of several the last."""
        families = self._catalogue.families([cell[0] for cell in cells])
        rows = observations(self._catalogue, cells)
        return {(family, row.event_ms): row for family, row in zip(families, rows, strict=True)}

    def _said(self, keys: Iterable[Key]) -> dict[Key, list[Words]]:
        """Return what is kept of some moments, in the order it came."""
        asked = list(keys)
        said: dict[Key, list[Words]] = {}
        self._gather(said, self.named("observations", asked, "o.event_ms"))
        corrected = [(family, at_ms) for family, at_ms in asked if self.touch(family, at_ms, at_ms)]
        self._gather(said, self.named("corrections", corrected, "o.revision"))
        return said

    def _gather(self, said: dict[Key, list[Words]], cells: Iterable[tuple[Any, ...]]) -> None:
        names = self._catalogue.source_names()
        for number, event_ms, _, value, quality, _, mark, source, _, _ in cells:
            words = words_of(names[source], number, value, QUALITIES[quality], mark)
            said.setdefault((self._catalogue.family(number), event_ms), []).append(words)


def _near(keys: Sequence[Key]) -> Iterator[list[Key]]:
    """Yield keys in groups that lie close together in time, so that no question reads the days between them."""
    group: list[Key] = []
    for key in sorted(keys, key=lambda key: key[1]):
        if group and key[1] - group[-1][1] > _APART_MS:
            yield group
            group = []
        group.append(key)
    if group:
        yield group
