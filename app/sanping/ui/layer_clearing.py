"""Lets the layers of a screen that all who pass see follow its clearance as it is now: hides them, opens more."""

import logging
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal, Slot

from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.label import LABEL_TITLES, Label, is_cleared, lower
from sanping.domain.text import Text
from sanping.stage.state import COMPONENTS_LAYER
from sanping.twin.live import LiveState
from sanping.twin.project import COMPONENTS, TwinProject
from sanping.ui.live.living import Living
from sanping.ui.loading import Loading

CHANGED = Text(
    "本屏现在的许可：{label}；隐藏 {count} 个图层", "This screen is cleared for: {label}; {count} layers are hidden"
)
_log = logging.getLogger(__name__)


class LayerClearing(QObject):
    """The lower of what the hub tells the screen and of what its own settings say (`own`) counts.

    `hidden_changed` carries the names of the layers that may not be shown now; they stay loaded. What `project` has
    withheld is opened once the screen is cleared for it.
    """

    hidden_changed = Signal(object)

    def __init__(
        self, project: TwinProject, living: Living, loading: Loading, own: Callable[[], Label], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._project, self._loading, self._own = project, loading, own
        self._withheld = project.withheld
        self.clearance = own()
        self.hidden: frozenset[str] = frozenset()
        living.state_changed.connect(self._on_state)

    def seen(self, layers: Iterable[LoadedLayer]) -> tuple[LoadedLayer, ...]:
        """Return those that may be shown."""
        return tuple(layer for layer in layers if layer.entry.name not in self.hidden)

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        if not state.is_linked or state.as_of_ms is not None:  # nobody says anything new of us
            return
        clearance = lower((state.clearance, self._own()))
        if clearance == self.clearance:
            return
        self.clearance = clearance
        labels = self._project.labels.layers
        above = {name for name, label in labels.items() if not is_cleared(clearance, label)}
        self.hidden = frozenset(COMPONENTS_LAYER if name == COMPONENTS else name for name in above)
        _log.warning("%s", CHANGED.with_values(label=LABEL_TITLES[clearance], count=len(self.hidden)).en)
        self.hidden_changed.emit(self.hidden)
        fresh = tuple(entry for entry in self._withheld if is_cleared(clearance, entry.label))
        if fresh:
            self._withheld = tuple(entry for entry in self._withheld if entry not in fresh)
            self._loading.open_layers(fresh)
