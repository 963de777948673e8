"""Reads components (部件) from a table (CSV, UTF-8 or GBK) or GeoJSON, as offices exchange them (CJ/T 214).

Columns or properties are those of CJ/T 214 (ObjID, ObjName, DeptName1…3, BGID, ObjState, LargeClass, SmallClass,
PointX, PointY, Shape as WKT) or their plain names (id, name, large, small, grid, lon, lat, state, competent, owner,
maintainer, device). `device` is the id of the station that reports from a component.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson

from sanping.domain.byte_text import is_utf8
from sanping.domain.city import Skipped
from sanping.domain.component import ComponentRecord, ThingClass, component_id, contradictions
from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.text import Text
from sanping.twin.cases.inventory import Component, Inventory

GEOGRAPHIC = "EPSG:4490"
_LARGEST_BYTES = 512 << 20
_EXAMPLES = 8
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("objid", "id", "部件编码", "部件标识码"),
    "name": ("objname", "name", "部件名称"),
    "large": ("largeclass", "large", "大类"),
    "small": ("smallclass", "small", "小类"),
    "grid": ("bgid", "grid", "所在网格", "单元网格"),
    "lon": ("pointx", "lon", "经度"),
    "lat": ("pointy", "lat", "纬度"),
    "state": ("objstate", "state", "状态"),
    "competent": ("deptname1", "competent", "主管部门"),
    "owner": ("deptname2", "owner", "权属单位"),
    "maintainer": ("deptname3", "maintainer", "养护单位"),
    "device": ("deviceid", "device", "station", "监测设备", "设备编码"),
    "shape": ("shape", "wkt"),
}
_POINT = re.compile(r"^\s*POINT\s*Z?\s*\(\s*([-\d.eE+]+)\s+([-\d.eE+]+)", re.IGNORECASE)

_CANNOT_READ = Text("部件表无法读取：{reason}", "The table of components cannot be read: {reason}")
_LACKS_ID = Text(
    "部件表没有部件编码这一列（ObjID、id 或 部件编码）；请补上表头",
    "The table of components has no column of ids (ObjID, id or 部件编码); add it to its header",
)
_NO_ROWS = Text("部件表没有数据行", "The table of components has no rows")
_NONE = Text("没有一个可用的部件：{reason}", "There is no usable component: {reason}")
_BAD_ID = Text(
    "部件编码无效；应为 16 位：6 位县级区划、2 位大类、2 位小类、6 位顺序号",
    "its id is invalid; it must have 16 digits: 6 county, 2 class, 2 subclass, 6 serial",
)
_TWICE = Text("部件编码重复", "the id occurs twice")
_NO_PLACE = Text("没有坐标，或坐标为 0", "it has no coordinates, or zeros")
_OUTSIDE = Text("坐标不是经纬度", "its coordinates are no longitude and latitude")
_UNKNOWN_CLASS = Text("分类表中没有这一部件类", "its class is not in the table of classes")
_OTHER_CLASS = Text("写明的大类或小类与编码不符", "the class as written differs from the id")
_OTHER_GRID = Text("所在网格与编码的县级区划不符", "its grid cell lies outside the county of the id")


def load_components(path: Path, classes: Mapping[str, ThingClass], crs: str) -> Inventory:
    """Return the components of a file in `crs`; rows that cannot be used are left out and counted by reason.

    `classes` are the component classes by code. Raises `FileBroken` when the file cannot be read or no row is usable.
    """
    bad: dict[Text, list[str]] = {}
    doubtful: dict[Text, list[str]] = {}
    kept: dict[str, tuple[ComponentRecord, str]] = {}
    for place, cells in _cells(path):
        record = _record(cells)
        try:
            found = component_id(record.id)
        except InputError:
            bad.setdefault(_BAD_ID, []).append(f"{place} ({record.id[:40]})")
            continue
        trouble = _trouble(record, kept)
        if trouble is not None:
            bad.setdefault(trouble, []).append(f"{place} ({record.id})")
            continue
        kept[str(found)] = (record, found.class_code)
        if contradictions(record, classes):
            for reason in _doubts(record, found.large, found.class_code, classes):
                doubtful.setdefault(reason, []).append(f"{place} ({record.id})")
    if not kept:
        raise FileBroken(_NONE.with_values(reason=next(iter(bad), _NO_ROWS)), path=str(path))
    titles = {code: classes[code].name for _, code in kept.values() if code in classes}
    return Inventory(components=_placed(kept, crs), titles=titles, skipped=_counted(bad), doubtful=_counted(doubtful))


def _trouble(record: ComponentRecord, kept: Mapping[str, object]) -> Text | None:
    lon, lat = record.lon_deg, record.lat_deg
    if record.id.strip() in kept:
        return _TWICE
    if not lon or not lat:
        return _NO_PLACE
    return None if -180 <= lon <= 180 and -90 <= lat <= 90 else _OUTSIDE


def _doubts(record: ComponentRecord, large: str, code: str, classes: Mapping[str, ThingClass]) -> Iterator[Text]:
    """Yield in what a record contradicts itself, in words that name no component."""
    if large not in classes or code not in classes:
        yield _UNKNOWN_CLASS
    bare = ComponentRecord(id=record.id, lon_deg=record.lon_deg, lat_deg=record.lat_deg)
    classed = replace(bare, large=record.large, small=record.small)
    least, more, most = (len(contradictions(part, classes)) for part in (bare, classed, record))
    if more > least:
        yield _OTHER_CLASS
    if most > more:
        yield _OTHER_GRID


def _placed(kept: Mapping[str, tuple[ComponentRecord, str]], crs: str) -> tuple[Component, ...]:
    degrees = np.array([(record.lon_deg, record.lat_deg) for record, _ in kept.values()], dtype=np.float64)
    places = np.asarray(converter(GEOGRAPHIC, crs)(degrees)).tolist()
    return tuple(
        Component(
            id=id,
            name=record.name,
            class_code=code,
            x_m=place[0],
            y_m=place[1],
            lon_deg=record.lon_deg or 0.0,
            lat_deg=record.lat_deg or 0.0,
            grid=record.grid,
            state=record.state,
            competent_dept=record.competent_dept,
            owner_dept=record.owner_dept,
            maintainer_dept=record.maintainer_dept,
            device=record.device,
        )
        for (id, (record, code)), place in zip(kept.items(), places, strict=True)
    )


def _counted(found: Mapping[Text, list[str]]) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(reason=reason, count=len(places), examples=tuple(places[:_EXAMPLES]))
        for reason, places in found.items()
    )


def _record(cells: Mapping[str, str]) -> ComponentRecord:
    lon, lat = _number(cells["lon"]), _number(cells["lat"])
    point = _POINT.match(cells["shape"])
    if point is not None and not (lon and lat):
        lon, lat = _number(point[1]), _number(point[2])
    return ComponentRecord(
        id=cells["id"],
        name=cells["name"],
        large=cells["large"],
        small=cells["small"],
        grid=cells["grid"],
        lon_deg=lon,
        lat_deg=lat,
        state=cells["state"],
        competent_dept=cells["competent"],
        owner_dept=cells["owner"],
        maintainer_dept=cells["maintainer"],
        device=cells["device"],
    )


def _number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


def _cells(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the place of each record and its cells by our names, "" where there is nothing."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 512 MiB"), path=str(path))
        content = path.read_bytes()
    except OSError as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
    yield from _features(path, content) if content.lstrip()[:1] == b"{" else _rows(path, content)


def _rows(path: Path, content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig" if is_utf8(content[:65_536], is_whole=False) else "gb18030")
    except UnicodeDecodeError as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
    rows = csv.reader(io.StringIO(text, newline=""))
    columns = _columns(next(rows, []), path)
    for row in rows:
        if row:
            yield (
                f"line {rows.line_num}",
                {
                    name: row[place].strip() if place is not None and place < len(row) else ""
                    for name, place in columns.items()
                },
            )


def _columns(head: list[str], path: Path) -> dict[str, int | None]:
    written = [name.strip().lower() for name in head]
    columns = {
        name: next((written.index(known) for known in names if known in written), None)
        for name, names in _NAMES.items()
    }
    if columns["id"] is None:
        raise FileBroken(_LACKS_ID, path=str(path), place="line 1")
    return columns


def _features(path: Path, content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        features = orjson.loads(content)["features"]
        for number, feature in enumerate(features, 1):
            written = {str(name).lower(): value for name, value in (feature.get("properties") or {}).items()}
            cells = {
                name: str(next((written[known] for known in names if written.get(known) not in (None, "")), ""))
                for name, names in _NAMES.items()
            }
            geometry = feature.get("geometry") or {}
            if geometry.get("type") == "Point" and not (cells["lon"] and cells["lat"]):
                cells["lon"], cells["lat"] = (str(number) for number in geometry["coordinates"][:2])
            cells["id"] = cells["id"] or str(feature.get("id") or "")
            yield f"feature {number}", cells
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=f"{type(error).__name__}: {error}"), path=str(path)) from error
