"""Whom to dispatch a case to: who is responsible there, on duty, near and not already busy; every reason is said."""

from collections.abc import Iterable
from dataclasses import dataclass

from sanping.domain.area import is_within
from sanping.domain.case import Case
from sanping.domain.text import Text
from sanping.twin.cases.duplicates import metres_between, place_of

_FAR_M = 5_000.0
_BUSY = 10

_AREA = Text("负责区域 {area}", "answers for area {area}")
_ON_DUTY = Text("在岗", "on duty")
_OFF_DUTY = Text("不在岗", "off duty")
_DISTANCE = Text("距离 {distance:.0f} 米", "{distance:.0f} m away")
_LOAD = Text("在办 {count} 件", "{count} open cases")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A department or crew. `duties` are class codes it handles ("component:01" and all below it); empty is all.

    `lon_deg`, `lat_deg` say where it is now, None when unknown; `open_cases` how many it works on.
    """

    id: str
    name: Text
    areas: tuple[str, ...]
    duties: tuple[str, ...] = ()
    is_on_duty: bool = True
    lon_deg: float | None = None
    lat_deg: float | None = None
    open_cases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A candidate with how well it fits, 0…1, and why."""

    candidate: Candidate
    fit: float
    reasons: tuple[Text, ...]


def suggestions(case: Case, candidates: Iterable[Candidate], most: int = 5) -> tuple[Suggestion, ...]:
    """Return the best candidates, the fittest first; whoever has neither the area nor the duty is left out."""
    found = [suggestion for candidate in candidates if (suggestion := _judged(case, candidate)) is not None]
    found.sort(key=lambda suggestion: (-suggestion.fit, suggestion.candidate.id))
    return tuple(found[:most])


def _judged(case: Case, candidate: Candidate) -> Suggestion | None:
    """Weigh area 30 % (the narrower the better), duty now 30 %, distance 25 %, load 15 %."""
    areas = [area for area in candidate.areas if is_within(case.area, area)]
    if not areas or not _has_duty(case, candidate):
        return None
    area = max(areas, key=len)
    narrow = len(area) / max(len(case.area), 1)
    reasons = [_AREA.with_values(area=area or "—"), _ON_DUTY if candidate.is_on_duty else _OFF_DUTY]
    near = 0.5
    here = place_of(case)
    if here and candidate.lon_deg is not None and candidate.lat_deg is not None:
        distance_m = metres_between(here, (candidate.lon_deg, candidate.lat_deg))
        near = max(0.0, 1 - distance_m / _FAR_M)
        reasons.append(_DISTANCE.with_values(distance=distance_m))
    reasons.append(_LOAD.with_values(count=candidate.open_cases))
    free = max(0.0, 1 - candidate.open_cases / _BUSY)
    fit = 0.3 * narrow + 0.3 * candidate.is_on_duty + 0.25 * near + 0.15 * free
    return Suggestion(candidate=candidate, fit=fit, reasons=tuple(reasons))


def _has_duty(case: Case, candidate: Candidate) -> bool:
    wanted = f"{case.kind}:{case.case_class}"
    return not candidate.duties or any(wanted.startswith(duty) for duty in candidate.duties)
