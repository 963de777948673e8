"""The form of one step in the life of a case: what the step needs, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.case import CallBack, Clock, ClockUnit, PhotoMoment
from sanping.domain.text import Text
from sanping.ui.cases import words
from sanping.ui.cases.call_back_field import CallBackField
from sanping.ui.cases.department_pick import DepartmentPick
from sanping.ui.cases.look import CHIP_STYLE, FIELD_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.cases.tables import Tables
from sanping.ui.number_field import NumberField
from sanping.ui.wording import Wording
from sanping.wire.cases import CaseSheet, PossibleStep

NOTE, NOTE_NEEDED = Text("说明（可不填）", "Note (optional)"), Text("说明（必填）", "Note (needed)")
AMOUNT = Text("延长", "Extend by")
SCORE = Text("评分", "Score")
IS_SOLVED = Text("诉求", "The matter")
SOLVED: tuple[tuple[bool | None, Text], ...] = (
    (None, Text("未询问是否解决", "nobody was asked")),
    (True, Text("已解决", "is solved")),
    (False, Text("未解决", "is not solved")),
)
OTHER = Text("并入", "Merge into")
PHOTOS_NEEDED = Text("还需照片：选择文件…", "Photos are needed: choose files…")
PHOTOS = Text("附照片…", "Attach photos…")
CHOSEN = Text("已选 {count} 张照片", "{count} photos chosen")
CHOSEN_ONE = Text("已选 1 张照片", "1 photo chosen")
CHOOSE = Text("选择照片", "Choose photos")
FILES = Text("照片 (*.jpg *.jpeg *.png)", "Photos (*.jpg *.jpeg *.png)")
CONFIRM, LEAVE = Text("确认{step}", "{step}"), Text("取消", "Cancel")
SENDING = Text("正在提交…", "Sending…")
MISSING_NOTE = Text("请填写说明", "Write a note")
MISSING_PHOTO = Text("请附上照片", "Attach a photo")
MISSING_AMOUNT = Text("请填写要延长多久", "Say how much more time")
MISSING_DEPARTMENT = Text("请选择部门", "Choose a department")
MISSING_OTHER = Text("没有可并入的相似案件", "There is no similar case to merge into")
MISSING_SCORE = Text("请评分", "Give a score")
MISSING_ANSWER = Text("接通后请至少记下一项回答", "Somebody answered: note one answer at least")
ERASED_PHOTOS = Text("同时删除有本人的照片", "Erase photos of them too")
TOO_LONG = Text("说明最长 2000 字，现有 {count} 字", "A note has 2000 characters at most; this one has {count}")
UNITS: Mapping[ClockUnit, Text] = {
    "emergency_hour": Text("紧急工作时", "emergency hours"),
    "work_hour": Text("工作时", "work hours"),
    "work_day": Text("工作日", "work days"),
}
MOST_NOTE, MOST_PHOTOS, MOST_AMOUNT = 2000, 12, 240.0
SCORES = (1, 2, 3, 4, 5)
ASKS_SOLVED, ERASES = "evaluate", "erase_reporter"
WITH_PHOTOS = frozenset({"feed_back", "pass_check", "fail_check", "confirm", "refute", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """A step as the form says it; `files` are the photos to send first, all of one `moment`."""

    case: str
    step: PossibleStep
    if_rev: int
    note: str = ""
    files: tuple[Path, ...] = ()
    moment: PhotoMoment = "scene"
    department: str = ""
    other_case: str = ""
    amount: float = 0.0
    score: int = 0
    is_solved: bool | None = None
    call_back: CallBack | None = None
    erased_photos: tuple[str, ...] = ()


class StepForm(QWidget):
    """One form; `send_asked` carries a `StepDraft`, `left` says that the person does not want it."""

    send_asked = Signal(object)
    left = Signal()

    def __init__(self, step: PossibleStep, sheet: CaseSheet, tables: Tables, wording: Wording) -> None:
        super().__init__()
        self._step, self._sheet, self._words = step, sheet, wording
        self._files: tuple[Path, ...] = ()
        self._rows: QVBoxLayout = column(self, 7)
        needs = frozenset(step.needs)
        self.departments = DepartmentPick(sheet, tables, wording) if "department" in needs else None
        self.other = self._make_other() if "other_case" in needs else None
        self.amount = self._make_amount() if "amount" in needs else None
        self.scores = self._make_scores() if "score" in needs else None
        self.call_back = self._make_call_back() if "call_back" in needs else None
        if self.departments is not None:
            self._rows.addWidget(self.departments)
            self.departments.chosen.connect(self._judge)
        self.note = QPlainTextEdit()
        self.note.setStyleSheet(FIELD_STYLE)
        self.note.setFixedHeight(58)
        self.note.setTabChangesFocus(True)
        self.note.setPlaceholderText(wording.say(NOTE_NEEDED if "note" in needs else NOTE))
        self.note.textChanged.connect(self._judge)
        self._rows.addWidget(self.note)
        self.solved = self._make_solved() if step.step == ASKS_SOLVED else None
        self.erased = self._make_erased() if step.step == ERASES else []
        self._photos = self._make_photos() if needs & {"photo", "after_photo"} or step.step in WITH_PHOTOS else None
        self.finding = plain_label(role="quiet")
        self._rows.addLayout(self._make_buttons())
        self._judge()

    def draft(self) -> StepDraft:
        """Return the step as the form says it."""
        return StepDraft(
            case=self._sheet.case.id,
            step=self._step,
            if_rev=self._sheet.case.rev,
            note=self.note.toPlainText().strip(),
            files=self._files,
            moment="after" if "after_photo" in self._step.needs else "scene",
            department="" if self.departments is None else self.departments.key,
            other_case="" if self.other is None else str(self.other.currentData() or ""),
            amount=0.0 if self.amount is None or not self.amount.text() else self.amount.number,
            score=0 if self.scores is None else max(0, self.scores.checkedId()),
            is_solved=None if self.solved is None else self.solved.currentData(),
            call_back=None if self.call_back is None else self.call_back.call(),
            erased_photos=tuple(str(box.property("photo")) for box in self.erased if box.isChecked()),
        )

    def take_over(self, draft: StepDraft) -> None:
        """Show again what was filled in before the case changed."""
        self.note.setPlainText(draft.note)
        self._take_files(draft.files)
        if self.departments is not None:
            self.departments.choose(draft.department)
        if self.call_back is not None and draft.call_back is not None:
            self.call_back.show_call(draft.call_back)
        for box in self.erased:
            box.setChecked(box.property("photo") in draft.erased_photos)
        if self.amount is not None and draft.amount:
            self.amount.show_number(draft.amount)
        button = None if self.scores is None else self.scores.button(draft.score)
        if button is not None:
            button.setChecked(True)
        self._judge()

    def show_sending(self, *, is_sending: bool) -> None:
        """Let nothing be changed while the step is on its way."""
        self.setEnabled(not is_sending)
        self.finding.setText(self._words.say(SENDING) if is_sending else "")
        if not is_sending:
            self._judge()

    def missing(self) -> Text | None:
        """Return what is still missing, None when the step can be sent."""
        draft, needs = self.draft(), frozenset(self._step.needs)
        checks = (
            ("department" in needs and not draft.department, MISSING_DEPARTMENT),
            ("other_case" in needs and not draft.other_case, MISSING_OTHER),
            ("amount" in needs and draft.amount <= 0, MISSING_AMOUNT),
            ("score" in needs and not draft.score, MISSING_SCORE),
            (
                draft.call_back is not None and draft.call_back.is_reached and not draft.call_back.says_something,
                MISSING_ANSWER,
            ),
            ("note" in needs and not draft.note, MISSING_NOTE),
            (len(draft.note) > MOST_NOTE, TOO_LONG.with_values(count=len(draft.note))),
            (bool(needs & {"photo", "after_photo"}) and not draft.files, MISSING_PHOTO),
        )
        return next((words for is_wrong, words in checks if is_wrong), None)

    def _make_other(self) -> QComboBox:
        box = QComboBox()
        for alike in self._sheet.alike:
            line = alike.line
            told = f"{words.short_id(line.id)}  {self._words.say(Text(line.title_zh, line.title_en))}  {line.address}"
            box.addItem(told, line.id)
        box.currentIndexChanged.connect(self._judge)
        self._rows.addLayout(row(_label(self._words, OTHER), box))
        return box

    def _make_amount(self) -> NumberField:
        field = NumberField(0.0, MOST_AMOUNT, 1)
        field.setFixedWidth(90)
        field.textChanged.connect(self._judge)
        clocks = [clock for clock in self._sheet.case.clocks if not clock.ended_ms]
        unit = QLabel(self._words.say(UNITS[_unit(clocks)]))
        line = row(_label(self._words, AMOUNT), field, unit)
        line.addStretch(1)
        self._rows.addLayout(line)
        return field

    def _make_scores(self) -> QButtonGroup:
        group = QButtonGroup(self)
        line = row(_label(self._words, SCORE))
        for score in SCORES:
            button = QPushButton("★" * score)
            button.setCheckable(True)
            button.setStyleSheet(CHIP_STYLE)
            group.addButton(button, score)
            line.addWidget(button)
        line.addStretch(1)
        group.idClicked.connect(self._judge)
        self._rows.addLayout(line)
        return group

    def _make_call_back(self) -> CallBackField:
        field = CallBackField(self._words)
        field.changed.connect(self._judge)
        self._rows.addWidget(field)
        return field

    def _make_erased(self) -> list[QCheckBox]:
        """Return a box for each photo of the case."""
        boxes = []
        if self._sheet.case.photos:
            self._rows.addWidget(_label(self._words, ERASED_PHOTOS))
        for number, photo in enumerate(self._sheet.case.photos, 1):
            box = QCheckBox(f"{number} · {self._words.say(words.MOMENT[photo.moment])}")
            box.setProperty("photo", photo.id)
            self._rows.addWidget(box)
            boxes.append(box)
        return boxes

    def _make_solved(self) -> QComboBox:
        box = QComboBox()
        for answer, title in SOLVED:
            box.addItem(self._words.say(title), answer)
        self._rows.addLayout(row(_label(self._words, IS_SOLVED), box))
        return box

    def _make_photos(self) -> QPushButton:
        button = QPushButton()
        button.setStyleSheet(CHIP_STYLE)
        is_needed = bool({"photo", "after_photo"} & set(self._step.needs))
        self._photo_words = PHOTOS_NEEDED if is_needed else PHOTOS
        button.setText(self._words.say(self._photo_words))
        button.clicked.connect(self._choose_photos)
        self._rows.addWidget(button)
        return button

    def _make_buttons(self) -> QHBoxLayout:
        title = Text(self._step.title_zh, self._step.title_en)
        self.send, self.leave = QPushButton(), QPushButton()
        self.send.setStyleSheet(MAIN_STYLE)
        self.leave.setStyleSheet(CHIP_STYLE)
        self.send.setText(self._words.say(CONFIRM.with_values(step=title)))
        self.leave.setText(self._words.say(LEAVE))
        self.send.clicked.connect(self._send)
        self.leave.clicked.connect(self.left)
        line = row(self.finding)
        line.setStretch(0, 1)
        line.addWidget(self.leave)
        line.addWidget(self.send)
        return line

    @Slot()
    def _judge(self) -> None:
        missing = self.missing()
        self.send.setEnabled(missing is None)
        self.finding.setText("" if missing is None else self._words.say(missing))

    @Slot()
    def _send(self) -> None:
        if self.missing() is None:
            self.send_asked.emit(self.draft())

    @Slot()
    def _choose_photos(self) -> None:
        say = self._words.say
        names, _ = QFileDialog.getOpenFileNames(self, say(CHOOSE), "", say(FILES))
        self._take_files(tuple(Path(name) for name in names[:MOST_PHOTOS]) or self._files)

    def _take_files(self, files: Sequence[Path]) -> None:
        self._files = tuple(files)
        if self._photos is not None:
            many = CHOSEN_ONE if len(self._files) == 1 else CHOSEN.with_values(count=len(self._files))
            self._photos.setText(self._words.say(many if self._files else self._photo_words))
        self._judge()


def _label(wording: Wording, text: Text) -> QLabel:
    label = QLabel(wording.say(text))
    label.setProperty("role", "quiet")
    return label


def _unit(clocks: Sequence[Clock]) -> ClockUnit:
    handling = [clock for clock in clocks if clock.kind == "handling"]
    return handling[-1].unit if handling else "work_hour"
