"""One box to find everything: commands, objects, places, roads, facilities, coordinates."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from sanping.commands.finding import Found
from sanping.domain.text import Language, Text
from sanping.ui.glass import Glass
from sanping.ui.icons import Icons
from sanping.ui.theme import QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

HINT = Text(
    "查找命令、建筑、地名、道路、设施，或输入坐标", "Find commands, buildings, places, roads, or type coordinates"
)
NOTHING = Text("没有找到“{query}”", "Nothing found for “{query}”")
HELP = Text("↑↓ 选择   Enter 前往   Esc 关闭", "↑↓ choose   Enter go   Esc close")
KINDS = {
    "action": Text("命令", "Command"),
    "object": Text("对象", "Object"),
    "place": Text("地名", "Place"),
    "road": Text("道路", "Road"),
    "facility": Text("设施", "Facility"),
    "coordinates": Text("坐标", "Coordinates"),
}
Index = QModelIndex | QPersistentModelIndex
FOUND = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 44
MOST_ROWS = 9
WIDTH = 620


class _Line(QStyledItemDelegate):
    """Draws a result: icon, title, detail, kind."""

    def __init__(self, icons: Icons, words: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._icons, self._words = icons, words

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        return QSize(WIDTH - 40, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        found: Found = index.data(FOUND)
        area: QRect = option.rect
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_chosen:
            painter.fillRect(area, option.palette.highlight().color().darker(115))
            painter.fillRect(area.left(), area.top(), 3, area.height(), WHITE)
        picture = self._icons.picture(found.kind, 36, "#8fd4ff")
        picture.setDevicePixelRatio(2)
        painter.drawPixmap(area.left() + 14, area.top() + (ROW_HEIGHT - 18) // 2, picture)
        font = painter.font()
        font.setPixelSize(14)
        painter.setFont(font)
        painter.setPen(WHITE if is_chosen else TEXT)
        words = QRect(area.left() + 46, area.top() + 4, area.width() - 150, 20)
        title = painter.fontMetrics().elidedText(
            self._words.say(found.title), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, title)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QUIET)
        detail = painter.fontMetrics().elidedText(
            self._words.say(found.detail), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words.translated(0, 18), Qt.AlignmentFlag.AlignVCenter, detail)
        kind = QRect(area.right() - 110, area.top(), 96, ROW_HEIGHT)
        way = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(kind, way, self._words.say(KINDS[found.kind]))
        painter.restore()


class Locator(Glass):
    """Asks for results as the person types (`query_changed`), and says which one was taken (`chosen`)."""

    is_sheet = True

    query_changed = Signal(str)
    chosen = Signal(object)
    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Wording()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 10)
        column.setSpacing(8)
        self.box = QLineEdit()
        self.box.setStyleSheet("QLineEdit { font-size: 17px; padding: 8px 12px; }")
        self.box.setClearButtonEnabled(True)
        self.box.textChanged.connect(self.query_changed)
        self.box.installEventFilter(self)
        self.list = QListWidget()
        self.list.setItemDelegate(_Line(icons, self.words, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(self._on_clicked)
        self.nothing = QLabel()
        self.nothing.setProperty("role", "quiet")
        self.nothing.setContentsMargins(8, 6, 0, 6)
        self.help = QLabel()
        self.help.setProperty("role", "quiet")
        self.help.setAlignment(Qt.AlignmentFlag.AlignRight)
        for widget in (self.box, self.list, self.nothing, self.help):
            column.addWidget(widget)
        self.words.put(self.box.setPlaceholderText, HINT)
        self.words.put(self.help.setText, HELP)
        self.hide()

    def open(self) -> None:
        """Show the empty box and take the keyboard."""
        self.box.clear()
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.query_changed.emit("")

    def show_found(self, found: Sequence[Found]) -> None:
        """Show these results; the first is chosen."""
        self.list.clear()
        for line in found:
            item = QListWidgetItem()
            item.setData(FOUND, line)
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(0)
        query = self.box.text().strip()
        self.words.put(self.nothing.setText, NOTHING.with_values(query=query))
        self.nothing.setVisible(not found and bool(query))
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(MOST_ROWS, max(1, len(found))) * ROW_HEIGHT + 4)
        self.setFixedSize(WIDTH, self._column.sizeHint().height())

    def results(self) -> tuple[Found, ...]:
        """Return what is listed."""
        return tuple(self.list.item(row).data(FOUND) for row in range(self.list.count()))

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        self.list.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrow keys walk through the list while the box has the keyboard."""
        if isinstance(event, QKeyEvent) and event.key() in _KEYS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._key(event.key())
                return True
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self._close()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            if item is not None:
                self._on_clicked(item)
        else:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}[Qt.Key(key)]
            last = self.list.count() - 1
            self.list.setCurrentRow(min(last, max(0, self.list.currentRow() + step)))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        found = item.data(FOUND)
        self._close()
        self.chosen.emit(found)


_KEYS = (
    Qt.Key.Key_Escape,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
