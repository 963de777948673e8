"""Which open cases may be the same thing reported twice: near in space and time, of one class. Merging is proposed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sanping.domain.area import is_within
from sanping.domain.case import Case
from sanping.twin.cases.life import TRANSITIONS

_METRES_A_DEGREE = 111_320.0
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near two reports must be to be thought one; both ends are included."""

    distance_m: float = 50.0
    apart_h: float = 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A case that may be the same; `likeness` is 0…1, `distance_m` None when either place is unknown."""

    case: str
    likeness: float
    distance_m: float | None
    apart_ms: int


USUAL = Nearness()


def duplicates_of(case: Case, others: Iterable[Case], near: Nearness = USUAL) -> tuple[Duplicate, ...]:
    """Return the open cases that `case` may repeat, the likeliest first.

    The class must be the same; another subclass of it counts half. Without a place on both sides the address must be
    the same and the areas must overlap. The case itself, cases of another kind and ended ones never count.
    """
    found = [
        duplicate
        for other in others
        if other.id != case.id and not other.is_ended and other.state != "closed" and other.kind == case.kind
        if (duplicate := _compared(case, other, near)) is not None
    ]
    return tuple(sorted(found, key=lambda duplicate: (-duplicate.likeness, duplicate.case)))


def can_merge(case: Case, into: Case) -> bool:
    """Say whether `case` may go into `into`: one that still waits into one that is still open, never into itself."""
    return case.id != into.id and case.state in TRANSITIONS["merge"].before and not into.is_ended


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the distance of two places (lon, lat in degrees); good to 0.5 % within a city."""
    across = math.remainder(second[0] - first[0], 360) * math.cos(math.radians((first[1] + second[1]) / 2))
    return math.hypot(across, second[1] - first[1]) * _METRES_A_DEGREE


def place_of(case: Case) -> tuple[float, float] | None:
    """Return where a case is (lon, lat in degrees), None when nobody knows."""
    return None if case.lon_deg is None or case.lat_deg is None else (case.lon_deg, case.lat_deg)


def _compared(case: Case, other: Case, near: Nearness) -> Duplicate | None:
    alike = _class_likeness(case.case_class, other.case_class)
    apart_ms = abs(case.reported_ms - other.reported_ms)
    if not alike or apart_ms > near.apart_h * _HOUR_MS:
        return None
    here, there = place_of(case), place_of(other)
    distance_m = metres_between(here, there) if here and there else None
    if distance_m is None:
        is_same = bool(case.address) and case.address == other.address
        if not (is_same and (is_within(case.area, other.area) or is_within(other.area, case.area))):
            return None
    elif distance_m > near.distance_m:
        return None
    closeness = 0.5 if distance_m is None else 1 - distance_m / near.distance_m / 2
    recency = 1 - apart_ms / (near.apart_h * _HOUR_MS) / 2
    return Duplicate(case=other.id, likeness=alike * closeness * recency, distance_m=distance_m, apart_ms=apart_ms)


def _class_likeness(first: str, second: str) -> float:
    if first[:4] == second[:4]:
        return 1.0
    return 0.5 if first[:2] == second[:2] else 0.0
