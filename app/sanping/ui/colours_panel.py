"""Colour a layer by an attribute: which one, which palette, over which range; and the legend that reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from sanping.commands.colour_choices import AttributeChoice
from sanping.domain.text import Language, Text
from sanping.stage.state import Colouring
from sanping.ui.glass import GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.number_field import NumberField
from sanping.ui.theme import QUIET, TEXT

TITLE = Text("分级着色", "Colours")
LAYER = Text("图层", "Layer")
ATTRIBUTE = Text("属性", "Attribute")
PALETTE = Text("色带", "Palette")
RANGE = Text("范围", "Range")
NONE = Text("不着色", "None")
RESET = Text("恢复全范围", "Full range")
MISSING = Text("无数据", "No data")
LABEL_WIDTH = 56
PALETTES: Mapping[str, Text] = {
    "viridis": Text("翠绿", "Viridis"),
    "plasma": Text("等离子", "Plasma"),
    "ice": Text("冰川", "Ice"),
    "ember": Text("余烬", "Ember"),
    "alert": Text("预警四色", "Alert"),
    "balance": Text("冷暖对比", "Cold to warm"),
}
LEGEND_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendLine:
    """One colour of the legend with its words."""

    label: Text
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendView:
    """The legend as the panel draws it: a ramp from `low` to `high`, or one colour a word."""

    lines: tuple[LegendLine, ...]
    is_ramp: bool
    unit: str = ""
    missing: int = 0
    low: float | None = None
    high: float | None = None


class LegendStrip(QWidget):
    """Draws a `LegendView`."""

    def __init__(self) -> None:
        super().__init__()
        self._view: LegendView | None = None
        self._language: Language = "zh"

    def show_legend(self, view: LegendView | None, language: Language) -> None:
        """Show this legend."""
        self._view, self._language = view, language
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height that the legend needs."""
        if self._view is None or not self._view.lines:
            return QSize(260, 0)
        if self._view.is_ramp:
            return QSize(260, 40 + (20 if self._view.missing else 0))
        lines = min(LEGEND_ROWS, len(self._view.lines))
        return QSize(260, 22 * ((lines + 1) // 2) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ramp or the words."""
        if self._view is None or not self._view.lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        if self._view.is_ramp:
            self._paint_ramp(painter, self._view)
        else:
            self._paint_words(painter, self._view)
        painter.end()

    def _paint_ramp(self, painter: QPainter, view: LegendView) -> None:
        width = self.width()
        ramp = QLinearGradient(0, 0, width, 0)
        last = max(1, len(view.lines) - 1)
        for place, line in enumerate(view.lines):
            ramp.setColorAt(place / last, QColor(*line.colour))
        painter.setPen(QPen(QColor(160, 210, 250, 120), 1))
        painter.setBrush(ramp)
        painter.drawRoundedRect(QRectF(0.5, 2.5, width - 1, 12), 3, 3)
        painter.setPen(TEXT)
        shown = [0, last // 2, last] if last >= 2 else [0, last]
        for place in shown:
            text = view.lines[place].label.in_language(self._language)
            text += f" {view.unit}" if place == last and view.unit and not text.endswith(view.unit) else ""
            share = place / last
            left = share * width - (0 if place == 0 else 90 if place == last else 45)
            way = (
                Qt.AlignmentFlag.AlignLeft
                if place == 0
                else Qt.AlignmentFlag.AlignRight
                if place == last
                else Qt.AlignmentFlag.AlignHCenter
            )
            painter.drawText(QRectF(left, 19, 90, 18), way, text)
        if view.missing:
            painter.fillRect(QRectF(0, 45, 10, 10), QColor(92, 104, 122))
            painter.setPen(QUIET)
            painter.drawText(QRectF(18, 40, width, 20), f"{MISSING.in_language(self._language)}  {view.missing:,}")

    def _paint_words(self, painter: QPainter, view: LegendView) -> None:
        half = self.width() / 2
        for place, line in enumerate(view.lines[:LEGEND_ROWS]):
            row, column = divmod(place, 2)
            x, y = column * half, row * 22.0 + 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*line.colour))
            painter.drawRoundedRect(QRectF(x, y + 4, 12, 12), 2, 2)
            painter.setPen(TEXT)
            label = line.label.in_language(self._language)
            text = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(half - 30))
            painter.drawText(QRectF(x + 19, y, half - 22, 20), Qt.AlignmentFlag.AlignVCenter, text)


