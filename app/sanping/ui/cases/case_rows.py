"""How a row of the list of cases is painted: a bar in the colour of its clock, plain cells, a chip for its state."""

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from sanping.domain.case_line import CaseLine
from sanping.domain.label import LABEL_TITLES, LOWEST
from sanping.ui.cases import colours
from sanping.ui.cases.case_model import CLASS, DEPARTMENT, LIMIT, LINE, MARK, NUMBER, PLACE, STATE, CaseModel, Index
from sanping.ui.live.painting import LEFT, badge, set_size, width_of, write
from sanping.ui.live.words import SIMULATED_SHORT
from sanping.ui.theme import ACCENT, LABEL_COLOURS, QUIET, TEXT
from sanping.ui.wording import Wording

ROW_HEIGHT = 30
SEPARATOR = QColor(90, 160, 230, 26)
CHOSEN = QColor(45, 130, 210, 100)
HOVERED = QColor(60, 140, 220, 38)


class CaseRowPainter(QStyledItemDelegate):
    """Paints cells; `chosen` is the id of the case whose sheet is open."""

    def __init__(self, model: CaseModel, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._words = model, wording
        self.chosen = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        return QSize(40, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        area = QRectF(option.rect)
        line = index.data(LINE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, CaseLine) and line.id == self.chosen:
            painter.fillRect(area, CHOSEN)
        elif option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.fillRect(area, HOVERED)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), SEPARATOR)
        if isinstance(line, CaseLine):
            left = self._paint_label(painter, area, line) if index.column() == PLACE else area
            self._paint_cell(painter, left, line, index.column())
            if index.column() == CLASS and line.is_simulated and _hides_numbers(option):
                badge(painter, area.right() - 4, area.center().y(), self._words.say(SIMULATED_SHORT))
        elif index.column() == CLASS:
            painter.fillRect(area.adjusted(6, 12, -20, -12), QColor(120, 170, 220, 34))
        painter.restore()

    def _paint_label(self, painter: QPainter, area: QRectF, line: CaseLine) -> QRectF:
        """Draw the label of a case at the right of a cell, none for a public one; return what it leaves of the cell."""
        if line.label == LOWEST:
            return area
        title, colour = self._words.say(LABEL_TITLES[line.label]), QColor(LABEL_COLOURS[line.label])
        left = badge(painter, area.right() - 5, area.center().y(), title, colour)
        return area.adjusted(0, 0, left - area.right(), 0)

    def _paint_cell(self, painter: QPainter, area: QRectF, line: CaseLine, column: int) -> None:
        say = self._words.say
        told = say(self._model.cell(line, column))
        inner = area.adjusted(5, 0, -5, 0)
        colour = colours.CLOCK["grey" if self._model.is_stale else line.colour_at(self._model.now_ms)]
        set_size(painter, 12)
        if column == MARK:
            painter.fillRect(QRectF(area.left() + 2, area.top() + 4, 4, area.height() - 8), colour)
            _urgency_mark(painter, QPointF(area.left() + 17, area.center().y()), line)
        elif column == NUMBER:
            self._paint_number(painter, inner, told, line)
        elif column == CLASS:
            set_size(painter, 13, is_bold=line.id == self.chosen)
            write(painter, inner, told, TEXT)
        elif column == STATE:
            self._paint_state(painter, inner, told, line)
        elif column == DEPARTMENT:
            write(painter, inner, told, TEXT if line.department else QUIET)
        elif column == LIMIT:
            self._paint_limit(painter, inner, told, line, colour)
        else:
            write(painter, inner, told, QUIET)

    def _paint_number(self, painter: QPainter, area: QRectF, told: str, line: CaseLine) -> None:
        write(painter, area, told, ACCENT if line.id == self.chosen else QUIET)
        if line.is_simulated:
            wide = width_of(painter, told)
            mark = self._words.say(SIMULATED_SHORT)
            set_size(painter, 10)
            right = area.left() + wide + 8 + width_of(painter, mark) + 10
            if right <= area.right() + 4:
                badge(painter, right, area.center().y(), mark)

    def _paint_state(self, painter: QPainter, area: QRectF, told: str, line: CaseLine) -> None:
        colour = colours.STATE.get(line.state, colours.STAGE[line.stage])
        wide = min(area.width(), width_of(painter, told) + 12)
        chip = QRectF(area.left(), area.center().y() - 9, wide, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.faint(colour, 46))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        write(painter, chip.adjusted(6, 0, -2, 0), told, colour.lighter(112), LEFT)

    def _paint_limit(self, painter: QPainter, area: QRectF, told: str, line: CaseLine, colour: QColor) -> None:
        share = line.left_at(self._model.now_ms)
        if share is None or not line.is_open:
            write(painter, area, told, QUIET)
            return
        write(painter, area.adjusted(0, -3, 0, -3), told, colour)
        foot = QRectF(area.left(), area.bottom() - 7, area.width(), 2)
        painter.fillRect(foot, colours.faint(colour, 50))
        used = QRectF(foot.left(), foot.top(), foot.width() * (share if share > 0 else 1.0), foot.height())
        painter.fillRect(used, colour)


def _hides_numbers(option: QStyleOptionViewItem) -> bool:
    """Say whether the column that tells simulated cases from others has no room."""
    table = option.widget
    return isinstance(table, QTableView) and table.isColumnHidden(NUMBER)


def _urgency_mark(painter: QPainter, centre: QPointF, line: CaseLine) -> None:
    """Draw one chevron for an urgent case, two for an extreme one, a point for any other."""
    colour = colours.URGENCY[line.urgency]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if line.urgency == "normal":
        painter.drawEllipse(centre, 2.0, 2.0)
    marks = {"normal": (), "urgent": (0.0,), "extreme": (-3.0, 3.0)}[line.urgency]
    for down in marks:
        tip = centre + QPointF(0, down - 3.5)
        sides = (QPointF(5.5, 5), QPointF(5.5, 8), QPointF(0, 3), QPointF(-5.5, 8), QPointF(-5.5, 5))
        painter.drawPolygon(QPolygonF([tip, *(tip + side for side in sides)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
