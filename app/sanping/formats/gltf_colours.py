"""What the surfaces of a glTF look like: a colour each, from material, vertices or texture."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image

from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.gathering import Gathering
from sanping.formats.gltf_accessors import AccessorReader
from sanping.formats.gltf_container import GltfDocument, resolved
from sanping.formats.gltf_meshes import Primitive
from sanping.formats.own_colours import encoded

MOST_PIXELS = 64_000_000
_SIDE = 1024
_PICTURES = ("JPEG", "PNG", "WEBP")
_BASIS = "KHR_texture_basisu"
_SWAPS = ("EXT_texture_webp", "EXT_texture_avif", "MSFT_texture_dds")

_KTX2 = Text(
    "KTX2（Basis 压缩）纹理不能解码，对象按材质颜色显示",
    "KTX2 (Basis) textures cannot be decoded; objects are shown in the colour of their material",
)
_UNREADABLE = Text(
    "有纹理图片损坏、过大或缺失，对象按材质颜色显示",
    "Some texture pictures are damaged, too large or missing; objects are shown in the colour of their material",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texture:
    """A decoded picture and how coordinates reach it (KHR_texture_transform)."""

    pixels: UInt8Array
    set_number: int
    matrix: Float64Array


def picture(data: bytes, side: int = _SIDE) -> UInt8Array | None:
    """Return a JPEG, PNG or WebP picture (rows, columns, 3) of at most `side` pixels; None when it is of no use."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_PICTURES) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                image.draft("RGB", (side, side))
                image.thumbnail((side, side))
                return np.asarray(image.convert("RGB"), dtype=np.uint8)
    except Exception:  # whatever a broken picture leads to
        return None


def sampled(pixels: UInt8Array, uv: Float64Array) -> UInt8Array:
    """Return the colours (n, 3) of a picture at texture coordinates (n, 2), repeating, v down from the top."""
    rows, columns = pixels.shape[:2]
    wrapped = np.nan_to_num(uv - np.floor(uv), nan=0.0, posinf=0.0, neginf=0.0)
    column = np.minimum((wrapped[:, 0] * columns).astype(np.int64), columns - 1)
    row = np.minimum((wrapped[:, 1] * rows).astype(np.int64), rows - 1)
    return np.asarray(pixels[row, column])


class Surfaces:
    """Colours of the primitives of one document; pictures are decoded once."""

    def __init__(self, document: GltfDocument, accessors: AccessorReader, gathering: Gathering) -> None:
        self._document, self._accessors, self._gathering = document, accessors, gathering
        self._textures: dict[int, _Texture | None] = {}

    def colours(self, primitive: Primitive) -> UInt8Array | None:
        """Return a colour for each triangle (t, 3), or each point of a cloud; None when the file gives none."""
        factor = self._factor(primitive.material)
        corners = np.arange(len(primitive.points))[:, None] if primitive.is_cloud else primitive.triangles
        if primitive.colour is not None:
            return encoded(primitive.colour[corners].mean(axis=1) * (1.0 if factor is None else factor))
        texture = self._texture(primitive.material)
        if texture is not None and texture.set_number in primitive.uv:
            uv = primitive.uv[texture.set_number][corners].mean(axis=1)
            moved = np.column_stack((uv, np.ones(len(uv)))) @ texture.matrix.T
            seen = sampled(texture.pixels, moved[:, :2])
            if factor is None or (factor >= 1.0).all():
                return seen
            return np.asarray(seen * factor ** (1 / 2.2), dtype=np.uint8)
        return None if factor is None else np.broadcast_to(encoded(factor), (len(corners), 3))

    def is_varied(self, primitive: Primitive) -> bool:
        """Say whether the triangles of a primitive may differ in colour."""
        texture = self._texture(primitive.material)
        return primitive.colour is not None or (texture is not None and texture.set_number in primitive.uv)

    def _surface(self, material: int) -> dict[str, object]:
        try:
            found = self._document.item("materials", material)
        except InputError:
            return {}
        surface = found.get("pbrMetallicRoughness")
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
            self._textures[material] = self._loaded(self._surface(material).get("baseColorTexture"))
        return self._textures[material]

    def _loaded(self, used: object) -> _Texture | None:
        if not isinstance(used, dict):
            return None
        try:
            texture = self._document.item("textures", used.get("index"))
            data = self._picture_bytes(texture)
        except InputError:
            data = b""
        if data is None:
            self._gathering.note(_KTX2)
            return None
        pixels = picture(data)
        if pixels is None:
            self._gathering.note(_UNREADABLE)
            return None
        extensions = used.get("extensions")
        moved = extensions.get("KHR_texture_transform") if isinstance(extensions, dict) else None
        moved = moved if isinstance(moved, dict) else {}
        number = moved.get("texCoord", used.get("texCoord", 0))
        return _Texture(pixels=pixels, set_number=number if isinstance(number, int) else 0, matrix=_moving(moved))

    def _picture_bytes(self, texture: dict[str, object]) -> bytes | None:
        """Return the picture of a texture; None when there is only a KTX2 one."""
        extensions = texture.get("extensions")
        others: dict[str, object] = extensions if isinstance(extensions, dict) else {}
        swaps = [found for name in _SWAPS if isinstance(found := others.get(name), dict)]
        swapped: dict[str, object] = swaps[0] if swaps else {}
        source = texture.get("source", swapped.get("source"))
        if source is None and _BASIS in others:
            return None
        image = self._document.item("images", source)
        if image.get("mimeType") == "image/ktx2":
            return None
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
