"""How the components stand whose devices report: normal, alarm or offline, as their stations do; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from sanping.domain.text import Text
from sanping.twin.cases.inventory import Component, Inventory
from sanping.twin.river_view import StationView

DeviceState = Literal["normal", "alarm", "offline", "none"]
DEVICE_STATES: tuple[DeviceState, ...] = get_args(DeviceState)
DEVICE_TITLES: Mapping[DeviceState, Text] = MappingProxyType(
    {
        "normal": Text("正常", "Normal"),
        "alarm": Text("告警", "Alarm"),
        "offline": Text("离线", "Offline"),
        "none": Text("无设备", "No device"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFilter:
    """Which components are shown: those whose device is in one of `states`, of one of `classes` (none means any)."""

    states: frozenset[DeviceState] = frozenset(DEVICE_STATES)
    classes: frozenset[str] = frozenset()

    def shows(self, component: Component, state: DeviceState) -> bool:
        """Say whether a component in a state is shown."""
        return state in self.states and (not self.classes or component.class_code in self.classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTally:
    """How many components of a class there are, by the state of their devices."""

    code: str
    title: Text
    counts: Mapping[DeviceState, int]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.counts.values())


def state_of(component: Component, stations: Mapping[str, StationView]) -> DeviceState:
    """Return how the device of a component stands.

    What is late, has never reported, or is known to nobody is offline: an old alarm is not shown as a present one.
    """
    if not component.device:
        return "none"
    station = stations.get(component.device)
    if station is None or station.freshness != "fresh":
        return "offline"
    return "normal" if station.worst_alarm is None else "alarm"


def states_of(inventory: Inventory, stations: Mapping[str, StationView]) -> Mapping[str, DeviceState]:
    """Return the states of all components that have a device, by id."""
    return {component.id: state_of(component, stations) for component in inventory.linked}


def tallies(inventory: Inventory, states: Mapping[str, DeviceState]) -> tuple[ClassTally, ...]:
    """Return the counts of each class, those first that most need somebody, then the largest."""
    counts: dict[str, dict[DeviceState, int]] = {
        code: {"normal": 0, "alarm": 0, "offline": 0, "none": total} for code, total in inventory.count_by_class.items()
    }
    for component in inventory.linked:
        of_class = counts[component.class_code]
        of_class["none"] -= 1
        of_class[states.get(component.id, "offline")] += 1
    found = [
        ClassTally(code=code, title=inventory.titles.get(code, Text(code, code)), counts=MappingProxyType(of_class))
        for code, of_class in counts.items()
    ]
    return tuple(sorted(found, key=lambda tally: (-tally.counts["alarm"], -tally.counts["offline"], -tally.total)))


def summed(some: Iterable[ClassTally]) -> Mapping[DeviceState, int]:
    """Return the counts of all classes together."""
    kept = tuple(some)
    return {state: sum(tally.counts[state] for tally in kept) for state in DEVICE_STATES}
