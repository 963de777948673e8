"""A button that opens a tree to choose from, with a line to search it; for areas and classes of cases."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.text import Text
from sanping.ui.cases.tables import Choice
from sanping.ui.wording import Wording

SEARCH = Text("输入名称或代码", "Type a name or code")
POPUP_WIDTH, POPUP_HEIGHT = 300, 380
KEY = Qt.ItemDataRole.UserRole
SHEET = (
    "QFrame#tree { background: #0b1f3d; border: 1px solid rgba(80,165,240,150); border-radius: 4px; }"
    "QTreeWidget::item { min-height: 24px; }"
)


class TreePick(QComboBox):
    """Shows what is chosen; `chosen` carries its key. `nothing` is said, and may be chosen, when nothing is."""

    chosen = Signal(str)

    def __init__(self, nothing: Text, wording: Wording, *, can_clear: bool = True) -> None:
        super().__init__()
        self._nothing, self._words, self._can_clear = nothing, wording, can_clear
        self._choices: tuple[Choice, ...] = ()
        self.key = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.addItem("")
        self._popup = _Popup(self, wording)
        self._popup.picked.connect(self._on_picked)
        self.say()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these."""
        self._choices = tuple(choices)
        self.say()

    def show_key(self, key: str) -> None:
        """Show what is chosen; nobody is told."""
        self.key = key
        self.say()

    @property
    def title(self) -> Text:
        """What is chosen, in words."""
        return next((choice.title for choice in self._choices if choice.key == self.key), self._nothing)

    def say(self) -> None:
        """Write what is chosen in the present language."""
        self.setItemText(0, self._words.say(self.title))

    def showPopup(self) -> None:  # noqa: N802
        """Open the tree below the button."""
        first = (Choice(key="", title=self._nothing),) if self._can_clear else ()
        self._popup.fill((*first, *self._choices), self.key)
        corner = self.mapToGlobal(QPoint(0, self.height() + 2))
        room = self.screen().availableGeometry()
        left = min(corner.x(), room.right() - POPUP_WIDTH)
        top = corner.y() if corner.y() + POPUP_HEIGHT < room.bottom() else corner.y() - POPUP_HEIGHT - self.height() - 4
        self._popup.setGeometry(left, max(room.top(), top), max(POPUP_WIDTH, self.width()), POPUP_HEIGHT)
        self._popup.show()
        self._popup.search.setFocus()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Leave the wheel to what lies around."""
        event.ignore()

    @Slot(str)
    def _on_picked(self, key: str) -> None:
        self.show_key(key)
        self.chosen.emit(key)


class _Popup(QFrame):
    """The tree with its search line."""

    picked = Signal(str)

    def __init__(self, parent: QWidget, wording: Wording) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("tree")
        self.setStyleSheet(SHEET)
        self._words = wording
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.itemClicked.connect(self._pick)
        self.tree.itemActivated.connect(self._pick)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)

    def fill(self, choices: Sequence[Choice], chosen: str) -> None:
        """Show a tree; a choice stands below the last one that is less deep."""
        self.search.clear()
        self.search.setPlaceholderText(self._words.say(SEARCH))
        self.tree.clear()
        above: list[QTreeWidgetItem] = []
        for choice in choices:
            item = QTreeWidgetItem([self._words.say(choice.title)])
            item.setData(0, KEY, choice.key)
            item.setToolTip(0, f"{choice.title.zh}  {choice.title.en}  {choice.key.rpartition(':')[2]}")
            del above[choice.depth :]
            if above:
                above[-1].addChild(item)
            else:
                self.tree.addTopLevelItem(item)
            above.append(item)
            item.setExpanded(choice.is_open)
            if choice.key == chosen:
                self.tree.setCurrentItem(item)
        current = self.tree.currentItem()
        if current is not None:
            self.tree.scrollToItem(current, QTreeWidget.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter takes what is marked, or the only one that was found; the arrows lead into the tree."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            found = [item for item in self._items() if not item.isHidden() and not item.childCount()]
            item = self.tree.currentItem() if self.tree.hasFocus() else (found[0] if found else None)
            if item is not None:
                self._pick(item)
        elif event.key() == Qt.Key.Key_Down and not self.tree.hasFocus():
            self.tree.setFocus()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the column as wide as the tree."""
        super().resizeEvent(event)
        self.tree.setColumnWidth(0, self.tree.viewport().width())

    def _items(self) -> list[QTreeWidgetItem]:
        every: list[QTreeWidgetItem] = []
        waiting = [self.tree.topLevelItem(n) for n in reversed(range(self.tree.topLevelItemCount()))]
        while waiting:
            item = waiting.pop()
            if item is not None:
                every.append(item)
                waiting.extend(item.child(n) for n in reversed(range(item.childCount())))
        return every

    @Slot(str)
    def _filter(self, words: str) -> None:
        wanted = words.strip().lower()
        for item in reversed(self._items()):
            is_found = not wanted or wanted in item.toolTip(0).lower()
            below = (item.child(n) for n in range(item.childCount()))
            is_above = any(child is not None and not child.isHidden() for child in below)
            item.setHidden(not (is_found or is_above))
            if wanted and is_above:
                item.setExpanded(True)

    @Slot(QTreeWidgetItem)
    def _pick(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        self.hide()
        self.picked.emit(str(item.data(0, KEY)))
