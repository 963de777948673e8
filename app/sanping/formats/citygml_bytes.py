"""The bytes of a CityGML file, block by block in UTF-8: unpacked, transcoded, bounded, and without a DOCTYPE."""

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text

BLOCK_BYTES = 1 << 22
"""Bytes handled at once; the XML parser refuses to be fed more than 10 MB."""

MAX_BYTES = 4 << 30
MAX_RATIO = 200
_RATIO_FREE_BYTES = 1 << 20
_GZIP = b"\x1f\x8b"

_TOO_LARGE = Text(
    "文件超过 {gigabytes} GB 的上限；请把它分成较小的区域再打开",
    "The file passes the limit of {gigabytes} GB; split it into smaller areas and open those",
)
_BOMB = Text(
    "压缩文件膨胀超过 {ratio} 倍，像是恶意文件，已拒绝；请先自行解压检查",
    "The packed file grows more than {ratio} times, as hostile files do, and is refused; unpack and check it yourself",
)
_DOCTYPE_FOUND = Text(
    "XML 里有 DOCTYPE 声明，可能引用外部内容，已拒绝；请删去这一声明",
    "The XML holds a DOCTYPE declaration, which may reach outside, and is refused; remove the declaration",
)
_ENCODING_UNKNOWN = Text(
    "不支持文件声明的文字编码“{name}”；请转存为 UTF-8",
    "The declared text encoding “{name}” is not supported; save the file as UTF-8",
)
_PACKING_BROKEN = Text("gzip 数据损坏；请重新下载或压缩", "The gzip data is damaged; download or pack the file again")

_ENCODINGS = {
    "utf-8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
    "koi8-r": "koi8_r",
    "macintosh": "mac_roman",
    **{f"iso-8859-{part}": f"iso8859_{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    **{f"windows-125{page}": f"cp125{page}" for page in range(9)},
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ROOT = re.compile(rb"<[A-Za-z_\x80-\xff]")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(slots=True)
class Damage:
    """What was wrong with the bytes, filled while they are read."""

    packing_ends_early: bool = False
    replaced_text: bool = False


def encoding_of(head: bytes, wished: str = "") -> str:
    """Return the Python codec of an XML file: the byte order mark, then the wish, then the declaration, else UTF-8.

    Raises `FileBroken` for an encoding that is unknown or hides ASCII.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    declared = _DECLARED.match(head[:1024])
    name = wished or (declared[1].decode("ascii") if declared else "utf-8")
    codec = _ENCODINGS.get(name.lower().replace("_", "-"), "") or _ENCODINGS.get(name.lower(), "")
    if not codec:
        raise FileBroken(_ENCODING_UNKNOWN.with_values(name=name[:40]))
    return codec


def blocks(path: Path, encoding: str, damage: Damage) -> Iterator[bytes]:
    """Yield the file as UTF-8 in blocks of a few megabytes, each but the last cut just before a "<".

    Raises `FileHostile` for a DOCTYPE before the root element, for more than `MAX_BYTES` and for a packed file that
    grows more than `MAX_RATIO` times.
    """
    held = b""
    seen_root = False
    for block in _transcoded(unpacked(path, damage), encoding, damage):
        whole = held + block
        if not seen_root:
            seen_root = _checked_prolog(whole)
        cut = whole.rfind(b"<") if len(whole) < 2 * BLOCK_BYTES else len(whole)
        held = whole[cut:] if cut > 0 else whole
        if cut > 0:
            yield whole[:cut]
    if held:
        yield held


def _checked_prolog(data: bytes) -> bool:
    """Refuse a DOCTYPE among what comes before the root element; say whether the root element has begun."""
    root = _ROOT.search(data)
    if _DOCTYPE.search(data, 0, max(4096, root.start() if root else len(data))):
        raise FileHostile(_DOCTYPE_FOUND)
    return root is not None


def _transcoded(raw: Iterator[bytes], encoding: str, damage: Damage) -> Iterator[bytes]:
    """Turn blocks of any encoding into UTF-8; a UTF-8 file passes unchanged, so that the parser sees its errors."""
    if encoding == "utf-8":
        yield from raw
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in raw:
        yield _encoded(decoder.decode(block), damage)
    yield _encoded(decoder.decode(b"", final=True), damage)


def _encoded(text: str, damage: Damage) -> bytes:
    damage.replaced_text = damage.replaced_text or "�" in text
    return text.lstrip("\ufeff").encode("utf-8")


def unpacked(path: Path, damage: Damage) -> Iterator[bytes]:
    """Yield the bytes of a file, packed with gzip or not, in blocks; raises `FileBroken` and `FileHostile`."""
    with path.open("rb") as file:
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        total = 0
        for block in _inflated(file, damage) if is_packed else iter(lambda: file.read(BLOCK_BYTES), b""):
            total += len(block)
            if total > MAX_BYTES:
                raise FileHostile(_TOO_LARGE.with_values(gigabytes=MAX_BYTES >> 30))
            yield block


def _inflated(file: BinaryIO, damage: Damage) -> Iterator[bytes]:
    """Unpack gzip members one after another, never more than a block at a time."""
    taken = given = 0
    inflater = zlib.decompressobj(wbits=31)
    pending = b""
    while True:
        if not pending:
            pending = file.read(BLOCK_BYTES >> 4)
            if not pending:
                damage.packing_ends_early = not inflater.eof
                return
        if inflater.eof:
            if not pending.strip(b"\0"):
                pending = b""
                continue
            inflater = zlib.decompressobj(wbits=31)
        before = len(pending)
        try:
            block = inflater.decompress(pending, BLOCK_BYTES)
        except zlib.error as error:
            if given == 0:
                raise FileBroken(_PACKING_BROKEN) from error
            damage.packing_ends_early = True
            return
        pending = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        taken += before - len(pending)
        given += len(block)
        if given > _RATIO_FREE_BYTES and given > MAX_RATIO * max(1, taken):
            raise FileHostile(_BOMB.with_values(ratio=MAX_RATIO))
        if block:
            yield block
