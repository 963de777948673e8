"""The form of annotations, which kind, colour and words the next one has; and the list of all of them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QPushButton, QTableWidgetItem

from sanping.commands.note_decisions import measure_of
from sanping.domain.note import KIND_TITLES, NOTE_COLOUR, NOTE_KINDS, Note, NoteKind
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, row
from sanping.ui.wording import Wording
from sanping.ui.workbench.table_panel import TablePanel
from sanping.ui.workbench.tool_form import ToolForm

COLOURS = (NOTE_COLOUR, "#ff6b6b", "#5ad1ff", "#7be38b", "#c9a0ff", "#ffffff")
COLOUR_STYLE = (
    "QPushButton {{ background: {0}; min-height: 14px; padding: 0; border: 2px solid rgba(0,0,0,120); }}"
    "QPushButton:checked {{ border: 2px solid #ffffff; }}"
)
HEADS = (Text("显示", "Shown"), Text("类型", "Kind"), Text("文字", "Words"), Text("量值", "Measure"))
NONE_YET = Text("还没有标注", "Nothing is drawn yet")
COUNTED = Text("共 {count} 条，存于 {file}", "{count}, kept in {file}")
SHARED = Text("联动的大屏和手机也显示", "Linked walls and phones show them too")
ID_ROLE = Qt.ItemDataRole.UserRole


class NoteForm(ToolForm):
    """`kind_asked` and `colour_asked` carry what the person chose, `words_typed` what is written."""

    kind_asked = Signal(str)
    colour_asked = Signal(str)
    words_typed = Signal(str)
    measuring_asked = Signal(bool)
    sharing_asked = Signal(bool)

    def __init__(self, words: Wording) -> None:
        super().__init__(words)
        self.kinds: dict[NoteKind, QPushButton] = {}
        self._kind_group, self._colour_group = QButtonGroup(self), QButtonGroup(self)
        for kind in NOTE_KINDS:
            button = self.kinds[kind] = QPushButton()
            button.setStyleSheet(CHIP_STYLE)
            words.put(button.setText, KIND_TITLES[kind])
            self._add_to(self._kind_group, button, partial(self.kind_asked.emit, kind))
        self.rows.addLayout(row(*self.kinds.values(), spacing=4))
        self.colours: dict[str, QPushButton] = {}
        for colour in COLOURS:
            button = self.colours[colour] = QPushButton()
            button.setStyleSheet(COLOUR_STYLE.format(colour))
            self._add_to(self._colour_group, button, partial(self.colour_asked.emit, colour))
        self.rows.addLayout(row(*self.colours.values(), spacing=4))
        self.text = self.line(Text("文字", "Words"))
        self.text.textEdited.connect(self.words_typed)
        self.measured = self.check(Text("标注长度或面积", "Say its length or area"))
        self.measured.toggled.connect(self.measuring_asked)
        self.shared = self.check(SHARED)
        self.shared.setChecked(True)
        self.shared.toggled.connect(self.sharing_asked)

    def show_choice(self, kind: NoteKind, colour: str, words: str, *, is_measured: bool) -> None:
        """Show of which kind, colour and words the next or the chosen annotation is."""
        self.kinds[kind].setChecked(True)
        if colour in self.colours:
            self.colours[colour].setChecked(True)
        if self.text.text() != words:
            self.text.setText(words)
        with QSignalBlocker(self.measured):
            self.measured.setChecked(is_measured)

    def _add_to(self, group: QButtonGroup, button: QPushButton, slot: object) -> None:
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        group.addButton(button)
        button.clicked.connect(slot)


class NoteList(TablePanel):
    """`chosen` carries the id of the annotation that is looked at, "" for none; `shown_asked` an id and whether."""

    chosen = Signal(str)
    shown_asked = Signal(str, bool)

    def __init__(self, words: Wording) -> None:
        super().__init__(words, HEADS)
        self.table.itemSelectionChanged.connect(self._on_selection)
        self.table.itemChanged.connect(self._on_item)

    def show_notes(self, notes: Sequence[Note], chosen: str, file: str) -> None:
        """Show these, with the chosen one selected; `file` is where they are kept."""
        self.words.put(self.told.setText, COUNTED.with_values(count=len(notes), file=file) if notes else NONE_YET)
        with self.filling(len(notes), next((row for row, note in enumerate(notes) if note.id == chosen), -1)):
            for number, note in enumerate(notes):
                self._show_row(number, note)

    def _show_row(self, number: int, note: Note) -> None:
        shown = QTableWidgetItem()
        shown.setFlags(shown.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        shown.setCheckState(Qt.CheckState.Checked if note.is_visible else Qt.CheckState.Unchecked)
        shown.setData(ID_ROLE, note.id)
        self.table.setItem(number, 0, shown)
        measure = measure_of(note)
        cells = (self.words.say(KIND_TITLES[note.kind]), note.words, self.words.say(measure) if measure else "")
        for place, cell in enumerate(cells, start=1):
            item = QTableWidgetItem(cell)
            if place == 1:
                item.setForeground(QColor(note.colour))
            self.table.setItem(number, place, item)

    @Slot()
    def _on_selection(self) -> None:
        item = self.selected_item()
        self.chosen.emit(str(item.data(ID_ROLE)) if item is not None else "")

    @Slot(QTableWidgetItem)
    def _on_item(self, item: QTableWidgetItem) -> None:
        if item.column() == 0:
            self.shown_asked.emit(str(item.data(ID_ROLE)), item.checkState() == Qt.CheckState.Checked)
