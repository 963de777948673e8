"""What the surfaces of a glTF look like: a colour each, from material, vertices or picture, and the pictures."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.texture import Picture
from sanping.formats.gathering import Gathering
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_container import GltfDocument, resolved
from sanping.formats.gltf_meshes import Primitive
from sanping.formats.own_colours import encoded
from sanping.formats.pictures import WRAPS, sampled

_SWAPS = ("EXT_texture_webp", "KHR_texture_basisu", "EXT_texture_avif", "MSFT_texture_dds")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texture:
    """A picture on the shelf, its small pixels, and how coordinates reach it (KHR_texture_transform)."""

    number: int
    pixels: UInt8Array
    set_number: int
    matrix: Float64Array

    def places(self, primitive: Primitive) -> Float64Array:
        """Return the places (p, 2) of the points of a primitive on the picture."""
        uv = primitive.uv[self.set_number]
        return (np.column_stack((uv, np.ones(len(uv)))) @ self.matrix.T)[:, :2]


class Surfaces:
    """Colours and pictures of the primitives of one document."""

    def __init__(self, document: GltfDocument, accessors: AccessorReader, gathering: Gathering) -> None:
        self._document, self._accessors, self._gathering = document, accessors, gathering
        self._textures: dict[int, _Texture | None] = {}
        self._mark = object()

    def colours(self, primitive: Primitive) -> UInt8Array | None:
        """Return a colour for each triangle (t, 3), or each point of a cloud; None when the file gives none."""
        factor = self._factor(primitive.material)
        corners = np.arange(len(primitive.points))[:, None] if primitive.is_cloud else primitive.triangles
        texture = self._used(primitive)
        if texture is not None:
            return sampled(texture.pixels, texture.places(primitive)[corners].mean(axis=1))
        if primitive.colour is not None:
            return encoded(primitive.colour[corners].mean(axis=1) * (1.0 if factor is None else factor))
        return None if factor is None else np.broadcast_to(encoded(factor), (len(corners), 3))

    def is_varied(self, primitive: Primitive) -> bool:
        """Say whether the triangles of a primitive without a picture may differ in colour."""
        return primitive.colour is not None

    def skin(self, primitive: Primitive) -> tuple[int, Float64Array] | None:
        """Return the number of the picture on a primitive and the places (p, 2) of its points on it, None without."""
        texture = None if primitive.is_cloud else self._used(primitive)
        return None if texture is None else (texture.number, texture.places(primitive))

    def _used(self, primitive: Primitive) -> _Texture | None:
        texture = self._texture(primitive.material)
        return texture if texture is not None and texture.set_number in primitive.uv else None

    def _material(self, material: int) -> dict[str, object]:
        try:
            return self._document.item("materials", material)
        except InputError:
            return {}

    def _surface(self, material: int) -> dict[str, object]:
        surface = self._material(material).get("pbrMetallicRoughness")
        return surface if isinstance(surface, dict) else {}

    def _factor(self, material: int) -> Float64Array | None:
        factor = self._surface(material).get("baseColorFactor")
        if (
            not isinstance(factor, list)
            or len(factor) < 3
            or not all(isinstance(part, (int, float)) for part in factor)
        ):
            return None
        return np.clip(np.nan_to_num(np.array(factor[:3], dtype=np.float64)), 0.0, 1.0)

    def _texture(self, material: int) -> _Texture | None:
        if material not in self._textures:
            self._textures[material] = self._loaded(material)
        return self._textures[material]

    def _loaded(self, material: int) -> _Texture | None:
        used = self._surface(material).get("baseColorTexture")
        if not isinstance(used, dict):
            return None
        factor = self._factor(material)
        tint = (1.0, 1.0, 1.0) if factor is None else tuple((encoded(factor) / 255.0).tolist())
        is_cut_out = self._material(material).get("alphaMode") in ("MASK", "BLEND")
        index = used.get("index")
        key = (self._mark, str(index), tint, is_cut_out)
        made = partial(self._picture, index, tint, is_cut_out=is_cut_out)
        found = self._gathering.pictures.put(key, self._name_of(index), made)
        if found is None:
            return None
        extensions = used.get("extensions")
        moved = extensions.get("KHR_texture_transform") if isinstance(extensions, dict) else None
        moved = moved if isinstance(moved, dict) else {}
        number = moved.get("texCoord", used.get("texCoord", 0))
        set_number = number if isinstance(number, int) else 0
        return _Texture(number=found[0], pixels=found[1], set_number=set_number, matrix=_moving(moved))

    def _picture(self, index: object, tint: tuple[float, float, float], *, is_cut_out: bool) -> Picture:
        texture = self._document.item("textures", index)
        data = self._picture_bytes(texture)
        sampler: dict[str, object] = {}
        if "sampler" in texture:
            sampler = self._document.item("samplers", texture["sampler"])
        across, down = (WRAPS.get(sampler.get(key), "repeat") for key in ("wrapS", "wrapT"))
        return Picture(data=data, across=across, down=down, tint=tint, is_cut_out=is_cut_out)

    def _name_of(self, index: object) -> str:
        """Return what a person would call a picture: its file, its name, or its number."""
        bare = f"texture {index}"
        try:
            image = self._document.item("images", self._document.item("textures", index).get("source"))
        except InputError:
            return bare
        uri = image.get("uri")
        named = image.get("name") or (uri if isinstance(uri, str) and not uri.startswith("data:") else None)
        return str(named or bare)[:80]

    def _picture_bytes(self, texture: dict[str, object]) -> bytes:
        """Return the picture of a texture as it is packed: the plain one where there are several."""
        extensions = texture.get("extensions")
        others: dict[str, object] = extensions if isinstance(extensions, dict) else {}
        swaps = [found for name in _SWAPS if isinstance(found := others.get(name), dict)]
        swapped: dict[str, object] = swaps[0] if swaps else {}
        image = self._document.item("images", texture.get("source", swapped.get("source")))
        if "bufferView" in image:
            return self._accessors.view(image["bufferView"])
        uri = image.get("uri")
        return resolved(self._document.path, uri) if isinstance(uri, str) else b""


def _moving(moved: dict[str, object]) -> Float64Array:
    """Return the matrix (3, 3) of KHR_texture_transform: translation × rotation × scale."""
    (dx, dy), (sx, sy) = _pair(moved.get("offset"), 0.0), _pair(moved.get("scale"), 1.0)
    angle = moved.get("rotation", 0.0)
    turn = float(angle) if isinstance(angle, (int, float)) and np.isfinite(angle) else 0.0
    cos, sin = np.cos(turn), np.sin(turn)
    return np.array([[cos * sx, sin * sy, dx], [-sin * sx, cos * sy, dy], [0.0, 0.0, 1.0]])


def _pair(value: object, otherwise: float) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(part, (int, float)) for part in value):
        return float(value[0]), float(value[1])
    return otherwise, otherwise
