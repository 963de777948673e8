"""The report on what an analysis found: what stands in it, and that it is a PDF of as many pages as it needs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from sanping.analysis.findings import Chart, Column, Curve, Finding, FindingLegend, LegendStep
from sanping.domain.text import Text
from sanping.ui.analysis.finding_chart import FindingChart
from sanping.ui.analysis.finding_report import CHART, CITY, MOST_ROWS, ReportHead, report_html, write_finding_pdf

pytestmark = pytest.mark.gui
HEAD = ReportHead(twin=Text("小城", "Small city"), written="2026-11-21 09:30", mark=Text("模拟数据", "Simulated data"))
CURVE = Curve(title=Text("方案后", "After"), colour=(92, 220, 255), across=np.arange(9.0), up=np.arange(9.0) ** 2)


def finding(rows: int) -> Finding:
    """A finding whose words look like markup."""
    return Finding(
        id="sunlight", title=Text("日照分析", "Sunlight"), summary=Text("方案使 1 栋不满足。", "It takes it from <1>."),
        method=Text("依据 GB/T 50947", "After GB/T 50947 & others"),
        legend=FindingLegend(title=Text("时数", "Hours"), steps=[
            LegendStep(least=0.0, colour=(226, 54, 48), title=Text("< 2", "< 2"))]),
        columns=(
            Column(title=Text("建筑", "Building"), values=[f"B{row}" for row in range(rows)]),
            Column(title=Text("现状平均 (h)", "Before (h)"), values=[1.25 * row for row in range(rows)], decimals=2),
            Column(title=Text("判定", "Verdict"), values=[Text("方案后不满足", "lost by the plan")] * rows),
        ),
        chart=Chart(across=Text("方位", "Azimuth"), up=Text("仰角", "Rise"), curves=[CURVE]),
    )  # fmt: skip


def test_every_word_of_a_finding_stands_in_its_report_as_it_is() -> None:
    # given a finding with two rows, when its report is written in English
    text = report_html(finding(2), HEAD, (CITY, CHART), "en")

    # then head, sentence, legend, rows before and after, and method are there, and nothing became markup
    for words in ("Small city", "2026-11-21 09:30", "Simulated data", "It takes it from &lt;1&gt;.", "#e23630",
                  "<td class=number>1.25</td>", "lost by the plan", "GB/T 50947 &amp; others", "city.png",
                  "chart.png"):  # fmt: skip
        assert words in text
    assert "The first" not in text


def test_a_long_table_fills_pages_and_says_what_it_leaves_out(qtbot: Any, tmp_path: Path) -> None:
    # given pictures of the city and the chart
    chart = FindingChart()
    qtbot.addWidget(chart)
    chart.show_chart(finding(1).chart, "zh")
    city = QImage(64, 36, QImage.Format.Format_RGB32)
    city.fill(0x204060)
    paper = chart.on_paper()

    # when a short and a long finding are written
    pages = [
        write_finding_pdf(tmp_path / f"{rows}.pdf", finding(rows), HEAD, {CITY: city, CHART: paper}, "zh")
        for rows in (3, MOST_ROWS + 5)
    ]

    # then both are PDF, the long one has many pages, and the chart is ink on white
    assert pages[0] <= 2
    assert pages[1] > 5
    assert all((tmp_path / f"{rows}.pdf").read_bytes().startswith(b"%PDF") for rows in (3, MOST_ROWS + 5))
    assert paper.pixelColor(2, paper.height() - 2).name() == "#ffffff"
    assert f"前 {MOST_ROWS} 行，共 {MOST_ROWS + 5} 行" in report_html(finding(MOST_ROWS + 5), HEAD, (), "zh")
    with pytest.raises(FileNotFoundError):
        write_finding_pdf(tmp_path / "none" / "a.pdf", finding(1), HEAD, {}, "zh")
