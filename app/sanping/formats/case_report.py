"""A report on the cases of a span as rows of cells: its indicators by group, and its list. No personal data is in it.

Cells are text, numbers, moments of local time or None; text that a spreadsheet would take for a formula is defused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from types import MappingProxyType

from sanping.domain.case import STATE_TITLES
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Language, Text
from sanping.formats import case_words as words
from sanping.wire.cases import Governance, GroupBy, IndicatorRow

Cell = str | int | float | datetime | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
STREET_DIGITS = 9
NO_NAMES: Mapping[str, Text] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """What a report is of, and its indicators: of all cases, and by group; `total` is the length of its list.

    `areas`, `departments` and `sources` are names by code. It was made at `made_ms`, for where `zone` is the clock of
    the twin.
    """

    title: Text
    from_ms: int
    to_ms: int
    made_ms: int
    whole: IndicatorRow
    groups: Mapping[GroupBy, tuple[IndicatorRow, ...]]
    total: int = 0
    areas: Mapping[str, Text] = field(default_factory=lambda: NO_NAMES)
    departments: Mapping[str, Text] = field(default_factory=lambda: NO_NAMES)
    sources: Mapping[str, Text] = field(default_factory=lambda: NO_NAMES)
    zone: tzinfo | None = None
    language: Language = "zh"
    is_simulated: bool = False

    def say(self, text: Text) -> str:
        """Return a text in the report's language."""
        return text.in_language(self.language)

    def moment(self, at_ms: int) -> datetime | None:
        """Return a moment of local time without its zone, as spreadsheets have it; None for 0."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).replace(tzinfo=None, microsecond=0) if at_ms else None

    def area(self, code: str) -> Text:
        """Return what people call an area: the street that it lies in, else the narrowest that is known."""
        for length in (STREET_DIGITS, *range(len(code), 1, -1)):
            if code[:length] in self.areas:
                return self.areas[code[:length]]
        return Text(code, code)


def names_of(tables: Governance) -> dict[str, Mapping[str, Text]]:
    """Return the names that a report needs of the tables of a city, as its fields."""
    return {
        "areas": {row.code: Text(row.name_zh, row.name_en or row.name_zh) for row in tables.areas},
        "departments": {row.id: Text(row.name_zh, row.name_en or row.name_zh) for row in tables.departments},
        "sources": {row.key: Text(row.title_zh, row.title_en or row.title_zh) for row in tables.sources},
    }


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def line_head(report: CaseReport) -> list[str]:
    """Return the names of the columns of the list."""
    return [report.say(column) for column in words.LINE_COLUMNS]


def line_cells(report: CaseReport, line: CaseLine) -> list[Cell]:
    """Return one case of the list."""
    named = {
        "department": report.departments.get(line.department, Text(line.department, line.department)),
        "source": report.sources.get(line.source, Text(line.source, line.source)),
    }
    is_late = line.is_open and 0 < line.due_ms < report.made_ms
    cells: list[Cell] = [
        line.id,
        report.say(STATE_TITLES[line.state]),
        report.say(words.KINDS[line.kind]),
        line.case_class,
        report.say(Text(line.title_zh, line.title_en or line.title_zh)),
        report.say(named["source"]),
        line.area,
        report.say(report.area(line.area)),
        line.address,
        report.say(named["department"]),
        report.say(words.URGENCIES[line.urgency]),
        report.moment(line.reported_ms),
        report.moment(line.changed_ms),
        report.moment(line.due_ms),
        report.moment(line.closed_ms),
        report.say(words.OVERDUE_YES) if is_late else "",
        line.reworks,
        None if line.lon_deg is None else round(line.lon_deg, 6),
        None if line.lat_deg is None else round(line.lat_deg, 6),
        report.say(words.SIMULATED) if line.is_simulated else "",
    ]
    return [defused(cell) if isinstance(cell, str) else cell for cell in cells]


def indicator_head(report: CaseReport) -> list[str]:
    """Return the names of the columns of indicators: group, code, name, counts, rates."""
    first = (Text("分组", "Group"), Text("代码", "Code"), Text("名称", "Name"))
    return [report.say(column) for column in (*first, *words.COUNTS.values(), *words.RATES.values())]


def indicator_rows(report: CaseReport) -> Iterator[list[Cell]]:
    """Yield the indicators of all cases, and then group by group."""
    yield indicator_cells(report, words.WHOLE, report.whole)
    for by, rows in report.groups.items():
        for row in rows:
            yield indicator_cells(report, words.GROUPS[by], row)


def indicator_cells(report: CaseReport, group: Text, row: IndicatorRow) -> list[Cell]:
    """Return the indicators of one group; a rate of nothing is None, never 0."""
    name = report.say(Text(row.title_zh, row.title_en or row.title_zh))
    cells: list[Cell] = [report.say(group), row.key, name]
    cells += [row.counts.get(key, 0) for key in words.COUNTS]
    cells += [round(row.rates[key], 6) if key in row.rates else None for key in words.RATES]
    return [defused(cell) if isinstance(cell, str) else cell for cell in cells]


def about_rows(report: CaseReport) -> list[list[Cell]]:
    """Return what the report is, for a sheet of its own: title, span, when it was made, what it leaves out."""
    rows: list[tuple[Text, Cell]] = [
        (Text("报告", "Report"), report.say(report.title)),
        (Text("统计起", "From"), report.moment(report.from_ms)),
        (Text("统计止（不含）", "To (not included)"), report.moment(report.to_ms)),
        (Text("生成时间", "Made"), report.moment(report.made_ms)),
        (Text("案件数", "Cases"), report.total),
        (
            Text("口径", "Definitions"),
            report.say(Text("按上报时间统计；公式见《案件闭环》参考页", "By moment of report")),
        ),
        (Text("个人信息", "Personal data"), report.say(Text("不含举报人、说明等个人信息", "None is included"))),
    ]
    if report.is_simulated:
        rows.append((Text("数据性质", "Nature"), report.say(Text("含模拟数据，不得用于考核", "Holds simulated data"))))
    return [[report.say(name), defused(cell) if isinstance(cell, str) else cell] for name, cell in rows]
