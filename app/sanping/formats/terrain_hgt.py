"""Terrain from SRTM height files (.hgt): one degree a file, whose name is its south-west corner."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
from affine import Affine

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.terrain import MOST_HEIGHTS, cleaned_heights, terrain_of
from sanping.formats.terrain_imagery import draped_imagery
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_SIDES = (1201, 3601, 7201, 1801)
_VOID = -32768

_READING = Text("正在读取 SRTM 高程", "Reading SRTM heights")
_BAD_NAME = Text(
    "HGT 文件的位置写在文件名里（例如 N31E121.hgt）；请恢复原来的文件名",
    "The place of an HGT file is its name, such as N31E121.hgt; give it its old name back",
)
_BAD_SIZE = Text(
    "HGT 文件应有 {sides} 的平方个 16 位高程，实际 {found} 字节；文件不完整",
    "An HGT file holds a square of {sides} heights of 16 bits; this one has {found} bytes and is cut short",
)
_THINNED = Text("地形每 {step} × {step} 格取一格", "One height of every {step} × {step} was taken")


class HgtReader:
    """Reads SRTM `.hgt` files."""

    name = "HGT"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the name ends in `.hgt`: the files have no head."""
        return path.suffix.lower() == ".hgt"

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> Terrain:
        """Read the heights; settings as for GeoTIFF: `height_offset_m`, `max_cells`, `imagery`."""
        progress.report(0.0, _READING)
        with foreign_errors_as_ours(path):
            corner = corner_in(path.name)
            side = _side(path)
            terrain = degree(np.fromfile(path, dtype=">i2").reshape(side, side), corner, options)
        return draped_imagery(terrain, path, options, progress)


def degree(raw: npt.NDArray[np.int16], corner: tuple[float, float], options: ReadOptions) -> Terrain:
    """Return the terrain of one degree: whole metres (n, n) of any byte order, north row first, n at least 2.

    `corner` is longitude and latitude in the south-west. Raises `FileBroken` when no height is valid.
    """
    settings = dict(options.settings)
    notes: list[Text] = []
    side = len(raw)
    wanted = settings.get("max_cells")
    most = wanted if isinstance(wanted, int) and wanted > 0 else MOST_HEIGHTS
    step = int(np.ceil(max(1.0, (side * side / most) ** 0.5)))
    if step > 1:
        notes.append(_THINNED.with_values(step=step))
    thinned = raw[::step, ::step]
    values = np.where(thinned == _VOID, np.nan, thinned.astype(np.float64))
    heights = cleaned_heights(values, settings, "", notes)
    west, south = corner
    cell = step / (side - 1)
    transform = Affine(cell, 0.0, west - cell / 2, 0.0, -cell, south + 1.0 + cell / 2)
    corners = np.array([(west, south), (west + 1.0, south), (west, south + 1.0), (west + 1.0, south + 1.0)])
    framed = framing("EPSG:4326+5773", corners, options)
    origin = Origin(format="HGT", source_crs=framed.source_crs)
    return terrain_of(heights, transform, framed, origin, notes)


def corner_in(name: str) -> tuple[float, float]:
    """Return longitude and latitude of the south-west corner; raises `FileBroken` for a name that is no place."""
    found = _NAME.match(name)
    if found is None:
        raise FileBroken(_BAD_NAME)
    latitude, longitude = float(found[2]), float(found[4])
    if latitude > 90 or longitude > 180:
        raise FileBroken(_BAD_NAME)
    return longitude * (-1 if found[3] in "Ww" else 1), latitude * (-1 if found[1] in "Ss" else 1)


def _side(path: Path) -> int:
    size = path.stat().st_size
    for side in _SIDES:
        if size == 2 * side * side:
            return side
    raise FileBroken(_BAD_SIZE.with_values(sides=" / ".join(map(str, _SIDES)), found=size))
