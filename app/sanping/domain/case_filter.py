"""Which cases somebody wants to see, and in which order."""

from typing import Literal

import msgspec

from sanping.domain.component import ClassKind

Sort = Literal["changed", "reported", "due", "urgency"]


class CaseScope(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are meant: all fields must hold; an empty one holds for all.

    `area` is a code (all within it), `case_class` the beginning of a code, `department` who has the case.
    """

    area: str = ""
    kind: ClassKind | None = None
    case_class: str = ""
    department: str = ""


EVERY_CASE = CaseScope()


def scope_of(area: str = "", department: str = "", case_class: str = "") -> CaseScope:
    """Return a scope from words as people choose them; a class is "event:0102", "component:" for all of a kind."""
    kind, colon, code = case_class.partition(":")
    known: ClassKind | None = "event" if kind == "event" else "component" if kind == "component" else None
    return CaseScope(area=area, department=department, kind=known, case_class=code if colon else "")


class CaseFilter(CaseScope, frozen=True, kw_only=True):
    """Which cases to list: all fields must hold; an empty one holds for all.

    `states` are states or stages, `words` occur in id, address or description; `from_ms`, `to_ms` bound when it was
    reported. `is_mine` asks for those that wait for whoever asks; closed ones wait a week to be rated.
    """

    states: tuple[str, ...] = ()
    source: str = ""
    words: str = ""
    from_ms: int = 0
    to_ms: int = 0
    is_overdue: bool = False
    is_open: bool = False
    is_mine: bool = False
    sort: Sort = "changed"
    offset: int = 0
    limit: int = 100
