"""Meshes of a glTF as triangles, or as points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.draco_data import unpacked_draco
from sanping.formats.gltf_accessors import MOST_ELEMENTS, AccessorReader
from sanping.formats.gltf_container import GltfDocument

_POINTS, _TRIANGLES, _STRIP, _FAN = 0, 4, 5, 6
_DRACO = "KHR_draco_mesh_compression"

LINES = Text("图元是线，不是面", "primitive of lines, not surfaces")
BROKEN_PRIMITIVE = Text("图元数据有误", "primitive with broken data")
_DRACO_DAMAGED = Text("Draco 压缩数据损坏（{reason}）", "The Draco data is damaged ({reason})")

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Primitive:
    """Triangles of one primitive in mesh space, or points alone (`is_cloud`, with no triangles).

    `feature` (p,) are the feature ids of its points, or None; `uv` (p, 2) by number of the set; `colour` (p, 3) are
    linear shares of 0 … 1, or None; `table` is the property table that `feature` indexes, −1 for none.
    """

    points: Float64Array
    triangles: IntArray
    feature: IntArray | None
    material: int
    uv: Mapping[int, Float64Array] = field(default_factory=dict)
    colour: Float64Array | None = None
    is_cloud: bool = False
    table: int = -1


def primitives_of(
    document: GltfDocument, accessors: AccessorReader, mesh_index: int, name: str, skips: SkipLog
) -> list[Primitive]:
    """Return the triangles of a mesh, and its clouds of points.

    Primitives of lines or with broken data are counted in `skips`.
    """
    parts = document.item("meshes", mesh_index).get("primitives")
    found: list[Primitive] = []
    for part in parts if isinstance(parts, list) else []:
        mode = part.get("mode", _TRIANGLES) if isinstance(part, dict) else None
        if mode not in (_POINTS, _TRIANGLES, _STRIP, _FAN):
            skips.add(LINES if isinstance(mode, int) and 0 < mode < 4 else BROKEN_PRIMITIVE, name)
            continue
        try:
            found.append(_primitive(accessors, part, mode))
        except FileBroken as error:
            skips.add(error.message, f"{name} · {error.place}" if error.place else name)
    return found


class _Attributes:
    """The attributes of a primitive, from accessors or from Draco data."""

    def __init__(self, accessors: AccessorReader, part: dict[str, object]) -> None:
        named, extensions = part.get("attributes"), part.get("extensions")
        if not isinstance(named, dict):
            raise FileBroken(BROKEN_PRIMITIVE)
        self.names: dict[str, object] = named
        self._accessors = accessors
        packed = extensions.get(_DRACO) if isinstance(extensions, dict) else None
        self.draco = _unpacked(accessors, packed) if isinstance(packed, dict) else None
        ids = packed.get("attributes") if isinstance(packed, dict) else None
        self._ids: dict[str, object] = ids if isinstance(ids, dict) else {}

    def numbers(self, name: str, width: int) -> Float64Array:
        """Return an attribute (p, width)."""
        if self.draco is not None and name in self._ids:
            found = self.draco.get_attribute_by_unique_id(self._ids[name])
            if found is None:
                raise FileBroken(BROKEN_PRIMITIVE, place=name)
            return np.asarray(found["data"], dtype=np.float64).reshape(-1, width)
        return self._accessors.numbers(self.names.get(name), width)

    def optional(self, name: str, widths: tuple[int, ...], count: int) -> Float64Array | None:
        """Return an attribute of one of several widths; None when it is not there or does not fit the points."""
        for width in widths if name in self.names else ():
            try:
                values = self.numbers(name, width)
            except (FileBroken, ValueError):
                continue
            return values if len(values) == count else None
        return None


def _primitive(accessors: AccessorReader, part: dict[str, object], mode: int) -> Primitive:
    given = _Attributes(accessors, part)
    if given.draco is not None:
        points, corners = _mesh_of(given.draco)
    else:
        points = given.numbers("POSITION", 3)
        corners = (
            accessors.indices(part["indices"], len(points))
            if "indices" in part
            else np.arange(len(points), dtype=np.int64)
        )
    material, count = part.get("material"), len(points)
    uv = {number: given.optional(f"TEXCOORD_{number}", (2,), count) for number in (0, 1)}
    colour = given.optional("COLOR_0", (3, 4), count)
    name, table = _feature_set(part, given.names)
    feature = given.optional(name, (1,), count)
    return Primitive(
        points=points,
        triangles=_triangles(corners, mode) if mode != _POINTS else np.zeros((0, 3), dtype=np.int64),
        feature=None if feature is None else _whole_numbers(feature[:, 0]),
        material=material if isinstance(material, int) else -1,
        uv={number: values for number, values in uv.items() if values is not None},
        colour=None if colour is None else colour[:, :3],
        is_cloud=mode == _POINTS,
        table=table,
    )


def _whole_numbers(values: Float64Array) -> IntArray:
    """Return feature ids as whole numbers, −1 for what is none."""
    is_sound = np.abs(np.nan_to_num(values, nan=np.inf)) < 2**53
    return np.where(is_sound, values, -1.0).astype(np.int64)


def _triangles(corners: IntArray, mode: int) -> IntArray:
    """Return triangles from a list, a strip or a fan of corners."""
    if mode == _TRIANGLES:
        return corners[: len(corners) // 3 * 3].reshape(-1, 3)
    if len(corners) < 3:
        return np.zeros((0, 3), dtype=np.int64)
    if mode == _FAN:
        return np.column_stack((np.full(len(corners) - 2, corners[0]), corners[1:-1], corners[2:]))
    triangles = np.column_stack((corners[:-2], corners[1:-1], corners[2:]))
    triangles[1::2] = triangles[1::2][:, [1, 0, 2]]
    return triangles


def _feature_set(part: dict[str, object], names: dict[str, object]) -> tuple[str, int]:
    """Return the attribute that holds feature ids ("" for none) and the property table they index (−1 for none)."""
    extensions = part.get("extensions")
    described = extensions.get("EXT_mesh_features") if isinstance(extensions, dict) else None
    sets = described.get("featureIds") if isinstance(described, dict) else None
    for one in sets if isinstance(sets, list) else []:
        if isinstance(one, dict) and isinstance(one.get("attribute"), int):
            name, table = f"_FEATURE_ID_{one['attribute']}", one.get("propertyTable")
            if name in names:
                return name, table if isinstance(table, int) else -1
    return ("_BATCHID" if "_BATCHID" in names else "BATCHID" if "BATCHID" in names else ""), -1


def _unpacked(accessors: AccessorReader, packed: dict[str, object]) -> Any:
    """Undo KHR_draco_mesh_compression."""
    data = accessors.view(packed.get("bufferView"))
    try:
        return unpacked_draco(data)
    except FileHostile:
        raise
    except Exception as error:  # the library raises plain exceptions of many kinds
        raise FileBroken(_DRACO_DAMAGED.with_values(reason=str(error)[:80])) from error


def _mesh_of(unpacked: Any) -> tuple[Float64Array, IntArray]:
    """Return points and corners of Draco data; the counts in the file's own accessors are not believed."""
    try:
        points = np.asarray(unpacked.points, dtype=np.float64).reshape(-1, 3)
        corners = np.asarray(unpacked.faces, dtype=np.int64).ravel()
    except (AttributeError, ValueError, TypeError) as error:
        raise FileBroken(_DRACO_DAMAGED.with_values(reason=str(error)[:80])) from error
    if len(points) > MOST_ELEMENTS or (len(corners) and (corners.min() < 0 or corners.max() >= len(points))):
        raise FileBroken(_DRACO_DAMAGED.with_values(reason="indices"))
    return points, corners
