"""How many hours of sunlight points get, and which walls and plots have enough; before and after a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.analysis.blockers import Blockers
from sanping.analysis.samples import Samples
from sanping.analysis.sun_track import sun_directions
from sanping.analysis.sunlight_rules import SunlightRule
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

PIECE = 1000
"""Points between two reports of progress: a fraction of a second."""
COUNTING = Text("计算日照：{done} / {count} 点", "Counting sunlight: {done} of {count} points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a twin lies on the earth; `north_turn_deg` is how far grid north lies clockwise of true north."""

    latitude_deg: float
    longitude_deg: float
    north_turn_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLight:
    """One wall or plot: hours of its worst, mean and best point, the share of points with enough, and the verdict."""

    id: str
    points: int
    least_h: float
    mean_h: float
    most_h: float
    share: float
    has_enough: bool


def sunlit_hours(
    blockers: Blockers, samples: Samples, rule: SunlightRule, place: Place, progress: Progress
) -> Float64Array:
    """Return the hours (p,) that count at each point by a rule."""
    hours = rule.solar_hours
    directions = sun_directions(rule.date, hours, place.latitude_deg, place.longitude_deg, place.north_turn_deg)
    is_up = directions[:, 2] > 1e-3
    found = np.zeros(len(samples))
    step_min = (rule.to_h - rule.from_h) * 60.0 / len(hours)
    for first in range(0, len(samples), PIECE):
        progress.report(first / max(1, len(samples)), COUNTING.with_values(done=first, count=len(samples)))
        piece = slice(first, first + PIECE)
        lit = np.zeros((len(samples.points[piece]), len(hours)), np.uint8)
        lit[:, is_up] = blockers.lit(samples.points[piece], samples.normals[piece], directions[is_up])
        found[piece] = counted_minutes(lit, step_min, rule) / 60.0
    return found


def counted_minutes(lit: UInt8Array, step_min: float, rule: SunlightRule) -> Float64Array:
    """Return the minutes (p,) that count of looks at the sun (p, n), `step_min` apart: 1 where it was seen."""
    change = np.diff(np.pad(lit.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, begin = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    span = (end - begin) * step_min
    span[span < rule.least_span_min - 1e-9] = 0.0
    minutes = np.zeros(len(lit))
    (np.maximum if rule.counts == "longest" else np.add).at(minutes, row, span)
    return minutes


def facing_south(samples: Samples, rule: SunlightRule, place: Place) -> npt.NDArray[np.bool_]:
    """Return which points (p,) lie on walls that look south enough to be asked; points of plots always do."""
    turn = np.radians(place.north_turn_deg)
    side = 1.0 if place.latitude_deg >= 0 else -1.0
    south = side * np.array([np.sin(turn), -np.cos(turn), 0.0])
    is_free = ~samples.normals.any(axis=1)
    return np.asarray(is_free | (samples.normals @ south >= np.cos(np.radians(rule.facing_deg)) - 1e-9), np.bool_)


def judged(
    samples: Samples, hours: Float64Array, rule: SunlightRule, is_asked: npt.NDArray[np.bool_]
) -> tuple[SubjectLight, ...]:
    """Return what every subject gets, in their order; one without a point that is asked is left out."""
    found = []
    subject, hours = samples.subject[is_asked], hours[is_asked]
    order = np.argsort(subject, kind="stable")
    bounds = np.searchsorted(subject[order], np.arange(len(samples.subjects) + 1))
    for row, id_of_subject in enumerate(samples.subjects):
        own = hours[order[bounds[row] : bounds[row + 1]]]
        if not len(own):
            continue
        share = float((own >= rule.hours - 1e-9).mean())
        found.append(
            SubjectLight(
                id=id_of_subject, points=len(own), least_h=float(own.min()), mean_h=float(own.mean()),
                most_h=float(own.max()), share=share, has_enough=share >= rule.least_share - 1e-9,
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a plan does to one wall or plot: "kept", "lost", "gained", "short" (never had enough), and hours lost."""

    before: SubjectLight
    after: SubjectLight

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.before.has_enough:
            return "kept" if self.after.has_enough else "lost"
        return "gained" if self.after.has_enough else "short"

    @property
    def mean_loss_h(self) -> float:
        """How many hours a point loses on average."""
        return self.before.mean_h - self.after.mean_h


def effects(before: Sequence[SubjectLight], after: Sequence[SubjectLight]) -> tuple[Effect, ...]:
    """Return what a plan does to every subject that stands before and after it."""
    later = {light.id: light for light in after}
    return tuple(Effect(before=light, after=later[light.id]) for light in before if light.id in later)
