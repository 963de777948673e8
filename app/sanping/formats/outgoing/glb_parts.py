"""The bytes of a GLB: buffer views, accessors, meshes with feature ids, and their tables of properties.

Follows glTF 2.0 with EXT_mesh_features, EXT_structural_metadata and, where asked for, KHR_mesh_quantization.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from sanping import __version__
from sanping.domain.city import Attributes, SurfaceKind
from sanping.domain.geo import Float32Array, Int32Array, UInt8Array, UInt16Array
from sanping.domain.texture import SkinPage, TileSkin
from sanping.formats.outgoing.columns import Column, as_text
from sanping.formats.outgoing.layers import names_of

NO_NUMBER = -1.7976931348623157e308
CLASS = "object"
RESERVED = ("id", "class", "name_zh", "name_en", "base_m", "height_m")
_ARRAY, _ELEMENTS = 34962, 34963
_USHORT, _UINT, _FLOAT = 5123, 5125, 5126
_STEPS = 65_535
_ID = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_COLOURS = {"wall": (0.80, 0.82, 0.84), "roof": (0.60, 0.44, 0.36), "water": (0.18, 0.42, 0.62)}
_MATERIAL_OF = np.zeros(256, np.uint8)
_MATERIAL_OF[SurfaceKind.ROOF] = 1
_MATERIAL_OF[SurfaceKind.WATER] = 2

Json = dict[str, object]
_SAMPLERS: list[Json] = [{"wrapS": wrap, "wrapT": wrap, "minFilter": 9987} for wrap in (10497, 33071)]
"""For pages that repeat, and for those that do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Triangles to write: `points` (p, 3) x east, y up, z south in metres; `point_feature` (p,) are rows of a table.

    `surface` (t,) is a `SurfaceKind` for each triangle, None where nothing is known of them; `skin` are the pictures.
    """

    points: Float32Array
    triangles: Int32Array
    point_feature: UInt16Array
    surface: UInt8Array | None = None
    skin: TileSkin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is known of the objects of a mesh, a row each."""

    name: str
    ids: Sequence[str]
    classes: Sequence[str]
    base_m: Float32Array
    height_m: Float32Array
    attributes: Sequence[Attributes]


def upright(points: npt.NDArray[np.floating]) -> Float32Array:
    """Return points east, north, up (n, 3) in the axes of glTF: x east, y up, z south."""
    return np.column_stack((points[:, 0], points[:, 2], -points[:, 1])).astype(np.float32)


