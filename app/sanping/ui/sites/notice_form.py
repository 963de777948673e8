"""What a notice to lower sites says: level, title, text, area, and from when until when it holds."""

from datetime import UTC, datetime, timedelta, tzinfo

from PySide6.QtCore import QDateTime, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateTimeEdit, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from sanping.domain.text import Text
from sanping.ui.cases.look import FIELD_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.labelling import LabelChoice
from sanping.ui.sites import words
from sanping.ui.sites.notice_words import EXERCISE
from sanping.ui.theme import QUIET_NAME
from sanping.ui.wording import Wording

TITLE = Text("要做什么，如“防汛预警，备好水泵”", "What is to be done, such as “flood watch, prepare pumps”")
TEXT = Text("说明（可不填）", "Details, if any")
AREA = Text("区域（可不填）", "Area, if any")
TO = Text("发给：{sites}", "To: {sites}")
NOBODY = Text("没有下级站点", "There is no lower site")
UNTIL = Text("至", "to")
SEND = Text("发送通知", "Send the notice")
USUAL_HOURS = 12
FIELD_PX = 54


class NoticeForm(QWidget):
    """`asked` carries the arguments of `notice.send`, without the sites."""

    asked = Signal(dict)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording
        self._zone: tzinfo | None = None
        self._to = NOBODY
        self.to = plain_label()
        self.to.setStyleSheet(f"color: {QUIET_NAME}; font-size: 12px;")
        self.level, self.title, self.area = QComboBox(), QLineEdit(), QLineEdit()
        self.label = LabelChoice("notices", wording)
        self.title.setMaxLength(100)
        self.area.setMaxLength(100)
        self.text = QPlainTextEdit()
        self.text.setStyleSheet(FIELD_STYLE)
        self.text.setFixedHeight(FIELD_PX)
        self.begin, self.end = QDateTimeEdit(), QDateTimeEdit()
        for field in (self.begin, self.end):
            field.setDisplayFormat("MM-dd HH:mm")
            field.setCalendarPopup(True)
        self.until = plain_label(is_wrapped=False)
        self.exercise, self.send = QCheckBox(), QPushButton()
        self.send.setStyleSheet(MAIN_STYLE)
        self.send.clicked.connect(self._on_send)
        self.title.textChanged.connect(self._may)
        for colour in words.LEVELS:
            self.level.addItem("", colour)
        self.level.setCurrentIndex(self.level.findData("yellow"))
        lines = column(self, 6)
        lines.addWidget(self.to)
        lines.addLayout(row(self.level, self.label, self.area))
        lines.addWidget(self.title)
        lines.addWidget(self.text)
        times = row(self.begin, self.until, self.end)
        for place in (0, 2):
            times.setStretch(place, 1)
        lines.addLayout(times)
        lines.addLayout(row(self.exercise, self.send))
        self.say()

    def say(self) -> None:
        """Say everything in the present language."""
        say = self._wording.say
        for number, name in enumerate(words.LEVELS.values()):
            self.level.setItemText(number, say(name))
        self.title.setPlaceholderText(say(TITLE))
        self.text.setPlaceholderText(say(TEXT))
        self.area.setPlaceholderText(say(AREA))
        self.until.setText(say(UNTIL))
        self.exercise.setText(say(EXERCISE))
        self.send.setText(say(SEND))
        self.label.say()
        self.show_sites(self._to)

    def show_sites(self, names: Text) -> None:
        """Show for whom the notice will be; empty words for nobody."""
        self._to = names
        self.to.setText(self._wording.say(TO.with_values(sites=names) if names.zh else NOBODY))
        self._may()

    def begin_anew(self, now_ms: int, zone: tzinfo | None) -> None:
        """Clear what was written; it holds from now on for the usual time."""
        self._zone = zone
        for field in (self.title, self.area, self.text):
            field.clear()
        self.exercise.setChecked(False)
        self.label.begin_anew()
        begin = datetime.fromtimestamp(now_ms / 1000, zone).replace(second=0, microsecond=0)
        self.begin.setDateTime(_shown(begin))
        self.end.setDateTime(_shown(begin + timedelta(hours=USUAL_HOURS)))

    @Slot()
    def _may(self) -> None:
        self.send.setEnabled(bool(self.title.text().strip()) and bool(self._to.zh))

    @Slot()
    def _on_send(self) -> None:
        self.asked.emit(
            {
                "title": self.title.text().strip(), "text": self.text.toPlainText().strip()[:1_000],
                "area": self.area.text().strip(), "colour": self.level.currentData(),
                "from_ms": self._ms(self.begin), "until_ms": self._ms(self.end),
                "is_exercise": self.exercise.isChecked(), **self.label.asked,
            }
        )  # fmt: skip

    def _ms(self, field: QDateTimeEdit) -> int:
        """Return a moment of a field, which shows the time of the twin, in milliseconds since 1970 UTC."""
        date, time = field.date(), field.time()
        local = datetime(date.year(), date.month(), date.day(), time.hour(), time.minute(), tzinfo=self._zone or UTC)
        return round(local.timestamp() * 1000)


def _shown(moment: datetime) -> QDateTime:
    """Return the wall clock of a moment, whatever the zone of this machine."""
    return QDateTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, 0)
