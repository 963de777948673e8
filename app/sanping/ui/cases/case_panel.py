"""The sheet of one case: everything about it, and the steps that whoever looks at it may take now."""

from collections.abc import Mapping
from datetime import tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from sanping.domain.case import Step
from sanping.domain.text import Language, Text
from sanping.ui.cases.alike_card import AlikeCard
from sanping.ui.cases.case_head import CaseHead
from sanping.ui.cases.flow_layout import FlowLayout
from sanping.ui.cases.look import (
    CHIP_STYLE,
    ERROR_STYLE,
    GRAVE_STYLE,
    MAIN_STYLE,
    STRIP_STYLE,
    column,
    plain_label,
)
from sanping.ui.cases.photo_strip import PhotoStrip, PhotoViewer
from sanping.ui.cases.step_form import StepDraft, StepForm
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.trail import Trail
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, remove_widgets, tall_area
from sanping.ui.icons import Icons
from sanping.wire.cases import CaseSheet, PossibleStep

TITLE = Text("案件单", "Case")
GO, WALL = Text("飞到现场", "Fly to the place"), Text("上屏：在大屏上放大显示", "To the wall: show it large there")
PLAN = Text("启动预案…", "Start a plan…")
PHOTOS, TRAIL = Text("照片", "Photos"), Text("办理经过", "What was done")
ALIKE = Text("可能重复（建议并案）", "Perhaps the same: merging is proposed")
STEPS = Text("办理", "Next")
NO_STEPS = Text("您现在没有可办理的步骤", "There is no step that you may take now")
AWAY = Text("中枢没有应答，现在不能办理；恢复后可继续", "The hub does not answer; go on when it is back")
ASKING = Text("正在读取案件…", "Loading the case…")
LEAST_LIKENESS, MOST_ALIKE = 0.5, 2
GRAVE: frozenset[Step] = frozenset({"void", "decline", "refuse_filing", "refute", "fail_check", "refuse_request",
                                    "erase_reporter"})  # fmt: skip
MINOR: frozenset[Step] = frozenset(
    {"note", "urge", "merge", "reassign", "ask_help", "return", "ask_extension", "ask_suspension"}
)


