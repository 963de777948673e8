"""How many cases there are, of which kind and where they stand: the figures that every screen shows."""

from collections.abc import Iterable

import numpy as np

from sanping.domain.area import at_level
from sanping.domain.case import STAGE_OF, State
from sanping.domain.case_line import CaseCounts
from sanping.twin.cases.clock import DAY_MS, HOUR_MS
from sanping.twin.cases.indicators import rates_of
from sanping.twin.cases.table import CaseTable, Mask, Rows
from sanping.twin.cases.tally import Tally

RATES_OVER_DAYS = 30
_HOURS = 24


def recent_rows(table: CaseTable, now_ms: int) -> Rows:
    """Return the rows of the cases that the rates are of: reported within the last thirty days."""
    return np.flatnonzero(table.within("reported_ms", now_ms - RATES_OVER_DAYS * DAY_MS, now_ms + 1))


def counts_at(  # noqa: PLR0913  of what, counted by what, when, and which of them
    table: CaseTable, tally: Tally, due_soon: int, now_ms: int, *, is_simulated: bool, within: Mask | None = None
) -> CaseCounts:
    """Return the figures of a moment; `tally` must know the rows of `recent_rows`.

    Classes are counted as "event:0102", areas by street. `due_soon` is how many clocks show their last warning.
    `within` says which cases count, None for all.
    """
    within = np.ones(len(table), np.bool_) if within is None else within
    is_open = table.open() & within
    day_ms = table.rules.timetable.day_began(now_ms)

    def today_of(column: str) -> Mask:
        return table.within(column, day_ms, day_ms + DAY_MS) & within

    today, recent = today_of("reported_ms"), recent_rows(table, now_ms)
    hours = (table.column("reported_ms")[today] - day_ms) // HOUR_MS
    return CaseCounts(
        at_ms=now_ms,
        day_ms=day_ms,
        reported_today=int(today.sum()),
        filed_today=int(today_of("filed_ms").sum()),
        closed_today=int(today_of("closed_ms").sum()),
        overdue=int((table.overdue(now_ms) & is_open).sum()),
        due_soon=due_soon,
        total=int(within.sum()),
        open_by_stage=_by_stage(table.counted("state", is_open)),
        open_by_area=_by_street(table.counted("area", is_open)),
        open_by_department={key: count for key, count in table.counted("department", is_open).items() if key},
        open_by_class=_by_class(table, is_open),
        open_by_source=table.counted("source", is_open),
        by_hour=tuple(np.bincount(np.clip(hours, 0, _HOURS - 1), minlength=_HOURS).tolist()),
        rates=rates_of(tally.counts(recent[within[recent]])),
        is_simulated=is_simulated,
    )


def _by_stage(by_state: dict[str, int]) -> dict[str, int]:
    return _summed((STAGE_OF[_state(state)], count) for state, count in by_state.items())


def _state(word: str) -> State:
    return word  # type: ignore[return-value]  # the column holds states


def _by_street(by_area: dict[str, int]) -> dict[str, int]:
    return _summed((at_level(area, "street"), count) for area, count in by_area.items())


def _by_class(table: CaseTable, is_open: Mask) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in ("event", "component"):
        mask = is_open & table.of_kind(kind)
        for code, count in table.counted("case_class", mask).items():
            found[f"{kind}:{code[:4]}"] = found.get(f"{kind}:{code[:4]}", 0) + count
    return found


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in pairs:
        found[key] = found.get(key, 0) + count
    return found
