"""The time machine's own time: live, paused at a moment, or playing the past at a speed; pure, without a clock."""

from dataclasses import dataclass, replace
from typing import Literal

TimeMode = Literal["live", "paused", "playing"]
SPEEDS: tuple[float, ...] = (1.0, 10.0, 60.0, 600.0, 3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What moment the screens show.

    `at_ms` is the moment shown in milliseconds since 1970 UTC, None while live. `speed` is seconds of the past per
    second while playing. `first_ms` … the present is what can be gone to; `first_ms` is 0 until history is known.
    """

    mode: TimeMode = "live"
    at_ms: int | None = None
    speed: float = 60.0
    first_ms: int = 0

    def shown_ms(self, now_ms: int) -> int:
        """Return the moment shown when the clock says `now_ms`."""
        return now_ms if self.at_ms is None else self.at_ms


LIVE = Timeline()


def live(timeline: Timeline) -> Timeline:
    """Return to the present."""
    return replace(timeline, mode="live", at_ms=None)


def begun_at(timeline: Timeline, first_ms: int) -> Timeline:
    """Learn where history begins; a moment before it becomes its beginning."""
    at_ms = None if timeline.at_ms is None else max(timeline.at_ms, first_ms)
    return replace(timeline, at_ms=at_ms, first_ms=first_ms)


def moved_to(timeline: Timeline, at_ms: int, now_ms: int) -> Timeline:
    """Show a moment, paused; the present or later is live, earlier than history its beginning."""
    if at_ms >= now_ms:
        return live(timeline)
    return replace(timeline, mode="paused", at_ms=max(at_ms, timeline.first_ms))


def paused(timeline: Timeline, now_ms: int) -> Timeline:
    """Hold the moment that is shown."""
    return replace(timeline, mode="paused", at_ms=timeline.shown_ms(now_ms))


def playing(timeline: Timeline, now_ms: int, speed: float | None = None) -> Timeline:
    """Play on from the moment shown; from the present there is nothing to play, so it starts at history's beginning."""
    at_ms = timeline.first_ms if timeline.at_ms is None and timeline.first_ms else timeline.shown_ms(now_ms)
    return replace(timeline, mode="playing", at_ms=at_ms, speed=timeline.speed if speed is None else speed)


def advanced(timeline: Timeline, elapsed_s: float, now_ms: int) -> Timeline:
    """Return the timeline after `elapsed_s` of real time; playing that reaches the present is live again."""
    if timeline.mode != "playing" or timeline.at_ms is None:
        return timeline
    at_ms = timeline.at_ms + int(elapsed_s * timeline.speed * 1000)
    return live(timeline) if at_ms >= now_ms else replace(timeline, at_ms=at_ms)


def faster(timeline: Timeline, steps: int = 1) -> Timeline:
    """Return the timeline some steps of `SPEEDS` faster (or slower, for a negative number)."""
    nearest = min(range(len(SPEEDS)), key=lambda number: abs(SPEEDS[number] - timeline.speed))
    return replace(timeline, speed=SPEEDS[max(0, min(len(SPEEDS) - 1, nearest + steps))])
