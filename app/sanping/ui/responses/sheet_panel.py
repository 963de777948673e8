"""One response at the desk: the choice of its plan first, then its tasks by party, its clocks and its steps."""

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from sanping.domain.response import LEVEL_TITLES, RESPONSE_TITLES, Response
from sanping.domain.text import Language, Text
from sanping.ui.cases.flow_layout import FlowLayout
from sanping.ui.cases.look import CHIP_STYLE, ERROR_STYLE, GRAVE_STYLE, STRIP_STYLE, column, plain_label
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.ui.responses.plan_chooser import PlanChooser
from sanping.ui.responses.response_form import ResponseDraft, ResponseForm
from sanping.ui.responses.task_card import GRAVE, TaskCard
from sanping.ui.responses.words import elapsed, level_colour, party_name
from sanping.wire.responses import Plans, ResponseSheet, ResponseStepRow

TITLE, CHOICE = Text("响应单", "Response"), Text("启动预案", "Start a plan")
GO, EXPORT = Text("飞到现场", "Fly to the place"), Text("导出总结报告…", "Export the summary…")
PROGRESS = Text("{state} · 已用 {time} · 完成 {done}/{total}", "{state} · {time} · {done}/{total} done")
PARTY = Text("{role}  {name}  ☎ {phone}", "{role}  {name}  ☎ {phone}")
TRAIL = Text("经过", "What was done")
ASKING = Text("正在读取…", "Loading…")


