"""The kept views: those of the twin and the person's own, with their number keys."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.domain.view import Bookmark
from sanping.ui.action_book import ActionBook
from sanping.ui.glass import GlassPanel, LineButton, remove_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording

TITLE = Text("视角", "Bookmarks")
FORGET = Text("删除该视角", "Delete this view")
EMPTY = Text("按 Ctrl+D 保存当前视角", "Press Ctrl+D to keep the present view")


class BookmarkPanel(GlassPanel):
    """A list of views; `visit_asked` and `forget_asked` carry the number, from 1."""

    visit_asked = Signal(int)
    forget_asked = Signal(int)

    def __init__(self, book: ActionBook, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = 120
        self._row_words = Wording()
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        inside = QWidget()
        inside.setLayout(self._list)
        area = tall_area()
        area.setWidget(inside)
        keep = book.button("bookmark.keep", size_px=24, icon_px=15)
        keep.setIcon(icons.icon("plus"))
        self._row.insertWidget(self._row.count() - 2, keep)
        self.body.setContentsMargins(8, 8, 8, 10)
        self.body.addWidget(area)

    def wanted_height(self, width: int) -> int:
        """Height of all lines."""
        if self.is_folded:
            return super().wanted_height(width)
        return 40 + 18 + self._list.sizeHint().height() + 4

    def show_bookmarks(self, bookmarks: Sequence[Bookmark], own_from: int) -> None:
        """Show these views; from the `own_from`-th on (counted from 0) they can be deleted."""
        remove_widgets(self._list)
        self._row_words = Wording(self.words.language)
        for number, bookmark in enumerate(bookmarks, start=1):
            self._list.addWidget(self._line(number, bookmark, is_own=number > own_from))
        if not bookmarks:
            empty = QLabel()
            empty.setProperty("role", "quiet")
            self._row_words.put(empty.setText, EMPTY)
            self._list.addWidget(empty)
        self._list.addStretch(1)
        self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._row_words.speak(language)

    def _line(self, number: int, bookmark: Bookmark, *, is_own: bool) -> QWidget:
        line = QWidget()
        line.setFixedHeight(30)
        row = QHBoxLayout(line)
        row.setContentsMargins(6, 0, 2, 0)
        row.setSpacing(8)
        key = QLabel(str(number) if number <= 9 else "·")
        key.setProperty("role", "chip")
        key.setFixedWidth(24)
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = LineButton()
        name.clicked.connect(partial(self._on_visit, number))
        self._row_words.put(name.show_words, bookmark.name)
        row.addWidget(key)
        row.addWidget(name, 1)
        if is_own:
            forget = QToolButton()
            forget.setIcon(self.icons.icon("delete", "#8aaccc"))
            forget.setIconSize(QSize(15, 15))
            forget.clicked.connect(partial(self._on_forget, number))
            self._row_words.put(forget.setToolTip, FORGET)
            row.addWidget(forget)
        return line

    def _on_visit(self, number: int, _checked: bool = False) -> None:
        self.visit_asked.emit(number)

    def _on_forget(self, number: int, _checked: bool = False) -> None:
        self.forget_asked.emit(number)
