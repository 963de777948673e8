"""Meshes and attributes of I3S nodes: binary layouts as the layer declares them, or Draco."""

import re
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.draco_data import unpacked_draco

MOST_VERTICES = 20_000_000
_KINDS = {"Float32": "<f4", "Float64": "<f8", "UInt8": "<u1", "UInt16": "<u2", "UInt32": "<u4", "UInt64": "<u8",
          "Int8": "<i1", "Int16": "<i2", "Int32": "<i4", "Int64": "<i8", "Oid32": "<u4", "Oid64": "<u8"}  # fmt: skip
_VERTEX = ("position", "normal", "uv0", "color", "uvRegion")
_FEATURE = {"featureId": "id", "faceRange": "faceRange", "id": "id"}
_SCALE = re.compile(rb"i3s-scale_([xyz])\x08(.{8})", re.DOTALL)

_BROKEN = Text("节点的几何不完整或有误", "node whose geometry is cut short or wrong")

AnyArray = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMesh:
    """Triangles of a node, three points (3t, 3) each, from the node's middle; a feature number for each triangle (t,).

    `ids` (f,) are the ids of the features; `uv` (3t, 2), `colour` (3t, 3) and `region` (3t, 4) as the file has them.
    """

    points: Float64Array
    feature: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    uv: Float64Array | None
    colour: UInt8Array | None
    region: Float64Array | None


def plain_mesh(data: bytes, order: list[tuple[str, str, int]], offset: int) -> NodeMesh:
    """Decode a geometry buffer: `order` lists name, value type and number of values of each attribute in turn."""
    if len(data) < offset or offset < 4:
        raise FileBroken(_BROKEN)
    vertices = struct.unpack_from("<I", data, 0)[0]
    features = struct.unpack_from("<I", data, 4)[0] if offset >= 8 else 0
    if not 3 <= vertices <= MOST_VERTICES or features > vertices:
        raise FileBroken(_BROKEN)
    found: dict[str, AnyArray] = {}
    place = offset
    for name, kind, width in order:
        count = features if name in ("id", "faceRange") else vertices
        dtype = np.dtype(_KINDS.get(kind, "<f4"))
        if place + count * width * dtype.itemsize > len(data):
            raise FileBroken(_BROKEN)
        found[name] = np.frombuffer(data, dtype, count * width, place).reshape(count, width)
        place += count * width * dtype.itemsize
    if "position" not in found:
        raise FileBroken(_BROKEN)
    triangles = vertices // 3
    with np.errstate(invalid="ignore"):  # a NaN of another kind is a NaN all the same
        found = {
            name: values if values.dtype.kind != "f" else values.astype(np.float64) for name, values in found.items()
        }
    ids, feature = _features(found.get("id"), found.get("faceRange"), triangles)
    used = triangles * 3
    return NodeMesh(
        points=found["position"][:used].astype(np.float64),
        feature=feature,
        ids=ids,
        uv=_floats(found.get("uv0"), used),
        colour=found["color"][:used, :3].astype(np.uint8) if "color" in found else None,
        region=None if "uvRegion" not in found else found["uvRegion"][:used].astype(np.float64) / 65535.0,
    )


def draco_mesh(data: bytes) -> NodeMesh:
    """Decode a Draco buffer, whose metadata hold the scale of its positions."""
    try:
        mesh = unpacked_draco(data)
        corners = np.asarray(mesh.faces, dtype=np.int64).ravel()
        points = np.asarray(mesh.points, dtype=np.float64).reshape(-1, 3)
        numbers = [one for one in mesh.attributes if one["attribute_type"] == 4 and one["num_components"] == 1]
    except FileHostile:
        raise
    except Exception as error:  # the library raises plain exceptions of many kinds
        raise FileBroken(_BROKEN) from error
    if not len(corners) or corners.min() < 0 or corners.max() >= len(points) or len(points) > MOST_VERTICES:
        raise FileBroken(_BROKEN)
    scale = {name: struct.unpack("<d", value)[0] for name, value in _SCALE.findall(data)}
    points = points * [scale.get(name, 1.0) for name in (b"x", b"y", b"z")]
    feature = np.zeros(len(points), np.int64)
    if numbers:
        feature = np.asarray(numbers[0]["data"]).reshape(-1).astype(np.int64)
    if len(feature) != len(points) or feature.min() < 0 or feature.max() >= len(points):
        raise FileBroken(_BROKEN)
    uv, colour = mesh.tex_coord, mesh.colors
    return NodeMesh(
        points=points[corners],
        feature=feature[corners[::3]],
        ids=np.arange(int(feature.max()) + 1),
        uv=None if uv is None else np.asarray(uv, dtype=np.float64).reshape(-1, 2)[corners],
        colour=None if colour is None else np.asarray(colour).reshape(len(points), -1)[corners, :3].astype(np.uint8),
        region=None,
    )


