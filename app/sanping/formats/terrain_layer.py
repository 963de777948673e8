"""Terrain of quantized-mesh or heightmap tiles: a `layer.json` with its folders, or one tile alone."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from pyproj import Transformer

from sanping.analysis.height_grid import heights_at
from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken, FormatUnknown
from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.terrain import cleaned_heights, terrain_of
from sanping.formats.terrain_imagery import draped_imagery
from sanping.formats.terrain_mesh import TerrainMesh, decoded, grid_of, unpacked
from sanping.formats.terrain_pyramid import Address, Asked, Pyramid, Scheme, mosaic
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_CELLS = 64
_MOST_LEVELS = 24
_ROW = re.compile(r"(\d{1,8})\.terrain", re.IGNORECASE)
_HEIGHTMAP_SIDE = 65

_READING = Text("正在读取地形瓦片", "Reading the terrain tiles")
_NO_JSON = Text("layer.json 无法解析：{reason}", "layer.json cannot be parsed: {reason}")
_OTHER = Text(
    "layer.json 的瓦片格式是“{kind}”；能读 quantized-mesh-1.0 和 heightmap-1.0",
    "The tiles of layer.json are of the kind “{kind}”; quantized-mesh-1.0 and heightmap-1.0 can be read",
)
_NOWHERE = Text(
    "单个地形瓦片没有位置：请打开它所属的 layer.json，或保留“级/列/行.terrain”的文件夹结构",
    "A terrain tile alone has no place: open the layer.json it belongs to, or keep it as level/column/row.terrain",
)
_ELLIPSOIDAL = Text(
    "地形瓦片的高程通常是椭球高（WGS 84）；可用 height_offset_m 修正",
    "Heights of terrain tiles are usually above the WGS 84 ellipsoid; height_offset_m corrects them",
)


class TerrainTilesReader:
    """Reads quantized-mesh and heightmap terrain."""

    name = "quantized-mesh"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a terrain tile by name, or a `layer.json` of such tiles."""
        is_layer = path.name.lower() == "layer.json" and b'"tiles"' in head
        return path.suffix.lower() == ".terrain" or is_layer

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> Terrain:
        """Read the finest level that fits.

        Settings: `bounds` (west, south, east, north in degrees), `max_cells`, `height_offset_m`, `imagery`.
        """
        progress.report(0.0, _READING)
        notes: list[Text] = []
        asked = Asked(settings=dict(options.settings), notes=notes, skips=SkipLog(str(path)), progress=progress)
        with foreign_errors_as_ours(path):
            is_layer = path.suffix.lower() == ".json"
            layer = _Layer(path) if is_layer else _Alone(path)
            done = mosaic(layer.pyramid(), layer.heights, asked)
            heights = cleaned_heights(done.heights, asked.settings, "", notes)
            notes.append(_ELLIPSOIDAL)
            framed = framing(layer.scheme.crs, done.corners, options)
            origin = Origin(
                format="quantized-mesh", version="1.0", source_crs=framed.source_crs, skipped=asked.skips.skipped
            )
            terrain = terrain_of(heights, done.transform, framed, origin, notes)
        return draped_imagery(terrain, path, options, progress)


class _Alone:
    """One tile, whose address is its path or follows from the middle that its head gives."""

    scheme = Scheme(is_geographic=True)

    def __init__(self, path: Path) -> None:
        data = unpacked(path.read_bytes())
        self._mesh = decoded(data)
        self._address = _address_in(path) or _address_of(self._mesh)

    def pyramid(self) -> Pyramid:
        level, column, row = self._address
        return Pyramid(scheme=self.scheme, tiles={level: frozenset({(column, row)})}, cells=_cells(self._mesh))

    def heights(self, address: Address, cells: int) -> Float64Array:
        return grid_of(self._mesh, cells)


