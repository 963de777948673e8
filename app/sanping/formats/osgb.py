"""Oblique photogrammetry in OSGB: a tile with its finer files, or a whole block by its `metadata.xml`."""

import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from lxml import etree

from sanping.domain.city import CityModel, Origin
from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.domain.texture import Picture
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import Framing, framing
from sanping.formats.gathering import Gathering
from sanping.formats.geocentric import EARTH_CENTRED
from sanping.formats.osgb_geometry import OsgbMesh
from sanping.formats.osgb_scene import Part, parts_of
from sanping.formats.osgb_state import Look
from sanping.formats.osgb_stream import MAGIC
from sanping.formats.patches import paint_rows
from sanping.formats.pictures import beside, sampled
from sanping.formats.placement import placed, with_model_table
from sanping.formats.safe_xml import safe_parser
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

MOST_BYTES = 300 << 20
"""Coarser tiles are taken where the finer ones hold more than this, unless the setting `max_bytes` says otherwise."""
_MOST_FILES = 200_000
_LARGEST_FILE = 256 << 20
_LEVELS_UP = 4
_INDEX = "metadata.xml"
_ENU = re.compile(r"^\s*ENU:\s*([-+0-9.]+)\s*,\s*([-+0-9.]+)", re.IGNORECASE)
_CLASS = "CityObject"

