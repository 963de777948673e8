"""What a query found as files: a table for spreadsheets, and GeoJSON (RFC 7946) for maps."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from sanping.commands.object_facts import NAME_KEYS
from sanping.commands.object_query import Found, ObjectTable, QueryResult, cell_of, field_title
from sanping.commands.object_statistics import Statistic
from sanping.domain.crs import LOCAL, converter
from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.formats.case_report import defused
from sanping.formats.outgoing.layers import OutLayer, with_parts
from sanping.formats.outgoing.tables import rows_of

DEGREES = "EPSG:4326"
_HEAD = (Text("图层", "Layer"), Text("编号", "Id"), Text("名称", "Name"))
_GROUP, _COUNT = Text("分组", "Group"), Text("数量", "Count")
_NOT_PLACED = Text(
    "图层“{title}”用的是本地坐标，没有经纬度，不能写成 GeoJSON；请改为导出 CSV，或先给它指定坐标系",
    "The layer “{title}” has local coordinates and no degrees: it cannot become GeoJSON. Export CSV, or name its CRS",
)


def write_query_csv(path: Path, result: QueryResult, language: Language) -> int:
    """Write one row an object: layer, id, name, every field, and the middle; then the note on what was asked, if any.

    Returns how many objects. Raises `OSError`.
    """
    keys = fields_of(result)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        titles = [title.in_language(language) for title in (*_HEAD, *map(field_title, keys))]
        sheet.writerow([*map(defused, titles), "X", "Y", "Z"])
        for part in result.parts:
            for row in part.rows.tolist():
                sheet.writerow(_line(part.table, row, keys, language))
        _write_below(sheet, result.note, language)
    return result.count


def write_query_geojson(path: Path, result: QueryResult) -> int:
    """Write one feature an object in degrees (WGS 84), buildings as outlines; return how many.

    A note on what was asked stands in the collection as "note", in Chinese and English.
    Raises `InputError` for a layer without a place on the earth, `OSError`.
    """
    with path.open("wb") as file:
        note = b"" if result.note is None else b'"note":%b,' % orjson.dumps(_both(result.note))
        file.write(b'{"type":"FeatureCollection",%b"features":[\n' % note)
        written = 0
        for part in result.parts:
            for feature in _features(part):
                file.write(b",\n" if written else b"")
                file.write(orjson.dumps(feature, default=str, option=orjson.OPT_NON_STR_KEYS))
                written += 1
        file.write(b"\n]}\n")
    return written


def write_statistic_csv(path: Path, statistic: Statistic, language: Language) -> int:
    """Write one row a group, with the objects it holds and what they add up to. Raises `OSError`."""
    unit = statistic.unit.in_language(language)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        what = defused(statistic.title.in_language(language))
        sheet.writerow(
            [_GROUP.in_language(language), _COUNT.in_language(language), f"{what} ({unit})" if unit else what]
        )
        for group in statistic.groups:
            value = "" if np.isnan(group.value) else f"{group.value:.10g}"
            sheet.writerow([defused(group.title.in_language(language)), group.count, value])
        _write_below(sheet, statistic.method if statistic.method.zh else None, language)
        _write_below(sheet, statistic.note, language)
    return len(statistic.groups)


def _write_below(sheet: Any, words: Text | None, language: Language) -> None:
    """Write a sentence below a table, a free line between."""
    if words is not None:
        sheet.writerows([[], [defused(words.in_language(language))]])


def _both(words: Text) -> dict[str, str]:
    return {"zh": words.in_language("zh"), "en": words.in_language("en")}


def fields_of(result: QueryResult) -> tuple[str, ...]:
    """Return the fields of everything found but names, those of the first layer first."""
    keys = dict.fromkeys(key for part in result.parts for key in part.table.columns)
    return tuple(key for key in keys if key not in NAME_KEYS)


def _line(table: ObjectTable, row: int, keys: Sequence[str], language: Language) -> list[object]:
    name = table.name(row)
    cells = [cell_of(table, row, key) for key in keys]
    place, _ = table.place(row)
    return [
        defused(table.title.in_language(language)),
        defused(table.ids[row]),
        defused(name.in_language(language)) if name else "",
        *("" if cell is None else defused(cell) if isinstance(cell, str) else f"{cell:.10g}" for cell in cells),
        *(f"{value:.2f}" for value in place),
    ]


def _features(part: Found) -> Iterator[dict[str, Any]]:
    content = part.table.content
    if content.frame.crs == LOCAL:
        raise InputError(_NOT_PLACED.with_values(title=part.table.title))
    count = content.feature_count if isinstance(content, TileSet) else len(content.ids)
    chosen = np.zeros(count, np.bool_)
    chosen[part.numbers] = True
    whole = with_parts(content, chosen) if isinstance(content, TileSet) else chosen
    layer = OutLayer(name=part.table.layer, title=part.table.title, role=part.table.role, content=content, chosen=whole)
    rows = rows_of(layer)
    if rows is None:
        return
    convert = converter(content.frame.crs, DEGREES)
    shapes = _rounded(shapely.transform(rows.shapes, lambda points: _flat(convert, points), include_z=False))
    for number, id in enumerate(rows.ids):
        known: dict[str, object] = {"layer": part.table.layer, "class": rows.classes[number]}
        if rows.height_m[number] is not None:
            known |= {"base_m": rows.base_m[number], "height_m": rows.height_m[number]}
        shape = None if shapes[number].is_empty else shapely.geometry.mapping(shapes[number])
        yield {"type": "Feature", "id": id, "geometry": shape, "properties": {**rows.attributes[number], **known}}


def _flat(convert: Any, points: Float64Array) -> Float64Array:
    found: Float64Array = convert(points) if len(points) else points
    return found


def _rounded(shapes: Any) -> Any:
    """Return shapes in degrees to a centimetre, rings turning as the standard wants."""
    return shapely.orient_polygons(shapely.transform(shapes, lambda points: np.round(points, 7)))
