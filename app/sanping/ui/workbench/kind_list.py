"""A list of kinds with a patch of colour and a count each; the one that is chosen limits what is shown beside it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from sanping.analysis.findings import Rgb
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE
from sanping.ui.glass import remove_widgets, show_widgets
from sanping.ui.wording import Wording

ALL = Text("全部 {count:,}", "All {count:,}")
KIND = Text("{title} {count:,}", "{title} {count:,}")
PATCH_PX, COLUMNS = 12, 2
WIDE_PX = 146
"""A button that wants more than about half of a panel has a line of its own."""
Kind = tuple[str, Text, int, Rgb]
"""Its name, title, count and colour."""


class KindList(QWidget):
    """`picked` carries the name of a kind, "" for all."""

    picked = Signal(str)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(5)
        self._kinds: tuple[Kind, ...] = ()
        self.chosen = ""

    def show_kinds(self, kinds: Sequence[Kind]) -> None:
        """Show these, with all of them chosen; none hides the list."""
        self._kinds, self.chosen = tuple(kinds), ""
        remove_widgets(self._grid)
        self.buttons.clear()
        self.setVisible(bool(kinds))
        whole = ("", ALL.with_values(count=sum(kind[2] for kind in kinds)))
        named = [(name, KIND.with_values(title=title, count=count)) for name, title, count, _ in kinds]
        place = 0
        for number, (name, title) in enumerate([whole, *named]):
            button = self.buttons[name] = QPushButton(self._words.say(title))
            button.setCheckable(True)
            button.setChecked(not name)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet(CHIP_STYLE)
            if number:
                button.setIcon(patch(kinds[number - 1][3]))
                button.setIconSize(QSize(PATCH_PX, PATCH_PX))
            button.clicked.connect(partial(self._choose, name))
            self._group.addButton(button)
            columns = COLUMNS if button.sizeHint().width() > WIDE_PX else 1
            place = -(-place // columns) * columns
            self._grid.addWidget(button, place // COLUMNS, place % COLUMNS, 1, columns)
            place += columns
        show_widgets(self._grid)

    def speak(self) -> None:
        """Write everything in the present language; what is chosen stays."""
        chosen = self.chosen
        self.show_kinds(self._kinds)
        if chosen in self.buttons:
            self.chosen = chosen
            self.buttons[chosen].setChecked(True)

    def _choose(self, name: str) -> None:
        self.chosen = name
        self.picked.emit(name)


def patch(colour: Rgb) -> QIcon:
    """Return a square of a colour."""
    square = QPixmap(PATCH_PX, PATCH_PX)
    square.fill(QColor(*colour))
    return QIcon(square)
