"""GeoJSON in the twin's CRS, and GeoTIFF: written so that the same input gives the same bytes."""

import json
from collections.abc import Iterable
from pathlib import Path

import rasterio
from cim_models.suhe.make.cityjson import ATTRIBUTION
from cim_models.suhe.make.frame import CRS
from cim_models.suhe.make.ground import Ground
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

Feature = tuple[str, BaseGeometry, dict[str, object]]


def _position(point: tuple[float, ...], digits: int) -> list[float]:
    return [round(float(value), digits) for value in point]


def _rings(shape: Polygon, digits: int) -> list[list[list[float]]]:
    ringed = orient(shape)
    return [[_position(p, digits) for p in ring.coords] for ring in (ringed.exterior, *ringed.interiors)]


def _geometry(shape: BaseGeometry, digits: int) -> dict[str, object]:
    match shape:
        case Point():
            return {"type": "Point", "coordinates": _position(shape.coords[0], digits)}
        case LineString():
            return {"type": "LineString", "coordinates": [_position(p, digits) for p in shape.coords]}
        case Polygon():
            return {"type": "Polygon", "coordinates": _rings(shape, digits)}
        case MultiPolygon():
            return {"type": "MultiPolygon", "coordinates": [_rings(part, digits) for part in shape.geoms]}
    raise ValueError(f"cannot write a {shape.geom_type}")


def write_geojson(path: Path, title: str, features: Iterable[Feature], digits: int = 2) -> None:
    """Write a feature collection in EPSG:4549 (named by a `crs` member), one feature a line."""
    head = {
        "type": "FeatureCollection",
        "name": title,
        "synthetic": True,
        "attribution": ATTRIBUTION,
        "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{CRS.removeprefix('EPSG:')}"}},
    }
    lines = [
        json.dumps(
            {"type": "Feature", "id": name, "properties": row, "geometry": _geometry(shape, digits)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for name, shape, row in features
    ]
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    path.write_text(opening + ',"features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def write_geotiff(path: Path, ground: Ground) -> None:
    """Write the height grid as a deflated, tiled GeoTIFF."""
    rows, columns = ground.heights_m.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=columns,
        height=rows,
        count=1,
        dtype="float32",
        crs=CRS,
        transform=ground.transform,
        nodata=-9999.0,
        compress="deflate",
        zlevel=9,
        predictor=2,
        tiled=True,
        blockxsize=256,
        blockysize=256,
    ) as target:
        target.write(ground.heights_m, 1)
        target.update_tags(synthetic="true", title="苏州河地形（模拟数据）", vertical_datum="吴淞高程")
