"""The card about what a visitor tapped on, the way in for phones, and the pad that lets the staff out."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from sanping.domain.text import Text
from sanping.ui.kiosk.letters import pill, tall, wrap
from sanping.ui.kiosk.places import CLOSE_CARD, KEYS, LEAVE_PAD, Places
from sanping.ui.kiosk.view import Card, CardLine, PinPad
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, SIMULATED, Brush

SCAN = Text("手机扫一扫，带着城市走", "Scan with your phone")
SCAN_NOTE = Text("连同一 Wi-Fi，扫码即看", "Same Wi-Fi, no app")
NO_PHONES = Text("手机联动暂未开放", "Phones cannot join now")
NO_PHONES_NOTE = Text("请直接触摸屏幕看城市", "Please touch the screen")
WAY_OUT = Text("工作人员出口", "Way out for the staff")
ENTER = Text("请输入 PIN", "Enter the PIN")
WRONG = Text("PIN 不对，请再试", "That is not the PIN; try again")
LOCKED = Text("已锁定，{left} 后再试", "Locked; try again in {left}")
CANCEL = Text("取消", "Cancel")
ENTER_KEY, ERASE = Text("确定", "Enter"), Text("退格", "Erase")
CARD_WIDE = 24.0


def card_em(brush: Brush, card: Card) -> float:
    """Return how tall a card is, in ems."""
    wide = (CARD_WIDE - 2.6) * brush.em
    head = tall(brush, brush.say(card.title), wide - 2.6 * brush.em, 1.6, is_bold=True)
    return 2.9 + head / brush.em + 2.1 * max(1, len(card.lines)) + 0.8


def paint_card(brush: Brush, at: Places, card: Card) -> None:
    """Paint a card with its lines."""
    em, look, painter, area = brush.em, brush.look, brush.painter, at.card
    _glass(brush, area)
    painter.fillRect(QRectF(area.left(), area.top() + 1.2 * em, 0.3 * em, 2.0 * em), look.accent)
    head = QRectF(area.left() + 1.3 * em, area.top() + 1.0 * em, area.width() - 5.2 * em, area.height())
    top = head.top() + wrap(brush, head, brush.say(card.title), look.number, 1.6, is_bold=True) + 0.2 * em
    kind = QRectF(head.left(), top, area.width() - 2.6 * em, 1.5 * em)
    brush.size(1.05)
    brush.say_in(kind, card.kind, look.quiet)
    if card.is_simulated:
        words = brush.say(SIMULATED)
        brush.tag(kind.right(), kind.center().y(), words)
    line = QRectF(kind.left(), kind.bottom() + 0.35 * em, kind.width(), 2.1 * em)
    for one in card.lines:
        _paint_line(brush, line, one)
        line.translate(0, 2.1 * em)
    _paint_cross(brush, at.buttons.get(CLOSE_CARD))


def _paint_line(brush: Brush, area: QRectF, line: CardLine) -> None:
    em, look = brush.em, brush.look
    brush.line(area.topLeft(), area.topRight(), look.grid)
    brush.size(1.05)
    brush.say_in(QRectF(area.left(), area.top(), area.width() * 0.5, area.height()), line.label, look.quiet, LEFT)
    age = brush.say(line.age)
    brush.size()
    aged = brush.width(age) + 0.6 * em if age else 0.0
    brush.write(area, age, look.stale if line.is_stale else look.quiet, RIGHT)
    brush.size(1.2, is_bold=True)
    value = QRectF(area.left() + area.width() * 0.34, area.top(), area.width() * 0.66 - aged, area.height())
    brush.write(value, brush.say(line.value), look.stale if line.is_stale else look.number, RIGHT)


def _paint_cross(brush: Brush, area: QRectF | None) -> None:
    if area is None:
        return
    em, middle = brush.em, area.center()
    brush.painter.setPen(QPen(brush.look.quiet, 0.16 * em, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    reach = QPointF(0.5 * em, 0.5 * em)
    brush.painter.drawLine(middle - reach, middle + reach)
    brush.painter.drawLine(middle + QPointF(-reach.x(), reach.y()), middle + QPointF(reach.x(), -reach.y()))


def paint_visitors(brush: Brush, at: Places, code: Sequence[Sequence[int]]) -> None:
    """Paint the QR code, or say that phones cannot join."""
    em, look, painter, area = brush.em, brush.look, brush.painter, at.visitors
    _glass(brush, area)
    if not code:
        brush.size(1.1, is_bold=True)
        brush.say_in(QRectF(area.left(), area.top() + 0.8 * em, area.width(), 1.9 * em), NO_PHONES, look.text, CENTRE)
        brush.size()
        brush.say_in(
            QRectF(area.left(), area.top() + 2.6 * em, area.width(), 1.7 * em), NO_PHONES_NOTE, look.quiet, CENTRE
        )
        return
    side = area.width() - 2.0 * em
    plate = QRectF(area.left() + 1.0 * em, area.top() + 1.0 * em, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255))
    painter.drawRoundedRect(plate, 0.4 * em, 0.4 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_code(brush, plate, code)
    words = QRectF(area.left() + 0.4 * em, plate.bottom() + 0.4 * em, area.width() - 0.8 * em, 1.8 * em)
    brush.size(1.12, is_bold=True)
    if brush.width(brush.say(SCAN)) > words.width():
        brush.size(1.0, is_bold=True)
    brush.say_in(words, SCAN, look.heading, CENTRE)
    brush.size()
    brush.say_in(words.translated(0, 1.8 * em), SCAN_NOTE, look.quiet, CENTRE)


def _paint_code(brush: Brush, plate: QRectF, code: Sequence[Sequence[int]]) -> None:
    """Paint the modules of a code, each to whole pixels, with the four modules of quiet that readers ask for."""
    step = plate.width() / (len(code) + 8)
    left, top, dark = plate.left() + 4 * step, plate.top() + 4 * step, QColor(6, 18, 40)
    for row, modules in enumerate(code):
        up, down = round(top + row * step), round(top + (row + 1) * step)
        for column, module in enumerate(modules):
            if module:
                across, end = round(left + column * step), round(left + (column + 1) * step)
                brush.painter.fillRect(across, up, end - across, down - up, dark)


def paint_pad(brush: Brush, at: Places, pad: PinPad, size: QRectF) -> None:
    """Paint the pad for the PIN over a darkened city."""
    em, look, painter, area = brush.em, brush.look, brush.painter, at.pad
    painter.fillRect(size, QColor(0, 4, 14, 170))
    _glass(brush, area)
    brush.size(1.5, is_bold=True)
    brush.say_in(QRectF(area.left(), area.top() + 1.0 * em, area.width(), 2.2 * em), WAY_OUT, look.number, CENTRE)
    words, colour = ENTER, look.quiet
    if pad.left_s > 0:
        words, colour = LOCKED.with_values(left=f"{pad.left_s // 60}:{pad.left_s % 60:02d}"), look.amber
    elif pad.is_wrong:
        words, colour = WRONG, look.amber
    brush.size(1.1)
    brush.say_in(QRectF(area.left(), area.top() + 3.2 * em, area.width(), 1.8 * em), words, colour, CENTRE)
    count = max(4, pad.digits)
    for number in range(count):
        middle = QPointF(area.center().x() + (number - (count - 1) / 2) * 1.3 * em, area.top() + 6.4 * em)
        brush.dot(middle, look.accent, 0.36, is_hollow=number >= pad.digits)
    for key in KEYS:
        _paint_key(brush, at.buttons[f"pin.{key}"], key, is_on=pad.left_s <= 0)
    pill(brush, at.buttons[LEAVE_PAD], brush.say(CANCEL))


def _paint_key(brush: Brush, area: QRectF, key: str, *, is_on: bool) -> None:
    look, painter = brush.look, brush.painter
    painter.setPen(QPen(look.border, max(1.0, 0.06 * brush.em)))
    painter.setBrush(look.card_top)
    painter.drawRoundedRect(area, 0.5 * brush.em, 0.5 * brush.em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    words = {"enter": brush.say(ENTER_KEY), "back": brush.say(ERASE)}.get(key, key)
    brush.size(1.7 if len(key) == 1 else 1.1, is_bold=len(key) == 1)
    brush.write(area, words, look.number if is_on else look.stale, CENTRE)


def _glass(brush: Brush, area: QRectF) -> None:
    look, painter = brush.look, brush.painter
    painter.setPen(QPen(look.border, max(1.0, 0.07 * brush.em)))
    solid = QColor(look.glass_top)
    solid.setAlpha(240)
    painter.setBrush(solid)
    painter.drawRoundedRect(area, 0.7 * brush.em, 0.7 * brush.em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
