"""What a station's sign says: its value with unit, trend and state, or how long it has been silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.twin.river_view import StationView
from sanping.twin.water_quality import CLASS_NAMES

SIMULATED = Text("模拟", "sim.")
NO_DATA = Text("无数据", "no data")
STALE_MINUTES = Text("{count} 分钟前", "{count} min ago")
STALE_HOURS = Text("{count} 小时前", "{count} h ago")
_ARROWS = MappingProxyType({"rising": "↑", "falling": "↓", "steady": "→", "unknown": ""})
_SHORT = MappingProxyType(
    {
        "pumps_running": Text("{value} 台运行", "{value} pumps on"),
        "gate_opening": Text("开度 {value} m", "open {value} m"),
    }
)
_STALE_COLOUR, _CALM_COLOUR, _SUSPECT_COLOUR, _CAMERA_COLOUR = 0x7D8794, 0x35E0FF, 0xC9A86A, 0xB69CFF
_FLOOD = MappingProxyType({"blue": 0x4F8DFF, "yellow": 0xFFD23C, "orange": 0xFF8A2A, "red": 0xFF4B4B})
_CLASS = MappingProxyType({1: 0x3D9BFF, 2: 0x3D9BFF, 3: 0x3BE08A, 4: 0xFFD23C, 5: 0xFF8A2A, 6: 0xFF4B4B})
_MARKS = MappingProxyType({"suspect": "?", "maintenance": "M", "bad": "!", "missing": "—"})


@dataclass(frozen=True, slots=True)
class Saying:
    """The words of a sign, its colour (0xRRGGBB) and its rank: 1 is seen from farthest."""

    words: Text
    colour: int
    rank: int


def saying(view: StationView, now_ms: int) -> Saying:
    """Return what the sign of a station says at a moment."""
    parts = [view.station.name, *_values(view)]
    if view.freshness == "none" and view.station.kinds != ("camera",):
        parts.append(NO_DATA)
    elif view.freshness == "stale" and view.main is not None:
        parts.append(_age(max(0, now_ms - view.main.event_ms)))
    if view.is_simulated:
        parts.append(SIMULATED)
    zh, en = " ".join(part.zh for part in parts), " ".join(part.en for part in parts)
    return Saying(Text(zh, en), _colour(view), _rank(view))


def _values(view: StationView) -> list[Text]:
    if view.main is None:
        return []
    is_level = view.main.quantity == "water_level"
    words = [_reading(view.main, _ARROWS[view.trend] if is_level else "")]
    if is_level and view.station.datum_offset_m != 0.0:
        words.append(Text(f"（{view.station.datum or '？'}）", f"({view.station.datum or '?'})"))
    if view.quality is not None:
        words.append(CLASS_NAMES[view.quality.water_class])
    return words


def _reading(reading: Observation, arrow: str) -> Text:
    known = quantity(reading.quantity)
    if reading.value != reading.value:
        return Text("—", "—")
    value = f"{reading.value:.{known.decimals}f}"
    short: Mapping[str, Text] = _SHORT
    if reading.quantity in short:
        return short[reading.quantity].with_values(value=value)
    words = f"{value} {known.unit}{arrow}{_MARKS.get(reading.quality, '')}".strip()
    return Text(words, words)


def _age(age_ms: int) -> Text:
    minutes = age_ms // 60_000
    return STALE_MINUTES.with_values(count=minutes) if minutes < 120 else STALE_HOURS.with_values(count=minutes // 60)


def _colour(view: StationView) -> int:
    if view.station.kinds == ("camera",) and view.freshness == "none":
        return _CAMERA_COLOUR
    if view.freshness != "fresh":
        return _STALE_COLOUR
    if view.flood in _FLOOD:
        return _FLOOD[view.flood]
    if view.main is not None and view.main.quality != "good":
        return _SUSPECT_COLOUR
    if view.quality is not None:
        return _CLASS[view.quality.water_class]
    return _CALM_COLOUR


def _rank(view: StationView) -> int:
    if view.worst_alarm is not None and view.worst_alarm.colour in ("red", "orange"):
        return 2
    if view.worst_alarm is not None:
        return 3
    return 6 if view.station.kinds == ("camera",) else 4
