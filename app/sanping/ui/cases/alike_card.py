"""A case that may be the same beside the one that is looked at, with one click to merge them."""

from datetime import tzinfo

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from sanping.domain.case import STATE_TITLES
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.ui.cases import colours, words
from sanping.ui.cases.look import CHIP_STYLE, MAIN_STYLE
from sanping.ui.cases.tables import Tables, place_words
from sanping.ui.live.painting import LEFT, set_size, write
from sanping.ui.theme import AMBER, QUIET, TEXT
from sanping.ui.wording import Wording
from sanping.wire.cases import Alike

THIS, OTHER = Text("本案", "This case"), Text("相似案件", "Similar case")
APART = Text("相似 {share} · 相距 {metres} · 间隔 {span}", "{share} alike · {metres} apart · {span} between")
MERGE, OPEN = Text("并入此案", "Merge into it"), Text("打开", "Open")
HEIGHT, HEAD_PX, ROW_PX = 146, 22, 17


class AlikeCard(QWidget):
    """Paints both cases side by side; `merge_asked` and `open_asked` carry the id of the other one."""

    merge_asked = Signal(str)
    open_asked = Signal(str)

    def __init__(self, line: CaseLine, alike: Alike, tables: Tables, wording: Wording, zone: tzinfo | None) -> None:
        super().__init__()
        self._line, self._alike, self._tables, self._words, self._zone = line, alike, tables, wording, zone
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        foot = QHBoxLayout(self)
        foot.setContentsMargins(10, 0, 10, 8)
        foot.setSpacing(6)
        self.merge, self.open = QPushButton(wording.say(MERGE)), QPushButton(wording.say(OPEN))
        self.merge.setStyleSheet(MAIN_STYLE)
        self.open.setStyleSheet(CHIP_STYLE)
        foot.addStretch(1)
        for button in (self.open, self.merge):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        other = alike.line.id
        self.merge.clicked.connect(lambda: self.merge_asked.emit(other))
        self.open.clicked.connect(lambda: self.open_asked.emit(other))

    def show_can_merge(self, *, can_merge: bool) -> None:
        """Offer to merge, or not."""
        self.merge.setVisible(can_merge)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw both, and how alike they are."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(colours.faint(AMBER, 110))
        painter.setBrush(colours.faint(AMBER, 16))
        painter.drawRoundedRect(area, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        say, told = self._words.say, self._alike
        head = APART.with_values(
            share=f"{told.likeness * 100:.0f}%",
            metres=words.distance(told.metres),
            span=words.span(told.apart_ms),
        )
        set_size(painter, 12, is_bold=True)
        write(painter, QRectF(area.left() + 10, area.top() + 4, area.width() - 20, HEAD_PX), say(head), AMBER, LEFT)
        half = area.width() / 2
        top = area.top() + HEAD_PX + 6
        for place, (title, line) in enumerate(((THIS, self._line), (OTHER, told.line))):
            self._paint_case(painter, QRectF(area.left() + 10 + place * half, top, half - 20, 5 * ROW_PX), title, line)
        painter.fillRect(QRectF(area.left() + half, top + 2, 1, 4.6 * ROW_PX), colours.faint(AMBER, 70))
        painter.end()

    def _paint_case(self, painter: QPainter, area: QRectF, title: Text, line: CaseLine) -> None:
        say = self._words.say
        set_size(painter, 11)
        cells = (
            (f"{say(title)}  {words.short_id(line.id)}", QUIET),
            (say(Text(line.title_zh, line.title_en)), TEXT),
            (say(place_words(line)), TEXT),
            (f"{say(STATE_TITLES[line.state])} · {words.day_and_time(line.reported_ms, self._zone)}", QUIET),
        )
        for place, (told, colour) in enumerate(cells):
            write(painter, QRectF(area.left(), area.top() + place * ROW_PX, area.width(), ROW_PX), told, colour)
