"""A measure (措施): a change made somewhere so that fewer cases come, such as a new outfall gate."""

from typing import Literal, get_args

import msgspec

from sanping.domain.component import ClassKind

MeasureVerdict = Literal["fewer", "more", "unsure", "too_few", "too_soon"]
MEASURE_VERDICTS: tuple[MeasureVerdict, ...] = get_args(MeasureVerdict)


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure: against cases of a class (the beginning of a code) in an area ("" is everywhere), from a day on.

    `from_day` is a date where the twin lies, as 2026-05-01. With `lon_deg`, `lat_deg` (CGCS2000) only cases within
    `near_m` of that place are meant. `source` says where it is written; `by` who recorded it at `at_ms`, "" for one of
    the city's table. One that `is_withdrawn` was recorded by mistake.
    """

    id: str
    kind: ClassKind
    case_class: str
    from_day: str
    name_zh: str
    name_en: str = ""
    area: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    near_m: float = 0.0
    source: str = ""
    by: str = ""
    at_ms: int = 0
    is_withdrawn: bool = False
