"""Small pictures of views: the scenes of the number keys and the views that were on the wall."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.ui.director.plan_view import Plan, paint_plan
from sanping.ui.theme import ACCENT, TEXT

NAME_HEIGHT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class TileView:
    """One view; `is_empty` for a key without one, `is_shown` for what the wall shows now."""

    mark: str = ""
    name: str = ""
    plan: Plan | None = None
    picture: QPixmap | None = None
    is_shown: bool = False

    @property
    def is_empty(self) -> bool:
        """There is no view here."""
        return self.plan is None


class Tile(QWidget):
    """Shows one view; `pressed` asks for it, `menu_asked` for what else can be done with it."""

    pressed = Signal()
    menu_asked = Signal(object)

    def __init__(self, height: int, *, has_name: bool) -> None:
        super().__init__()
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.view = TileView()
        self._has_name = has_name

    def show_view(self, view: TileView) -> None:
        """Show this view."""
        if view != self.view:
            self.view = view
            self.setAccessibleName(view.name)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask for the view."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask what else can be done."""
        self.menu_asked.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture, the name and the mark of the key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        view = self.view
        picture = whole.adjusted(0, 0, 0, -NAME_HEIGHT) if self._has_name else whole
        if view.picture is not None:
            _paint_picture(painter, picture, view.picture)
        elif view.plan is not None:
            paint_plan(painter, picture, view.plan)
        self._paint_words(painter, whole, picture)
        edge = QColor(255, 92, 92) if view.is_shown else QColor(90, 170, 240, 60 if view.is_empty else 130)
        style = Qt.PenStyle.DashLine if view.is_empty else Qt.PenStyle.SolidLine
        painter.setPen(QPen(edge, 2 if view.is_shown else 1, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(whole, 3, 3)
        painter.end()

    def _paint_words(self, painter: QPainter, whole: QRectF, picture: QRectF) -> None:
        view, font = self.view, painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        if self._has_name and view.name:
            strip = QRectF(whole.left() + 4, picture.bottom(), whole.width() - 8, NAME_HEIGHT)
            words = painter.fontMetrics().elidedText(view.name, Qt.TextElideMode.ElideRight, int(strip.width()))
            painter.setPen(QPen(QColor(138, 172, 204) if view.is_empty else TEXT))
            painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, words)
        if view.mark:
            font.setBold(True)
            painter.setFont(font)
            chip = QRectF(whole.left() + 3, whole.top() + 3, 16, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(4, 14, 32, 200))
            painter.drawRoundedRect(chip, 2, 2)
            painter.setPen(QPen(QColor(110, 146, 180) if view.is_empty else ACCENT))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, view.mark)


def _paint_picture(painter: QPainter, area: QRectF, picture: QPixmap) -> None:
    """Draw the middle of a picture so that it fills the area."""
    wide = min(picture.width(), picture.height() * area.width() / max(1.0, area.height()))
    high = wide * area.height() / max(1.0, area.width())
    source = QRectF((picture.width() - wide) / 2, (picture.height() - high) / 2, wide, high)
    painter.drawPixmap(area, picture, source)