def order_of(layer: dict[str, Any], definition: int) -> tuple[str, list[tuple[str, str, int]], int]:
    """Return the file name of a node's geometry, the order of its attributes (empty for Draco), and its offset."""
    definitions = layer.get("geometryDefinitions")
    if (
        isinstance(definitions, list)
        and 0 <= definition < len(definitions)
        and isinstance(definitions[definition], dict)
    ):
        buffers = definitions[definition].get("geometryBuffers")
        packed = ""
        for number, buffer in enumerate(buffers if isinstance(buffers, list) else []):
            if not isinstance(buffer, dict):
                continue
            if "compressedAttributes" in buffer:
                packed = packed or str(number)
                continue
            order = [
                (_FEATURE.get(str(name), str(name)), str(one.get("type")), int(one.get("component", 1)))
                for name, one in buffer.items() if isinstance(one, dict)
            ]  # fmt: skip
            return str(number), order, int(buffer.get("offset", 8))
        if packed:
            return packed, [], 0
    return "0", *_by_schema(layer)


def _by_schema(layer: dict[str, Any]) -> tuple[list[tuple[str, str, int]], int]:
    """Return the order that I3S 1.6 and earlier declare for the whole layer."""
    store = layer.get("store")
    schema = store.get("defaultGeometrySchema") if isinstance(store, dict) else None
    schema = schema if isinstance(schema, dict) else {}
    order: list[tuple[str, str, int]] = []
    for key, listed in (("vertexAttributes", "ordering"), ("featureAttributes", "featureAttributeOrder")):
        known, names = schema.get(key), schema.get(listed)
        for name in names if isinstance(names, list) else []:
            one = known.get(name) if isinstance(known, dict) else None
            if isinstance(one, dict):
                kind, width = str(one.get("valueType")), int(one.get("valuesPerElement", 1))
                order.append((_FEATURE.get(str(name), str(name)), kind, width))
    head = schema.get("header")
    kinds = [_KINDS.get(str(one.get("type")), "<u4") for one in head] if isinstance(head, list) else ["<u8"]
    if not order:
        order = [("position", "Float32", 3), ("normal", "Float32", 3), ("uv0", "Float32", 2), ("color", "UInt8", 4),
                 ("id", "UInt64", 1), ("faceRange", "UInt32", 2)]  # fmt: skip
    return order, sum(np.dtype(kind).itemsize for kind in kinds)


def attribute_values(data: bytes, info: dict[str, Any]) -> list[object]:
    """Return the values of one attribute file, one for each feature; raises `FileBroken`."""
    values = info.get("attributeValues")
    kind = str(values.get("valueType")) if isinstance(values, dict) else ""
    if len(data) < 4:
        raise FileBroken(_BROKEN)
    count = struct.unpack_from("<I", data, 0)[0]
    if kind == "String":
        if 8 + 4 * count > len(data):
            raise FileBroken(_BROKEN)
        ends = np.cumsum(np.frombuffer(data, "<u4", count, 8).astype(np.int64)) + 8 + 4 * count
        starts = np.concatenate(([8 + 4 * count], ends[:-1]))
        words = [data[a:b].rstrip(b"\0").decode("utf-8", "replace") for a, b in zip(starts, ends, strict=True)]
        return list(words)
    dtype = np.dtype(_KINDS.get(kind, "<i4"))
    place = 8 if dtype.itemsize == 8 else 4
    if kind not in _KINDS or place + count * dtype.itemsize > len(data):
        raise FileBroken(_BROKEN)
    return list(np.frombuffer(data, dtype, count, place).tolist())


def _features(
    ids: AnyArray | None, ranges: AnyArray | None, triangles: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the ids of features and the number of the feature of each triangle."""
    feature = np.zeros(triangles, dtype=np.int64)
    if ids is None or ranges is None or not len(ids):
        return np.zeros(1, dtype=np.int64), feature
    for number, (first, last) in enumerate(ranges.astype(np.int64).tolist()):
        feature[first : last + 1] = number
    return ids[:, 0].astype(np.int64), feature


def _floats(values: AnyArray | None, used: int) -> Float64Array | None:
    return None if values is None else values[:used].astype(np.float64)