class GlbParts:
    """Gathers meshes and tables, and writes them as one GLB."""

    def __init__(self, columns: Sequence[Column], *, is_quantised: bool = False) -> None:
        self._columns = [(_property_id(column, number), column) for number, column in enumerate(columns)]
        self._is_quantised = is_quantised
        self._chunks: list[bytes] = []
        self._size = 0
        self._views: list[Json] = []
        self._accessors: list[Json] = []
        self._meshes: list[Json] = []
        self._nodes: list[Json] = []
        self._tables: list[Json] = []
        self._materials = [_material(name, colour) for name, colour in _COLOURS.items()]
        self._images: list[Json] = []
        self._textures: list[Json] = []

    def add_table(self, table: Table) -> int:
        """Add a table of properties and return its number."""
        chinese, english = names_of(table.attributes)
        properties: Json = {
            "id": self._texts(table.ids),
            "class": self._texts(table.classes),
            "name_zh": self._texts(chinese),
            "name_en": self._texts(english),
            "base_m": self._numbers(table.base_m.astype(np.float64)),
            "height_m": self._numbers(table.height_m.astype(np.float64)),
        }
        for key, column in self._columns:
            values = column.values(table.attributes)
            if column.kind in ("number", "integer"):
                numbers = [NO_NUMBER if value is None else float(str(value)) for value in values]
                properties[key] = self._numbers(np.array(numbers, np.float64))
            else:
                properties[key] = self._texts([None if value is None else as_text(value) for value in values])
        self._tables.append({"name": table.name, "class": CLASS, "count": len(table.ids), "properties": properties})
        return len(self._tables) - 1

    def add_mesh(self, shape: Shape, table: int, *, name: str = "", at: Sequence[float] = ()) -> None:
        """Add a mesh whose features are rows of a table; `at` moves it (x, y, z in the axes of glTF)."""
        node: Json = {"mesh": len(self._meshes)}
        if name:
            node["name"] = name
        position, move = self._position(shape.points, np.array(at or (0.0, 0.0, 0.0)))
        node.update(move)
        features = np.zeros((len(shape.points), 2), np.uint16)  # four bytes apart, as vertex attributes must be
        features[:, 0] = shape.point_feature
        count = len(np.unique(shape.point_feature))
        ids = self._accessor(self._view(features.tobytes(), _ARRAY, 4), _USHORT, len(features), "SCALAR")
        feature: Json = {"featureCount": count, "attribute": 0, "propertyTable": table}
        attributes = {"POSITION": position, "_FEATURE_ID_0": ids}
        if shape.skin is not None:
            places = self._view(shape.skin.point_uv.astype(np.float32).tobytes(), _ARRAY, 8)
            attributes["TEXCOORD_0"] = self._accessor(places, _FLOAT, len(shape.points), "VEC2")
        primitives = [
            {
                "attributes": attributes,
                "indices": self._corners(triangles, len(shape.points)),
                "material": material,
                "extensions": {"EXT_mesh_features": {"featureIds": [feature]}},
            }
            for material, triangles in self._by_material(shape)
        ]
        self._meshes.append({"primitives": primitives})
        self._nodes.append(node)

    def written(self, *, attribution: str = "", extras: Mapping[str, object] | None = None) -> bytes:
        """Return the GLB."""
        asset: Json = {"version": "2.0", "generator": f"Sanping {__version__}"}
        if attribution:
            asset["copyright"] = attribution
        if extras:
            asset["extras"] = dict(extras)
        used = ["EXT_mesh_features", "EXT_structural_metadata"]
        used += ["KHR_mesh_quantization"] if self._is_quantised else []
        metadata = {"schema": self._schema(), "propertyTables": self._tables}
        document: Json = {
            "asset": asset,
            "extensionsUsed": used,
            "extensions": {"EXT_structural_metadata": metadata},
            "scene": 0,
            "scenes": [{"nodes": list(range(len(self._nodes)))}],
            "nodes": self._nodes,
            "meshes": self._meshes,
            "materials": self._materials,
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": self._size}],
        }
        if self._images:
            document |= {"images": self._images, "textures": self._textures, "samplers": _SAMPLERS}
        if self._is_quantised:
            document["extensionsRequired"] = ["KHR_mesh_quantization"]
        return _packed(orjson.dumps(document), b"".join(self._chunks))

    def _by_material(self, shape: Shape) -> list[tuple[int, Int32Array]]:
        """Return the triangles of each material: those of a page of pictures, then the others by their surface."""
        if shape.skin is None:
            return _by_surface(shape.triangles, shape.surface)
        page_of = shape.skin.point_page[shape.triangles[:, 0]]
        is_bare = page_of < 0
        surface = None if shape.surface is None else shape.surface[is_bare]
        bare = _by_surface(shape.triangles[is_bare], surface) if is_bare.any() else []
        pages = np.unique(page_of[~is_bare]).tolist()
        return [(self._page(shape.skin.pages[page]), shape.triangles[page_of == page]) for page in pages] + bare

    def _page(self, page: SkinPage) -> int:
        """Add a page of pictures and return the number of its material."""
        data = page.data.tobytes()
        is_png = data.startswith(b"\x89PNG")
        self._images.append({"bufferView": self._view(data), "mimeType": "image/png" if is_png else "image/jpeg"})
        self._textures.append({"source": len(self._images) - 1, "sampler": 0 if page.is_repeating else 1})
        material = _material(f"page {len(self._textures)}", (1.0, 1.0, 1.0))
        material["pbrMetallicRoughness"] = {
            "baseColorTexture": {"index": len(self._textures) - 1}, "metallicFactor": 0.0, "roughnessFactor": 0.9,
        }  # fmt: skip
        if is_png:
            material["alphaMode"] = "MASK"
        self._materials.append(material)
        return len(self._materials) - 1

    def _schema(self) -> Json:
        properties: dict[str, Json] = {
            "id": {"type": "STRING", "required": True, "semantic": "ID"},
            "class": {"type": "STRING", "required": True},
            "name_zh": {"type": "STRING", "noData": "", "semantic": "NAME"},
            "name_en": {"type": "STRING", "noData": ""},
            "base_m": {"type": "SCALAR", "componentType": "FLOAT64", "required": True},
            "height_m": {"type": "SCALAR", "componentType": "FLOAT64", "required": True},
        }
        for key, column in self._columns:
            if column.kind in ("number", "integer"):
                properties[key] = {"type": "SCALAR", "componentType": "FLOAT64", "noData": NO_NUMBER}
            else:
                properties[key] = {"type": "STRING", "noData": ""}
            properties[key]["name"] = column.key
        return {"id": "sanping", "classes": {CLASS: {"properties": properties}}}

    def _position(self, points: Float32Array, at: npt.NDArray[np.float64]) -> tuple[int, Json]:
        """Write positions; return their accessor and what the node says of them."""
        low, high = points.min(axis=0), points.max(axis=0)
        if not self._is_quantised:
            accessor = self._accessor(self._view(points.tobytes(), _ARRAY, 12), _FLOAT, len(points), "VEC3")
            self._accessors[accessor].update(min=low.tolist(), max=high.tolist())
            return accessor, {"translation": at.tolist()} if at.any() else {}
        size = np.maximum(high - low, 1e-3).astype(np.float64)
        steps = np.zeros((len(points), 4), np.uint16)
        steps[:, :3] = np.round((points - low) / size * _STEPS)
        accessor = self._accessor(self._view(steps.tobytes(), _ARRAY, 8), _USHORT, len(points), "VEC3")
        bounds = {"min": steps[:, :3].min(axis=0).tolist(), "max": steps[:, :3].max(axis=0).tolist()}
        self._accessors[accessor].update(bounds, normalized=True)
        return accessor, {"translation": (at + low).tolist(), "scale": size.tolist()}

    def _corners(self, triangles: Int32Array, points: int) -> int:
        is_small = points <= _STEPS
        corners = triangles.astype(np.uint16 if is_small else np.uint32)
        view = self._view(corners.tobytes(), _ELEMENTS)
        return self._accessor(view, _USHORT if is_small else _UINT, corners.size, "SCALAR")

    def _texts(self, texts: Sequence[str | None]) -> Json:
        encoded = [(text or "").encode("utf-8", "replace") for text in texts]
        ends = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(np.uint32)
        return {
            "values": self._view(b"".join(encoded) or b"\0"),
            "stringOffsets": self._view(ends.tobytes()),
            "stringOffsetType": "UINT32",
        }

    def _numbers(self, values: npt.NDArray[np.float64]) -> Json:
        return {"values": self._view(np.nan_to_num(values, nan=NO_NUMBER).tobytes())}

    def _view(self, data: bytes, target: int = 0, stride: int = 0) -> int:
        view: Json = {"buffer": 0, "byteOffset": self._size, "byteLength": len(data)}
        if target:
            view["target"] = target
        if stride:
            view["byteStride"] = stride
        self._views.append(view)
        padded = data + b"\0" * (-len(data) % 8)
        self._chunks.append(padded)
        self._size += len(padded)
        return len(self._views) - 1

    def _accessor(self, view: int, component: int, count: int, kind: str) -> int:
        self._accessors.append({"bufferView": view, "componentType": component, "count": count, "type": kind})
        return len(self._accessors) - 1


def _property_id(column: Column, number: int) -> str:
    """Return the id of an attribute: its own name where the standard allows it, else a number."""
    return column.name if _ID.fullmatch(column.name) else f"a{number}_"


def _by_surface(triangles: Int32Array, surface: UInt8Array | None) -> list[tuple[int, Int32Array]]:
    if surface is None:
        return [(0, triangles)]
    material = _MATERIAL_OF[surface]
    return [(number, triangles[material == number]) for number in np.unique(material).tolist()]


def _material(name: str, colour: Sequence[float]) -> Json:
    rough = {"baseColorFactor": [*colour, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.9}
    return {"name": name, "doubleSided": True, "pbrMetallicRoughness": rough}


def _packed(text: bytes, data: bytes) -> bytes:
    """Return a GLB whose binary part begins at a multiple of eight bytes, as columns of doubles want it."""
    text += b" " * ((4 - len(text)) % 8)
    whole = 12 + 8 + len(text) + 8 + len(data)
    head = struct.pack("<4sII", b"glTF", 2, whole)
    return b"".join(
        (head, struct.pack("<I4s", len(text), b"JSON"), text, struct.pack("<I4s", len(data), b"BIN\0"), data)
    )
