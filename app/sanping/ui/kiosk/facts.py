"""What a kiosk says about things: a card for an object or a station, the words of an alarm; pure."""

from collections.abc import Sequence

from sanping.commands.object_facts import ObjectFacts, attribute_rows
from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.state import FeatureRef
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import RiverView, StationView
from sanping.ui.desk_content import DeskContent
from sanping.ui.kiosk.view import AlarmBanner, Card, CardLine
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import AlarmLine
from sanping.ui.live.station_sheet import GROUPS
from sanping.ui.wall.gathering import alarm_lines

CODE_KEYS = ("code", "station", "id")
FACILITIES = "facilities"
URGENT = frozenset({"red", "orange"})
HEIGHT = Text("高度", "Height")
CLASS_LABEL = Text("类别", "Kind")
METRES = Text("{height} 米", "{height} m")
RAISED = Text("{age}发现", "raised {age}")
VALUE_LIMIT = Text("{value}，限值 {limit}", "{value}, limit {limit}")
MOST_LINES, MOST_ATTRIBUTES = 6, 3
TOLD_KEYS = frozenset({"用途", "地址", "层数", "建成年份", "地上层数", "结构"})
ALARM_DISTANCE_M, ALARM_PITCH_DEG = 420.0, -27.0


def card_of(facts: ObjectFacts) -> Card:
    """Return the card of a building, a bridge or anything else of the model."""
    lines = [CardLine(label=CLASS_LABEL, value=facts.kind)] if facts.name is not None else []
    if facts.height_m is not None:
        lines.insert(0, CardLine(label=HEIGHT, value=METRES.with_values(height=f"{facts.height_m:.1f}")))
    pairs = zip(attribute_rows(facts, "zh"), attribute_rows(facts, "en"), strict=True)
    told = [
        CardLine(label=Text(zh[0], en[0]), value=Text(zh[1], en[1]))
        for zh, en in pairs
        if zh[0] in TOLD_KEYS and zh[1] not in ("", "—")
    ]
    return Card(title=facts.title, kind=facts.layer_title, lines=(*lines, *told[:MOST_ATTRIBUTES]))


def station_card(view: StationView, now_ms: int) -> Card:
    """Return the card of a station: its newest values with their age, the main one first."""
    main = "" if view.main is None else view.main.quantity
    graded = frozenset() if view.quality is None else frozenset(view.quality.items)
    readings = sorted(view.readings.values(), key=lambda one: (one.quantity != main, *_rank(one.quantity, graded)))
    kinds = [words.KIND[kind] for kind in view.station.kinds]
    lines = [
        CardLine(
            label=words.short(reading.quantity),
            value=_with_unit(words.said(reading), quantity(reading.quantity).unit),
            age=words.age(reading.event_ms, now_ms),
            is_simulated=reading.is_simulated,
            is_stale=reading.quantity not in view.fresh,
        )
        for reading in readings[:MOST_LINES]
    ]
    return Card(
        title=view.station.name,
        kind=Text("、".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds)),
        lines=tuple(lines),
        is_simulated=view.is_simulated or any(line.is_simulated for line in lines),
    )


def _rank(code: str, graded: frozenset[str]) -> tuple[bool, int]:
    """Order quantities: what sets the water class, then by kind; what a device says of itself comes last."""
    group = quantity(code).group
    place = GROUPS.index(group) if group in GROUPS else len(GROUPS)
    return code not in graded, place + 100 * (code in words.FLAGS)


def _with_unit(said: Text, unit: str) -> Text:
    return Text(f"{said.zh} {unit}".strip(), f"{said.en} {unit}".strip())


def station_of(facts: ObjectFacts, view: RiverView) -> StationView | None:
    """Return the station that an object of the model stands for."""
    codes = {str(value) for key, value in facts.attributes if key in CODE_KEYS}
    return next((view.by_id[code] for code in sorted(codes & view.by_id.keys())), None)


def feature_of(station: str, content: DeskContent) -> FeatureRef | None:
    """Return the object of the model that stands for a station."""
    layer = content.layers.get(FACILITIES)
    for name in () if layer is None else layer.numbers:
        facts = content.facts(FeatureRef(layer=FACILITIES, id=name))
        if facts is not None and any(key in CODE_KEYS and str(value) == station for key, value in facts.attributes):
            return FeatureRef(layer=FACILITIES, id=name)
    return None


def urgent_lines(part: LivePart, view: RiverView) -> tuple[AlarmLine, ...]:
    """Return the alarms that take a kiosk from its tour, the worst first: orange or red, seen to by nobody."""
    if not view.is_live:
        return ()
    return tuple(
        line for line in alarm_lines(part, view) if line.alarm.state == "active" and line.alarm.colour in URGENT
    )


def banner_of(line: AlarmLine, view: RiverView, now_ms: int) -> AlarmBanner:
    """Return the words of an alarm: the value as it is now, else the one that raised it, and its age."""
    alarm, station = line.alarm, view.by_id.get(line.alarm.station)
    value = Text("", "")
    if line.is_measured and alarm.quantity:
        reading = None if station is None else station.readings.get(alarm.quantity)
        title, decimals = words.short(alarm.quantity), quantity(alarm.quantity).decimals
        now = words.value(reading) if reading is not None else f"{alarm.value:.{decimals}f} {alarm.unit}".strip()
        limit = f"{alarm.limit:.{decimals}f} {alarm.unit}".strip()
        pair = VALUE_LIMIT.with_values(value=now, limit=limit)
        value = Text(f"{title.zh} {pair.zh}", f"{title.en} {pair.en}")
    return AlarmBanner(line=line, value=value, age=RAISED.with_values(age=words.age(alarm.raised_ms, now_ms)))


def pose_at(place: tuple[float, float, float], camera: CameraPose) -> CameraPose:
    """Return a view of a place from nearby, from about where the camera looks."""
    return CameraPose(
        target=place, heading_deg=camera.heading_deg, pitch_deg=ALARM_PITCH_DEG, distance_m=ALARM_DISTANCE_M,
        fov_deg=camera.fov_deg,
    )  # fmt: skip


def chosen(lines: Sequence[AlarmLine], key: str) -> AlarmLine | None:
    """Return the line of a key."""
    return next((line for line in lines if line.item.key == key), None)
