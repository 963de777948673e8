"""The desk's reports on cases: the form, the picture of the twin for the first page, and the work beside the window."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from sanping.client.questions import Questions
from sanping.commands.desk_state import DeskState
from sanping.domain.text import Language, Text
from sanping.ports.progress import Progress
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.export_dialog import ExportDialog, ExportOffer, ExportPlan, ScopeForm
from sanping.ui.live.exporting import Exporting
from sanping.ui.live.living import Living
from sanping.ui.reports.taking import ReportWish, take_report
from sanping.ui.viewport import Viewport

DAY_MS = 86_400_000
PROPOSED_DAYS, MOST_DAYS = 30, 366
PICTURE_PX = 1600
NO_CASES = Text("没有连接治理中枢，无法导出案件报告", "No hub that governs is linked, so there is no report to export")
TITLE = Text("{twin} 治理评价报告", "Report on governance: {twin}")


class ReportWindow(Protocol):
    """What of a window a report is made from."""

    state: DeskState
    content: DeskContent
    living: Living
    viewport: Viewport

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


@dataclass(frozen=True, kw_only=True)
class ReportSubject:
    """Whom a report is asked of, what it is called, and what its first page shows."""

    questions: Questions
    title: Text
    made_ms: int
    zone: tzinfo | None
    language: Language
    picture: bytes


class CaseExporting(QObject):
    """Exports reports for one desk; they are proposed in the person's home."""

    def __init__(
        self, desk: ReportWindow, window: QWidget, scopes: Callable[[], ScopeForm | None] = lambda: None
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._scopes = desk, window, scopes
        self.exporting = Exporting(self, work=written)

    def ask(self) -> None:
        """Show the form; without a hub that governs, say so."""
        living = self._desk.living
        if living.link is None or living.state.case_counts is None:
            self._desk.say(NO_CASES)
            return
        now_ms, zone = living.now_ms(), self._desk.state.stage.moment.tzinfo
        offer = ExportOffer(
            kind="cases",
            first_ms=now_ms - MOST_DAYS * DAY_MS,
            last_ms=now_ms,
            from_ms=now_ms - PROPOSED_DAYS * DAY_MS,
            to_ms=now_ms,
            folder=Path.home(),
            name="cases",
            zone=zone,
            scopes=self._scopes(),
        )
        self.exporting.ask(ExportDialog(offer, self._desk.state.language, self._window), self._subject)

    def stop(self) -> None:
        """End what runs."""
        self.exporting.close()

    def _subject(self) -> ReportSubject | None:
        living = self._desk.living
        if living.link is None:
            self._desk.say(NO_CASES)
            return None
        state = self._desk.state
        return ReportSubject(
            questions=living.link.questions,
            title=TITLE.with_values(twin=self._desk.content.project.title),
            made_ms=living.now_ms(),
            zone=state.stage.moment.tzinfo,
            language=state.language,
            picture=as_png(self._desk.viewport.grabFramebuffer()),
        )


def written(subject: ReportSubject, plan: ExportPlan, progress: Progress) -> Path:
    """Write the report of a plan; runs in a thread. Raises `SanpingError`; then there is no file."""
    wish = ReportWish(
        path=plan.path,
        from_ms=plan.from_ms,
        to_ms=plan.to_ms,
        made_ms=subject.made_ms,
        title=subject.title,
        zone=subject.zone,
        language=subject.language,
        picture=subject.picture,
        scope=plan.scope,
    )
    return take_report(subject.questions, wish, progress)[0]


def as_png(image: QImage) -> bytes:
    """Return a picture as PNG, no wider than a page needs."""
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    if shown.width() > PICTURE_PX:
        shown = shown.scaledToWidth(PICTURE_PX, Qt.TransformationMode.SmoothTransformation)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    shown.save(buffer, "PNG")  # type: ignore[call-overload]  # a device is as good as a file
    return bytes(held.data())
