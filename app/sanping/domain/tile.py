"""Tiles: a model cut into squares, ready to draw and cheap to map into memory."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sanping.domain.city import FeatureTable
from sanping.domain.geo import Extent, Float32Array, Float64Array, GeoFrame, Int32Array, UInt8Array, UInt16Array
from sanping.domain.texture import TileSkin

MAX_TILE_POINTS = 65_535
MAX_TILE_FEATURES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class TileMesh:
    """Triangles of one level of detail.

    `points` (v, 3) float32, metres relative to the tile's origin, welded on position and feature.
    `triangles` (t, 3) int32, sorted by feature. `point_feature` (v,) is the row in the tile's feature table.
    """

    points: Float32Array
    triangles: Int32Array
    point_feature: UInt16Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One quadtree square of a model with its features.

    `key` is "level/column/row". `first_feature` is the number of its row 0 in the whole set.
    `origin` (3,) float64 is added to points to get frame coordinates.
    `near` is the full model; `far` holds merged blocks for distant views (each block carries the row of its tallest
    feature), or None when it would save nothing.
    `features.parent` holds feature numbers of the whole set, −1 for none: a parent may be in another tile.
    `first_triangle` (f + 1,) gives the triangles of row i as `near.triangles[first_triangle[i]:first_triangle[i + 1]]`.
    `anchor` (f, 2) float32 is a foot corner of each feature relative to origin: facade patterns start there.
    `valid_ms` (f, 2) float64 is from when and until when each feature stands, in milliseconds since 1970 UTC with ∞
    where nothing says so; None when no feature of the model has a date.
    `skin` are the pictures on the points of `near`, None without any.
    """

    key: str
    first_feature: int
    origin: Float64Array
    extent: Extent
    near: TileMesh
    far: TileMesh | None
    triangle_surface: UInt8Array
    first_triangle: Int32Array
    anchor: Float32Array
    features: FeatureTable
    valid_ms: Float64Array | None = None
    skin: TileSkin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """All tiles of one model; features are numbered 0 … feature_count − 1 across tiles in order.

    A feature that is only a parent (no triangles) is found in the tile of its first child.
    """

    frame: GeoFrame
    tiles: tuple[Tile, ...]
    feature_count: int
    extent: Extent
    _starts: list[int] = field(init=False, repr=False, compare=False)
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Remember where tiles start."""
        object.__setattr__(self, "_starts", [tile.first_feature for tile in self.tiles])

    def locate(self, feature: int) -> tuple[Tile, int]:
        """Return the tile of a feature number and its row there."""
        tile = self.tiles[bisect_right(self._starts, feature) - 1]
        return tile, feature - tile.first_feature

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of every feature by its id, the first of several; made when first asked for, and kept.

        Takes about a second and 0.2 kB a feature for a million: whoever needs it shares this one.
        """
        if not self._numbers:
            numbers: dict[str, int] = {}
            for tile in reversed(self.tiles):
                ids = list(tile.features.ids)
                last = tile.first_feature + len(ids) - 1
                numbers.update(zip(reversed(ids), range(last, tile.first_feature - 1, -1), strict=True))
            self._numbers.update(numbers)
        return MappingProxyType(self._numbers)

    def find(self, id: str) -> int | None:
        """Return the number of the feature with this id, the first of several, None when there is none."""
        return self.numbers.get(id)

    def id_of(self, feature: int) -> str:
        """Return the id of a feature number."""
        tile, row = self.locate(feature)
        return tile.features.ids[row]
