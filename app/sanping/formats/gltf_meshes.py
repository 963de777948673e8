"""Meshes of a glTF as triangles."""

from dataclasses import dataclass

import DracoPy
import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken, InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.gltf_accessors import MOST_ELEMENTS, AccessorReader
from sanping.formats.gltf_container import GltfDocument

_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_DRACO = "KHR_draco_mesh_compression"

NO_TRIANGLES = Text("图元是点或线，不是三角形", "primitive of points or lines, not triangles")
BROKEN_PRIMITIVE = Text("图元数据有误", "primitive with broken data")
_DRACO_DAMAGED = Text("Draco 压缩数据损坏（{reason}）", "The Draco data is damaged ({reason})")

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Primitive:
    """Triangles of one primitive in mesh space; `feature` (p,) are EXT_mesh_features ids of its points, or None."""

    points: Float64Array
    triangles: IntArray
    feature: IntArray | None
    material: int


def primitives_of(
    document: GltfDocument, accessors: AccessorReader, mesh_index: int, name: str, skips: SkipLog
) -> list[Primitive]:
    """Return the triangles of a mesh; primitives without triangles or with broken data are counted in `skips`."""
    parts = document.item("meshes", mesh_index).get("primitives")
    found: list[Primitive] = []
    for part in parts if isinstance(parts, list) else []:
        mode = part.get("mode", _TRIANGLES) if isinstance(part, dict) else None
        if mode not in (_TRIANGLES, _STRIP, _FAN):
            skips.add(NO_TRIANGLES if isinstance(mode, int) and 0 <= mode < 4 else BROKEN_PRIMITIVE, name)
            continue
        try:
            found.append(_primitive(accessors, part, mode))
        except FileBroken as error:
            skips.add(error.message, f"{name} · {error.place}" if error.place else name)
    return found


def _primitive(accessors: AccessorReader, part: dict[str, object], mode: int) -> Primitive:
    attributes, extensions = part.get("attributes"), part.get("extensions")
    if not isinstance(attributes, dict):
        raise FileBroken(BROKEN_PRIMITIVE)
    packed = extensions.get(_DRACO) if isinstance(extensions, dict) else None
    if isinstance(packed, dict):
        points, corners = _unpacked(accessors, packed)
    else:
        points = accessors.numbers(attributes.get("POSITION"), 3)
        corners = (
            accessors.indices(part["indices"], len(points))
            if "indices" in part
            else np.arange(len(points), dtype=np.int64)
        )
    material = part.get("material")
    return Primitive(
        points=points,
        triangles=_triangles(corners, mode),
        feature=_features(accessors, attributes, extensions, len(points)),
        material=material if isinstance(material, int) else -1,
    )


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


def _features(
    accessors: AccessorReader, attributes: dict[str, object], extensions: object, count: int
) -> IntArray | None:
    """Return the feature id of each point, when EXT_mesh_features gives one by attribute."""
    described = extensions.get("EXT_mesh_features") if isinstance(extensions, dict) else None
    sets = described.get("featureIds") if isinstance(described, dict) else None
    first = sets[0] if isinstance(sets, list) and sets and isinstance(sets[0], dict) else {}
    names = [f"_FEATURE_ID_{first['attribute']}"] if isinstance(first.get("attribute"), int) else []
    name = next((name for name in (*names, "_BATCHID") if name in attributes), None)
    if name is None:
        return None
    values = accessors.numbers(attributes[name], 1)[:, 0]
    return values.astype(np.int64) if len(values) == count else None


def _unpacked(accessors: AccessorReader, packed: dict[str, object]) -> tuple[Float64Array, IntArray]:
    """Undo KHR_draco_mesh_compression; the counts in the file's own accessors are not believed."""
    data = accessors.view(packed.get("bufferView"))
    try:
        mesh = DracoPy.decode(data)
        points = np.asarray(mesh.points, dtype=np.float64).reshape(-1, 3)
        corners = np.asarray(mesh.faces, dtype=np.int64).ravel()
    except Exception as error:  # the library raises plain exceptions of many kinds
        raise FileBroken(_DRACO_DAMAGED.with_values(reason=str(error)[:80])) from error
    if len(points) > MOST_ELEMENTS or (len(corners) and (corners.min() < 0 or corners.max() >= len(points))):
        raise FileBroken(_DRACO_DAMAGED.with_values(reason="indices"))
    return points, corners


def base_colour(document: GltfDocument, material: int) -> str:
    """Return the base colour of a material as "#rrggbb"; empty when it has none."""
    try:
        surface = document.item("materials", material).get("pbrMetallicRoughness")
    except InputError:
        return ""
    factor = surface.get("baseColorFactor") if isinstance(surface, dict) else None
    if not isinstance(factor, list) or len(factor) < 3 or not all(isinstance(part, (int, float)) for part in factor):
        return ""
    shares = np.clip(np.nan_to_num(np.array(factor[:3], dtype=np.float64)), 0, 1)
    encoded = np.where(shares <= 0.0031308, shares * 12.92, 1.055 * shares ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(part * 255):02x}" for part in encoded.tolist())
