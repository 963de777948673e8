"""One condition of a query as it is filled in: field, comparison, value."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QSizePolicy, QToolButton, QWidget

from sanping.analysis.conditions import NEED_NOTHING, NUMBER_OPERATORS, OPERATORS, WORD_OPERATORS, Condition
from sanping.analysis.object_table import FieldKind
from sanping.commands.attribute_words import class_words
from sanping.domain.text import Text
from sanping.ui.cases.look import column, row
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording

Field = tuple[str, Text, FieldKind]
"""A field's key, its words, and what it holds."""
REMOVE = Text("删去这个条件", "Take this condition away")
OPERATOR_PX = 116


class ConditionRow(QWidget):
    """`words_of` gives the words of a field; `changed` comes with every change, `remove_asked` from its button."""

    changed = Signal()
    remove_asked = Signal()

    def __init__(self, words: Wording, icons: Icons, words_of: Callable[[str], Sequence[str]]) -> None:
        super().__init__()
        self._words, self._words_of = words, words_of
        self._fields: tuple[Field, ...] = ()
        self.field, self.operator, self.value = QComboBox(), QComboBox(), QComboBox()
        self.remove = QToolButton()
        self.remove.setIcon(icons.icon("close", "#8aaccc"))
        self.remove.setToolTip(words.say(REMOVE))
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.value.setEditable(True)
        self.value.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for box in (self.field, self.value):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.operator.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.operator.setFixedWidth(OPERATOR_PX)
        lines = column(self, 4)
        lines.addLayout(row(self.field, self.operator))
        lines.addLayout(row(self.value, self.remove))
        self.field.currentIndexChanged.connect(self._on_field)
        self.operator.currentIndexChanged.connect(self._on_operator)
        self.value.editTextChanged.connect(self.changed)
        self.remove.clicked.connect(self.remove_asked)

    def offer(self, fields: Sequence[Field]) -> None:
        """Offer these fields; what is chosen stays where it is still offered."""
        chosen = self.field.currentData()
        self._fields = tuple(fields)
        with QSignalBlocker(self.field):
            self.field.clear()
            for key, title, _ in fields:
                self.field.addItem(self._words.say(title), key)
            self.field.setCurrentIndex(max(0, self.field.findData(chosen)))
        if self.field.currentData() != chosen or not self.operator.count():
            self._on_field()

    def condition(self) -> Condition:
        """Return the condition as it is filled in; a word that was chosen counts as the value it stands for."""
        title = next((title for key, title, _ in self._fields if key == self.field.currentData()), None)
        return Condition(field=str(self.field.currentData() or ""), operator=self.operator.currentData() or "=",
                         value=self.value.currentText(), title=title)  # fmt: skip

    @Slot()
    def _on_field(self) -> None:
        key = str(self.field.currentData() or "")
        kind = next((kind for name, _, kind in self._fields if name == key), "word")
        chosen = self.operator.currentData()
        with QSignalBlocker(self.operator), QSignalBlocker(self.value):
            self.operator.clear()
            for operator in NUMBER_OPERATORS if kind == "number" else WORD_OPERATORS:
                self.operator.addItem(self._words.say(OPERATORS[operator]), operator)
            self.operator.setCurrentIndex(max(0, self.operator.findData(chosen)))
            self.value.clear()
            self.value.addItems([self._words.say(class_words(word)) for word in self._words_of(key)])
            self.value.setEditText("")
        self.changed.emit()

    @Slot()
    def _on_operator(self) -> None:
        self.value.setEnabled(self.operator.currentData() not in NEED_NOTHING)
        self.changed.emit()
