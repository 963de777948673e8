"""What people on the street reported: category, words, when, by whom, and a way to the place."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sanping.domain.report import CATEGORIES, Report
from sanping.domain.text import Text
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.cards_panel import CardsPanel
from sanping.ui.theme import QUIET_NAME
from sanping.ui.wording import Wording

TITLE = Text("现场上报", "Reports")
GO = Text("去现场", "Show")
PHOTO = Text("附照片", "with a photo")
NO_PLACE = Text("未注明位置", "no place given")
COLOUR = QColor(214, 110, 190)
MOST, CARD_HEIGHT, MOST_CARDS = 20, 74, 2


class _Card(QWidget):
    """One report."""

    def __init__(self, report: Report, now_ms: int, wording: Wording, panel: "ReportsPanel") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 8, 6)
        column.setSpacing(3)
        head = QHBoxLayout()
        plate = QLabel(wording.say(CATEGORIES[report.category]))
        plate.setStyleSheet("color: #ffffff; font-weight: 600;")
        age = QLabel(wording.say(words.age(report.received_ms, now_ms)))
        age.setStyleSheet(f"color: {QUIET_NAME}; font-size: 11px;")
        head.addWidget(plate)
        head.addStretch(1)
        head.addWidget(age)
        column.addLayout(head)
        if report.words:
            told = QLabel(report.words)
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            told.setStyleSheet("font-size: 12px;")
            column.addWidget(told)
        column.addLayout(self._foot(report, wording, panel))

    def _foot(self, report: Report, wording: Wording, panel: "ReportsPanel") -> QHBoxLayout:
        foot = QHBoxLayout()
        parts = [report.by] + ([wording.say(PHOTO)] if report.photo else [])
        parts += [wording.say(NO_PLACE)] if report.x_m is None or report.y_m is None else []
        by = QLabel("  ".join(part for part in parts if part))
        by.setTextFormat(Qt.TextFormat.PlainText)
        by.setStyleSheet(f"color: {QUIET_NAME}; font-size: 11px;")
        foot.addWidget(by)
        foot.addStretch(1)
        if report.x_m is not None and report.y_m is not None:
            x_m, y_m = report.x_m, report.y_m
            go = QPushButton(wording.say(GO))
            go.clicked.connect(lambda: panel.place_asked.emit(x_m, y_m))
            foot.addWidget(go)
        return foot

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar that marks a report."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(0, 2, 0, -2), QColor(COLOUR.red(), COLOUR.green(), COLOUR.blue(), 22))
        painter.fillRect(0, 2, 3, self.height() - 4, COLOUR)
        painter.end()


class ReportsPanel(CardsPanel):
    """Shows `Report`s, the newest first. `place_asked` tells where somebody wants to look, in world metres."""

    place_asked = Signal(float, float)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent, card_px=CARD_HEIGHT, first_cards_px=MOST_CARDS * CARD_HEIGHT + 30)
        self.reports: tuple[Report, ...] = ()
        self._now_ms = 0
        self._fill()

    def show_reports(self, reports: Sequence[Report], now_ms: int) -> None:
        """Show these reports; how old they are is told anew each minute."""
        shown = tuple(reports[:MOST])
        if shown != self.reports or now_ms // 60_000 != self._now_ms // 60_000:
            self.reports, self._now_ms = shown, now_ms
            self._fill()

    def _made_cards(self) -> Iterable[QWidget]:
        return (_Card(report, self._now_ms, self.words, self) for report in self.reports)
