"""Appending rows: what cannot be held is left out, a lost engine is tried once more, and nothing half done stays."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fakes.small_river import NOON_MS, reading
from sanping.domain.observation import Observation
from sanping.storage.appending import Appender, appended

ROWS = [reading("A1", "water_level", 1.0, NOON_MS + number) for number in range(4)]
UNFIT = reading("A1", "water_level", 1.0, unit="\0")


class Lost(Exception):
    """The engine is gone."""


class Engine:
    """Takes rows with plain units, fails as often as told, and comes back if it may."""

    def __init__(self, fails: int = 0, *, comes_back: bool = True) -> None:
        self.kept: list[Observation] = []
        self.begun = False
        self._fails, self._comes_back = fails, comes_back

    def append(self, rows: Sequence[Observation]) -> None:
        assert not self.begun, "what was begun before was not forgotten"
        self.begun = True
        if any("\0" in row.unit for row in rows):
            raise OverflowError("no column holds it\nsecond line")
        if self._fails:
            self._fails -= 1
            raise Lost("the line is cut")
        self.kept += rows
        self.begun = False

    def forget(self) -> None:
        self.begun = False

    def appender(self) -> Appender:
        return Appender(
            append=self.append, forget=self.forget, fits=lambda row: "\0" not in row.unit,
            reopened=lambda error: self._comes_back, unfit=(OverflowError,), failing=Lost,
        )  # fmt: skip


def test_rows_that_cannot_be_held_are_left_out_and_counted_even_when_the_engine_is_lost_meanwhile() -> None:
    # given rows of which two have no column; when they are appended by an engine that is lost once
    engine = Engine(fails=1)
    left_out = appended([UNFIT, *ROWS, UNFIT], engine.appender())

    # then the others are kept once, and two were left out
    assert (left_out, engine.kept) == (2, ROWS)


def test_an_engine_that_is_lost_again_or_for_good_says_so_with_nothing_begun() -> None:
    for engine in (Engine(fails=2), Engine(fails=1, comes_back=False)):
        # given one that fails twice, and one that does not come back; when rows are appended
        with pytest.raises(Lost):
            appended(ROWS, engine.appender())

        # then none is kept, nothing is begun, and the next time they are taken
        assert (engine.kept, engine.begun) == ([], False)
        assert appended(ROWS, engine.appender()) == 0
        assert engine.kept == ROWS


def test_what_fits_and_is_refused_all_the_same_is_no_endless_matter() -> None:
    # given an engine that refuses rows which fit by its own word; when they are appended; then it is told at once
    engine = Engine()
    by = replace(engine.appender(), fits=lambda row: True)
    with pytest.raises(OverflowError):
        appended([UNFIT], by)
    assert not engine.begun
