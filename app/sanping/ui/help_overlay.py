"""All controls on one sheet: the keys come from the actions, the gestures from here."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sanping.commands.desk_actions import DeskAction
from sanping.domain.text import Language, Text
from sanping.ui.action_book import KEY_NAMES
from sanping.ui.glass import Glass

TITLE = Text("操作与快捷键", "Controls and keys")
CLOSE = Text("点击任意处关闭", "Click anywhere to close")
MOUSE = Text("鼠标与触摸", "Mouse and touch")
GESTURES: tuple[tuple[Text, Text], ...] = (
    (Text("左键拖动", "Left drag"), Text("平移", "Pan")),
    (Text("右键拖动", "Right drag"), Text("旋转", "Turn")),
    (Text("滚轮", "Wheel"), Text("缩放至光标处", "Zoom to the cursor")),
    (Text("单击", "Click"), Text("选择对象", "Select")),
    (Text("双击", "Double click"), Text("飞到该处", "Fly there")),
    (Text("W A S D / 方向键", "W A S D / arrows"), Text("移动，步行时前进", "Move, or walk")),
    (Text("Shift + 方向键", "Shift + arrows"), Text("加速移动", "Move fast")),
    (Text("单指 / 双指", "One / two fingers"), Text("旋转 / 平移缩放", "Turn / pan and pinch")),
)
COLUMNS = 3
ROWS: dict[str, tuple[str, Text]] = {
    "bookmark.1": ("1 – 9", Text("前往第 1–9 个视角", "Go to bookmark 1–9")),
    "scene.1": ("1 – 9", Text("调出第 1–9 个场景（导播）", "Recall scene 1–9 (director)")),
    "scene.keep_1": ("Ctrl+Alt+1 – 9", Text("保存为第 1–9 个场景", "Keep as scene 1–9")),
}
"""Rows of number keys that are written once."""


class HelpOverlay(Glass):
    """The sheet of controls."""

    is_sheet = True

    closed = Signal()

    def __init__(self, actions: Mapping[str, DeskAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._language: Language = "zh"
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(28, 20, 28, 18)
        self._sheet: QWidget | None = None
        self.hide()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        if self._sheet is not None:
            self.open()

    def open(self) -> None:
        """Write the sheet and show it."""
        if self._sheet is not None:
            self._sheet.setParent(None)
            self._sheet.deleteLater()
        self._sheet = self._written()
        self._column.addWidget(self._sheet)
        self.adjustSize()
        self.show()
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click closes the sheet."""
        self.close_sheet()

    def close_sheet(self) -> None:
        """Put the sheet away."""
        self.hide()
        if self._sheet is not None:
            self._sheet.setParent(None)
            self._sheet.deleteLater()
            self._sheet = None
        self.closed.emit()

    def _written(self) -> QWidget:
        sheet = QWidget()
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        head = QHBoxLayout()
        title, close = QLabel(TITLE.in_language(self._language)), QLabel(CLOSE.in_language(self._language))
        title.setProperty("role", "name")
        close.setProperty("role", "quiet")
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(close)
        column.addLayout(head)
        columns = QHBoxLayout()
        columns.setSpacing(44)
        stacks = [QVBoxLayout() for _ in range(COLUMNS)]
        for stack in stacks:
            stack.setSpacing(14)
            columns.addLayout(stack)
        heights = [0] * COLUMNS
        for group, lines in self._groups().items():
            place = heights.index(min(heights))
            heights[place] += len(lines) + 2
            stacks[place].addWidget(self._block(group, lines))
        for stack in stacks:
            stack.addStretch(1)
        column.addLayout(columns)
        return sheet

    def _groups(self) -> dict[str, list[tuple[str, str]]]:
        say = self._language
        groups: dict[str, list[tuple[str, str]]] = {
            MOUSE.in_language(say): [(key.in_language(say), what.in_language(say)) for key, what in GESTURES]
        }
        for action in self._actions.values():
            is_repeat = action.id[-1].isdigit() and f"{action.id[:-1]}1" in ROWS and action.id not in ROWS
            if not action.keys or is_repeat:
                continue
            own = " / ".join(KEY_NAMES.get(key, key) for key in action.keys)
            keys, title = ROWS.get(action.id, (own, action.title))
            what = title.in_language(say)
            groups.setdefault(action.group.in_language(say), []).append((keys, what))
        return groups

    def _block(self, group: str, lines: list[tuple[str, str]]) -> QWidget:
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        heading = QLabel(group)
        heading.setProperty("role", "section")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (keys, what) in enumerate(lines, start=1):
            key = QLabel(keys)
            key.setProperty("role", "chip")
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(QLabel(what), row, 1)
        grid.setColumnStretch(1, 1)
        return block
