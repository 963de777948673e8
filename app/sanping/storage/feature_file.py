"""Reads features of a GeoPackage of our own by place and value: a page at a time, with the tree of its boxes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import apsw
import numpy as np
import orjson
import shapely

from sanping.domain.errors import FileBroken, InputError
from sanping.domain.text import Text
from sanping.ports.shared_models import Bounds, Feature, FeaturePage, FeatureQuery

_BROKEN = Text(
    "要素文件损坏：{reason}；它会重新生成", "The file of features is damaged: {reason}; it will be made anew"
)
_NO_FIELD = Text("没有属性“{name}”；可用：{known}", "There is no property {name}; there are: {known}")
_ENVELOPES = (0, 32, 48, 48, 64)
_JSON = {"INTEGER": "integer", "REAL": "number", "BOOLEAN": "boolean"}
_TRUE = frozenset({"true", "1"})


class FeatureFile:
    """A GeoPackage in longitude and latitude that `formats.outgoing.tables` wrote; any thread may ask."""

    def __init__(self, path: Path) -> None:
        try:
            self._db: Any = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            self._columns = self._tables()
        except apsw.Error as error:
            raise FileBroken(_BROKEN.with_values(reason=str(error)), path=str(path)) from error

        self._one_by_one = Lock()

    def close(self) -> None:
        """Release the file."""
        with self._one_by_one:
            self._db.close()

    def fields(self, layer: str) -> Mapping[str, str]:
        """Return the properties of a layer and their JSON types; empty for one that is not there."""
        columns = self._columns.get(layer, {})
        return {name: _JSON.get(kind.partition("(")[0], "string") for name, kind in columns.items()}

    def page(self, layer: str, query: FeatureQuery) -> FeaturePage:
        """Return some features, in the order of the file. Raises `InputError` for a property that the layer lacks."""
        columns = self._columns.get(layer)
        if columns is None:
            return FeaturePage(features=(), matched=0)
        conditions, values = self._conditions(columns, query.where)
        with self._one_by_one:
            return self._page(layer, query, conditions, values)

    def _page(self, layer: str, query: FeatureQuery, conditions: Sequence[str], values: Sequence[Any]) -> FeaturePage:
        if query.bounds is not None:
            rows = self._within(layer, query.bounds, conditions, values)
            some = rows[query.offset : query.offset + query.limit]
            return FeaturePage(features=self._features(layer, some), matched=len(rows))
        where = f" where {' and '.join(conditions)}" if conditions else ""
        total = self._db.execute(f"select count(*) from {_quoted(layer)}{where}", values).fetchone()
        found = self._db.execute(
            f"select fid from {_quoted(layer)}{where} order by fid limit ? offset ?",
            [*values, query.limit, query.offset],
        ).fetchall()
        matched = 0 if total is None else int(total[0])
        return FeaturePage(features=self._features(layer, [row[0] for row in found]), matched=matched)

    def feature(self, layer: str, id: str) -> Feature | None:
        """Return one feature by its id, the first of several; None when there is none."""
        if layer not in self._columns:
            return None
        with self._one_by_one:
            where = f"select fid from {_quoted(layer)} where id = ? order by fid limit 1"
            found = self._db.execute(where, [id]).fetchall()
            return self._features(layer, [found[0][0]])[0] if found else None

    def _tables(self) -> dict[str, dict[str, str]]:
        """Tables with their columns and types, without key and geometry."""
        tables = [row[0] for row in self._db.execute("select table_name from gpkg_contents where data_type='features'")]
        found = {}
        for table in tables:
            rows = self._db.execute(f"pragma table_info({_quoted(table)})").fetchall()
            found[table] = {row[1]: str(row[2]).upper() for row in rows if row[1] not in ("fid", "geom")}
        return found

    def _conditions(self, columns: Mapping[str, str], where: Mapping[str, str]) -> tuple[list[str], list[Any]]:
        conditions: list[str] = []
        values: list[Any] = []
        for name, value in where.items():
            if name not in columns:
                raise InputError(_NO_FIELD.with_values(name=name[:60], known=", ".join(columns)))
            conditions.append(f"{_quoted(name)} = ?")
            values.append(int(value.lower() in _TRUE) if columns[name] == "BOOLEAN" else value)
        return conditions, values

    def _within(self, layer: str, bounds: Bounds, conditions: Sequence[str], values: Sequence[Any]) -> list[int]:
        """Return the rows whose shape touches a box: its own box decides, and where that reaches out, the shape."""
        west, south, east, north = bounds
        extra = "".join(f" and {condition}" for condition in conditions)
        found = self._db.execute(
            f"select t.fid, t.geom, r.minx >= ? and r.maxx <= ? and r.miny >= ? and r.maxy <= ? "
            f"from {_quoted(f'rtree_{layer}_geom')} r join {_quoted(layer)} t on t.fid = r.id "
            f"where r.maxx >= ? and r.minx <= ? and r.maxy >= ? and r.miny <= ?{extra} order by t.fid",
            [west, east, south, north, west, east, south, north, *values],
        ).fetchall()
        doubtful = [_wkb(row[1]) for row in found if not row[2]]
        touches = iter(
            shapely.intersects(shapely.from_wkb(doubtful), shapely.box(*bounds)).tolist() if doubtful else ()
        )
        return [int(row[0]) for row in found if row[2] or next(touches)]

    def _features(self, layer: str, rows: Sequence[int]) -> list[Feature]:
        """Return features by row number, in that order."""
        columns = self._columns[layer]
        names = ", ".join(_quoted(name) for name in columns)
        marks = ", ".join("?" * len(rows))
        answer = self._db.execute(
            f"select fid, geom, {names} from {_quoted(layer)} where fid in ({marks}) order by fid", list(rows)
        ).fetchall()
        return [self._feature(dict(zip(columns, row[2:], strict=True)), columns, row[1]) for row in answer]

    def _feature(self, values: dict[str, Any], columns: Mapping[str, str], blob: bytes | None) -> Feature:
        properties = {
            name: bool(value) if columns[name] == "BOOLEAN" else value
            for name, value in values.items()
            if value is not None
        }
        return Feature(id=str(values.get("id", "")), geometry=_geojson(blob), properties=properties)


def geojson_of(shape: shapely.Geometry) -> Mapping[str, object] | None:
    """Return a shape in degrees as GeoJSON, to a millimetre; None for an empty one."""
    if shape is None or shape.is_empty:
        return None
    fine = shapely.transform(shape, _rounded, include_z=bool(shape.has_z))
    found: Mapping[str, object] = orjson.loads(shapely.to_geojson(fine))
    return found


def _geojson(blob: bytes | None) -> Mapping[str, object] | None:
    return None if blob is None else geojson_of(shapely.from_wkb(_wkb(blob)))


def _wkb(blob: bytes) -> bytes:
    """Return the WKB of a GeoPackage geometry: behind its head and its box."""
    return blob[8 + _ENVELOPES[(blob[3] >> 1) & 7] :]


def _rounded(points: Any) -> Any:
    points = np.array(points, np.float64)
    points[:, :2] = np.round(points[:, :2], 8)
    points[:, 2:] = np.round(points[:, 2:], 3)
    return points


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
