"""A layer of tiles that come and go: each loaded tile of a tileset is a layer by itself, all together are one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sanping.analysis.visibility import Sight
from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.features import FeatureStates, IndexArray
from sanping.scene.layers.tiles import TileLayer
from sanping.scene.lifetimes import Lifetimes
from sanping.scene.mesh import DataTexture


class PartStates(FeatureStates):
    """Colour and flags of all features of the parts, by their numbers in the whole."""

    def __init__(self, parts: Iterable[TileLayer]) -> None:
        self._parts = tuple(parts)
        counts = [part.tiles.feature_count for part in self._parts]
        self._starts: IndexArray = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])

    def colour(self, features: IndexArray | None, colours: UInt8Array | None) -> None:
        """Colour features (n,) by (n, 3) bytes, all when None; no colours gives objects back those they brought."""
        for part, rows, which in self._shares(features):
            part.states.colour(rows, None if colours is None else colours[which])

    def flag(self, features: IndexArray, flag: int, *, is_on: bool) -> None:
        """Set or clear one flag of some features."""
        for part, rows, _ in self._shares(features):
            assert rows is not None
            part.states.flag(rows, flag, is_on=is_on)

    def colours(self) -> list[UInt8Array]:
        """Return what is known of every colour at present, to be put back later."""
        return [kept for part in self._parts for kept in part.states.colours()]

    def put_back(self, colours: Sequence[UInt8Array]) -> None:
        """Give all features colours that they had; those of parts that have come or gone since are not known."""
        counts = [len(part.states.colours()) for part in self._parts]
        if sum(counts) == len(colours):
            for part, last, count in zip(self._parts, np.cumsum(counts).tolist(), counts, strict=True):
                part.states.put_back(colours[last - count : last])

    def _shares(self, features: IndexArray | None) -> Iterator[tuple[TileLayer, IndexArray | None, IndexArray]]:
        if features is None:
            for part, start, end in zip(self._parts, self._starts[:-1], self._starts[1:], strict=True):
                yield part, None, np.arange(int(start), int(end))
            return
        owner = np.searchsorted(self._starts, features, side="right") - 1
        for index in np.unique(owner).tolist():
            which = np.flatnonzero(owner == index)
            yield self._parts[index], features[which] - self._starts[index], which


class StreamedLayer(TileLayer):
    """Is a `TileLayer` to everybody else; only the parts that are drawn at present are seen, picked and cast shadows.

    `whole` are all parts as one model, in the order of their numbers.
    """

    def __init__(self, context: SceneContext, whole: TileSet, *, is_bridge: bool) -> None:
        self.tiles, self.centre, self.is_bridge = whole, context.centre, is_bridge
        self._context = context
        self._parts: dict[int, TileLayer] = {}
        self._shown: tuple[int, ...] = ()
        self._look: LayerLook | None = None
        self._textures: dict[str, DataTexture] = {}
        self._at_ms: float | None = None
        self._low = self._high = np.zeros((0, 3))
        self._of_box: list[tuple[TileLayer, int]] = []
        self._settle()

    def change(self, whole: TileSet, parts: Mapping[int, TileSet], shown: tuple[int, ...]) -> None:
        """Hold these parts, and draw those that are `shown`; what is held already stays as it is."""
        for number in self._parts.keys() - parts.keys():
            self._parts.pop(number).release()
        self._parts = {number: self._parts.get(number) or self._made(tiles) for number, tiles in parts.items()}
        self.tiles, self._shown = whole, tuple(number for number in shown if number in self._parts)
        self._settle()

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._look = look
        for part in self._parts.values():
            part.show(look)

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""
        self._textures = textures
        for part in self._parts.values():
            part.set_textures(textures)

    def show_moment(self, at_ms: float) -> bool:
        """Show the objects that stand at a moment; say whether any came or went."""
        self._at_ms = at_ms
        changes = [part.show_moment(at_ms) for part in self._parts.values()]
        self.lifetimes.show(at_ms, self.states)
        return any(changes)

    def draw_in_full(self, features: Iterable[int]) -> None:
        """Draw the tiles of these features without far blocks."""
        starts = np.cumsum([0, *(part.tiles.feature_count for part in self._parts.values())])
        numbers = np.fromiter(features, np.int64)
        for part, start, end in zip(self._parts.values(), starts[:-1], starts[1:], strict=True):
            part.draw_in_full((numbers[(numbers >= start) & (numbers < end)] - start).tolist())

    def show_seen(self, sight: Sight, *, is_visible: bool, detail: int) -> None:
        """Draw the shown parts, each tile at the level its distance deserves."""
        for number, part in self._parts.items():
            is_shown = number in self._shown
            if is_shown or part.drawn_tiles:
                part.show_seen(sight, is_visible=is_visible and is_shown, detail=detail)

    @property
    def drawn_bytes(self) -> int:
        """What is drawn at present takes on the graphics card."""
        return sum(part.drawn_bytes for part in self._seen)

    def free_m(self, eye: Float64Array) -> float:
        """How far the nearest tile is from an eye point in scene metres; infinite without tiles."""
        off = np.maximum(np.maximum(self._low - eye, eye - self._high), 0.0)
        return float(np.sqrt(np.einsum("ij,ij->i", off, off).min(initial=np.inf)))

    def nearest_first(self, sight: Sight) -> list[Any]:
        """Actors drawn at present, nearest part first."""
        eye, away = sight.eye - self.centre, []
        for part in self._seen:
            low, high = part.scene_boxes
            away.append(float(np.linalg.norm((low.min(axis=0) + high.max(axis=0)) / 2 - eye)))
        order = np.argsort(away, kind="stable").tolist()
        return [actor for index in order for actor in self._seen[index].nearest_first(sight)]

    def found(self, eye: Float64Array, way: Float64Array, under: Point | None) -> tuple[float, int, Point] | None:
        """Return distance, feature and world point of the object at a scene point, or first along a scene ray."""
        best: tuple[float, int, Point] | None = None
        start = 0
        for number, part in self._parts.items():
            hit = part.found(eye, way, under) if number in self._shown else None
            if hit is not None and (best is None or hit[0] < best[0]):
                best = (hit[0], hit[1] + start, hit[2])
            start += part.tiles.feature_count
        return best

    def roof_tops(self, above_m: float) -> tuple[IndexArray, Float64Array]:
        """Features (k,) higher than `above_m`, and scene points (k, 3) in the middle of the highest roof of each."""
        features, tops, start = [np.zeros(0, np.int64)], [np.zeros((0, 3))], 0
        for number, part in self._parts.items():
            if number in self._shown:
                high, places = part.roof_tops(above_m)
                features.append(high + start)
                tops.append(places)
            start += part.tiles.feature_count
        return np.concatenate(features), np.concatenate(tops)

    def solids(self, only: frozenset[int] | None = None) -> Iterator[tuple[Float32Array, Int32Array]]:
        """Yield points in scene metres and triangles of what is drawn: of some features `only` if named."""
        start = 0
        for number, part in self._parts.items():
            count = part.tiles.feature_count
            if number in self._shown:
                own = None if only is None else frozenset(one - start for one in only if start <= one < start + count)
                yield from part.solids(own)
            start += count

    @property
    def scene_boxes(self) -> tuple[Float64Array, Float64Array]:
        """Lowest and highest corners (n, 3) of the tiles that are drawn, scene metres."""
        return self._low, self._high

    def casters(self, numbers: Iterable[int]) -> list[Any]:
        """Actors of some of the tiles of `scene_boxes` for a map of depths."""
        return [actor for part, own in map(self._of_box.__getitem__, numbers) for actor in part.casters((own,))]

    def release(self) -> None:
        """Remove every actor."""
        for part in self._parts.values():
            part.release()
        self._parts, self._shown = {}, ()
        self._settle()

    @property
    def drawn_tiles(self) -> int:
        """Number of tiles drawn at present."""
        return sum(part.drawn_tiles for part in self._parts.values())

    @property
    def _seen(self) -> list[TileLayer]:
        return [self._parts[number] for number in self._shown]

    def _made(self, tiles: TileSet) -> TileLayer:
        part = TileLayer(self._context, tiles, is_bridge=self.is_bridge)
        part.set_textures(self._textures)
        if self._look is not None:
            part.show(self._look)
        if self._at_ms is not None:
            part.show_moment(self._at_ms)
        return part

    def _settle(self) -> None:
        """Number features and boxes anew."""
        self.states, self.lifetimes = PartStates(self._parts.values()), Lifetimes(self.tiles)
        if self._at_ms is not None:
            self.lifetimes.show(self._at_ms, self.states)
        boxes = [part.scene_boxes for part in self._seen]
        self._low = np.concatenate([np.zeros((0, 3)), *(low for low, _ in boxes)])
        self._high = np.concatenate([np.zeros((0, 3)), *(high for _, high in boxes)])
        self._of_box = [(part, own) for part in self._seen for own in range(len(part.tiles.tiles))]
