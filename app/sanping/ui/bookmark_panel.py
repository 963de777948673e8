"""The kept views: those of the twin and the person's own, with their number keys."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.domain.view import Bookmark
from sanping.ui.action_book import ActionBook
from sanping.ui.glass import GlassPanel, LineButton, remove_widgets, show_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording

TITLE = Text("视角", "Bookmarks")
FORGET = Text("删除该视角", "Delete this view")
THUMBNAILS = Text("显示缩略图", "Show small pictures")
THUMBNAIL_PX = QSize(80, 45)
EMPTY = Text("按 Ctrl+D 保存当前视角", "Press Ctrl+D to keep the present view")


class BookmarkPanel(GlassPanel):
    """A list of views; `visit_asked` and `forget_asked` carry the number, from 1.

    `thumbnails_asked` carries the views whose small pictures are wanted, none when they are not wanted any more.
    """

    visit_asked = Signal(int)
    forget_asked = Signal(int)
    thumbnails_asked = Signal(object)

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
        self.thumbnails = QToolButton()
        self.thumbnails.setCheckable(True)
        self.thumbnails.setIcon(icons.icon("panes"))
        self.thumbnails.setIconSize(QSize(15, 15))
        self.thumbnails.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(self.thumbnails.setToolTip, THUMBNAILS)
        self.thumbnails.toggled.connect(self._show_again)
        self._row.insertWidget(self._row.count() - 2, self.thumbnails)
        self._shown: tuple[tuple[Bookmark, ...], int] = ((), 0)
        self._pictures: dict[Bookmark, QPixmap] = {}
        self.body.setContentsMargins(8, 8, 8, 10)
        self.body.addWidget(area)

    def wanted_height(self, width: int) -> int:
        """Height of all lines."""
        if self.is_folded:
            return super().wanted_height(width)
        return 40 + 18 + self._list.sizeHint().height() + 4

    def show_bookmarks(self, bookmarks: Sequence[Bookmark], own_from: int) -> None:
        """Show these views; from the `own_from`-th on (counted from 0) they can be deleted."""
        self._shown = (tuple(bookmarks), own_from)
        if self.thumbnails.isChecked():
            self.thumbnails_asked.emit(tuple(one for one in bookmarks if one not in self._pictures))
        self._show_lines()

    def show_thumbnail(self, bookmark: Bookmark, picture: QPixmap) -> None:
        """Show the small picture of a view."""
        self._pictures[bookmark] = picture
        self._show_lines()

    def _show_again(self, is_wanted: bool) -> None:
        """Draw small pictures anew, as the city looks now, or put them away."""
        self._pictures.clear()
        if not is_wanted:
            self.thumbnails_asked.emit(())
        self.show_bookmarks(*self._shown)

    def _show_lines(self) -> None:
        bookmarks, own_from = self._shown
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
        show_widgets(self._list)
        self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._row_words.speak(language)

    def _line(self, number: int, bookmark: Bookmark, *, is_own: bool) -> QWidget:
        line = QWidget()
        picture = self._pictures.get(bookmark) if self.thumbnails.isChecked() else None
        line.setFixedHeight(30 if picture is None else THUMBNAIL_PX.height() + 5)
        row = QHBoxLayout(line)
        row.setContentsMargins(6, 0, 2, 0)
        row.setSpacing(8)
        key = QLabel(str(number) if number <= 9 else "·")
        key.setProperty("role", "chip")
        key.setFixedWidth(24)
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = LineButton()
        name.clicked.connect(partial(self._on_visit, number))
        if picture is not None:
            name.setIcon(QIcon(picture))
            name.setIconSize(THUMBNAIL_PX)
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
