"""Points, lines and polygons with attributes: footprints become buildings, everything else a vector layer."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import shapely
import shapely.geometry

from sanping.domain.city import Attributes, CityModel, Origin
from sanping.domain.errors import FileBroken
from sanping.domain.ground import VectorLayer
from sanping.domain.lazy import ChosenRows
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.footprints import Footprints, attribute_column, model_of_footprints
from sanping.formats.footprints_heights import HeightColumns, height_columns, heights_of
from sanping.formats.footprints_rings import (
    BROKEN_COORDINATES,
    NO_GEOMETRY,
    Rings,
    ring_areas,
    rings_of_shapely,
)
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.garbage import no_garbage_collection
from sanping.formats.geojson import Features, is_geojson, read_features
from sanping.formats.geojson_text import rings_of
from sanping.formats.vector_sources import VectorTable, read_parquet, read_with_gdal
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_SOLID_ROLES = ("buildings", "bridges")
_CLASS_WORDS = {"buildings": "Building", "bridges": "Bridge"}
_LARGEST_BUILDING_M2 = 1_000_000.0
_METRES_PER_DEGREE = 111_000.0
_GEOPACKAGE = b"SQLite format 3\x00"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")

_READING = Text("正在读取矢量数据", "Reading vector data")
_RAISING = Text("正在拉伸建筑", "Raising the buildings")
_NO_SHP = Text(
    "这是 Shapefile 的附属文件；请打开同名的 .shp", "This is a part of a Shapefile; open the .shp file beside it"
)
_NO_SHX = Text(
    "缺少同名的 .shx 文件，Shapefile 不完整；请把 .shp、.shx、.dbf、.prj 放在一起",
    "The .shx file beside it is missing, so the Shapefile is incomplete; keep .shp, .shx, .dbf and .prj together",
)
_NON_FINITE = Text(
    "坐标无效，或不能换算到城市坐标系", "coordinates that are invalid or cannot be brought to the twin's CRS"
)
_NOT_BUILDINGS = re.compile(
    r"water|river|lake|green|park|grid|road|street|zone|zoning|boundar|district|landuse|country|countries|admin|"
    r"水|河|湖|绿|公园|路|街|网格|区划|边界|用地|行政",
    re.IGNORECASE,
)
_HEIGHT_HINTS = frozenset(
    ("height", "Height", "HEIGHT", "floors", "levels", "building", "building:levels", "层数", "高度", "楼高")
)
_NOT_BUILDING_KEYS = frozenset(("level_m", "width_m", "landuse", "natural", "waterway", "highway", "leisure"))


class VectorReader:
    """Reads GeoJSON, GeoPackage, Shapefile, FlatGeobuf and GeoParquet."""

    name = "vector"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is one of the vector formats, by content; Shapefile parts also by name."""
        suffix = path.suffix.lower()
        return (
            head.startswith((_SHAPEFILE, b"fgb\x03", b"PAR1"))
            or (head.startswith(_GEOPACKAGE) and (b"GPKG" in head[60:80] or b"gpkg_" in head or suffix == ".gpkg"))
            or (suffix in _SHAPEFILE_PARTS and path.with_suffix(".shp").is_file())
            or is_geojson(head)
        )

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel | VectorLayer:
        """Read buildings (role buildings or bridges, or small polygons when the role is open) or a vector layer.

        Settings: `encoding`, `layer`, `height_column`, `storeys_column`, `storey_height_m`, `base_column`,
        `above_ground_column`, `default_height_m`.
        """
        progress.report(0.0, _READING)
        settings = dict(options.settings)
        skips = SkipLog(str(path))
        with foreign_errors_as_ours(path):
            with path.open("rb") as file:
                head = file.read(4)
            if path.suffix.lower() in _SHAPEFILE_PARTS and head != _SHAPEFILE and head[:1] != b"{":
                raise FileBroken(_NO_SHP)
            encoding = str(settings.get("encoding", ""))
            if head == b"PAR1":
                return layer_or_model(read_parquet(path), options, skips, progress)
            if head == _SHAPEFILE and not any(path.with_suffix(part).is_file() for part in (".shx", ".SHX")):
                raise FileBroken(_NO_SHX)
            if head in (_SHAPEFILE, b"fgb\x03", _GEOPACKAGE[:4]):
                table = read_with_gdal(path.resolve(), str(settings.get("layer", "")), encoding)
                return layer_or_model(table, options, skips, progress)
            with no_garbage_collection():  # until the coordinate lists are gone: walking them costs more than parsing
                return _of_geojson(read_features(path, encoding, skips), options, skips, progress)


def _of_geojson(
    features: Features, options: ReadOptions, skips: SkipLog, progress: Progress
) -> CityModel | VectorLayer:
    table = VectorTable(
        format="GeoJSON", geometries=np.zeros(0, dtype=object), ids=features.ids, attributes=features.attributes,
        crs=features.crs, notes=features.notes,
    )  # fmt: skip
    if _may_be_buildings(table, options, Path(skips.path).stem):
        own = _copied(skips)
        rings = rings_of(features.geometries, features.ids, own)
        model = _raised(table, rings, options, own, progress)
        if model is not None:
            return model
    geometries = geometries_of_geojson(features.geometries, features.ids, skips)
    return _layer(replace(table, geometries=geometries), options, skips)


