"""Corrections: rows that came again saying something else. Each is kept beside the first, and the last one holds.

The table `observations` has one row for each series and event time, which is never changed; what corrects a row is
appended to `corrections` under a higher revision. So questions that no correction touches are asked as if there were
none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from sanping.domain.observation import Observation
from sanping.storage.catalogue import Catalogue
from sanping.storage.history_rows import QUALITIES, observations

Key = tuple[int, int]  # family, event_ms
Words = tuple[str, int, float | None, str, str]  # source, series, value, quality, mark
Numbered = tuple[int, Observation]
_MOST_NAMED = 1000


class Revisions:
    """Knows which rows were corrected, and what was said of a row; asks within the running transaction.

    `revision` is the greatest that a correction had at the start.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue
        self._spans: dict[int, Key] = {}  # by family, the first and the last event time that was corrected
        self.revision = 0
        for number, first_ms, last_ms, revision in database.execute(
            "select series, min(event_ms), max(event_ms), max(revision) from corrections group by series"
        ).fetchall():
            self._widen(catalogue.family(number), first_ms, last_ms)
            self.revision = max(self.revision, revision)

    def touch(self, family: int, from_ms: int, to_ms: int) -> bool:
        """Say whether rows of a family within a span of event time, both ends included, may have been corrected."""
        span = self._spans.get(family)
        return span is not None and span[0] <= to_ms and span[1] >= from_ms

    def sorted_out(
        self, numbers: Sequence[int], rows: Sequence[Observation]
    ) -> tuple[list[Numbered], list[Numbered], list[int]]:
        """Return the rows that are new, those that correct another, and how often each of these was said before.

        A row is new when it is later than its series ever was or, looked up, not there; it is a correction when it
        differs from what its source said last of that moment, or, if it never said anything of it, from what holds.
        Both keep their order. What was said before counts within the batch, so that revisions can be told apart.
        """
        fresh: list[Numbered] = []
        late: list[tuple[Key, int, Observation]] = []
        here: dict[Key, Numbered] = {}
        families = self._catalogue.families(numbers)
        heads = self._catalogue.heads(families)
        for family, number, row in zip(families, numbers, rows, strict=True):
            event_ms = row.event_ms
            if event_ms > heads[family]:
                heads[family] = event_ms
                fresh.append((number, row))
                here[family, event_ms] = (number, row)
            else:
                late.append(((family, event_ms), number, row))
        if not late:
            return fresh, [], []
        said = self._said({key for key, _, _ in late} - here.keys())
        depth: Counter[Key] = Counter()
        corrected, depths = [], []
        for key, number, row in late:
            known = said.get(key)
            if known is None and key in here:
                known, depth[key] = [_words(*here[key])], 1
                said[key] = known
            words = _words(number, row)
            if known is None:
                said[key], depth[key] = [words], 1
                fresh.append((number, row))
            elif not _is_repeated(known, words):
                known.append(words)
                corrected.append((number, row))
                depths.append(depth[key])
                depth[key] += 1
        return fresh, corrected, depths

    def commit(self, corrected: Iterable[Numbered]) -> None:
        """Take over what a transaction has written."""
        for number, row in corrected:
            self._widen(self._catalogue.family(number), row.event_ms, row.event_ms)

    def revised(self, rows: Mapping[int, Observation]) -> dict[int, Observation]:
        """Return rows, by family, as they were corrected last; those that never were are left out.

        Each must be the newest of its family up to one moment for all. So of many, the last correction of each series
        within their span is asked for, which is quicker than to name them: it belongs to the row, or to an older one.
        """
        spans = self._spans
        if not spans:
            return {}
        keys = [
            (family, row.event_ms)
            for family, row in rows.items()
            if (span := spans.get(family)) is not None and span[0] <= row.event_ms <= span[1]
        ]
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

    def forget_before(self, moment_ms: int) -> None:
        """Take over that a transaction has removed what is older than a moment."""
        self._spans = {
            family: (max(first, moment_ms), last) for family, (first, last) in self._spans.items() if last >= moment_ms
        }

    def _widen(self, family: int, first_ms: int, last_ms: int) -> None:
        first, last = self._spans.get(family, (first_ms, last_ms))
        self._spans[family] = (min(first, first_ms), max(last, last_ms))

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
            words = (names[source], number, _number(value), QUALITIES[quality], mark)
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


def _words(number: int, row: Observation) -> Words:
    return (row.source, number, _number(row.value), row.quality, row.mark)


def _number(value: Any) -> float | None:
    """Return a value so that it equals itself."""
    return value if value == value else None  # noqa: PLR0124  NaN


def _is_repeated(known: Sequence[Words], words: Words) -> bool:
    """Say whether a source says again what it said last; one that never spoke is compared with what holds."""
    ours = next((said for said in reversed(known) if said[0] == words[0]), known[-1])
    return ours[1:] == words[1:]
