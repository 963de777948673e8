"""What frames the city on a kiosk: the name above, the caption in the lower third, what hands can do, who leads."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from sanping.domain.text import Text
from sanping.ui.kiosk.letters import fade, other, pill, shaded, tall, wrap
from sanping.ui.kiosk.places import BACK, LANGUAGE, Places
from sanping.ui.kiosk.view import Caption, KioskView
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush

SYNTHETIC = Text("模拟数据", "Synthetic data")
TOUCH = Text("轻触屏幕，自己看城市", "Touch to explore the city")
GESTURES = (
    Text("单指旋转 · 双指平移缩放", "One finger turns · two move and zoom"),
    Text("双指并排上下俯仰 · 双击飞近", "Two side by side tilt · double tap flies"),
)
RETURNING = Text("秒后回到导览", "seconds to the tour")
STAY = Text("轻触屏幕继续", "Touch to stay")
BACK_WORDS = Text("返回导览", "Back to tour")
OTHER_LANGUAGE = Text("English", "中文")
OPENING = Text("正在打开城市 {share}%", "Opening the city, {share}%")


def paint_header(brush: Brush, at: Places, view: KioskView) -> None:
    """Paint the city's name and the time."""
    em, look = brush.em, brush.look
    fade(brush, at.header.adjusted(0, 0, 0, 1.6 * em), to_foot=False, alpha=215)
    left, top = 1.6 * em, 1.0 * em
    brush.painter.fillRect(QRectF(left, top + 0.35 * em, 0.28 * em, 2.3 * em), look.accent)
    clock_wide = 9.0 * em
    room = QRectF(left + 0.95 * em, top, at.header.width() - left - clock_wide - 3 * em, 3.0 * em)
    size = 2.0
    while size > 1.3 and tall(brush, brush.say(view.title), room.width(), size, is_bold=True) > 3.0 * em:
        size -= 0.1
    brush.size(size, is_bold=True)
    brush.write(room, brush.say(view.title), look.number, LEFT)
    wide = min(brush.width(brush.say(view.title)), room.width())
    if view.is_synthetic and SYNTHETIC.zh not in view.title.zh:
        words = brush.say(SYNTHETIC)
        brush.size()
        brush.tag(room.left() + wide + 1.6 * em + brush.width(words), room.center().y(), words)
    clock = QRectF(at.header.width() - clock_wide - 1.6 * em, top - 0.2 * em, clock_wide, 2.3 * em)
    brush.size(2.0, is_bold=True)
    brush.write(clock, view.clock, look.number, RIGHT)
    brush.size()
    brush.write(clock.translated(0, 2.1 * em).adjusted(0, 0, 0, -0.8 * em), brush.say(view.date), look.quiet, RIGHT)
    pill(brush, at.buttons.get(LANGUAGE, QRectF()), brush.say(OTHER_LANGUAGE))


def paint_caption(brush: Brush, at: Places, caption: Caption, height: float) -> None:
    """Paint the words of a stop in the lower third, in the other language too where there is room."""
    em, look, painter = brush.em, brush.look, brush.painter
    foot = QRectF(0, at.caption.top() - 4 * em, at.header.width(), height - at.caption.top() + 4 * em)
    painter.setOpacity(caption.words)
    fade(brush, foot, to_foot=True)
    inner = at.caption.adjusted(1.2 * em, 0, 0, 0)
    title, second = brush.say(caption.title), other(brush, caption.title)
    text = brush.say(caption.text) if caption.text is not None else ""
    heights = (tall(brush, title, inner.width(), 2.5, is_bold=True), 1.7 * em if second else 0.0,
               tall(brush, text, inner.width(), 1.25) if text else 0.0)  # fmt: skip
    top = max(at.caption.top(), at.caption.bottom() - sum(heights) - 3.0 * em)
    painter.fillRect(
        QRectF(at.caption.left(), top + 0.3 * em, 0.34 * em, heights[0] + heights[1] - 0.4 * em), look.accent
    )
    line = QRectF(inner.left(), top, inner.width(), heights[0])
    shaded(brush, line, title, look.number, 2.5)
    if second:
        line = QRectF(inner.left(), line.bottom(), inner.width(), heights[1])
        shaded(brush, line, second, look.faint(look.text, 225), 1.1, is_bold=False)
    if text:
        line = QRectF(inner.left(), line.bottom() + 0.6 * em, inner.width(), heights[2] + em)
        shaded(brush, line, text, look.text, 1.25, is_bold=False)
    _paint_steps(brush, QPointF(inner.left(), at.caption.bottom() - 0.5 * em), caption)
    painter.setOpacity(1.0)


