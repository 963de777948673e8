"""The hierarchy of areas: where one stands, whom to call, the areas below with their figures, and the map of cases."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QPushButton, QSizePolicy, QWidget

from sanping.domain.area import LEVEL_TITLES, Level
from sanping.domain.text import Language, Text
from sanping.stage.area_map import LOOKS, AreaFigure, AreaMap, AreaMapKind
from sanping.ui.areas_in_city import AreaShow
from sanping.ui.cases.area_rows import AreaRows, LegendStrip
from sanping.ui.cases.filter_bar import NARROW_STYLE
from sanping.ui.cases.flow_layout import FlowLayout
from sanping.ui.cases.look import CHIP_STYLE, STRIP_STYLE, column, plain_label, row
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons
from sanping.wire.cases import AreaBoard, AreaFigures

TITLE = Text("区域", "Areas")
WALL, UP = Text("上屏：当前区域", "To the wall: this area"), Text("上一级  Backspace", "One level up  Backspace")
MAPS: tuple[tuple[AreaMapKind | None, Text], ...] = (
    (None, Text("不叠加", "No map")),
    ("borders", Text("边界", "Borders")),
    ("shares", Text("分级着色", "By figure")),
    ("heat", Text("热力图", "Heat")),
)
DAYS: tuple[tuple[int, Text], ...] = (
    (0, Text("当前在办", "Open now")),
    (1, Text("近 1 天上报", "Past day")),
    (7, Text("近 7 天上报", "Past 7 days")),
    (30, Text("近 30 天上报", "Past 30 days")),
    (90, Text("近 90 天上报", "Past 90 days")),
    (365, Text("近一年上报", "Past year")),
)
BELOW = Text("下一级", "One level below")
LEVEL_CHOICES: tuple[Level, ...] = ("county", "street", "community", "cell")
ANY_CLASS = Text("全部类别", "Any class")
PERSON = Text("责任人 {person}", "Responsible: {person}")
CALL = Text("，电话 {phone}", ", call {phone}")
ON_DUTY = Text("值守 {names}", "On duty: {names}")
MORE = Text("{names} 等 {count} 家", "{names} and more ({count})")
NOBODY = Text("未登记责任人", "Nobody is named as responsible")
ASKING = Text("正在统计…", "Counting…")
CRUMB_STYLE = (
    "QPushButton { border: none; background: transparent; padding: 1px 4px; font-size: 13px; color: #9fd4ff; }"
    "QPushButton:hover { color: #ffffff; text-decoration: underline; }"
    "QPushButton:disabled { color: #ffffff; font-weight: 600; }"
)
LEAST_PX = 344
HEAD_PX = 112
MOST_NAMED = 3


class AreasPanel(GlassPanel):
    """Shows an `AreaShow`. `area_asked` carries a code, `map_asked` an `AreaMap` or None."""

    area_asked = Signal(str)
    map_asked = Signal(object)
    wall_asked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + LEAST_PX
        self.shown: AreaShow | None = None
        self.centre = ""
        self._map: AreaMap | None = None
        self.tool_button("wall", WALL).clicked.connect(self.wall_asked)
        self.body.setContentsMargins(10, 8, 10, 10)
        self.body.setSpacing(7)
        self._said: tuple[str, ...] = ()
        self._holder = QWidget()
        self.crumbs = FlowLayout(self._holder, 0)
        self.people = plain_label(role="quiet")
        self.strip = plain_label()
        self.strip.setStyleSheet(STRIP_STYLE)
        self.strip.hide()
        self.rows, self.legend = AreaRows(self.words), LegendStrip(self.words)
        self.body.addWidget(self._holder)
        self.body.addWidget(self.people)
        self.body.addWidget(self.strip)
        self._make_map()
        self.body.addWidget(self.legend)
        self._make_rows()
        self._connect()
        self.show_map(None)

    def wanted_height(self, width: int) -> int:
        """Height at which all rows are seen."""
        if self.is_folded:
            return HEADER_HEIGHT
        head = HEAD_PX + (40 if self.legend.legend is not None else 0) + (32 if self.boxes.isVisibleTo(self) else 0)
        return HEADER_HEIGHT + head + self.rows.height()

    def show_tables(self, tables: Tables) -> None:
        """Offer the classes of a city."""
        self.case_class.show_choices(tables.classes())

    def forget(self) -> None:
        """Show nothing: the areas are those of another city."""
        self.shown, self._said = None, ()
        self.rows.show_rows(())
        self.legend.show_legend(None)
        self.crumbs.clear()
        self.words.put(self.people.setText, Text("", ""))

    def show_areas(self, shown: AreaShow) -> None:
        """Show an area with those below it."""
        is_other = self.shown is None or len(self.shown.board.rows) != len(shown.board.rows)
        self.shown = shown
        self.tell(None)
        self.rows.show_rows(shown.board.rows)
        self.legend.show_legend(shown.legend)
        self._say_path(shown.board)
        self.words.put(self.people.setText, people_of(shown.board))
        if is_other:
            self._area.verticalScrollBar().setValue(0)
        self.content_changed.emit()

    def show_map(self, area_map: AreaMap | None) -> None:
        """Show which map is laid over the city."""
        self._map = area_map
        kinds = [kind for kind, _ in MAPS]
        self._group.button(kinds.index(None if area_map is None else area_map.kind)).setChecked(True)
        known = area_map or AreaMap()
        for box, value in ((self.figure, known.figure), (self.days, known.days), (self.level, known.level)):
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(value)))
        self.case_class.show_key(known.case_class)
        kind = None if area_map is None else area_map.kind
        self.boxes.setVisible(kind in ("shares", "heat"))
        self.figure.setVisible(kind == "shares")
        self.level.setVisible(kind == "shares")
        self.content_changed.emit()

    def tell(self, told: Text | None) -> None:
        """Say why there is nothing, or that it is on its way."""
        self.strip.setVisible(told is not None)
        if told is not None:
            self.words.put(self.strip.setText, told)

    @property
    def above(self) -> str | None:
        """The area one level up, None where there is none to go to."""
        board = None if self.shown is None else self.shown.board
        if board is None or board.area.code == self.centre:
            return None
        return board.above[-1].code if board.above else None

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.case_class.say()
        self._fill()
        self.show_map(self._map)
        if self.shown is not None:
            self._say_path(self.shown.board)
        self.rows.update()
        self.legend.update()

    def _make_map(self) -> None:
        self._group = QButtonGroup(self)
        chips = row(spacing=5)
        for number, (_, title) in enumerate(MAPS):
            button = QPushButton()
            button.setCheckable(True)
            button.setStyleSheet(CHIP_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, title)
            self._group.addButton(button, number)
            chips.addWidget(button, 1)
        self.body.addLayout(chips)
        self.figure, self.days, self.level = QComboBox(), QComboBox(), QComboBox()
        self.case_class = TreePick(ANY_CLASS, self.words)
        self.boxes = QWidget()
        line = row(spacing=5)
        for box in (self.figure, self.level, self.case_class, self.days):
            box.setStyleSheet(NARROW_STYLE)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            line.addWidget(box, 1)
        self.boxes.setLayout(line)
        self.body.addWidget(self.boxes)
        self._fill()

    def _make_rows(self) -> None:
        self._area = tall_area()
        holder = QWidget()
        rows = column(holder, 0)
        rows.addWidget(self.rows)
        rows.addStretch(1)
        self._area.setWidget(holder)
        self.body.addWidget(self._area, 1)

    def _connect(self) -> None:
        self.rows.area_asked.connect(self.area_asked)
        self._group.idClicked.connect(self._choose_kind)
        self.case_class.chosen.connect(self._choose)
        for box in (self.figure, self.days, self.level):
            box.currentIndexChanged.connect(self._choose)

    def _fill(self) -> None:
        """Write what can be chosen in the present language."""
        figures: list[tuple[object, Text]] = [(figure, look.title) for figure, look in LOOKS.items()]
        levels: list[tuple[object, Text]] = [(None, BELOW), *((one, LEVEL_TITLES[one]) for one in LEVEL_CHOICES)]
        for box, choices in ((self.figure, figures), (self.days, DAYS), (self.level, levels)):
            with QSignalBlocker(box):
                box.clear()
                for key, title in choices:
                    box.addItem(self.words.say(title), key)

    def _say_path(self, board: AreaBoard) -> None:
        """Write the areas from the widest to the one that is shown as buttons, where they are others than before."""
        path = (*board.above, board.area)
        said = tuple(self.words.say(Text(area.name_zh, area.name_en)) for area in path)
        if said == self._said:
            return
        self._said = said
        self.crumbs.clear()
        for place, area in enumerate(path):
            button = QPushButton()
            button.setStyleSheet(CRUMB_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            is_last, is_beyond = place == len(path) - 1, len(area.code) < len(self.centre)
            button.setText(said[place] if place == 0 else f"› {said[place]}")
            button.setEnabled(not is_last and not is_beyond)
            button.clicked.connect(partial(self._ask_area, area.code))
            self.crumbs.addWidget(button)
            button.show()
        self.crumbs.setGeometry(self._holder.rect())

    def _ask_area(self, code: str, _checked: bool = False) -> None:
        self.area_asked.emit(code)

    @Slot(int)
    def _choose_kind(self, number: int) -> None:
        kind = MAPS[number][0]
        self.map_asked.emit(None if kind is None else replace(self._map or AreaMap(), kind=kind))

    @Slot()
    def _choose(self) -> None:
        figure: AreaFigure = self.figure.currentData()
        chosen = replace(
            self._map or AreaMap(), figure=figure, days=int(self.days.currentData() or 0),
            level=self.level.currentData(), case_class=self.case_class.key,
        )  # fmt: skip
        if chosen != self._map:
            self.tell(ASKING)
            self.map_asked.emit(chosen)


def people_of(board: AreaBoard) -> Text:
    """Return whom to call about an area: who answers for it, and which departments are on duty there."""
    parts = [_responsible(board.area), *_on_duty([Text(row.name_zh, row.name_en) for row in board.departments])]
    return Text("  ·  ".join(part.zh for part in parts), "  ·  ".join(part.en for part in parts))


def _responsible(area: AreaFigures) -> Text:
    if not area.person:
        return NOBODY
    words = PERSON.with_values(person=area.person)
    if not area.phone:
        return words
    call = CALL.with_values(phone=area.phone)
    return Text(words.zh + call.zh, words.en + call.en)


def _on_duty(names: Sequence[Text]) -> list[Text]:
    if not names:
        return []
    told = Text("、".join(name.zh for name in names[:MOST_NAMED]), ", ".join(name.en for name in names[:MOST_NAMED]))
    if len(names) > MOST_NAMED:
        told = MORE.with_values(names=told, count=len(names))
    return [ON_DUTY.with_values(names=told)]
