"""Says which layers a wall or kiosk does not show: those that failed, and streams whose server is away."""

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Text
from sanping.twin.project import LayerEntry
from sanping.ui.loading import Arrival, Loading
from sanping.ui.stream_following import StreamFollowing
from sanping.ui.wall.tile_window import TileWindow
from sanping.wire.show import Lack

_LONGEST = 200
_NOT_SHOWN = Text("图层“{title}”未显示：{why}", "The layer “{title}” is not shown: {why}")
_SHOWN_AGAIN = Text("图层“{title}”已显示", "The layer “{title}” is shown")

_log = logging.getLogger(__name__)


class Unshown(QObject):
    """Keeps the names of what is missing upon the first of the windows that `windows` gives, if any, and in the log.

    `changed` comes when `lacks`, which is for the hub, says something else.
    """

    changed = Signal()

    def __init__(
        self, loading: Loading, streams: StreamFollowing, windows: Callable[[], Sequence[TileWindow]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._streams, self._windows = streams, windows
        self._failed: dict[str, tuple[Text, Text]] = {}
        self._told: dict[str, tuple[Text, Text]] = {}
        loading.layer_failed.connect(self._on_failed)
        loading.layer_arrived.connect(self._on_arrived)
        streams.looked.connect(self._say)

    @Slot(object, object)
    def _on_failed(self, entry: LayerEntry, error: SanpingError) -> None:
        if not isinstance(error, Cancelled):
            self._failed[entry.name] = (entry.title, error.message)
            self._say()

    @Slot(object)
    def _on_arrived(self, arrival: Arrival) -> None:
        self._failed.pop(arrival.layer.entry.name, None)
        self._say()

    @Slot()
    def _say(self) -> None:
        missing = dict(self._failed)
        for name, (layer, stream) in self._streams.streams.items():
            trouble = stream.state.trouble
            if trouble is not None:
                missing[name] = (layer.entry.title, trouble)
        for window in self._windows()[:1]:
            window.glass.show_unshown(tuple(missing.values()))
        if missing != self._told:
            before, self._told = self._told, missing
            self._log_change(before)
            self.changed.emit()

    def _log_change(self, before: dict[str, tuple[Text, Text]]) -> None:
        for name, (title, why) in self._told.items():
            if before.get(name) != (title, why):
                _log.warning("%s", _NOT_SHOWN.with_values(title=title, why=why).en)
        for name in before.keys() - self._told.keys():
            _log.warning("%s", _SHOWN_AGAIN.with_values(title=before[name][0]).en)

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What is missing, as the hub is told of it."""
        return tuple(
            Lack(
                title_zh=title.zh[:_LONGEST],
                title_en=title.en[:_LONGEST],
                why_zh=why.zh[:_LONGEST],
                why_en=why.en[:_LONGEST],
            )
            for title, why in self._told.values()
        )
