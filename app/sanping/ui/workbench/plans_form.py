"""The left panel of plans: which area, which alternative, what is drawn, and what is chosen in it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QLabel, QLineEdit, QPushButton, QSlider, QWidget

from sanping.commands.massing_table import USE_NAMES
from sanping.domain.plan import Mass, Plan, PlotLimits, SchemeModel, Use
from sanping.domain.text import Language, Text
from sanping.stage.plan_shown import PlanView
from sanping.ui.cases.look import CHIP_STYLE, GRAVE_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.number_field import NumberField
from sanping.ui.wording import Wording
from sanping.ui.workbench import plans_words as words

MOST_CHIPS_IN_A_ROW = 3
MODES = ("sketch", "keep")


class PlansForm(QWidget):
    """Every signal says what the person did; what is shown comes with `show_…`.

    `wished` carries a word: "area", "remove_plan", "add", "copy", "remove", "import", "keep_all", "replace_all",
    "ground", "remove_part", "sketch", "keep".
    """

    wished = Signal(str)
    plan_asked = Signal(str)
    alternative_asked = Signal(str)
    view_asked = Signal(str)
    titled = Signal(str)
    named = Signal(str)
    mass_changed = Signal()
    part_changed = Signal()
    limits_changed = Signal(object)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        rows = column(self, 5)
        self.plans, self.title, self.name = QComboBox(), QLineEdit(), QLineEdit()
        for put, text in ((self.plans.setPlaceholderText, words.NO_AREA),
                          (self.title.setPlaceholderText, words.AREA_NAME),
                          (self.name.setPlaceholderText, words.NAME)):  # fmt: skip
            self._words.put(put, text)
        self.area, self.remove_plan = (
            self._button(words.NEW_AREA, "area"),
            self._button(words.REMOVE_PLAN, "remove_plan"),
        )
        self.plans.activated.connect(self._on_plan)
        self.title.editingFinished.connect(self._on_title)
        self.name.editingFinished.connect(self._on_name)
        rows.addLayout(row(self.plans, self.area))
        rows.addLayout(row(self.title, self.remove_plan))
        self.chips: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        rows.addLayout(self._grid)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.valueChanged.connect(self._on_slider)
        rows.addWidget(self.slider)
        self.views = self._make_views()
        rows.addLayout(row(*self.views.values(), spacing=4))
        self.add, self.copy = self._button(words.ADD, "add"), self._button(words.COPY, "copy")
        self.remove = self._button(words.REMOVE, "remove")
        self.remove.setStyleSheet(GRAVE_STYLE)
        rows.addLayout(row(self.name, self.add, self.copy, self.remove, spacing=4))
        self._make_drawing()
        self._make_part()
        self._make_limits()
        self.speak(wording.language)

    def _button(self, text: Text, wish: str, *, is_mode: bool = False) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setStyleSheet(CHIP_STYLE)
        button.setCheckable(is_mode)
        self._words.put(button.setText, text)
        button.clicked.connect(partial(self._wish, wish))
        return button

    def _make_views(self) -> dict[str, QPushButton]:
        group, made = QButtonGroup(self), {}
        for view, text in words.VIEWS.items():
            button = made[view] = QPushButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet(CHIP_STYLE)
            self._words.put(button.setText, text)
            button.clicked.connect(partial(self._on_view, view))
            group.addButton(button)
        return made

    def _make_drawing(self) -> None:
        rows = self.layout()
        self.storeys, self.storey_m = _field(1, 200, 0, 6), _field(2.0, 30, 2, 3)
        self.use = QComboBox()
        for name in USE_NAMES:
            self.use.addItem("", name)
        self.use.setMinimumWidth(78)
        self.use.activated.connect(self._on_mass)
        for field in (self.storeys, self.storey_m):
            field.number_entered.connect(self._on_mass)
        labels = [self._label(text) for text in (words.STOREYS, words.STOREY_M, words.USE)]
        self.sketch = self._button(words.SKETCH, "sketch", is_mode=True)
        self.sketch.setStyleSheet(MAIN_STYLE)
        self.bring = self._button(words.IMPORT, "import")
        self.keep = self._button(words.KEEP, "keep", is_mode=True)
        self.keep_all = self._button(words.KEEP_ALL, "keep_all")
        self.replace_all = self._button(words.REPLACE_ALL, "replace_all")
        rows.addLayout(row(labels[0], self.storeys, labels[1], self.storey_m, spacing=4))  # type: ignore[union-attr]
        rows.addLayout(row(labels[2], self.use, self.sketch, self.bring, spacing=4))  # type: ignore[union-attr]
        rows.addLayout(row(self.keep, self.keep_all, self.replace_all, spacing=4))  # type: ignore[union-attr]

    def _make_part(self) -> None:
        rows = self.layout()
        self.part = plain_label(role="quiet")
        rows.addWidget(self.part)  # type: ignore[union-attr]
        self.east, self.north, self.up = _field(-1e8, 1e8, 2, 0), _field(-1e8, 1e8, 2, 0), _field(-1e4, 1e4, 2, 0)
        self.turn, self.scale = _field(-360, 360, 2, 0), _field(1e-5, 1e5, 5, 1)
        self.placing = QWidget()
        grid = QGridLayout(self.placing)
        grid.setContentsMargins(0, 0, 0, 0)
        fields = ((words.EAST, self.east), (words.NORTH, self.north), (words.UP, self.up), (words.TURN, self.turn),
                  (words.SCALE, self.scale))  # fmt: skip
        for number, (text, field) in enumerate(fields):
            grid.addWidget(self._label(text), number // 2, 2 * (number % 2))
            grid.addWidget(field, number // 2, 2 * (number % 2) + 1)
            field.number_entered.connect(self._on_part)
        self.ground = self._button(words.ON_GROUND, "ground")
        self.remove_part = self._button(words.REMOVE_PART, "remove_part")
        self.remove_part.setStyleSheet(GRAVE_STYLE)
        grid.addLayout(row(self.ground, self.remove_part, spacing=4), 2, 2, 1, 2)
        rows.addWidget(self.placing)  # type: ignore[union-attr]
        self._turned = (self.turn, self.scale)

    def _make_limits(self) -> None:
        rows = self.layout()
        label = self._label(words.LIMITS)
        rows.addWidget(label)  # type: ignore[union-attr]
        self.far, self.density = _field(0, 100, 2, 0), _field(0, 100, 1, 0)
        self.height_most, self.green = _field(0, 2000, 1, 0), _field(0, 100, 1, 0)
        grid = QGridLayout()
        fields = ((words.FAR, self.far), (words.DENSITY, self.density), (words.HEIGHT, self.height_most),
                  (words.GREEN, self.green))  # fmt: skip
        for number, (text, field) in enumerate(fields):
            grid.addWidget(self._label(text), number // 2, 2 * (number % 2))
            grid.addWidget(field, number // 2, 2 * (number % 2) + 1)
            field.number_entered.connect(self._on_limits)
        rows.addLayout(grid)  # type: ignore[union-attr]

    def _label(self, text: Text) -> QLabel:
        label = plain_label(role="quiet", is_wrapped=False)
        self._words.put(label.setText, text)
        return label

    # What is shown

    def show_plans(self, plans: Sequence[Plan], present: Plan | None, alternative: str) -> None:
        """Offer these areas, and the alternatives of the present one."""
        with QSignalBlocker(self.plans), QSignalBlocker(self.slider):
            self.plans.clear()
            for plan in plans:
                self.plans.addItem(plan.title, plan.id)
            self.plans.setCurrentIndex(-1 if present is None else self.plans.findData(present.id))
            _write(self.title, "" if present is None else present.title)
            self._show_chips(present, alternative)
            shown = None if present is None else present.alternative(alternative)
            _write(self.name, "" if shown is None else shown.name)
            count = 0 if present is None else len(present.alternatives)
            self.slider.setRange(0, count)
            self.slider.setValue(0 if present is None or shown is None else present.alternatives.index(shown) + 1)
        has_shown, has_area = shown is not None, present is not None
        for own in (self.copy, self.remove, self.sketch, self.bring, self.keep, self.keep_all, self.replace_all):
            own.setEnabled(has_shown)
        self.name.setEnabled(has_shown)
        for button in (self.remove_plan, self.add, *self.views.values()):
            button.setEnabled(has_area)
        self.title.setEnabled(has_area)
        self.slider.setEnabled(has_area)
        self._show_limits(PlotLimits() if present is None else present.limits)

    def show_view(self, view: PlanView | str) -> None:
        """Show what of the plan is seen, "" for nothing."""
        self.views[view].setChecked(True)

    def show_mode(self, mode: str) -> None:
        """Show what clicks do."""
        self.sketch.setChecked(mode == "sketch")
        self.keep.setChecked(mode == "keep")

    def show_part(self, part: Mass | SchemeModel | None) -> None:
        """Show the mass or model that is chosen, with its numbers."""
        self.placing.setVisible(part is not None)
        if part is None:
            self._words.put(self.part.setText, words.NO_PART)
            return
        is_model = isinstance(part, SchemeModel)
        title = (
            Text(part.title, part.title) if isinstance(part, SchemeModel) else words.MASS_NAME.with_values(id=part.id)
        )
        self._words.put(self.part.setText, words.PART.with_values(name=title))
        for field in self._turned:
            field.setEnabled(is_model)
        if isinstance(part, SchemeModel):
            east, north, up = part.placement.at
            self.turn.show_number(part.placement.turn_deg)
            self.scale.show_number(part.placement.scale)
        else:
            east = sum(x for x, _ in part.outline) / len(part.outline)
            north = sum(y for _, y in part.outline) / len(part.outline)
            up = part.base_m
            self.storeys.show_number(part.storeys)
            self.storey_m.show_number(part.storey_m)
            self.use.setCurrentIndex(self.use.findData(part.use))
        for field, number in ((self.east, east), (self.north, north), (self.up, up)):
            field.show_number(number)

    def speak(self, language: Language) -> None:
        """Name the uses in another language; the rest is kept by its wording."""
        for number, name in enumerate(USE_NAMES.values()):
            self.use.setItemText(number, name.in_language(language))
        self._today(language)

    @property
    def chosen_use(self) -> Use:
        """The use of the next mass."""
        use: Use = self.use.currentData()
        return use

    def _show_chips(self, present: Plan | None, alternative: str) -> None:
        for chip in self.chips.values():
            self._group.removeButton(chip)
            chip.deleteLater()
        self.chips = {}
        if present is None:
            return
        entries = [("", self._words.say(words.TODAY)), *((one.id, one.name) for one in present.alternatives)]
        for number, (id, name) in enumerate(entries):
            chip = self.chips[id] = QPushButton(f"{number} {name}")
            chip.setCheckable(True)
            chip.setChecked(id == alternative)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.setStyleSheet(CHIP_STYLE)
            chip.clicked.connect(partial(self._on_chip, id))
            self._group.addButton(chip)
            self._grid.addWidget(chip, number // MOST_CHIPS_IN_A_ROW, number % MOST_CHIPS_IN_A_ROW)

    def _today(self, language: Language) -> None:
        if "" in self.chips:
            self.chips[""].setText(f"0 {words.TODAY.in_language(language)}")

    def _show_limits(self, limits: PlotLimits) -> None:
        self.far.show_number(limits.far_most)
        self.density.show_number(limits.density_most)
        self.height_most.show_number(limits.height_most_m)
        self.green.show_number(limits.green_least)

    # What a person does

    def _wish(self, wish: str, _checked: bool = False) -> None:
        self.wished.emit(wish)

    def _on_view(self, view: str, _checked: bool = False) -> None:
        self.view_asked.emit(view)

    def _on_chip(self, id: str, _checked: bool = False) -> None:
        self.alternative_asked.emit(id)

    @Slot(int)
    def _on_plan(self, number: int) -> None:
        self.plan_asked.emit(str(self.plans.itemData(number)))

    @Slot(int)
    def _on_slider(self, number: int) -> None:
        self.alternative_asked.emit(list(self.chips)[number])

    @Slot()
    def _on_title(self) -> None:
        if self.title.isModified():
            self.title.setModified(False)
            self.titled.emit(self.title.text())

    @Slot()
    def _on_name(self) -> None:
        if self.name.isModified():
            self.name.setModified(False)
            self.named.emit(self.name.text())

    @Slot()
    def _on_mass(self) -> None:
        self.mass_changed.emit()

    @Slot()
    def _on_part(self) -> None:
        self.part_changed.emit()

    @Slot()
    def _on_limits(self) -> None:
        self.limits_changed.emit(
            PlotLimits(far_most=self.far.number, density_most=self.density.number,
                       height_most_m=self.height_most.number, green_least=self.green.number)
        )  # fmt: skip


def _field(low: float, high: float, decimals: int, first: float) -> NumberField:
    field = NumberField(low, high, decimals)
    field.show_number(first)
    return field


def _write(line: QLineEdit, text: str) -> None:
    if line.text() != text:
        line.setText(text)
        line.setCursorPosition(0)
    line.setModified(False)
