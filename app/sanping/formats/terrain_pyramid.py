"""Height tiles in a pyramid put together: the finest level that fits the budget, as one grid."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from affine import Affine

from sanping.domain.errors import FileBroken, InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.terrain import MOST_HEIGHTS
from sanping.ports.progress import Progress

MOST_TILES = 1024
WIDEST_DEG = 12.0
_MERCATOR_M = 40_075_016.685_578_488

BROKEN = Text(
    "地形瓦片损坏或缺失（其余高程已保留）", "terrain tile that is damaged or missing (the other heights are kept)"
)
_COARSER = Text(
    "地形瓦片最细到第 {finest} 级，按预算读取第 {level} 级；可用 max_cells 或 bounds（西、南、东、北，度）调整",
    "The terrain goes down to level {finest}; level {level} fits the budget: max_cells or bounds (west, south, east, "
    "north in degrees) change that",
)
_TOO_WIDE = Text(
    "地形瓦片覆盖 {width:.0f}°，远大于一座城市；请用 bounds（西、南、东、北，度）选取范围，或打开更细的级别",
    "The terrain tiles span {width:.0f}°, far more than a city; choose an area with bounds (west, south, east, north, "
    "in degrees), or open a finer level",
)
_NO_TILES = Text("没有找到任何地形瓦片", "No terrain tile was found")
_READING = Text("正在读取地形瓦片", "Reading the terrain tiles")

Address = tuple[int, int, int]
HeightsOf = Callable[[Address, int], Float64Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How a pyramid divides the earth; row 0 in the north.

    Geographic: two tiles by one at level 0, in degrees. Mercator: one tile at level 0, in metres of EPSG:3857.
    """

    is_geographic: bool

    @property
    def crs(self) -> str:
        """The CRS of the tiles."""
        return "EPSG:4326" if self.is_geographic else "EPSG:3857"

    def size(self, level: int) -> float:
        """Return the side of a tile of a level, in degrees or metres."""
        return (180.0 if self.is_geographic else _MERCATOR_M) / 2.0**level

    def corner(self, address: Address) -> tuple[float, float]:
        """Return the north-west corner of a tile."""
        level, column, row = address
        size = self.size(level)
        west, north = (-180.0, 90.0) if self.is_geographic else (-_MERCATOR_M / 2, _MERCATOR_M / 2)
        return west + column * size, north - row * size

    def degrees(self, level: int) -> float:
        """Return the width of a tile of a level in degrees."""
        return self.size(level) if self.is_geographic else 360.0 / 2.0**level

    def place(self, level: int, longitude: float, latitude: float) -> tuple[int, int]:
        """Return column and row of the tile that holds a place."""
        count = 2**level
        if self.is_geographic:
            return int((longitude + 180.0) / self.size(level)), int((90.0 - latitude) / self.size(level))
        angle = np.radians(np.clip(latitude, -85.05, 85.05))
        north = (1.0 - np.arcsinh(np.tan(angle)) / np.pi) / 2.0
        return int((longitude + 180.0) / 360.0 * count), int(north * count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mosaic:
    """Heights put together: `transform` takes (column, row) of cell corners to coordinates of the scheme."""

    heights: Float64Array
    transform: Affine
    corners: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyramid:
    """Which tiles there are by level, and `cells`, how many heights along a side one is worth reading as."""

    scheme: Scheme
    tiles: Mapping[int, frozenset[tuple[int, int]]]
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a pyramid (`max_cells`, `bounds`), and where notes, losses and progress go."""

    settings: dict[str, object]
    notes: list[Text]
    skips: SkipLog
    progress: Progress


def mosaic(pyramid: Pyramid, heights_of: HeightsOf, asked: Asked) -> Mosaic:
    """Put the tiles of one level together; `heights_of` gives (n, n) heights, north row first, of one tile.

    Tiles that cannot be read are holes, counted in `skips`. Raises `FileBroken` when none can be.
    """
    most = asked.settings.get("max_cells")
    most = most if isinstance(most, int) and most > 0 else MOST_HEIGHTS
    level, wanted = _level(pyramid, _bounds(asked.settings), most, asked.notes)
    columns, rows = [at[0] for at in wanted], [at[1] for at in wanted]
    west, north = min(columns), min(rows)
    wide, high = max(columns) - west + 1, max(rows) - north + 1
    cells = max(2, min(pyramid.cells, int((most / (wide * high)) ** 0.5)))
    heights = np.full((high * cells, wide * cells), np.nan)
    for number, (column, row) in enumerate(sorted(wanted)):
        asked.progress.report(0.05 + 0.75 * number / len(wanted), _READING)
        try:
            part = heights_of((level, column, row), cells)
        except InputError:
            asked.skips.add(BROKEN, f"{level}/{column}/{row}")
            continue
        top, left = (row - north) * cells, (column - west) * cells
        heights[top : top + cells, left : left + cells] = part
    if np.isnan(heights).all():
        raise asked.skips.refusal()
    x, y = pyramid.scheme.corner((level, west, north))
    step = pyramid.scheme.size(level) / cells
    east, south = x + wide * step * cells, y - high * step * cells
    ends = [(x, y), (east, y), (x, south), (east, south)]
    return Mosaic(heights=heights, transform=Affine(step, 0.0, x, 0.0, -step, y), corners=np.array(ends))


def _bounds(settings: dict[str, object]) -> tuple[float, float, float, float] | None:
    value = settings.get("bounds")
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        return None
    if not all(isinstance(one, (int, float)) and abs(one) <= 360 for one in value):
        return None
    west, south, east, north = (float(one) for one in value)
    return west, south, east, north


def _level(
    pyramid: Pyramid, bounds: tuple[float, float, float, float] | None, most: int, notes: list[Text]
) -> tuple[int, set[tuple[int, int]]]:
    """Return the finest level that fits, and its tiles in the area."""
    finest = max((level for level, tiles in pyramid.tiles.items() if tiles), default=-1)
    if finest < 0:
        raise FileBroken(_NO_TILES)
    chosen: tuple[int, set[tuple[int, int]]] | None = None
    for level in sorted(pyramid.tiles):
        tiles = set(pyramid.tiles[level])
        if bounds is not None:
            left, top = pyramid.scheme.place(level, bounds[0], bounds[3])
            right, bottom = pyramid.scheme.place(level, bounds[2], bounds[1])
            tiles = {at for at in tiles if left <= at[0] <= right and top <= at[1] <= bottom}
        fits = len(tiles) <= MOST_TILES and len(tiles) * 32 * 32 <= most
        if tiles and (fits or chosen is None) and _width(pyramid, level, tiles) <= WIDEST_DEG:
            chosen = (level, tiles)
    if chosen is None:
        raise FileBroken(_TOO_WIDE.with_values(width=_width(pyramid, finest, set(pyramid.tiles[finest]))))
    if chosen[0] < finest:
        notes.append(_COARSER.with_values(finest=finest, level=chosen[0]))
    return chosen


def _width(pyramid: Pyramid, level: int, tiles: set[tuple[int, int]]) -> float:
    """Return how many degrees the tiles of a level span."""
    size = pyramid.scheme.degrees(level)
    if not tiles:
        return 0.0
    spans = [max(at[axis] for at in tiles) - min(at[axis] for at in tiles) + 1 for axis in (0, 1)]
    return max(spans) * size
