"""What a file is before any reader sees it: pointers, error pages, empty files and formats we do not read."""

import zlib
from pathlib import Path

from sanping.domain.errors import FileBroken
from sanping.domain.text import Text

HEAD_BYTES = 65_536

_GZIP = b"\x1f\x8b"
_LFS = b"version https://git-lfs.github.com/spec/"
_ANNEX = b"/annex/objects/"

_MISSING = Text("文件不存在；请检查路径", "The file does not exist; check the path")
_FOLDER = Text("这是一个文件夹；请选择其中的文件", "This is a folder; choose a file in it")
_UNREADABLE = Text(
    "无法读取文件：{reason}；请检查权限和磁盘", "The file cannot be read: {reason}; check permissions and disk"
)
_EMPTY = Text("文件是空的；请重新下载或导出", "The file is empty; download or export it again")
_BLANK = Text(
    "文件里只有零或空白；请重新下载或导出", "The file holds nothing but zeros or blanks; download or export it again"
)
_POINTER = Text(
    "这是 Git LFS 指针，不是数据本身；请在仓库里运行 git lfs pull 取得数据",
    "This is a Git LFS pointer, not the data; run git lfs pull in its repository to fetch the data",
)
_PAGE = Text(
    "这是一个网页（多半是下载失败的提示），不是模型；请重新下载",
    "This is a web page (most likely a failed download), not a model; download it again",
)

UNSUPPORTED_SUFFIXES = {
    ".ifcxml": "ifcXML",
    ".osg": "OpenSceneGraph",
    ".dwg": "DWG",
    ".dxf": "DXF",
    ".rvt": "Revit RVT",
    ".rfa": "Revit RFA",
    ".skp": "SketchUp SKP",
    ".3ds": "3DS",
    ".max": "3ds Max",
    ".fbx": "FBX",
    ".dae": "COLLADA",
    ".ply": "PLY",
    ".stl": "STL",
    ".e57": "E57",
    ".gdb": "File Geodatabase",
    ".udbx": "SuperMap UDBX",
    ".dgn": "DGN",
    ".nwd": "Navisworks NWD",
    ".usdz": "USD",
    ".blend": "Blender",
}
_UNSUPPORTED_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"Kaydara FBX", "FBX"),
    (b"AC10", "DWG"),
    (b"BLENDER", "Blender"),
    (b"ply\n", "PLY"),
    (b"ply\r", "PLY"),
    (b"\xd0\xcf\x11\xe0", "Revit/3ds Max (OLE)"),
    (b"%PDF", "PDF"),
    (b"MM\x00\x2a", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"PK\x03\x04", "ZIP"),
)
UNSUPPORTED_WORDS: tuple[tuple[bytes, str], ...] = (
    (b"opengis.net/indoorgml", "IndoorGML"),
    (b"opengis.net/gml", "GML"),
    (b'"Topology"', "TopoJSON"),
    (b'"esriGeometry', "Esri JSON"),
    (b"Overpass API", "OSM JSON (Overpass)"),
)


_READINGS_SUFFIXES = (".csv", ".tsv", ".sprec")
_READINGS_WORDS = (b"timeSeriesResponse", b"opengis.net/waterml")


def checked_head(path: Path) -> bytes:
    """Return the first 64 KiB of a file; raises `FileBroken` for what is no data at all."""
    try:
        if path.is_dir():
            raise FileBroken(_FOLDER, path=str(path))
        if not path.is_file():
            raise FileBroken(_MISSING, path=str(path))
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileBroken(_UNREADABLE.with_values(reason=reason), path=str(path)) from error
    _refuse_stand_ins(path, head)
    return head


def _refuse_stand_ins(path: Path, head: bytes) -> None:
    """Raise for files that only stand in for the data."""
    if not head:
        raise FileBroken(_EMPTY, path=str(path))
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileBroken(_BLANK, path=str(path))
    if head.startswith(_LFS) or (len(head) < 300 and _ANNEX in head):
        raise FileBroken(_POINTER, path=str(path))
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise FileBroken(_PAGE, path=str(path))


def unpacked_head(head: bytes) -> bytes:
    """Return the start of what a gzip file holds, at most 64 KiB; any other head unchanged."""
    if not head.startswith(_GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return head


def is_known_suffix(path: Path) -> bool:
    """Say whether the name is that of a format we know of but do not read."""
    return path.suffix.lower() in UNSUPPORTED_SUFFIXES


def unsupported_name(path: Path, head: bytes) -> str:
    """Return the name of a format that we know of but do not read; empty when it is a stranger."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{"):
        name = next((name for word, name in UNSUPPORTED_WORDS if word in head), "")
        if name:
            return name
    for start, name in _UNSUPPORTED_STARTS:
        if head.startswith(start):
            return UNSUPPORTED_SUFFIXES.get(path.suffix.lower(), name)
    return UNSUPPORTED_SUFFIXES.get(path.suffix.lower(), "")


def holds_readings(path: Path, head: bytes) -> bool:
    """Say whether a file that is no model looks like a table or a series of readings."""
    return path.suffix.lower() in _READINGS_SUFFIXES or any(word in head for word in _READINGS_WORDS)
