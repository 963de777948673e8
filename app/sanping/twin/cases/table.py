"""All cases in columns, so that a list of a hundred thousand is filtered and sorted within a tenth of a second.

The columns of a case stay for ever; the case itself goes when it is over and nobody waits for it (`put_away`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanping.domain.area import is_within
from sanping.domain.call import HOTLINE
from sanping.domain.case import ENDED, STAGE_OF, STATES, Actor, Case, Urgency
from sanping.domain.case_filter import CaseFilter
from sanping.domain.component import ClassKind
from sanping.domain.label import LABELS, Label, is_cleared
from sanping.twin.cases.clock import DAY_MS, HOUR_MS
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.waiting import states_waiting_for, waits_for

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
URGENCIES: tuple[Urgency, ...] = ("normal", "urgent", "extreme")
RATED_WITHIN_MS = 7 * DAY_MS  # older ones are no longer somebody's to rate
RESTING_AFTER_MS = HOUR_MS
_FIRST_ROOM = 1024
_LONGEST_PREFIX = 12  # a longer code is a cell, and holds only what lies in that very cell
_NEVER = np.iinfo(np.int64).max
_NUMBERS = ("reported_ms", "changed_ms", "due_ms", "filed_ms", "closed_ms", "rev", "is_simulated")
_WORDS = ("area", "case_class", "source", "department", "kind", "urgency", "state")


class _Coded:
    """A column of few different words: each is kept once, and a condition is asked once per word."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words: list[str] = list(words)
        self._number = {word: number for number, word in enumerate(self.words)}
        self.numbers = np.zeros(_FIRST_ROOM, np.int32)

    def put(self, row: int, word: str) -> None:
        number = self._number.get(word)
        if number is None:
            number = self._number[word] = len(self.words)
            self.words.append(word)
        self.numbers[row] = number

    def word(self, row: int) -> str:
        found: str = self.words[self.numbers[row]]
        return found

    def where(self, count: int, holds: Callable[[str], bool]) -> Mask:
        chosen = np.fromiter((holds(word) for word in self.words), np.bool_, len(self.words))
        return chosen[self.numbers[:count]] if len(chosen) else np.zeros(count, np.bool_)

    def counted(self, mask: Mask) -> dict[str, int]:
        found = np.bincount(self.numbers[: len(mask)][mask], minlength=len(self.words))
        return {word: int(number) for word, number in zip(self.words, found, strict=True) if number}


