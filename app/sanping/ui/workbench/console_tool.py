"""A Python console in the desk: what is typed can do everything the person can. It is there only where it is wanted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, FIELD_STYLE, STRIP_STYLE, column, plain_label, row
from sanping.ui.workbench.console_interpreter import DeskInterpreter
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

MOST_LINES, MOST_REMEMBERED = 2000, 500
FIRST, MORE = ">>> ", "... "
WARNING = Text(
    "控制台里的 Python 能做你在这台机器上能做的一切；只粘贴你看得懂的代码。",
    "Python typed here can do whatever you can on this machine; paste only what you understand.",
)
NAMES = Text(
    "可用：twin（当前孪生）、perform(\"view.top\")、state()、connect()（本孪生的中枢）、sanping。"
    "Tab 补全，↑↓ 历史，Ctrl+C 停止。",
    "There are: twin, perform(\"view.top\"), state(), connect() (the hub of this twin), sanping. Tab completes, "
    "up and down recall, Ctrl+C stops.",
)  # fmt: skip
STOP, CLEAR = Text("停止  Ctrl+C", "Stop  Ctrl+C"), Text("清空", "Clear")
NamesOf = Callable[[ToolDesk], dict[str, Any]]


class ConsoleLine(QLineEdit):
    """The line that is typed; `entered` carries it, `completion_asked` what stands before the cursor."""

    entered = Signal(str)
    completion_asked = Signal(str)
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._past: list[str] = []
        self._place = 0

    def event(self, event: QEvent) -> bool:
        """Take Tab before it moves the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            if self.text().strip():
                self.completion_asked.emit(self.text()[: self.cursorPosition()])
            else:
                self.insert("    ")
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter, recall and stop; letters are letters, whatever they mean as keys of the workspace."""
        key, has_control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = self.text()
            self.remember(line)
            self.clear()
            self.entered.emit(line)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._recall(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_C and has_control and not self.hasSelectedText():
            self.clear()
            self.stop_asked.emit()
        else:
            super().keyPressEvent(event)

    def remember(self, line: str) -> None:
        """Keep a line to be recalled."""
        if line.strip() and line not in self._past[-1:]:
            self._past = [*self._past, line][-MOST_REMEMBERED:]
        self._place = len(self._past)

    def _recall(self, by: int) -> None:
        self._place = min(len(self._past), max(0, self._place + by))
        self.setText(self._past[self._place] if self._place < len(self._past) else "")


class ConsoleTool(DeskTool):
    """Console of one desk; `names_of` gives what its lines can use."""

    name = "console"
    title = Text("控制台", "Console")
    hint = Text("用 Python 操作这个坐席。", "Lead this desk with Python.")
    icon = "keys"

    def __init__(self, desk: ToolDesk, bench: Bench, names_of: NamesOf) -> None:
        super().__init__(desk, bench)
        self._names_of = names_of
        self.interpreter = DeskInterpreter(names_of(desk), self._write, self._breathe)
        self.form, self.result = QWidget(), QWidget()
        self._make_form()
        self.output, self.line = QPlainTextEdit(), ConsoleLine()
        self.prompt = plain_label(is_wrapped=False)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        for widget in (self.output, self.line, self.prompt):
            widget.setFont(font)
        self.output.setReadOnly(True)
        self.output.setStyleSheet(FIELD_STYLE)
        self.output.setMaximumBlockCount(MOST_LINES)
        self.output.setMinimumHeight(320)
        rows = column(self.result, 6)
        rows.addWidget(self.output, 1)
        rows.addLayout(row(self.prompt, self.line))
        self.line.entered.connect(self._run)
        self.line.completion_asked.connect(self._complete)
        self.line.stop_asked.connect(self._stop)
        self._prompt()

    def enter(self) -> None:
        """Be ready to be typed into."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """End what is running."""
        self.interpreter.stop()

    def follow(self) -> None:
        """Know the other twin by the same names; what the person made stays."""
        self._end_names()
        self.interpreter.locals.update(self._names_of(self.desk))

    def close(self) -> None:
        """End what is running, and let go of everything."""
        self.interpreter.stop()
        self._end_names()
        self.interpreter.locals.clear()

    def run_line(self, line: str) -> None:
        """Run a line as if it had been typed."""
        self._write(f"{self.prompt.text()} {line}\n")
        self.interpreter.push(line)
        self._prompt()

    def _make_form(self) -> None:
        warning, names = plain_label(), plain_label(role="quiet")
        warning.setStyleSheet(STRIP_STYLE)
        self.words.put(warning.setText, WARNING)
        self.words.put(names.setText, NAMES)
        self.stop, self.clear = QPushButton(), QPushButton()
        for button, words, does in ((self.stop, STOP, self._stop), (self.clear, CLEAR, self._clear)):
            button.setStyleSheet(CHIP_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(does)
            self.words.put(button.setText, words)
        assert self.form is not None
        rows = column(self.form, 8)
        for label in (warning, names):
            rows.addWidget(label)
        rows.addLayout(row(self.stop, self.clear))

    def _end_names(self) -> None:
        twin = self.interpreter.locals.get("twin")
        close = getattr(twin, "close", None)
        if close is not None:
            close()

    def _prompt(self) -> None:
        self.prompt.setText((MORE if self.interpreter.needs_more else FIRST).strip())

    def _write(self, text: str) -> None:
        cursor = self.output.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        self.output.setTextCursor(cursor)
        self.output.ensureCursorVisible()

    def _breathe(self) -> None:
        """Let the window draw and hear the stop button while a long line runs."""
        QCoreApplication.processEvents()

    @Slot(str)
    def _run(self, line: str) -> None:
        if not self.interpreter.is_running:
            self.run_line(line)

    @Slot(str)
    def _complete(self, before: str) -> None:
        found = self.interpreter.completions(before)
        if len(found) > 1:
            self._write("  ".join(found) + "\n")
        common = _common(found)
        word = next((end for end in range(len(before)) if common.startswith(before[end:])), None)
        if common and word is not None:
            after = self.line.text()[len(before) :]
            self.line.setText(before[:word] + common + after)
            self.line.setCursorPosition(word + len(common))

    @Slot()
    def _stop(self) -> None:
        self.interpreter.stop()
        self.interpreter.forget()
        self._prompt()

    @Slot()
    def _clear(self) -> None:
        self.output.clear()


def console_maker(names_of: NamesOf) -> Callable[[ToolDesk, Bench], DeskTool]:
    """Return what makes the console of a desk."""
    return partial(_made, names_of)


def _made(names_of: NamesOf, desk: ToolDesk, bench: Bench) -> DeskTool:
    return ConsoleTool(desk, bench, names_of)


def _common(words: list[str]) -> str:
    """Return how all words begin."""
    first, last = (min(words), max(words)) if words else ("", "")
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:same]
