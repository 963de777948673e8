"""What follows from a major event and a moment: the phase, the countdown, what lies near the route. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from msgspec.structs import replace

from sanping.domain.geo import Float64Array
from sanping.domain.major_event import EventClosure, EventPhase, EventPost, MajorEvent, PostKind, PostReport, PostState

_MINUTE_MS = 60_000
_CALLS_EVERY_MIN, _CALLS_FOR_MIN = 47, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """What is counted: to the begin (`before`), to the end of the phase (`during`), or since the end (`after`)."""

    state: str
    left_ms: int
    phase: EventPhase | None = None
    following: EventPhase | None = None


def countdown(event: MajorEvent, now_ms: int) -> Countdown:
    """Return what is counted at a moment."""
    phase = next((one for one in event.phases if one.from_ms <= now_ms < one.to_ms), None)
    following = next((one for one in event.phases if one.from_ms > now_ms), None)
    if now_ms < event.begin_ms:
        return Countdown(state="before", left_ms=event.begin_ms - now_ms, phase=phase, following=following)
    if now_ms >= event.end_ms:
        return Countdown(state="after", left_ms=now_ms - event.end_ms, phase=phase)
    return Countdown(state="during", left_ms=event.end_ms - now_ms, phase=phase, following=following)


def closed_at(event: MajorEvent, now_ms: int) -> tuple[EventClosure, ...]:
    """Return the roads that are closed at a moment."""
    return tuple(one for one in event.closures if one.from_ms <= now_ms < one.to_ms)


def moved(event: MajorEvent, by_ms: int) -> MajorEvent:
    """Return the event at another time."""
    return replace(
        event,
        begin_ms=event.begin_ms + by_ms,
        end_ms=event.end_ms + by_ms,
        phases=tuple(replace(one, from_ms=one.from_ms + by_ms, to_ms=one.to_ms + by_ms) for one in event.phases),
        closures=tuple(replace(one, from_ms=one.from_ms + by_ms, to_ms=one.to_ms + by_ms) for one in event.closures),
    )


def rehearsed(event: MajorEvent, now_ms: int) -> MajorEvent:
    """Return an invented event as it is played by a hub that begins now; a real one stays as it is."""
    if event.rehearsal_min is None or not event.is_simulated:
        return event
    begin_ms = now_ms - event.rehearsal_min * _MINUTE_MS
    return moved(event, begin_ms - event.begin_ms)


def distance_m(line: Iterable[tuple[float, float]], x_m: float, y_m: float) -> float:
    """Return how far a place lies from a line, both in metres."""
    return _nearest(np.array(list(line), np.float64), x_m, y_m)[0]


def along_m(line: Iterable[tuple[float, float]], x_m: float, y_m: float) -> float:
    """Return how far from its begin, along a line, the point lies that is nearest to a place."""
    return _nearest(np.array(list(line), np.float64), x_m, y_m)[1]


def length_m(line: Iterable[tuple[float, float]]) -> float:
    """Return the length of a line."""
    points = np.array(list(line), np.float64)
    return float(np.hypot(*np.diff(points, axis=0).T).sum()) if len(points) > 1 else 0.0


def _nearest(line: Float64Array, x_m: float, y_m: float) -> tuple[float, float]:
    if len(line) < 2:
        return float("inf"), 0.0
    start, way = line[:-1], np.diff(line, axis=0)
    length = np.hypot(way[:, 0], way[:, 1])
    share = np.clip(((np.array([x_m, y_m]) - start) * way).sum(axis=1) / np.maximum(length, 1e-9) ** 2, 0.0, 1.0)
    away = np.hypot(*(start + way * share[:, None] - np.array([x_m, y_m])).T)
    best = int(away.argmin())
    before = float(length[:best].sum())
    return float(away[best]), before + float(share[best] * length[best])


def standing(event: MajorEvent, reports: Mapping[str, PostReport]) -> dict[PostState, int]:
    """Count the posts by how they stand; one of which nothing was told is not there yet."""
    found: dict[PostState, int] = {"away": 0, "in_place": 0, "help": 0, "left": 0}
    for post in event.posts:
        report = reports.get(post.id)
        found["away" if report is None else report.state] += 1
    return found


_CALLS: Mapping[PostKind, str] = MappingProxyType(
    {"medical": "跑者低血糖，请求救护车待命", "traffic": "围观人群涌入赛道，请求增援"}
)


def played_note(post: EventPost, state: PostState) -> str:
    """Return what invented people at a post say when they need help."""
    return _CALLS.get(post.kind, "") if state == "help" else ""


def played_state(event: MajorEvent, post: EventPost, now_ms: int) -> PostState:
    """Return how an invented post stands: there in good time, now and then in need of help, gone at the end."""
    lot = sum(map(ord, post.id)) * 7919 % 97
    first_ms = min((phase.from_ms for phase in event.phases), default=event.begin_ms)
    if now_ms < first_ms + (lot % 40) * _MINUTE_MS:
        return "away"
    if now_ms > event.end_ms + (lot % 15) * _MINUTE_MS:
        return "left"
    since_min = (now_ms - event.begin_ms) // _MINUTE_MS
    is_calling = post.kind in ("medical", "traffic") and event.begin_ms < now_ms < event.end_ms
    if is_calling and (since_min + lot) % _CALLS_EVERY_MIN < _CALLS_FOR_MIN:
        return "help"
    return "in_place"
