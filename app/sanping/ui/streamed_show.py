"""The part of a city show whose layers grow while one looks at them."""

from functools import partial

from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.streamed_layer import TileStreaming
from sanping.stage.state import Stage
from sanping.ui.governed_show import GovernedShow


class StreamedShow(GovernedShow):
    """Brings the tiles of streamed layers into the scene; every method is safe before the first scene."""

    _stage: Stage | None

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
