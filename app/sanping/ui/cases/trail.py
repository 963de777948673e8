"""The trail of a case as a line of time: who did what and when, with notes and photos; the newest step on top."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.case import Step
from sanping.domain.text import Text
from sanping.ui.cases import colours, words
from sanping.ui.live.painting import RIGHT, set_size, width_of, write
from sanping.ui.theme import ACCENT, QUIET, TEXT
from sanping.ui.wording import Wording
from sanping.wire.cases import TrailRow

PHOTOS = Text("{count} 张照片", "{count} photos")
ONE_PHOTO = Text("1 张照片", "1 photo")
SYSTEM = Text("系统", "System")
LEFT_PX, LINE_PX, STEP_PX = 24, 17, 40
NOTE_PX = 12
GRAVE: frozenset[Step] = frozenset(
    {"refute", "decline", "refuse_filing", "return", "fail_check", "void", "refuse_request"}
)
URGENT: frozenset[Step] = frozenset({"urge", "ask_extension", "ask_suspension", "grant_suspension"})


class Trail(QWidget):
    """Paints the steps that were taken; `photos_asked` carries the `TrailRow` whose photos were clicked."""

    photos_asked = Signal(object)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.zone: tzinfo | None = None
        self.rows: tuple[TrailRow, ...] = ()
        self._heights: list[int] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[TrailRow]) -> None:
        """Show these steps, given oldest first."""
        self.rows = tuple(reversed(rows))
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height that all steps need."""
        return QSize(200, sum(self._heights) + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Break the notes anew."""
        super().resizeEvent(event)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press on a step with photos asks for them."""
        top = 0.0
        for row, high in zip(self.rows, self._heights, strict=True):
            if top <= event.position().y() < top + high and row.photos:
                self.photos_asked.emit(row)
            top += high

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line and its steps."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0.0
        for place, (row, high) in enumerate(zip(self.rows, self._heights, strict=True)):
            is_last = place == len(self.rows) - 1
            self._paint_row(painter, QRectF(0, top, self.width(), high), row, is_newest=not place, is_last=is_last)
            top += high
        painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, row: TrailRow, *, is_newest: bool, is_last: bool) -> None:
        say = self._words.say
        colour = colours.BAD if row.step in GRAVE else colours.CLOCK["orange"] if row.step in URGENT else ACCENT
        centre = QPointF(area.left() + 9, area.top() + 10)
        painter.setPen(QPen(colours.faint(ACCENT, 70), 1.4))
        if not is_last:
            painter.drawLine(centre + QPointF(0, 6), QPointF(centre.x(), area.bottom() + 4))
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(colour if is_newest else colours.faint(colour, 60))
        painter.drawEllipse(centre, 4.2, 4.2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = QRectF(area.left() + LEFT_PX, area.top() + 1, area.width() - LEFT_PX - 2, 19)
        set_size(painter, 11)
        when = words.day_and_time(row.at_ms, self.zone)
        write(painter, line, when, QUIET, RIGHT)
        room = width_of(painter, when) + 8
        set_size(painter, 13, is_bold=is_newest)
        write(painter, line.adjusted(0, 0, -room, 0), say(Text(row.title_zh, row.title_en)), TEXT)
        set_size(painter, 11)
        photos = "" if not row.photos else say(ONE_PHOTO if len(row.photos) == 1
                                               else PHOTOS.with_values(count=len(row.photos)))  # fmt: skip
        below = line.translated(0, 18)
        write(painter, below, photos, ACCENT, RIGHT)
        by = row.by_name or (say(SYSTEM) if row.by in ("", "system") else row.by)
        write(painter, below.adjusted(0, 0, -width_of(painter, photos) - 8, 0), by, QUIET)
        if row.note:
            set_size(painter, NOTE_PX)
            painter.setPen(TEXT)
            note = QRectF(line.left(), below.bottom(), line.width(), area.bottom() - below.bottom())
            painter.drawText(note, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), row.note)

    def _fit(self) -> None:
        font = QFont(self.font())
        font.setPixelSize(NOTE_PX)
        metrics = QFontMetrics(font)
        wide = max(60, self.width() - LEFT_PX - 2)
        flags = int(Qt.TextFlag.TextWordWrap)
        self._heights = [
            STEP_PX + (metrics.boundingRect(0, 0, wide, 4000, flags, row.note).height() + 5 if row.note else 2)
            for row in self.rows
        ]
        self.setFixedHeight(sum(self._heights) + 4)
        self.update()