class ColoursPanel(GlassPanel):
    """Shows the colouring and its legend; `colouring_asked` carries a `Colouring`, or None for none."""

    colouring_asked = Signal(object)

    def __init__(self, icons: Icons, palettes: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = 150
        self._palettes = tuple(palettes) or tuple(PALETTES)
        self._layers: tuple[tuple[str, Text, tuple[AttributeChoice, ...]], ...] = ()
        self._colouring: Colouring | None = None
        self._legend: LegendView | None = None
        self._chosen_layer = ""
        self.layer, self.attribute, self.ramp = QComboBox(), QComboBox(), QComboBox()
        self.low, self.high = NumberField(-1e9, 1e9, 1), NumberField(-1e9, 1e9, 1)
        self._reset = QPushButton()
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        self._labels = [QLabel() for _ in range(4)]
        for row, (label, text, box) in enumerate(
            zip(self._labels[:3], (LAYER, ATTRIBUTE, PALETTE), (self.layer, self.attribute, self.ramp), strict=True)
        ):
            self._caption(grid, row, label, text)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(box, row, 1)
            box.activated.connect(self._on_chosen)
        self._caption(grid, 3, self._labels[3], RANGE)
        bounds = QHBoxLayout()
        bounds.setSpacing(6)
        bounds.addWidget(self.low, 1)
        self._dash = QLabel("–")
        bounds.addWidget(self._dash)
        bounds.addWidget(self.high, 1)
        bounds.addWidget(self._reset)
        grid.addLayout(bounds, 3, 1)
        self._reset.setStyleSheet("padding: 5px 8px;")
        self._reset.clicked.connect(self._on_reset)
        self.words.put(self._reset.setText, RESET)
        for field in (self.low, self.high):
            field.setMinimumWidth(54)
            field.number_entered.connect(self._on_range)
        self.strip = LegendStrip()
        self.body.addLayout(grid)
        self.body.addWidget(self.strip)
        self.body.addStretch(1)
        self._fill()

    def show_choices(self, layers: Sequence[tuple[str, Text, tuple[AttributeChoice, ...]]]) -> None:
        """Offer these layers with their attributes."""
        self._layers = tuple(layers)
        self._fill()
        self.content_changed.emit()

    def show_colouring(self, colouring: Colouring | None, legend: LegendView | None) -> None:
        """Show what is coloured, and how it is read."""
        self._colouring, self._legend = colouring, legend
        self._fill()
        self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._fill()

    def _fill(self) -> None:
        say = self.words.say
        chosen = self._colouring.layer if self._colouring else self._chosen_layer
        self.layer.clear()
        for name, title, _ in self._layers:
            self.layer.addItem(say(title), name)
        self.layer.setCurrentIndex(max(0, self.layer.findData(chosen)))
        self.attribute.clear()
        self.attribute.addItem(say(NONE), "")
        for choice in self._choices():
            self.attribute.addItem(say(choice.title), choice.attribute)
        self.attribute.setCurrentIndex(max(0, self.attribute.findData(self._attribute())))
        self.ramp.clear()
        for name in self._palettes:
            self.ramp.addItem(say(PALETTES.get(name, Text(name, name))), name)
        if self._colouring is not None:
            self.ramp.setCurrentIndex(max(0, self.ramp.findData(self._colouring.palette)))
        self._fill_range()
        self.strip.show_legend(self._legend, self.words.language)
        self.layer.setEnabled(bool(self._layers))
        self.attribute.setEnabled(bool(self._layers))

    def _fill_range(self) -> None:
        choice = self._choice()
        is_graded = self._colouring is not None and choice is not None and choice.is_number
        graded = (*self._labels[2:], self.ramp, self.low, self._dash, self.high, self._reset)
        for widget in graded:
            widget.setVisible(is_graded)
        if is_graded and choice is not None and self._colouring is not None:
            shown = self._legend or LegendView(lines=(), is_ramp=True)
            low = self._colouring.low if self._colouring.low is not None else shown.low
            high = self._colouring.high if self._colouring.high is not None else shown.high
            self.low.show_number(choice.low if low is None else low)
            self.high.show_number(choice.high if high is None else high)

    def _choices(self) -> tuple[AttributeChoice, ...]:
        name = self.layer.currentData()
        return next((choices for layer, _, choices in self._layers if layer == name), ())

    def _attribute(self) -> str:
        return self._colouring.attribute if self._colouring else ""

    def _choice(self) -> AttributeChoice | None:
        return next((choice for choice in self._choices() if choice.attribute == self._attribute()), None)

    def _ask(self, low: float | None, high: float | None) -> None:
        attribute = self.attribute.currentData()
        if not attribute or not self.layer.currentData():
            self.colouring_asked.emit(None)
            return
        self.colouring_asked.emit(
            Colouring(
                layer=self.layer.currentData(),
                attribute=attribute,
                palette=self.ramp.currentData() or "viridis",
                low=low,
                high=high,
            )
        )

    @Slot()
    def _on_chosen(self) -> None:
        self._chosen_layer = str(self.layer.currentData() or "")
        is_same = self._colouring is not None and self._colouring.attribute == self.attribute.currentData()
        low, high = (self._colouring.low, self._colouring.high) if is_same and self._colouring else (None, None)
        self._ask(low, high)

    @Slot()
    def _on_range(self) -> None:
        if self._colouring is not None and self.high.number > self.low.number:
            self._ask(self.low.number, self.high.number)

    @Slot()
    def _on_reset(self) -> None:
        self._ask(None, None)

    def _caption(self, grid: QGridLayout, row: int, label: QLabel, text: Text) -> None:
        label.setProperty("role", "quiet")
        label.setMinimumWidth(LABEL_WIDTH)
        self.words.put(label.setText, text)
        grid.addWidget(label, row, 0)
