"""Brings responses and a major event to the panels of the desk and does what a person asks of them; decides nothing."""

from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from sanping.commands.case_decisions import case_seen
from sanping.commands.desk_state import DeskState
from sanping.domain.errors import SanpingError
from sanping.domain.major_event import EventPost
from sanping.domain.response import Response
from sanping.domain.text import Text
from sanping.twin.live import LiveState
from sanping.ui.cases.case_photos import sending
from sanping.ui.cases.governing import Governing
from sanping.ui.city_show import CityShow
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.alarm_panel import AlarmPanel
from sanping.ui.live.living import Answer, Living
from sanping.ui.operations_in_city import OperationsInCity
from sanping.ui.responses.event_panel import EventPanel
from sanping.ui.responses.list_panel import ResponsesPanel
from sanping.ui.responses.plan_chooser import StartDraft
from sanping.ui.responses.response_form import ResponseDraft
from sanping.ui.responses.response_report import write_response
from sanping.ui.responses.sheet_panel import ResponsePanel
from sanping.wire.responses import Plans, ResponseSheet

TICK_MS = 1_000
ALARM = "alarm:"
NO_PLACE = Text("没有现场坐标", "It has no place on the map")
NO_HUB = Text("没有连接中枢，不能启动预案", "No hub is linked, so no plan can be started")
STARTED = Text("预案已启动：{id}", "The plan was started: {id}")
DONE = Text("已提交：{step}", "Sent: {step}")
SAVED = Text("已导出：{path}", "Exported: {path}")
EXPORT, KINDS = Text("导出总结报告", "Export the summary"), "PDF (*.pdf);;CSV (*.csv)"


class ResponsePanels(Protocol):
    """The panels of responses, and those that ask for one."""

    alarms: AlarmPanel
    responses: ResponsesPanel
    response: ResponsePanel
    major_event: EventPanel


