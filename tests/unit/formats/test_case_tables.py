"""Reports on cases as CSV and XLSX: what the cells hold, that no formula gets through, that a job can be stopped."""

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from fakes.case_answers import DAY_MS, HOSTILE, NOW_MS, CaseAnswers, indicator, report_line
from sanping.domain.case_line import CaseLine
from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.formats.case_csv import write_case_csv, write_indicator_csv
from sanping.formats.case_report import CaseReport, about_rows, defused, indicator_head, line_cells, line_head, names_of
from sanping.formats.case_words import COUNTS, GROUPS, RATES
from sanping.formats.case_xlsx import write_case_xlsx
from sanping.ports.progress import SilentProgress
from sanping.twin.cases.indicators import Counts, rates_of

CHINA = timezone(timedelta(hours=8))
LINES = [report_line(number) for number in range(1, 2501)]


def a_report(total: int = len(LINES), **more: object) -> CaseReport:
    given: dict[str, object] = {
        "title": Text("评价报告", "Report"), "from_ms": NOW_MS - DAY_MS, "to_ms": NOW_MS, "made_ms": NOW_MS,
        "whole": indicator("", "合计", 100, on_time_rate=0.75), "total": total, "zone": CHINA,
        "groups": {"area": (indicator("a", "长寿路街道", 70, on_time_rate=0.9), indicator("b", "@乙", 30))},
        **names_of(CaseAnswers(()).governance()), **more,
    }  # fmt: skip
    return CaseReport(**given)  # type: ignore[arg-type]


class Stopping:
    """Somebody who stops a job at its second word."""

    said: float = 0.0

    def report(self, fraction: float, doing: Text) -> None:
        if fraction > self.said > 0.0:
            raise Cancelled(Text("已停止", "stopped"))
        self.said = fraction


def sheets_of(path: Path) -> dict[str, str]:
    """Return the XML of the parts of a workbook."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml")}


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n-1"])
def test_text_that_a_spreadsheet_would_run_is_defused(text: str) -> None:
    # given text that begins as a formula does
    # when it becomes a cell
    # then an apostrophe makes it text
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "长寿路 1 号", "a=b", "12345", "武宁路-中山北路"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_every_count_and_every_rate_has_a_column() -> None:
    # given the indicators of the city
    # when the columns are named
    # then none is missing, in the order in which they are counted
    assert list(COUNTS) == list(Counts.__dataclass_fields__)
    assert set(rates_of(Counts(**dict.fromkeys(Counts.__dataclass_fields__, 2)))) == set(RATES)
    assert len(indicator_head(a_report())) == 3 + len(COUNTS) + len(RATES)
    assert set(GROUPS) == {"area", "department", "class", "source", "day"}


def test_a_case_is_told_by_its_names_in_local_time_and_without_personal_data() -> None:
    # given a case that is late
    report = a_report()
    names = line_head(report)

    # when it becomes a row
    row = dict(zip(names, line_cells(report, report_line(2)), strict=True))

    # then codes have their names, moments are local, and no column holds a person
    assert (row["区域"], row["处置部门"], row["来源"], row["状态"]) == (
        "长寿路街道",
        "绿化市容",
        "监督员上报",
        "处置中",
    )
    assert row["上报时间"] == datetime(2026, 11, 20, 16, 40)
    assert row["是否超期"] == "超期"
    assert row["结案时间"] is None
    assert row["经度"] == -0.1
    assert not {"举报人", "电话", "说明"} & set(names)
    assert any("模拟" in str(cell) for cells in about_rows(a_report(is_simulated=True)) for cell in cells)


def test_csv_is_read_as_chinese_and_has_every_case(tmp_path: Path) -> None:
    # given 2500 cases
    path = tmp_path / "cases.csv"

    # when they are written and read back
    written = write_case_csv(path, a_report(), LINES, SilentProgress())
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))

    # then the mark is there, and the hostile place is text
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert written == len(rows) == 2500
    assert rows[0]["地点"] == f"'{HOSTILE}"
    assert rows[0]["上报时间"] == "2026-11-20 16:40:00"
    assert rows[0]["经度"] == "-0.1"


def test_the_indicators_have_a_row_for_each_group_and_no_number_where_there_is_nothing(tmp_path: Path) -> None:
    # given indicators of two streets, one of which had nothing due
    path = tmp_path / "indicators.csv"

    # when they are written
    write_indicator_csv(path, a_report())
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))

    # then the rate that is not known is empty
    assert [(row["分组"], row["名称"], row["上报"], row["按期处置率"]) for row in rows] == [
        ("合计", "合计", "100", "0.75"), ("按街镇", "长寿路街道", "70", "0.9"), ("按街镇", "'@乙", "30", ""),
    ]  # fmt: skip


def test_a_workbook_has_text_as_text_numbers_as_numbers_and_no_formula(tmp_path: Path) -> None:
    # given cases, one of them hostile
    path = tmp_path / "cases.xlsx"

    # when they are written
    written = write_case_xlsx(path, a_report(total=40), LINES[:40], SilentProgress())
    parts = sheets_of(path)

    # then there is a sheet for what it is, one for the grouping with a chart, and the list
    assert written == 40
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"])
    assert names == ["说明", "按街镇", "案件清单"]
    assert "xl/charts/chart1.xml" in parts
    sheets = "".join(text for name, text in parts.items() if name.startswith("xl/worksheets/"))
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets
    assert "'=HYPERLINK" in sheets
    listed = parts["xl/worksheets/sheet3.xml"]
    assert re.search(r'<c r="R2"[^>]*><v>-0\.1</v>', listed)
    assert listed.count("<row ") == 41


def test_somebody_who_stops_leaves_at_once_and_nothing_is_waited_for(tmp_path: Path) -> None:
    # given endless cases
    def endless() -> Iterator[CaseLine]:
        while True:
            yield from LINES

    # when somebody stops
    # then both writers end
    for write, name in ((write_case_csv, "a.csv"), (write_case_xlsx, "a.xlsx")):
        with pytest.raises(Cancelled):
            write(tmp_path / name, a_report(total=1_000_000), endless(), Stopping())
    assert not (tmp_path / "a.xlsx").exists()
