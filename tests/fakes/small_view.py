"""A view of the small river: three gauges, one alarm, one stale station."""

from types import MappingProxyType

from fakes.small_river import MINUTE_MS, NOON_MS, reading, small_river
from sanping.domain.alarm import Alarm
from sanping.domain.observation import Observation
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import RiverView, river_view

QUALITY = {"dissolved_oxygen": 6.5, "permanganate_index": 3.2, "ammonia_nitrogen": 0.4, "total_phosphorus": 0.08}


def measured() -> list[Observation]:
    """Readings of three gauges: "up" is clean, "mid" is foul and high, "down" was last heard of an hour ago."""
    rows = [reading("up", name, value) for name, value in QUALITY.items()]
    rows += [reading("mid", name, value * 4 if name != "dissolved_oxygen" else 2.5) for name, value in QUALITY.items()]
    rows += [reading("up", "water_level", 2.6), reading("mid", "water_level", 3.9, is_simulated=True)]
    rows.append(reading("down", "water_level", 2.4, NOON_MS - 60 * MINUTE_MS))
    return rows


def alarm(name: str = "a1", station: str = "mid", **more: object) -> Alarm:
    """An alarm of the level at one station."""
    settings: dict[str, object] = {
        "id": name, "rule": "level_high", "station": station, "quantity": "water_level", "colour": "orange",
        "state": "active", "title_zh": "水位超保证", "title_en": "Level above guarantee",
        "raised_ms": NOON_MS - 120_000, "changed_ms": NOON_MS - 120_000, "value": 3.9, "limit": 3.8, "unit": "m",
        "evidence": ((NOON_MS - 600_000, 3.6), (NOON_MS - 300_000, 3.75), (NOON_MS, 3.9)),
    }  # fmt: skip
    return Alarm(**{**settings, **more})  # type: ignore[arg-type]


def small_view(*alarms: Alarm) -> RiverView:
    """The river at noon with these alarms."""
    state = with_observations(LiveState(is_linked=True), measured())
    state = LiveState(readings=state.readings, alarms=MappingProxyType({one.id: one for one in alarms}), is_linked=True)
    return river_view(small_river(), state, NOON_MS)
