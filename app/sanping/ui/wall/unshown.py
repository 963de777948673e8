"""Says on the wall which layers this machine does not show: those that failed, and streams whose server is away."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot

from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Text
from sanping.twin.project import LayerEntry
from sanping.ui.loading import Arrival, Loading
from sanping.ui.stream_following import StreamFollowing
from sanping.ui.wall.tile_window import TileWindow


class Unshown(QObject):
    """Keeps the names of what is missing upon the first of the windows that `windows` gives."""

    def __init__(
        self, loading: Loading, streams: StreamFollowing, windows: Callable[[], Sequence[TileWindow]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._streams, self._windows = streams, windows
        self._failed: dict[str, tuple[Text, Text]] = {}
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
