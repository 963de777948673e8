"""Records what is done at the desk, and does it again: as a file of steps, or as a script for `sanping run-script`."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QListWidget, QPushButton, QWidget

from sanping.commands.session import Session, Step, script_line, script_of
from sanping.domain.errors import SanpingError
from sanping.domain.text import Language, Text
from sanping.formats.session_file import SUFFIX, read_session, write_session
from sanping.ui.cases.look import CHIP_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk
from sanping.ui.workbench.tool_files import write_and_say

RECORD, STOP = Text("开始录制", "Record"), Text("停止", "Stop")
REPLAY, OPEN = Text("重放", "Replay"), Text("打开会话…", "Open a session…")
SAVE, SCRIPT = Text("保存会话…", "Save the session…"), Text("保存为脚本…", "Save as a script…")
FILES, SCRIPTS = f"JSON Lines (*{SUFFIX})", "Python (*.py)"
STEPS = Text("录下或打开的步骤逐条列在这里。", "The steps that were recorded or opened are listed here.")
IDLE = Text("还没有录制。", "Nothing is recorded yet.")
RECORDING = Text("正在录制：{count} 步", "Recording: {count} steps")
PLAYING = Text("正在重放……", "Replaying…")
KEPT = Text("{count} 步，{seconds} 秒", "{count} steps, {seconds} s")
OTHERS = Text("；{count} 个动作不可重放，未录", "; {count} that cannot be repeated were left out")
MOST_LINES = 400


class SessionTool(DeskTool):
    """The recorder and player of this desk, with the lines of what was recorded."""

    name = "session"
    title = Text("录制与重放", "Record")
    hint = Text(
        "录下动作与手势，存成会话或脚本，在这里或命令行重放。案件、告警处置和对话框不录。",
        "Records actions and gestures as a session or a script, to be replayed here or on the command line; cases, "
        "alarms that are dealt with and dialogs are left out.",
    )
    icon = "record"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.session: Session | None = None
        self.form, self.result = QWidget(), QWidget()
        self.record, self.replay, self.save, self.script, self.open = (QPushButton() for _ in range(5))
        self.told = plain_label()
        self.lines = QListWidget()
        self.lines.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.lines.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rows = column(self.form, 8)
        rows.addLayout(row(self.record, self.replay))
        rows.addLayout(row(self.save, self.script, self.open))
        rows.addWidget(self.told)
        heading = plain_label(role="quiet")
        self.words.put(heading.setText, STEPS)
        lines = column(self.result)
        lines.addWidget(heading)
        lines.addWidget(self.lines)
        self.record.setStyleSheet(MAIN_STYLE)
        for button, words in ((self.replay, REPLAY), (self.save, SAVE), (self.script, SCRIPT), (self.open, OPEN)):
            button.setStyleSheet(CHIP_STYLE)
            self.words.put(button.setText, words)
        for button in (self.record, self.replay, self.save, self.script, self.open):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.record.clicked.connect(self._toggle)
        self.replay.clicked.connect(self._replay)
        self.save.clicked.connect(partial(self._ask_path, is_script=False))
        self.script.clicked.connect(partial(self._ask_path, is_script=True))
        self.open.clicked.connect(self._ask_session)
        desk.sessions.changed.connect(self._show)
        desk.sessions.stepped.connect(self._show_step)
        self._show()

    def follow(self) -> None:
        """A session belongs to its twin."""
        self.desk.sessions.stop()
        self.session = None
        self.lines.clear()
        self._show()

    def do(self, wish: str, argument: object = None) -> None:
        """Stop recording or playing by Esc."""
        if wish == "leave":
            self.desk.sessions.stop()
            self._keep()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show()

    def open_session(self, path: Path) -> None:
        """Open a session from a file, to be replayed; what is wrong with it is said."""
        try:
            self.session = read_session(path)
        except SanpingError as error:
            self.desk.say(Text(error.in_language("zh"), error.in_language("en")))
            return
        self.lines.clear()
        for step in self.session.steps[-MOST_LINES:]:
            self.lines.addItem(script_line(step))
        self._show()

    def write(self, path: Path, *, is_script: bool) -> None:
        """Write what was recorded or opened, as a script or as a session."""
        session = self.session
        if session is None:
            return
        if is_script:
            write_and_say(self.desk, path, lambda: path.write_text(script_of(session), encoding="utf-8"))
        else:
            write_and_say(self.desk, path, lambda: write_session(path, session))

    @Slot()
    def _toggle(self) -> None:
        sessions = self.desk.sessions
        if sessions.is_recording or sessions.is_playing:
            sessions.stop()
            self._keep()
        else:
            self.session = None
            self.lines.clear()
            sessions.record()

    def _keep(self) -> None:
        if self.session is None and self.desk.sessions.session.steps:
            self.session = self.desk.sessions.session
        self._show()

    @Slot()
    def _replay(self) -> None:
        if self.session is not None:
            self.desk.sessions.play(self.session)

    @Slot()
    def _ask_path(self, *, is_script: bool) -> None:
        title, name, pattern = (SCRIPT, "session.py", SCRIPTS) if is_script else (SAVE, f"session{SUFFIX}", FILES)
        path = asked_path(FileAsk(title=title, name=name, pattern=pattern), self.bench.window, self.words.language)
        if path is not None:
            self.write(path, is_script=is_script)

    @Slot()
    def _ask_session(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.bench.window, self.words.say(OPEN), str(Path.home()), FILES)
        if chosen:
            self.open_session(Path(chosen))

    @Slot(object)
    def _show_step(self, step: Step) -> None:
        if self.lines.count() >= MOST_LINES:
            self.lines.takeItem(0)
        self.lines.addItem(script_line(step))
        self.lines.scrollToBottom()

    @Slot()
    def _show(self) -> None:
        sessions, kept = self.desk.sessions, self.session
        is_busy = sessions.is_recording or sessions.is_playing
        self.words.put(self.record.setText, STOP if is_busy else RECORD)
        for button in (self.replay, self.save, self.script):
            button.setEnabled(kept is not None and not is_busy)
        self.open.setEnabled(not is_busy)
        left = OTHERS.with_values(count=sessions.left_out) if sessions.left_out else Text("", "")
        told = IDLE
        if sessions.is_recording:
            told = RECORDING.with_values(count=len(sessions.session.steps))
        elif sessions.is_playing:
            told = PLAYING
        elif kept is not None:
            told = KEPT.with_values(count=len(kept.steps), seconds=f"{kept.length_ms / 1000:.1f}")
        self.words.put(self.told.setText, Text(told.zh + left.zh, told.en + left.en))
