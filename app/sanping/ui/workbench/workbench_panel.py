"""The workbench's two panels: which tool, with its form; and what the tool found."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.cases.look import CHIP_STYLE, TIGHT_STYLE, plain_label
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, least_of, tall_area
from sanping.ui.icons import Icons
from sanping.ui.workbench.tool import DeskTool

TITLE, RESULT = Text("规划工具", "Planner's tools"), Text("工具结果", "What a tool found")
NOTHING = Text(
    "选一种工具，在三维图上操作；结果在这里。", "Choose a tool and use it in the city; see here what it finds."
)
COLUMNS = 3
FORM_ROOM_PX, RESULT_PX = 10, 420


class WorkbenchPanel(GlassPanel):
    """`tool_asked` carries the name of a tool."""

    tool_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 520
        self.tool: DeskTool | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(5)
        self.body.addLayout(self._grid)
        self.hint = plain_label(role="quiet")
        self.body.addWidget(self.hint)
        self._area = tall_area()
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._holder = QWidget()
        self._forms = QVBoxLayout(self._holder)
        self._forms.setContentsMargins(0, 0, 6, 0)
        self._area.setWidget(self._holder)
        self.body.addWidget(self._area, 1)

    def offer(self, tools: Sequence[DeskTool]) -> None:
        """Offer these tools."""
        for number, tool in enumerate(tools):
            button = self.buttons[tool.name] = QPushButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet(CHIP_STYLE + TIGHT_STYLE)
            button.setIcon(self.icons.icon(tool.icon))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.words.put(button.setText, tool.title)
            self.words.put(button.setToolTip, tool.hint)
            self._group.addButton(button)
            self._grid.addWidget(button, number // COLUMNS, number % COLUMNS)
            button.clicked.connect(partial(self.tool_asked.emit, tool.name))
            if tool.form is not None:
                self._forms.addWidget(tool.form)
                tool.form.hide()
        self._forms.addStretch(1)

    def show_tool(self, tool: DeskTool) -> None:
        """Show the form of a tool."""
        if self.tool is not None and self.tool.form is not None:
            self.tool.form.hide()
        self.tool = tool
        self.buttons[tool.name].setChecked(True)
        self.words.put(self.hint.setText, tool.hint)
        self._area.setVisible(tool.form is not None)
        if tool.form is not None:
            tool.form.show()
        self.content_changed.emit()

    def wanted_height(self, width: int) -> int:
        """Height at which the whole form is seen."""
        if self.is_folded:
            return HEADER_HEIGHT
        inner = width - 28
        rows = -(-len(self.buttons) // COLUMNS)
        row_px = max((button.sizeHint().height() for button in self.buttons.values()), default=0)
        form = self.tool.form if self.tool is not None else None
        form_px = 0 if form is None else max(form.sizeHint().height(), form.heightForWidth(inner))
        return HEADER_HEIGHT + rows * (row_px + 5) + self.hint.heightForWidth(inner) + form_px + FORM_ROOM_PX + 50


class WorkbenchResultPanel(GlassPanel):
    """Shows the result of the present tool, whatever widget it is."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(RESULT, icons, parent)
        self.least_height = HEADER_HEIGHT + 220
        self.tool: DeskTool | None = None
        self.nothing = plain_label(role="quiet")
        self.words.put(self.nothing.setText, NOTHING)
        self.body.addWidget(self.nothing)

    def offer(self, tools: Sequence[DeskTool]) -> None:
        """Hold what these tools find."""
        for tool in tools:
            if tool.result is not None:
                self.body.addWidget(tool.result, 1)
                tool.result.hide()

    def show_tool(self, tool: DeskTool) -> None:
        """Show what a tool found."""
        if self.tool is not None and self.tool.result is not None:
            self.tool.result.hide()
        self.tool = tool
        self.nothing.setVisible(tool.result is None)
        self.words.put(self.title_label.setText, RESULT if tool.result is None else tool.title)
        if tool.result is not None:
            tool.result.show()
        self.content_changed.emit()

    @property
    def is_wanted(self) -> bool:
        """The present tool finds something."""
        return self.tool is not None and self.tool.result is not None

    def wanted_height(self, width: int) -> int:
        """Height that a table or a chart is read in."""
        if self.is_folded or self.tool is None or self.tool.result is None:
            return super().wanted_height(width)
        result = self.tool.result
        return HEADER_HEIGHT + 30 + max(RESULT_PX, result.sizeHint().height(), result.heightForWidth(width - 28))

    def least(self, width: int) -> int:
        """Return the height in which nothing of a result lies over anything else."""
        found = self.tool.result.layout() if self.tool is not None and self.tool.result is not None else None
        parts_px = 0 if found is None else least_of(found, width - 28)
        return max(self.least_height, HEADER_HEIGHT + 30 + parts_px)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.content_changed.emit()
