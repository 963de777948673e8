"""Contents of 3D Tiles: b3dm, i3dm, pnts, cmpt and glTF, brought into a gathering."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.draco_data import unpacked_draco
from sanping.formats.gathering import Gathering
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_container import GltfDocument, document_of, resolved
from sanping.formats.gltf_metadata import feature_attributes
from sanping.formats.gltf_nodes import PlacedMesh
from sanping.formats.gltf_scene import SceneGatherer, Setting
from sanping.formats.point_solids import PointCloud, add_points, spacing_m, thinned
from sanping.formats.tiles3d_instances import instance_matrices
from sanping.formats.tiles3d_tables import CUT_SHORT, Table, batched_tables, tables_of

MOST_INNER = 1000
_DEEPEST = 8
Z_FROM_Y = np.array([[1.0, 0, 0, 0], [0, 0, -1.0, 0], [0, 1.0, 0, 0], [0, 0, 0, 1.0]])

_STRANGE = Text("瓦片内容的格式“{magic}”不支持", "tile content of the kind “{magic}” is not supported")
_TOO_MANY = Text("复合瓦片包含的内容过多或嵌套过深；已拒绝", "A composite tile holds too much or is nested too deeply")
_BAD_POINTS = Text("点云瓦片有误：{reason}", "A tile of points is wrong: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TileContent:
    """The bytes of one content and how they stand.

    `matrix` (4, 4) takes tile coordinates (z up) to those of the tileset; `known` holds for every object in it;
    `most_points` is how many points of a cloud are kept.
    """

    path: Path
    name: str
    data: bytes
    matrix: Float64Array
    known: Mapping[str, object]
    class_word: str
    is_z_up: bool = False
    most_points: int = 100_000


def add_content(content: TileContent, gathering: Gathering, depth: int = 0) -> None:
    """Add what one content holds; raises an `InputError` for one that is of no use."""
    magic = content.data[:4]
    if magic == b"b3dm":
        _add_batched(content, gathering)
    elif magic == b"i3dm":
        _add_instanced(content, gathering)
    elif magic == b"pnts":
        _add_points(content, gathering)
    elif magic == b"cmpt":
        if depth >= _DEEPEST:
            raise FileHostile(_TOO_MANY)
        for number, inner in enumerate(_inner(content.data)):
            add_content(replace(content, data=inner, name=f"{content.name}#{number}"), gathering, depth + 1)
    elif magic == b"glTF" or content.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        _add_model(content, document_of(content.data, content.path), gathering, {})
    else:
        raise FormatUnknown(_STRANGE.with_values(magic=magic.decode("ascii", "replace")))


def _inner(data: bytes) -> Iterator[bytes]:
    """Yield the contents of a composite tile."""
    if len(data) < 16:
        raise FileBroken(CUT_SHORT)
    count = struct.unpack_from("<I", data, 12)[0]
    if count > MOST_INNER:
        raise FileHostile(_TOO_MANY)
    place = 16
    for _ in range(count):
        size = struct.unpack_from("<I", data, place + 8)[0] if place + 12 <= len(data) else 0
        if size < 12 or place + size > len(data):
            raise FileBroken(CUT_SHORT)
        yield data[place : place + size]
        place += size


def _add_batched(content: TileContent, gathering: Gathering) -> None:
    features, batches, model = batched_tables(content.data)
    count = features.number("BATCH_LENGTH") if features.has("BATCH_LENGTH") else 0
    moved = content.matrix @ _translation(features.vector("RTC_CENTER"))
    document = document_of(model, content.path)
    _add_model(replace(content, matrix=moved), document, gathering, {-1: batches.rows(count)})


def _add_model(
    content: TileContent,
    document: GltfDocument,
    gathering: Gathering,
    features: Mapping[int, Mapping[int, Mapping[str, object]]],
) -> None:
    tables = feature_attributes(document, AccessorReader(document))
    setting = Setting(
        class_word=content.class_word,
        matrix=content.matrix @ _rtc_of(document) @ (np.eye(4) if content.is_z_up else Z_FROM_Y),
        prefix=f"{content.name}/",
        features={**tables, **features},
        known=content.known,
    )
    scene = SceneGatherer(document, gathering, setting)
    for mesh in scene.placed():
        scene.add(mesh)


def _rtc_of(document: GltfDocument) -> Float64Array:
    """Return the move of the old extension CESIUM_RTC."""
    extensions = document.json.get("extensions")
    rtc = extensions.get("CESIUM_RTC") if isinstance(extensions, dict) else None
    centre = rtc.get("center") if isinstance(rtc, dict) else None
    good = isinstance(centre, list) and len(centre) == 3 and all(isinstance(one, (int, float)) for one in centre)
    return _translation(np.array(centre, dtype=np.float64) if good else None)


def _translation(move: Float64Array | None) -> Float64Array:
    matrix = np.eye(4)
    if move is not None:
        matrix[:3, 3] = move
    return matrix


def _add_instanced(content: TileContent, gathering: Gathering) -> None:
    data = content.data
    if len(data) < 32:
        raise FileBroken(CUT_SHORT)
    a, b, c, d, is_embedded = struct.unpack_from("<IIIII", data, 12)
    features, batches, rest = tables_of(data, 32, (a, b, c, d))
    if not is_embedded:
        uri = rest.split(b"\0")[0].strip().decode("utf-8", "replace")
        rest = resolved(content.path, uri)
    matrices = instance_matrices(features)
    document = document_of(rest, content.path)
    known = batches.rows(len(matrices))
    numbers = _batch_ids(features, len(matrices))
    scene = SceneGatherer(document, gathering, Setting(class_word=content.class_word, prefix=f"{content.name}/"))
    meshes = scene.placed()
    local = _rtc_of(document) @ (np.eye(4) if content.is_z_up else Z_FROM_Y)
    for number, matrix in enumerate(matrices):
        there = content.matrix @ matrix @ local
        scene.stand(there, {**content.known, **known.get(int(numbers[number]), {})})
        for mesh in meshes:
            scene.add(PlacedMesh(node=mesh.node, mesh=mesh.mesh, matrix=mesh.matrix, instance=number))


def _batch_ids(features: Table, count: int) -> Float64Array:
    if not features.has("BATCH_ID"):
        return np.arange(count, dtype=np.float64)
    return features.column("BATCH_ID", "<u2", 1, count)[:, 0].astype(np.float64)


def _add_points(content: TileContent, gathering: Gathering) -> None:
    data = content.data
    if len(data) < 28:
        raise FileBroken(CUT_SHORT)
    a, b, c, d = struct.unpack_from("<IIII", data, 12)
    features, _, _ = tables_of(data, 28, (a, b, c, d))
    count = features.number("POINTS_LENGTH")
    points, colours = _unpacked(features) if features.has("extensions") else (None, None)
    if points is None:
        points = features.positions(count)
    colours = _colours(features, count) if colours is None else colours
    centre = features.vector("RTC_CENTER")
    kept, side = thinned(points, content.most_points)
    there = content.matrix @ _translation(centre)
    scale = float(np.cbrt(abs(np.linalg.det(there[:3, :3]))))
    placed = points[kept] @ there[:3, :3].T + there[:3, 3]
    apart = (side or spacing_m(points)) * scale
    cloud = PointCloud(
        name=content.name,
        points=placed,
        colours=None if colours is None else colours[kept],
        attributes=content.known,
    )
    add_points(gathering, cloud, size_m=apart * 0.6, cell_m=apart * 50)


def _colours(features: Table, count: int) -> UInt8Array | None:
    for key, width in (("RGB", 3), ("RGBA", 4)):
        if features.has(key):
            return features.column(key, "<u1", width, count)[:, :3].astype(np.uint8)
    if features.has("RGB565"):
        packed = features.column("RGB565", "<u2", 1, count)[:, 0].astype(np.int64)
        parts = ((packed >> 11) * 255 // 31, ((packed >> 5) & 63) * 255 // 63, (packed & 31) * 255 // 31)
        return np.column_stack(parts).astype(np.uint8)
    constant = features.vector("CONSTANT_RGBA", 4) if isinstance(features.json.get("CONSTANT_RGBA"), list) else None
    return None if constant is None else np.tile(np.clip(constant[:3], 0, 255).astype(np.uint8), (count, 1))


def _unpacked(features: Table) -> tuple[Float64Array | None, UInt8Array | None]:
    """Undo 3DTILES_draco_point_compression."""
    extensions = features.json.get("extensions")
    packed = extensions.get("3DTILES_draco_point_compression") if isinstance(extensions, dict) else None
    if not isinstance(packed, dict):
        return None, None
    offset, length, names = packed.get("byteOffset"), packed.get("byteLength"), packed.get("properties")
    if not isinstance(offset, int) or not isinstance(length, int) or not isinstance(names, dict) or offset < 0:
        raise FileBroken(_BAD_POINTS.with_values(reason="Draco"))
    try:
        cloud = unpacked_draco(features.binary[offset : offset + length])
        points = np.asarray(cloud.points, dtype=np.float64).reshape(-1, 3)
        colour = cloud.get_attribute_by_unique_id(names.get("RGB", names.get("RGBA", -1)))
    except FileHostile:
        raise
    except Exception as error:  # the library raises plain exceptions of many kinds
        raise FileBroken(_BAD_POINTS.with_values(reason=str(error)[:80])) from error
    if colour is None:
        return points, None
    values = np.asarray(colour["data"]).reshape(len(points), -1)[:, :3]
    return points, values.astype(np.uint8)
