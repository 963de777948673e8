"""What a caller said on being called back: whether somebody answered, and the three questions of the hotline 12345."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from sanping.domain.case import CallBack
from sanping.domain.text import Text
from sanping.ui.cases.look import column, row
from sanping.ui.wording import Wording

REACHED = Text("接通", "Reached")
REACHED_ANSWERS: tuple[tuple[bool, Text], ...] = (
    (True, Text("接通", "somebody answered")),
    (False, Text("未接通（可再访）", "nobody answered (call again)")),
)
QUESTIONS: tuple[tuple[Text, tuple[tuple[object, Text], ...]], ...] = (
    (Text("响应", "Response"), (
        (None, Text("未说明是否联系过", "not said")),
        (True, Text("承办单位已联系答复", "the department spoke with them")),
        (False, Text("没有人联系过", "nobody spoke with them")),
    )),
    (Text("解决", "Solved"), (
        (None, Text("未说明是否解决", "not said")),
        (True, Text("已解决", "is solved")),
        (False, Text("未解决", "is not solved")),
    )),
    (Text("满意", "Satisfied"), (
        (0, Text("不评价", "not said")),
        (5, Text("非常满意", "very satisfied")),
        (4, Text("满意", "satisfied")),
        (3, Text("基本满意", "just satisfied")),
        (2, Text("不满意", "dissatisfied")),
        (1, Text("非常不满意", "very dissatisfied")),
    )),
)  # fmt: skip


class CallBackField(QWidget):
    """Four boxes; the questions are asked only of somebody who answered. `changed` says that something was chosen."""

    changed = Signal()

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        rows = column(self, 5)
        self.reached = _box(REACHED_ANSWERS, wording)
        rows.addLayout(_line(wording.say(REACHED), self.reached))
        self.answers = tuple(_box(answers, wording) for _, answers in QUESTIONS)
        for (title, _), box in zip(QUESTIONS, self.answers, strict=True):
            rows.addLayout(_line(wording.say(title), box))
        for box in (self.reached, *self.answers):
            box.currentIndexChanged.connect(self._choose)

    def call(self) -> CallBack:
        """Return what was chosen."""
        if not self.reached.currentData():
            return CallBack(is_reached=False)
        is_answered, is_solved, score = (box.currentData() for box in self.answers)
        return CallBack(is_answered=is_answered, is_solved=is_solved, score=score)

    def show_call(self, call: CallBack) -> None:
        """Show what was chosen before."""
        self.reached.setCurrentIndex(self.reached.findData(call.is_reached))
        for box, answer in zip(self.answers, (call.is_answered, call.is_solved, call.score), strict=True):
            box.setCurrentIndex(next(place for place in range(box.count()) if box.itemData(place) is answer
                                     or box.itemData(place) == answer))  # fmt: skip

    @Slot()
    def _choose(self) -> None:
        for box in self.answers:
            box.setEnabled(bool(self.reached.currentData()))
        self.changed.emit()


def call_words(call: CallBack) -> Text:
    """Return what a caller said, in words."""
    if not call.is_reached:
        return REACHED_ANSWERS[1][1]
    given = (call.is_answered, call.is_solved, call.score or None)
    said = [
        next(words for value, words in answers if value is answer or value == answer)
        for (_, answers), answer in zip(QUESTIONS, given, strict=True)
        if answer is not None
    ]
    return Text("，".join(words.zh for words in said), ", ".join(words.en for words in said))


def _box(answers: tuple[tuple[object, Text], ...], wording: Wording) -> QComboBox:
    box = QComboBox()
    for answer, words in answers:
        box.addItem(wording.say(words), answer)
    return box


def _line(words: str, box: QComboBox) -> QHBoxLayout:
    label = QLabel(words)
    label.setProperty("role", "quiet")
    label.setMinimumWidth(34)
    line = row(label, box)
    line.setStretch(1, 1)
    return line
