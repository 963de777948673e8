"""What is written: layers of a twin, whole or in part, with the triangles of the objects that were chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanping.analysis.lightening import Lightening
from sanping.commands.object_facts import name_of
from sanping.domain.city import Attributes
from sanping.domain.errors import InputError
from sanping.domain.geo import UInt8Array, UInt16Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.texture import TileSkin
from sanping.domain.tile import Tile, TileMesh, TileSet

ExportFormat = Literal["cityjson", "3dtiles", "glb", "gpkg", "geoparquet"]
FORMATS: dict[ExportFormat, Text] = {
    "cityjson": Text("CityJSON 2.0（三维城市模型）", "CityJSON 2.0 (3D city model)"),
    "3dtiles": Text("3D Tiles 1.1（三维瓦片，文件夹）", "3D Tiles 1.1 (a folder)"),
    "glb": Text("GLB（三维网格）", "GLB (3D mesh)"),
    "gpkg": Text("GeoPackage（平面轮廓与属性）", "GeoPackage (outlines and attributes)"),
    "geoparquet": Text("GeoParquet（平面轮廓与属性）", "GeoParquet (outlines and attributes)"),
}
SUFFIXES: dict[ExportFormat, str] = {
    "cityjson": ".city.json",
    "3dtiles": "",
    "glb": ".glb",
    "gpkg": ".gpkg",
    "geoparquet": ".parquet",
}
WRITING = Text("写出 {title}", "Writing {title}")
NO_TERRAIN = Text("地形不在这种格式中输出", "terrain, which this format does not take")
FLAT = Text("平面图层不在三维格式中输出", "flat layers, which a 3D format does not take")
_NO_FORMAT = Text(
    "从文件名 {name} 看不出格式；请指定：{known}",
    "The name {name} does not tell the format; name one: {known}",
)
_NOTHING = Text(
    "没有可导出的对象：所选范围里没有这种格式能写的内容。请另选范围或格式",
    "There is nothing to export: what was chosen holds nothing that this format takes. Choose something else",
)

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]
AS_IT_IS = Lightening()


def format_of(path: Path) -> ExportFormat:
    """Return the format that a file's name tells. Raises `InputError`."""
    name = path.name.lower()
    for format, suffix in SUFFIXES.items():
        if suffix and name.endswith(suffix):
            return format
    if name.endswith((".json", ".cityjson")):
        return "cityjson"
    raise InputError(_NO_FORMAT.with_values(name=path.name, known=", ".join(FORMATS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutLayer:
    """One layer to write; `chosen` (n,) says which of its n objects, None for all."""

    name: str
    title: Text
    role: str
    content: TileSet | Terrain | VectorLayer
    chosen: BoolArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """How to write: `crs` is that of the file, empty for the twin's own; 3D Tiles are always earth-centred (EPSG:4978).

    `is_quantised` stores positions in 16 bits (GLB and 3D Tiles), which halves them and moves points by up to 1/65 535
    of a tile's side. `height_offset_m` is added to heights in 3D Tiles, which are above the ellipsoid: give the geoid's
    height of the place where the viewer has a terrain of its own. `lightening` says how much lighter solids are made.
    """

    format: ExportFormat
    crs: str = ""
    title: str = ""
    attribution: str = ""
    vertical_datum: str = ""
    is_quantised: bool = False
    height_offset_m: float = 0.0
    lightening: Lightening = AS_IT_IS


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePart:
    """The chosen objects of one tile: `rows` of its table, and their triangles, numbered by place in `rows`.

    `skin` are the pictures on the points of `near`.
    """

    tile: Tile
    rows: IntArray
    near: TileMesh
    surface: UInt8Array
    far: TileMesh | None
    skin: TileSkin | None = None

    @property
    def ids(self) -> list[str]:
        """Ids of the rows."""
        return [self.tile.features.ids[row] for row in self.rows.tolist()]

    @property
    def attributes(self) -> list[Attributes]:
        """Attributes of the rows."""
        known = self.tile.features.attributes
        return list(known) if len(self.rows) == len(known) else [known[row] for row in self.rows.tolist()]

    @property
    def classes(self) -> list[str]:
        """Class words of the rows."""
        return [self.tile.features.class_of(row) for row in self.rows.tolist()]


def parts_of(content: TileSet, chosen: BoolArray | None) -> Iterator[TilePart]:
    """Yield the tiles that hold chosen objects."""
    for tile in content.tiles:
        count = len(tile.features)
        if chosen is None:
            rows, surface = np.arange(count), tile.triangle_surface
            yield TilePart(tile=tile, rows=rows, near=tile.near, surface=surface, far=tile.far, skin=tile.skin)
            continue
        is_kept = chosen[tile.first_feature : tile.first_feature + count]
        if is_kept.any():
            yield _cut(tile, is_kept)


def count_of(layer: OutLayer) -> int:
    """Return how many objects of a layer are written; 0 for a terrain."""
    if isinstance(layer.content, Terrain):
        return 0
    if layer.chosen is not None:
        return int(layer.chosen.sum())
    return layer.content.feature_count if isinstance(layer.content, TileSet) else len(layer.content.ids)


def with_parts(content: TileSet, chosen: BoolArray) -> BoolArray:
    """Return the chosen objects and all parts of them."""
    parent = np.concatenate([tile.features.parent for tile in content.tiles])
    found = chosen.copy()
    while True:
        more = found | ((parent >= 0) & found[np.maximum(parent, 0)])
        if (more == found).all():
            return found
        found = more


def names_of(attributes: Sequence[Attributes]) -> tuple[list[str | None], list[str | None]]:
    """Return the Chinese and the English name of each object, None for one without."""
    names = [name_of(known) for known in attributes]
    return [name.zh if name else None for name in names], [name.en if name else None for name in names]


def nothing() -> InputError:
    """Return the error for an export of nothing."""
    return InputError(_NOTHING)


def _cut(tile: Tile, is_kept: BoolArray) -> TilePart:
    """Return the kept objects of a tile; merged far blocks belong to no single one and are left out."""
    mesh = tile.near
    rows = np.flatnonzero(is_kept)
    new_row = np.cumsum(is_kept) - 1
    is_drawn = is_kept[mesh.point_feature[mesh.triangles[:, 0]]] if len(mesh.triangles) else np.zeros(0, bool)
    triangles = mesh.triangles[is_drawn]
    points, corners = np.unique(triangles, return_inverse=True)
    feature: UInt16Array = new_row[mesh.point_feature[points]].astype(np.uint16)
    near = TileMesh(
        points=mesh.points[points], triangles=corners.reshape(-1, 3).astype(np.int32), point_feature=feature
    )
    skin = tile.skin and tile.skin.taken(points)
    return TilePart(tile=tile, rows=rows, near=near, surface=tile.triangle_surface[is_drawn], far=None, skin=skin)
