"""Notices between sites in a list: those from above to be confirmed, ours with who has received and confirmed them."""

from collections.abc import Mapping
from datetime import tzinfo

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from sanping.domain.site import SiteNotice, SiteStatus
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.labelling import LabelBadge
from sanping.ui.live.colours import ALARM, STALE
from sanping.ui.live.receipt_words import CONFIRM, here_words
from sanping.ui.sites import notice_words
from sanping.ui.theme import QUIET_NAME
from sanping.ui.wording import Wording

NOTICES = Text("通知 {count} 条", "{count} notices")
BAR_PX = 3


class NoticeRow(QWidget):
    """One notice; `asked` carries an action of the hub and its id."""

    asked = Signal(str, str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self.notice: SiteNotice | None = None
        self._wording, self._action, self._is_fresh = wording, "", False
        self.head, self.time, self.text, self.back = (plain_label() for _ in range(4))
        self.badge, self.button = LabelBadge(wording), QPushButton()
        self.button.clicked.connect(self._on_button)
        self.head.setStyleSheet("color: #ffffff; font-weight: 600;")
        for label in (self.time, self.back):
            label.setStyleSheet(f"color: {QUIET_NAME}; font-size: 12px;")
        self.text.setStyleSheet("font-size: 12px;")
        lines = column(self, 2)
        lines.setContentsMargins(12, 4, 6, 4)
        head = row(self.head, self.badge, self.button)
        head.setStretch(0, 1)
        lines.addLayout(head)
        for label in (self.time, self.text, self.back):
            lines.addWidget(label)

    def show_notice(
        self, notice: SiteNotice, sites: Mapping[str, SiteStatus], now_ms: int, zone: tzinfo | None
    ) -> None:
        """Show a notice as it stands now."""
        self.notice, say = notice, self._wording.say
        is_ours = bool(notice.op)
        self._is_fresh = notice.is_fresh(now_ms)
        self.head.setText(say(notice_words.head_words(notice)))
        self.badge.show_label(notice.label)
        self.time.setText(say(notice_words.time_words(notice, is_ours=is_ours, now_ms=now_ms, zone=zone)))
        about = " · ".join(part for part in (notice.area, notice.text) if part)
        self.text.setText(about)
        self.text.setVisible(bool(about))
        back = [notice_words.receipts_words(notice, sites, zone)]
        if notice.here is not None:
            back.insert(0, here_words(notice.here, zone))
        self.back.setText(" · ".join(say(one) for one in back if one.zh))
        waits = notice.here is not None and notice.here.state == "received"
        self._action = "notice.confirm" if waits else "notice.end" if is_ours and self._is_fresh else ""
        self.button.setVisible(bool(self._action))
        self.button.setStyleSheet(MAIN_STYLE if waits else CHIP_STYLE)
        self.button.setText(say(CONFIRM if waits else notice_words.END))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar in the colour of the level; one that is over is grey."""
        if self.notice is None:
            return
        painter = QPainter(self)
        colour = ALARM[self.notice.colour] if self._is_fresh and not self.notice.is_exercise else STALE
        painter.fillRect(QRectF(0, 4, BAR_PX, self.height() - 8), colour)
        painter.end()

    @Slot()
    def _on_button(self) -> None:
        if self.notice is not None:
            self.asked.emit(self._action, self.notice.id)


class NoticeList(QWidget):
    """`asked` carries an action of the hub and the notice it is about."""

    asked = Signal(str, str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording
        self.rows: list[NoticeRow] = []
        self.count = plain_label(role="section")
        self._lines = column(self, 4)
        self._lines.addWidget(self.count)

    def show_notices(
        self, notices: Mapping[str, SiteNotice], sites: Mapping[str, SiteStatus], now_ms: int, zone: tzinfo | None
    ) -> None:
        """Show those that hold first; hidden where there are none."""
        shown = notice_words.listed(notices.values(), now_ms)
        self.setVisible(bool(shown))
        self.count.setText(self._wording.say(NOTICES.with_values(count=len(notices))))
        while len(self.rows) > len(shown):
            self.rows.pop().deleteLater()
        while len(self.rows) < len(shown):
            self.rows.append(NoticeRow(self._wording))
            self.rows[-1].asked.connect(self.asked)
            self._lines.addWidget(self.rows[-1])
        for one, notice in zip(self.rows, shown, strict=True):
            one.show_notice(notice, sites, now_ms, zone)
