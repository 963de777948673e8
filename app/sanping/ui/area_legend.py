"""The legend of a map of cases, painted alike on the desk and on the wall: a ramp with its ends and their unit."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter

from sanping.stage.area_map import Legend

RAMPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alert": ("#2F7BEA", "#4FC3D9", "#F4D03F", "#F39C12", "#E74C3C"),
        "heat": ("#0529D9", "#05B28C", "#F2B80D", "#FF0F05"),
    }
)
"""The colours of `assets/palettes/ramps.toml`, and of the shader that draws heat."""


def ramp_brush(legend: Legend, area: QRectF) -> QBrush:
    """Return a brush that paints the ramp of a legend from the left of an area to its right."""
    stops = RAMPS[legend.ramp]
    colours = tuple(reversed(stops)) if legend.is_reversed else stops
    shine = QLinearGradient(area.left(), 0.0, area.right(), 0.0)
    for place, colour in enumerate(colours):
        shine.setColorAt(place / (len(colours) - 1), QColor(colour))
    return QBrush(shine)


def paint_ramp(painter: QPainter, legend: Legend, area: QRectF) -> None:
    """Paint the ramp with rounded ends."""
    painter.save()
    painter.setPen(QColor(255, 255, 255, 60))
    painter.setBrush(ramp_brush(legend, area))
    painter.drawRoundedRect(area, area.height() / 3, area.height() / 3)
    painter.restore()


def number_of(value: float) -> str:
    """Return an end of a ramp in digits: whole from ten on."""
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"
