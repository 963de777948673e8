"""What a screen knows of everything that moves: two fixes of each, and where each is shown between them. Pure.

A thing is shown later than it is, by the time between its last two fixes: so it glides from one known place to the
next, and nothing is guessed ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.position import MOVER_KINDS

STALE_MS, STALE_INTERVALS = 30_000, 3.0
GONE_MS = 600_000
LEAST_GAP_MS, MOST_GAP_MS = 500, 60_000
_JUMP_M_S = 150.0

Moments = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who a mover is: its name at the source, what people call it, its kind, and the source."""

    mover: str
    label: str
    kind: str
    source: str
    is_simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """n fixes that came: `number` is the row in the fleet, places are metres in the twin's CRS."""

    number: Moments
    x_m: Float64Array
    y_m: Float64Array
    heading_deg: Float64Array
    speed_kmh: Float64Array
    event_ms: Moments
    is_alarming: Flags


def _zeros() -> Float64Array:
    return np.zeros(0, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Everything that moves, in columns; row i is `names[i]`. `event_ms` is −1 where there is no fix yet.

    `was_…` is the fix before the last one; where there was none it is the last one itself.
    """

    names: tuple[Named, ...] = ()
    kind: Codes = field(default_factory=lambda: np.zeros(0, np.uint8))
    x_m: Float64Array = field(default_factory=_zeros)
    y_m: Float64Array = field(default_factory=_zeros)
    heading_deg: Float64Array = field(default_factory=_zeros)
    speed_kmh: Float64Array = field(default_factory=_zeros)
    event_ms: Moments = field(default_factory=lambda: np.zeros(0, np.int64))
    is_alarming: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    was_x_m: Float64Array = field(default_factory=_zeros)
    was_y_m: Float64Array = field(default_factory=_zeros)
    was_heading_deg: Float64Array = field(default_factory=_zeros)
    was_ms: Moments = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Movers that were ever heard of."""
        return len(self.names)


_COLUMNS = ("kind", "x_m", "y_m", "heading_deg", "speed_kmh", "event_ms", "is_alarming")
_BEFORE = ("was_x_m", "was_y_m", "was_heading_deg", "was_ms")


def with_names(fleet: Fleet, rows: Sequence[tuple[int, Named]]) -> Fleet:
    """Return the fleet with movers that came, or are called otherwise now; each row says its number."""
    names = list(fleet.names)
    known = len(names)
    for number, named in sorted(rows, key=lambda row: row[0]):
        if number < len(names):
            names[number] = named
        elif number < len(names) + 100_000:
            nobody = Named(mover="", label="", kind="car", source="")
            names.extend([nobody] * (number - len(names)))
            names.append(named)
    more = len(names) - known
    columns = {name: np.concatenate([getattr(fleet, name), np.zeros(more, getattr(fleet, name).dtype)])
               for name in (*_COLUMNS, *_BEFORE)}  # fmt: skip
    columns["event_ms"][known:] = columns["was_ms"][known:] = -1
    codes: dict[str, int] = {kind: code for code, kind in enumerate(MOVER_KINDS)}
    for number, named in rows:
        if number < len(names):
            columns["kind"][number] = codes.get(named.kind, 0)
    return replace(fleet, names=tuple(names), **columns)


def with_fixes(fleet: Fleet, fixes: Fixes) -> Fleet:
    """Return the fleet after newer fixes; an older one than is known, or one of nobody, changes nothing."""
    inside = np.flatnonzero((fixes.number >= 0) & (fixes.number < len(fleet)))
    number = fixes.number[inside]
    newer = inside[fixes.event_ms[inside] > fleet.event_ms[number]]
    if not len(newer):
        return fleet
    number = fixes.number[newer]
    columns: dict[str, Any] = {name: getattr(fleet, name).copy() for name in (*_COLUMNS[1:], *_BEFORE)}
    for before, now in zip(_BEFORE, ("x_m", "y_m", "heading_deg", "event_ms"), strict=True):
        columns[before][number] = columns[now][number]
    for name in _COLUMNS[1:]:
        columns[name][number] = getattr(fixes, name)[newer]
    _forget_leaps(columns, number)
    return replace(fleet, **columns)


def _forget_leaps(columns: dict[str, Any], number: Moments) -> None:
    """Let what came for the first time, after long, or from too far away begin where it is: it does not glide there."""
    far_m = np.hypot(
        columns["x_m"][number] - columns["was_x_m"][number], columns["y_m"][number] - columns["was_y_m"][number]
    )
    gap_ms = columns["event_ms"][number] - columns["was_ms"][number]
    leaps = number[(columns["was_ms"][number] < 0) | (gap_ms > MOST_GAP_MS) | (far_m > _JUMP_M_S * gap_ms / 1000.0)]
    for before, now in zip(_BEFORE, ("x_m", "y_m", "heading_deg", "event_ms"), strict=True):
        columns[before][leaps] = columns[now][leaps]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The movers as they are shown at a moment, those that are gone left out; `number` is the row in the fleet."""

    number: Moments
    kind: Codes
    x_m: Float64Array
    y_m: Float64Array
    heading_deg: Float64Array
    is_stale: Flags
    is_alarming: Flags


def seen_at(fleet: Fleet, now_ms: float, *, is_linked: bool = True) -> Seen:
    """Return where everything is shown at a moment: on its way from the fix before to the last one."""
    shown = np.flatnonzero((fleet.event_ms >= 0) & (now_ms - fleet.event_ms <= GONE_MS))
    last, gap_ms = fleet.event_ms[shown], _gaps(fleet, shown)
    share = np.clip((now_ms - last) / gap_ms, 0.0, 1.0)
    turn = np.mod(fleet.heading_deg[shown] - fleet.was_heading_deg[shown] + 180.0, 360.0) - 180.0
    return Seen(
        number=shown,
        kind=fleet.kind[shown],
        x_m=fleet.was_x_m[shown] + (fleet.x_m[shown] - fleet.was_x_m[shown]) * share,
        y_m=fleet.was_y_m[shown] + (fleet.y_m[shown] - fleet.was_y_m[shown]) * share,
        heading_deg=np.mod(fleet.was_heading_deg[shown] + turn * share, 360.0),
        is_stale=_late(now_ms - last, gap_ms) if is_linked else np.ones(len(shown), np.bool_),
        is_alarming=fleet.is_alarming[shown],
    )


def _gaps(fleet: Fleet, rows: Moments) -> Float64Array:
    """Return the milliseconds between the last two fixes."""
    gaps: Float64Array = np.clip(fleet.event_ms[rows] - fleet.was_ms[rows], LEAST_GAP_MS, MOST_GAP_MS).astype(float)
    return gaps


def _late(age_ms: npt.NDArray[Any], gap_ms: Float64Array) -> Flags:
    """Say whose last fix is too old to be the present."""
    return np.asarray(age_ms > np.maximum(STALE_MS, STALE_INTERVALS * gap_ms), np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFigures:
    """How the movers of a kind are: how many report, move, are stale and alarm, and how fast those that move are."""

    kind: str
    reporting: int
    moving: int
    stale: int
    alarming: int
    mean_kmh: float


def figures(fleet: Fleet, now_ms: float, *, is_linked: bool = True) -> tuple[KindFigures, ...]:
    """Return the figures of each kind of which some were heard of lately, in the order of `MOVER_KINDS`."""
    seen = seen_at(fleet, now_ms, is_linked=is_linked)
    speed = fleet.speed_kmh[seen.number]
    found = []
    for code, kind in enumerate(MOVER_KINDS):
        of_kind = seen.kind == code
        fresh = of_kind & ~seen.is_stale
        moving = fresh & (speed > 1.0)
        if of_kind.any():
            found.append(
                KindFigures(
                    kind=kind,
                    reporting=int(fresh.sum()),
                    moving=int(moving.sum()),
                    stale=int((of_kind & seen.is_stale).sum()),
                    alarming=int((fresh & seen.is_alarming).sum()),
                    mean_kmh=float(speed[moving].mean()) if moving.any() else 0.0,
                )
            )
    return tuple(found)
