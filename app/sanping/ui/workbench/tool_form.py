"""The form of a tool: named fields in two columns, buttons, and how far its work is."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QProgressBar, QPushButton, QWidget

from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, GRAVE_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.number_field import NumberField
from sanping.ui.wording import Wording

FIELD_PX = 24
STOP = Text("停止", "Stop")


class ToolForm(QWidget):
    """Fields are added in the order in which they are shown; `changed` comes when the person has changed one of them.

    `stop_asked` comes when the person ends the work that `show_progress` shows.
    """

    changed = Signal()
    stop_asked = Signal()

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self.words = words
        self.rows = column(self, 8)
        self._fields = QFormLayout()
        self._fields.setContentsMargins(0, 0, 0, 0)
        self._fields.setHorizontalSpacing(12)
        self.rows.addLayout(self._fields)
        self.bar, self.stop = QProgressBar(self), QPushButton(self)
        self.told = plain_label(role="quiet")
        self.told.setParent(self)
        for widget in (self.told, self.bar, self.stop):
            widget.hide()

    def add_field(self, title: Text, field: QWidget) -> None:
        """Add a field with its name."""
        label = plain_label(role="quiet", is_wrapped=False)
        label.setMinimumHeight(FIELD_PX)
        self.words.put(label.setText, title)
        self._fields.addRow(label, field)

    def choice(self, title: Text, offered: Sequence[tuple[object, Text]], chosen: object = None) -> QComboBox:
        """Add a choice between values with their words."""
        box = QComboBox()
        box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for value, words in offered:
            box.addItem(words.zh, value)
            self.words.put(partial(box.setItemText, box.count() - 1), words)
        box.setCurrentIndex(max(0, [value for value, _ in offered].index(chosen)) if chosen is not None else 0)
        box.currentIndexChanged.connect(self._say_changed)
        self.add_field(title, box)
        return box

    def line(self, title: Text) -> QLineEdit:
        """Add a line to write in."""
        line = QLineEdit()
        line.setMaxLength(120)
        line.textEdited.connect(self._say_changed)
        self.add_field(title, line)
        return line

    def number(self, title: Text, limits: tuple[float, float], value: float, decimals: int = 1) -> NumberField:
        """Add a number within limits."""
        field = NumberField(*limits, decimals)
        field.show_number(value)
        field.number_entered.connect(self._say_changed)
        self.add_field(title, field)
        return field

    def check(self, title: Text) -> QCheckBox:
        """Add something that is so or not."""
        box = QCheckBox()
        box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(box.setText, title)
        box.toggled.connect(self._say_changed)
        self.rows.addWidget(box)
        return box

    def buttons(self, *wanted: tuple[Text, Callable[[], object]], style: str = CHIP_STYLE) -> list[QPushButton]:
        """Add buttons beside one another, each with what it does."""
        made = []
        for title, slot in wanted:
            button = QPushButton()
            button.setStyleSheet(style)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, title)
            button.clicked.connect(partial(_do, slot))
            made.append(button)
        self.rows.addLayout(row(*made))
        return made

    def main_button(self, title: Text, slot: Callable[[], object]) -> QPushButton:
        """Add the button that does what the tool is for."""
        return self.buttons((title, slot), style=MAIN_STYLE)[0]

    def add_progress(self) -> None:
        """Add what shows the work, hidden for now."""
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.stop.setStyleSheet(GRAVE_STYLE)
        self.stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(self.stop.setText, STOP)
        self.stop.clicked.connect(self.stop_asked)
        for widget in (self.told, self.bar, self.stop):
            self.rows.addWidget(widget)

    def show_progress(self, share: float | None, doing: Text | None = None) -> None:
        """Show how far the work is (0 … 1), None when there is none; `doing` stays until other words come."""
        self.bar.setVisible(share is not None)
        self.stop.setVisible(share is not None)
        if share is not None:
            self.bar.setValue(round(1000 * share))
        self.told.setVisible(doing is not None)
        if doing is not None:
            self.words.put(self.told.setText, doing)

    def _say_changed(self, *_values: object) -> None:
        self.changed.emit()


def _do(slot: Callable[[], object], _checked: bool = False) -> None:
    slot()
