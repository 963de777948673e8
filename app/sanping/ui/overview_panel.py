"""The city in figures: big numbers, and how tall its buildings are."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from sanping.commands.overview import HEIGHT_STEPS_M, Overview
from sanping.domain.text import Language, Text
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets
from sanping.ui.icons import Icons
from sanping.ui.theme import QUIET, TEXT

TITLE = Text("城市概况", "City overview")
HEIGHTS = Text("建筑高度分布", "Building heights")
HEIGHT_UNIT = Text("单位：米 / 栋", "metres / buildings")
NOTHING = Text(
    "打开模型后，这里显示建筑、道路与水域的规模", "Open a model to see its buildings, roads and water in figures"
)
COLUMNS = 3
BARS_HEIGHT = 158


class HeightBars(QWidget):
    """Bars with the number of buildings in each class of height."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(118)
        self._counts: tuple[int, ...] = ()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that bars and captions need."""
        return QSize(280, 118)

    def show_counts(self, counts: Sequence[int]) -> None:
        """Show these numbers."""
        self._counts = tuple(counts)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw bars with a gradient, counts above, heights below."""
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        width, foot, top = self.width() / len(self._counts), self.height() - 18.0, 16.0
        most = max(self._counts) or 1
        painter.setPen(QColor(90, 160, 230, 60))
        for line in range(4):
            y = top + (foot - top) * line / 3
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        for place, count in enumerate(self._counts):
            tall = (foot - top) * count / most
            bar = QRectF(place * width + width * 0.22, foot - tall, width * 0.56, tall)
            fill = QLinearGradient(0, foot - tall, 0, foot)
            fill.setColorAt(0, QColor(80, 215, 255, 235))
            fill.setColorAt(1, QColor(30, 110, 215, 70))
            painter.fillRect(bar, fill)
            painter.fillRect(QRectF(bar.left(), bar.top() - 1.5, bar.width(), 2), QColor(190, 242, 255))
            painter.setPen(TEXT)
            if count:
                painter.drawText(QRectF(place * width - 6, foot - tall - 15, width + 12, 12),
                                 Qt.AlignmentFlag.AlignCenter, f"{count}")  # fmt: skip
            painter.setPen(QUIET)
            label = f"{HEIGHT_STEPS_M[place]}" + ("+" if place == len(self._counts) - 1 else "")
            painter.drawText(QRectF(place * width - 4, foot + 4, width + 8, 13), Qt.AlignmentFlag.AlignCenter, label)
        painter.end()


class OverviewPanel(GlassPanel):
    """Shows an `Overview`."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.is_stepped = True
        self._overview = Overview()
        self._figures = QWidget()
        self._grid = QGridLayout(self._figures)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._figures)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "quiet")
        self._caption = QLabel()
        self._caption.setProperty("role", "section")
        self._unit = QLabel()
        self._unit.setProperty("role", "quiet")
        self._unit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._bars = HeightBars()
        self.words.put(self._empty.setText, NOTHING)
        self.words.put(self._caption.setText, HEIGHTS)
        self.words.put(self._unit.setText, HEIGHT_UNIT)
        heading = QGridLayout()
        heading.addWidget(self._caption, 0, 0)
        heading.addWidget(self._unit, 0, 1)
        self.body.addWidget(self._empty)
        self.body.addWidget(area, 1)
        self.body.addLayout(heading)
        self.body.addWidget(self._bars)
        self.show_overview(Overview())

    def wanted_height(self, width: int) -> int:
        """Height for the figures and the bars."""
        if self.is_folded:
            return super().wanted_height(width)
        figures = max(self._grid.sizeHint().height(), 0 if self._overview.figures else 40)
        self.least_height = HEADER_HEIGHT + figures + 26
        return self.least_height + (BARS_HEIGHT if self._overview.height_counts else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out the bars where there is no room for them."""
        super().resizeEvent(event)
        self._show_bars()

    def show_overview(self, overview: Overview) -> None:
        """Show these figures."""
        self._overview = overview
        self._fill()
        self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._fill()

    def _fill(self) -> None:
        remove_widgets(self._grid)
        for place, figure in enumerate(self._overview.figures):
            unit = self.words.say(figure.unit)
            number = QLabel(f'{figure.value}<span style="font-size:12px; color:#8aaccc"> {unit}</span>')
            number.setStyleSheet("color:#ffffff; font-size:21px; font-weight:600;")
            caption = QLabel(self.words.say(figure.title))
            caption.setProperty("role", "quiet")
            caption.setContentsMargins(0, 0, 0, 8)
            row, column = divmod(place, COLUMNS)
            self._grid.addWidget(number, 2 * row, column)
            self._grid.addWidget(caption, 2 * row + 1, column)
        self._empty.setVisible(not self._overview.figures)
        self._area.setVisible(bool(self._overview.figures))
        self._bars.show_counts(self._overview.height_counts)
        QTimer.singleShot(0, self, self._show_bars)  # new figures count in the layout once they are shown

    @Slot()
    def _show_bars(self) -> None:
        has_room = self.height() >= self.wanted_height(self.width()) - 4
        has_bars = bool(self._overview.height_counts) and has_room
        for widget in (self._caption, self._unit, self._bars):
            widget.setVisible(has_bars)
