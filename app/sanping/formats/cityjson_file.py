"""The text of a CityJSON file: unpacked, in UTF-8, and taken apart into documents."""

import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text
from sanping.formats.cityjson_objects import objects_one_by_one
from sanping.formats.cityjson_words import CityObject, Document, Header, LooseDocument
from sanping.formats.columns import SkipLog
from sanping.formats.json_mending import with_nulls

MAX_BYTES = 4 << 30
MAX_RATIO = 200
_RATIO_FREE_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 22
_GZIP = b"\x1f\x8b"
_RECORD_SEPARATOR = b"\x1e"

_TOO_LARGE = Text(
    "文件超过 {gigabytes} GB 的上限；请把它分成较小的区域再打开",
    "The file passes the limit of {gigabytes} GB; split it into smaller areas and open those",
)
_BOMB = Text(
    "压缩文件膨胀超过 {ratio} 倍，像是恶意文件，已拒绝；请先自行解压检查",
    "The packed file grows more than {ratio} times, as hostile files do, and is refused; unpack and check it yourself",
)
_PACKING_BROKEN = Text(
    "gzip 数据损坏或不完整；请重新下载或压缩", "The gzip data is damaged or incomplete; download or pack the file again"
)
_UNREADABLE = Text(
    "无法读取文件：{reason}；请检查权限和磁盘", "The file cannot be read: {reason}; check permissions and disk"
)
_NOT_TEXT = Text("文件不是 UTF-8 文本；请另存为 UTF-8", "The file is not UTF-8 text; save it again as UTF-8")
_TRUNCATED = Text(
    "JSON 在中途结束，文件不完整；请重新下载或导出",
    "The JSON ends in the middle, the file is incomplete; download or export it again",
)
_MALFORMED = Text(
    "JSON 语法错误：{detail}；请检查或重新导出", "The JSON is malformed: {detail}; check it or export it again"
)
_TOO_DEEP = Text("JSON 嵌套过深，像是恶意文件，已拒绝", "The JSON nests too deep, as hostile files do, and is refused")
_HEADER_WRONG = Text(
    "不是有效的 CityJSON：{detail}；请用 cjval 检查或重新导出",
    "Not valid CityJSON: {detail}; check it with cjval or export it again",
)
_READ_AS = Text("文件不是 UTF-8，按 {encoding} 读取", "The file is not UTF-8 and was read as {encoding}")
_NUMBERS_MISSING = Text(
    "文件里有 NaN 等 JSON 不允许的写法，已按空值读取", "The file has NaN or the like, which JSON forbids; read as null"
)

_STRICT = msgspec.json.Decoder(Document)
_LOOSE = msgspec.json.Decoder(LooseDocument)
_BYTE = re.compile(r"\s*\(byte (\d+)\)")


