"""The areas of one level with how their cases stand: pure, from the table of all cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sanping.domain.area import LEVELS, Area, Level, level_of
from sanping.domain.case_filter import CaseFilter, CaseScope
from sanping.domain.text import Text
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.indicators import Counts, rates_of
from sanping.twin.cases.table import CaseTable, Mask, Rows
from sanping.twin.cases.tally import Tally

_CELL = Text("网格 {number}", "Cell {number}")
_COMMUNITY_DIGITS = 12
EVERYTHING = Area(code="", name=Text("全域", "Everything"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCount:
    """How the cases of one area stand: open ones, those over their limit, reports of a span, and rates of that span."""

    open: int = 0
    overdue: int = 0
    reported: int = 0
    rates: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSpan:
    """Which cases are counted by area: those of a scope, and of a span of reports for `reported` and the rates."""

    scope: CaseScope
    from_ms: int
    to_ms: int


def areas_below(city: GovernedCity, code: str, level: Level | None, now_ms: int) -> tuple[Area, ...]:
    """Return the areas one level below an area, or all of a level within it; grid cells below a community.

    "" is the whole city, whose first division is meant.
    """
    areas, day = city.rules.areas, city.rules.timetable.day_of(now_ms)
    code = code or areas.top(day)
    if level is not None and LEVELS.index(level) <= LEVELS.index(level_of(code) if code else "province"):
        level = None
    if level == "cell":
        return _cells(city, code)
    if level is None:
        return areas.children(code, day) or _cells(city, code)
    known = (areas.by_code[one] for one in sorted(areas.by_code) if one.startswith(code) and level_of(one) == level)
    return tuple(area for area in known if area.is_valid_on(day))


def area_of(city: GovernedCity, code: str, now_ms: int) -> Area:
    """Return an area by its code, a grid cell too; "" is everything. Raises `InputError` for what is not known."""
    if not code:
        return EVERYTHING
    if code in city.places.cells and code not in city.rules.areas.by_code:
        return Area(code=code, name=_CELL.with_values(number=code[_COMMUNITY_DIGITS:]))
    return city.rules.areas.named(code, city.rules.timetable.day_of(now_ms))


def counts_by_area(  # noqa: PLR0913  of what, counted by what, where, which, and when
    table: CaseTable, tally: Tally, codes: Sequence[str], span: AreaSpan, now_ms: int, *, within: Mask
) -> tuple[AreaCount, ...]:
    """Return how the cases of each area stand; `tally` must know the rows of `span_rows`."""
    place = table.areas_of(codes)
    now = CaseFilter(kind=span.scope.kind, case_class=span.scope.case_class, department=span.scope.department)
    counted = table.mask(now, now_ms) & within & (place >= 0)
    is_open = table.open() & counted
    is_late = table.overdue(now_ms) & is_open
    opens, lates = (np.bincount(place[mask], minlength=len(codes)) for mask in (is_open, is_late))
    rows = span_rows(table, span, now_ms, within)
    rows = rows[place[rows] >= 0]
    groups = tally.by(rows, [codes[number] for number in place[rows].tolist()])
    found = [groups.get(code, Counts()) for code in codes]
    return tuple(
        AreaCount(open=int(opens[n]), overdue=int(lates[n]), reported=counts.reported, rates=rates_of(counts))
        for n, counts in enumerate(found)
    )


def span_rows(table: CaseTable, span: AreaSpan, now_ms: int, within: Mask) -> Rows:
    """Return the rows of the cases of a scope that were reported in a span."""
    scope = span.scope
    wanted = CaseFilter(
        area=scope.area, kind=scope.kind, case_class=scope.case_class, department=scope.department,
        from_ms=span.from_ms, to_ms=span.to_ms,
    )  # fmt: skip
    return np.flatnonzero(table.mask(wanted, now_ms) & within)


def _cells(city: GovernedCity, code: str) -> tuple[Area, ...]:
    """Return the grid cells of an area, which no table names."""
    inside = (cell for cell in sorted(city.places.cells) if cell.startswith(code) and cell != code)
    return tuple(Area(code=cell, name=_CELL.with_values(number=cell[_COMMUNITY_DIGITS:])) for cell in inside)
