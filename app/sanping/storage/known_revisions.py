"""Which rows of a history were corrected, and whether a row that comes is new, a correction, or said again.

Whoever keeps rows and corrections in an engine says what is kept of a moment; all else is decided here, for any engine.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sanping.domain.observation import Observation
from sanping.storage.catalogue import Catalogue

Key = tuple[int, int]  # family, event_ms
Words = tuple[str, int, float | None, str, str]  # source, series, value, quality, mark
Numbered = tuple[int, Observation]


class KnownRevisions(ABC):
    """Knows which rows were corrected, and what was said of a row; asks within the running transaction.

    `revision` is the greatest that a correction had at the start.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._spans: dict[int, Key] = {}  # by family, the first and the last event time that was corrected
        self.revision = 0

    @abstractmethod
    def _said(self, keys: Iterable[Key]) -> dict[Key, list[Words]]:
        """Return what is kept of some moments, in the order it came."""

    def _begin(self, corrected: Iterable[tuple[int, int, int, int]]) -> None:
        """Take up what is kept: (series, first and last event time, greatest revision)."""
        for number, first_ms, last_ms, revision in corrected:
            self._widen(self._catalogue.family(number), first_ms, last_ms)
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

    def forget_before(self, moment_ms: int) -> None:
        """Take over that a transaction has removed what is older than a moment."""
        self._spans = {
            family: (max(first, moment_ms), last) for family, (first, last) in self._spans.items() if last >= moment_ms
        }

    def _widen(self, family: int, first_ms: int, last_ms: int) -> None:
        first, last = self._spans.get(family, (first_ms, last_ms))
        self._spans[family] = (min(first, first_ms), max(last, last_ms))

    def _touched(self, rows: Mapping[int, Observation]) -> list[Key]:
        """Return those rows, given by family, that may have been corrected."""
        spans = self._spans
        return [
            (family, row.event_ms)
            for family, row in rows.items()
            if (span := spans.get(family)) is not None and span[0] <= row.event_ms <= span[1]
        ]


def words_of(source: str, number: int, value: Any, quality: str, mark: str) -> Words:
    """Return what was said of a row, with a value that equals itself."""
    return (source, number, value if value == value else None, quality, mark)  # noqa: PLR0124  NaN


def _words(number: int, row: Observation) -> Words:
    return words_of(row.source, number, row.value, row.quality, row.mark)


def _is_repeated(known: Sequence[Words], words: Words) -> bool:
    """Say whether a source says again what it said last; one that never spoke is compared with what holds."""
    ours = next((said for said in reversed(known) if said[0] == words[0]), known[-1])
    return ours[1:] == words[1:]
