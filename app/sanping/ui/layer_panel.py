"""The layers of the twin by group: eye, colour role, title, number of objects, opacity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from sanping.domain.label import LABEL_TITLES, LOWEST, Label
from sanping.domain.text import Language, Text
from sanping.stage.state import LayerState
from sanping.ui.glass import GlassPanel, LineButton, remove_widgets, show_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.ui.theme import LABEL_COLOURS
from sanping.ui.wording import Wording

TITLE = Text("图层", "Layers")
SHOW = Text("显示或隐藏图层", "Show or hide the layer")
OPACITY = Text("不透明度", "Opacity")
FLY = Text("飞到图层", "Fly to the layer")
LOADING = Text("读取中…", "loading…")
FAILED = Text("未能打开", "not opened")
COARSER = Text("较粗 {count}", "coarser {count}")
NUMBER = Text("{count}", "{count}")
EMPTY = Text(
    "还没有图层。把模型文件拖进窗口，或按 Ctrl+O 打开", "No layers yet. Drop model files here, or press Ctrl+O"
)
NOTHING = Text("", "")
LABELLED = Text("密级：只给有许可的人员和屏幕", "Security label: for people and screens that are cleared for it")
COARSER_COLOUR = "#ffb45a"
ROLE_COLOURS = {
    "buildings": "#4fb4ff",
    "bridges": "#c9d6e4",
    "terrain": "#a89f7a",
    "imagery": "#7fae8b",
    "water": "#2ec4e6",
    "roads": "#ffb45a",
    "green": "#58d68d",
    "places": "#ffffff",
    "facilities": "#ff8f6b",
    "grid": "#b48cff",
    "lines": "#f5d76e",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLine:
    """One line of the tree. `count` is None while the layer is loading, −1 when it could not be opened."""

    name: str
    title: Text
    group: Text
    role: str
    count: int | None
    label: Label = LOWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNote:
    """What is to be known of a layer; `is_coarser` says that less of it is shown than there could be."""

    words: Text
    is_coarser: bool = False


class _Dot(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self.setFixedSize(8, 8)
        self._colour = QColor(colour)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(self.rect())
        painter.end()


class _Row(QWidget):
    """One layer: eye, dot, title, count and slider."""

    visible_asked = Signal(bool)
    opacity_asked = Signal(float)
    fly_asked = Signal()

    def __init__(self, line: LayerLine, icons: Icons, words: Wording) -> None:
        super().__init__()
        self._icons = icons
        self._words = words
        self.line = line
        self._shown: tuple[int | None, LayerNote | None] = (line.count, None)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(7)
        self.eye = QToolButton()
        self.eye.setIconSize(QSize(16, 16))
        self.eye.setFixedSize(26, 26)
        self.eye.setCheckable(True)
        self.eye.setStyleSheet("QToolButton:checked { background: transparent; border-color: transparent; }")
        self.eye.clicked.connect(self.visible_asked)
        self.title = LineButton()
        self.title.clicked.connect(self.fly_asked)
        self.count = QLabel()
        self.count.setProperty("role", "quiet")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setFixedWidth(56)
        self.slider.valueChanged.connect(self._on_slid)
        row.addWidget(self.eye)
        row.addWidget(_Dot(ROLE_COLOURS.get(line.role, "#9fb8d0")))
        row.addWidget(self.title, 1)
        row.addWidget(self._label(line.label))
        row.addWidget(self.count)
        row.addWidget(self.slider)
        words.put(self.title.show_words, line.title)
        words.put(self.title.setStatusTip, FLY)
        words.put(self.eye.setToolTip, SHOW)
        words.put(self.slider.setToolTip, OPACITY)
        self.show_count(line.count)

    def _label(self, label: Label) -> QLabel:
        """Return the mark of a layer's label; nothing for a public one, as most are."""
        found = QLabel()
        found.setVisible(label != LOWEST)
        found.setStyleSheet(f"color: {LABEL_COLOURS[label]};")
        self._words.put(found.setText, LABEL_TITLES[label])
        self._words.put(found.setToolTip, LABELLED)
        return found

    def show_count(self, count: int | None) -> None:
        """Show how many objects there are, or how far the layer is."""
        note = self._shown[1]
        self._shown = (count, note)
        if count is None:
            self._words.put(self.count.setText, LOADING)
        elif count < 0:
            self._words.put(self.count.setText, FAILED)
        else:
            words = COARSER if note is not None and note.is_coarser else NUMBER
            self._words.put(self.count.setText, words.with_values(count=f"{count:,}" if count else ""))

    def show_note(self, note: LayerNote | None) -> None:
        """Show what is to be known of the layer; it is read where the pointer rests on the count."""
        if note == self._shown[1]:
            return
        self._shown = (self._shown[0], note)
        self.count.setStyleSheet(f"color: {COARSER_COLOUR};" if note is not None and note.is_coarser else "")
        self._words.put(self.count.setToolTip, NOTHING if note is None else note.words)
        self.show_count(self._shown[0])

    def show_state(self, state: LayerState) -> None:
        """Show visibility and opacity without telling anybody."""
        self.eye.setChecked(state.is_visible)
        self.eye.setIcon(self._icons.icon("eye" if state.is_visible else "eye_off",
                                          "#bfe2ff" if state.is_visible else "#58718c"))  # fmt: skip
        self.slider.blockSignals(True)
        self.slider.setValue(round(state.opacity * 100))
        self.slider.blockSignals(False)
        self.slider.setEnabled(state.is_visible)

    @Slot(int)
    def _on_slid(self, percent: int) -> None:
        self.opacity_asked.emit(percent / 100)


