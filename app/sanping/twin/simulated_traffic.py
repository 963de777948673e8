"""Invented movers on given routes: where each is, as a pure function of its number and time. Nothing here is measured.

Routes that share an end are joined, so that a mover drives on from one to the next and returns the way it came.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.position import MoverKind
from sanping.ports.traffic import Moving, Terminal

METRES_A_DEGREE = 111_320.0
MOST_LOOPS = 240
LOOP_M = 9_000.0
WAVE_S = (70.0, 190.0)
WAVE_SHARE = 0.62
_SAME = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A line that movers follow: its name, what kind of way it is, and its points as (longitude, latitude)."""

    name: str
    way: str
    points: tuple[tuple[float, float], ...]
    width_m: float = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedFleet:
    """Movers that are alike. `ways` is a pattern of the ways they take; `first` the number of the first terminal.

    Their speed is `speed_kmh`, more or less by `spread` of it. Labels are `label` and a number. `silent` of them (a
    share) have stopped reporting, and `alarming` of them report an alarm.
    """

    kind: MoverKind
    count: int
    speed_kmh: float
    ways: str = "*"
    first: int = 13_000_000_000
    label: str = ""
    spread: float = 0.3
    silent: float = 0.0
    alarming: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SimulatedTraffic:
    """All movers of some fleets on their routes; the same for everybody who asks."""

    routes: tuple[Route, ...] = ()
    fleets: tuple[SimulatedFleet, ...] = ()

    @cached_property
    def terminals(self) -> tuple[Terminal, ...]:
        """Everybody, by row."""
        dice = random.Random(31)
        return tuple(
            Terminal(
                number=str(fleet.first + number),
                label=f"{fleet.label}{number + 1:04d}",
                kind=fleet.kind,
                is_alarming=dice.random() < fleet.alarming,
                is_silent=dice.random() < fleet.silent,
            )
            for fleet in self.fleets
            for number in range(fleet.count)
        )

    def at(self, rows: npt.NDArray[np.int64], now_ms: int) -> Moving:
        """Return where some movers are, by their rows."""
        plan = self._plan
        now_s = now_ms / 1000.0
        wave = 2 * np.pi / plan.wave_s[rows]
        swing_m = WAVE_SHARE * plan.speed_m_s[rows] / wave
        turn = wave * now_s + plan.phase[rows]
        along = (plan.offset_m[rows] + plan.speed_m_s[rows] * now_s + swing_m * np.sin(turn)) % plan.length_m[rows]
        speed = plan.speed_m_s[rows] * (1.0 + WAVE_SHARE * np.cos(turn))
        at = plan.begin_m[rows] + along
        segment = np.clip(np.searchsorted(plan.reached_m, at, side="right") - 1, 0, len(plan.places) - 2)
        start, end = plan.places[segment], plan.places[segment + 1]
        span = np.maximum(plan.reached_m[segment + 1] - plan.reached_m[segment], 1e-6)
        place = start + (end - start) * ((at - plan.reached_m[segment]) / span)[:, None]
        scale = np.cos(np.radians(start[:, 1]))
        east, north = (end[:, 0] - start[:, 0]) * scale, end[:, 1] - start[:, 1]
        heading = np.degrees(np.arctan2(east, north)) % 360.0
        aside = plan.aside_m[rows] / METRES_A_DEGREE
        right = np.radians(heading + 90.0)
        return Moving(
            longitude_deg=place[:, 0] + aside * np.sin(right) / scale,
            latitude_deg=place[:, 1] + aside * np.cos(right),
            heading_deg=heading,
            speed_kmh=np.round(3.6 * speed, 1),
        )

    @cached_property
    def _plan(self) -> "_Plan":
        """Lay a loop for each mover, and say where on it each begins."""
        chance, dice = np.random.default_rng(47), random.Random(53)
        loops: list[Float64Array] = []
        own: list[npt.NDArray[np.int64]] = []
        widths: list[float] = []
        for fleet in self.fleets:
            net = _Net([route for route in self.routes if fnmatchcase(route.way, fleet.ways)])
            first = len(loops)
            for number in range(min(fleet.count, MOST_LOOPS)):
                points, width_m = net.loop(number, dice)
                loops.append(points)
                widths.append(width_m)
            own.append(first + chance.integers(0, len(loops) - first, fleet.count))
        loop = np.concatenate(own)
        lengths, reached, begins = _measured(loops)
        speed = np.repeat([fleet.speed_kmh / 3.6 for fleet in self.fleets], [fleet.count for fleet in self.fleets])
        spread = np.repeat([fleet.spread for fleet in self.fleets], [fleet.count for fleet in self.fleets])
        count = len(loop)
        return _Plan(
            places=np.concatenate(loops),
            reached_m=reached,
            begin_m=begins[loop],
            length_m=lengths[loop],
            offset_m=chance.random(count) * lengths[loop],
            speed_m_s=speed * (1.0 + spread * chance.uniform(-1.0, 1.0, count)),
            aside_m=np.array(widths)[loop] * chance.choice([0.14, 0.36], count),
            wave_s=chance.uniform(*WAVE_S, count),
            phase=chance.uniform(0.0, 2 * np.pi, count),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Loops of points one after another, and by mover: where its loop begins and how it drives there."""

    places: Float64Array
    reached_m: Float64Array
    begin_m: Float64Array
    length_m: Float64Array
    offset_m: Float64Array
    speed_m_s: Float64Array
    aside_m: Float64Array
    wave_s: Float64Array
    phase: Float64Array


class _Net:
    """Routes joined at their ends; every route is looked at once."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = list(routes)
        self._ways = [(list(route.points), list(route.points)[::-1]) for route in routes]
        self._ends = [(_node(route.points[0]), _node(route.points[-1])) for route in routes]
        self._lengths_m = [float(_steps_m(np.array(route.points)).sum()) for route in routes]
        self._at: dict[tuple[float, float], list[int]] = {}
        for number, ends in enumerate(self._ends):
            for end in set(ends):
                self._at.setdefault(end, []).append(number)

    def loop(self, number: int, dice: random.Random) -> tuple[Float64Array, float]:
        """Return a closed way that begins on the route of a number, and how wide that is."""
        last = number % len(self._routes)
        line, here = list(self._ways[last][0]), self._ends[last][1]
        if self._ends[last][0] == here:
            return np.array(line), self._routes[last].width_m
        length_m = self._lengths_m[last]
        while length_m < LOOP_M:
            onward = [other for other in self._at[here] if other != last and len(set(self._ends[other])) == 2]
            if not onward:
                break
            last = dice.choice(onward)
            begins_here = self._ends[last][0] == here
            line += self._ways[last][0 if begins_here else 1][1:]
            here = self._ends[last][1 if begins_here else 0]
            length_m += self._lengths_m[last]
        return np.array([*line, *line[-2::-1]]), self._routes[number % len(self._routes)].width_m


def _node(place: tuple[float, float]) -> tuple[float, float]:
    return round(place[0], _SAME), round(place[1], _SAME)


def _steps_m(points: Float64Array) -> Float64Array:
    """Return the metres between points one after another."""
    apart = np.diff(points, axis=0) * METRES_A_DEGREE
    steps: Float64Array = np.hypot(apart[:, 0] * np.cos(np.radians(points[:-1, 1])), apart[:, 1])
    return steps


def _measured(loops: Sequence[Float64Array]) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Return the length of each loop, the metres reached at each point of all, and those at which each begins.

    Between two loops lies a gap of a metre that nobody drives.
    """
    steps = [_steps_m(points) for points in loops]
    lengths = np.array([each.sum() for each in steps])
    begins = np.concatenate([[0.0], np.cumsum(lengths + 1.0)[:-1]])
    reached = np.concatenate(
        [begin + np.concatenate([[0.0], np.cumsum(each)]) for begin, each in zip(begins, steps, strict=True)]
    )
    return lengths, reached, begins
