"""Brings the components that a twin governs into the cities of a screen, and says what was wrong with their table."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from sanping.domain.text import Text
from sanping.scene.governed_values import STATUSES, Components, ComponentStatus
from sanping.twin.cases.inventory import Inventory
from sanping.twin.project import TwinProject
from sanping.ui.governed_show import GovernedShow
from sanping.ui.loading import Loading

WRITTEN: Mapping[str, ComponentStatus] = MappingProxyType(
    {
        "完好": "in_order", "正常": "in_order", "good": "in_order", "破损": "fault", "损坏": "fault", "丢失": "fault",
        "废弃": "fault", "damaged": "fault", "missing": "fault", "占用": "warning", "待修": "warning",
        "repair": "warning", "离线": "silent", "offline": "silent",
    }
)  # fmt: skip
TAKEN = Text("部件 {count} 个", "{count} components")
LEFT_OUT = Text("，略过 {count} 个（{reason}）", ", {count} left out ({reason})")
DOUBTFUL = Text("，{count} 处自相矛盾（{reason}）", ", {count} contradict themselves ({reason})")


class ComponentsInCity(QObject):
    """Follows the twin that is open. `arrived` carries the `Inventory`, `told` a sentence about it."""

    arrived = Signal(object)
    told = Signal(object)

    def __init__(self, loading: Loading, cities: Callable[[], Iterable[GovernedShow]], parent: QObject) -> None:
        super().__init__(parent)
        self._loading, self._cities = loading, cities
        loading.components_arrived.connect(self._on_arrived)

    def follow(self, project: TwinProject) -> None:
        """Show the components of another twin: none at first."""
        self._show(Inventory())
        if project.governance is not None:
            self._loading.open_components(project)

    @Slot(object)
    def _on_arrived(self, inventory: Inventory) -> None:
        if inventory.components:
            self._show(inventory)
            self.told.emit(sentence_of(inventory))

    def _show(self, inventory: Inventory) -> None:
        columns = columns_of(inventory)
        for city in self._cities():
            city.show_components(columns)
        self.arrived.emit(inventory)


def columns_of(inventory: Inventory) -> Components:
    """Return the components as the scene draws them: on the ground, with the status that their table says."""
    found = inventory.components
    return Components(
        ids=[component.id for component in found],
        class_code=[component.class_code for component in found],
        x_m=np.array([component.x_m for component in found], dtype=np.float64),
        y_m=np.array([component.y_m for component in found], dtype=np.float64),
        z_m=np.full(len(found), np.nan),
        status=np.array(
            [STATUSES.index(WRITTEN.get(component.state.lower(), "unknown")) for component in found], dtype=np.uint8
        ),
    )


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
