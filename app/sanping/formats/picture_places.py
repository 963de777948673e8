"""Where a picture lies: the six numbers of a world file, of a GeoTIFF, or written elsewhere, or a projection."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import MemoryFile

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.pictures import beside

LONGEST_WORLD_FILE = 4096
_FARTHEST = 1e9
"""No CRS of the earth has coordinates beyond this."""
_LOCAL_KINDS = ("LOCAL_CS", "ENGCRS", "ENGINEERINGCRS")
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

PLACE_BROKEN = Text(
    "按地理坐标贴的纹理图片，其位置无效（世界文件，或 referencePoint 与 orientation；对象按自身颜色显示）",
    "picture laid by geographic place whose place is not valid: its world file, or referencePoint and orientation "
    "(shown in the colour of the object)",
)
PROJECTION_BROKEN = Text(
    "按投影矩阵贴的纹理图片，其 worldToTexture 缺失或不是十二个数（面按对象自身颜色显示）",
    "picture laid by a projection matrix whose worldToTexture is missing or is not twelve numbers (shown in the colour "
    "of the object)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePlace:
    """An even grid of pixels on the ground, in the units of `crs`, east first; "" for the CRS of the model.

    `steps` (2, 2): its first column is the way of one pixel to the right, its second that of one down.
    `first` (2,) is the centre of the upper left pixel.
    """

    steps: Float64Array
    first: Float64Array
    crs: str = ""

    def uv(self, points: Float64Array, size: tuple[int, int]) -> Float64Array:
        """Return where points (n, 2) or (n, 3) lie on a picture of `size` (columns, rows), seen from above.

        Right and down from the corner of the picture, 1 at its far edges.
        """
        pixels = np.linalg.solve(self.steps, (points[:, :2] - self.first).T).T
        return np.asarray((pixels + 0.5) / np.array(size, dtype=np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A way of points in space onto a picture: `matrix` (3, 4), from `crs`, east first; "" for the CRS of the model.

    As `worldToTexture` of CityGML (OGC 12-019, 9.4): matrix · (x, y, z, 1) is (s·q, t·q, q), s right and t up from the
    lower left corner of the picture, 1 at its far edges.
    """

    matrix: Float64Array
    crs: str = ""

    def uv(self, points: Float64Array, _size: tuple[int, int]) -> Float64Array:
        """Return where points (n, 3) lie: right and down from the upper left corner; NaN behind the projection."""
        right, up, depth = self.matrix @ np.column_stack((points, np.ones(len(points)))).T
        flip = -1.0 if np.nanmedian(depth) < 0.0 else 1.0
        right, up, depth = flip * right, flip * up, flip * depth
        with np.errstate(divide="ignore", invalid="ignore"):
            uv = np.column_stack((right / depth, 1.0 - up / depth))
        uv[~(depth > 0.0)] = np.nan
        return uv


def projection_from(words: Sequence[str], crs: str = "", *, is_swapped: bool) -> Projection:
    """Return the projection of twelve numbers, row by row; `is_swapped` when they count on north before east.

    Raises `FileBroken` for numbers that are missing or not finite.
    """
    try:
        matrix = np.array([float(word) for word in words], dtype=np.float64)
    except ValueError as error:
        raise FileBroken(PROJECTION_BROKEN) from error
    if len(matrix) != 12 or not np.isfinite(matrix).all():
        raise FileBroken(PROJECTION_BROKEN)
    matrix = matrix.reshape(3, 4)
    return Projection(matrix=matrix[:, [1, 0, 2, 3]] if is_swapped else matrix, crs=crs)


def place_from(matrix: Sequence[float], point: Sequence[float], crs: str = "") -> PicturePlace:
    """Return the place of a picture by its 2 × 2 matrix, row by row, and the centre of its first pixel.

    Raises `FileBroken` for numbers that are missing, not finite, beyond the earth, or put the picture on a line.
    """
    if len(matrix) != 4 or len(point) < 2 or not all(abs(number) <= _FARTHEST for number in (*matrix, *point[:2])):
        raise FileBroken(PLACE_BROKEN)
    steps = np.array(matrix, dtype=np.float64).reshape(2, 2)
    lengths = np.linalg.norm(steps, axis=0)
    if not abs(np.linalg.det(steps)) > 1e-9 * lengths[0] * lengths[1] > 0.0:
        raise FileBroken(PLACE_BROKEN)
    return PicturePlace(steps=steps, first=np.array(point[:2], dtype=np.float64), crs=crs)


def world_file_names(picture: str) -> list[str]:
    """Return the names that the world file of a picture may have: for "a.png" a.pgw and a.wld, also in capitals."""
    place = Path(picture.replace("\\", "/"))
    kind = place.suffix.removeprefix(".").lower()
    if not kind:
        return []
    suffixes = (f".{kind[0]}{kind[-1]}w", ".wld")
    return [place.with_suffix(one).as_posix() for suffix in suffixes for one in (suffix, suffix.upper())]


def place_beside(model: Path, picture: str) -> PicturePlace | None:
    """Return the place that the world file of a picture names, None when there is no such file.

    Raises `FileBroken` for one that is damaged, too long, or outside the folder of the model.
    """
    for name in world_file_names(picture):
        try:
            text = beside(model, name, LONGEST_WORLD_FILE)
        except FileHostile as error:
            raise FileBroken(PLACE_BROKEN, path=str(model), place=name[:80]) from error
        except FileBroken:
            continue
        try:
            right_x, right_y, down_x, down_y, *first = (float(word) for word in text.split())
        except ValueError as error:
            raise FileBroken(PLACE_BROKEN, path=str(model), place=name[:80]) from error
        return place_from((right_x, down_x, right_y, down_y), first)
    return None


def place_within(picture: bytes) -> PicturePlace | None:
    """Return the place that a GeoTIFF names itself; None for other pictures, and for one that is no GeoTIFF."""
    if not picture.startswith(_TIFF):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with MemoryFile(picture) as file, file.open(driver="GTiff") as dataset:
                grid, crs = dataset.transform, dataset.crs.to_wkt() if dataset.crs else ""
    except RasterioError:
        return None
    if grid.is_identity:
        return None
    if crs.lstrip().upper().startswith(_LOCAL_KINDS):
        crs = ""  # a grid without a name: that of the model beside it
    first = grid.c + (grid.a + grid.b) / 2, grid.f + (grid.d + grid.e) / 2
    return place_from((grid.a, grid.b, grid.d, grid.e), first, crs)
