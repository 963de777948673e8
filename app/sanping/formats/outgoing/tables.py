"""Layers as flat tables with outlines: GeoPackage (a table a layer) and GeoParquet (one table, with its layer named).

A building's outline lies at its lowest height; base and height above it are columns in metres, attributes too.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from sanping.analysis.outlines import outlines_of
from sanping.domain.city import Attributes
from sanping.domain.crs import converter
from sanping.domain.errors import StoreFailed
from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.formats.outgoing.columns import Column, Kind, as_text, columns_of
from sanping.formats.outgoing.layers import WRITING, ExportWish, OutLayer, names_of, nothing, parts_of
from sanping.ports.progress import Progress

GEOMETRY = "geom"
_FIXED = ("id", "class", "parent", "base_m", "height_m", "name_zh", "name_en")
_RESERVED = (*_FIXED, "layer", "fid", "ogc_fid", "rowid", GEOMETRY, "geometry")
_TYPES: dict[Kind, pa.DataType] = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
}
_REFUSED = Text(
    "文件无法写入：{reason}。请检查磁盘空间和权限，然后重试",
    "The file cannot be written: {reason}. Check disk space and permissions, then try again",
)

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Objects of a layer as rows: shapes in the layer's own CRS, and what is known of each."""

    title: str
    crs: str
    shapes: Shapes
    ids: list[str]
    classes: list[str]
    parents: list[str | None]
    base_m: list[float | None]
    height_m: list[float | None]
    attributes: list[Attributes]


def write_gpkg(path: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> int:
    """Write a table a layer in the CRS `wish.crs`; return how many rows there are.

    Terrain is passed over. Raises `InputError` when nothing is left, `Cancelled`, `StoreFailed`.
    """
    import pyogrio  # noqa: PLC0415  it takes along half a second of other libraries, and no desk or hub waits for that

    written = 0
    for layer, rows in _tables(layers, progress):
        table = table_of(rows, columns_of(rows.attributes, _RESERVED), wish.crs)
        kinds = set(shapely.get_type_id(rows.shapes).tolist())
        try:
            pyogrio.write_arrow(
                table.rename_columns([GEOMETRY if name == "geometry" else name for name in table.column_names]),
                path,
                layer=layer.name,
                driver="GPKG",
                geometry_name=GEOMETRY,
                geometry_type=_geometry_type(rows.shapes, kinds),
                crs=wish.crs,
                append=written > 0,
                layer_options={"DESCRIPTION": rows.title},
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise StoreFailed(_REFUSED.with_values(reason=str(error)), path=str(path)) from error
        written += len(rows.ids)
    if not written:
        raise nothing()
    return written


def write_geoparquet(path: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> int:
    """Write one table, GeoParquet 1.1, in the CRS `wish.crs`; return how many rows there are.

    Terrain is passed over. Raises `InputError` when nothing is left, `Cancelled`, `OSError`.
    """
    found = list(_tables(layers, progress))
    if not found:
        raise nothing()
    columns = columns_of((known for _, rows in found for known in rows.attributes), _RESERVED)
    tables = []
    for layer, rows in found:
        table = table_of(rows, columns, wish.crs)
        tables.append(table.add_column(0, "layer", pa.array([layer.name] * len(table), pa.string())))
    whole = pa.concat_tables(tables)
    shapes = shapely.from_wkb(whole["geometry"].to_numpy(zero_copy_only=False))
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": sorted({_words(shape) for shape in shapes}),
                "crs": CRS.from_user_input(wish.crs).to_json_dict(),
                "bbox": [round(value, 9) for value in shapely.total_bounds(shapes).tolist()],
            }
        },
    }
    schema = whole.schema.with_metadata({b"geo": json.dumps(geo).encode(), b"sanping.title": wish.title.encode()})
    pq.write_table(whole.cast(schema), path, compression="zstd")
    return len(whole)


def table_of(rows: Rows, columns: Sequence[Column], crs: str) -> pa.Table:
    """Return rows as an Arrow table with the column `geometry` (WKB) in the CRS `crs`."""
    convert = converter(rows.crs, crs)
    shapes = shapely.transform(rows.shapes, _kept_flat(convert), include_z=bool(shapely.has_z(rows.shapes).any()))
    chinese, english = names_of(rows.attributes)
    found = {
        "id": pa.array(rows.ids, pa.string()),
        "class": pa.array(rows.classes, pa.string()),
        "parent": pa.array(rows.parents, pa.string()),
        "base_m": pa.array(rows.base_m, pa.float64()),
        "height_m": pa.array(rows.height_m, pa.float64()),
        "name_zh": pa.array(chinese, pa.string()),
        "name_en": pa.array(english, pa.string()),
    }
    for column in columns:
        values = column.values(rows.attributes)
        if column.kind == "text":
            values = [None if value is None else as_text(value).replace("\0", "") for value in values]
        found[column.name] = pa.array(values, _TYPES[column.kind])
    found["geometry"] = pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())
    return pa.table(found)


