"""The strip above the list: how many open cases stand in each stage of their life; a click asks for one stage."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.case import STAGE_TITLES, Stage
from sanping.domain.case_line import CaseCounts
from sanping.domain.text import Text
from sanping.ui.cases import colours
from sanping.ui.live.painting import CENTRE, set_size, width_of, write
from sanping.ui.theme import QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

STAGES: tuple[Stage, ...] = ("collecting", "filing", "dispatching", "handling", "feedback", "checking")
SHORT: Mapping[Stage, Text] = {
    **STAGE_TITLES,
    "collecting": Text("信息收集", "Collect"),
    "filing": Text("案卷建立", "File"),
    "dispatching": Text("任务派遣", "Dispatch"),
    "handling": Text("任务处理", "Handle"),
    "feedback": Text("处理反馈", "Feed back"),
    "checking": Text("核查结案", "Check"),
}
TODAY = Text(
    "今日 上报 {reported} · 立案 {filed} · 结案 {closed}",
    "Today: {reported} reported · {filed} filed · {closed} closed",
)
OVERDUE = Text("超期 {count}", "{count} overdue")
SOON = Text("临期 {count}", "{count} due soon")
HEIGHT, BAND, SLANT, GAP_PX = 74, 48, 9.0, 3.0


class Funnel(QWidget):
    """Paints the stages as arrows that lead on to one another; `stage_asked` carries a stage, "" for all."""

    stage_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.counts: CaseCounts | None = None
        self.chosen = ""
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height; it is as wide as it may be."""
        return QSize(300, HEIGHT)

    def show_counts(self, counts: CaseCounts | None, chosen: str) -> None:
        """Show how many cases there are, and which stage alone is listed."""
        if counts != self.counts or chosen != self.chosen:
            self.counts, self.chosen = counts, chosen
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press on a stage asks for it, on the one that is chosen for all."""
        place = int(event.position().x() / max(1.0, self.width()) * len(STAGES))
        if event.position().y() <= BAND and 0 <= place < len(STAGES):
            stage = STAGES[place]
            self.stage_asked.emit("" if stage == self.chosen else stage)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the arrows, and below them the figures of today."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self.width() / len(STAGES)
        for place, stage in enumerate(STAGES):
            self._paint_stage(painter, QRectF(place * wide, 0, wide - GAP_PX, BAND), stage, is_first=place == 0)
        if self.counts is not None:
            self._paint_today(painter, QRectF(2, BAND + 4, self.width() - 4, HEIGHT - BAND - 4), self.counts)
        painter.end()

    def _paint_stage(self, painter: QPainter, area: QRectF, stage: Stage, *, is_first: bool) -> None:
        count = 0 if self.counts is None else self.counts.open_by_stage.get(stage, 0)
        colour = colours.STAGE[stage]
        is_chosen = stage == self.chosen
        is_faded = bool(self.chosen) and not is_chosen
        inset = 0.0 if is_first else SLANT
        shape = QPolygonF(
            [area.topLeft(), QPointF(area.right() - SLANT, area.top()), QPointF(area.right(), area.center().y()),
             QPointF(area.right() - SLANT, area.bottom()), area.bottomLeft(),
             QPointF(area.left() + inset, area.center().y())]
        )  # fmt: skip
        painter.setPen(colour if is_chosen else colours.faint(colour, 90))
        painter.setBrush(colours.faint(colour, 110 if is_chosen else 16 if is_faded else 40))
        painter.drawPolygon(shape)
        inner = area.adjusted(inset + 2, 0, -SLANT, 0)
        set_size(painter, 18, is_bold=True)
        figure = "—" if self.counts is None else f"{count:,}"
        write(painter, QRectF(inner.left(), inner.top() + 4, inner.width(), 23), figure,
              QUIET if is_faded or not count else WHITE, CENTRE)  # fmt: skip
        set_size(painter, 11)
        write(painter, QRectF(inner.left(), inner.bottom() - 20, inner.width(), 16), self._words.say(SHORT[stage]),
              QUIET if is_faded else colour.lighter(115), CENTRE)  # fmt: skip

    def _paint_today(self, painter: QPainter, area: QRectF, counts: CaseCounts) -> None:
        say = self._words.say
        set_size(painter, 12)
        told = say(TODAY.with_values(reported=counts.reported_today, filed=counts.filed_today,
                                     closed=counts.closed_today))  # fmt: skip
        right = area.right()
        for text, count, name in ((OVERDUE, counts.overdue, "red"), (SOON, counts.due_soon, "orange")):
            words = say(text.with_values(count=f"{count:,}"))
            wide = width_of(painter, words)
            colour: QColor = colours.CLOCK[name] if count else QUIET  # type: ignore[index]
            write(painter, QRectF(right - wide - 1, area.top(), wide + 2, area.height()), words, colour)
            right -= wide + 14
        write(painter, QRectF(area.left(), area.top(), right - area.left(), area.height()), told, TEXT)