class CaseTable:
    """Cases as they stand, by row; rows stay where they are, in the order in which cases came.

    `ids` are those of all cases; `cases` holds None for those that were put away.
    """

    def __init__(self, rules: CaseRules) -> None:
        self.rules = rules
        self.ids: list[str] = []
        self.cases: list[Case | None] = []
        self._row: dict[str, int] = {}
        self._text: list[str] = []
        self._photo_rows: dict[str, tuple[int, ...]] = {}
        self._degrees = np.full((_FIRST_ROOM, 2), np.nan)
        self._numbers = {name: np.zeros(_FIRST_ROOM, np.int64) for name in _NUMBERS}
        self._words = {name: _Coded() for name in _WORDS}
        self._words["state"] = _Coded(STATES)
        self._words["urgency"] = _Coded(URGENCIES)
        self._labels = _Coded(LABELS)

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.cases)

    def case(self, id: str) -> Case | None:
        """Return a case as it stands; None when it was put away, or was never put."""
        row = self._row.get(id)
        return None if row is None else self.cases[row]

    def row(self, id: str) -> int | None:
        """Return the row of a case, None when it was never put."""
        return self._row.get(id)

    def put(self, case: Case) -> int:
        """Take in a case, new or after a step, and return its row."""
        row = self._row.get(case.id)
        text = f"{case.id}\n{case.address}\n{case.description}".casefold()
        if row is None:
            row = self._row[case.id] = len(self.cases)
            self.ids.append(case.id)
            self.cases.append(case)
            self._text.append(text)
            self._make_room(row + 1)
        else:
            self.cases[row], self._text[row] = case, text
        for name, column in self._numbers.items():
            column[row] = getattr(case, name)
        for name, words in self._words.items():
            words.put(row, getattr(case, name))
        self._degrees[row] = [np.nan if degrees is None else degrees for degrees in (case.lon_deg, case.lat_deg)]
        self._labels.put(row, self.rules.level_of(case))
        for photo in case.photos:
            known = self._photo_rows.get(photo.id, ())
            if row not in known:
                self._photo_rows[photo.id] = (*known, row)
        return row

    def put_away(self, now_ms: int, from_row: int = 0) -> None:
        """Let go of cases that are over, an hour after their last step; who wants one again asks the book of cases.

        Those that can still wait for somebody stay for seven days: closed ones to be rated, callers to be called back.
        """
        is_over = ~self.open() & (self.column("changed_ms") < now_ms - RESTING_AFTER_MS)
        may_wait = self._where("state", lambda state: state == "closed")
        may_wait |= self._where("source", lambda source: source == HOTLINE)
        is_over &= ~(may_wait & self.within("closed_ms", now_ms - RATED_WITHIN_MS, _NEVER))
        for row in np.flatnonzero(is_over[from_row:]).tolist():
            self.cases[from_row + row] = None

    def is_hidden(self, photo: str, who: Actor) -> bool:
        """Say whether a photo belongs to cases, and to none that somebody may know of."""
        rows = self._photo_rows.get(photo, ())
        return bool(rows) and not any(self.is_seen(row, who) for row in rows)

    def is_seen(self, row: int, who: Actor) -> bool:
        """Say whether somebody may know of the case of a row: it lies in their areas, with no label above them."""
        return who.covers(self.word("area", row)) and is_cleared(who.clearance, self.level(row))

    def level(self, row: int) -> Label:
        """Return the label of the case of a row."""
        return LABELS[int(self._labels.numbers[row])]

    def column(self, name: str) -> NDArray[np.int64]:
        """Return one of the columns of milliseconds, a row a case."""
        return self._numbers[name][: len(self.cases)]

    def word(self, name: str, row: int) -> str:
        """Return what a row holds in one of the columns of words."""
        return self._words[name].word(row)

    def degrees(self, rows: Rows) -> NDArray[np.float64]:
        """Return longitude and latitude (CGCS2000) of some rows, NaN where a place is not known."""
        return self._degrees[rows]

    def counted(self, name: str, mask: Mask) -> dict[str, int]:
        """Return how often each word of a column occurs where the mask holds."""
        return self._words[name].counted(mask)

    def open(self) -> Mask:
        """Return which cases are open: neither closed nor ended otherwise."""
        return self._where("state", lambda state: state not in ENDED and state != "closed")

    def overdue(self, now_ms: int) -> Mask:
        """Return whose clock runs and is over its limit."""
        due = self.column("due_ms")
        return (due > 0) & (due < now_ms)

    def within(self, column: str, from_ms: int, to_ms: int) -> Mask:
        """Return where a column of milliseconds lies in a span; its end is not included."""
        moments = self.column(column)
        return np.asarray((moments >= from_ms) & (moments < to_ms))

    def in_area(self, code: str) -> Mask:
        """Return which cases lie in an area."""
        return self._where("area", lambda area: is_within(area, code))

    def covered_by(self, who: Actor) -> Mask:
        """Return which cases somebody may know of: in the areas they answer for, with no label above them."""
        return self._where("area", who.covers) & self.cleared_for(who.clearance)

    def cleared_for(self, clearance: Label) -> Mask:
        """Return which cases have no label above one."""
        below = LABELS[: LABELS.index(clearance) + 1]
        return self._labels.where(len(self.cases), lambda label: label in below)

    @property
    def is_labelled(self) -> bool:
        """Whether any case has a label above the lowest."""
        return bool(self._labels.numbers[: len(self.cases)].any())

    def areas_of(self, codes: Sequence[str]) -> NDArray[np.int64]:
        """Return for each case the place in `codes` of the area that it lies in, -1 for none of them."""
        column = self._words["area"]
        place_of = {code: place for place, code in enumerate(codes)}
        lengths = sorted({len(code) for code in codes if len(code) <= _LONGEST_PREFIX}, reverse=True)

        def place(area: str) -> int:
            parts = (area, *(area[:length] for length in lengths))
            return next((place_of[part] for part in parts if part in place_of), -1)

        places = np.array([place(area) for area in column.words], np.int64)
        return places[column.numbers[: len(self.cases)]] if len(places) else np.zeros(0, np.int64)

    def found(self, wanted: CaseFilter, now_ms: int, who: Actor | None = None) -> Rows:
        """Return the rows that a filter finds, in its order.

        `who` asks: only cases in their areas are found, and for `is_mine` those that wait for them.
        """
        mask = self.mask(wanted, now_ms)
        if who is not None:
            mask &= self.covered_by(who)
        rows = np.flatnonzero(mask)
        if wanted.is_mine:
            rows = self._waiting_for(rows, who)
        if wanted.words.strip():
            rows = self._saying(rows, wanted.words.casefold().split())
        return rows[self._order(rows, wanted)]

    def of_kind(self, kind: ClassKind) -> Mask:
        """Return which cases are of components, or of events."""
        return self._where("kind", lambda found: found == kind)

    def alike(self, case: Case, within_ms: int) -> Sequence[Case]:
        """Return the open cases of one kind reported so near in time to one."""
        mask = self.open() & self.of_kind(case.kind)
        mask &= self.within("reported_ms", case.reported_ms - within_ms, case.reported_ms + within_ms + 1)
        return [found for row in np.flatnonzero(mask) if (found := self.cases[row]) is not None]

    def mask(self, wanted: CaseFilter, now_ms: int) -> Mask:
        """Return which cases a filter finds, but for its words and whom they wait for."""
        mask = np.ones(len(self.cases), np.bool_)
        if wanted.states:
            mask &= self._where("state", lambda state: state in wanted.states or STAGE_OF[state] in wanted.states)
        if wanted.area:
            mask &= self.in_area(wanted.area)
        if wanted.case_class:
            mask &= self._where("case_class", lambda code: code.startswith(wanted.case_class))
        for name, word in (("kind", wanted.kind), ("source", wanted.source), ("department", wanted.department)):
            if word:
                mask &= self._where(name, lambda found, word=word: found == word)  # type: ignore[misc]  # bound at once
        if wanted.from_ms or wanted.to_ms:
            mask &= self.within("reported_ms", wanted.from_ms, wanted.to_ms or _NEVER)
        if wanted.is_open:
            mask &= self.open()
        if wanted.is_mine:
            mask &= self.open() | self.within("closed_ms", now_ms - RATED_WITHIN_MS, _NEVER)
        if wanted.is_overdue:
            mask &= self.overdue(now_ms)
        return mask

    def _saying(self, rows: Rows, words: Iterable[str]) -> Rows:
        left, text = rows.tolist(), self._text
        for word in words:
            left = [row for row in left if word in text[row]]
        return np.array(left, np.int64)

    def _waiting_for(self, rows: Rows, who: Actor | None) -> Rows:
        if who is None or not who.roles:
            return rows[:0]
        states = states_waiting_for(who)
        near = self._where("state", lambda state: state in states) & self.covered_by(who)
        left = rows[near[rows]].tolist()
        waiting = (row for row in left if (case := self.cases[row]) is not None and waits_for(case, who, self.rules))
        return np.fromiter(waiting, np.int64)

    def _order(self, rows: Rows, wanted: CaseFilter) -> Rows:
        due = self._numbers["due_ms"][rows]
        due = np.where(due > 0, due, _NEVER)
        if wanted.sort == "due":
            return np.lexsort((rows, due))
        if wanted.sort == "urgency":
            return np.lexsort((rows, due, -self._words["urgency"].numbers[rows]))
        return np.lexsort((rows, -self._numbers[f"{wanted.sort}_ms"][rows]))

    def _where(self, name: str, holds: Callable[[Any], bool]) -> Mask:
        return self._words[name].where(len(self.cases), holds)

    def _make_room(self, count: int) -> None:
        if count <= len(self._numbers["due_ms"]):
            return
        for name, column in self._numbers.items():
            self._numbers[name] = np.concatenate([column, np.zeros_like(column)])
        for words in (*self._words.values(), self._labels):
            words.numbers = np.concatenate([words.numbers, np.zeros_like(words.numbers)])
        self._degrees = np.concatenate([self._degrees, np.full_like(self._degrees, np.nan)])