def rows_of(layer: OutLayer) -> Rows | None:
    """Return the chosen objects of a layer; None for a terrain, and for a layer of which nothing was chosen.

    An object without a face to the sky has no outline, and lies as an empty shape in the table.
    """
    if isinstance(layer.content, TileSet):
        return _solid_rows(layer, layer.content)
    if isinstance(layer.content, VectorLayer):
        return _flat_rows(layer, layer.content)
    return None


def _tables(layers: Sequence[OutLayer], progress: Progress) -> list[tuple[OutLayer, Rows]]:
    found = []
    for number, layer in enumerate(layers):
        progress.report(number / len(layers), WRITING.with_values(title=layer.title))
        rows = rows_of(layer)
        if rows is not None and rows.ids:
            found.append((layer, rows))
    return found


def _solid_rows(layer: OutLayer, tiles: TileSet) -> Rows:
    rows = Rows(
        title=layer.title.zh, crs=tiles.frame.crs, shapes=np.empty(0, object), ids=[], classes=[], parents=[],
        base_m=[], height_m=[], attributes=[],
    )  # fmt: skip
    shapes: list[Shapes] = []
    for part in parts_of(tiles, layer.chosen):
        table = part.tile.features
        outlines = outlines_of(part.tile, step_m=np.inf)
        base_m = table.base_m.astype(np.float64)
        flat = shapely.force_3d(_as_multi(outlines.shape), base_m[outlines.row])
        all_shapes = np.full(len(table), shapely.MultiPolygon(), dtype=object)
        all_shapes[outlines.row] = flat
        shapes.append(all_shapes[part.rows])
        rows.ids.extend(part.ids)
        rows.classes.extend(part.classes)
        parents = table.parent[part.rows].tolist()
        rows.parents.extend(tiles.id_of(parent) if parent >= 0 else None for parent in parents)
        rows.base_m.extend(np.round(base_m[part.rows], 3).tolist())
        rows.height_m.extend(np.round(table.height_m[part.rows].astype(np.float64), 3).tolist())
        rows.attributes.extend(part.attributes)
    return _with_shapes(rows, np.concatenate(shapes) if shapes else np.empty(0, object))


def _flat_rows(layer: OutLayer, content: VectorLayer) -> Rows:
    chosen = np.arange(len(content.ids)) if layer.chosen is None else np.flatnonzero(layer.chosen)
    numbers = chosen.tolist()
    known = [content.attributes[number] for number in numbers]
    nothing_known: list[float | None] = [None] * len(numbers)
    return Rows(
        title=layer.title.zh,
        crs=content.frame.crs,
        shapes=content.geometries[chosen],
        ids=[content.ids[number] for number in numbers],
        classes=[str(one.get("kind") or one.get("class") or layer.role) for one in known],
        parents=[None] * len(numbers),
        base_m=nothing_known,
        height_m=nothing_known,
        attributes=known,
    )


def _with_shapes(rows: Rows, shapes: Shapes) -> Rows:
    return Rows(**{**{name: getattr(rows, name) for name in Rows.__slots__}, "shapes": shapes})


def _as_multi(shapes: Shapes) -> Shapes:
    """Return polygons as multipolygons: a table has one kind of geometry."""
    found = np.empty(len(shapes), object)
    found[:] = [shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]) for shape in shapes]
    return found


def _kept_flat(convert: Callable[[Float64Array], Float64Array]) -> Callable[[Float64Array], Float64Array]:
    return lambda points: convert(points) if len(points) else points


def _words(shape: shapely.Geometry) -> str:
    return f"{shape.geom_type} Z" if shape.has_z else str(shape.geom_type)


def _geometry_type(shapes: Shapes, kinds: set[int]) -> str:
    """Return the kind of all shapes, "Unknown" for a mixture."""
    if len(kinds) != 1:
        return "Unknown"
    return f"{shapes[0].geom_type}{' Z' if shapely.has_z(shapes).any() else ''}"
