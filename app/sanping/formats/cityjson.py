"""Reads CityJSON 1.0, 1.1, 2.0 and CityJSONSeq into city models."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import FileBroken
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.texture import Texturing
from sanping.formats.cityjson_attributes import JsonAttributes
from sanping.formats.cityjson_file import Opened, Parsed, is_sequence, lines, opened, parsed, parsed_line
from sanping.formats.cityjson_objects import Names, ObjectBook
from sanping.formats.cityjson_shapes import BATCH_BYTES, Ground, drawn
from sanping.formats.cityjson_skins import Looks
from sanping.formats.cityjson_templates import Library, library_of, placed
from sanping.formats.cityjson_text import vertices_of
from sanping.formats.cityjson_words import Header, Transform
from sanping.formats.columns import Rows, SkipLog, Triangles, joined, model_of_sound, on_earth
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import Framing, framing
from sanping.formats.garbage import no_garbage_collection
from sanping.formats.pictures import KINDS_ONLY, PictureShelf, says_kinds_only
from sanping.formats.sniffing import checked_head
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_READING = Text("正在读取文件", "Reading the file")
_PARSING = Text("正在解析 CityJSON", "Parsing CityJSON")
_CUTTING = Text("正在生成三角面", "Cutting surfaces into triangles")
_MEASURING = Text("正在整理对象", "Sorting objects")

_HEAD_MISSING = Text(
    "CityJSONSeq 的首行应是带 transform 的 CityJSON 文件头；请重新导出",
    "The first line of a CityJSONSeq must be a CityJSON head with a transform; export it again",
)
_LINE_SKIPPED = Text("行无法读取：{detail}", "line that cannot be read: {detail}")
_VERTEX_BROKEN = Text("顶点不是三个数", "vertex that is not three numbers")
_VERSION_STRANGE = Text(
    "CityJSON 版本 {version} 未经验证，按 2.0 读取", "CityJSON version {version} is not known and was read as 2.0"
)
_REPLACED = Text(
    "{count} 个对象自身的几何让位于其部件更细的几何",
    "The geometry of {count} objects gives way to the finer geometry of their parts",
)

_TYPE = re.compile(rb'"type"\s*:\s*"CityJSON(Feature)?"')


class CityJsonReader:
    """Reads CityJSON files and sequences."""

    name = "CityJSON"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file looks like CityJSON, from its name and first 64 KiB."""
        text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\x1e")
        if not text.startswith(b"{"):
            return False
        name = path.name.lower().removesuffix(".gz")
        return (
            bool(_TYPE.search(text))
            or b'"CityObjects"' in text
            or name.endswith((".city.json", ".city.jsonl", ".cityjson"))
        )

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read the whole file.

        Raises `FileBroken` for a damaged file or one with nothing to draw, `FileHostile` past the limits and
        `CrsMissing` when neither the file nor the options name a CRS.
        """
        checked_head(path)
        with foreign_errors_as_ours(path), no_garbage_collection():
            progress.report(0.0, _READING)
            source = opened(path)
            reading = _Reading(path, options, progress)
            progress.report(0.1, _PARSING)
            if is_sequence(path, source.text):
                reading.read_sequence(source)
            else:
                reading.read_document(source)
            return reading.model()


class _Reading:
    """One file on its way to a model."""

    def __init__(self, path: Path, options: ReadOptions, progress: Progress) -> None:
        self._path = path
        self._options = options
        self._progress = progress
        self._skips = SkipLog(str(path))
        self._book = ObjectBook(self._skips, options.lod)
        self._format = "CityJSON"
        self._header = Header()
        self._notes: list[Text] = []
        self._library: Library | None = None
        self._framing: Framing | None = None
        self._parts: list[Triangles] = []
        self._shelf = PictureShelf(self._skips)

    def read_document(self, source: Opened) -> None:
        """Read a CityJSON file."""
        document = parsed(source, self._path, self._skips)
        self._begin(document.header, source)
        self._progress.report(0.4, _PARSING)
        self._take(document, 0)
        self._progress.report(0.5, _CUTTING)
        self._draw([document.header])

    def read_sequence(self, source: Opened) -> None:
        """Read a CityJSONSeq file, some megabytes of lines at a time."""
        self._format = "CityJSONSeq"
        numbered = lines(source.text)
        headers: list[Header] = []
        size = done = 0
        for number, line in numbered:
            document = parsed_line(line, self._skips)
            done += len(line)
            if not self._library:
                self._begin(_head_of(document, self._path), source)
            if isinstance(document, Text):
                self._skips.add(_LINE_SKIPPED.with_values(detail=document), f"line {number}")
                continue
            self._take(document, len(headers))
            headers.append(document.header)
            size += len(line)
            if size > BATCH_BYTES:
                self._progress.report(0.1 + 0.8 * done / len(source.text), _PARSING)
                self._draw(headers)
                headers, size = [], 0
        self._progress.report(0.8, _CUTTING)
        self._draw(headers)

    def model(self) -> CityModel:
        """Return the model of all that was drawn."""
        self._progress.report(0.9, _MEASURING)
        if self._framing is None:
            raise self._skips.refusal()
        book, mesh = self._book, joined(self._parts)
        if mesh.texturing is not None:
            mesh = replace(mesh, texturing=self._texturing(mesh, mesh.texturing))
        rows = Rows(
            ids=book.ids,
            classes=book.classes,
            parent=np.array(book.parents, dtype=np.int32),
            attributes=JsonAttributes(book.attributes, book.extras),
        )
        origin = Origin(
            format=self._format,
            version=_version(self._header),
            lods=book.lods,
            source_crs=self._framing.source_crs,
            notes=(*self._notes, *self._framing.notes, *self._closing_notes()),
        )
        return model_of_sound(rows, mesh, frame=self._framing.frame, origin=origin, skips=self._skips)

    def _texturing(self, mesh: Triangles, found: Texturing) -> Texturing | None:
        """Return what pictures say, with the pictures; None where they say no more than kinds of surfaces."""
        if says_kinds_only(self._shelf, mesh.triangle_surface, found.point_picture[mesh.triangles[:, 0]]):
            self._notes.append(KINDS_ONLY)
            return None
        return self._shelf.joined([(found, len(mesh.points))])

    def _closing_notes(self) -> Iterator[Text]:
        if _version(self._header).partition(".")[0] not in ("", "1", "2"):
            yield _VERSION_STRANGE.with_values(version=_version(self._header)[:20])
        if self._book.replaced:
            yield _REPLACED.with_values(count=self._book.replaced)

    def _begin(self, header: Header, source: Opened) -> None:
        self._header = header
        self._notes = source.notes
        self._library = library_of(header.templates, self._skips)
        self._book.templates = self._library.templates

    def _take(self, document: Parsed, number: int) -> None:
        self._book.take(document.objects, document.extras, number)

    def _draw(self, headers: list[Header]) -> None:
        """Cut all shapes taken since the last time; `headers` are those of the documents they are numbered by."""
        book = self._book
        shapes, book.shapes = book.shapes, []
        instances, book.instances = book.instances, []
        if not shapes and not instances:
            return
        vertices = vertices_of([header.vertices for header in headers])
        if vertices.broken:
            self._skips.add(_VERTEX_BROKEN, "vertices", vertices.broken)
        points = _real(vertices.points, vertices.counts.tolist(), headers, self._header.transform)
        if not len(points):
            points = np.zeros((0, 3))
        points = on_earth(points)
        if self._framing is None and len(points) and np.isnan(points).any(axis=1).all():
            raise self._skips.refusal()
        first = np.cumsum(vertices.counts) - vertices.counts
        looks = [Looks(header.appearance, self._path, self._shelf, self._skips) for header in headers]
        ground = Ground(points=self._framed(points), first=first, count=vertices.counts, looks=looks)
        names = Names(ids=book.ids, classes=book.classes, skips=self._skips)
        self._parts.append(drawn(shapes, ground, names))
        if instances and self._library is not None:
            self._parts.extend(placed(instances, self._library, ground, names))

    def _framed(self, points: Float64Array) -> Float64Array:
        """Bring points into the frame of the model, which the first of them decide."""
        if self._framing is None:
            self._framing = framing(_declared_crs(self._header), points, self._options)
        convert = self._framing.convert
        sample = points[:: max(1, len(points) // 64)]
        return points if np.array_equal(convert(sample), sample, equal_nan=True) else convert(points)


def _head_of(document: Parsed | Text, path: Path) -> Header:
    if isinstance(document, Text) or document.header.type != "CityJSON":
        raise FileBroken(_HEAD_MISSING, path=str(path), place="line 1")
    return document.header


def _real(
    vertices: Float64Array, counts: list[int], headers: list[Header], transform: Transform | None
) -> Float64Array:
    """Return real coordinates; a feature may have a transform of its own."""
    own = [header.transform or transform for header in headers]
    if all(each is None for each in own):
        return vertices
    is_shared = all(each is own[0] for each in own)
    placed_by = [each or Transform((1.0, 1.0, 1.0), (0.0, 0.0, 0.0)) for each in own[: 1 if is_shared else None]]
    scale = np.array([each.scale for each in placed_by])
    translate = np.array([each.translate for each in placed_by])
    if not is_shared:
        scale, translate = np.repeat(scale, counts, axis=0), np.repeat(translate, counts, axis=0)
    result: Float64Array = vertices * scale + translate
    return result


def _version(header: Header) -> str:
    return "" if header.version is None else str(header.version)


def _declared_crs(header: Header) -> str:
    """Return the CRS as a file of any version declares it, empty when it does not."""
    try:
        metadata = msgspec.json.decode(header.metadata)
    except msgspec.MsgspecError:
        return ""
    if not isinstance(metadata, Mapping):
        return ""
    system = metadata.get("referenceSystem") or metadata.get("crs")
    if isinstance(system, Mapping):
        code = system.get("epsg") or system.get("code")
        authority = system.get("authority") or "EPSG"
        return f"{authority}:{code}" if code else ""
    if isinstance(system, int):
        return f"EPSG:{system}"
    return system if isinstance(system, str) else ""