class _Layer:
    """The tiles that a layer.json tells of and that are there."""

    def __init__(self, path: Path) -> None:
        self._folder = path.resolve().parent
        json = _json_of(path)
        self._kind = str(json.get("format", "quantized-mesh-1.0"))
        if not self._kind.startswith(("quantized-mesh", "heightmap")):
            raise FormatUnknown(_OTHER.with_values(kind=self._kind[:40]))
        self.scheme = Scheme(is_geographic=str(json.get("projection", "EPSG:4326")) != "EPSG:3857")
        self._is_tms = str(json.get("scheme", "tms")).lower() != "slippymap"

    def pyramid(self) -> Pyramid:
        """List the tiles in folders named level/column/row.terrain, whatever the file says is available."""
        found: dict[int, set[tuple[int, int]]] = {}
        for level_folder in self._folder.iterdir():
            if not (level_folder.name.isdigit() and level_folder.is_dir() and int(level_folder.name) <= _MOST_LEVELS):
                continue
            level = int(level_folder.name)
            for column_folder in level_folder.iterdir():
                if column_folder.name.isdigit() and column_folder.is_dir():
                    rows = [int(name[1]) for file in column_folder.iterdir() if (name := _ROW.fullmatch(file.name))]
                    column = int(column_folder.name)
                    found.setdefault(level, set()).update((column, self._turned(level, row)) for row in rows)
        return Pyramid(
            scheme=self.scheme, tiles={level: frozenset(tiles) for level, tiles in found.items()}, cells=_CELLS
        )

    def _turned(self, level: int, row: int) -> int:
        return 2**level - 1 - row if self._is_tms else row

    def heights(self, address: Address, cells: int) -> Float64Array:
        """Return the heights of one tile; raises `FileBroken`."""
        level, column, row = address
        path = self._folder / str(level) / str(column) / f"{self._turned(level, row)}.terrain"
        try:
            data = unpacked(path.read_bytes())
        except OSError as error:
            raise FileBroken(_NOWHERE, place=path.name) from error
        return _heightmap(data, cells) if self._kind.startswith("heightmap") else grid_of(decoded(data), cells)


def _heightmap(data: bytes, cells: int) -> Float64Array:
    """Return the heights of a heightmap-1.0 tile: 65 by 65, edges included, fifths of a metre above −1000 m."""
    if len(data) < 2 * _HEIGHTMAP_SIDE**2:
        raise FileBroken(_NOWHERE)
    raw = np.frombuffer(data, "<u2", _HEIGHTMAP_SIDE**2).reshape(_HEIGHTMAP_SIDE, _HEIGHTMAP_SIDE)
    heights = (raw / 5.0 - 1000.0).astype(np.float32)
    at = (np.arange(cells) + 0.5) / cells * (_HEIGHTMAP_SIDE - 1)
    row, column = np.meshgrid(at, at, indexing="ij")
    return heights_at(heights, row.ravel(), column.ravel()).reshape(cells, cells)


def _cells(mesh: TerrainMesh) -> int:
    return int(np.clip(2 * len(mesh.u) ** 0.5, 16, 256))


def _address_in(path: Path) -> Address | None:
    """Return the address that a path of the shape level/column/row.terrain says; rows count from the south."""
    name, column, level = _ROW.fullmatch(path.name), path.parent.name, path.parent.parent.name
    if name is None or not column.isdigit() or not level.isdigit() or int(level) > _MOST_LEVELS:
        return None
    return int(level), int(column), 2 ** int(level) - 1 - int(name[1])


def _address_of(mesh: TerrainMesh) -> Address:
    """Return the tile whose middle is that of the mesh; raises `FileBroken` when there is none."""
    scheme = _Alone.scheme
    x, y, z = mesh.centre.tolist()
    there = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True).transform(x, y, z)
    longitude, latitude = float(there[0]), float(there[1])
    if np.isfinite([longitude, latitude]).all():
        for level in range(_MOST_LEVELS):
            column, row = scheme.place(level, longitude, latitude)
            west, north = scheme.corner((level, column, row))
            half = scheme.size(level) / 2
            if abs(west + half - longitude) < 0.02 * half and abs(north - half - latitude) < 0.02 * half:
                return level, column, row
    raise FileBroken(_NOWHERE)


def _json_of(path: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FileBroken(_NO_JSON.with_values(reason=str(error)[:120])) from error
    if not isinstance(found, dict):
        raise FileBroken(_NO_JSON.with_values(reason="?"))
    return found
