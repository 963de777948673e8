"""The form by which a device is let in, or moved later: its role, who holds it, department and areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.device import Device
from sanping.domain.role import ROLES, TITLES
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import ERROR_STYLE, plain_label
from sanping.ui.cases.tables import Choice, Tables
from sanping.ui.wording import Wording

APPROVE_TITLE, PLACE_TITLE = Text("批准设备", "Let a device in"), Text("设备岗位与责任区", "Role and areas of a device")
COMPARE = Text("核对码 {match}：请与手机屏幕上的四位数字比对", "Digits {match}: compare them with those on the phone")
FIRST_DEPARTMENT = Text("未指定（按首个部门）", "not said (the first one)")
NO_PERSON = Text("不指定（按设备）", "nobody in particular")
EVERYWHERE = Text("不勾选即为全区", "None ticked means everywhere")
SEARCH = Text("搜索区域名称或代码", "Search for an area")
BY_TABLE = Text("部门和责任区按人员表", "Department and areas as the table of people says")
APPROVE, KEEP, CANCEL = Text("批准", "Approve"), Text("保存", "Save"), Text("取消", "Cancel")
ROLE, PERSON, DEPARTMENT, AREAS = (
    Text("角色", "Role"), Text("使用人", "Held by"), Text("部门", "Department"), Text("责任区", "Areas"),
)  # fmt: skip
CODE = Qt.ItemDataRole.UserRole
TREE_PX = 230
TICK_STYLE = (
    "QTreeWidget::indicator { width: 13px; height: 13px; border: 1px solid #5aa7e6; border-radius: 2px; }"
    "QTreeWidget::indicator:checked { background: #46a8f0; }"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePlace:
    """What somebody decided about a device: whether it is let in now, its digits, and where it works."""

    device: str
    is_new: bool
    match: str = ""
    role: str = ""
    person: str = ""
    department: str = ""
    areas: tuple[str, ...] = ()
    is_governed: bool = False

    def arguments(self) -> Mapping[str, object]:
        """Return the arguments of the command that does it."""
        where = {"person": self.person, "department": self.department, "areas": list(self.areas)}
        digits = {"match": self.match} if self.is_new else {}
        return {"device": self.device, "role": self.role, **digits, **(where if self.is_governed else {})}


class DeviceForm(QDialog):
    """One form about one device; `decided` carries a `DevicePlace`, and the form stays until `finish`."""

    decided = Signal(object)

    def __init__(
        self, device: Device, tables: Tables, language: Language, *, is_new: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.device, self.tables, self.is_new = device, tables, is_new
        self.words = Wording(language)
        self.setMinimumWidth(460)
        self.words.put(self.setWindowTitle, APPROVE_TITLE if is_new else PLACE_TITLE)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(24, 20, 24, 18)
        self._rows.setSpacing(10)
        self._make_head()
        self._make_boxes()
        self.error = plain_label()
        self.error.setStyleSheet(ERROR_STYLE)
        self.error.hide()
        self._rows.addWidget(self.error)
        self._rows.addWidget(self._buttons())
        self._show_person()

    def place(self) -> DevicePlace:
        """Return what the form says."""
        person = str(self.person.currentData() or "")
        return DevicePlace(
            device=self.device.id,
            is_new=self.is_new,
            match=self.device.match,
            role=str(self.role.currentData()),
            person=person,
            department="" if person else str(self.department.currentData() or ""),
            areas=() if person else self.chosen_areas(),
            is_governed=self.tables.is_known,
        )

    def chosen_areas(self) -> tuple[str, ...]:
        """Return the codes that are ticked; one within a ticked one is not told again."""
        ticked = [item.data(0, CODE) for item in self._items() if item.checkState(0) == Qt.CheckState.Checked]
        return tuple(code for code in ticked if not any(code != other and code.startswith(other) for other in ticked))

    def tick(self, codes: Sequence[str]) -> None:
        """Tick these areas and no others."""
        for item in self._items():
            is_ticked = item.data(0, CODE) in codes
            item.setCheckState(0, Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            above = item.parent()
            if is_ticked and above is not None:
                above.setExpanded(True)

    def refuse(self, why: Text) -> None:
        """Say why the hub did not do it; the form can be sent again."""
        self.error.setText(self.words.say(why))
        self.error.show()
        self.setEnabled(True)

    def _make_head(self) -> None:
        name = QLabel(self.device.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setProperty("role", "name")
        self._rows.addWidget(name)
        if self.is_new:
            self.digits = QLabel(self.words.say(COMPARE.with_values(match=self.device.match)))
            self.digits.setStyleSheet("font-size: 15px; font-weight: 600; color: #ffba54;")
            self.digits.setWordWrap(True)
            self._rows.addWidget(self.digits)

    def _make_boxes(self) -> None:
        say = self.words.say
        self.role = _filled([(role, say(TITLES[role])) for role in ROLES], self.device.asked or self.device.role)
        people = [
            ("", say(NO_PERSON)),
            *((one.user, say(Text(one.name_zh, one.name_en or one.name_zh))) for one in self.tables.governance.people),
        ]
        self.person = _filled(people, self.device.person)
        departments = [("", say(FIRST_DEPARTMENT)), *((one.key, say(one.title)) for one in self.tables.departments())]
        self.department = _filled(departments, self.device.department)
        self.search, self.areas = QLineEdit(), QTreeWidget()
        self.search.setPlaceholderText(say(SEARCH))
        self.search.textChanged.connect(self._find)
        self.areas.setHeaderHidden(True)
        self.areas.setFixedHeight(TREE_PX)
        self.areas.setStyleSheet(TICK_STYLE)
        _fill(self.areas, self.tables.areas(), self.words)
        self.tick(self.device.areas)
        self.note = plain_label(role="quiet")
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, (title, box) in enumerate(((ROLE, self.role), (PERSON, self.person), (DEPARTMENT, self.department),
                                            (AREAS, self.search))):  # fmt: skip
            caption = QLabel(say(title))
            for widget in (caption, box):
                widget.setVisible(row == 0 or self.tables.is_known)
            grid.addWidget(caption, row, 0)
            grid.addWidget(box, row, 1)
        grid.addWidget(self.areas, 4, 1)
        grid.addWidget(self.note, 5, 1)
        self.areas.setVisible(self.tables.is_known)
        self.note.setVisible(self.tables.is_known)
        self.person.currentIndexChanged.connect(self._show_person)
        self._rows.addLayout(grid)

    def _buttons(self) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Ok | kind.Cancel, Qt.Orientation.Horizontal)
        self.send, leave = buttons.button(kind.Ok), buttons.button(kind.Cancel)
        for button, text in ((self.send, APPROVE if self.is_new else KEEP), (leave, CANCEL)):
            button.setIcon(type(button.icon())())
            self.words.put(button.setText, text)
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.reject)
        return buttons

    def _items(self) -> list[QTreeWidgetItem]:
        return self.areas.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)

    @Slot()
    def _show_person(self) -> None:
        """Show department and areas of a person of the table; only a device without one has its own."""
        user = str(self.person.currentData() or "")
        known = next((one for one in self.tables.governance.people if one.user == user), None)
        for box in (self.department, self.search, self.areas):
            box.setEnabled(known is None)
        self.words.put(self.note.setText, EVERYWHERE if known is None else BY_TABLE)
        if known is not None:
            self.department.setCurrentIndex(max(0, self.department.findData(known.department)))
            self.tick(known.areas)

    @Slot(str)
    def _find(self, typed: str) -> None:
        """Show only areas of a name or code, with those around them."""
        wanted = typed.strip().casefold()
        for item in self._items():
            item.setHidden(bool(wanted) and wanted not in f"{item.text(0)} {item.data(0, CODE)}".casefold())
        for item in self._items():
            above = item.parent() if wanted and not item.isHidden() else None
            while above is not None:
                above.setHidden(False)
                above.setExpanded(True)
                above = above.parent()

    @Slot()
    def _decide(self) -> None:
        self.error.hide()
        self.setEnabled(False)
        self.decided.emit(self.place())


def _filled(choices: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    for key, words in choices:
        box.addItem(words, key)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def _fill(tree: QTreeWidget, choices: Sequence[Choice], words: Wording) -> None:
    above: list[QTreeWidgetItem] = []
    for choice in choices:
        item = QTreeWidgetItem([words.say(choice.title)])
        item.setData(0, CODE, choice.key)
        item.setToolTip(0, choice.key)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Unchecked)
        del above[choice.depth :]
        if above:
            above[-1].addChild(item)
        else:
            tree.addTopLevelItem(item)
        item.setExpanded(choice.is_open)
        above.append(item)
