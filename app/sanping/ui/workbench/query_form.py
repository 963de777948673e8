"""The form of a query: words, conditions on attributes, an area of the city."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QPushButton, QWidget

from sanping.analysis.conditions import Joint
from sanping.analysis.plan_search import Region
from sanping.commands.object_query import ObjectTable, Query, field_title, offered_words
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import CHIP_STYLE, ERROR_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.glass import remove_widgets
from sanping.ui.icons import Icons
from sanping.ui.number_field import NumberField
from sanping.ui.wording import Wording
from sanping.ui.workbench.condition_row import ConditionRow, Field
from sanping.ui.workbench.region_drawing import RegionKind
from sanping.ui.workbench.tool_form import ToolForm

WORDS = Text("名称", "Name")
WORDS_HINT = Text("名称、地址、编号或拼音首字母", "Name, address, id")
FUZZY = Text("找不到时容许错字", "Forgive mistakes where nothing fits")
LAYER, ALL_LAYERS = Text("图层", "Layer"), Text("全部图层", "All layers")
CONDITIONS, ADD = Text("属性条件", "Attributes"), Text("＋ 添加条件", "+ Add a condition")
JOINED = Text("条件", "Conditions")
JOINTS: tuple[tuple[Joint, Text], ...] = (("and", Text("全部满足", "all hold")), ("or", Text("满足任一", "one holds")))
AREA = Text("空间范围", "Area")
KINDS: tuple[tuple[RegionKind, Text], ...] = (
    ("", Text("不限", "Anywhere")), ("box", Text("框选", "Box")), ("ring", Text("多边形", "Polygon")),
    ("point", Text("点周围", "Around a point")), ("selection", Text("所选周围", "Around selection")),
    ("line", Text("沿线", "Along a line")),
)  # fmt: skip
KIND_HINTS: dict[RegionKind, Text] = {
    "box": Text("在城市里按住左键拖出一个框。", "Drag a box in the city with the left button."),
    "ring": Text("逐点点击边界；Backspace 撤销一点。", "Click the corners; Backspace takes one back."),
    "point": Text("点击中心。", "Click the middle."),
    "selection": Text("先在城市里选中对象，再查询。", "Select objects in the city first."),
    "line": Text("逐点点击线路；Backspace 撤销一点。", "Click along the line; Backspace takes one back."),
}
RADIUS, WIDTH = Text("半径 (m)", "Radius (m)"), Text("总宽 (m)", "Width (m)")
RELATIONS = (("touching", Text("碰到范围", "touch it")), ("inside", Text("完全在内", "lie inside")))
RUN, CLEAR = Text("查询  F9", "Find  F9"), Text("清除", "Clear")
COLUMNS, RADIUS_PX, WITH_RADIUS = 3, 64, ("point", "selection", "line")


class QueryForm(ToolForm):
    """`run_asked`, `clear_asked`; `kind_asked` carries what kind of area is drawn, `radius_changed` metres."""

    run_asked = Signal()
    clear_asked = Signal()
    kind_asked = Signal(str)
    radius_changed = Signal(float)

    def __init__(self, words: Wording, icons: Icons) -> None:
        super().__init__(words)
        self._icons = icons
        self._tables: tuple[ObjectTable, ...] = ()
        self.named = self.line(WORDS)
        words.put(self.named.setPlaceholderText, WORDS_HINT)
        self.named.returnPressed.connect(self.run_asked)
        self.layer = self.choice(LAYER, (("", ALL_LAYERS),))
        self.layer.currentIndexChanged.connect(self._offer_fields)
        self.joint = self.choice(JOINED, JOINTS)
        self.fuzzy = self.check(FUZZY)
        self.fuzzy.setChecked(True)
        self.run, self.clear = self.buttons((RUN, self.run_asked.emit), (CLEAR, self.clear_asked.emit))
        self.run.setStyleSheet(MAIN_STYLE)
        self.add_progress()
        self.strip = plain_label()
        self.strip.setStyleSheet(ERROR_STYLE)
        self.strip.hide()
        self.rows.addWidget(self.strip)
        self.conditions: list[ConditionRow] = []
        self._make_conditions()
        self._make_area()
        self.rows.addStretch(1)

    def show_tables(self, tables: Sequence[ObjectTable]) -> None:
        """Offer the layers and fields of what is open."""
        self._tables = tuple(tables)
        chosen = self.layer.currentData()
        with QSignalBlocker(self.layer):
            self.layer.clear()
            self.layer.addItem(self.words.say(ALL_LAYERS), "")
            for table in tables:
                self.layer.addItem(f"{self.words.say(table.title)}（{len(table):,}）", table.layer)
            self.layer.setCurrentIndex(max(0, self.layer.findData(chosen)))
        self._offer_fields()

    def query(self, region: Region | None) -> Query:
        """Return what is asked for."""
        layer = str(self.layer.currentData() or "")
        return Query(
            words=self.named.text(), is_fuzzy=self.fuzzy.isChecked(), layers=(layer,) if layer else (),
            conditions=tuple(one.condition() for one in self.conditions), joint=self.joint.currentData(), region=region,
        )  # fmt: skip

    def add_condition(self) -> ConditionRow:
        """Add a condition, to be filled in."""
        made = ConditionRow(self.words, self._icons, self._words_of)
        made.offer(self._offered())
        made.remove_asked.connect(partial(self._remove, made))
        self.conditions.append(made)
        self._holder.addWidget(made)
        self.changed.emit()
        return made

    def empty(self) -> None:
        """Ask for nothing."""
        self.named.clear()
        self.conditions.clear()
        remove_widgets(self._holder)
        self.tell(None)
        self.changed.emit()

    def tell(self, told: Text | None) -> None:
        """Say what cannot be understood, or nothing."""
        self.strip.setVisible(told is not None)
        if told is not None:
            self.words.put(self.strip.setText, told)
        self.changed.emit()

    def show_kind(self, kind: RegionKind) -> None:
        """Show what kind of area is drawn."""
        self.kinds[kind].setChecked(True)
        self.hint.setVisible(kind in KIND_HINTS)
        self.words.put(self.hint.setText, KIND_HINTS.get(kind, Text("", "")))
        self._measures.setVisible(bool(kind))
        self.radius.setEnabled(kind in WITH_RADIUS)
        self.words.put(self._radius_title.setText, WIDTH if kind == "line" else RADIUS)
        self.changed.emit()

    def speak(self, language: Language) -> None:
        """Speak another language; fields and layers are named anew."""
        self.show_tables(self._tables)

    def _make_conditions(self) -> None:
        title = plain_label(role="section")
        self.words.put(title.setText, CONDITIONS)
        self.rows.addWidget(title)
        holder = QWidget()
        self._holder = column(holder, 8)
        self.rows.addWidget(holder)
        self.add = self.buttons((ADD, self.add_condition))[0]

    def _make_area(self) -> None:
        title = plain_label(role="section")
        self.words.put(title.setText, AREA)
        self.rows.addWidget(title)
        group, grid = QButtonGroup(self), QGridLayout()
        grid.setSpacing(5)
        self.kinds: dict[RegionKind, QPushButton] = {}
        for number, (kind, words) in enumerate(KINDS):
            button = self.kinds[kind] = QPushButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet(CHIP_STYLE)
            self.words.put(button.setText, words)
            button.clicked.connect(partial(self.kind_asked.emit, kind))
            group.addButton(button)
            grid.addWidget(button, number // COLUMNS, number % COLUMNS)
        self.rows.addLayout(grid)
        self.hint = plain_label(role="quiet")
        self.rows.addWidget(self.hint)
        self._measures, self._radius_title = QWidget(), plain_label(role="quiet", is_wrapped=False)
        self.radius, self.relation = NumberField(1.0, 20_000.0, 1), QComboBox()
        self.radius.show_number(100.0)
        self.radius.setFixedWidth(RADIUS_PX)
        self.radius.textEdited.connect(self._on_radius)
        self.relation.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for number, (relation, words) in enumerate(RELATIONS):
            self.relation.addItem("", relation)
            self.words.put(partial(self.relation.setItemText, number), words)
        column(self._measures, 0).addLayout(row(self._radius_title, self.radius, self.relation))
        self.rows.addWidget(self._measures)
        self.show_kind("")

    @Slot()
    def _on_radius(self) -> None:
        self.radius_changed.emit(self.radius.number)

    @Slot()
    def _offer_fields(self) -> None:
        fields = self._offered()
        for one in self.conditions:
            one.offer(fields)

    def _asked_tables(self) -> list[ObjectTable]:
        chosen = self.layer.currentData()
        return [table for table in self._tables if not chosen or table.layer == chosen]

    def _offered(self) -> list[Field]:
        kinds = {key: column.kind for table in reversed(self._asked_tables()) for key, column in table.columns.items()}
        order = dict.fromkeys(key for table in self._asked_tables() for key in table.columns)
        return [(key, field_title(key), kinds[key]) for key in order]

    def _words_of(self, key: str) -> tuple[str, ...]:
        return offered_words(self._asked_tables(), key)

    def _remove(self, condition: ConditionRow) -> None:
        self.conditions.remove(condition)
        self._holder.removeWidget(condition)
        condition.setParent(None)
        condition.deleteLater()
        self.changed.emit()
