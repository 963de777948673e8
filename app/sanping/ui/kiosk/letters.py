"""Words of a kiosk: lettering that wraps, shadows that keep it legible before a city, plates and pills."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPen

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, Brush

WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


def tall(brush: Brush, words: str, wide: float, size_em: float = 1.0, *, is_bold: bool = False) -> float:
    """Return how tall words are that wrap within a width."""
    brush.size(size_em, is_bold=is_bold)
    metrics = QFontMetricsF(brush.painter.font())
    return metrics.boundingRect(QRectF(0, 0, wide, 1e5), WRAPPED, words).height()


def wrap(  # noqa: PLR0913  where, what and how it looks
    brush: Brush, area: QRectF, words: str, colour: QColor, size_em: float = 1.0, *, is_bold: bool = False
) -> float:
    """Write words that wrap within an area, cut at its foot; return how tall they are."""
    height = tall(brush, words, area.width(), size_em, is_bold=is_bold)
    painter = brush.painter
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(colour)
    painter.drawText(area, WRAPPED, words)
    painter.restore()
    return min(height, area.height())


def shaded(  # noqa: PLR0913  where, what and how it looks
    brush: Brush, area: QRectF, words: str, colour: QColor, size_em: float, *, is_bold: bool = True
) -> float:
    """Write words over the open city, with a soft shadow; return how tall they are."""
    step = QPointF(0.07 * brush.em, 0.07 * brush.em)
    wrap(brush, area.translated(step), words, QColor(0, 0, 0, 170), size_em, is_bold=is_bold)
    return wrap(brush, area, words, colour, size_em, is_bold=is_bold)


def pill(brush: Brush, area: QRectF, words: str, *, is_bright: bool = False) -> None:
    """Paint a button."""
    look, painter = brush.look, brush.painter
    painter.setPen(QPen(look.faint(look.accent, 210), max(1.0, 0.08 * brush.em)))
    painter.setBrush(look.glass_top)
    radius = area.height() / 2
    painter.drawRoundedRect(area, radius, radius)
    if is_bright:
        painter.setBrush(look.faint(look.accent, 62))
        painter.drawRoundedRect(area, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size(1.15, is_bold=True)
    brush.write(area, words, look.heading, CENTRE)


def fade(brush: Brush, area: QRectF, *, to_foot: bool, alpha: int = 205) -> None:
    """Darken the edge of the picture, so that words are read; a bright style is lightened."""
    base = brush.look.shade
    edge = QLinearGradient(area.topLeft(), area.bottomLeft())
    strong, none = QColor(base), QColor(base)
    strong.setAlpha(alpha)
    none.setAlpha(0)
    edge.setColorAt(0.0, none if to_foot else strong)
    edge.setColorAt(0.55 if to_foot else 0.45, brush.look.faint(base, int(alpha * 0.55)))
    edge.setColorAt(1.0, strong if to_foot else none)
    brush.painter.fillRect(area, edge)


def other(brush: Brush, text: Text) -> str:
    """Return a text in the language that is not spoken now, "" where both are the same."""
    words = text.en if brush.language == "zh" else text.zh
    return "" if words == brush.say(text) else words
