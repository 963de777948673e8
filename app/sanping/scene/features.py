"""What the shaders know of each city object: box, kind, seed and state, in textures of up to 65 536 features a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sanping.domain.city import OWN_COLOUR, FeatureTable
from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.domain.tile import Tile, TileSet
from sanping.scene.mesh import DataTexture

PAGE_SIDE = 256
PAGE_FEATURES = PAGE_SIDE * PAGE_SIDE
VISIBLE, COLOURED, SELECTED, HOVERED, ABSENT, GRADED = 1, 2, 4, 8, 16, 32
RESIDENTIAL, OFFICE, LANE_HOUSE, INDUSTRIAL, PUBLIC, BRIDGE = range(6)
_ATTRIBUTES_READ_UP_TO = 60_000
_COLOURS_READ_UP_TO = 400_000
_SAMPLED = 64
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

_KIND_KEYS = ("kind", "function", "usage", "building", "type", "class", "用途", "功能")
_KIND_WORDS = (
    (LANE_HOUSE, ("lilong", "lane", "terrace", "里弄", "house", "villa")),
    (INDUSTRIAL, ("industr", "warehouse", "factory", "plant", "工业", "厂", "仓")),
    (OFFICE, ("office", "commercial", "mixed", "tower", "hotel", "retail", "办公", "商")),
    (PUBLIC, ("school", "hospital", "public", "civic", "museum", "station", "stadium", "学校", "医院", "公共", "mall")),
    (RESIDENTIAL, ("resid", "apartment", "dwelling", "住宅", "居住")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePage:
    """Textures of one run of features; `first` is the number of its texel 0.

    `own` (n, 4) are the colours that objects bring along, and COLOURED where there is one; None without any.
    """

    first: int
    has_bridges: bool
    box: DataTexture
    state: DataTexture
    own: UInt8Array | None = None


IndexArray = npt.NDArray[np.int64]
Rows = slice | IndexArray
Part = tuple[FeaturePage, Rows, Rows]


def page_starts(tiles: Sequence[Tile]) -> list[int]:
    """Return the index of the first tile of each page, so that no tile is cut by a page."""
    starts, first = [0], tiles[0].first_feature if tiles else 0
    for index, tile in enumerate(tiles):
        if tile.first_feature + len(tile.features) - first > PAGE_FEATURES:
            starts.append(index)
            first = tile.first_feature
    return starts


def page_of(tiles: Sequence[Tile], centre: tuple[float, float, float], *, is_bridge: bool) -> FeaturePage:
    """Build the textures of neighbouring tiles, as many rows as they need; `centre` is the scene's origin."""
    first = tiles[0].first_feature
    total = sum(len(tile.features) for tile in tiles)
    rows_used = max(1, -(-total // PAGE_SIDE))
    texels = rows_used * PAGE_SIDE
    box: Float32Array = np.zeros((2 * texels, 4), np.float32)
    traits = box[texels:]
    state: UInt8Array = np.full((texels, 4), 255, np.uint8)
    state[:, 3] = VISIBLE
    own: UInt8Array = np.zeros((texels, 4), np.uint8)
    for tile in tiles:
        start = tile.first_feature - first
        rows = slice(start, start + len(tile.features))
        offset: Float64Array = tile.origin - centre
        box[rows, :2] = tile.anchor + offset[:2].astype(np.float32)
        box[rows, 2] = tile.features.base_m - np.float32(centre[2])
        box[rows, 3] = tile.features.height_m
        kinds = np.full(len(tile.features), BRIDGE) if is_bridge else kinds_of(tile, total <= _ATTRIBUTES_READ_UP_TO)
        traits[rows, 0] = kinds
        numbers = np.arange(tile.first_feature, tile.first_feature + len(tile.features), dtype=np.uint64)
        traits[rows, 1] = ((numbers * np.uint64(2_654_435_761) >> np.uint64(16)) & np.uint64(255)) / 255.0
        if total <= _COLOURS_READ_UP_TO:
            own[rows] = own_colours_of(tile)
    has_own = own[:, 3] > 0
    traits[:, 3] = has_own
    state[has_own, :3] = own[has_own, :3]
    state[:, 3] |= own[:, 3]
    return FeaturePage(
        first=first,
        has_bridges=bool((traits[:, 0] == BRIDGE).any()),
        box=DataTexture(box.reshape(2 * rows_used, PAGE_SIDE, 4)),
        state=DataTexture(state.reshape(rows_used, PAGE_SIDE, 4)),
        own=own if has_own.any() else None,
    )


def own_colours_of(tile: Tile) -> UInt8Array:
    """Return the colours (f, 4) that objects bring along, with COLOURED as the last part; zeros for those without.

    Models where the first objects have none are not searched through: only some formats know of colours.
    """
    features = tile.features
    found: UInt8Array = np.zeros((len(features), 4), np.uint8)
    if not any(OWN_COLOUR in features.attributes[row] for row in range(min(len(features), _SAMPLED))):
        return found
    for row in range(len(features)):
        word = features.attributes[row].get(OWN_COLOUR)
        if isinstance(word, str) and _COLOUR.fullmatch(word):
            found[row] = (*bytes.fromhex(word[1:]), COLOURED)
    return found


def kinds_of(tile: Tile, reads_attributes: bool) -> Int32Array:
    """Guess the kind of each object: from its attributes where they say so, else from height and footprint."""
    height = tile.features.height_m
    kinds: Int32Array = np.full(len(height), RESIDENTIAL, np.int32)
    kinds[height < 11] = LANE_HOUSE
    seed = (np.arange(len(height)) * 7 + tile.first_feature) % 10
    kinds[(height > 60) & (seed < 6)] = OFFICE
    kinds[height > 120] = OFFICE
    kinds[(height >= 11) & (height < 26) & (seed == 3)] = PUBLIC
    if reads_attributes:
        for row in range(len(height)):
            said = _said_kind(tile.features, row)
            if said is not None:
                kinds[row] = LANE_HOUSE if said == RESIDENTIAL and height[row] < 11 else said
    return kinds


def _said_kind(features: FeatureTable, row: int) -> int | None:
    if features.class_of(row).startswith("Bridge"):
        return BRIDGE
    attributes = features.attributes[row]
    for key in _KIND_KEYS:
        word = attributes.get(key)
        if isinstance(word, str) and (kind := _kind_of(word)) is not None:
            return kind
    return None


@lru_cache(maxsize=4096)
def _kind_of(word: str) -> int | None:
    lowered = word.lower()
    return next((kind for kind, words in _KIND_WORDS if any(known in lowered for known in words)), None)


class FeatureStates:
    """Colour and flags of all features of one tile set; every change touches only its texels."""

    def __init__(self, tiles: TileSet, pages: Sequence[FeaturePage]) -> None:
        self._pages = pages
        self._firsts = np.array([page.first for page in pages] + [tiles.feature_count], np.int64)

    def colour(self, features: IndexArray | None, colours: UInt8Array | None) -> None:
        """Colour features (n,) by (n, 3) bytes, all when None; no colours gives objects back those they brought."""
        for page, rows, part in self._split(features):
            flat = page.state.pixels.reshape(-1, 4)
            if colours is None:
                flat[rows, 3] &= ~np.uint8(COLOURED | GRADED)
                if page.own is not None:
                    own = page.own[rows]
                    flat[rows, :3] = np.where(own[:, 3:] > 0, own[:, :3], flat[rows, :3])
                    flat[rows, 3] |= own[:, 3]
            else:
                flat[rows, :3] = colours[part]
                flat[rows, 3] |= np.uint8(COLOURED | GRADED)
            page.state.touch()

    def flag(self, features: IndexArray, flag: int, *, is_on: bool) -> None:
        """Set or clear one flag of some features."""
        for page, rows, _ in self._split(features):
            flat = page.state.pixels.reshape(-1, 4)
            flat[rows, 3] = flat[rows, 3] | np.uint8(flag) if is_on else flat[rows, 3] & np.uint8(255 - flag)
            page.state.touch()

    def colours(self) -> list[UInt8Array]:
        """Return what is known of every colour at present, to be put back later."""
        return [page.state.pixels.reshape(-1, 4).copy() for page in self._pages]

    def put_back(self, colours: Sequence[UInt8Array]) -> None:
        """Give all features colours that they had; whether they are seen, selected or there does not change."""
        kind = np.uint8(COLOURED | GRADED)
        for page, kept in zip(self._pages, colours, strict=True):
            flat = page.state.pixels.reshape(-1, 4)
            flat[:, :3] = kept[:, :3]
            flat[:, 3] = flat[:, 3] & ~kind | kept[:, 3] & kind
            page.state.touch()

    def _split(self, features: IndexArray | None) -> list[Part]:
        if features is None:
            return [
                (page, slice(0, int(end - start)), slice(int(start), int(end)))
                for page, start, end in zip(self._pages, self._firsts[:-1], self._firsts[1:], strict=True)
            ]
        owner = np.searchsorted(self._firsts, features, side="right") - 1
        parts: list[Part] = []
        for index in np.unique(owner):
            chosen = np.flatnonzero(owner == index)
            parts.append((self._pages[index], features[chosen] - self._firsts[index], chosen))
        return parts
