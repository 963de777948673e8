"""Attributes of features in a glTF: the property tables of EXT_structural_metadata."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from sanping.domain.errors import InputError
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_container import GltfDocument

MOST_ROWS = 1_000_000
_KINDS = {"INT8": "<i1", "UINT8": "<u1", "INT16": "<i2", "UINT16": "<u2", "INT32": "<i4", "UINT32": "<u4",
          "INT64": "<i8", "UINT64": "<u8", "FLOAT32": "<f4", "FLOAT64": "<f8"}  # fmt: skip
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}

Known = Mapping[str, object]


def feature_attributes(document: GltfDocument, accessors: AccessorReader) -> dict[int, dict[int, dict[str, object]]]:
    """Return the attributes of features by property table and row; a property that is broken is left out."""
    extensions = document.json.get("extensions")
    found = extensions.get("EXT_structural_metadata") if isinstance(extensions, dict) else None
    schema = found.get("schema") if isinstance(found, dict) else None
    tables = found.get("propertyTables") if isinstance(found, dict) else None
    if not isinstance(schema, dict) or not isinstance(tables, list):
        return {}
    result: dict[int, dict[int, dict[str, object]]] = {}
    for number, table in enumerate(tables):
        count = table.get("count") if isinstance(table, dict) else None
        if isinstance(count, int) and 0 < count <= MOST_ROWS:
            result[number] = _rows(table, schema, count, accessors)
    return result


def _rows(
    table: dict[str, Any], schema: dict[str, Any], count: int, accessors: AccessorReader
) -> dict[int, dict[str, object]]:
    classes, enums = _mapping(schema.get("classes")), _mapping(schema.get("enums"))
    declared = _mapping(_mapping(classes.get(str(table.get("class")))).get("properties"))
    rows: dict[int, dict[str, object]] = {number: {} for number in range(count)}
    for name, place in _mapping(table.get("properties")).items():
        kind = _mapping(declared.get(name))
        try:
            values = _values(_mapping(place), kind, count, accessors)
        except (InputError, ValueError, IndexError, OverflowError):
            continue
        if kind.get("type") == "ENUM":
            values = _named(values, _mapping(enums.get(str(kind.get("enumType")))))
        for number, value in enumerate(values):
            rows[number][str(name)] = value
    return rows


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _values(place: dict[str, Any], kind: dict[str, Any], count: int, accessors: AccessorReader) -> list[Any]:
    """Return the values of one property; arrays of changing length are not for attributes."""
    data = accessors.view(place.get("values"))
    word = kind.get("type")
    if kind.get("array"):
        raise ValueError(word)
    if word == "STRING":
        offsets = _offsets(place, count, accessors)
        return [data[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    if word == "BOOLEAN":
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[:count]
        return list(bits.astype(bool).tolist()) if len(bits) == count else []
    width = 1 if word == "ENUM" else _WIDTHS.get(str(word), 0)
    dtype = np.dtype(_KINDS.get(str(kind.get("componentType", "UINT16" if word == "ENUM" else "")), "<f4"))
    values = np.frombuffer(data, dtype, count * width).reshape(count, width) if width else np.zeros((0, 1))
    return list((values[:, 0] if width == 1 else values).tolist())


def _offsets(place: dict[str, Any], count: int, accessors: AccessorReader) -> list[int]:
    dtype = np.dtype(_KINDS.get(str(place.get("stringOffsetType", "UINT32")), "<u4"))
    return list(np.frombuffer(accessors.view(place.get("stringOffsets")), dtype, count + 1).tolist())


def _named(values: list[Any], enum: dict[str, Any]) -> list[Any]:
    listed = enum.get("values")
    names = {one.get("value"): one.get("name") for one in listed if isinstance(one, dict)} if listed else {}
    return [names.get(value, value) for value in values]
