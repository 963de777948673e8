"""The form of a step of a response: the words, the department, the level, the photo that it needs."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QPlainTextEdit, QPushButton, QWidget

from sanping.domain.response import LEVEL_TITLES, LEVELS, Response, ResponseLevel
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, FIELD_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.responses.words import party_name
from sanping.ui.wording import Wording
from sanping.wire.responses import ResponseStepRow

NOTE, PHOTO, SEND, LEAVE = (
    Text("说明", "Note"), Text("选择照片…", "Choose a photo…"), Text("提交", "Send"), Text("取消", "Cancel"),
)  # fmt: skip
PHOTOS = Text("照片 (*.jpg *.jpeg *.png)", "Photos (*.jpg *.jpeg *.png)")


@dataclass(frozen=True, kw_only=True)
class ResponseDraft:
    """A step with what its form holds; `files` are photos to be sent before it."""

    response: str
    step: ResponseStepRow
    if_rev: int
    note: str = ""
    department: str = ""
    level: ResponseLevel | None = None
    files: tuple[Path, ...] = ()


class ResponseForm(QWidget):
    """`send_asked` carries a `ResponseDraft`."""

    send_asked = Signal(object)
    left = Signal()

    def __init__(self, response: Response, step: ResponseStepRow, words: Wording) -> None:
        super().__init__()
        self._response, self.step, self._words = response, step, words
        self._files: tuple[Path, ...] = ()
        rows = column(self, 6)
        title = plain_label(role="section")
        task = response.task(step.task)
        name = "" if task is None else f" · {words.say(Text(task.title_zh, task.title_en))}"
        title.setText(words.say(Text(step.title_zh, step.title_en)) + name)
        rows.addWidget(title)
        self.choice = QComboBox()
        for party in response.parties if "department" in step.needs else ():
            if task is None or party.department != task.department:
                self.choice.addItem(words.say(party_name(response, party.department)), party.department)
        for level in LEVELS if "level" in step.needs else ():
            if level != response.level:
                self.choice.addItem(words.say(LEVEL_TITLES[level]), level)
        self.choice.setVisible(self.choice.count() > 0)
        rows.addWidget(self.choice)
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText(words.say(NOTE))
        self.note.setFixedHeight(58)
        self.note.setStyleSheet(FIELD_STYLE)
        rows.addWidget(self.note)
        self.send, leave, self.photo = QPushButton(words.say(SEND)), QPushButton(words.say(LEAVE)), QPushButton()
        self.photo.setText(words.say(PHOTO))
        self.photo.setVisible(step.step == "finish")
        for button, style in ((self.send, MAIN_STYLE), (leave, CHIP_STYLE), (self.photo, CHIP_STYLE)):
            button.setStyleSheet(style)
        self.send.clicked.connect(self._on_send)
        leave.clicked.connect(self.left)
        self.photo.clicked.connect(self._choose_photo)
        rows.addLayout(row(self.send, leave, self.photo))

    def take_files(self, files: tuple[Path, ...]) -> None:
        """Send these photos along."""
        self._files = files
        self.photo.setText("、".join(path.name for path in files) or self._words.say(PHOTO))

    @Slot()
    def _choose_photo(self) -> None:
        say = self._words.say
        names, _ = QFileDialog.getOpenFileNames(self, say(PHOTO), "", say(PHOTOS))
        if names:
            self.take_files(tuple(Path(name) for name in names))

    @Slot()
    def _on_send(self) -> None:
        task, chosen = self._response.task(self.step.task), self.choice.currentData()
        self.send_asked.emit(
            ResponseDraft(
                response=self._response.id,
                step=self.step,
                if_rev=self._response.rev if task is None else task.rev,
                note=self.note.toPlainText().strip(),
                department=chosen or "" if "department" in self.step.needs else "",
                level=chosen if "level" in self.step.needs else None,
                files=self._files,
            )
        )
