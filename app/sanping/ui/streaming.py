"""Lets streamed layers follow the camera of the desk, makes what came findable, and tells how they stand."""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from sanping.commands.desk_state import DeskState
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer, loaded
from sanping.commands.shared_budget import SharedBudget
from sanping.commands.streamed_layer import StreamState
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of
from sanping.ui.city_show import CityShow
from sanping.ui.crossing import Crossing
from sanping.ui.desk_content import DeskContent
from sanping.ui.layer_panel import LayerNote
from sanping.ui.loading import Arrival
from sanping.ui.message_panel import Message
from sanping.ui.overlays import Overlays
from sanping.ui.section_in_city import SectionInCity
from sanping.ui.stream_following import OneWindow, StreamFollowing
from sanping.ui.twin_show import TwinShow
from sanping.ui.viewport import Viewport

INDEX_MS = 700

COMING = Text(
    "瓦片：已载入 {loaded}，正在载入 {loading}，待载入 {wanted}",
    "Tiles: {loaded} loaded, {loading} coming, {wanted} wanted",
)
SETTLED = Text("瓦片：已载入 {loaded}", "Tiles: {loaded} loaded")
LOST = Text("，失败 {failed}", ", {failed} failed")
AWAY = Text("，服务中断，{seconds} 秒后重试", ", server away, again in {seconds} s")
SHORT = Text(
    "受内存或显存上限所限，显示较粗（误差 {error} 像素，通常 {finest}）",
    "Drawn coarser to stay within memory or graphics memory (error {error} px, usually {finest})",
)
BY_LOADED = Text(
    "瓦片随视角载入；查找、查询、剖切、捕捉、量测只及已载入的瓦片，精度同所见",
    "Tiles come with the view; searches, queries, sections, snapping and measuring go by what is loaded, "
    "as fine as it is shown",
)
BY_BUDGET = Text(
    "受内存或显存上限所限，显示较粗（误差 {error} 像素）",
    "Drawn coarser to stay within memory or graphics memory (error {error} px)",
)
FAR_TILES = Text(
    "受内存或显存上限所限，{count} 块瓦片显示为远景体块",
    "{count} tiles are drawn as distant blocks to stay within memory or graphics memory",
)
INTERRUPTED = Text(
    "“{title}”的瓦片暂时载入不了，已载入的保留", "Tiles of “{title}” do not come at present; what is there stays"
)


class Desk(Protocol):
    """The window as its streamed layers see it."""

    state: DeskState
    settings: Settings
    content: DeskContent
    overlays: Overlays
    city: CityShow
    viewport: Viewport
    twin: TwinShow
    section: SectionInCity


class Streaming(QObject):
    """Follows the streamed layers of one desk: shows them, makes them findable, tells how they stand."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        screen = OneWindow(lambda: desk.content.layers, lambda: desk.state.stage, desk.viewport, desk.city)
        self.following = StreamFollowing(screen, budget_of(desk.settings), self)
        self.following.grown.connect(self._on_grown)
        self.following.looked.connect(self._on_looked)
        self._grown: set[str] = set()
        self._troubled: set[str] = set()
        self._crossing = Crossing(self)
        self._crossing.finished.connect(self._on_indexed)
        self._indexing: dict[int, str] = {}
        self._index = QTimer(self)
        self._index.setSingleShot(True)
        self._index.timeout.connect(self._start_index)

    def close(self) -> None:
        """End all streams."""
        self._index.stop()
        self.following.close()
        self._crossing.close()

    @Slot(str)
    def _on_grown(self, name: str) -> None:
        self._grown.add(name)

    @Slot()
    def _on_looked(self) -> None:
        """Tell how the layers stand, and make what has come findable soon."""
        for name, (layer, stream) in self.following.streams.items():
            self._tell_trouble(name, layer, stream.state)
        if self._grown and not self._index.isActive():
            self._index.start(INDEX_MS)
        self._tell()

    @Slot()
    def _start_index(self) -> None:
        """Make what has come findable, one layer at a time."""
        if self._indexing or not self._grown:
            return
        name = self._grown.pop()
        if name in self.following.streams:
            layer, stream = self.following.streams[name]
            opened = OpenedLayer(
                entry=layer.entry,
                content=stream.shown,
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
            self._desk.section.cut_again()
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
        states = [stream.state for _, stream in self.following.streams.values()]
        short = coarser_words(self.following.shared, self._desk.city.coarser)
        trouble = next((s.trouble for s in states if s.trouble), None)
        self._desk.overlays.status.show_stream(joined_words(words_of(states), short), trouble or short)
        self._desk.overlays.layers.show_notes(notes_of(self.following, self._desk.city.coarser))


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


def joined_words(first: Text | None, second: Text | None) -> Text | None:
    """Return both one after the other, either alone, or None."""
    if first is None or second is None:
        return first or second
    return Text(f"{first.zh}；{second.zh}", f"{first.en}; {second.en}")


def coarser_words(shared: SharedBudget, coarser: Mapping[str, int]) -> Text | None:
    """Return that less is shown than there could be, None where the budget suffices."""
    if not shared.is_short and not coarser:
        return None
    return SHORT.with_values(error=round(shared.error_px), finest=round(shared.budget.finest_px))


def notes_of(following: StreamFollowing, coarser: Mapping[str, int]) -> dict[str, LayerNote]:
    """Return what is to be said of layers: that their tiles come with the view, and where the budget is too small."""
    notes = {name: LayerNote(words=BY_LOADED) for name in following.streams}
    if following.shared.is_short:
        words = Text(f"{BY_LOADED.zh}\n{BY_BUDGET.zh}", f"{BY_LOADED.en}\n{BY_BUDGET.en}")
        error = round(following.shared.error_px)
        notes = {name: LayerNote(words=words.with_values(error=error), is_coarser=True) for name in notes}
    own = {
        name: LayerNote(words=FAR_TILES.with_values(count=count), is_coarser=True) for name, count in coarser.items()
    }
    return {**notes, **own}


def _indexed(opened: OpenedLayer, progress: Progress) -> Arrival:
    return Arrival(loaded(opened))
