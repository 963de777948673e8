"""Where a tour is at a moment: which stop, which camera, how visible its words are; pure.

A tour goes round for ever. What is shown depends on the stops and on the time since one of them was left for alone:
it can be looked at from any moment on, and begun anew where a screen was switched off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, log

from sanping.domain.tour import Stop, Tour
from sanping.domain.view import Bookmark, CameraPose
from sanping.stage.camera import flown, orbited

SHORTEST_FLIGHT_S, LONGEST_FLIGHT_S = 2.5, 9.0
FADE_S = 1.2
VEIL_S = 0.8
CUT_S = 2.2
BOOKMARK_DWELL_S = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way to one stop and the stay there: where the camera comes from, and when it left, in milliseconds."""

    stop: int
    start: CameraPose
    begun_ms: int
    changes_style: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is shown of a tour now.

    `words` is how visible the caption is, `veil` how dark the picture, both 0 … 1; the veil hides that day becomes
    night. `is_there` when the style is to be that of the stop; `is_over` when the next stop is due.
    """

    camera: CameraPose
    words: float
    veil: float
    is_there: bool
    is_flying: bool
    is_over: bool


def tour_of(bookmarks: Sequence[Bookmark]) -> Tour | None:
    """Return a tour over the bookmarks of a twin that has none of its own; None without bookmarks."""
    if not bookmarks:
        return None
    stops = tuple(
        Stop(camera=one.camera, title=one.name, style=one.style, dwell_s=BOOKMARK_DWELL_S) for one in bookmarks
    )
    return Tour(name=bookmarks[0].name, stops=stops)


def flight_s(start: CameraPose, stop: Stop) -> float:
    """Return how long the way to a stop takes: as it says, else longer over long ways, never hasty."""
    if stop.flight_s is not None:
        return stop.flight_s
    end = stop.camera
    way = hypot(end.target[0] - start.target[0], end.target[1] - start.target[1])
    turn = abs((end.heading_deg - start.heading_deg + 180) % 360 - 180) + abs(end.pitch_deg - start.pitch_deg)
    effort = way / max(1.0, start.distance_m, end.distance_m) + abs(log(end.distance_m / start.distance_m)) + turn / 60
    return min(LONGEST_FLIGHT_S, SHORTEST_FLIGHT_S + 1.6 * float(effort**0.7))


def shown(stops: Sequence[Stop], leg: Leg, now_ms: int, *, flies: bool = True) -> Moment:
    """Return what is shown on a leg at a moment.

    `flies` False cuts from stop to stop behind a veil and keeps the camera still: where no graphics card draws, crisp
    pictures are better than coarse motion.
    """
    stop = stops[leg.stop]
    lasts_s = flight_s(leg.start, stop) if flies else CUT_S
    since_s = max(0.0, (now_ms - leg.begun_ms) / 1000)
    left_s = lasts_s + stop.dwell_s - since_s
    is_veiled = leg.changes_style or not flies
    if not flies:
        camera = leg.start if since_s < lasts_s / 2 else stop.camera
    elif since_s < lasts_s:
        camera = flown(leg.start, stop.camera, since_s / lasts_s)
    else:
        camera = orbited(stop.camera, stop.turn_deg_per_s * min(since_s - lasts_s, stop.dwell_s), 0.0)
    return Moment(
        camera=camera,
        words=_between(min((since_s - lasts_s) / FADE_S + 1.0, left_s / FADE_S)),
        veil=_between(1.25 - abs(since_s - lasts_s / 2) / VEIL_S) if is_veiled else 0.0,
        is_there=not leg.changes_style or since_s >= lasts_s / 2,
        is_flying=since_s < lasts_s,
        is_over=left_s <= 0.0,
    )


def next_leg(stops: Sequence[Stop], leg: Leg | None, camera: CameraPose, now_ms: int, style: str = "") -> Leg:
    """Return the way to the next stop, to the first one at the beginning; `style` is the one shown now."""
    return leg_to(stops, 0 if leg is None else (leg.stop + 1) % len(stops), camera, now_ms, style)


def leg_to(stops: Sequence[Stop], number: int, camera: CameraPose, now_ms: int, style: str = "") -> Leg:
    """Return the way to a stop from where the camera is; a number that no stop has is that of the first."""
    number = number if 0 <= number < len(stops) else 0
    wanted = stops[number].style
    changes = bool(style) and wanted is not None and wanted != style
    return Leg(stop=number, start=camera, begun_ms=now_ms, changes_style=changes)


def _between(share: float) -> float:
    return min(1.0, max(0.0, share))