class ResponsePanel(GlassPanel):
    """Shows `Plans` to choose from, or a `ResponseSheet`.

    `send_asked` carries a `ResponseDraft`, `start_asked` a `StartDraft`, `go_asked` and `export_asked` a `Response`.
    """

    send_asked = Signal(object)
    start_asked = Signal(object)
    go_asked = Signal(object)
    export_asked = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 320
        self.is_wanted = False
        self.sheet: ResponseSheet | None = None
        self.form: ResponseForm | None = None
        self.cards: dict[str, TaskCard] = {}
        self.zone: tzinfo | None = None
        self._now_ms = 0
        self.go = self.tool_button("target", GO)
        self.go.clicked.connect(self._on_go)
        self.export = self.tool_button("export", EXPORT)
        self.export.clicked.connect(self._on_export)
        self.chooser = PlanChooser(self.words)
        self.chooser.start_asked.connect(self.start_asked)
        self.strip = plain_label()
        self.strip.hide()
        self.body.setContentsMargins(12, 10, 8, 10)
        self._make_sheet()
        for widget in (self.strip, self.chooser, self.whole):
            self.body.addWidget(widget, 0 if widget is self.strip else 1)
        self.whole.hide()
        self.chooser.hide()

    def wanted_height(self, width: int) -> int:
        """As high as there is room for."""
        return super().wanted_height(width) if self.is_folded else 4000

    def show_plans(self, plans: Plans, case: str, alarm: str) -> None:
        """Let somebody choose a plan for a case or an alarm."""
        self.words.put(self.title_label.setText, CHOICE)
        self.sheet = None
        self.whole.hide()
        self.chooser.show()
        self.chooser.show_plans(plans, case, alarm)
        self.tell(None)
        self._want()

    def show_sheet(self, sheet: ResponseSheet, now_ms: int) -> None:
        """Show a response; a form that is open stays open while its step is still possible."""
        self.words.put(self.title_label.setText, TITLE)
        self.sheet, self._now_ms = sheet, now_ms
        self.chooser.hide()
        self.whole.show()
        self._fill(sheet)
        open_step = None if self.form is None else self.form.step
        if open_step is not None and not any(
            (one.step, one.task) == (open_step.step, open_step.task) for one in sheet.steps
        ):
            self.leave_form()
        self.show_now(now_ms)
        self._want()

    def show_now(self, now_ms: int) -> None:
        """Let the clocks go on."""
        self._now_ms = now_ms
        if self.sheet is None:
            return
        response = self.sheet.response
        told = PROGRESS.with_values(
            state=RESPONSE_TITLES[response.state],
            time=elapsed(response, now_ms),
            done=response.settled,
            total=len(response.tasks),
        )
        self.progress.setText(self.words.say(told))
        for card in self.cards.values():
            card.show_now(now_ms)

    def tell(self, words: Text | None, *, is_error: bool = False) -> None:
        """Say something above, or nothing."""
        self.strip.setVisible(words is not None)
        if words is not None:
            self.strip.setStyleSheet(ERROR_STYLE if is_error else STRIP_STYLE)
            self.words.put(self.strip.setText, words)

    def put_away(self) -> None:
        """Close it."""
        self.is_wanted, self.sheet = False, None
        self.leave_form()
        self.content_changed.emit()

    def open_step(self, step: ResponseStepRow) -> None:
        """Open the form of a step; one that needs nothing is sent at once."""
        if self.sheet is None:
            return
        self.tell(None)
        response = self.sheet.response
        task = response.task(step.task)
        if not step.needs and not (step.step == "finish" and task is not None and "photo" in task.needs):
            rev = response.rev if task is None else task.rev
            self.send_asked.emit(ResponseDraft(response=response.id, step=step, if_rev=rev))
            return
        self.leave_form()
        self.form = ResponseForm(response, step, self.words)
        self.form.send_asked.connect(self.send_asked)
        self.form.left.connect(self.leave_form)
        self._form_place.addWidget(self.form)
        self.form.note.setFocus()

    @Slot()
    def leave_form(self) -> None:
        """Put the form away."""
        remove_widgets(self._form_place)
        self.form = None

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        if self.sheet is not None:
            self.show_sheet(self.sheet, self._now_ms)
        elif self.is_wanted:
            self.chooser.say_again()

    def _want(self) -> None:
        self.is_wanted = True
        self.content_changed.emit()

    def _make_sheet(self) -> None:
        self.whole = QWidget()
        rows = column(self.whole, 7)
        self.level, self.name, self.place, self.progress = QLabel(), plain_label(), plain_label(), plain_label()
        self.name.setStyleSheet("color:#ffffff; font-size:16px; font-weight:600;")
        self.place.setProperty("role", "quiet")
        for label in (self.level, self.name, self.place, self.progress):
            rows.addWidget(label, 0, Qt.AlignmentFlag.AlignLeft if label is self.level else Qt.AlignmentFlag(0))
        self._area = tall_area()
        inner = QWidget()
        self._tasks = column(inner, 5)
        self._tasks.setContentsMargins(0, 0, 6, 0)
        self._area.setWidget(inner)
        rows.addWidget(self._area, 1)
        holder = QWidget()
        self._form_place = column(holder)
        rows.addWidget(holder)
        self._steps = QWidget()
        self._flow = FlowLayout(self._steps)
        rows.addWidget(self._steps)

    def _fill(self, sheet: ResponseSheet) -> None:
        response, say = sheet.response, self.words.say
        colour = level_colour(response.level)
        self.level.setText(say(LEVEL_TITLES[response.level]))
        self.level.setStyleSheet(
            f"color:{colour}; border:1px solid {colour}; border-radius:3px; padding:2px 10px; font-weight:600;"
        )
        self.name.setText(say(Text(response.title_zh, response.title_en)))
        place = " · ".join(part for part in (response.address, response.reason, response.summary) if part)
        self.place.setText(place)
        self.place.setVisible(bool(place))
        top = self._area.verticalScrollBar().value()
        remove_widgets(self._tasks)
        self.cards = {}
        for party in response.parties:
            self._add_party(sheet, party.department, Text(party.role_zh, party.role_en))
        self._add_trail(sheet)
        self._tasks.addStretch(1)
        self._area.verticalScrollBar().setValue(top)
        self._fill_steps(sheet)

    def _add_party(self, sheet: ResponseSheet, department: str, role: Text) -> None:
        response, say = sheet.response, self.words.say
        label = plain_label(role="section")
        phone = sheet.phones.get(department, "—")
        name = party_name(response, department)
        label.setText(say(PARTY.with_values(role=role, name=name, phone=phone)))
        self._tasks.addWidget(label)
        for task in response.tasks:
            if task.department == department:
                steps = [step for step in sheet.steps if step.task == task.id]
                card = self.cards[task.id] = TaskCard(response, task, steps, self.words)
                card.step_asked.connect(self.open_step)
                self._tasks.addWidget(card)

    def _add_trail(self, sheet: ResponseSheet) -> None:
        label = plain_label(role="section")
        label.setText(self.words.say(TRAIL))
        self._tasks.addWidget(label)
        for row in reversed(sheet.trail):
            task = sheet.response.task(row.task)
            at = datetime.fromtimestamp(row.at_ms / 1000, self.zone)
            parts = [f"{at:%H:%M:%S}", row.by_name, self.words.say(Text(row.title_zh, row.title_en))]
            parts += [] if task is None else [self.words.say(Text(task.title_zh, task.title_en))]
            line = plain_label(role="quiet")
            line.setText("  ".join(part for part in (*parts, row.note) if part))
            self._tasks.addWidget(line)

    def _fill_steps(self, sheet: ResponseSheet) -> None:
        self._flow.clear()
        self.buttons: dict[str, QPushButton] = {}
        for step in (one for one in sheet.steps if not one.task):
            button = self.buttons[step.step] = QPushButton(self.words.say(Text(step.title_zh, step.title_en)))
            button.setStyleSheet(GRAVE_STYLE if step.step in GRAVE else CHIP_STYLE)
            button.setProperty("row", step)
            button.clicked.connect(self._on_step)
            self._flow.addWidget(button)

    @Slot()
    def _on_step(self) -> None:
        self.open_step(self.sender().property("row"))

    @property
    def response(self) -> Response | None:
        """The response that is shown."""
        return None if self.sheet is None else self.sheet.response

    @Slot()
    def _on_go(self) -> None:
        if self.response is not None:
            self.go_asked.emit(self.response)

    @Slot()
    def _on_export(self) -> None:
        if self.sheet is not None:
            self.export_asked.emit(self.sheet)
