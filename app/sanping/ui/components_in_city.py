"""Brings the components that a twin governs into the cities of a screen, and says what was wrong with their table."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from sanping.domain.text import Text
from sanping.scene.governed_values import STATUSES, Components, ComponentStatus
from sanping.stage.state import COMPONENTS_LAYER, Stage
from sanping.twin.cases.device_states import ComponentFilter, DeviceState, states_of, tallies
from sanping.twin.cases.inventory import Component, Inventory
from sanping.twin.project import TwinProject
from sanping.twin.river_view import RiverView, StationView
from sanping.ui.governed_show import GovernedShow
from sanping.ui.loading import Loading

WRITTEN: Mapping[str, ComponentStatus] = MappingProxyType(
    {
        "完好": "in_order", "正常": "in_order", "good": "in_order", "破损": "fault", "损坏": "fault", "丢失": "fault",
        "废弃": "fault", "damaged": "fault", "missing": "fault", "占用": "warning", "待修": "warning",
        "repair": "warning", "离线": "silent", "offline": "silent",
    }
)  # fmt: skip
OF_DEVICE: Mapping[DeviceState, ComponentStatus] = MappingProxyType(
    {"normal": "in_order", "alarm": "fault", "offline": "silent"}
)
ALL_STATES = ComponentFilter().states
SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "井盖": "cover", "箅": "grate", "消火栓": "hydrant", "消防栓": "hydrant", "路灯": "lamp", "景观灯": "lamp",
        "灯杆": "pole", "电杆": "pole", "箱柜": "cabinet", "交接箱": "cabinet", "站牌": "bus_stop",
        "标志": "sign", "标牌": "sign", "信号灯": "signal", "监控": "camera", "果皮箱": "bin",
        "垃圾箱": "bin", "候车亭": "bus_stop", "厕所": "toilet", "行道树": "tree", "古树": "tree", "座椅": "bench",
        "闸": "sluice", "监测": "sensor",
    }
)  # fmt: skip
"""Words in the name of a class, and the symbol they ask for: cities number their own classes as they like."""
NONE = Inventory()
TAKEN = Text("部件 {count} 个", "{count} components")
LEFT_OUT = Text("，略过 {count} 个（{reason}）", ", {count} left out ({reason})")
DOUBTFUL = Text("，{count} 处自相矛盾（{reason}）", ", {count} contradict themselves ({reason})")


class ComponentsInCity(QObject):
    """Follows the twin that is open; its table is read when components are shown for the first time.

    `arrived` carries the `Inventory`, `told` a sentence about it, `states_changed` a `ClassTally` of each class when a
    device changed its state.
    """

    arrived = Signal(object)
    told = Signal(object)
    states_changed = Signal(object)

    def __init__(self, loading: Loading, cities: Callable[[], Iterable[GovernedShow]], parent: QObject) -> None:
        super().__init__(parent)
        self._loading, self._cities = loading, cities
        self._is_shown = False
        self._unread: TwinProject | None = None
        self._inventory = self._in_cities = NONE
        self._stations: Mapping[str, StationView] = MappingProxyType({})
        self._states: Mapping[str, DeviceState] = MappingProxyType({})
        self._filter = ComponentFilter()
        loading.components_arrived.connect(self._on_arrived)

    def follow(self, project: TwinProject) -> None:
        """Show the components of another twin: none before they were read."""
        self._unread = project if project.governance is not None else None
        self._keep(NONE)

    @Slot(object)
    def _on_arrived(self, inventory: Inventory) -> None:
        if inventory.components:
            self._keep(inventory)
            self.told.emit(sentence_of(inventory))

    @Slot(object)
    def follow_stage(self, stage: Stage) -> None:
        """Show or hide them as a stage says; without a word of it they are hidden."""
        layer = stage.layers.get(COMPONENTS_LAYER)
        self._is_shown = layer is not None and layer.is_visible
        self._bring()

    @Slot(object)
    def follow_view(self, view: RiverView) -> None:
        """Let the components whose devices report stand as those do now."""
        self._stations = view.by_id
        if not self._inventory.linked:
            return
        before, now = self._states, states_of(self._inventory, self._stations)
        changed = {id: state for id, state in now.items() if before.get(id) != state}
        if not changed:
            return
        self._states = now
        self.states_changed.emit(tallies(self._inventory, now))
        if self._in_cities is NONE:
            return
        if self._filter.states != ALL_STATES:
            self._draw()
            return
        status = [STATUSES.index(OF_DEVICE[state]) for state in changed.values()]
        for city in self._cities():
            city.set_component_status(list(changed), status)

    @Slot(object)
    def show_filter(self, wanted: ComponentFilter) -> None:
        """Show only components of these states and classes."""
        self._filter = wanted
        if self._in_cities is not NONE:
            self._draw()

    def _draw(self) -> None:
        columns = columns_of(self._in_cities, self._states, self._filter)
        for city in self._cities():
            city.show_components(columns)

    def _keep(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._states = states_of(inventory, self._stations)
        self.states_changed.emit(tallies(inventory, self._states))
        self._bring()
        self.arrived.emit(inventory)

    def _bring(self) -> None:
        if self._is_shown and self._unread is not None:
            self._loading.open_components(self._unread)
            self._unread = None
        wanted = self._inventory if self._is_shown else NONE
        if wanted is not self._in_cities:
            self._in_cities = wanted
            self._draw()


def columns_of(
    inventory: Inventory,
    states: Mapping[str, DeviceState] = MappingProxyType({}),
    shown: ComponentFilter = ComponentFilter(),  # noqa: B008  a frozen value
) -> Components:
    """Return the components as the scene draws them, on the ground.

    The status is that of the device, where there is one, else what the table says.
    """
    found = [one for one in inventory.components if shown.shows(one, states.get(one.id, "none"))]
    symbols = {code: _symbol(code, inventory) for code in {component.class_code for component in found}}
    return Components(
        ids=[component.id for component in found],
        class_code=[symbols[component.class_code] for component in found],
        x_m=np.array([component.x_m for component in found], dtype=np.float64),
        y_m=np.array([component.y_m for component in found], dtype=np.float64),
        z_m=np.full(len(found), np.nan),
        status=np.array(
            [STATUSES.index(_status(component, states.get(component.id, "none"))) for component in found],
            dtype=np.uint8,
        ),
    )


def _status(component: Component, state: DeviceState) -> ComponentStatus:
    return OF_DEVICE.get(state) or WRITTEN.get(component.state.lower(), "unknown")


def _symbol(code: str, inventory: Inventory) -> str:
    """Return the symbol that the name of a class asks for, else its code."""
    title = inventory.titles[code].zh if code in inventory.titles else ""
    return next((symbol for word, symbol in SYMBOLS.items() if word in title), code)


def sentence_of(inventory: Inventory) -> Text:
    """Say how many components there are, and what was wrong with the others."""
    said = TAKEN.with_values(count=f"{len(inventory.components):,}")
    for words, troubles in ((LEFT_OUT, inventory.skipped), (DOUBTFUL, inventory.doubtful)):
        count = sum(trouble.count for trouble in troubles)
        if count:
            worst = max(troubles, key=lambda trouble: trouble.count)
            more = words.with_values(count=f"{count:,}", reason=worst.reason)
            said = Text(said.zh + more.zh, said.en + more.en)
    return said
