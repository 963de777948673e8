"""The part of a city show whose layers grow while one looks at them."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal

from sanping.analysis.stream_budget import FINEST_PX, Budget, Use
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.streamed_layer import TileStreaming
from sanping.stage.state import Stage
from sanping.ui.governed_show import GovernedShow


class StreamedShow(GovernedShow):
    """Brings the tiles of streamed layers into the scene; every method is safe before the first scene."""

    drawn = Signal(float)

    _stage: Stage | None
    _kept_to: tuple[float, int] = (FINEST_PX, Budget().graphics_bytes)

    @property
    def use(self) -> Use:
        """What all that the last frame wished for takes."""
        return Use() if self._scene is None else self._scene.streams.use

    @property
    def coarser(self) -> Mapping[str, int]:
        """How many tiles of each layer are drawn coarser than a larger budget would allow."""
        return {} if self._scene is None else self._scene.streams.coarser

    def keep_to(self, error_px: float, graphics_bytes: int) -> None:
        """Draw with this error on the screen, and hold no more than so much on the graphics card."""
        has_changed = self._kept_to[0] != error_px
        self._kept_to = (error_px, graphics_bytes)
        if self._scene is not None:
            self._scene.streams.keep_to(error_px, graphics_bytes)
            if has_changed:
                self._viewport.update()

    def add_stream(self, layer: LoadedLayer, stream: TileStreaming) -> None:
        """Show a layer with the tiles that are there."""
        if self._scene is not None:
            self._scene.streams.add(layer.entry.name, layer.entry.role, stream.whole, stream.parts, stream.drawn)
            if self._stage is not None:
                self._scene.show(self._stage, None)

    def grow_stream(self, name: str, stream: TileStreaming, *, is_settled: bool) -> None:
        """Show the tiles of a layer that are there now; the last for a while where it `is_settled`."""
        if self._is_held(partial(self.grow_stream, name, stream, is_settled=is_settled)):
            return
        if self._scene is not None and self._scene.streams.has(name):
            self._scene.streams.change(
                name, self._stage, stream.whole, stream.parts, stream.drawn, is_settled=is_settled
            )
            self._viewport.update()
