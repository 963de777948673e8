"""Which cases a filter finds and in which order, for lines that arrive while a page of the hub is shown."""

import math
from collections.abc import Callable, Sequence

from sanping.domain.area import is_within
from sanping.domain.case import Urgency
from sanping.domain.case_filter import CaseFilter, Sort
from sanping.domain.case_line import CaseLine

Key = tuple[float, ...]
_RANK: dict[Urgency, int] = {"extreme": 0, "urgent": 1, "normal": 2}
_KEYS: dict[Sort, Callable[[CaseLine], Key]] = {
    "changed": lambda line: (-line.changed_ms,),
    "reported": lambda line: (-line.reported_ms,),
    "due": lambda line: (line.due_ms or math.inf,),
    "urgency": lambda line: (_RANK[line.urgency], line.due_ms or math.inf),
}


def sort_key(line: CaseLine, sort: Sort) -> Key:
    """Return what a case is sorted by, the least first."""
    return _KEYS[sort](line)


def matches(line: CaseLine, asked: CaseFilter, now_ms: int) -> bool | None:
    """Say whether a filter finds a case; None where only the hub knows (words of its description, whose turn it is)."""
    is_found = (
        (not asked.states or line.state in asked.states or line.stage in asked.states)
        and (not asked.area or is_within(line.area, asked.area))
        and (asked.kind is None or line.kind == asked.kind)
        and line.case_class.startswith(asked.case_class)
        and (not asked.source or line.source == asked.source)
        and (not asked.department or line.department == asked.department)
        and line.reported_ms >= asked.from_ms
        and (not asked.to_ms or line.reported_ms < asked.to_ms)
        and (not asked.is_overdue or (line.is_open and 0 < line.due_ms < now_ms))
        and (not asked.is_open or line.is_open)
    )
    if not is_found:
        return False
    if asked.is_mine:
        return None
    if asked.words:
        is_said = asked.words.lower() in f"{line.id} {line.address}".lower()
        return True if is_said else None
    return True


def place_in(lines: Sequence[CaseLine | None], line: CaseLine, sort: Sort) -> int | None:
    """Return where a case belongs among those that are known from the top; None when that is further down."""
    wanted = sort_key(line, sort)
    low, high = 0, len(lines)
    for row, known in enumerate(lines):
        if known is None:
            high = row
            break
    while low < high:
        middle = (low + high) // 2
        other = lines[middle]
        assert other is not None
        if sort_key(other, sort) <= wanted:
            low = middle + 1
        else:
            high = middle
    is_end = low == len(lines)
    return low if is_end or lines[low] is not None else None
