"""Terrain-RGB: heights written as colours of map tiles (Mapbox or Terrarium), in MBTiles or in folders."""

import io
import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken, FormatUnknown
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.terrain import cleaned_heights, terrain_of
from sanping.formats.terrain_imagery import draped_imagery
from sanping.formats.terrain_pyramid import Address, Asked, Pyramid, Scheme, mosaic
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_SQLITE = b"SQLite format 3\x00"
_PICTURES = (".png", ".webp")
_MOST_LEVELS = 24
_MOST_SIDE = 4096
_MOST_LISTED = 4_000_000
_PLAUSIBLE = 0.98

_READING = Text("正在读取地形瓦片", "Reading the terrain tiles")
_NO_HEIGHTS = Text(
    '瓦片是地图图片或矢量瓦片，不是高程（terrain-RGB）；如确是高程，请设置 encoding = "mapbox" 或 "terrarium"',
    "The tiles are map pictures or vector tiles, not heights (terrain-RGB); if they are heights, set encoding to "
    "“mapbox” or “terrarium”",
)
_NO_TILE = Text("地形瓦片的图片无法解码", "A terrain tile's picture cannot be decoded")
_BAD_TABLE = Text("MBTiles 数据库有误：{reason}", "The MBTiles database is wrong: {reason}")
_GUESSED = Text("高程编码按 {encoding} 判读", "The heights were taken to be encoded as {encoding}")


class TerrainRgbReader:
    """Reads terrain-RGB from MBTiles, or from the folders around a picture named level/column/row.png."""

    name = "terrain-RGB"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is an MBTiles database, or a map tile in its folders."""
        is_database = head.startswith(_SQLITE) and (
            path.suffix.lower() == ".mbtiles" or (b"tile_data" in head and b"zoom_level" in head)
        )
        return is_database or _is_map_tile(path)

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> Terrain:
        """Read the finest level that fits.

        Settings: `encoding` ("mapbox" or "terrarium"), `scheme` ("tms" for folders whose rows count from the south),
        `bounds` (degrees), `max_cells`, `height_offset_m`, `imagery`.
        """
        progress.report(0.0, _READING)
        notes: list[Text] = []
        settings = dict(options.settings)
        asked = Asked(settings=settings, notes=notes, skips=SkipLog(str(path)), progress=progress)
        with foreign_errors_as_ours(path), _opened(path, settings) as store:
            tiles = store.tiles()
            first, cells = _first_tile(store, tiles)
            encoding = str(settings.get("encoding") or store.encoding or "")
            if encoding not in _DECODERS:
                encoding = _guessed(first)
                notes.append(_GUESSED.with_values(encoding=encoding))
            decode = _DECODERS[encoding]

            def heights(address: Address, wanted: int) -> Float64Array:
                return _shrunk(decode(_pixels(store.tile(address)).astype(np.float64)), wanted)

            scheme = Scheme(is_geographic=False)
            done = mosaic(Pyramid(scheme=scheme, tiles=tiles, cells=cells), heights, asked)
            cleaned = cleaned_heights(done.heights, settings, "", notes)
            framed = framing(scheme.crs, done.corners, options)
            origin = Origin(format="terrain-RGB", source_crs=framed.source_crs, skipped=asked.skips.skipped)
            terrain = terrain_of(cleaned, done.transform, framed, origin, notes)
        return draped_imagery(terrain, path, options, progress)


class _Store(Protocol):
    """Where tiles are kept; rows count from the north."""

    encoding: str

    def tiles(self) -> dict[int, frozenset[tuple[int, int]]]:
        """List columns and rows by level."""

    def tile(self, address: Address) -> bytes:
        """Return a picture; raises `FileBroken` when it is not there."""


@contextmanager
def _opened(path: Path, settings: dict[str, object]) -> Iterator[_Store]:
    if _is_map_tile(path):
        yield _Folders(path.resolve().parents[2], path.suffix, is_tms=settings.get("scheme") == "tms")
        return
    address = f"file:{path.resolve().as_posix().replace('?', '%3f').replace('#', '%23')}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            yield _Database(database)
    except sqlite3.Error as error:
        raise FileBroken(_BAD_TABLE.with_values(reason=str(error)[:120])) from error


@dataclass(slots=True)
class _Folders:
    """Pictures in folders level/column/row."""

    home: Path
    suffix: str
    is_tms: bool
    encoding: str = ""

    def tiles(self) -> dict[int, frozenset[tuple[int, int]]]:
        found: dict[int, set[tuple[int, int]]] = {}
        for file in self.home.glob(f"[0-9]*/[0-9]*/[0-9]*{self.suffix}"):
            level, column, row = file.parts[-3], file.parts[-2], file.stem
            if level.isdigit() and column.isdigit() and row.isdigit() and int(level) <= _MOST_LEVELS:
                found.setdefault(int(level), set()).add((int(column), self._turned(int(level), int(row))))
        return {level: frozenset(tiles) for level, tiles in found.items()}

    def tile(self, address: Address) -> bytes:
        level, column, row = address
        try:
            name = f"{self._turned(level, row)}{self.suffix}"
            return (self.home / str(level) / str(column) / name).read_bytes()
        except OSError as error:
            raise FileBroken(_NO_TILE) from error

    def _turned(self, level: int, row: int) -> int:
        return 2**level - 1 - row if self.is_tms else row


class _Database:
    """Pictures in an MBTiles database, whose rows count from the south."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("PRAGMA trusted_schema = OFF")
        try:
            words = dict(database.execute("SELECT name, value FROM metadata LIMIT 1000").fetchall())
        except sqlite3.Error:  # the table is optional to us
            words = {}
        self.encoding = str(words.get("encoding", ""))

    def tiles(self) -> dict[int, frozenset[tuple[int, int]]]:
        found: dict[int, set[tuple[int, int]]] = {}
        wish = "SELECT zoom_level, tile_column, tile_row FROM tiles LIMIT ?"
        for level, column, row in self._database.execute(wish, (_MOST_LISTED,)):
            is_whole = all(isinstance(one, int) for one in (level, column, row))
            if is_whole and 0 <= level <= _MOST_LEVELS and 0 <= column < 2**level and 0 <= row < 2**level:
                found.setdefault(level, set()).add((column, 2**level - 1 - row))
        return {level: frozenset(tiles) for level, tiles in found.items()}

    def tile(self, address: Address) -> bytes:
        level, column, row = address
        wish = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        found = self._database.execute(wish, (level, column, 2**level - 1 - row)).fetchone()
        if found is None or not isinstance(found[0], bytes):
            raise FileBroken(_NO_TILE)
        return found[0]


