"""Reads CityGML 1.0, 2.0 and 3.0 (.gml, .xml, .citygml, also gzip): members stream through a bounded XML parser.

Elements are known by local name, so that all versions and profiles read alike; nothing outside the file is opened.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from lxml import etree

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.text import Text
from sanping.formats.citygml_appearance import SIGNS, looks_of
from sanping.formats.citygml_bytes import BLOCK_BYTES, Damage, blocks, encoding_of
from sanping.formats.citygml_harvest import Context, Harvest
from sanping.formats.citygml_model import city_model
from sanping.formats.citygml_objects import MEMBERS, take_envelope, take_member, take_object
from sanping.formats.citygml_thinning import srs_of, thinned, thinner_for
from sanping.formats.citygml_words import CITY_OBJECTS, XmlElement, local_name
from sanping.formats.columns import SkipLog
from sanping.formats.garbage import no_garbage_collection
from sanping.formats.safe_xml import safe_pull_parser
from sanping.formats.sniffing import checked_head, unpacked_head
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

MAX_OPEN_TAGS = 8_000_000
"""Tags read since the last finished city object."""

MAX_TAGS = 400_000_000

_READING = Text("读取 CityGML", "Reading CityGML")
_BUILDING = Text("生成三角网", "Building triangles")
_TOO_MANY = Text(
    "XML 元素过多，超出上限，已拒绝；请把文件分成较小的区域",
    "The XML has more elements than the limit allows and is refused; split the file into smaller areas",
)
_TOO_DEEP = Text(
    "XML 嵌套超过 256 层或单项过大，像是恶意文件，已拒绝；请检查文件来源",
    "The XML nests over 256 deep or holds an oversized item, as hostile files do, and is refused; check its source",
)
_NOT_XML = Text(
    "XML 从一开始就有错误：{reason}；请重新导出或下载",
    "The XML is wrong from the start: {reason}; export or download it again",
)
_CUT_OFF = Text("文件损坏处之后的对象", "objects behind the damage in the file")
_DAMAGED = Text(
    "文件在第 {line} 行损坏（{reason}）；此前的 {count} 个对象已读取",
    "The file is damaged at line {line} ({reason}); the {count} objects before it were read",
)
_PACKING_CUT = Text("压缩文件不完整，只读取了前面的部分", "The packed file is incomplete; only its beginning was read")
_REPLACED = Text(
    "部分文字不符合声明的编码，已用“�”代替", "Some text does not fit the declared encoding and shows as “�”"
)
_LATIN_BYTES = Text(
    "文件声明为 UTF-8，实际是 Windows-1252 编码，已按后者读取",
    "The file says UTF-8 but is in Windows-1252, and was read as such",
)
_MENDED = Text(
    "文件里有 XML 不允许的字符（如单独的“&”），已代为改正",
    "The file has characters that XML forbids (such as a bare “&”), which were put right",
)
_MISNESTED = Text(
    "XML 从第 {line} 行起有标签交错或缺失，已尽量读完其余部分",
    "Tags of the XML are crossed or missing from line {line} on; the rest was read as far as it goes",
)
_CHINESE_BYTES = Text(
    "文件声明为 UTF-8，实际是 GB 18030 编码，已按后者读取",
    "The file says UTF-8 but is in GB 18030, and was read as such",
)
_UNDECLARED = Text(
    "未声明的 XML 前缀：{prefixes}；其内容照常读取",
    "Undeclared XML prefixes: {prefixes}; what they mark is read all the same",
)
_CODES = Text(
    "代码表（codeSpace）的值按原代码保留，未换成文字",
    "Values from code lists (codeSpace) are kept as codes, not spelled out",
)

_UNDECLARED_PREFIX = 201
_BAD_TEXT = frozenset({9, 81, 6003})
_LIMITS = frozenset({89, 110, 114})
_MENDABLE = frozenset({9, 23, 26, 68})
_CROSSED_TAGS = 76
_STRAY_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()
_NAMES = re.compile(rb"""<([A-Za-z_][\w.-]*):\w|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*["']""")
_PREFIX_DECLARED = re.compile(rb"xmlns:([\w.-]+)\s*=")
_ROOT_NAME = re.compile(rb"<[A-Za-z_\x80-\xff][^\s/>]*")
_VERSION = re.compile(rb"opengis\.net/citygml/(?:[a-z]+/)*([123]\.0)")
_REAL_SPACES = {b"xlink": b"http://www.w3.org/1999/xlink", b"xsi": b"http://www.w3.org/2001/XMLSchema-instance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How one attempt reads the file."""

    encoding: str
    is_thinned: bool = True
    is_mended: bool = False
    is_recovering: bool = False
    prefixes: tuple[bytes, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """What one attempt found; `error` is where the XML broke off."""

    harvest: Harvest
    damage: Damage
    error: etree.XMLSyntaxError | None


class CityGmlReader:
    """Reads CityGML of any version into a `CityModel`."""

    name = "CityGML"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the head names a CityGML namespace or city model, in any encoding, packed or not."""
        plain = unpacked_head(head).replace(b"\x00", b"")
        if not plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
            return False
        return b"opengis.net/citygml" in plain or b"citygml.org/" in plain or b"CityModel" in plain

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read a file.

        `options.settings` may hold "encoding". Raises `FileBroken`, `FileHostile` or `CrsMissing`.
        """
        try:
            with no_garbage_collection():
                return _read(path, options, progress)
        except InputError as error:
            if error.path:
                raise
            raise type(error)(error.message, path=str(path), place=error.place) from error
        except (RecursionError, etree.LxmlError) as error:
            raise FileHostile(_TOO_DEEP, path=str(path)) from error


def _read(path: Path, options: ReadOptions, progress: Progress) -> CityModel:
    head = unpacked_head(checked_head(path))
    wished = str(dict(options.settings).get("encoding", ""))
    way = _Way(encoding=encoding_of(head, wished))
    scan = _scanned(path, way, head, progress)
    for _ in range(6):
        better = _better_way(path, way, scan) if scan.error is not None else None
        if better is None:
            break
        again = _scanned(path, better, head, progress)
        if better.is_recovering and len(again.harvest.ids) <= len(scan.harvest.ids):
            break
        way, scan = better, again
    if scan.harvest.has_looks:
        texts = (text for text, _ in _texts(path, way, Damage()))
        scan.harvest.looks = looks_of(texts, MEMBERS, is_recovering=way.is_recovering)
    skips = SkipLog(str(path))
    notes = way.notes + _notes(scan, skips)
    version = _VERSION.search(head.replace(b"\x00", b""))
    origin = Origin(format="CityGML", version=version[1].decode() if version else "", notes=notes)
    progress.report(0.6, _BUILDING)
    return city_model(scan.harvest, options, origin, skips, path)


def _scanned(path: Path, way: _Way, head: bytes, progress: Progress) -> _Scan:
    """Read the file once, in one way, up to its end or the first error in the XML."""
    harvest, damage = Harvest(file_srs=srs_of(head)), Damage()
    parser = safe_pull_parser(MEMBERS, is_recovering=way.is_recovering)
    thinner = thinner_for(head) if way.is_thinned else None
    size = max(1, path.stat().st_size)
    open_tags = tags = done = 0
    try:
        for whole, taken in _texts(path, way, damage):
            harvest.has_looks = harvest.has_looks or any(sign in whole for sign in SIGNS)
            text = thinned(whole, thinner, harvest) if thinner is not None else whole
            found = _fed(parser, text, harvest)
            harvest.digest()
            done += taken
            tags += (count := text.count(b"<"))
            harvest.has_codes = harvest.has_codes or b" codeSpace=" in text
            open_tags = count if found else open_tags + count
            if open_tags > MAX_OPEN_TAGS or tags > MAX_TAGS:
                raise FileHostile(_TOO_MANY)
            progress.report(min(0.6, 0.6 * done / size), _READING)
        _finish(parser.close(), harvest)
    except etree.XMLSyntaxError as error:
        return _Scan(harvest=harvest, damage=damage, error=error)
    return _Scan(harvest=harvest, damage=damage, error=None)


def _texts(path: Path, way: _Way, damage: Damage) -> Iterator[tuple[bytes, int]]:
    """Yield the file as the XML parser is to see it, piece by piece, and how many bytes of it each piece was."""
    is_first = True
    for block in blocks(path, way.encoding, damage):
        text = _declared(block.lstrip(), way.prefixes) if is_first else block
        is_first = False
        yield _CONTROL.sub(b" ", _STRAY_AMPERSAND.sub(b"&amp;", text)) if way.is_mended else text, len(block)


def _fed(parser: etree.XMLPullParser, text: bytes, harvest: Harvest) -> int:
    """Feed the parser and take the members that are complete, also those before an error; return how many."""
    found = 0
    try:
        for begin in range(0, len(text), BLOCK_BYTES):
            parser.feed(text[begin : begin + BLOCK_BYTES])
    finally:
        for _, member in parser.read_events():
            if _is_top(member):
                found += 1
                take_member(member, harvest)
                _forget(member, harvest)
    return found


def _is_top(member: XmlElement) -> bool:
    parent = member.getparent()
    return parent is not None and parent.getparent() is None


def _forget(member: XmlElement, harvest: Harvest) -> None:
    """Free a member and everything before it, save the envelope."""
    member.clear()
    parent = member.getparent()
    while (before := member.getprevious()) is not None:
        if local_name(before.tag) == "boundedBy":
            take_envelope(before, harvest)
        parent.remove(before)


def _finish(root: XmlElement, harvest: Harvest) -> None:
    """Take what is left at the end: a late envelope, or a lone city object as root."""
    name = local_name(root.tag)
    if name in CITY_OBJECTS and not harvest.ids:
        take_object(root, name, Context(-1), harvest)
    for child in root.iterchildren(etree.Element):
        if local_name(child.tag) == "boundedBy":
            take_envelope(child, harvest)


def _declared(block: bytes, prefixes: tuple[bytes, ...]) -> bytes:
    """Declare prefixes on the root element."""
    root = _ROOT_NAME.search(block)
    if not prefixes or root is None:
        return block
    spaces = b"".join(b' xmlns:%b="%b"' % (p, _REAL_SPACES.get(p, b"urn:undeclared:" + p)) for p in prefixes)
    return block[: root.end()] + spaces + block[root.end() :]


def _better_way(path: Path, way: _Way, scan: _Scan) -> _Way | None:
    """Return another way to read a file whose XML broke, or None when this was the best."""
    error = scan.error
    code = error.code if error is not None else 0
    if code == _UNDECLARED_PREFIX and not way.prefixes:
        prefixes = tuple(sorted(_undeclared(path, way)))
        note = _UNDECLARED.with_values(prefixes=", ".join(p.decode("utf-8", "replace") for p in prefixes))
        return replace(way, prefixes=prefixes, notes=(*way.notes, note)) if prefixes else None
    if code in _BAD_TEXT and way.encoding == "utf-8":
        return _other_encoding(path, way)
    if code in _MENDABLE and not way.is_mended:
        return replace(way, is_mended=True, notes=(*way.notes, _MENDED))
    if way.is_thinned:
        return replace(way, is_thinned=False)
    if code == _CROSSED_TAGS and error is not None and not way.is_recovering:
        note = _MISNESTED.with_values(line=error.lineno or 1)
        return replace(way, is_recovering=True, notes=(*way.notes, note))
    return None


def _undeclared(path: Path, way: _Way) -> set[bytes]:
    used: set[bytes] = set()
    declared = {b"", b"xml", b"xmlns"}
    for block in blocks(path, way.encoding, Damage()):
        used.update(chain.from_iterable(_NAMES.findall(block)))
        declared.update(_PREFIX_DECLARED.findall(block))
    return used - declared


def _other_encoding(path: Path, way: _Way) -> _Way:
    """Read as GB 18030 or Windows-1252 when that fits and UTF-8 hardly does, else as UTF-8 with replacements.

    In Chinese text bytes above ASCII come in pairs, in western text mostly alone.
    """
    replaced = sound = 0
    for block in blocks(path, "utf-8-sig", Damage()):
        wrong = block.count(_REPLACEMENT)
        replaced += wrong
        sound += int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) >= 0xC0)) - wrong
    damage = Damage()
    if replaced > sound:
        runs = [run for block in blocks(path, "utf-8", Damage()) for run in _HIGH_RUN.findall(block)]
        if sum(len(run) >= 2 for run in runs) < 0.6 * len(runs):
            return replace(way, encoding="cp1252", notes=(*way.notes, _LATIN_BYTES))
        for _ in blocks(path, "gb18030", damage):
            pass
        if not damage.replaced_text:
            return replace(way, encoding="gb18030", notes=(*way.notes, _CHINESE_BYTES))
    return replace(way, encoding="utf-8-sig")


def _notes(scan: _Scan, skips: SkipLog) -> tuple[Text, ...]:
    """Say what was odd about the file; refuse one that is hostile or broken before its first object."""
    error, harvest = scan.error, scan.harvest
    found: list[Text] = []
    if error is not None:
        found.append(_salvage_note(error, harvest, skips))
    if scan.damage.packing_ends_early:
        found.append(_PACKING_CUT)
    if scan.damage.replaced_text:
        found.append(_REPLACED)
    if harvest.has_codes:
        found.append(_CODES)
    return tuple(found)


def _salvage_note(error: etree.XMLSyntaxError, harvest: Harvest, skips: SkipLog) -> Text:
    reason = (error.msg or "").rpartition(", line ")[0] or error.msg or "XML"
    line = error.lineno or 1
    if error.code in _LIMITS:
        raise FileHostile(_TOO_DEEP, place=f"line {line}") from error
    if not harvest.ids:
        raise FileBroken(_NOT_XML.with_values(reason=reason), place=f"line {line}") from error
    skips.add(_CUT_OFF, f"line {line}")
    return _DAMAGED.with_values(line=line, reason=reason, count=len(harvest.ids))
