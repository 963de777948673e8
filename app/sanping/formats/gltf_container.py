"""glTF 2.0 and GLB files taken apart: the JSON and the buffers, checked before anything is believed."""

import base64
import binascii
import json
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown
from sanping.domain.text import Text

MOST_BYTES = 2 << 30
_LARGEST_JSON = 512 << 20
_JSON_CHUNK, _BINARY_CHUNK = 0x4E4F534A, 0x004E4942
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")
_DATA = re.compile(r"^data:[^,;]{0,100}(;charset=[^,;]{0,40})?(;base64)?,")
_LISTS = ("nodes", "meshes", "accessors", "bufferViews", "buffers", "scenes", "materials", "textures", "images",
          "samplers")  # fmt: skip
_UNDERSTOOD = frozenset(
    ("KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression", "KHR_mesh_quantization",
     "EXT_mesh_gpu_instancing", "EXT_mesh_features", "EXT_structural_metadata", "EXT_feature_metadata", "CESIUM_RTC")
)  # fmt: skip
_HARMLESS = ("KHR_materials_", "KHR_texture_", "EXT_texture_", "MSFT_texture_", "KHR_lights_", "KHR_animation_",
             "KHR_xmp", "KHR_techniques_webgl", "ADOBE_materials_", "MSFT_lod", "CESIUM_primitive_outline")  # fmt: skip

_TRUNCATED = Text(
    "GLB 不完整或长度不符；请重新导出或下载", "The GLB is cut short or its lengths disagree; export it again"
)
_BAD_JSON = Text(
    "glTF 的 JSON 无法解析（{reason}）；请重新导出", "The glTF's JSON cannot be parsed ({reason}); export it again"
)
_OLD = Text("glTF {version} 不支持；请导出为 glTF 2.0", "glTF {version} is not supported; export it as glTF 2.0")
_SHAPE = Text("glTF 的“{key}”结构有误；请重新导出", "The glTF's “{key}” has the wrong structure; export it again")
_EXTENSION = Text(
    "glTF 需要扩展 {name}，暂不支持；请导出时关闭该扩展",
    "The glTF needs the extension {name}, which is not supported; export it without",
)
_ESCAPES = Text(
    "glTF 引用了文件夹之外的地址“{uri}”；只允许同一文件夹内的文件或 data: 数据",
    "The glTF refers to “{uri}” outside its folder; only files in its folder and data: are allowed",
)
_MISSING = Text(
    "glTF 引用的文件“{uri}”不存在；请一并复制", "The file “{uri}” that the glTF refers to is missing; copy it too"
)
_TOO_BIG = Text("glTF 的数据超过 {limit} 字节；请分块", "The glTF's data exceed {limit} bytes; split it")
_SHORT_BUFFER = Text(
    "缓冲区 {index} 声明 {claimed} 字节，实际只有 {found}；请重新导出",
    "Buffer {index} claims {claimed} bytes but has {found}; export it again",
)


@dataclass(slots=True)
class GltfDocument:
    """The JSON of a glTF and its buffers; a buffer is fetched when asked for and kept."""

    path: Path
    json: dict[str, object]
    binary: bytes | None
    _buffers: dict[int, bytes] = field(default_factory=dict)

    def items(self, key: str) -> list[dict[str, object]]:
        """Return one of the top-level lists; checked to be a list of objects."""
        found = self.json.get(key, [])
        return found if isinstance(found, list) else []

    def item(self, key: str, index: object) -> dict[str, object]:
        """Return one item of a top-level list; raises `FileBroken` when there is none."""
        items = self.items(key)
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(items):
            raise FileBroken(_SHAPE.with_values(key=key), place=f"{key}[{index}]")
        return items[index]

    def buffer(self, index: object) -> bytes:
        """Return the bytes of a buffer, at least as many as it claims."""
        declared = self.item("buffers", index)
        assert isinstance(index, int)
        if index not in self._buffers:
            self._buffers[index] = self._fetched(index, declared)
        return self._buffers[index]

    def _fetched(self, index: int, declared: dict[str, object]) -> bytes:
        uri, claimed = declared.get("uri"), whole(declared.get("byteLength"), "byteLength", MOST_BYTES)
        if uri is None:
            data = self.binary if index == 0 and self.binary is not None else b""
        elif isinstance(uri, str):
            data = resolved(self.path, uri)
        else:
            raise FileBroken(_SHAPE.with_values(key="uri"), place=f"buffers[{index}]")
        if len(data) < claimed:
            message = _SHORT_BUFFER.with_values(index=index, claimed=claimed, found=len(data))
            raise FileBroken(message, place=f"buffers[{index}]")
        return data[:claimed]


