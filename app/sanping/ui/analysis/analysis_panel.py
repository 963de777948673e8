"""The form of an analysis: which one, what to pick on the map, numbers and choices, run and stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from sanping.commands.analysis_actions import TOOLS, ToolName
from sanping.domain.text import Language, Text
from sanping.ui.analysis.tools import FORMS, ChoiceAsk, Field, NumberAsk, Pick, Tool
from sanping.ui.cases.look import CHIP_STYLE, ERROR_STYLE, MAIN_STYLE, TIGHT_STYLE, column, plain_label, row
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons
from sanping.ui.number_field import NumberField

TITLE = Text("分析", "Analysis")
RUN, STOP = Text("开始计算  F9", "Compute  F9"), Text("停止", "Stop")
PICK_HINT = Text("请在三维图上点击；Esc 结束选点", "Click in the city; Esc ends picking")
NONE_YET, PICKED, MANY = Text("未选", "none yet"), Text("已选", "picked"), Text("已选 {count} 个", "{count} picked")
FORGET = Text("清空", "Empty")
CHOICES = Mapping[str, Sequence[tuple[str, Text]]]
LABEL_PX, COLUMNS = 28, 3
LEAST_LETTERS = 6
SCROLL_PX, FOOT_PX = 6, 8
"""Room beside the form for its scroll bar, and below it before the button."""


@dataclass(slots=True, kw_only=True)
class _Form:
    """The widgets of one analysis by the keys of what they ask."""

    holder: QWidget
    picks: dict[str, QPushButton] = field(default_factory=dict)
    numbers: dict[str, NumberField] = field(default_factory=dict)
    boxes: dict[str, QComboBox] = field(default_factory=dict)
    lines: dict[str, QLineEdit] = field(default_factory=dict)


class AnalysisPanel(GlassPanel):
    """`tool_asked` carries a tool's name, `pick_asked` the key of a pick or "", `forget_asked` a key.

    `choice_changed` carries key and choice of a field that the person chose.
    """

    tool_asked = Signal(str)
    pick_asked = Signal(str)
    forget_asked = Signal(str)
    choice_changed = Signal(str, str)
    number_changed = Signal()
    run_asked = Signal()
    stop_asked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 520
        self.tool: ToolName = "sunlight"
        self.numbers: dict[str, NumberField] = {}
        self.boxes: dict[str, QComboBox] = {}
        self.lines: dict[str, QLineEdit] = {}
        self.picks: dict[str, QPushButton] = {}
        self._counts: dict[str, int] = {}
        self._choices: dict[str, Sequence[tuple[str, Text]]] = {}
        self._forms: dict[ToolName, _Form] = {}
        self._make_tools()
        self.hint = plain_label(role="quiet")
        self.body.addWidget(self.hint)
        self._area, self._holder = tall_area(), QWidget()
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._area.setWidget(self._holder)
        self.body.addWidget(self._area, 1)
        self._rows = column(self._holder, 0)
        self._rows.setContentsMargins(0, 0, SCROLL_PX, FOOT_PX)
        self._make_foot()
        self.show_tool("sunlight")

    # What is shown

    def show_tool(self, name: ToolName) -> None:
        """Show the form of an analysis, with its numbers as they are proposed."""
        self.tool = name
        form = FORMS[name]
        button = self.tools.button([tool for tool, _, _ in TOOLS].index(name))
        button.setChecked(True)
        self.words.put(self.hint.setText, form.hint)
        if name not in self._forms:
            self._forms[name] = self._made(form)
            self._rows.addWidget(self._forms[name].holder)
        for tool, made in self._forms.items():
            made.holder.setVisible(tool == name)
        made = self._forms[name]
        self.picks, self.numbers, self.boxes, self._counts = made.picks, made.numbers, made.boxes, {}
        self.lines = made.lines
        for ask in form.fields:
            if isinstance(ask, NumberAsk):
                made.numbers[ask.key].show_number(ask.number)
        for key in made.picks:
            self._say_picked(key)
        self.tell(None)
        self.show_picking("")
        self.content_changed.emit()

    def show_choices(self, choices: CHOICES) -> None:
        """Offer what only this twin knows, by the key of the field."""
        for key, offered in choices.items():
            self._choices[key] = offered
            if key in self.boxes:
                self._fill(self.boxes[key], offered)

    def show_picked(self, key: str, count: int) -> None:
        """Show how many places or buildings of a pick there are."""
        self._counts[key] = count
        self._say_picked(key)

    def show_picking(self, key: str) -> None:
        """Show which pick the next click is for; "" for none."""
        for name, button in self.picks.items():
            with QSignalBlocker(button):
                button.setChecked(name == key)
        self.words.put(self.told.setText, PICK_HINT if key else Text("", ""))

    def show_number(self, key: str, number: float) -> None:
        """Propose another number."""
        if key in self.numbers:
            self.numbers[key].show_number(number)

    def show_progress(self, share: float | None, doing: Text | None = None) -> None:
        """Show how far the computation is; None when none runs."""
        is_running = share is not None
        self.bar.setVisible(is_running)
        self.run.setVisible(not is_running)
        self.stop.setVisible(is_running)
        if share is not None:
            self.bar.setValue(round(1000 * share))
            self.words.put(self.told.setText, doing or Text("", ""))
        else:
            self.words.put(self.told.setText, Text("", ""))
        self.content_changed.emit()

    def tell(self, told: Text | None) -> None:
        """Say what went wrong or is missing, or nothing."""
        self.strip.setVisible(told is not None)
        if told is not None:
            self.words.put(self.strip.setText, told)
        self.content_changed.emit()

    def values(self) -> tuple[dict[str, float], dict[str, str]]:
        """Return the numbers of the form, and its choices and what is typed."""
        numbers = {key: field.number for key, field in self.numbers.items()}
        choices = {key: str(box.currentData() or "") for key, box in self.boxes.items()}
        return numbers, choices | {key: line.text() for key, line in self.lines.items()}

    def wanted_height(self, width: int) -> int:
        """Height at which the whole form is seen."""
        if self.is_folded:
            return HEADER_HEIGHT
        return super().wanted_height(width) - self._area.sizeHint().height() + self._holder.sizeHint().height()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        for number, (_, title, _) in enumerate(TOOLS):
            self.tools.button(number).setText(self.words.say(title))
        for form in self._forms.values():
            for key, box in form.boxes.items():
                self._fill(box, self._choices[key])

    # How it is made

    def _made(self, form: Tool) -> "_Form":
        """Return the widgets of an analysis; they are made once, when it is first chosen."""
        made = _Form(holder=QWidget())
        rows = column(made.holder, 8)
        for pick in form.picks:
            rows.addWidget(self._pick_line(pick, made))
        fields = QWidget()
        lines = QFormLayout(fields)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setHorizontalSpacing(12)
        for ask in form.fields:
            label = plain_label(role="quiet", is_wrapped=False)
            label.setMinimumHeight(LABEL_PX)
            self.words.put(label.setText, ask.title)
            lines.addRow(label, self._field(ask, made))
        rows.addWidget(fields)
        return made

    def _make_tools(self) -> None:
        self.tools = QButtonGroup(self)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for number, (name, title, icon) in enumerate(TOOLS):
            button = QPushButton(self.words.say(title))
            button.setIcon(self.icons.icon(icon))
            button.setCheckable(True)
            button.setStyleSheet(CHIP_STYLE + TIGHT_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self.tool_asked.emit, name))
            self.tools.addButton(button, number)
            grid.addWidget(button, number // COLUMNS, number % COLUMNS)
        self.body.addWidget(holder)

    def _make_foot(self) -> None:
        self.told, self.strip = plain_label(role="quiet"), plain_label()
        self.strip.setStyleSheet(ERROR_STYLE)
        self.strip.hide()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.hide()
        self.run, self.stop = QPushButton(), QPushButton()
        self.run.setStyleSheet(MAIN_STYLE)
        self.stop.setStyleSheet(CHIP_STYLE)
        self.stop.hide()
        self.words.put(self.run.setText, RUN)
        self.words.put(self.stop.setText, STOP)
        self.run.clicked.connect(self.run_asked)
        self.stop.clicked.connect(self.stop_asked)
        for widget in (self.strip, self.told, self.bar):
            self.body.addWidget(widget)
        line = row(self.run, self.stop)
        self.body.addLayout(line)

    def _pick_line(self, pick: Pick, form: "_Form") -> QWidget:
        button, state, forget = QPushButton(), plain_label(role="quiet", is_wrapped=False), QPushButton()
        button.setCheckable(True)
        button.setStyleSheet(CHIP_STYLE)
        button.setIcon(self.icons.icon("object" if pick.is_building else "place"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(button.setText, pick.title)
        button.toggled.connect(partial(self._on_pick, pick.key))
        forget.setStyleSheet(CHIP_STYLE)
        forget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(forget.setText, FORGET)
        forget.clicked.connect(partial(self._forget, pick.key))
        form.picks[pick.key] = button
        holder = QWidget()
        holder.setProperty("pick", pick.key)
        line = row(button, state, forget)
        line.setStretch(1, 1)
        holder.setLayout(line)
        button.setProperty("state", state)
        button.setProperty("forget", forget)
        return holder

    def _say_picked(self, key: str) -> None:
        count, button = self._counts.get(key, 0), self.picks[key]
        told = NONE_YET if not count else PICKED if count == 1 else MANY.with_values(count=count)
        self.words.put(button.property("state").setText, told)
        button.property("forget").setVisible(count > 0)

    def _field(self, ask: Field, form: "_Form") -> QWidget:
        if isinstance(ask, NumberAsk):
            return self._number(ask, form)
        if isinstance(ask, ChoiceAsk):
            return self._choice(ask, form)
        line = form.lines[ask.key] = QLineEdit()
        self.words.put(line.setPlaceholderText, ask.example)
        self.words.put(line.setToolTip, ask.example)
        return line

    def _number(self, ask: NumberAsk, form: "_Form") -> NumberField:
        made = NumberField(ask.low, ask.high, ask.decimals)
        made.show_number(ask.number)
        self.words.put(made.setAccessibleName, ask.title)
        made.number_entered.connect(lambda _: self.number_changed.emit())
        form.numbers[ask.key] = made
        return made

    def _choice(self, ask: ChoiceAsk, form: "_Form") -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(LEAST_LETTERS)
        box.currentTextChanged.connect(box.setToolTip)
        if ask.choices:
            self._choices[ask.key] = ask.choices
        self._fill(box, self._choices.setdefault(ask.key, ()))
        box.activated.connect(lambda _: self.choice_changed.emit(ask.key, str(box.currentData() or "")))
        form.boxes[ask.key] = box
        return box

    def _fill(self, box: QComboBox, offered: Sequence[tuple[str, Text]]) -> None:
        chosen = box.currentData()
        box.clear()
        for key, title in offered:
            box.addItem(self.words.say(title), key)
            box.setItemData(box.count() - 1, self.words.say(title), Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    @Slot()
    def _on_pick(self, key: str, is_picking: bool) -> None:
        self.pick_asked.emit(key if is_picking else "")

    def _forget(self, key: str, _checked: bool = False) -> None:
        self.forget_asked.emit(key)
