"""One other site: whether it is linked, its figures, and whether it takes part in a joint session."""

from datetime import tzinfo

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from sanping.domain.site import SiteStatus
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, column, plain_label
from sanping.ui.sites import words
from sanping.ui.theme import QUIET_NAME
from sanping.ui.wording import Wording

DOT_PX = 9


class SiteRow(QWidget):
    """Shows one `SiteStatus`; `chosen` comes when its box for a joint session is ticked or cleared.

    `again_asked` carries the site for which what is put aside is to be sent again.
    """

    chosen = Signal()
    again_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self.status: SiteStatus | None = None
        self._wording = wording
        self.box = QCheckBox()
        self.box.toggled.connect(self.chosen)
        self.again = QPushButton()
        self.again.setStyleSheet(CHIP_STYLE)
        self.again.clicked.connect(self._on_again)
        self.name, self.link = plain_label(is_wrapped=False), plain_label(is_wrapped=False)
        self.figures, self.more = plain_label(), plain_label()
        self.name.setStyleSheet("color: #ffffff; font-weight: 600;")
        for label in (self.figures, self.more):
            label.setStyleSheet(f"color: {QUIET_NAME}; font-size: 12px;")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.name)
        head.addStretch(1)
        head.addWidget(self.link)
        head.addWidget(self.box)
        lines = column(self, 2)
        lines.setContentsMargins(24, 4, 6, 4)
        lines.addLayout(head)
        lines.addWidget(self.figures)
        below = QHBoxLayout()
        below.addWidget(self.more, 1)
        below.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(below)

    def show_status(self, status: SiteStatus, zone: tzinfo | None) -> None:
        """Show how a site is."""
        self.status = status
        say = self._wording.say
        way = words.UPPER if status.way == "upper" else words.LOWER
        self.name.setText(f"{say(words.title_of(status))}  {say(way)}")
        self.link.setText(say(words.link_words(status, zone)))
        self.link.setStyleSheet(f"color: {words.dot_colour(status).name()}; font-size: 12px;")
        self._tell(self.figures, words.figures_words(status))
        self._tell(self.more, self._more(status))
        self.again.setVisible(bool(status.parked))
        self.again.setText(say(words.AGAIN))
        self.box.setVisible(status.way == "lower")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the dot: green when linked, amber when cut, grey when never reached."""
        if self.status is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(words.dot_colour(self.status))
        middle = self.name.geometry().center().y() + 1
        painter.drawEllipse(QRectF(8, middle - DOT_PX / 2, DOT_PX, DOT_PX))
        painter.end()

    @Slot()
    def _on_again(self) -> None:
        if self.status is not None:
            self.again_asked.emit(self.status.id)

    def _more(self, status: SiteStatus) -> Text | None:
        parts = words.kept_words(status)
        if status.joint == "joined":
            parts.append(words.IN_JOINT)
        elif status.joint == "left":
            parts.append(words.LEFT_JOINT)
        return Text(" · ".join(one.zh for one in parts), " · ".join(one.en for one in parts)) if parts else None

    def _tell(self, label: object, told: Text | None) -> None:
        label.setVisible(told is not None)  # type: ignore[attr-defined]  # a QLabel
        if told is not None:
            label.setText(self._wording.say(told))  # type: ignore[attr-defined]