def _is_map_tile(path: Path) -> bool:
    """Say whether a picture lies in folders as map tiles do, and not beside a world file of its own."""
    if path.suffix.lower() not in _PICTURES:
        return False
    names = (path.stem, path.parent.name, path.parent.parent.name)
    return all(re.fullmatch(r"\d{1,8}", name) for name in names) and int(names[2]) <= _MOST_LEVELS


def _first_tile(store: _Store, tiles: dict[int, frozenset[tuple[int, int]]]) -> tuple[UInt8Array, int]:
    """Return the first picture that can be decoded, and its side; raises `FormatUnknown` for other kinds of tiles."""
    level = max(tiles, default=0)
    for column, row in sorted(tiles.get(level, ()))[:20]:
        try:
            pixels = _pixels(store.tile((level, column, row)))
        except FileBroken:
            continue
        return pixels, pixels.shape[0]
    raise FormatUnknown(_NO_HEIGHTS)


def _pixels(data: bytes) -> UInt8Array:
    """Return the colours (n, n, 3) of a square picture; transparent pixels become what no height has."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "WEBP")) as image:
                if image.width != image.height or not 2 <= image.width <= _MOST_SIDE:
                    raise FileBroken(_NO_TILE)
                pixels = np.asarray(image.convert("RGBA"), dtype=np.uint8)
    except FileBroken:
        raise
    except Exception as error:  # whatever a broken picture leads to
        raise FileBroken(_NO_TILE) from error
    return np.where(pixels[..., 3:] == 0, np.uint8(255), pixels[..., :3])


def _mapbox(pixels: Float64Array) -> Float64Array:
    return -10_000.0 + (pixels[..., 0] * 65_536.0 + pixels[..., 1] * 256.0 + pixels[..., 2]) * 0.1


def _terrarium(pixels: Float64Array) -> Float64Array:
    return pixels[..., 0] * 256.0 + pixels[..., 1] + pixels[..., 2] / 256.0 - 32_768.0


_DECODERS = {"mapbox": _mapbox, "terrarium": _terrarium}


def _guessed(pixels: UInt8Array) -> str:
    """Return the encoding whose heights are those of land; raises `FormatUnknown` when neither's are."""
    for encoding, decode in _DECODERS.items():
        heights = decode(pixels.astype(np.float64))
        if ((heights > -500.0) & (heights < 9000.0)).mean() > _PLAUSIBLE:
            return encoding
    raise FormatUnknown(_NO_HEIGHTS)


def _shrunk(heights: Float64Array, wanted: int) -> Float64Array:
    """Return heights (wanted, wanted) taken at the middles of larger cells."""
    side = heights.shape[0]
    if side == wanted:
        return heights
    at = np.minimum(((np.arange(wanted) + 0.5) * side / wanted).astype(np.int64), side - 1)
    return heights[np.ix_(at, at)]