@dataclass(slots=True, kw_only=True)
class Opened:
    """A file's text in UTF-8 without a byte order mark, and what had to be done to it."""

    text: bytes
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document: its head, its objects, and properties of objects that the standard does not know."""

    header: Header
    objects: Mapping[str, CityObject]
    extras: Mapping[str, Mapping[str, bytes]]


def opened(path: Path) -> Opened:
    """Read a file, packed with gzip or not.

    Raises `FileBroken` when it is no text and `FileHostile` past the limits.
    """
    try:
        data = _unpacked(path)
    except OSError as error:
        raise FileBroken(_UNREADABLE.with_values(reason=error.strerror or error), path=str(path)) from error
    if data.isascii():
        return Opened(text=data)
    encoding = json.detect_encoding(data[:4])
    if encoding not in ("utf-8", "utf-8-sig"):
        return Opened(text=_transcoded(data, encoding, path), notes=[_READ_AS.with_values(encoding=encoding)])
    text = data[3:] if encoding == "utf-8-sig" else data
    try:
        text.decode()
    except UnicodeDecodeError as error:
        place = f"byte {error.start + len(data) - len(text)}"
        return Opened(text=_transcoded(text, "gb18030", path, place), notes=[_READ_AS.with_values(encoding="GBK")])
    return Opened(text=text)


def _transcoded(data: bytes, encoding: str, path: Path, place: str = "") -> bytes:
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        raise FileBroken(_NOT_TEXT, path=str(path), place=place or f"byte {error.start}") from error


def _unpacked(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise FileHostile(_TOO_LARGE.with_values(gigabytes=MAX_BYTES >> 30), path=str(path))
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        return b"".join(_inflated(file, path)) if packed else file.read()


def _inflated(file: io.BufferedReader, path: Path) -> Iterator[bytes]:
    """Unpack gzip members one after the other, within limits."""
    inflater = zlib.decompressobj(wbits=31)
    taken, given, pending = 0, 0, b""
    while pending or (pending := file.read(_BLOCK_BYTES)):
        if inflater.eof:
            inflater = zlib.decompressobj(wbits=31)
        try:
            block = inflater.decompress(pending, _BLOCK_BYTES)
        except zlib.error as error:
            raise FileBroken(_PACKING_BROKEN, path=str(path)) from error
        left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        taken, given, pending = taken + len(pending) - len(left), given + len(block), left.lstrip(b"\x00")
        if given > MAX_BYTES:
            raise FileHostile(_TOO_LARGE.with_values(gigabytes=MAX_BYTES >> 30), path=str(path))
        if given > max(_RATIO_FREE_BYTES, MAX_RATIO * taken):
            raise FileHostile(_BOMB.with_values(ratio=MAX_RATIO), path=str(path))
        yield block
    if not inflater.eof:
        raise FileBroken(_PACKING_BROKEN, path=str(path))


def is_sequence(path: Path, text: bytes) -> bool:
    """Say whether a file is a CityJSONSeq: a document on every line."""
    if path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return True
    begin = text.find(b"{")
    end = text.find(b"\n", begin)
    return (
        0 <= begin < end
        and text[begin:end].rstrip().endswith(b"}")
        and text[end : end + 4096].lstrip()[:1] in (b"{", _RECORD_SEPARATOR)
    )


def lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Go through the lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(io.BytesIO(text), 1):
        stripped = line.strip(b" \t\r\n" + _RECORD_SEPARATOR)
        if stripped:
            yield number, stripped


def parsed(opened_file: Opened, path: Path, skips: SkipLog) -> Parsed:
    """Take a whole file apart as one document.

    Raises `FileBroken` with the line and byte of a syntax error, `FileHostile` for bottomless nesting.
    """
    text = opened_file.text
    try:
        return document(text, skips)
    except msgspec.ValidationError as error:
        raise FileBroken(_HEADER_WRONG.with_values(detail=error), path=str(path)) from error
    except msgspec.DecodeError as error:
        mended = with_nulls(text)
        if mended is None:
            raise _damage(text, error, path) from error
    except RecursionError as error:
        raise FileHostile(_TOO_DEEP, path=str(path)) from error
    opened_file.notes.append(_NUMBERS_MISSING)
    return parsed(Opened(text=mended), path, skips)


def parsed_line(line: bytes, skips: SkipLog) -> Parsed | Text:
    """Take one line of a sequence apart, or say what is wrong with it."""
    try:
        return document(line, skips)
    except msgspec.ValidationError as error:
        return _HEADER_WRONG.with_values(detail=error)
    except msgspec.DecodeError as error:
        mended = with_nulls(line)
        if mended is not None:
            return parsed_line(mended, skips)
        return _MALFORMED.with_values(detail=_BYTE.sub("", str(error)))
    except RecursionError:
        return _TOO_DEEP


def document(text: bytes, skips: SkipLog) -> Parsed:
    """Decode one document, object by object when some are not as the standard wants them."""
    try:
        whole = _STRICT.decode(text)
    except msgspec.ValidationError:
        loose = _LOOSE.decode(text)
        objects, extras = objects_one_by_one(loose.objects, skips)
        return Parsed(header=loose, objects=objects, extras=extras)
    return Parsed(header=whole, objects=whole.objects, extras={})


def _damage(text: bytes, error: msgspec.DecodeError, path: Path) -> FileBroken:
    found = _BYTE.search(str(error))
    byte = int(found[1]) if found else len(text)
    line = text.count(b"\n", 0, byte) + 1
    place = f"line {line}, byte {byte}"
    if not found or byte >= len(text.rstrip()) - 1:
        return FileBroken(_TRUNCATED, path=str(path), place=place)
    return FileBroken(_MALFORMED.with_values(detail=_BYTE.sub("", str(error))), path=str(path), place=place)
