"""Drawn pictures in place of photos, for pictures of the wall without a hub: a pavement before and after clearing.

They look like what they are: nobody could take them for photos.
"""

import random
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen, QPolygonF

from sanping.ui.wall.governing import CaseStory, Governed
from sanping.ui.wall.rehearsal_cases import rehearsed_cases, story_steps

WIDTH, HEIGHT = 640, 480
HORIZON = 190.0
BAGS = (QColor(38, 42, 48), QColor(58, 62, 70), QColor(176, 70, 58), QColor(70, 96, 140), QColor(206, 186, 140))


def rehearsed_governing(now_ms: int, zone: tzinfo | None, focus: str = "") -> Governed:
    """Return the invented cases with drawn photos; `focus` is the case that is shown large, "" for none."""
    governed = rehearsed_cases(now_ms, zone)
    newest = governed.newest
    if newest is not None:
        governed = replace(governed, newest=replace(newest, before=drawn(is_clean=False), after=drawn(is_clean=True)))
    line = next((line for line in governed.lines if line.id == focus), None)
    if line is None:
        return governed
    story = CaseStory(line=line, steps=story_steps(line), before=drawn(is_clean=False),
                      after=drawn(is_clean=True) if line.closed_ms else b"")  # fmt: skip
    return replace(governed, focus=story)


def drawn(*, is_clean: bool) -> bytes:
    """Return a drawing of a street corner as PNG."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_street(painter)
    if not is_clean:
        _paint_heap(painter)
    _paint_bin(painter, is_full=not is_clean)
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # a device is as good as a file
    return bytes(held.data())


def _paint_street(painter: QPainter) -> None:
    sky = QLinearGradient(0, 0, 0, HORIZON)
    sky.setColorAt(0.0, QColor(150, 186, 214))
    sky.setColorAt(1.0, QColor(222, 232, 236))
    painter.fillRect(QRectF(0, 0, WIDTH, HORIZON), sky)
    chance = random.Random(4)
    left = -20.0
    while left < WIDTH:
        wide, tall = chance.uniform(50, 110), chance.uniform(60, 150)
        shade = chance.randrange(120, 168)
        painter.fillRect(QRectF(left, HORIZON - tall, wide, tall), QColor(shade, shade + 8, shade + 20))
        for row in range(int(tall // 22)):
            for column in range(int(wide // 18)):
                window = QRectF(left + 6 + 18 * column, HORIZON - tall + 8 + 22 * row, 9, 11)
                painter.fillRect(window, QColor(226, 232, 240) if chance.random() < 0.4 else QColor(92, 108, 130))
        left += wide + chance.uniform(2, 12)
    painter.fillRect(QRectF(0, HORIZON - 30, WIDTH, 34), QColor(98, 128, 92))
    ground = QLinearGradient(0, HORIZON, 0, HEIGHT)
    ground.setColorAt(0.0, QColor(172, 168, 160))
    ground.setColorAt(1.0, QColor(128, 124, 118))
    painter.fillRect(QRectF(0, HORIZON, WIDTH, HEIGHT - HORIZON), ground)
    painter.setPen(QPen(QColor(104, 100, 96), 1.4))
    for number in range(-14, 15):
        painter.drawLine(QPointF(WIDTH / 2 + number * 22, HORIZON), QPointF(WIDTH / 2 + number * 130, HEIGHT))
    down = HORIZON
    for step in range(1, 12):
        down += 3.2 * step
        painter.drawLine(QPointF(0, down), QPointF(WIDTH, down))
    kerb = QPolygonF([QPointF(420, HORIZON), QPointF(470, HORIZON), QPointF(WIDTH, 380), QPointF(WIDTH, HEIGHT),
                      QPointF(590, HEIGHT)])  # fmt: skip
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(74, 78, 84))
    painter.drawPolygon(kerb)
    painter.setPen(QPen(QColor(236, 236, 228), 6))
    painter.drawLine(QPointF(420, HORIZON), QPointF(590, HEIGHT))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(96, 60, 16, 190), QColor(96, 74, 56))
    for x, y, size in ((104, 70, 70), (64, 96, 52), (146, 96, 54), (104, 118, 56)):
        painter.setBrush(QColor(62, 112, 66))
        painter.drawEllipse(QPointF(x, y), size, size * 0.8)


def _paint_heap(painter: QPainter) -> None:
    chance = random.Random(8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(40, 36, 32, 90))
    painter.drawEllipse(QPointF(300, 392), 190, 34)
    for _ in range(46):
        x = chance.gauss(300, 80)
        high = max(0.0, 1.0 - abs(x - 300) / 190)
        y = 392 - chance.random() * 118 * high
        painter.setBrush(chance.choice(BAGS))
        painter.drawEllipse(QPointF(x, y), chance.uniform(16, 34), chance.uniform(14, 26))
        painter.setBrush(QColor(255, 255, 255, 40))
        painter.drawEllipse(QPointF(x - 6, y - 6), 7, 5)
    for _ in range(30):
        painter.setBrush(chance.choice(BAGS))
        painter.drawRect(QRectF(chance.gauss(300, 130), chance.uniform(396, 452), chance.uniform(5, 16), 5))


def _paint_bin(painter: QPainter, *, is_full: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for left, colour in ((486.0, QColor(46, 118, 78)), (548.0, QColor(58, 96, 160))):
        painter.setBrush(QColor(30, 30, 30, 80))
        painter.drawEllipse(QPointF(left + 26, 352), 36, 9)
        painter.fillRect(QRectF(left, 262, 52, 88), colour)
        if is_full:
            painter.setBrush(BAGS[0])
            painter.drawEllipse(QPointF(left + 26, 258), 26, 18)
        painter.fillRect(QRectF(left - 4, 254 if not is_full else 262, 60, 11), colour.darker(130))