class LayerPanel(GlassPanel):
    """The layer tree; says what the person did to which layer."""

    visible_asked = Signal(str, bool)
    opacity_asked = Signal(str, float)
    fly_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = 170
        self.rows: dict[str, _Row] = {}
        self._rows_words = Wording()
        self._lines: tuple[LayerLine, ...] = ()
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._inside = QWidget()
        self._inside.setLayout(self._list)
        self._area = tall_area()
        self._area.setWidget(self._inside)
        self.body.setContentsMargins(10, 8, 8, 10)
        self.body.addWidget(self._area)

    def wanted_height(self, width: int) -> int:
        """Height of all rows."""
        if self.is_folded:
            return super().wanted_height(width)
        return 40 + 18 + self._list.sizeHint().height() + 4

    def show_lines(self, lines: Sequence[LayerLine]) -> None:
        """Show these layers; rows are made anew only when layers come or go."""
        names = [(line.name, line.title, line.group) for line in lines]
        if names != [(line.name, line.title, line.group) for line in self._lines]:
            self._make_rows(lines)
        for line in lines:
            self.rows[line.name].show_count(line.count)
        self._lines = tuple(lines)
        self.content_changed.emit()

    def show_states(self, states: Mapping[str, LayerState]) -> None:
        """Show how each layer is drawn."""
        for name, row in self.rows.items():
            row.show_state(states.get(name, LayerState()))

    def show_notes(self, notes: Mapping[str, LayerNote]) -> None:
        """Show what is to be known of some layers, and nothing of the others."""
        for name, row in self.rows.items():
            row.show_note(notes.get(name))

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._rows_words.speak(language)

    def _make_rows(self, lines: Sequence[LayerLine]) -> None:
        remove_widgets(self._list)
        self._rows_words = Wording(self.words.language)
        self.rows = {}
        groups: dict[str, list[LayerLine]] = {}
        for line in lines:
            groups.setdefault(line.group.zh, []).append(line)
        for members in groups.values():
            heading = QLabel()
            heading.setProperty("role", "section")
            heading.setContentsMargins(6, 8 if self._list.count() else 2, 0, 3)
            self._rows_words.put(heading.setText, members[0].group)
            self._list.addWidget(heading)
            for line in members:
                self._list.addWidget(self._make_row(line))
        if not lines:
            empty = QLabel()
            empty.setWordWrap(True)
            empty.setProperty("role", "quiet")
            self._rows_words.put(empty.setText, EMPTY)
            self._list.addWidget(empty)
        self._list.addStretch(1)
        show_widgets(self._list)

    def _make_row(self, line: LayerLine) -> _Row:
        row = _Row(line, self.icons, self._rows_words)
        row.setFixedHeight(30)
        row.visible_asked.connect(partial(self.visible_asked.emit, line.name))
        row.opacity_asked.connect(partial(self.opacity_asked.emit, line.name))
        row.fly_asked.connect(partial(self.fly_asked.emit, line.name))
        self.rows[line.name] = row
        return row
