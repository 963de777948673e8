"""Lets the layers of a screen follow its camera within one budget: looks at them after each frame, shows what came."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.analysis.stream_budget import Budget, Use
from sanping.analysis.tile_choice import gaze_of
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.shared_budget import SharedBudget
from sanping.commands.streamed_layer import TileStreaming
from sanping.stage.state import Stage
from sanping.ui.streamed_show import StreamedShow
from sanping.ui.viewport import Viewport

LOOK_MS = 100


class Screen(Protocol):
    """A screen as its layers see it: all its windows show the same stage."""

    def layers(self) -> Mapping[str, LoadedLayer]:
        """Return the layers that are open."""

    def stage(self) -> Stage:
        """Return what is shown."""

    def size_px(self) -> tuple[int, int]:
        """Return how large the whole picture is."""

    def cities(self) -> Sequence[StreamedShow]:
        """Return the city of each window."""


class OneWindow:
    """A screen of a single window."""

    def __init__(
        self,
        layers: Callable[[], Mapping[str, LoadedLayer]],
        stage: Callable[[], Stage],
        viewport: Viewport,
        city: StreamedShow,
    ) -> None:
        self._layers, self._stage, self._viewport, self._city = layers, stage, viewport, city

    def layers(self) -> Mapping[str, LoadedLayer]:
        """Return the layers that are open."""
        return self._layers()

    def stage(self) -> Stage:
        """Return what is shown."""
        return self._stage()

    def size_px(self) -> tuple[int, int]:
        """Return how large the view is."""
        return self._viewport.device_size_px

    def cities(self) -> Sequence[StreamedShow]:
        """Return the city of the window."""
        return (self._city,)


class StreamFollowing(QObject):
    """Follows the streams of one screen. `grown` names a layer whose tiles changed; `looked` comes after each look."""

    grown = Signal(str)
    looked = Signal()

    def __init__(self, screen: Screen, budget: Budget, parent: QObject) -> None:
        super().__init__(parent)
        self._screen, self.shared = screen, SharedBudget(budget)
        self.streams: dict[str, tuple[LoadedLayer, TileStreaming]] = {}
        self._unlaid: set[str] = set()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self.look)
        for city in screen.cities():
            city.drawn.connect(self._look_soon)
            city.keep_to(self.shared.error_px, budget.graphics_bytes)

    def close(self) -> None:
        """End all streams."""
        self._next.stop()
        for _, stream in self.streams.values():
            stream.close()
        self.streams.clear()

    @Slot()
    def look(self) -> None:
        """Look at every layer with the present camera."""
        self._gather()
        stage, cities = self._screen.stage(), self._screen.cities()
        width, height = self._screen.size_px()
        gaze = gaze_of(stage.camera, max(1, width), max(1, height))
        seen = [name for name in self.streams if stage.layer(name).is_visible]
        names = [*seen, *(name for name in self.streams if name not in seen)]
        streams = [self.streams[name][1] for name in names]
        has_changed = self.shared.look(gaze, streams[: len(seen)], streams[len(seen) :], _used(cities))
        for name, stream, is_new in zip(names, streams, has_changed, strict=True):
            is_settled = stream.state.is_settled
            if is_new:
                self._unlaid.add(name)
            if is_new or (is_settled and name in self._unlaid):
                for city in cities:
                    city.grow_stream(name, stream, is_settled=is_settled)
                self._unlaid -= {name} if is_settled else set()
            if is_new:
                self.grown.emit(name)
        self._keep_to_budget(cities, streams)
        self.looked.emit()
        is_open = any(not stream.state.is_settled for stream in streams[: len(seen)])
        if is_open or (cities and not self.shared.is_settled):
            self._next.start(LOOK_MS)

    def _keep_to_budget(self, cities: Sequence[StreamedShow], streams: Sequence[TileStreaming]) -> None:
        """Tell every window how sharp it may be, and its share of graphics memory; copies of meshes take memory too."""
        shared = self.shared
        copies = max(0, shared.budget.memory_bytes - shared.held_bytes(streams))
        each = min(shared.budget.graphics_bytes, copies) // max(1, len(cities))
        for city in cities:
            city.keep_to(shared.error_px, each)

    @Slot()
    def _look_soon(self) -> None:
        if not self._next.isActive():
            self._next.start(LOOK_MS)

    def _gather(self) -> None:
        """Take up streams that have arrived, and end those of layers that have gone."""
        open_now = {
            name: (layer, layer.opened.stream)
            for name, layer in self._screen.layers().items()
            if layer.opened.stream is not None
        }
        for name, (_, stream) in self.streams.items():
            if name not in open_now or open_now[name][1] is not stream:
                stream.close()
        self.streams = open_now


def _used(cities: Sequence[StreamedShow]) -> Use:
    uses = [city.use for city in cities]
    return Use(
        graphics_bytes=sum(use.graphics_bytes for use in uses), memory_bytes=sum(use.memory_bytes for use in uses)
    )
