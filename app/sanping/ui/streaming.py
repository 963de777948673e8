"""Lets streamed layers follow the camera: looks at them after each frame, shows what came, tells how they stand."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from sanping.analysis.tile_choice import gaze_of
from sanping.commands.desk_state import DeskState
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer, loaded
from sanping.commands.streamed_layer import StreamState, TileStreaming
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.ui.city_show import CityShow
from sanping.ui.crossing import Crossing
from sanping.ui.desk_content import DeskContent
from sanping.ui.loading import Arrival
from sanping.ui.message_panel import Message
from sanping.ui.overlays import Overlays
from sanping.ui.twin_show import TwinShow
from sanping.ui.viewport import Viewport

LOOK_MS = 100
INDEX_MS = 700

COMING = Text(
    "瓦片：已载入 {loaded}，正在载入 {loading}，待载入 {wanted}",
    "Tiles: {loaded} loaded, {loading} coming, {wanted} wanted",
)
SETTLED = Text("瓦片：已载入 {loaded}", "Tiles: {loaded} loaded")
LOST = Text("，失败 {failed}", ", {failed} failed")
AWAY = Text("，服务中断，{seconds} 秒后重试", ", server away, again in {seconds} s")
INTERRUPTED = Text(
    "“{title}”的瓦片暂时载入不了，已载入的保留", "Tiles of “{title}” do not come at present; what is there stays"
)


class Desk(Protocol):
    """The window as its streamed layers see it."""

    state: DeskState
    content: DeskContent
    overlays: Overlays
    city: CityShow
    viewport: Viewport
    twin: TwinShow


class Streaming(QObject):
    """Follows the streamed layers of one desk."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._streams: dict[str, tuple[LoadedLayer, TileStreaming]] = {}
        self._grown: set[str] = set()
        self._unlaid: set[str] = set()
        self._troubled: set[str] = set()
        self._crossing = Crossing(self)
        self._crossing.finished.connect(self._on_indexed)
        self._indexing: dict[int, str] = {}
        self._next, self._index = QTimer(self), QTimer(self)
        for timer, called in ((self._next, self.look), (self._index, self._start_index)):
            timer.setSingleShot(True)
            timer.timeout.connect(called)
        desk.city.drawn.connect(self._look_soon)

    def close(self) -> None:
        """End all streams."""
        self._next.stop()
        self._index.stop()
        for _, stream in self._streams.values():
            stream.close()
        self._streams.clear()
        self._crossing.close()

    @Slot()
    def look(self) -> None:
        """Look at every streamed layer with the present camera."""
        self._gather()
        desk, is_open = self._desk, False
        width, height = desk.viewport.device_size_px
        gaze = gaze_of(desk.state.stage.camera, max(1, width), max(1, height))
        for name, (layer, stream) in self._streams.items():
            if not desk.state.stage.layer(name).is_visible:
                continue
            has_changed = stream.look(gaze)
            state = stream.state
            is_open |= not state.is_settled
            if has_changed:
                self._grown.add(name)
                self._unlaid.add(name)
            if has_changed or (state.is_settled and name in self._unlaid):
                desk.city.grow_stream(name, stream, is_settled=state.is_settled)
                self._unlaid -= {name} if state.is_settled else set()
            self._tell_trouble(name, layer, state)
        if self._grown and not self._index.isActive():
            self._index.start(INDEX_MS)
        self._tell()
        if is_open:
            self._next.start(LOOK_MS)

    @Slot()
    def _look_soon(self) -> None:
        if not self._next.isActive() and (self._streams or self._has_new):
            self._next.start(LOOK_MS)

    @property
    def _has_new(self) -> bool:
        return any(layer.opened.stream is not None for layer in self._desk.content.layers.values())

    def _gather(self) -> None:
        """Take up streams that have arrived, and end those of layers that have gone."""
        open_now = {
            name: (layer, layer.opened.stream)
            for name, layer in self._desk.content.layers.items()
            if layer.opened.stream is not None
        }
        for name, (_, stream) in self._streams.items():
            if name not in open_now or open_now[name][1] is not stream:
                stream.close()
        self._streams = open_now

    @Slot()
    def _start_index(self) -> None:
        """Make what has come findable, one layer at a time."""
        if self._indexing or not self._grown:
            return
        name = self._grown.pop()
        if name in self._streams:
            layer, stream = self._streams[name]
            opened = OpenedLayer(
                entry=layer.entry,
                content=stream.whole,
                skipped=stream.skipped,
                origin=layer.opened.origin,
                stream=stream,
            )
            self._indexing[self._crossing.start(partial(_indexed, opened))] = name

    @Slot(int, object)
    def _on_indexed(self, number: int, arrival: Arrival) -> None:
        name = self._indexing.pop(number, "")
        layer = self._desk.content.layers.get(name)
        if layer is not None and layer.opened.stream is arrival.layer.opened.stream:
            self._desk.content.take(arrival)
            self._desk.twin.show_layers()
            self._desk.twin.show_selection()
        if self._grown:
            self._index.start(INDEX_MS)

    def _tell_trouble(self, name: str, layer: LoadedLayer, state: StreamState) -> None:
        if state.trouble is None:
            self._troubled.discard(name)
        elif name not in self._troubled:
            self._troubled.add(name)
            what = INTERRUPTED.with_values(title=layer.entry.title)
            self._desk.overlays.messages.show_message(Message(what=what, details=(state.trouble,)))
            self._desk.overlays.arrange()

    def _tell(self) -> None:
        states = [stream.state for _, stream in self._streams.values()]
        self._desk.overlays.status.show_stream(words_of(states), next((s.trouble for s in states if s.trouble), None))


def words_of(states: list[StreamState]) -> Text | None:
    """Return how streamed layers stand together, None without any."""
    if not states:
        return None
    loading, wanted = sum(state.loading for state in states), sum(state.wanted for state in states)
    failed, loaded_now = sum(state.failed for state in states), sum(state.loaded for state in states)
    words = [(COMING if loading or wanted else SETTLED).with_values(loaded=loaded_now, loading=loading, wanted=wanted)]
    words += [LOST.with_values(failed=failed)] if failed else []
    waits = [state.retry_s for state in states if state.trouble is not None]
    words += [AWAY.with_values(seconds=max(1, round(max(waits))))] if waits else []
    return Text("".join(word.zh for word in words), "".join(word.en for word in words))


def _indexed(opened: OpenedLayer, progress: Progress) -> Arrival:
    return Arrival(loaded(opened))
