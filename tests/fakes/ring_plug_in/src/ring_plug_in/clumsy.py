"""A tool that fails at its first click, to see that the desk goes on without it."""

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QPushButton

from sanping.domain.text import Text
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk


class ClumsyTool(DeskTool):
    """Counts its clicks with a mistake."""

    name = "clumsy"
    title = Text("笨工具", "Clumsy")
    hint = Text("点一下就出错。", "Fails at a click.")

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.form = QPushButton("?")
        self.clicks = 0

    def enter(self) -> None:
        """Draw something that must not stay behind."""
        self.bench.marks.show_marks(self.name, [Mark(points=[(0.0, 0.0, 0.0)])])

    def takes_click(self, _at: QPointF) -> bool:
        """Fail."""
        self.clicks += 1
        raise ZeroDivisionError(f"click {self.clicks}")