_READING = Text("正在读取倾斜模型", "Reading the photogrammetric model")
_COARSER = Text(
    "倾斜模型过大，只读到第 {level} 级（{count} 个文件）；可用 max_bytes 调整",
    "The model is large; it was read down to level {level} ({count} files); max_bytes changes that",
)
_FINER_MISSING = Text(
    "更精细的瓦片文件缺失，改用上一级", "file of finer tiles that is missing; the level above is shown"
)
_NO_TILES = Text(
    "metadata.xml 旁没有 Data 文件夹或其中没有 .osgb 瓦片",
    "Beside metadata.xml there is no Data folder with .osgb tiles",
)
_BAD_INDEX = Text("metadata.xml 无法解析：{reason}", "metadata.xml cannot be parsed: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a block stands, as its metadata.xml says: the CRS as written there, and the origin in it."""

    srs: str
    origin: tuple[float, float, float]


class OsgbReader:
    """Reads OSGB tiles, alone or as a block."""

    name = "OSGB"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is OSGB, or the metadata of a block."""
        return head.startswith((MAGIC, MAGIC[3::-1])) or (b"<ModelMetadata" in head and path.suffix.lower() == ".xml")

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read the finest tiles that fit.

        The place comes from `metadata.xml` beside or above the tile, else from `position` in the settings. Further
        settings: `max_bytes`.
        """
        progress.report(0.0, _READING)
        gathering = Gathering(SkipLog(str(path)))
        with foreign_errors_as_ours(path):
            options = with_model_table(path, options)
            index = path if path.suffix.lower() == ".xml" else _index_above(path)
            place = _place_of(index) if index is not None else None
            roots = _roots(path) if path.suffix.lower() == ".xml" else [path]
            most = dict(options.settings).get("max_bytes", MOST_BYTES)
            block = _Block(gathering, most if isinstance(most, int) and most > 0 else MOST_BYTES)
            block.gather(roots, progress)
            points, framed = _placed(gathering.points, place, options)
            notes = (*framed.notes, *gathering.notes)
            origin = Origin(format="OSGB", source_crs=framed.source_crs, notes=notes)
            return gathering.model(points, frame=framed.frame, origin=origin)


def _index_above(path: Path) -> Path | None:
    """Return the metadata.xml of the block that a tile belongs to."""
    folders = [path.resolve().parent, *path.resolve().parent.parents][:_LEVELS_UP]
    return next((folder / _INDEX for folder in folders if (folder / _INDEX).is_file()), None)


def _roots(path: Path) -> list[Path]:
    """Return the first tile of every folder of a block."""
    data = path.resolve().parent / "Data"
    folders = sorted(folder for folder in data.iterdir() if folder.is_dir()) if data.is_dir() else []
    found = [folder / f"{folder.name}.osgb" for folder in folders if (folder / f"{folder.name}.osgb").is_file()]
    found = found or (sorted(data.glob("*.osgb")) if data.is_dir() else [])
    if not found:
        raise FileBroken(_NO_TILES)
    return found


def _place_of(path: Path) -> _Place | None:
    """Return what a metadata.xml says; None when it names no CRS."""
    data = path.read_bytes()[: 1 << 20]
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise FileHostile(_BAD_INDEX.with_values(reason="DOCTYPE"))
    try:
        root = etree.fromstring(data, safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileBroken(_BAD_INDEX.with_values(reason=str(error)[:100])) from error
    srs = (root.findtext(".//SRS") or "").strip() if root is not None else ""
    words = re.split(r"[,;\s]+", (root.findtext(".//SRSOrigin") or "0,0,0").strip()) if root is not None else []
    try:
        numbers = [float(word) for word in words if word][:3]
    except ValueError:
        numbers = []
    while len(numbers) < 3:
        numbers.append(0.0)
    return _Place(srs=srs, origin=(numbers[0], numbers[1], numbers[2])) if srs else None


def _placed(points: Float64Array, place: _Place | None, options: ReadOptions) -> tuple[Float64Array, Framing]:
    """Return points in the twin's frame, and that frame."""
    if place is None or "position" in dict(options.settings):
        return placed(points, options, up_axis="z")
    tangent = _ENU.match(place.srs)
    if tangent is None:
        absolute = points + np.array(place.origin)
        framed = framing(place.srs, absolute, options)
        return framed.convert(absolute), framed
    foot = np.array([[float(tangent[2]), float(tangent[1]), 0.0]])
    east, up = np.radians(foot[0, 0]), np.radians(foot[0, 1])
    to_earth = converter("EPSG:4979", EARTH_CENTRED)
    turn = np.array([
        [-np.sin(east), np.cos(east), 0.0],
        [-np.sin(up) * np.cos(east), -np.sin(up) * np.sin(east), np.cos(up)],
        [np.cos(up) * np.cos(east), np.cos(up) * np.sin(east), np.sin(up)],
    ])  # fmt: skip
    absolute = (points + np.array(place.origin)) @ turn + to_earth(foot)
    framed = framing(EARTH_CENTRED, absolute, replace(options, crs=""))
    return framed.convert(absolute), framed


@dataclass(slots=True, kw_only=True)
class _Tile:
    """A part of a file with the file's place."""

    path: Path
    part: Part


class _Block:
    """Goes from coarse files to finer ones as far as the budget lets it, then adds what is shown."""

    def __init__(self, gathering: Gathering, most_bytes: int) -> None:
        self._gathering, self._most = gathering, most_bytes

    def gather(self, roots: list[Path], progress: Progress) -> None:
        tiles = [tile for path in roots for tile in self._read(path)]
        level, files = 0, len(roots)
        while True:
            wanted = {name: path for tile in tiles for name, path in self._finer(tile)}
            if not wanted:
                break
            size = sum(path.stat().st_size for path in wanted.values())
            kept = sum(tile.path.stat().st_size for tile in tiles if not tile.part.finer)
            if size + kept > self._most or files + len(wanted) > _MOST_FILES:
                self._gathering.note(_COARSER.with_values(level=level, count=files))
                break
            tiles = self._descended(tiles)
            level, files = level + 1, files + len(wanted)
            progress.report(min(0.6, 0.1 * level), _READING)
        for number, tile in enumerate(tiles):
            if tile.part.finer and not self._finer(tile):
                self._gathering.skips.add(_FINER_MISSING, tile.part.finer[0])
            progress.report(0.6 + 0.3 * number / len(tiles), _READING)
            self._add(tile)

    def _read(self, path: Path) -> list[_Tile]:
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise FileHostile(_FINER_MISSING)
            with foreign_errors_as_ours(path):
                return [_Tile(path=path, part=part) for part in parts_of(path.read_bytes())]
        except InputError as error:
            self._gathering.skips.add(error.message, path.name)
            return []

    def _finer(self, tile: _Tile) -> list[tuple[str, Path]]:
        """Return the finer files of a part that are there, inside its folder."""
        home = tile.path.resolve().parent
        paths = [(name, (home / name.replace("\\", "/")).resolve()) for name in tile.part.finer if "\0" not in name]
        return [(str(path), path) for _, path in paths if path.is_relative_to(home.parent) and path.is_file()]

    def _descended(self, tiles: list[_Tile]) -> list[_Tile]:
        """Replace each part by its finer files; it stays where one of them is missing or broken."""
        found: list[_Tile] = []
        for tile in tiles:
            paths = self._finer(tile)
            if len(paths) < len(tile.part.finer):
                self._gathering.skips.add(_FINER_MISSING, tile.part.finer[0])
            finer = [self._read(path) for _, path in paths]
            if paths and len(paths) == len(tile.part.finer) and all(finer):
                found += [one for tiles_there in finer for one in tiles_there]
            else:
                found.append(_Tile(path=tile.path, part=Part(meshes=tile.part.meshes)))
        return found

    def _add(self, tile: _Tile) -> None:
        if not tile.part.meshes:
            return
        row = self._gathering.row(tile.path.stem, _CLASS, {})
        for number, mesh in enumerate(tile.part.meshes):
            rows = np.full(len(mesh.triangles), row, dtype=np.int64)
            skin, colours = self._looks(mesh, tile.path, number)
            if colours is not None and len(colours):
                paint_rows(self._gathering, colours, rows)
            self._gathering.add(rows, mesh.points, mesh.triangles, skin=skin)

    def _looks(
        self, mesh: OsgbMesh, path: Path, number: int
    ) -> tuple[tuple[int, Float64Array] | None, UInt8Array | None]:
        """Return the picture on a mesh, and the colour of each triangle; None for what the file does not give."""
        look = mesh.look
        if mesh.uv is not None and (look.picture or look.picture_name):
            key = (path.parent, look.picture_name, look.wraps) if look.picture_name else (look.picture, look.wraps)
            name = look.picture_name or f"{path.name} #{number}"
            found = self._gathering.pictures.put(key, name, partial(_picture, look, path))
            if found is not None:
                uv = np.column_stack((mesh.uv[:, 0], 1.0 - mesh.uv[:, 1]))
                return (found[0], uv), sampled(found[1], uv[mesh.triangles].mean(axis=1))
        if look.colour is None:
            return None, None
        colour = np.round(np.array(look.colour) * 255).astype(np.uint8)
        return None, np.broadcast_to(colour, (len(mesh.triangles), 3))


def _picture(look: Look, path: Path) -> Picture:
    """Return a picture that lies in a tile or beside it."""
    across, down = look.wraps
    return Picture(data=look.picture or beside(path, look.picture_name), across=across, down=down)
