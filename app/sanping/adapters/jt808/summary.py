"""Figures of all terminals: how many report, how many move and how fast, how many alarm, and messages a second."""

from sanping.domain.observation import Observation
from sanping.domain.position import Position

ONLINE_MS = 90_000
EVERYBODY = "all"
MOVES_KMH = 1.0


class Summary:
    """Counts positions, and tells figures of each kind and of all every so many seconds; 0 for never.

    The address of a kind is its name, that of all is "all". Without a new position nothing is told: silence must be
    seen as silence.
    """

    def __init__(self, every_s: int) -> None:
        self._every_ms = every_s * 1000
        self._began_ms = 0
        self._newest_ms = 0
        self._fixes: dict[str, int] = {}
        self._last: dict[str, tuple[int, str, float, bool]] = {}

    def count(self, position: Position, now_ms: int) -> None:
        """Count a new position."""
        if not self._every_ms:
            return
        self._began_ms = self._began_ms or now_ms
        self._newest_ms = now_ms
        self._last[position.mover] = (now_ms, position.kind, position.speed_kmh, position.is_alarming)
        for address in (position.kind, EVERYBODY):
            self._fixes[address] = self._fixes.get(address, 0) + 1

    def due(self, now_ms: int) -> tuple[Observation, ...]:
        """Return the figures when they are due, else nothing."""
        if not self._every_ms or not self._fixes or now_ms - self._began_ms < self._every_ms:
            return ()
        fixes, self._fixes = self._fixes, {}
        span_s, self._began_ms = (now_ms - self._began_ms) / 1000.0, now_ms
        if now_ms - self._newest_ms > self._every_ms:
            return ()
        self._last = {name: told for name, told in self._last.items() if now_ms - told[0] <= ONLINE_MS}
        rows: list[Observation] = []
        for address, count in sorted(fixes.items()):
            told = [row for row in self._last.values() if address in (EVERYBODY, row[1])]
            moving = [row[2] for row in told if row[2] > MOVES_KMH]
            figures = {
                "movers_online": (float(len(told)), ""),
                "movers_moving": (float(len(moving)), ""),
                "movers_alarming": (float(sum(row[3] for row in told)), ""),
                "mean_speed": (sum(moving) / len(moving) if moving else 0.0, "km/h"),
                "position_rate": (count / span_s, "/s"),
            }
            rows += [
                Observation(station=address, quantity=name, value=round(value, 1), unit=unit, event_ms=now_ms)
                for name, (value, unit) in figures.items()
            ]
        return tuple(rows)
