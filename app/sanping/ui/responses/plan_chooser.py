"""The choice of a plan: which fits, at which level, with what words it is started."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QPushButton, QRadioButton, QWidget

from sanping.domain.response import LEVEL_TITLES, LEVELS, ResponseLevel
from sanping.domain.text import Text
from sanping.ui.cases.flow_layout import FlowLayout
from sanping.ui.cases.look import CHIP_STYLE, FIELD_STYLE, MAIN_STYLE, STRIP_STYLE, column, plain_label
from sanping.ui.glass import remove_widgets, tall_area
from sanping.ui.wall.governing import unmarked
from sanping.ui.wording import Wording
from sanping.wire.responses import PlanRow, Plans

FITS = Text("推荐", "fits")
PLAN = Text("{name} · {tasks} 项任务", "{name} · {tasks} tasks")
TASK = Text("{due} 分内  {title}（{party}）", "within {due} min  {title} ({party})")
LEVEL, WHY, START = Text("响应级别", "Level"), Text("启动理由（可不填）", "Why (may be blank)"), Text("启动", "Start")
NOT_YOURS = Text("预案由值班长启动；您可以查看", "Plans are started by the duty officer; you may look at them")
NO_PLANS = Text(
    "没有预案。请在治理文件夹的 plans 里放入预案文件", "There is no plan. Put one into the folder `plans` of governance"
)


@dataclass(frozen=True, kw_only=True)
class StartDraft:
    """What somebody wants to start: of which plan, for what, at which level."""

    plan: str
    case: str
    alarm: str
    level: ResponseLevel
    note: str


class PlanChooser(QWidget):
    """Shows `Plans`; `start_asked` carries a `StartDraft`."""

    start_asked = Signal(object)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        self._plans = Plans(plans=())
        self._case = self._alarm = ""
        rows = column(self, 8)
        self._area = tall_area()
        self._list = QWidget()
        self._choices = column(self._list, 6)
        self.preview = plain_label(role="quiet")
        self.preview.setParent(self)  # before it stands among the plans, it has an owner too
        self.preview.hide()
        self._area.setWidget(self._list)
        rows.addWidget(self._area, 1)
        self._level_title = plain_label(role="section")
        rows.addWidget(self._level_title)
        holder = QWidget()
        flow = FlowLayout(holder)
        self.levels: dict[ResponseLevel, QPushButton] = {}
        group = QButtonGroup(self)
        for level in LEVELS:
            button = self.levels[level] = QPushButton()
            button.setCheckable(True)
            button.setStyleSheet(CHIP_STYLE)
            group.addButton(button)
            button.clicked.connect(self._preview)
            flow.addWidget(button)
        rows.addWidget(holder)
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(54)
        self.note.setStyleSheet(FIELD_STYLE)
        rows.addWidget(self.note)
        self._hint = plain_label()
        self._hint.setStyleSheet(STRIP_STYLE)
        rows.addWidget(self._hint)
        self.start = QPushButton()
        self.start.setStyleSheet(MAIN_STYLE)
        self.start.clicked.connect(self._on_start)
        rows.addWidget(self.start)
        self.buttons: list[QRadioButton] = []

    def show_plans(self, plans: Plans, case: str = "", alarm: str = "") -> None:
        """Show the plans for a case or an alarm; the first that fits is chosen."""
        self._plans, self._case, self._alarm = plans, case, alarm
        say = self._words.say
        self._choices.removeWidget(self.preview)
        self.preview.setParent(self)
        remove_widgets(self._choices)
        self.buttons = [self._choice(plan) for plan in plans.plans]
        self._choices.addWidget(self.preview)
        self.preview.show()
        self._choices.addStretch(1)
        for level, button in self.levels.items():
            button.setText(say(LEVEL_TITLES[level]))
        self._level_title.setText(say(LEVEL))
        self.note.setPlaceholderText(say(WHY))
        self.note.clear()
        self.start.setText(say(START))
        if self.buttons:
            self.buttons[0].setChecked(True)
            self._on_chosen()
        self.start.setEnabled(plans.may_start and bool(plans.plans))
        troubles = [say(Text(trouble.zh, trouble.en)) for trouble in plans.troubles]
        hints = [*([] if plans.may_start else [say(NOT_YOURS)]), *([] if plans.plans else [say(NO_PLANS)]), *troubles]
        self._hint.setText("\n".join(hints))
        self._hint.setVisible(bool(hints))

    def say_again(self) -> None:
        """Say everything in another language."""
        self.show_plans(self._plans, self._case, self._alarm)

    @property
    def chosen(self) -> PlanRow | None:
        """The plan that is chosen."""
        chosen = [plan for plan, button in zip(self._plans.plans, self.buttons, strict=True) if button.isChecked()]
        return chosen[0] if chosen else None

    def _choice(self, plan: PlanRow) -> QRadioButton:
        words = PLAN.with_values(name=Text(plan.name_zh, plan.name_en), tasks=len(plan.tasks))
        fits = f"【{self._words.say(FITS)}】" if plan.fits else ""
        button = QRadioButton(fits + self._words.say(words))
        button.setProperty("plan", plan.id)
        button.setToolTip(plan.source)
        button.clicked.connect(self._on_chosen)
        self._choices.addWidget(button)
        return button

    @Slot()
    def _on_chosen(self) -> None:
        plan = self.chosen
        if plan is not None:
            self.levels[plan.level].setChecked(True)
            self._preview()

    @Slot()
    def _preview(self) -> None:
        """Say which tasks the plan gives at the level that is chosen, the first due first."""
        plan, say = self.chosen, self._words.say
        if plan is None:
            return
        names = {party.department: unmarked(party.name_zh, party.name_en) for party in plan.parties}
        tasks = [task for task in plan.tasks if LEVELS.index(self._level(plan)) <= LEVELS.index(task.level)]
        lines = [
            TASK.with_values(due=task.due_min, title=Text(task.title_zh, task.title_en), party=names[task.department])
            for task in sorted(tasks, key=lambda task: task.due_min)
        ]
        self.preview.setText("\n".join(say(line) for line in lines))

    def _level(self, plan: PlanRow) -> ResponseLevel:
        return next((level for level, button in self.levels.items() if button.isChecked()), plan.level)

    @Slot()
    def _on_start(self) -> None:
        plan = self.chosen
        if plan is None:
            return
        level = self._level(plan)
        note = self.note.toPlainText().strip()
        self.start_asked.emit(StartDraft(plan=plan.id, case=self._case, alarm=self._alarm, level=level, note=note))