def whole(value: object, key: str, most: int, least: int = 0) -> int:
    """Return a whole number between two limits; raises `FileBroken` otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise FileBroken(_SHAPE.with_values(key=key), place=f"{key} = {str(value)[:40]}")
    return value


def load_document(path: Path) -> GltfDocument:
    """Read a `.gltf` or `.glb` file; raises `FormatUnknown` for other versions and unknown required extensions."""
    if path.stat().st_size > MOST_BYTES:
        raise FileHostile(_TOO_BIG.with_values(limit=MOST_BYTES))
    return document_of(path.read_bytes(), path)


def document_of(data: bytes, path: Path) -> GltfDocument:
    """Take a glTF or GLB apart that stands in the file `path`; raises as `load_document` does."""
    text, binary = _chunks(data) if data[:4] == b"glTF" else (data, None)
    try:
        content = json.loads(text.rstrip(b"\0 ").decode("utf-8-sig"), parse_constant=float)
    except (ValueError, UnicodeDecodeError) as error:
        raise FileBroken(_BAD_JSON.with_values(reason=str(error)[:120])) from error
    if not isinstance(content, dict):
        raise FileBroken(_SHAPE.with_values(key="glTF"))
    document = GltfDocument(path=path, json=content, binary=binary)
    _check(document)
    return document


def _chunks(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the JSON and the binary chunk of a GLB."""
    if len(data) < 20:
        raise FileBroken(_TRUNCATED)
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise FormatUnknown(_OLD.with_values(version=version))
    if length > len(data):
        raise FileBroken(_TRUNCATED)
    found: dict[int, bytes] = {}
    place = 12
    while place + 8 <= length and len(found) < 16:
        size, kind = struct.unpack_from("<II", data, place)
        if size > length - place - 8:
            raise FileBroken(_TRUNCATED, place=f"byte {place}")
        found.setdefault(kind, data[place + 8 : place + 8 + size])
        place += 8 + size
    if _JSON_CHUNK not in found or len(found[_JSON_CHUNK]) > _LARGEST_JSON:
        raise FileBroken(_TRUNCATED)
    return found[_JSON_CHUNK], found.get(_BINARY_CHUNK)


def _check(document: GltfDocument) -> None:
    """Refuse what is not glTF 2.0 in a readable dialect."""
    asset = document.json.get("asset")
    version = str(asset.get("version", "")) if isinstance(asset, dict) else ""
    if not version.startswith("2."):
        raise FormatUnknown(_OLD.with_values(version=version or "?"))
    for key in _LISTS:
        items = document.json.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise FileBroken(_SHAPE.with_values(key=key))
    required = document.json.get("extensionsRequired", [])
    for name in required if isinstance(required, list) else []:
        if str(name) not in _UNDERSTOOD and not str(name).startswith(_HARMLESS):
            raise FormatUnknown(_EXTENSION.with_values(name=str(name)[:60]))


def resolved(path: Path, uri: str) -> bytes:
    """Return what a URI in `path` points to: embedded data, or a file in the same folder or below, nothing else.

    Raises `FileHostile` for addresses, absolute paths and ways out of the folder.
    """
    if uri.startswith("data:"):
        return _embedded(uri)
    name = unquote(uri)
    parts = re.split(r"[/\\]", name)
    if _SCHEME.match(name) or "\0" in name or name.startswith(("/", "\\", "~")) or ".." in parts or "\\" in name:
        raise FileHostile(_ESCAPES.with_values(uri=uri[:80]))
    folder = path.resolve().parent
    target = (folder / name).resolve()
    if not target.is_relative_to(folder) or target == folder:
        raise FileHostile(_ESCAPES.with_values(uri=uri[:80]))
    if not target.is_file():
        raise FileBroken(_MISSING.with_values(uri=uri[:80]))
    if target.stat().st_size > MOST_BYTES:
        raise FileHostile(_TOO_BIG.with_values(limit=MOST_BYTES))
    return target.read_bytes()


def _embedded(uri: str) -> bytes:
    match = _DATA.match(uri)
    if match is None:
        raise FileBroken(_SHAPE.with_values(key="data:"))
    content = uri[match.end() :]
    if not match[2]:
        return unquote(content).encode("latin-1", "replace")
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FileBroken(_SHAPE.with_values(key="data:")) from error
