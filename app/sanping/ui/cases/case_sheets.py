"""Keeps the open sheet of a case true: asks for it, brings its photos, and takes the steps a person wants."""

from collections.abc import Callable, Iterable
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Slot

from sanping.domain.case import Step
from sanping.domain.case_line import CaseLine
from sanping.domain.errors import NotAllowed, SanpingError
from sanping.domain.text import Text
from sanping.ui.cases.case_photos import CasePhotos, sending
from sanping.ui.cases.case_window import CaseWindow
from sanping.ui.cases.step_form import StepDraft
from sanping.ui.cases.tables import Tables
from sanping.ui.live.living import Answer
from sanping.wire.cases import CaseSheet

DONE = Text("{case} 已{step}", "{case}: {step} done")
CONFLICT = Text(
    "没有提交：{why}。案件已重新读取，您填写的内容仍保留，请核对后再提交",
    "Nothing was sent: {why}. The case was loaded again and what you wrote is kept: check it and send it again",
)
REFUSED = Text("没有提交：{why}", "Nothing was sent: {why}")
MOVED_ON = Text("案件刚刚有了新进展，已为您更新", "The case has just moved on; it is shown as it is now")
GONE_STEP = Text("这一步现在不能办理了", "That step cannot be taken any more")


class CaseSheets(QObject):
    """Serves the panel of one desk's case."""

    def __init__(
        self,
        desk: CaseWindow,
        tables: Callable[[], Tables],
        fly_to: Callable[[CaseLine], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk, self._tables, self._fly_to = desk, tables, fly_to
        self._asked = ""
        self._go_to = ""
        self._step: tuple[str, Step] | None = None
        self._sending: StepDraft | None = None
        self.photos = CasePhotos(desk.living.asking, self)
        self.photos.came.connect(self._show_pictures)
        panel = desk.overlays.case
        panel.send_asked.connect(self._send)
        panel.photo_asked.connect(panel.show_viewer)

    def forget(self) -> None:
        """Forget what belongs to another city."""
        self.photos.forget()
        self._sending = self._step = None
        self._go_to = ""

    def show_case(self, case: str) -> None:
        """Open the sheet of a case, "" for none."""
        self._sending = None
        if case:
            self._desk.overlays.case.show_asking()
            self._ask(case)

    def go_when_known(self, case: str) -> None:
        """Fly to a case once it is known where it is."""
        self._go_to = case

    def open_step(self, case: str, step: Step) -> None:
        """Open the form of a step, at once or when the sheet has come."""
        panel = self._desk.overlays.case
        if panel.sheet is not None and panel.sheet.case.id == case:
            self._open_form(step)
        else:
            self._step = (case, step)

    def ask_again(self) -> None:
        """Load the open sheet once more."""
        if self._desk.state.case:
            self._ask(self._desk.state.case)

    def show_again(self) -> None:
        """Say everything anew, because the names of the city came."""
        panel = self._desk.overlays.case
        if panel.sheet is not None:
            panel.show_sheet(panel.sheet, self._tables(), self._desk.living.now_ms())

    def take_news(self, changed: Iterable[CaseLine]) -> None:
        """Load the open sheet again when its case has moved on."""
        sheet = self._desk.overlays.case.sheet
        if sheet is None:
            return
        for line in changed:
            if line.id == sheet.case.id and line.rev > sheet.case.rev:
                self._ask(line.id)
                if self._desk.overlays.case.form is not None and self._sending is None:
                    self._desk.overlays.case.tell(MOVED_ON)

    def _ask(self, case: str) -> None:
        link = self._desk.living.link
        self._asked = case
        if link is not None:
            self._desk.living.asking.ask(
                partial(link.questions.case, case), self._take, partial(self._miss, case)
            )  # fmt: skip

    def _take(self, sheet: CaseSheet) -> None:
        living, panel = self._desk.living, self._desk.overlays.case
        if sheet.case.id != self._desk.state.case:
            return
        known = panel.sheet
        if known is not None and known.case.id == sheet.case.id and known.case.rev > sheet.case.rev:
            return
        panel.show_sheet(sheet, self._tables(), living.now_ms())
        panel.show_pictures(self.photos.pictures)
        if living.link is not None:
            self.photos.ask(sheet.case.photos, living.link.questions)
        if self._go_to == sheet.case.id:
            self._go_to = ""
            self._fly_to(sheet.line)
        if self._step is not None and self._step[0] == sheet.case.id:
            step, self._step = self._step[1], None
            self._open_form(step)

    def _miss(self, case: str, error: SanpingError) -> None:
        """Say why there is no sheet; one that may be seen no longer is taken away with its photos."""
        if case == self._desk.state.case:
            if isinstance(error, NotAllowed):
                self._desk.overlays.case.show_asking()
                self.photos.forget()
            self._desk.overlays.case.tell(error.message, is_error=True)

    def _open_form(self, step: Step) -> None:
        panel = self._desk.overlays.case
        assert panel.sheet is not None
        if any(one.step == step for one in panel.sheet.steps):
            panel.open_step(step)
        else:
            panel.tell(GONE_STEP)

    @Slot()
    def _show_pictures(self) -> None:
        self._desk.overlays.case.show_pictures(self.photos.pictures)

    # Steps

    @Slot(object)
    def _send(self, draft: StepDraft) -> None:
        """Send the photos first, then the step; nothing is done when either fails."""
        if self._sending is not None:
            return
        self._sending = draft
        panel, link = self._desk.overlays.case, self._desk.living.link
        if panel.form is not None:
            panel.form.show_sending(is_sending=True)
        if draft.files and link is not None:
            self._desk.living.asking.ask(
                sending(draft.files, link.questions), partial(self._wish, draft), partial(self._on_unsent, draft)
            )
        else:
            self._wish(draft, ())

    def _wish(self, draft: StepDraft, photos: tuple[str, ...]) -> None:
        arguments = {
            "case": draft.case,
            "step": draft.step.step,
            "if_rev": draft.if_rev,
            "note": draft.note,
            "photos": [{"id": name, "moment": draft.moment} for name in photos],
            "department": draft.department,
            "other_case": draft.other_case,
            "amount": draft.amount,
            "score": draft.score,
            "is_solved": draft.is_solved,
            "call_back": None if draft.call_back is None else msgspec.to_builtins(draft.call_back),
            "erase_photos": list(draft.erased_photos),
        }
        self._desk.living.wish_then("case.step", arguments, partial(self._on_answer, draft))

    def _on_unsent(self, draft: StepDraft, error: SanpingError) -> None:
        self._on_answer(draft, Answer(refusal=error.message))

    def _on_answer(self, draft: StepDraft, answer: Answer) -> None:
        self._sending = None
        panel = self._desk.overlays.case
        is_shown = self._desk.state.case == draft.case
        if answer.refusal is None:
            step = Text(draft.step.title_zh, draft.step.title_en)
            self._desk.say(DONE.with_values(case=draft.case, step=step))
            if is_shown:
                panel.leave_form()
                panel.tell(None)
                self._ask(draft.case)
            return
        if not is_shown:
            self._desk.say(REFUSED.with_values(why=answer.refusal))
            return
        if panel.form is not None:
            panel.form.show_sending(is_sending=False)
        told = CONFLICT if answer.is_conflict else REFUSED
        panel.tell(told.with_values(why=answer.refusal), is_error=True)
        self._ask(draft.case)
