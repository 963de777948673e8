"""The streamed layers of a scene: brings the tiles that have come and gone into its picture."""

from collections.abc import Mapping

from sanping.analysis.stream_budget import Use
from sanping.domain.tile import TileSet
from sanping.scene.content import SceneContent
from sanping.scene.context import SceneContext
from sanping.scene.layers.streamed import StreamedLayer
from sanping.stage.state import Stage
from sanping.twin.project import Role


class StreamedTiles:
    """Holds the streamed layers in the content of a scene."""

    def __init__(self, context: SceneContext, content: SceneContent) -> None:
        self._context, self._content = context, content
        self._layers: dict[str, StreamedLayer] = {}

    def add(self, layer: str, role: Role, whole: TileSet, parts: Mapping[int, TileSet], shown: tuple[int, ...]) -> None:
        """Add a layer with the parts that are there, and draw those that are `shown`."""
        made = StreamedLayer(self._context, whole, is_bridge=role == "bridges")
        made.change(whole, parts, shown)
        self._layers[layer] = made
        self._content.add_layer(layer, made)

    def has(self, layer: str) -> bool:
        """Say whether a layer of this name is streamed."""
        return layer in self._layers

    def keep_to(self, error_px: float, graphics_bytes: int) -> None:
        """Draw every layer with this error on the screen, and hold no more than so much on the graphics card."""
        self._content.levels.error_px = error_px
        self._context.buffers.limit(graphics_bytes)

    @property
    def use(self) -> Use:
        """What all that the last frame wished for takes."""
        return self._content.levels.use

    @property
    def coarser(self) -> Mapping[str, int]:
        """How many tiles of each layer are drawn coarser than a larger budget would allow."""
        return self._content.levels.coarser

    def change(  # noqa: PLR0913  a layer, its parts, and how far it is
        self,
        layer: str,
        stage: Stage | None,
        whole: TileSet,
        parts: Mapping[int, TileSet],
        shown: tuple[int, ...],
        *,
        is_settled: bool,
    ) -> None:
        """Show other parts of a layer; shadows and lights are laid once nothing more comes for the present view."""
        self._layers[layer].change(whole, parts, shown)
        self._content.renew(layer, stage, is_settled=is_settled)
