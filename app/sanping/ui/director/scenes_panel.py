"""Scene presets on the number keys, and the last views that were on the wall."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QGridLayout, QInputDialog, QLabel, QMenu, QVBoxLayout, QWidget

from sanping.commands.director_state import MOST_TAKEN, SCENES
from sanping.domain.text import Language, Text
from sanping.ui.director.tiles import Tile, TileView
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording

TITLE = Text("场景", "Scenes")
HINT = Text("数字键调出，Ctrl+Alt+数字保存，右键更多", "1–9 recall, Ctrl+Alt+1–9 keep, right click: more")
EMPTY = Text("空", "empty")
LAST = Text("最近上屏", "Last on the wall")
KEEP = Text("用当前视图保存", "Keep the present view here")
RENAME = Text("改名…", "Rename…")
FORGET = Text("删除", "Delete")
NAME_OF_SCENE = Text("场景名称", "Name of the scene")
COLUMNS, TAKEN_COLUMNS = 3, 5
SCENE_HEIGHT, TAKEN_HEIGHT = 68, 36


class ScenesPanel(GlassPanel):
    """`scene_asked`, `keep_asked` and `forget_asked` carry a number from 1, `named` number and name.

    `taken_asked` carries the place of a view, 0 for the newest.
    """

    scene_asked = Signal(int)
    keep_asked = Signal(int)
    forget_asked = Signal(int)
    named = Signal(int, str)
    taken_asked = Signal(int)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = 130
        self._own_words = Wording()
        self.body.setContentsMargins(10, 10, 4, 10)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 6, 0)
        area = tall_area()
        area.setWidget(inside)
        self.body.addWidget(area)
        grid = QGridLayout()
        grid.setSpacing(6)
        self.tiles = [Tile(SCENE_HEIGHT, has_name=True) for _ in range(SCENES)]
        for place, tile in enumerate(self.tiles):
            tile.pressed.connect(partial(self._on_pressed, place + 1))
            tile.menu_asked.connect(partial(self._on_menu, place + 1))
            grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
        self._column.addLayout(grid)
        hint = QLabel()
        hint.setProperty("role", "quiet")
        hint.setStyleSheet("font-size: 12px;")
        hint.setWordWrap(True)
        self._own_words.put(hint.setText, HINT)
        self._column.addWidget(hint)
        self._make_taken()
        self._column.addStretch(1)
        self.show_scenes([])

    def wanted_height(self, width: int) -> int:
        """Height of all tiles."""
        if self.is_folded:
            return super().wanted_height(width)
        return HEADER_HEIGHT + 22 + max(self._column.totalHeightForWidth(width - 20), self._column.sizeHint().height())

    def _make_taken(self) -> None:
        heading = QLabel()
        heading.setProperty("role", "section")
        self._own_words.put(heading.setText, LAST)
        self._column.addWidget(heading)
        grid = QGridLayout()
        grid.setSpacing(5)
        self.taken = [Tile(TAKEN_HEIGHT, has_name=False) for _ in range(MOST_TAKEN)]
        for place, tile in enumerate(self.taken):
            tile.pressed.connect(partial(self._on_taken, place))
            grid.addWidget(tile, place // TAKEN_COLUMNS, place % TAKEN_COLUMNS)
        self._column.addLayout(grid)

    def show_scenes(self, views: Sequence[TileView]) -> None:
        """Show the scenes; one with mark "3" belongs to key 3."""
        by_mark = {view.mark: view for view in views}
        for number, tile in enumerate(self.tiles, start=1):
            empty = TileView(mark=str(number), name=self._own_words.say(EMPTY))
            tile.show_view(by_mark.get(str(number), empty))

    def show_taken(self, views: Sequence[TileView]) -> None:
        """Show the views that were on the wall, the newest first."""
        for place, tile in enumerate(self.taken):
            view = views[place] if place < len(views) else TileView()
            tile.show_view(view)
            tile.setToolTip(view.name)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._own_words.speak(language)
        self.show_scenes([tile.view for tile in self.tiles if not tile.view.is_empty])

    def _on_pressed(self, number: int) -> None:
        if self.tiles[number - 1].view.is_empty:
            self.keep_asked.emit(number)
        else:
            self.scene_asked.emit(number)

    def _on_taken(self, place: int) -> None:
        if not self.taken[place].view.is_empty:
            self.taken_asked.emit(place)

    def _on_menu(self, number: int, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(self._own_words.say(KEEP), partial(self.keep_asked.emit, number))
        if not self.tiles[number - 1].view.is_empty:
            menu.addAction(self._own_words.say(RENAME), partial(self._rename, number))
            menu.addAction(self._own_words.say(FORGET), partial(self.forget_asked.emit, number))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _rename(self, number: int) -> None:
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle(self._own_words.say(NAME_OF_SCENE))
        dialog.setLabelText(self._own_words.say(NAME_OF_SCENE))
        dialog.setTextValue(self.tiles[number - 1].view.name)
        dialog.textValueSelected.connect(partial(self.named.emit, number))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
