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
