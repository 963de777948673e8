"""What there is to read about one component of the city."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from sanping.commands.object_facts import ObjectFacts
from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.stage.state import COMPONENTS_LAYER
from sanping.twin.cases.device_states import DEVICE_TITLES, state_of
from sanping.twin.cases.inventory import Component, Inventory
from sanping.twin.river_view import StationView

TITLE = Text("城市部件", "City components")
SIZE_M = 12.0
_CHINA = timezone(timedelta(hours=8))
DEVICE, DEVICE_STATE, READING, ALARM = "监测设备", "设备状态", "最近读数", "告警"
_NAMES = (
    ("state", Text("状态", "State")),
    ("grid", Text("所在网格", "Grid cell")),
    ("competent_dept", Text("主管部门", "Competent department")),
    ("owner_dept", Text("权属单位", "Owner")),
    ("maintainer_dept", Text("养护单位", "Maintainer")),
)


def component_facts(
    inventory: Inventory, id: str, stations: Mapping[str, StationView] = MappingProxyType({})
) -> ObjectFacts | None:
    """Return what is known about a component and how its device stands; None when there is none of that id."""
    component = inventory.by_id.get(id)
    if component is None:
        return None
    kind = inventory.titles.get(component.class_code, Text(component.class_code, component.class_code))
    written = ((name.zh, getattr(component, key)) for key, name in _NAMES)
    return ObjectFacts(
        layer=COMPONENTS_LAYER,
        layer_title=TITLE,
        id=id,
        kind=kind,
        name=Text(component.name, component.name) if component.name else None,
        height_m=None,
        base_m=None,
        parent="",
        parts=(),
        surfaces=(),
        attributes=(
            ("class", component.class_code),
            *((name, value) for name, value in written if value),
            *_device(component, stations),
        ),
        place=(component.x_m, component.y_m, 0.0),
        size_m=SIZE_M,
    )


def _device(component: Component, stations: Mapping[str, StationView]) -> Iterator[tuple[str, str]]:
    """Yield what the device of a component says; a reading that is late comes with its moment, so that it looks old."""
    state = state_of(component, stations)
    yield DEVICE_STATE, DEVICE_TITLES[state].zh
    if state == "none":
        return
    station = stations.get(component.device)
    yield DEVICE, component.device if station is None else f"{station.station.name.zh}（{component.device}）"
    if station is not None and station.main is not None:
        title = quantity(station.main.quantity).title.zh
        late = "" if station.freshness == "fresh" else "，已过时"
        yield READING, f"{title} {station.main.value:g} {station.main.unit}（{_moment(station.main.event_ms)}{late}）"
    if state == "alarm" and station is not None and station.worst_alarm is not None:
        yield ALARM, station.worst_alarm.title_zh


def _moment(event_ms: int) -> str:
    at = datetime.fromtimestamp(event_ms / 1000, _CHINA)
    return f"{at:%m-%d %H:%M}"
