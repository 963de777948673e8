"""A flight over key views: where the camera is at each moment, smooth through each view and never beyond; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, log

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.tour import Stop
from sanping.domain.view import CameraPose

LEAST_LEG_S, MOST_LEG_S, MOST_HOLD_S = 0.5, 60.0, 600.0
LEG_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A view that a flight passes: reached `leg_s` seconds after the one before it, and held for `hold_s`."""

    camera: CameraPose
    title: Text
    leg_s: float = LEG_S
    hold_s: float = 0.0


def duration_s(views: Sequence[KeyView]) -> float:
    """Return how long a flight takes; the way to its first view is none of it."""
    return sum(view.leg_s for view in views[1:]) + sum(view.hold_s for view in views)


def with_duration(views: Sequence[KeyView], seconds: float) -> tuple[KeyView, ...]:
    """Return the flight faster or slower, each leg and hold by the same share, within what a leg may take."""
    now = duration_s(views)
    if now <= 0.0:
        return tuple(views)
    share = seconds / now
    return tuple(
        replace(
            view,
            leg_s=min(MOST_LEG_S, max(LEAST_LEG_S, view.leg_s * share)),
            hold_s=min(MOST_HOLD_S, view.hold_s * share),
        )
        for view in views
    )


class Flight:
    """A flight that can be asked where its camera is; there is at least one view.

    Every number of the camera follows a monotone cubic (Fritsch and Carlson) over time, the distance by its logarithm:
    between two views it stays between their values, and it rests at both ends and while a view is held.
    """

    def __init__(self, views: Sequence[KeyView]) -> None:
        self._views = tuple(views)
        moments, rows = [], []
        at = -self._views[0].leg_s
        for view in self._views:
            at += view.leg_s
            moments.append(at)
            rows.append(_numbers(view.camera))
            if view.hold_s > 0.0:
                at += view.hold_s
                moments.append(at)
                rows.append(_numbers(view.camera))
        self.seconds = at
        self._moments = np.array(moments)
        self._rows = np.array(rows)
        self._rows[:, 4] = np.unwrap(self._rows[:, 4], period=360.0)
        self._slopes = _slopes(self._moments, self._rows)

    def pose(self, at_s: float) -> CameraPose:
        """Return where the camera is `at_s` seconds after the start; before it the first view, later the last."""
        moments = self._moments
        if at_s <= moments[0] or len(moments) == 1:
            return self._views[0].camera
        if at_s >= moments[-1]:
            return self._views[-1].camera
        leg = int(np.searchsorted(moments, at_s, side="right")) - 1
        width = moments[leg + 1] - moments[leg]
        share = (at_s - moments[leg]) / width
        start, end = self._rows[leg], self._rows[leg + 1]
        rise = (start - end) * (share**2) * (2 * share - 3) + start
        bend = width * share * (1 - share) * ((1 - share) * self._slopes[leg] - share * self._slopes[leg + 1])
        east, north, up, reach, heading, pitch, fov = (rise + bend).tolist()
        return CameraPose(
            target=(east, north, up), distance_m=exp(reach), heading_deg=heading % 360.0, pitch_deg=pitch, fov_deg=fov
        )


def stops_of(views: Sequence[KeyView]) -> tuple[Stop, ...]:
    """Return a flight as stops of a tour, which a kiosk can play."""
    return tuple(
        Stop(camera=view.camera, title=view.title, dwell_s=view.hold_s, flight_s=view.leg_s, turn_deg_per_s=0.0)
        for view in views
    )


def views_of(stops: Sequence[Stop]) -> tuple[KeyView, ...]:
    """Return the stops of a tour as a flight."""
    return tuple(
        KeyView(camera=stop.camera, title=stop.title, leg_s=stop.flight_s or LEG_S, hold_s=stop.dwell_s)
        for stop in stops
    )


def _numbers(pose: CameraPose) -> list[float]:
    return [*pose.target, log(pose.distance_m), pose.heading_deg, pose.pitch_deg, pose.fov_deg]


def _slopes(moments: Float64Array, rows: Float64Array) -> Float64Array:
    """Return the slope of each column at each moment: 0 at ends and turns, else a mean that keeps it monotone."""
    slopes = np.zeros_like(rows)
    widths = np.diff(moments)
    steps = np.diff(rows, axis=0) / widths[:, None] if len(moments) > 1 else rows[:0]
    for place, (before, after) in enumerate(pairwise(range(len(steps))), start=1):
        one, other = steps[before], steps[after]
        first, second = 2 * widths[after] + widths[before], widths[after] + 2 * widths[before]
        goes_on = one * other > 0.0
        safe_one, safe_other = np.where(goes_on, one, 1.0), np.where(goes_on, other, 1.0)
        slopes[place] = np.where(goes_on, (first + second) / (first / safe_one + second / safe_other), 0.0)
    return slopes