def _paint_steps(brush: Brush, start: QPointF, caption: Caption) -> None:
    """Paint a stroke for each stop, the present one long and bright."""
    em, left = brush.em, start.x()
    for number in range(min(caption.count, 24)):
        is_now = number == caption.place
        wide = 2.2 * em if is_now else 0.9 * em
        colour = brush.look.accent if is_now else brush.look.faint(brush.look.text, 90)
        brush.painter.fillRect(QRectF(left, start.y(), wide, 0.22 * em), colour)
        left += wide + 0.4 * em


def paint_touch(brush: Brush, at: Places) -> None:
    """Invite to touch, above the way in for phones."""
    em = brush.em
    area = QRectF(at.visitors.left(), at.visitors.top() - 3.6 * em, at.visitors.width(), 2.8 * em)
    words = brush.say(TOUCH)
    brush.size(1.15, is_bold=True)
    wide = max(area.width(), brush.width(words) + 2.4 * em)
    pill(brush, QRectF(area.right() - wide, area.top(), wide, area.height()), words, is_bright=True)


def paint_hands(brush: Brush, at: Places, view: KioskView) -> None:
    """Say what hands can do, and how long they have when they rest."""
    em, look, painter, area = brush.em, brush.look, brush.painter, at.countdown
    painter.setPen(QPen(look.border, max(1.0, 0.06 * em)))
    painter.setBrush(look.glass_top)
    painter.drawRoundedRect(area, 0.8 * em, 0.8 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    room = area.adjusted(1.2 * em, 0.9 * em, -9.4 * em, -0.9 * em)
    if view.countdown_s is None:
        top = room.top() + 0.2 * em
        for line in GESTURES:
            words = brush.say(line)
            height = tall(brush, words, room.width(), 1.1)
            wrap(brush, QRectF(room.left(), top, room.width(), height + 2), words, look.text, 1.1)
            top += height + 0.35 * em
    else:
        _paint_ring(brush, room, view)
    pill(brush, at.buttons.get(BACK, QRectF()), brush.say(BACK_WORDS), is_bright=True)


def _paint_ring(brush: Brush, room: QRectF, view: KioskView) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    side = min(room.height(), 4.6 * em)
    ring = QRectF(room.left(), room.center().y() - side / 2, side, side).adjusted(
        0.3 * em, 0.3 * em, -0.3 * em, -0.3 * em
    )
    painter.setPen(QPen(look.grid, 0.4 * em))
    painter.drawEllipse(ring)
    painter.setPen(QPen(look.amber, 0.4 * em, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(ring, 90 * 16, round(360 * 16 * min(1.0, max(0.0, view.countdown_share))))
    brush.size(1.7, is_bold=True)
    brush.write(ring, str(view.countdown_s), look.number, CENTRE)
    words = QRectF(ring.right() + 1.0 * em, room.top(), room.right() - ring.right() - 1.0 * em, room.height() / 2)
    brush.size(1.2, is_bold=True)
    brush.say_in(words, RETURNING, look.text)
    brush.size(1.05)
    brush.say_in(words.translated(0, words.height()), STAY, look.quiet)


def paint_leader(brush: Brush, at: Places, words: Text) -> None:
    """Say who leads, or what is wrong."""
    brush.size(1.15, is_bold=True)
    wide = min(at.leader.width(), brush.width(brush.say(words)) + 3 * brush.em)
    area = QRectF(at.leader.center().x() - wide / 2, at.leader.top(), wide, at.leader.height())
    pill(brush, area, brush.say(words), is_bright=True)


def paint_loading(brush: Brush, size: QRectF, view: KioskView) -> None:
    """Paint the name of the city while it is read."""
    em, look = brush.em, brush.look
    brush.painter.fillRect(size, look.shade)
    middle = size.center().y()
    brush.size(3.0 if brush.width(brush.say(view.title)) * 3 < size.width() * 0.8 else 2.0, is_bold=True)
    brush.write(
        QRectF(2 * em, middle - 5 * em, size.width() - 4 * em, 4 * em), brush.say(view.title), look.number, CENTRE
    )
    share = view.loading or 0.0
    wide = min(30 * em, size.width() * 0.6)
    bar = QRectF((size.width() - wide) / 2, middle + 0.5 * em, wide, 0.3 * em)
    brush.painter.fillRect(bar, QColor(look.grid))
    brush.painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), look.accent)
    words = OPENING.with_values(share=round(share * 100))
    brush.size(1.1)
    brush.say_in(QRectF(0, bar.bottom() + 0.6 * em, size.width(), 2 * em), words, look.quiet, CENTRE)
