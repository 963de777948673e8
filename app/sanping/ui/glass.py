"""The glass frame that every overlay panel sits in: thin bright border, lit corners, a title that folds it."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.text import Language, Text
from sanping.ui.icons import Icons
from sanping.ui.theme import ACCENT, BORDER, GLASS_BOTTOM, GLASS_TOP, RADIUS, SHEET_BOTTOM, SHEET_TOP
from sanping.ui.wording import Wording

HEADER_HEIGHT = 40
CORNER_PX = 11
FOLD = Text("折叠或展开", "Fold or unfold")
CLOSE = Text("关闭面板", "Close the panel")


class Glass(QFrame):
    """A translucent dark-blue frame; paints itself, holds anything. A sheet that is read lets less shine through."""

    is_sheet = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the glass, its border and the four lit corners."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        fill = QLinearGradient(0, 0, 0, area.height())
        fill.setColorAt(0, SHEET_TOP if self.is_sheet else GLASS_TOP)
        fill.setColorAt(1, SHEET_BOTTOM if self.is_sheet else GLASS_BOTTOM)
        painter.setBrush(fill)
        painter.setPen(QPen(BORDER, 1))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        painter.setPen(QPen(ACCENT, 2))
        x0, y0, x1, y1 = area.left() + 0.5, area.top() + 0.5, area.right() - 0.5, area.bottom() - 0.5
        for x, y, dx, dy in ((x0, y0, 1, 1), (x1, y0, -1, 1), (x0, y1, 1, -1), (x1, y1, -1, -1)):
            painter.drawLine(int(x), int(y), int(x + dx * CORNER_PX), int(y))
            painter.drawLine(int(x), int(y), int(x), int(y + dy * CORNER_PX))
        painter.end()


class _Header(QWidget):
    pressed = Signal()

    def mousePressEvent(self, event: object) -> None:  # noqa: N802
        """A press on the title folds the panel."""
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar before the title and the line below."""
        painter = QPainter(self)
        shine = QLinearGradient(0, 0, self.width(), 0)
        shine.setColorAt(0, QColor(60, 165, 255, 70))
        shine.setColorAt(0.7, QColor(60, 165, 255, 0))
        painter.fillRect(2, 2, self.width() - 4, self.height() - 2, shine)
        painter.fillRect(14, self.height() // 2 - 7, 4, 15, ACCENT)
        line = QLinearGradient(0, 0, self.width(), 0)
        line.setColorAt(0, QColor(70, 190, 255, 170))
        line.setColorAt(1, QColor(70, 190, 255, 20))
        painter.fillRect(2, self.height() - 1, self.width() - 4, 1, line)
        painter.end()


class GlassPanel(Glass):
    """A panel with a title; `folded_changed` and `close_asked` say what the person did with it.

    Put content into `body`, a vertical layout. `least_height` is what it needs to be of use when space is
    short; a stepped panel has that height or its full one, nothing between.
    """

    folded_changed = Signal()
    close_asked = Signal()
    content_changed = Signal()

    def __init__(self, title: Text, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icons = icons
        self.words = Wording()
        self.least_height = 140
        self.is_stepped = False
        self.is_folded = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        header = _Header()
        header.setFixedHeight(HEADER_HEIGHT)
        header.setCursor(Qt.CursorShape.PointingHandCursor)
        header.pressed.connect(self.fold)
        self._row = QHBoxLayout(header)
        self._row.setContentsMargins(26, 0, 8, 0)
        self._row.setSpacing(2)
        self.title_label = QLabel()
        self.title_label.setProperty("role", "title")
        self._row.addWidget(self.title_label)
        self._row.addStretch(1)
        self._fold_button = self.header_button("fold", FOLD)
        self._fold_button.clicked.connect(self.fold)
        close_button = self.header_button("close", CLOSE)
        close_button.clicked.connect(self.close_asked)
        self._content = QWidget()
        self._content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(14, 12, 14, 14)
        self.body.setSpacing(8)
        layout.addWidget(header)
        layout.addWidget(self._content, 1)
        self.words.put(self.title_label.setText, title)

    def least(self, width: int) -> int:
        """Return the height that it needs to be of use, so many pixels wide."""
        return self.least_height

    def header_button(self, icon: str, tip: Text) -> QToolButton:
        """Add a small button to the title bar."""
        button = QToolButton()
        button.setIcon(self.icons.icon(icon, "#8aaccc"))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(24, 24)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(button.setToolTip, tip)
        self._row.addWidget(button)
        return button

    def tool_button(self, icon: str, tip: Text) -> QToolButton:
        """Add a small button before those that fold and close the panel."""
        button = self.header_button(icon, tip)
        self._row.removeWidget(button)
        self._row.insertWidget(self._row.indexOf(self._fold_button), button)
        return button

    def wanted_height(self, width: int) -> int:
        """Height at which nothing is cut off."""
        if self.is_folded:
            return HEADER_HEIGHT
        flowing = self.body.totalHeightForWidth(width) if self.body.hasHeightForWidth() else 0
        return HEADER_HEIGHT + max(flowing, self.body.totalSizeHint().height())

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)

    @Slot()
    def fold(self) -> None:
        """Fold the panel to its title, or unfold it."""
        self.is_folded = not self.is_folded
        self._content.setVisible(not self.is_folded)
        self._fold_button.setIcon(self.icons.icon("unfold" if self.is_folded else "fold", "#8aaccc"))
        self.folded_changed.emit()


class LineButton(QPushButton):
    """A flat button as wide as its line; a text that is too long ends in an ellipsis and is read whole as a tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlat(True)
        self.setProperty("role", "line")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def show_words(self, words: str) -> None:
        """Show these words."""
        self._whole = words
        self.setAccessibleName(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Shorten or lengthen the words."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 10 - (0 if self.icon().isNull() else self.iconSize().width() + 4)
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(20, room))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


def tall_area() -> QScrollArea:
    """Return an area for a widget that may be higher than it: it scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def least_of(layout: QLayout, width: int) -> int:
    """Return the height below which the parts of a layout, so many pixels wide, would lie over one another."""
    return layout.minimumHeightForWidth(width) if layout.hasHeightForWidth() else layout.minimumSize().height()


def remove_widgets(layout: QLayout) -> None:
    """Remove and destroy everything in a layout of widgets."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()


def show_widgets(layout: QLayout) -> None:
    """Show what was added to a layout at once: what Qt has yet to show counts for nothing in the layout's height."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.show()
