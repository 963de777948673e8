"""The series and sources of a history: small tables kept whole in memory, with the span of every series.

A series has one unit. When a source changes its unit the same station, quantity, statistic and period go on under a new
number; such numbers form a family, named by its first number, and a row is known by its family and its event time.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from sanping.domain.observation import Observation, Statistic
from sanping.ports.history import SeriesKey

_BEFORE_ALL = -(1 << 62)
_DAY_MS = 86_400_000
Words = tuple[str, str, Statistic, int, str]  # station, quantity, statistic, period_s, unit
Name = tuple[str, str, Statistic, int]
Span = tuple[int, int, int]  # series, first and last event time


class CatalogueTables(Protocol):
    """The tables of a catalogue in one engine; all that writes does so within the running transaction."""

    def words(self) -> Sequence[Words]:
        """Return what is kept of every series, by number."""

    def sources(self) -> Sequence[str]:
        """Return the names of the sources, by number."""

    def spans(self) -> Sequence[tuple[int, int, int, int, int]]:
        """Return (series, first, last, rows, revision) as written down, and of what was committed since."""

    def save_spans(self, spans: Sequence[Span], revision: int) -> None:
        """Write down these spans instead of those before, as of a revision."""

    def firsts(self, from_ms: int, to_ms: int) -> Sequence[tuple[int, int]]:
        """Return (series, first event time) of what is kept in a span, both ends included."""

    def add_words(self, first: int, words: Sequence[Words]) -> None:
        """Write series, numbered on from `first`."""

    def add_sources(self, first: int, names: Sequence[str]) -> None:
        """Write sources, numbered on from `first`."""


class Catalogue:
    """Numbers series and sources densely from 0; what is numbered within a transaction counts once it is committed.

    `revision` is the greatest of the rows that were there at the start; `unsaved_rows` counts those that came since the
    spans were written down.
    """

    def __init__(self, tables: CatalogueTables) -> None:
        self._tables = tables
        self._words: list[Words] = []
        self._numbers: dict[Words, int] = {}
        self._family: list[int] = []
        self._members: dict[Name, list[int]] = {}
        self._sources: dict[str, int] = {}
        self._source_names: list[str] = []
        self._first: list[int] = []
        self._head: list[int] = []
        self._committed = (0, 0)
        self._spans_before: tuple[list[int], list[int]] | None = None
        self.unsaved_rows = 0
        self.revision = 0
        self.reload()

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self._words)

    def reload(self) -> None:
        """Read everything again."""
        rows, names, spans = self._tables.words(), self._tables.sources(), self._tables.spans()
        self._words, self._numbers, self._family, self._members = [], {}, [], {}
        self._first, self._head = [], []
        self.unsaved_rows = self.revision = 0
        for words in rows:
            self._add(words)
        self._source_names = list(names)
        self._sources = {name: number for number, name in enumerate(self._source_names)}
        for number, first_ms, last_ms, count, revision in spans:
            family = self._family[number]
            self._first[family] = min(self._first[family], first_ms)
            self._head[family] = max(self._head[family], last_ms)
            self.unsaved_rows += count
            self.revision = max(self.revision, revision)
        self._committed = (len(self._words), len(self._source_names))

    def save_spans(self, revision: int) -> None:
        """Write down the span of every series as of a revision, within the running transaction."""
        self._tables.save_spans(
            [
                (family, self._first[family], last_ms)
                for family, last_ms in enumerate(self._head)
                if last_ms != _BEFORE_ALL
            ],
            revision,
        )
        self.unsaved_rows = 0

    def forget_before(self, moment_ms: int) -> None:
        """Take over that all rows before a moment are gone, within the running transaction."""
        self._spans_before = (list(self._first), list(self._head))
        firsts = self._firsts_between(moment_ms, moment_ms + _DAY_MS) or self._firsts_between(moment_ms, -_BEFORE_ALL)
        for family, last_ms in enumerate(self._head):
            if last_ms < moment_ms:
                self._first[family], self._head[family] = -_BEFORE_ALL, _BEFORE_ALL
            else:  # a series without a row on the first day that is left begins later than that; when, is not asked
                self._first[family] = firsts.get(family, max(self._first[family], moment_ms + _DAY_MS))

    def _firsts_between(self, from_ms: int, to_ms: int) -> dict[int, int]:
        firsts: dict[int, int] = {}
        for number, first_ms in self._tables.firsts(from_ms, to_ms):
            family = self._family[number]
            firsts[family] = min(firsts.get(family, first_ms), first_ms)
        return firsts

    def numbered(self, rows: Sequence[Observation]) -> list[int]:
        """Return the number of each row's series; new ones are written by `write_new`."""
        known = self._numbers
        numbers = []
        for row in rows:
            words = (row.station, row.quantity, row.statistic, row.period_s, row.unit)
            number = known.get(words)
            numbers.append(self._add(words) if number is None else number)
        return numbers

    def _add(self, words: Words) -> int:
        number = len(self._words)
        members = self._members.setdefault(words[:4], [])
        members.append(number)
        self._words.append(words)
        self._numbers[words] = number
        self._family.append(members[0])
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
            self._tables.add_words(series, self._words[series:])
        if len(self._source_names) > sources:
            self._tables.add_sources(sources, self._source_names[sources:])

    def commit(self, written: Iterable[tuple[int, int]]) -> None:
        """Take over what a transaction has written: (family, event_ms)."""
        first, head = self._first, self._head
        for family, event_ms in written:
            self.unsaved_rows += 1
            head[family] = max(head[family], event_ms)
            first[family] = min(first[family], event_ms)
        self._spans_before = None
        self._committed = (len(self._words), len(self._source_names))

    def forget_uncommitted(self) -> None:
        """Drop what was numbered or forgotten in a transaction that was rolled back."""
        series, sources = self._committed
        if self._spans_before is not None:
            self._first, self._head = self._spans_before
            self._spans_before = None
        for words in self._words[series:]:
            del self._numbers[words]
            members = self._members[words[:4]]
            members.pop()
            if not members:
                del self._members[words[:4]]
        for name in self._source_names[sources:]:
            del self._sources[name]
        del self._words[series:], self._first[series:], self._head[series:], self._family[series:]
        del self._source_names[sources:]

    def family(self, number: int) -> int:
        """Return the family of a series."""
        return self._family[number]

    def families(self, numbers: Iterable[int]) -> list[int]:
        """Return the families of some series."""
        return [self._family[number] for number in numbers]

    def members(self, family: int) -> Sequence[int]:
        """Return the series of a family, oldest first: one, unless the unit changed."""
        return self._members[self._words[family][:4]]

    def all_members(self, families: Iterable[int]) -> list[int]:
        """Return the series of some families."""
        return [number for family in families for number in self.members(family)]

    def within(self, from_ms: int, to_ms: int) -> tuple[int, int]:
        """Return the part of a span, both ends included, in which something is kept."""
        first_ms, last_ms = self.span()
        return max(from_ms, first_ms), min(to_ms, last_ms)

    def heads(self, families: Iterable[int]) -> dict[int, int]:
        """Return the newest event time of some families."""
        head = self._head
        return {family: head[family] for family in families}

    def begun_by(self, moment_ms: int, stations: frozenset[str]) -> set[int]:
        """Return the families (of some stations, or all) that had a value by a moment."""
        return {
            number
            for number, first_ms in enumerate(self._first)
            if first_ms <= moment_ms and (not stations or self._words[number][0] in stations)
        }

    def numbers(self, key: SeriesKey) -> Sequence[int]:
        """Return the numbers of a series, one for each unit it ever had; none when it was never written."""
        return self._members.get((key.station, key.quantity, cast(Statistic, key.statistic), key.period_s), ())

    def all_words(self) -> Sequence[Words]:
        """Return station, quantity, statistic, period in seconds and unit of every series, by number."""
        return self._words

    def unit(self, number: int) -> str:
        """Return the unit of a series."""
        return self._words[number][4]

    def source_names(self) -> Sequence[str]:
        """Return the names of the sources, by number."""
        return self._source_names

    def keys(self) -> list[SeriesKey]:
        """Return every series."""
        return [
            SeriesKey(station=station, quantity=quantity, statistic=statistic, period_s=period_s)
            for station, quantity, statistic, period_s in self._members
        ]

    def span(self) -> tuple[int, int]:
        """Return the first and last event time of all series, (0, 0) without any."""
        known = [(first, last) for first, last in zip(self._first, self._head, strict=True) if last != _BEFORE_ALL]
        return (min(first for first, _ in known), max(last for _, last in known)) if known else (0, 0)
