"""One task of a response at the desk: whose it is, its clock, and the steps that may be taken now."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from sanping.domain.response import TASK_TITLES, Response, ResponseStep, ResponseTask
from sanping.domain.text import Text
from sanping.ui.cases.flow_layout import FlowLayout
from sanping.ui.cases.look import CHIP_STYLE, GRAVE_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.responses.words import CLOCKS, clock_words
from sanping.ui.wording import Wording
from sanping.wire.responses import ResponseStepRow

FIRST: frozenset[ResponseStep] = frozenset({"accept", "finish", "confirm"})
GRAVE: frozenset[ResponseStep] = frozenset({"refuse", "waive", "cancel"})
WAITS = Text("等待：{tasks}", "waits for {tasks}")
NEEDS = {"photo": Text("要照片", "photo"), "confirm": Text("要确认", "to be confirmed")}
TAKEN_TO = Text("已报：{to}", "taken to {to}")
CARD_STYLE = (
    "QFrame#task {{ background: rgba(8,26,56,150); border: 1px solid rgba(90,180,255,50);"
    " border-left: 4px solid {colour}; border-radius: 3px; }}"
)


class TaskCard(QFrame):
    """Shows one task; `step_asked` carries the step's row."""

    step_asked = Signal(object)

    def __init__(
        self, response: Response, task: ResponseTask, steps: Sequence[ResponseStepRow], words: Wording
    ) -> None:
        super().__init__()
        self.setObjectName("task")
        self.response, self.task, self._words = response, task, words
        rows = column(self, 3)
        rows.setContentsMargins(9, 6, 8, 7)
        title = plain_label()
        title.setStyleSheet("color:#ffffff; font-weight:600;")
        title.setText(words.say(Text(task.title_zh, task.title_en)))
        self.clock = QLabel()
        head = row(title, self.clock)
        head.setStretch(0, 1)
        rows.addLayout(head)
        self.facts = plain_label(role="quiet")
        rows.addWidget(self.facts)
        if steps:
            rows.addWidget(self._buttons(steps))

    def show_now(self, now_ms: int) -> None:
        """Let the clock go on."""
        say, task = self._words.say, self.task
        clock = clock_words(task, now_ms)
        colour = CLOCKS[task.colour_at(now_ms)] if clock is not None or task.state == "cannot" else _settled(task)
        self.setStyleSheet(CARD_STYLE.format(colour=colour))
        self.clock.setText(say(clock if clock is not None else TASK_TITLES[task.state]))
        self.clock.setStyleSheet(f"color:{colour}; font-weight:600;")
        facts = [say(TASK_TITLES[task.state])] if clock is not None else []
        facts += [task.by_name] if task.by_name else []
        facts += [say(NEEDS[need]) for need in task.needs if not task.is_settled]
        missing = [one for id in self.response.waits_for(task) if (one := self.response.task(id)) is not None]
        if missing and not task.is_settled:
            titles = "、".join(say(Text(one.title_zh, one.title_en)) for one in missing)
            facts.append(say(WAITS.with_values(tasks=titles)))
        reached = self.response.taken_to(task, now_ms)
        if reached is not None:
            facts.append(say(TAKEN_TO.with_values(to=Text(reached.to_zh, reached.to_en))))
        facts += [task.note] if task.note else []
        self.facts.setText(" · ".join(facts))
        self.facts.setVisible(bool(facts))

    def _buttons(self, steps: Sequence[ResponseStepRow]) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder)
        self.buttons: dict[ResponseStep, QPushButton] = {}
        for step in steps:
            button = self.buttons[step.step] = QPushButton(self._words.say(Text(step.title_zh, step.title_en)))
            style = MAIN_STYLE if step.step in FIRST else GRAVE_STYLE if step.step in GRAVE else CHIP_STYLE
            button.setStyleSheet(style)
            button.setProperty("row", step)
            button.clicked.connect(self._on_step)
            flow.addWidget(button)
        return holder

    @Slot()
    def _on_step(self) -> None:
        self.step_asked.emit(self.sender().property("row"))


def _settled(task: ResponseTask) -> str:
    return {"done": CLOCKS["green"], "reported": "#3adab4"}.get(task.state, CLOCKS["grey"])
