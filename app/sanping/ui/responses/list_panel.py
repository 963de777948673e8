"""The responses that run, one row each; a row opens its sheet."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from sanping.domain.response import LEVEL_TITLES, RESPONSE_TITLES, Response
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import column
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets
from sanping.ui.icons import Icons
from sanping.ui.responses.words import elapsed, level_colour

TITLE = Text("联动响应", "Joint responses")
START = Text("启动预案…", "Start a plan…")
ROW = Text("{level} · {title}    {done}/{total}    {time}", "{level} · {title}    {done}/{total}    {time}")
LATE = Text("    逾期 {n} 项", "    {n} overdue")
ROW_STYLE = (
    "QPushButton {{ text-align: left; padding: 6px 10px; color: #ffffff; background: rgba(10,34,72,150);"
    " border: 1px solid rgba(90,180,255,60); border-left: 5px solid {colour}; border-radius: 3px; }}"
    "QPushButton:hover {{ background: rgba(20,70,130,190); }}"
)


class ResponsesPanel(GlassPanel):
    """Hides itself while there is no response; `response_asked` carries an id."""

    response_asked = Signal(str)
    plan_asked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 48
        self.responses: tuple[Response, ...] = ()
        self._now_ms = 0
        self.tool_button("plus", START).clicked.connect(self.plan_asked)
        self._holder = QWidget()
        self._rows = column(self._holder, 4)
        self.body.setContentsMargins(8, 8, 8, 10)
        self.body.addWidget(self._holder)
        self.body.addStretch(1)

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to list."""
        return bool(self.responses)

    def show_responses(self, responses: Sequence[Response], now_ms: int) -> None:
        """Show these; the rows are made anew only when there are others."""
        self._now_ms = now_ms
        is_other = [one.id for one in responses] != [one.id for one in self.responses]
        self.responses = tuple(responses)
        if is_other:
            remove_widgets(self._rows)
            for response in responses:
                button = QPushButton()
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                button.setProperty("response", response.id)
                button.clicked.connect(self._on_row)
                self._rows.addWidget(button)
            self.content_changed.emit()
        self._write()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._write()

    def _write(self) -> None:
        for number, response in enumerate(self.responses):
            item = self._rows.itemAt(number)
            button = None if item is None else item.widget()
            if not isinstance(button, QPushButton):
                continue
            late = sum(task.is_running and task.late_ms(self._now_ms) > 0 for task in response.tasks)
            state = LEVEL_TITLES[response.level] if response.is_active else RESPONSE_TITLES[response.state]
            row = ROW.with_values(
                level=state, title=Text(response.title_zh, response.title_en), done=response.settled,
                total=len(response.tasks), time=elapsed(response, self._now_ms),
            )  # fmt: skip
            tail = LATE.with_values(n=late) if late and response.is_active else Text("", "")
            button.setText(self.words.say(row) + self.words.say(tail))
            button.setStyleSheet(ROW_STYLE.format(colour=level_colour(response.level)))

    @Slot()
    def _on_row(self) -> None:
        self.response_asked.emit(self.sender().property("response"))
