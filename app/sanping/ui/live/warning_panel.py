"""The public warnings in force: colour, headline, sender and end; an exercise never looks like a true one."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sanping.domain.notice import Notice, NoticeStatus
from sanping.domain.text import Text
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.cards_panel import CardsPanel
from sanping.ui.live.colours import ALARM, STALE
from sanping.ui.theme import AMBER_NAME, QUIET_NAME
from sanping.ui.wording import Wording

TITLE = Text("公共预警", "Public warnings")
UNTIL = Text("至 {time}", "until {time}")
FOR_GOOD = Text("直至解除", "until it is ended")
EXERCISE: dict[NoticeStatus, Text] = {
    "actual": Text("", ""),
    "exercise": Text("演练", "Exercise"),
    "test": Text("测试", "Test"),
    "system": Text("系统", "System"),
    "draft": Text("草稿", "Draft"),
}
LEVELS = {
    "red": Text("红色", "Red"),
    "orange": Text("橙色", "Orange"),
    "yellow": Text("黄色", "Yellow"),
    "blue": Text("蓝色", "Blue"),
}
NO_LEVEL = Text("预警", "Warning")
CARD_HEIGHT, MOST_CARDS = 116, 2


def colour_of(notice: Notice) -> QColor:
    """Return the colour of a warning: grey for one without a level, and for whatever is not meant."""
    return STALE if notice.colour is None or notice.status != "actual" else ALARM[notice.colour]


class _Card(QWidget):
    """One warning."""

    def __init__(self, notice: Notice, wording: Wording, zone: tzinfo | None) -> None:
        super().__init__()
        self.notice = notice
        say = wording.say
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 8, 8)
        column.setSpacing(3)
        column.addLayout(_head(notice, wording, zone))
        for zh, en, style in (
            (notice.headline_zh, notice.headline_en, "color: #ffffff; font-weight: 600;"),
            (notice.description_zh, notice.description_en, "font-size: 12px;"),
            (notice.instruction_zh, notice.instruction_en, "color: #a9dcff; font-size: 12px;"),
        ):
            told = say(Text(zh or en, en or zh))
            if told:
                line = QLabel(told)
                line.setTextFormat(Qt.TextFormat.PlainText)
                line.setWordWrap(True)
                line.setStyleSheet(style)
                column.addWidget(line)
        places = "、".join(area.name for area in notice.areas if area.name)
        foot = QLabel("  ".join(part for part in (notice.sender_name, places) if part))
        foot.setTextFormat(Qt.TextFormat.PlainText)
        foot.setStyleSheet(f"color: {QUIET_NAME}; font-size: 11px;")
        column.addWidget(foot)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar in the warning's colour."""
        painter = QPainter(self)
        colour = colour_of(self.notice)
        painter.fillRect(self.rect().adjusted(0, 2, 0, -2), QColor(colour.red(), colour.green(), colour.blue(), 22))
        painter.fillRect(0, 2, 3, self.height() - 4, colour)
        if self.notice.status != "actual":
            painter.setPen(QPen(QColor(255, 186, 84, 40), 6))
            for x in range(-self.height(), self.width(), 26):
                painter.drawLine(x, self.height(), x + self.height(), 0)
        painter.end()


def _head(notice: Notice, wording: Wording, zone: tzinfo | None) -> QHBoxLayout:
    """Return the level, what to be careful about, and the end of a warning in one row."""
    level = NO_LEVEL if notice.colour is None else LEVELS[notice.colour]
    head = QHBoxLayout()
    head.setSpacing(6)
    plate = QLabel(wording.say(level))
    plate.setStyleSheet(
        f"color: #08162c; background: {colour_of(notice).name()}; border-radius: 3px; padding: 1px 8px;"
        "font-weight: 600; font-size: 12px;"
    )
    head.addWidget(plate)
    marks = [EXERCISE[notice.status]] + ([words.SIMULATED] if notice.is_simulated else [])
    for mark in marks:
        if mark.zh:
            badge = QLabel(wording.say(mark))
            badge.setStyleSheet(
                f"color: {AMBER_NAME}; border: 1px solid rgba(255,186,84,140); border-radius: 2px;"
                "padding: 0 5px; font-size: 11px;"
            )
            head.addWidget(badge)
    head.addStretch(1)
    until = FOR_GOOD
    if notice.expires_ms:
        until = UNTIL.with_values(time=words.clock(notice.expires_ms, zone)[:-3])
    when = QLabel(wording.say(until))
    when.setStyleSheet(f"color: {QUIET_NAME}; font-size: 11px;")
    head.addWidget(when)
    return head


class WarningPanel(CardsPanel):
    """Shows `Notice`s, the worst first."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent, card_px=CARD_HEIGHT, first_cards_px=MOST_CARDS * CARD_HEIGHT + 40)
        self.notices: tuple[Notice, ...] = ()
        self.zone: tzinfo | None = None
        self._fill()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show these warnings."""
        if tuple(notices) != self.notices:
            self.notices = tuple(notices)
            self._fill()

    def _made_cards(self) -> Iterable[QWidget]:
        return (_Card(notice, self.words, self.zone) for notice in self.notices)
