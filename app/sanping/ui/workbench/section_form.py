"""How a section is chosen: its kind, its height or place, what it cuts, and who is a ghost."""

from functools import partial
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from sanping.analysis.cutting import Cutting
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, column, plain_label, row
from sanping.ui.number_field import NumberField
from sanping.ui.wording import Wording

SectionKind = Literal["level", "upright", "box", "none"]
KINDS: tuple[tuple[SectionKind, Text, Text], ...] = (
    ("none", Text("不剖切", "None"), Text("不剖切；下面的透明仍然有效。", "Nothing is cut; ghosts below still count.")),
    ("level", Text("水平面", "Horizontal"), Text("拖动或填写高程，其上的被剖去。",
                                              "Drag or type a height: what is above is cut away.")),
    ("upright", Text("竖直面", "Vertical"), Text("点击两处定一条线，右侧被剖去；可拖动平移、翻面。",
                                              "Click two places: what is right of the line is cut away; drag to "
                                              "shift, or turn it round.")),
    ("box", Text("剖切盒", "Box"), Text("点击两个对角，盒外被剖去；高度可填。",
                                     "Click two opposite corners: what is outside is cut away; type the heights.")),
)  # fmt: skip
HEIGHT, SHIFT = Text("高程（米）", "Height (m)"), Text("平移（米）", "Shift (m)")
BOTTOM, TOP = Text("盒底（米）", "Bottom (m)"), Text("盒顶（米）", "Top (m)")
FLIP = Text("翻面", "Turn round")
GROUND, CAPS = Text("地面也剖开", "Cut the ground too"), Text("封闭剖面", "Close the cut")
GHOSTS = Text("此高程以上半透明（米）", "Ghosts above (m)")
XRAY = Text("除所选对象外都半透明", "Everything but the selection is a ghost")
TICKS_A_METRE, MOST_SHIFT_M = 10, 400.0


class SectionForm(QWidget):
    """`changed` comes with every change of a number or a choice; `kind_asked` carries another kind."""

    changed = Signal()
    kind_asked = Signal(str)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        rows = column(self, 6)
        self.chips: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        chips = QHBoxLayout()
        chips.setSpacing(4)
        rows.addLayout(chips)
        for name, title, _ in KINDS:
            chip = self.chips[name] = QPushButton()
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.setStyleSheet(CHIP_STYLE)
            words.put(chip.setText, title)
            chip.clicked.connect(partial(self.kind_asked.emit, name))
            self._group.addButton(chip)
            chips.addWidget(chip)
        self.hint = plain_label()
        rows.addWidget(self.hint)
        self.level, self.level_slider = self._slid(HEIGHT, (-100.0, 3000.0))
        self.shift, self.shift_slider = self._slid(SHIFT, (-MOST_SHIFT_M, MOST_SHIFT_M))
        self._range(self.shift_slider, -MOST_SHIFT_M, MOST_SHIFT_M)
        self.flip = QPushButton()
        self.flip.setCheckable(True)
        self.flip.setStyleSheet(CHIP_STYLE)
        self.flip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.flip.toggled.connect(self._say)
        words.put(self.flip.setText, FLIP)
        self.bottom, self.top = self._number(BOTTOM, 0.0), self._number(TOP, 60.0)
        rows.addWidget(self.flip)
        self.ground, self.caps, self.xray, self.has_ghosts = (QCheckBox() for _ in range(4))
        self.caps.setChecked(True)
        self.ghosts = NumberField(-100.0, 3000.0, 1)
        self.ghosts.show_number(30.0)
        self.ghosts.number_entered.connect(self._say)
        for box, title in ((self.caps, CAPS), (self.ground, GROUND), (self.xray, XRAY), (self.has_ghosts, GHOSTS)):
            box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            box.toggled.connect(self._say)
            words.put(box.setText, title)
        rows.addLayout(row(self.caps, self.ground))
        rows.addWidget(self.xray)
        rows.addLayout(row(self.has_ghosts, self.ghosts))

    def show_kind(self, kind: SectionKind) -> None:
        """Show the fields of a kind."""
        self.chips[kind].setChecked(True)
        self._words.put(self.hint.setText, next(hint for name, _, hint in KINDS if name == kind))
        for field, of in ((self.level, "level"), (self.shift, "upright"), (self.bottom, "box"), (self.top, "box")):
            holder = field.parentWidget()
            assert holder is not None
            holder.setVisible(kind == of)
        self.flip.setVisible(kind == "upright")
        self.caps.setEnabled(kind != "none")
        self.ground.setEnabled(kind != "none")

    def show_heights(self, low_m: float, high_m: float) -> None:
        """Let the height be dragged between these."""
        self._range(self.level_slider, low_m, high_m)

    def show_height(self, height_m: float) -> None:
        """Show a height, without telling."""
        self._show(self.level, self.level_slider, height_m)

    def show_shift(self, shift_m: float) -> None:
        """Show a shift, without telling."""
        self._show(self.shift, self.shift_slider, shift_m)

    def show_cutting(self, cutting: Cutting, *, has_caps: bool) -> None:
        """Show how the city is cut, without telling."""
        boxes = (self.caps, self.ground, self.xray, self.has_ghosts, self.flip)
        above, is_cut = cutting.ghosts_above_m, cutting.plane is not None or cutting.box is not None
        wanted = (has_caps, cutting.cuts_ground and is_cut, cutting.is_xray, above is not None, False)
        for box, is_checked in zip(boxes, wanted, strict=True):
            with QSignalBlocker(box):
                box.setChecked(is_checked)
        if above is not None:
            self.ghosts.show_number(above)
        if cutting.box is not None:
            self.bottom.show_number(cutting.box.bottom)
            self.top.show_number(cutting.box.top)
        elif cutting.plane is not None:
            self.show_shift(0.0)
            self.show_height(cutting.plane.origin[2])

    def _slid(self, title: Text, limits: tuple[float, float]) -> tuple[NumberField, QSlider]:
        field, slider = self._number(title, 0.0, limits), QSlider(Qt.Orientation.Horizontal)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.valueChanged.connect(partial(self._on_slid, field))
        field.number_entered.connect(partial(self._on_typed, slider))
        holder = field.parentWidget()
        assert holder is not None
        layout = holder.layout()
        assert layout is not None
        layout.addWidget(slider)
        return field, slider

    def _number(self, title: Text, value: float, limits: tuple[float, float] = (-500.0, 3000.0)) -> NumberField:
        holder, label, field = QWidget(), QLabel(), NumberField(*limits, 1)
        self._words.put(label.setText, title)
        field.show_number(value)
        field.number_entered.connect(self._say)
        column(holder, 2).addLayout(row(label, field))
        own = self.layout()
        assert own is not None
        own.addWidget(holder)
        return field

    def _range(self, slider: QSlider, low: float, high: float) -> None:
        slider.blockSignals(True)
        slider.setRange(round(low * TICKS_A_METRE), round(high * TICKS_A_METRE))
        slider.blockSignals(False)

    def _show(self, field: NumberField, slider: QSlider, value: float) -> None:
        field.show_number(value)
        slider.blockSignals(True)
        slider.setValue(round(value * TICKS_A_METRE))
        slider.blockSignals(False)

    def _on_slid(self, field: NumberField, ticks: int) -> None:
        field.show_number(ticks / TICKS_A_METRE)
        self.changed.emit()

    def _on_typed(self, slider: QSlider, value: float) -> None:
        slider.blockSignals(True)
        slider.setValue(round(value * TICKS_A_METRE))
        slider.blockSignals(False)

    @Slot()
    def _say(self, *_values: object) -> None:
        self.changed.emit()