class CasePanel(GlassPanel):
    """Shows a `CaseSheet`.

    `send_asked` carries a `StepDraft`; `go_asked`, `wall_asked`, `plan_asked`, `case_asked` and `alarm_asked` an id;
    `photo_asked` the number of a photo.
    """

    send_asked = Signal(object)
    go_asked = Signal(str)
    wall_asked = Signal(str)
    plan_asked = Signal(str)
    case_asked = Signal(str)
    alarm_asked = Signal(str)
    photo_asked = Signal(int)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 320
        self.sheet: CaseSheet | None = None
        self.form: StepForm | None = None
        self._tables = Tables()
        self._now_ms = 0
        self._pictures: Mapping[str, QPixmap | None] = {}
        self.tool_button("warning", PLAN).clicked.connect(self._plan)
        self.tool_button("target", GO).clicked.connect(self._go)
        self.wall = self.tool_button("wall", WALL)
        self.wall.clicked.connect(self._to_wall)
        self.head = CaseHead(self.words)
        self.photos = PhotoStrip(self.words)
        self.trail = Trail(self.words)
        self.viewer: PhotoViewer | None = None
        self.strip = plain_label()
        self.strip.hide()
        self.body.setContentsMargins(12, 10, 8, 10)
        self.body.setSpacing(8)
        self._make_middle()
        self._make_foot()
        self._connect()

    def wanted_height(self, width: int) -> int:
        """As high as there is room for."""
        return super().wanted_height(width) if self.is_folded else 4000

    def set_zone(self, zone: tzinfo | None) -> None:
        """Write times as the clocks where the twin lies show them."""
        self.head.zone = self.trail.zone = zone

    def show_asking(self) -> None:
        """Say that a case is on its way; what was shown of another one is gone."""
        self.sheet = None
        self.leave_form()
        self._whole.setVisible(False)
        self.foot.setVisible(False)
        self.tell(ASKING)

    def show_sheet(self, sheet: CaseSheet, tables: Tables, now_ms: int) -> None:
        """Show a case; a form that is open stays open while its step is still possible."""
        is_other = self.sheet is None or self.sheet.case.id != sheet.case.id
        draft = None if is_other or self.form is None else self.form.draft()
        self.sheet, self._tables, self._now_ms = sheet, tables, now_ms
        self._whole.setVisible(True)
        self.foot.setVisible(True)
        self._fill()
        self.leave_form()
        if draft is not None and any(step.step == draft.step.step for step in sheet.steps):
            self.open_step(draft.step.step)
            if self.form is not None:
                self.form.take_over(draft)
        if is_other:
            self.tell(None)
            self._area.verticalScrollBar().setValue(0)

    def show_now(self, now_ms: int) -> None:
        """Let the clock go on."""
        self._now_ms = now_ms
        if self.sheet is not None:
            self.head.ring.show_line(self.sheet.line, now_ms)

    def show_pictures(self, pictures: Mapping[str, QPixmap | None]) -> None:
        """Show photos that came."""
        self._pictures = pictures
        if self.sheet is not None:
            self.photos.show_photos(self.sheet.case.photos, pictures)
        if self.viewer is not None:
            self.viewer.show_pictures(pictures)

    def tell(self, words: Text | None, *, is_error: bool = False) -> None:
        """Say something over the steps, or nothing."""
        self.strip.setVisible(words is not None)
        if words is not None:
            self.strip.setStyleSheet(ERROR_STYLE if is_error else STRIP_STYLE)
            self.words.put(self.strip.setText, words)

    def show_away(self, *, is_away: bool) -> None:
        """Let no step be taken while the hub is away."""
        self.buttons.setEnabled(not is_away)
        self.head.ring.is_stale = is_away
        self.head.ring.update()
        if self.form is not None:
            self.form.send.setEnabled(not is_away and self.form.missing() is None)
        self.tell(AWAY if is_away else None)

    def open_step(self, name: Step) -> None:
        """Open the form of a step."""
        sheet = self.sheet
        step = None if sheet is None else next((one for one in sheet.steps if one.step == name), None)
        if sheet is None or step is None:
            return
        self.leave_form()
        self.form = StepForm(step, sheet, self._tables, self.words)
        self.form.send_asked.connect(self.send_asked)
        self.form.left.connect(self.leave_form)
        self._form_place.addWidget(self.form)
        self.buttons.hide()
        self.steps_title.setText(self.words.say(Text(step.title_zh, step.title_en)))
        self.form.note.setFocus()

    @Slot()
    def leave_form(self) -> None:
        """Put the form away."""
        remove_widgets(self._form_place)
        self.form = None
        self.buttons.show()
        self.words.put(self.steps_title.setText, STEPS)

    def show_viewer(self, place: int) -> None:
        """Show one photo large over the desk."""
        if self.sheet is None:
            return
        if self.viewer is None:
            canvas = self.parentWidget() or self
            self.viewer = PhotoViewer(self.words, canvas)
        self.viewer.open_at(self.sheet.case.photos, self._pictures, place)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        if self.sheet is not None:
            self.show_sheet(self.sheet, self._tables, self._now_ms)

    def _make_middle(self) -> None:
        self._area = tall_area()
        self._whole = QWidget()
        rows = column(self._whole, 8)
        rows.setContentsMargins(0, 0, 6, 0)
        rows.addWidget(self.head)
        self.photos_title, self.trail_title, self.alike_title = QLabel(), QLabel(), QLabel()
        for label, title in ((self.photos_title, PHOTOS), (self.trail_title, TRAIL), (self.alike_title, ALIKE)):
            label.setProperty("role", "section")
            self.words.put(label.setText, title)
        self._alike = QWidget()
        self._alike_rows = column(self._alike)
        for widget in (self.photos_title, self.photos, self.alike_title, self._alike, self.trail_title, self.trail):
            rows.addWidget(widget)
        rows.addStretch(1)
        self._area.setWidget(self._whole)
        self.body.addWidget(self._area, 1)

    def _make_foot(self) -> None:
        self.foot = QWidget()
        rows = column(self.foot)
        self.steps_title = QLabel()
        self.steps_title.setProperty("role", "section")
        self.words.put(self.steps_title.setText, STEPS)
        self.buttons = QWidget()
        self._flow = FlowLayout(self.buttons)
        holder = QWidget()
        self._form_place = column(holder)
        for widget in (self.steps_title, self.buttons, holder):
            rows.addWidget(widget)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.foot)
        self.foot.hide()

    def _connect(self) -> None:
        self.photos.viewer_asked.connect(self.photo_asked)
        self.trail.photos_asked.connect(self._open_trail_photo)
        self.head.alarm.clicked.connect(self._open_alarm)

    def _fill(self) -> None:
        sheet = self.sheet
        assert sheet is not None
        self.head.show_sheet(sheet, self._tables, self._now_ms)
        self.photos.show_photos(sheet.case.photos, self._pictures)
        for widget in (self.photos_title, self.photos):
            widget.setVisible(bool(sheet.case.photos))
        self.trail.show_rows(sheet.trail)
        self._fill_alike(sheet)
        self._fill_steps(sheet)

    def _fill_alike(self, sheet: CaseSheet) -> None:
        remove_widgets(self._alike_rows)
        can_merge = any(step.step == "merge" for step in sheet.steps)
        likely = [alike for alike in sheet.alike if alike.likeness >= LEAST_LIKENESS][:MOST_ALIKE]
        for alike in likely:
            card = AlikeCard(sheet.line, alike, self._tables, self.words, self.head.zone)
            card.show_can_merge(can_merge=can_merge)
            card.open_asked.connect(self.case_asked)
            card.merge_asked.connect(self._merge)
            self._alike_rows.addWidget(card)
        for widget in (self.alike_title, self._alike):
            widget.setVisible(bool(likely))

    def _fill_steps(self, sheet: CaseSheet) -> None:
        self._flow.clear()
        ordered = sorted(sheet.steps, key=lambda step: (step.step in GRAVE, step.step in MINOR))
        for place, step in enumerate(ordered):
            self._flow.addWidget(self._button(step, is_first=not place and step.step not in MINOR | GRAVE))
        if not sheet.steps:
            none = plain_label(role="quiet")
            none.setText(self.words.say(NO_STEPS))
            self._flow.addWidget(none)

    def _button(self, step: PossibleStep, *, is_first: bool) -> QPushButton:
        button = QPushButton(self.words.say(Text(step.title_zh, step.title_en)))
        button.setStyleSheet(MAIN_STYLE if is_first else GRAVE_STYLE if step.step in GRAVE else CHIP_STYLE)
        button.setProperty("step", step.step)
        button.clicked.connect(self._on_step)
        return button

    @Slot()
    def _on_step(self) -> None:
        self.tell(None)
        self.open_step(self.sender().property("step"))

    @Slot(str)
    def _merge(self, other: str) -> None:
        sheet = self.sheet
        step = None if sheet is None else next((one for one in sheet.steps if one.step == "merge"), None)
        if sheet is not None and step is not None:
            draft = StepDraft(case=sheet.case.id, step=step, if_rev=sheet.case.rev, other_case=other)
            self.send_asked.emit(draft)

    @Slot()
    def _go(self) -> None:
        if self.sheet is not None:
            self.go_asked.emit(self.sheet.case.id)

    @Slot()
    def _plan(self) -> None:
        if self.sheet is not None:
            self.plan_asked.emit(self.sheet.case.id)

    @Slot()
    def _to_wall(self) -> None:
        if self.sheet is not None:
            self.wall_asked.emit(self.sheet.case.id)

    @Slot()
    def _open_alarm(self) -> None:
        if self.sheet is not None and self.sheet.case.alarm:
            self.alarm_asked.emit(self.sheet.case.alarm)

    @Slot(object)
    def _open_trail_photo(self, row: object) -> None:
        if self.sheet is None:
            return
        wanted = {photo.id for photo in getattr(row, "photos", ())}
        numbers = [number for number, photo in enumerate(self.sheet.case.photos) if photo.id in wanted]
        if numbers:
            self.photo_asked.emit(numbers[0])
