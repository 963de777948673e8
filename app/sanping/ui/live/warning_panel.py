"""The public warnings in force: colour, headline, sender and end; an exercise never looks like a true one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sanping.domain.label import LOWEST
from sanping.domain.notice import Notice, NoticeStatus
from sanping.domain.site import NoticeReceipt, SiteNotice
from sanping.domain.text import Text
from sanping.twin.site_notices import warning_key
from sanping.ui.icons import Icons
from sanping.ui.labelling import LabelBadge
from sanping.ui.live import words
from sanping.ui.live.cards_panel import CardsPanel
from sanping.ui.live.colours import ALARM, STALE
from sanping.ui.live.receipt_words import CONFIRM, here_words
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
NOBODYS: Mapping[str, SiteNotice] = MappingProxyType({})
GREEN_NAME = "#46d68c"
CONFIRM_STYLE = (
    "QPushButton { padding: 2px 14px; min-height: 20px; font-size: 12px; font-weight: 600; color: #ffffff;"
    " background: rgba(30,130,220,200); border: 1px solid rgba(120,205,255,220); border-radius: 4px; }"
    "QPushButton:hover { background: rgba(45,150,240,230); }"
)


def colour_of(notice: Notice) -> QColor:
    """Return the colour of a warning: grey for one without a level, and for whatever is not meant."""
    return STALE if notice.colour is None or notice.status != "actual" else ALARM[notice.colour]


class _Card(QWidget):
    """One warning; `confirmed` comes when a person confirms one from the site above, as which it is known in `told`."""

    confirmed = Signal(str)

    def __init__(self, notice: Notice, told: SiteNotice | None, wording: Wording, zone: tzinfo | None) -> None:
        super().__init__()
        self.notice, self.told = notice, told
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
            words_of = say(Text(zh or en, en or zh))
            if words_of:
                line = QLabel(words_of)
                line.setTextFormat(Qt.TextFormat.PlainText)
                line.setWordWrap(True)
                line.setStyleSheet(style)
                column.addWidget(line)
        places = "、".join(area.name for area in notice.areas if area.name)
        foot = QLabel("  ".join(part for part in (notice.sender_name, places) if part))
        foot.setTextFormat(Qt.TextFormat.PlainText)
        foot.setStyleSheet(f"color: {QUIET_NAME}; font-size: 11px;")
        last = QHBoxLayout()
        last.addWidget(foot, 1)
        if told is not None and told.here is not None:
            last.addWidget(self._receipt(told.here, wording, zone))
        column.addLayout(last)

    def _receipt(self, here: NoticeReceipt, wording: Wording, zone: tzinfo | None) -> QWidget:
        """Return the button that confirms a notice, or who has."""
        if here.state == "received":
            button = QPushButton(wording.say(CONFIRM))
            button.setObjectName("confirm")
            button.setStyleSheet(CONFIRM_STYLE)
            button.clicked.connect(self._on_confirm)
            return button
        label = QLabel(wording.say(here_words(here, zone)))
        label.setStyleSheet(f"color: {GREEN_NAME}; font-size: 11px;")
        return label

    @Slot()
    def _on_confirm(self) -> None:
        if self.told is not None:
            self.confirmed.emit(self.told.id)

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
    if notice.label != LOWEST:
        head.addWidget(LabelBadge(wording, notice.label))
    head.addStretch(1)
    until = FOR_GOOD
    if notice.expires_ms:
        until = UNTIL.with_values(time=words.clock(notice.expires_ms, zone)[:-3])
    when = QLabel(wording.say(until))
    when.setStyleSheet(f"color: {QUIET_NAME}; font-size: 11px;")
    head.addWidget(when)
    return head


class WarningPanel(CardsPanel):
    """Shows `Notice`s, the worst first; `wish_asked` carries an action of the hub and its arguments."""

    wish_asked = Signal(str, dict)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent, card_px=CARD_HEIGHT, first_cards_px=MOST_CARDS * CARD_HEIGHT + 40)
        self.notices: tuple[Notice, ...] = ()
        self.zone: tzinfo | None = None
        self._told: dict[str, SiteNotice] = {}
        self._fill()

    def show_notices(self, notices: Sequence[Notice], told: Mapping[str, SiteNotice] = NOBODYS) -> None:
        """Show these warnings; `told` are the notices between sites, of which some are among them."""
        known = {warning_key(one): one for one in told.values() if one.here is not None}
        if (tuple(notices), known) != (self.notices, self._told):
            self.notices, self._told = tuple(notices), known
            self._fill()

    def _made_cards(self) -> Iterable[QWidget]:
        for notice in self.notices:
            card = _Card(notice, self._told.get(notice.key), self.words, self.zone)
            card.confirmed.connect(self._on_confirmed)
            yield card

    @Slot(str)
    def _on_confirmed(self, notice: str) -> None:
        self.wish_asked.emit("notice.confirm", {"notice": notice})
