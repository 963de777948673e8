"""The ring of a case: how much of its time is left, in the colour of its clock."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from sanping.domain.case_line import CaseLine
from sanping.ui.cases import colours, words
from sanping.ui.live.painting import CENTRE, set_size, width_of, write
from sanping.ui.theme import QUIET
from sanping.ui.wording import Wording

SIZE, THICK = 104, 7.0


class Ring(QWidget):
    """Paints the share of the limit that is left; closed and full when the time is over."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self._line: CaseLine | None = None
        self._now_ms = 0
        self.is_stale = False
        self.setFixedSize(SIZE, SIZE)

    def show_line(self, line: CaseLine, now_ms: int) -> None:
        """Show the clock of a case at a moment."""
        self._line, self._now_ms = line, now_ms
        self.setAccessibleName(self._words.say(words.limit(line, now_ms)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ring and its words."""
        line = self._line
        if line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        is_grey = self.is_stale or not line.is_open
        colour = colours.CLOCK["grey" if is_grey else line.colour_at(self._now_ms)]
        share = line.left_at(self._now_ms) if line.is_open else None
        painter.setPen(QPen(colours.faint(colour, 50), THICK))
        painter.drawEllipse(area)
        if share is not None:
            pen = QPen(colour, THICK)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            is_over = share <= 0
            painter.drawArc(area, 90 * 16, 360 * 16 if is_over else round(share * 360 * 16))
        self._write(painter, area, line)
        painter.end()

    def _write(self, painter: QPainter, area: QRectF, line: CaseLine) -> None:
        say = self._words.say
        colour = colours.CLOCK["grey" if self.is_stale else line.colour_at(self._now_ms)]
        if not line.is_open or not line.due_ms or line.state == "suspended":
            set_size(painter, 13)
            told = say(words.ENDED if not line.is_open else words.limit(line, self._now_ms))
            write(painter, area.adjusted(8, 0, -8, 0), told, QUIET, CENTRE)
            return
        left_ms = line.due_ms - self._now_ms
        set_size(painter, 11)
        head = say(words.LEFT_HEAD if left_ms >= 0 else words.OVERDUE_HEAD)
        write(painter, QRectF(area.left(), area.center().y() - 23, area.width(), 16), head, QUIET, CENTRE)
        told = say(words.span(left_ms))
        size_px = 17
        set_size(painter, size_px, is_bold=True)
        while width_of(painter, told) > area.width() - 26 and size_px > 10:
            size_px -= 1
            set_size(painter, size_px, is_bold=True)
        write(painter, QRectF(area.left(), area.center().y() - 7, area.width(), 24), told, colour, CENTRE)
