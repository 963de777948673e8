"""What there is to read about the selected object, with ways to copy it, fly to it and see it alone."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sanping.commands.object_facts import ObjectFacts, attribute_rows
from sanping.domain.text import Language, Text
from sanping.ui.action_book import ActionBook
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.ui.theme import RIGHT_WIDTH

TITLE = Text("对象信息", "Object")
HEIGHT = Text("高度", "Height")
BASE = Text("底部标高", "Base level")
SURFACE = Text("表面积", "Surface")
ID = Text("编号", "Id")
PARENT = Text("上级对象", "Parent")
LAYER = Text("图层", "Layer")
PLACE = Text("位置", "Place")
SURFACES = Text("表面语义", "Surfaces")
ATTRIBUTES = Text("属性", "Attributes")
METRES = Text("米", "m")
COPY_VALUE = Text("点击复制该值", "Click to copy the value")
SURFACE_VALUE = Text("{area} m² · {count} 个三角面", "{area} m² · {count} triangles")
TOOLS = ("view.fly", "view.isolate", "edit.copy", "edit.deselect")
VALUE_WIDTH = 190


class _Value(QLabel):
    """A value that is copied by a click."""

    copy_asked = Signal(str)

    def mousePressEvent(self, event: object) -> None:  # noqa: N802
        """Copy the value."""
        self.copy_asked.emit(self.text())


class InspectorPanel(GlassPanel):
    """Shows `ObjectFacts`; `copy_asked` carries a single value, `object_asked` the id of the parent."""

    copy_asked = Signal(str)
    parent_asked = Signal(str)

    def __init__(self, book: ActionBook, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = 260
        self.facts: ObjectFacts | None = None
        self.name = QLabel()
        self.name.setProperty("role", "name")
        self.name.setWordWrap(True)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        self.kind, self.layer = QLabel(), QLabel()
        for chip in (self.kind, self.layer):
            chip.setProperty("role", "chip")
            self._chips.addWidget(chip)
        self._chips.addStretch(1)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for name in TOOLS:
            button = book.button(name, size_px=30, icon_px=17)
            tools.addWidget(button)
        head = QHBoxLayout()
        head.addLayout(self._chips, 1)
        head.addLayout(tools)
        self.numbers = QGridLayout()
        self.numbers.setHorizontalSpacing(16)
        self.numbers.setVerticalSpacing(0)
        self._table = QGridLayout()
        self._area = tall_area()
        self.body.addWidget(self.name)
        self.body.addLayout(head)
        self.body.addLayout(self.numbers)
        self.body.addWidget(self._area, 1)

    def wanted_height(self, width: int) -> int:
        """Height at which the table needs no scrolling."""
        if self.is_folded:
            return super().wanted_height(width)
        name_height = self.name.heightForWidth(width - 28)
        rows = self._table.totalHeightForWidth(width - 34)
        return HEADER_HEIGHT + name_height + self.numbers.sizeHint().height() + rows + 86

    def show_facts(self, facts: ObjectFacts | None) -> None:
        """Show an object."""
        self.facts = facts
        if facts is not None:
            self._fill(facts)
        self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        if self.facts is not None:
            self._fill(self.facts)

    def values(self) -> dict[str, str]:
        """Return label and value of every row, as shown."""
        shown = {}
        for row in range(self._table.rowCount()):
            label, value = self._table.itemAtPosition(row, 0), self._table.itemAtPosition(row, 1)
            if label is not None and value is not None and label is not value:
                left, right = label.widget(), value.widget()
                if isinstance(left, QLabel) and isinstance(right, QLabel | QToolButton):
                    shown[left.text()] = right.text()
        return shown

    def _fill(self, facts: ObjectFacts) -> None:
        say = self.words.say
        self.name.setText(say(facts.title))
        self.kind.setText(say(facts.kind))
        self.layer.setText(say(facts.layer_title))
        self.kind.setVisible(facts.name is not None)
        self._fill_numbers(facts)
        self._renew_table()
        row = self._add_row(0, say(ID), facts.id)
        if facts.parent:
            row = self._add_parent(row, facts.parent)
        east, north, up = facts.place
        row = self._add_row(row, say(PLACE), f"{east:,.0f}, {north:,.0f}, {up:,.0f}")
        rows = attribute_rows(facts, self.words.language)
        if rows:
            row = self._add_heading(row, say(ATTRIBUTES))
            for label, value in rows:
                row = self._add_row(row, label, value)
        if facts.surfaces:
            row = self._add_heading(row, say(SURFACES))
            for item in facts.surfaces:
                measured = SURFACE_VALUE.with_values(area=f"{item.area_m2:,.0f}", count=f"{item.triangles:,}")
                row = self._add_row(row, say(item.title), say(measured))

    def _renew_table(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(12)
        self._table.setVerticalSpacing(5)
        self._table.setColumnStretch(1, 1)
        column.addLayout(self._table)
        column.addStretch(1)
        self._area.setWidget(inside)

    def _fill_numbers(self, facts: ObjectFacts) -> None:
        remove_widgets(self.numbers)
        say = self.words.say
        area_m2 = sum(item.area_m2 for item in facts.surfaces)
        figures = [
            (HEIGHT, f"{facts.height_m:,.1f}", say(METRES)) if facts.height_m is not None else None,
            (BASE, f"{facts.base_m:,.1f}", say(METRES)) if facts.base_m is not None else None,
            (SURFACE, f"{area_m2:,.0f}", "m²") if area_m2 else None,
        ]
        for column, figure in enumerate(item for item in figures if item is not None):
            caption_text, value, unit = figure
            number = QLabel(f'{value}<span style="font-size:12px; color:#8aaccc"> {unit}</span>')
            number.setStyleSheet("color:#ffffff; font-size:21px; font-weight:600;")
            caption = QLabel(say(caption_text))
            caption.setProperty("role", "quiet")
            self.numbers.addWidget(number, 0, column)
            self.numbers.addWidget(caption, 1, column)

    def _add_row(self, row: int, label: str, value: str) -> int:
        caption = QLabel()
        caption.setProperty("role", "quiet")
        caption.setMaximumWidth(118)
        caption.setText(QFontMetrics(caption.font()).elidedText(label, Qt.TextElideMode.ElideRight, 116))
        caption.setToolTip(label)
        content = _Value(value)
        content.setWordWrap(True)
        content.setTextFormat(Qt.TextFormat.PlainText)
        content.setMaximumWidth(RIGHT_WIDTH - 118 - 52)
        content.setCursor(Qt.CursorShape.PointingHandCursor)
        content.setToolTip(self.words.say(COPY_VALUE))
        content.copy_asked.connect(self.copy_asked)
        self._table.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
        self._table.addWidget(content, row, 1, Qt.AlignmentFlag.AlignTop)
        return row + 1

    def _add_parent(self, row: int, parent: str) -> int:
        caption = QLabel(self.words.say(PARENT))
        caption.setProperty("role", "quiet")
        link = QToolButton()
        link.setText(parent)
        link.setStyleSheet("QToolButton { color: #7fd4ff; padding: 0; border: none; text-align: left; }")
        link.clicked.connect(self._on_parent)
        self._table.addWidget(caption, row, 0)
        self._table.addWidget(link, row, 1)
        return row + 1

    def _add_heading(self, row: int, text: str) -> int:
        heading = QLabel(text)
        heading.setProperty("role", "section")
        heading.setContentsMargins(0, 8, 0, 2)
        self._table.addWidget(heading, row, 0, 1, 2)
        return row + 1

    @Slot()
    def _on_parent(self) -> None:
        if self.facts is not None:
            self.parent_asked.emit(self.facts.parent)