class ResponseWindow(Protocol):
    """What of a window the panels of responses reach."""

    state: DeskState
    content: DeskContent
    city: CityShow
    living: Living
    governing: Governing

    @property
    def overlays(self) -> ResponsePanels:
        """The panels."""

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Responding(QObject):
    """The panels of responses of one desk."""

    def __init__(self, desk: ResponseWindow, window: QWidget) -> None:
        super().__init__(window)
        panels, living = desk.overlays, desk.living
        self._desk, self._panels, self._living, self._window = desk, panels, living, window
        self._open = ""
        self.in_city = OperationsInCity(living, lambda: (desk.city,), self)
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self._tick)
        living.state_changed.connect(self._on_state)
        panels.responses.response_asked.connect(self.open_response)
        panels.responses.plan_asked.connect(partial(desk.perform, "case.plan"))
        panels.response.start_asked.connect(self._start)
        panels.response.send_asked.connect(self._send)
        panels.response.go_asked.connect(self._go)
        panels.response.export_asked.connect(self._export)
        desk.governing.plan_asked.connect(self.choose_for)
        desk.governing.plan_left.connect(self.put_away)
        panels.alarms.plan_asked.connect(partial(desk.perform, "case.plan"))
        panels.major_event.post_asked.connect(self._go_to_post)

    @Slot(str)
    def choose_for(self, about: str) -> None:
        """Let somebody choose a plan for a case, or for an alarm written as "alarm:ID"; blank for neither."""
        link = self._living.link
        if link is None:
            self._desk.say(NO_HUB)
            return
        alarm = about.removeprefix(ALARM) if about.startswith(ALARM) else ""
        case = "" if alarm else about
        self._open = ""
        question = partial(link.questions.plans, case, alarm)
        self._living.asking.ask(question, partial(self._show_plans, case, alarm), self._fail)

    @Slot()
    def put_away(self) -> None:
        """Close the sheet, or the choice."""
        self._open = ""
        self._panels.response.put_away()

    @Slot(str)
    def open_response(self, id: str) -> None:
        """Open the sheet of a response."""
        self._open = id
        self._ask()

    def present(self, new: DeskState) -> None:
        """Let the clocks go on only where they are seen."""
        is_seen = new.workspace == "cases"
        if is_seen and not self._ticking.isActive():
            self._ticking.start()
            self._tick()
        elif not is_seen:
            self._ticking.stop()

    def stop(self) -> None:
        """End."""
        self._ticking.stop()
        self.in_city.stop()

    def _show_plans(self, case: str, alarm: str, plans: Plans) -> None:
        self._panels.response.show_plans(plans, case, alarm)

    def _fail(self, error: SanpingError) -> None:
        self._desk.say(error.message)

    def _ask(self) -> None:
        link = self._living.link
        if link is not None and self._open:
            self._living.asking.ask(partial(link.questions.response, self._open), self._take, self._fail)

    def _take(self, sheet: ResponseSheet) -> None:
        if sheet.response.id == self._open:
            self._panels.response.zone = self._desk.state.stage.moment.tzinfo
            self._panels.response.show_sheet(sheet, self._living.now_ms())

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        self._tick()
        shown = self._panels.response.response
        known = None if shown is None else state.responses.get(shown.id)
        if shown is not None and known is not None and known.rev > shown.rev:
            self._ask()

    @Slot()
    def _tick(self) -> None:
        state, now_ms = self._living.state, self._living.now_ms()
        ordered = sorted(state.responses.values(), key=lambda one: (not one.is_active, one.level, one.id))
        self._panels.responses.show_responses(ordered, now_ms)
        self._panels.response.show_now(now_ms)
        self._panels.major_event.show_event(state.event, state.posts, now_ms)

    # What a person asks for

    @Slot(object)
    def _start(self, draft: StartDraft) -> None:
        arguments = {
            "plan": draft.plan, "case": draft.case, "alarm": draft.alarm, "level": draft.level, "note": draft.note,
        }  # fmt: skip
        self._living.wish_then("response.start", arguments, self._on_started)

    def _on_started(self, answer: Answer) -> None:
        if answer.refusal is not None:
            self._panels.response.tell(answer.refusal, is_error=True)
            return
        self._desk.say(STARTED.with_values(id=answer.about))
        self.open_response(answer.about)

    @Slot(object)
    def _send(self, draft: ResponseDraft) -> None:
        link = self._living.link
        if draft.files and link is not None:
            job = sending(draft.files, link.questions)
            self._living.asking.ask(job, partial(self._wish, draft), self._refuse)
        else:
            self._wish(draft, ())

    def _refuse(self, error: SanpingError) -> None:
        self._panels.response.tell(error.message, is_error=True)

    def _wish(self, draft: ResponseDraft, photos: tuple[str, ...]) -> None:
        arguments: dict[str, object] = {
            "response": draft.response, "step": draft.step.step, "task": draft.step.task, "if_rev": draft.if_rev,
            "note": draft.note, "department": draft.department,
            "photos": [{"id": name, "moment": "scene"} for name in photos],
        }  # fmt: skip
        if draft.level is not None:
            arguments["level"] = draft.level
        self._living.wish_then("response.step", arguments, partial(self._on_answer, draft))

    def _on_answer(self, draft: ResponseDraft, answer: Answer) -> None:
        panel = self._panels.response
        if answer.refusal is not None:
            panel.tell(answer.refusal, is_error=True)
        else:
            panel.leave_form()
            panel.tell(None)
            self._desk.say(DONE.with_values(step=Text(draft.step.title_zh, draft.step.title_en)))
        self._ask()

    @Slot(object)
    def _go(self, response: Response) -> None:
        self._fly(response.x_m, response.y_m)

    @Slot(object)
    def _go_to_post(self, post: EventPost) -> None:
        self._fly(post.x_m, post.y_m)

    def _fly(self, x_m: float | None, y_m: float | None) -> None:
        if x_m is None or y_m is None:
            self._desk.say(NO_PLACE)
            return
        place = (x_m, y_m, self._desk.content.ground(x_m, y_m))
        self._desk.perform("camera.fly", case_seen(self._desk.state, place))

    @Slot(object)
    def _export(self, sheet: ResponseSheet) -> None:
        say = self._desk.state.language
        named = str(Path.home() / f"{sheet.response.id}.pdf")
        path, _ = QFileDialog.getSaveFileName(self._window, EXPORT.in_language(say), named, KINDS)
        if path:
            self.export_to(Path(path), sheet)

    def export_to(self, path: Path, sheet: ResponseSheet) -> None:
        """Write the summary of a response, and say where it is or why it could not be written."""
        state = self._desk.state
        try:
            write_response(path, sheet, self._living.now_ms(), state.stage.moment.tzinfo, state.language)
        except SanpingError as error:
            self._desk.say(error.message)
        else:
            self._desk.say(SAVED.with_values(path=str(path)))
