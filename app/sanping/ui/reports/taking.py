"""Takes a report on the cases of a span from a hub and writes it; blocks, so it belongs into a job."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import msgspec

from sanping.client.questions import Questions
from sanping.domain.area import level_below
from sanping.domain.case_filter import EVERY_CASE, CaseFilter, CaseScope
from sanping.domain.case_line import CaseLine
from sanping.domain.component import ClassKind
from sanping.domain.errors import InputError
from sanping.domain.text import Language, Text
from sanping.formats.case_csv import write_case_csv, write_indicator_csv
from sanping.formats.case_report import CaseReport, names_of
from sanping.formats.case_xlsx import write_case_xlsx
from sanping.ports.progress import Progress
from sanping.storage.whole_file import whole_file
from sanping.ui.reports.pages import write_case_pdf
from sanping.wire.cases import MOST_LINES, Governance, GroupBy, IndicatorRow

SUFFIXES = (".xlsx", ".pdf", ".csv")
GROUPINGS: tuple[GroupBy, ...] = ("area", "department", "class", "source", "day")
_ASKING = Text("正在统计：{what}", "Counting: {what}")
_WHAT: dict[GroupBy, Text] = {
    "area": Text("街镇", "streets"), "department": Text("部门", "departments"), "class": Text("类别", "classes"),
    "source": Text("来源", "sources"), "day": Text("日期", "days"),
}  # fmt: skip
_SUFFIX = Text(
    "报告只能写成 {known}；请改文件名的后缀", "A report is written as {known}; change how the name of the file ends"
)
_KINDS: dict[ClassKind, Text] = {"event": Text("事件", "events"), "component": Text("部件", "components")}
_OF = Text("{title}（{of}）", "{title} ({of})")
_BACKWARDS = Text("结束须晚于开始", "The end must be later than the beginning")
_FOLDER = Text("文件夹“{folder}”不存在；请先建立", "There is no folder {folder}; make it first")
_ASKED_SHARE = 0.15


@dataclass(frozen=True, kw_only=True)
class ReportWish:
    """What is wanted: a file, whose suffix says how it is written, a span of milliseconds since 1970 UTC.

    `picture` shows the twin on the first page, as PNG or JPEG; empty for none. `scope` says which cases it is of.
    """

    path: Path
    from_ms: int
    to_ms: int
    made_ms: int
    title: Text
    zone: tzinfo | None = None
    language: Language = "zh"
    picture: bytes = b""
    scope: CaseScope = EVERY_CASE


def take_report(questions: Questions, wish: ReportWish, progress: Progress) -> tuple[Path, ...]:
    """Write a report and return its files: CSV has its indicators in a second one.

    Raises `InputError`, `HubUnreachable`, `StoreFailed`, `Cancelled`; then there is no file.
    """
    check(wish)
    report = gathered(questions, wish, progress)
    part = Rest(progress, _ASKED_SHARE)
    lines = listed(questions, wish)
    if wish.path.suffix.lower() == ".xlsx":
        with whole_file(wish.path) as file:
            write_case_xlsx(file, report, lines, part)
        return (wish.path,)
    if wish.path.suffix.lower() == ".pdf":
        with whole_file(wish.path) as file:
            write_case_pdf(file, report, lines, part, wish.picture)
        return (wish.path,)
    beside = wish.path.with_name(f"{wish.path.stem}-{'指标' if wish.language == 'zh' else 'indicators'}.csv")
    with whole_file(wish.path) as file, whole_file(beside) as other:
        write_case_csv(file, report, lines, part)
        write_indicator_csv(other, report)
    return wish.path, beside


def check(wish: ReportWish) -> None:
    """Raise `InputError` for a wish that cannot be fulfilled."""
    if wish.path.suffix.lower() not in SUFFIXES:
        raise InputError(_SUFFIX.with_values(known="、".join(SUFFIXES)), path=str(wish.path))
    if wish.from_ms >= wish.to_ms:
        raise InputError(_BACKWARDS)
    if not wish.path.parent.is_dir():
        raise InputError(_FOLDER.with_values(folder=wish.path.parent), path=str(wish.path))


def gathered(questions: Questions, wish: ReportWish, progress: Progress) -> CaseReport:
    """Return a report without its list: the hub has counted, so every screen tells the same figures."""
    groups: dict[GroupBy, tuple[IndicatorRow, ...]] = {}
    whole = None
    for number, by in enumerate(GROUPINGS):
        progress.report(_ASKED_SHARE * number / len(GROUPINGS), _ASKING.with_values(what=_WHAT[by]))
        found = questions.indicators(wish.from_ms, wish.to_ms, by, level_below(wish.scope.area), wish.scope)
        groups[by], whole = found.groups, whole or found.whole
    assert whole is not None
    first, tables = questions.cases(_filter(wish, 0, 1)), questions.governance()
    return CaseReport(
        title=titled(wish.title, wish.scope, tables),
        from_ms=wish.from_ms,
        to_ms=wish.to_ms,
        made_ms=wish.made_ms,
        whole=whole,
        groups=groups,
        total=first.total,
        zone=wish.zone,
        language=wish.language,
        is_simulated=any(line.is_simulated for line in first.lines),
        **names_of(tables),
    )


def titled(title: Text, scope: CaseScope, tables: Governance) -> Text:
    """Return the title of a report with what it is of: area, department and class by name."""
    if scope == EVERY_CASE:
        return title
    areas = {row.code: Text(row.name_zh, row.name_en) for row in tables.areas}
    departments = {row.id: Text(row.name_zh, row.name_en) for row in tables.departments}
    classes = {(row.kind, row.code): Text(row.name_zh, row.name_en) for row in tables.classes}
    parts = [
        areas.get(scope.area, Text(scope.area, scope.area)),
        departments.get(scope.department, Text(scope.department, scope.department)),
        _KINDS[scope.kind] if scope.kind and not scope.case_class else Text("", ""),
        classes.get((scope.kind or "event", scope.case_class), Text(scope.case_class, scope.case_class)),
    ]
    said = [part for part in parts if part.zh]
    of = Text("、".join(part.zh for part in said), ", ".join(part.en for part in said))
    return _OF.with_values(title=title, of=of)


def listed(questions: Questions, wish: ReportWish) -> Iterator[CaseLine]:
    """Yield the cases of a wish page by page, in the order in which they were reported, each once."""
    known: set[str] = set()
    offset = 0
    while True:
        page = questions.cases(_filter(wish, offset, MOST_LINES))
        for line in page.lines:
            if line.id not in known:
                known.add(line.id)
                yield line
        offset += len(page.lines)
        if not page.lines or offset >= page.total:
            return


def _filter(wish: ReportWish, offset: int, limit: int) -> CaseFilter:
    scope = msgspec.structs.asdict(wish.scope)
    return CaseFilter(from_ms=wish.from_ms, to_ms=wish.to_ms, sort="reported", offset=offset, limit=limit, **scope)


class Rest:
    """What is left of a longer job after its first share."""

    def __init__(self, whole: Progress, done: float) -> None:
        self._whole, self._done = whole, done

    def report(self, fraction: float, doing: Text) -> None:
        """Say how far the rest is."""
        self._whole.report(self._done + (1.0 - self._done) * fraction, doing)
