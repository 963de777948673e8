"""What the importer sees in a file, as a table for people; `sanping inspect --json` has the same for programs."""

from collections.abc import Iterator

from sanping.cli.terminal import table
from sanping.domain.city import Skipped
from sanping.domain.text import Language, Text
from sanping.formats.inspection import Inspection

NO_CRS = Text("未声明", "not declared")
SECONDS = Text("耗时（秒）", "seconds")
_SKIPPED = Text("{count} 个：{reason}{examples}", "{count}: {reason}{examples}")
_EXAMPLES = Text("（如 {names}）", " (such as {names})")
_HEIGHTS = Text("{bottom} 至 {top} 米", "{bottom} to {top} m")


def inspection_table(seen: Inspection, language: Language) -> str:
    """Return a small table: a line for each fact that the file has, each note and each reason to skip."""
    return table([[title.in_language(language), words] for title, words in _rows(seen, language) if words])


def _rows(seen: Inspection, language: Language) -> Iterator[tuple[Text, str]]:
    origin, box, frame = seen.origin, seen.extent, seen.frame
    yield Text("文件", "file"), str(seen.path)
    yield Text("格式", "format"), f"{origin.format} {origin.version}".strip()
    yield Text("坐标系", "CRS"), (origin.source_crs or frame.crs) if seen.has_crs else NO_CRS.in_language(language)
    corners = f"{box.west:.2f}, {box.south:.2f} – {box.east:.2f}, {box.north:.2f}"
    yield Text("范围", "extent"), f"{corners} ({frame.crs})"
    if box.bottom or box.top:
        heights = _HEIGHTS.with_values(bottom=f"{box.bottom:.2f}", top=f"{box.top:.2f}")
        yield Text("高度", "heights"), heights.in_language(language)
    yield Text("高程基准", "vertical datum"), frame.vertical_datum
    yield Text("细节层次", "levels of detail"), ", ".join(origin.lods)
    yield Text("对象", "objects"), ", ".join(f"{count} {name}" for name, count in seen.objects.items())
    yield Text("三角形", "triangles"), str(seen.triangles or "")
    yield Text("点", "points"), str(seen.points)
    for item in origin.skipped:
        yield Text("略过", "skipped"), _skipped(item).in_language(language)
    for note in seen.notes:
        yield Text("说明", "note"), note.in_language(language)
    yield SECONDS, f"{seen.seconds:.3f}"


def _skipped(item: Skipped) -> Text:
    names = _EXAMPLES.with_values(names=", ".join(item.examples[:3])) if item.examples else Text("", "")
    return _SKIPPED.with_values(count=item.count, reason=item.reason, examples=names)
