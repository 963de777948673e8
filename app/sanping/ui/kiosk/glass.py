"""The glass before the city on a kiosk: paints one view, and knows what a finger hits on it."""

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sanping.ui.kiosk.bands import (
    paint_caption,
    paint_hands,
    paint_header,
    paint_leader,
    paint_loading,
    paint_touch,
)
from sanping.ui.kiosk.banners import paint_alarm, paint_notices
from sanping.ui.kiosk.cards import card_em, paint_card, paint_pad, paint_visitors
from sanping.ui.kiosk.letters import fade
from sanping.ui.kiosk.places import Places, places
from sanping.ui.kiosk.view import KioskView
from sanping.ui.qr_modules import modules_of
from sanping.ui.wall.brush import LEFT, Brush
from sanping.ui.wall.look import NIGHT


class KioskGlass(QWidget):
    """Shows a `KioskView`; every touch goes through it to the city behind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.view = KioskView()
        self._code: tuple[tuple[bool, ...], ...] = ()
        self._coded = ""

    @Slot(object)
    def show_view(self, view: KioskView) -> None:
        """Show a view; an equal one is not painted again."""
        if view == self.view:
            return
        self.view = view
        if view.visitors.link != self._coded:
            self._coded = view.visitors.link
            self._code = modules_of(self._coded) if self._coded else ()
        self.update()

    def places(self) -> Places:
        """Return where everything stands now."""
        view, tall_em = self.view, 0.0
        if view.card is not None:
            image = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
            painter = QPainter(image)
            painter.setFont(self.font())
            tall_em = card_em(self._brush(painter), view.card)
            painter.end()
        return places(self.width(), self.height(), view, tall_em)

    def hit(self, at: QPointF) -> str:
        """Return what a finger hits: a button's name, "" for the city."""
        return self.places().hit(at)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the view."""
        view, whole = self.view, QRectF(self.rect())
        at = self.places()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        brush = self._brush(painter)
        if view.loading is not None:
            paint_loading(brush, whole, view)
        else:
            if view.veil > 0:
                painter.fillRect(whole, QColor(2, 8, 20, round(255 * view.veil)))
            self._paint_city(brush, at)
        if view.pin is not None:
            paint_pad(brush, at, view.pin, whole)
        painter.end()

    def _paint_city(self, brush: Brush, at: Places) -> None:
        view = self.view
        foot = QRectF(0, self.height() - 4.0 * brush.em, self.width(), 4.0 * brush.em)
        fade(brush, foot, to_foot=True, alpha=150)
        if view.caption is not None:
            paint_caption(brush, at, view.caption, self.height())
        paint_header(brush, at, view)
        if view.alarm is not None:
            paint_alarm(brush, at.banner, view.alarm)
        elif view.notices:
            paint_notices(brush, at.banner, view.notices)
        if view.card is not None:
            paint_card(brush, at, view.card)
        paint_visitors(brush, at, self._code)
        if view.mode == "hands":
            paint_hands(brush, at, view)
        elif view.mode == "tour":
            paint_touch(brush, at)
        words = view.leader or view.trouble
        if words is not None:
            paint_leader(brush, at, words)
        brush.size()
        brush.say_in(at.attribution, view.attribution, brush.look.faint(brush.look.text, 130), LEFT)

    def _brush(self, painter: QPainter) -> Brush:
        view = self.view
        em = places(self.width(), self.height(), view).em
        return Brush(painter, NIGHT, em, view.language)
