"""How a screen's camera follows the one that leads: without jumps and without overshoot, by the hub's clock; pure.

What is shown depends on the poses that were told and on the moment alone: the tiles of a wall, on one machine or
several, show the same camera in the same frame.
"""

from dataclasses import dataclass
from math import exp, log

from sanping.domain.view import CameraPose, Point

PAUSE_MS = 400.0
GLIDE_MS = 360.0
SHORTEST_MS, LONGEST_MS = 8.0, 320.0
BRIDGE = 1.25
"""A step lasts a little longer than the pause before it, so that one that comes late leaves no stop."""
EARLIEST_MS, LATEST_MS = 250.0, 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The way from one pose to another, in milliseconds of the hub's clock; one that `is_eased` starts slowly."""

    start: CameraPose
    end: CameraPose
    begins_ms: float
    lasts_ms: float
    is_eased: bool = False

    def at(self, now_ms: float) -> CameraPose:
        """Return the pose at a moment."""
        share = 1.0 if self.lasts_ms <= 0.0 else (now_ms - self.begins_ms) / self.lasts_ms
        share = min(1.0, max(0.0, share))
        return between(self.start, self.end, share * share * (3.0 - 2.0 * share) if self.is_eased else share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The steps that are under way or still to come, in order of time; there is always one."""

    steps: tuple[Step, ...]

    @property
    def arrives_ms(self) -> float:
        """When the newest pose is reached."""
        return self.steps[-1].begins_ms + self.steps[-1].lasts_ms

    @property
    def newest(self) -> CameraPose:
        """The newest pose that was told."""
        return self.steps[-1].end


def standing(pose: CameraPose) -> Following:
    """Return the following of a camera that stands still."""
    return Following(steps=(Step(start=pose, end=pose, begins_ms=float("-inf"), lasts_ms=0.0),))


def pose_at(following: Following, now_ms: float) -> CameraPose:
    """Return the pose that is shown at a moment."""
    begun = [step for step in following.steps if step.begins_ms <= now_ms]
    return begun[-1].at(now_ms) if begun else following.steps[0].start


def led_to(following: Following, pose: CameraPose, at_ms: float, now_ms: float) -> Following:
    """Return the following after a newer pose, to be presented from `at_ms` on; 0 means at once.

    A moment that lies far from the present comes from a clock that is wrong and counts as the present. Poses that come
    one after another are joined by straight steps as long as their pauses; one after a rest is glided to.
    """
    is_timely = now_ms - LATEST_MS <= at_ms <= now_ms + EARLIEST_MS
    begins_ms = float(at_ms) if is_timely else float(now_ms)
    before = Following(
        steps=tuple(step for step in following.steps if step.begins_ms < begins_ms) or following.steps[:1]
    )
    pause_ms = begins_ms - before.steps[-1].begins_ms
    is_eased = pause_ms > PAUSE_MS
    step = Step(
        start=pose_at(before, begins_ms),
        end=pose,
        begins_ms=begins_ms,
        lasts_ms=GLIDE_MS if is_eased else min(LONGEST_MS, max(SHORTEST_MS, BRIDGE * pause_ms)),
        is_eased=is_eased,
    )
    known = (*before.steps, step)
    first = max((place for place, one in enumerate(known) if one.begins_ms <= now_ms), default=0)
    return Following(steps=known[first:])


def between(start: CameraPose, end: CameraPose, share: float) -> CameraPose:
    """Return the pose after `share` (0 … 1) of the shortest way: each value lies between those of both ends."""
    if share >= 1.0:
        return end
    if share <= 0.0:
        return start
    turn = (end.heading_deg - start.heading_deg + 180.0) % 360.0 - 180.0
    distance_m = exp(_mixed(log(start.distance_m), log(end.distance_m), share))
    low_m, high_m = sorted((start.distance_m, end.distance_m))
    return CameraPose(
        target=_mixed_points(start.target, end.target, share),
        heading_deg=(start.heading_deg + turn * share) % 360.0,
        pitch_deg=_mixed(start.pitch_deg, end.pitch_deg, share),
        distance_m=min(high_m, max(low_m, distance_m)),
        fov_deg=_mixed(start.fov_deg, end.fov_deg, share),
    )


def _mixed(start: float, end: float, share: float) -> float:
    low, high = (start, end) if start <= end else (end, start)
    return min(high, max(low, start + (end - start) * share))


def _mixed_points(start: Point, end: Point, share: float) -> Point:
    east, north, up = (_mixed(a, b, share) for a, b in zip(start, end, strict=True))
    return (east, north, up)