def layer_or_model(
    table: VectorTable, options: ReadOptions, skips: SkipLog, progress: Progress
) -> CityModel | VectorLayer:
    """Return features as blocks where they are footprints, else as a flat layer."""
    if _may_be_buildings(table, options, Path(skips.path).stem):
        own = _copied(skips)
        model = _raised(table, rings_of_shapely(table.geometries, table.ids, own), options, own, progress)
        if model is not None:
            return model
    return _layer(table, options, skips)


def _copied(skips: SkipLog) -> SkipLog:
    """Return a log with the same entries, so that a wrong guess leaves no trace."""
    own = SkipLog(skips.path)
    for skipped in skips.skipped:
        for example in skipped.examples:
            own.add(skipped.reason, example, 0)
        own.add(skipped.reason, skipped.examples[0], skipped.count)
    return own


def _may_be_buildings(table: VectorTable, options: ReadOptions, name: str) -> bool:
    """Say whether the role, or for an open role the names of file and attributes, leave footprints possible."""
    if options.role:
        return options.role in _SOLID_ROLES
    names = set(_names(table.attributes))
    return bool(_HEIGHT_HINTS & names) or not (_NOT_BUILDINGS.search(name) or _NOT_BUILDING_KEYS & names)


def _raised(
    table: VectorTable, rings: Rings, options: ReadOptions, skips: SkipLog, progress: Progress
) -> CityModel | None:
    """Return the footprints as blocks, or None when these are no footprints after all."""
    settings = dict(options.settings)
    columns = height_columns(_names(table.attributes), settings)
    if not _are_buildings(table, rings, columns, options):
        return None
    progress.report(0.4, _RAISING)
    found = Footprints(
        rings=rings,
        ids=table.ids,
        attributes=table.attributes,
        class_word=_CLASS_WORDS[options.role or "buildings"],
        heights=heights_of(columns, attribute_column(table.attributes), len(table.ids), settings),
        declared_crs=table.crs,
    )
    return model_of_footprints(found, options, Origin(format=table.format, notes=table.notes), skips)


def _names(attributes: Sequence[Attributes]) -> list[str]:
    """Return the attribute names of a sample of features, in order of appearance."""
    step = max(1, len(attributes) // 200)
    return list(dict.fromkeys(chain.from_iterable(attributes[::step])))


def _are_buildings(table: VectorTable, rings: Rings, columns: HeightColumns, options: ReadOptions) -> bool:
    """Say whether features of an open role are footprints: mostly polygons, with heights or of a building's size."""
    if options.role:
        return True
    lost = int(shapely.is_missing(table.geometries).sum())
    if len(rings.row) == 0 or len(np.unique(rings.row)) < (len(table.ids) - lost) / 2:
        return False
    if columns.height or columns.storeys:
        return True
    areas = np.abs(ring_areas(rings))
    is_degrees = bool(np.nanmax(np.abs(rings.points), initial=0.0) <= 360.0) and "LOCAL" not in (options.crs, table.crs)
    return bool(np.nanmedian(areas) * (_METRES_PER_DEGREE**2 if is_degrees else 1.0) < _LARGEST_BUILDING_M2)


def geometries_of_geojson(geometries: Sequence[object], ids: Sequence[str], skips: SkipLog) -> npt.NDArray[np.object_]:
    """Return shapely geometries; None for those that are missing or broken, counted in `skips`."""
    texts = [orjson.dumps(geometry).decode() for geometry in geometries]
    result: npt.NDArray[np.object_] = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    for row in np.flatnonzero(shapely.is_missing(result)).tolist():
        if geometries[row] is None:
            skips.add(NO_GEOMETRY, ids[row])
            continue
        try:
            result[row] = shapely.geometry.shape(geometries[row])  # forgives open rings
        except Exception:  # the library raises whatever a wrong nesting leads to
            skips.add(BROKEN_COORDINATES, ids[row])
    return result


def _layer(table: VectorTable, options: ReadOptions, skips: SkipLog) -> VectorLayer:
    """Bring geometries into the frame and leave out what is missing, empty or not finite."""
    geometries, ids = table.geometries, table.ids
    is_missing = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    for row in np.flatnonzero(is_missing).tolist():
        if not skips.names(ids[row]):
            skips.add(NO_GEOMETRY, ids[row])
    kept = np.flatnonzero(~is_missing)
    if len(kept) == 0:
        raise skips.refusal()
    present = geometries[kept]
    framed = framing(table.crs, shapely.get_coordinates(present), options)
    coordinates, owner = shapely.get_coordinates(present, return_index=True)
    is_good = np.ones(len(present), dtype=bool)
    is_good[owner[~np.isfinite(framed.convert(coordinates)).all(axis=1)]] = False
    for row in kept[~is_good].tolist():
        skips.add(_NON_FINITE, ids[row])
    kept, present = kept[is_good], present[is_good]
    if len(kept) == 0:
        raise skips.refusal()
    placed, has_z = present.copy(), shapely.has_z(present)
    for rows, include_z in ((np.flatnonzero(has_z), True), (np.flatnonzero(~has_z), False)):
        if len(rows):
            placed[rows] = shapely.transform(present[rows], framed.convert, include_z=include_z)
    is_whole = len(kept) == len(ids)
    notes = (*table.notes, *framed.notes)
    return VectorLayer(
        frame=framed.frame,
        origin=Origin(format=table.format, source_crs=framed.source_crs, skipped=skips.skipped, notes=notes),
        ids=ids if is_whole else [ids[row] for row in kept.tolist()],
        geometries=placed,
        attributes=table.attributes if is_whole else ChosenRows(table.attributes, kept),
    )
