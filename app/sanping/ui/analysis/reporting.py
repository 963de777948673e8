"""Asks where the report on what an analysis found shall be written, and writes it with the city as it is seen."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from sanping.analysis.findings import Finding
from sanping.commands.desk_state import DeskState
from sanping.domain.text import Text
from sanping.ui.analysis.finding_panel import FindingPanel
from sanping.ui.analysis.finding_report import CHART, CITY, ReportHead, write_finding_pdf
from sanping.ui.desk_content import DeskContent
from sanping.ui.viewport import Viewport
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.tool_files import write_and_say

NO_RESULT = Text("还没有可以导出的分析结果", "There is nothing found to export yet")
REPORT, PDF_FILES = Text("分析报告", "Report"), "PDF (*.pdf)"
MADE_UP, NO_WORDS = Text("模拟数据", "Simulated data"), Text("", "")


class Desk(Protocol):
    """The window as reports see it."""

    state: DeskState
    content: DeskContent
    viewport: Viewport

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""

    def twin_time(self) -> datetime:
        """Return the present time as the clocks where the twin lies show it."""


def ask_report(desk: Desk, panel: FindingPanel, window: QWidget) -> None:
    """Ask where the report on what the panel shows shall be written, and write it."""
    if panel.shown is None:
        desk.say(NO_RESULT)
        return
    language = desk.state.language
    ask = FileAsk(title=REPORT, name=f"{panel.shown.title.in_language(language)}.pdf", pattern=PDF_FILES)
    path = asked_path(ask, window, language)
    if path is not None:
        write_report(desk, panel, panel.shown, path)


def write_report(desk: Desk, panel: FindingPanel, finding: Finding, path: Path) -> bool:
    """Write a finding as a report, and say so; return whether it is there."""
    project, language = desk.content.project, desk.state.language
    pictures = {CITY: desk.viewport.grabFramebuffer()}
    if panel.chart.chart is not None:
        pictures[CHART] = panel.chart.on_paper()
    head = ReportHead(
        twin=project.title, written=f"{desk.twin_time():%Y-%m-%d %H:%M}", sources=project.attribution,
        mark=MADE_UP if project.is_synthetic else NO_WORDS,
    )  # fmt: skip
    return write_and_say(desk, path, lambda: write_finding_pdf(path, finding, head, pictures, language))
