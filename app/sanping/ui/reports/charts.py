"""The pictures of a printed report: its first page, figures, rings, bars of groups, and the course of days."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainterPath, QPen

from sanping.domain.text import Text
from sanping.formats import case_words as words
from sanping.ui.reports.sheet import AMBER, BLUE, CENTRE, EM, GREEN, INK, LINE, PALE, QUIET, RED, RIGHT, Sheet
from sanping.wire.cases import IndicatorRow

SPAN = Text("统计时段 {begin} 至 {end}", "{begin} to {end}")
MADE = Text("生成于 {made} · 按上报时间统计", "made {made}, by moment of report")
SUMMARY, RATES = Text("总体情况", "Overall"), Text("评价指标", "Indicators")
TWIN = Text("城市数字孪生", "The twin")
FIGURES = ("reported", "filed", "handled", "closed", "overdue", "reworked")
RINGS = ("on_time_rate", "closing_rate", "handling_rate", "satisfaction_rate", "discovery_rate")
ON_TIME = Text("按期", "on time")
MOST_BARS, BAND_EM, LABEL_DAYS = 12, 5.4, 8
GOOD, FAIR = 0.92, 0.85


def paint_cover(sheet: Sheet, picture: QImage) -> None:
    """Paint title, span and the twin."""
    report, painter = sheet.report, sheet.painter
    band = QRectF(0, 0, sheet.width, BAND_EM * EM)
    fill = QLinearGradient(band.topLeft(), band.topRight())
    fill.setColorAt(0.0, QColor(10, 44, 92))
    fill.setColorAt(1.0, QColor(24, 104, 178))
    painter.fillRect(band, fill)
    white, pale = QColor(255, 255, 255), QColor(202, 224, 246)
    inner = band.adjusted(1.2 * EM, 0, -1.2 * EM, 0)
    sheet.write(QRectF(inner.left(), 0.7 * EM, inner.width(), 2.4 * EM), report.say(report.title), white, 1.8,
                is_bold=True)  # fmt: skip
    begin, end, made = (report.moment(at_ms) for at_ms in (report.from_ms, report.to_ms, report.made_ms))
    assert begin is not None
    assert end is not None
    assert made is not None
    said = SPAN.with_values(begin=f"{begin:%Y-%m-%d %H:%M}", end=f"{end:%Y-%m-%d %H:%M}")
    below = QRectF(inner.left(), 3.2 * EM, inner.width(), 1.6 * EM)
    sheet.write(below, report.say(said), pale, 1.0)
    sheet.write(below, report.say(MADE.with_values(made=f"{made:%Y-%m-%d %H:%M}")), pale, 0.9, RIGHT)
    sheet.top = band.bottom() + 0.6 * EM
    if not picture.isNull():
        tall = min(24 * EM, sheet.width * picture.height() / max(1, picture.width()))
        area = QRectF(0, sheet.top, sheet.width, tall)
        wide = picture.height() * area.width() / area.height()
        shown = min(wide, float(picture.width()))
        source = QRectF((picture.width() - shown) / 2, 0, shown, picture.height())
        painter.drawImage(area, picture, source)
        painter.setPen(QPen(LINE, 1.0))
        painter.drawRect(area)
        sheet.top = area.bottom() + 0.4 * EM


def paint_figures(sheet: Sheet) -> None:
    """Paint six figures side by side."""
    sheet.heading(SUMMARY)
    across = sheet.width / len(FIGURES)
    for number, key in enumerate(FIGURES):
        card = QRectF(number * across + 0.2 * EM, sheet.top, across - 0.4 * EM, 4.4 * EM)
        sheet.painter.setPen(QPen(LINE, 1.0))
        sheet.painter.setBrush(PALE)
        sheet.painter.drawRoundedRect(card, 0.3 * EM, 0.3 * EM)
        sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
        count = sheet.report.whole.counts.get(key, 0)
        colour = RED if key == "overdue" and count else BLUE
        sheet.write(card.adjusted(0, 0.4 * EM, 0, -1.7 * EM), f"{count:,}", colour, 1.7, CENTRE, is_bold=True)
        sheet.write(card.adjusted(0, 2.6 * EM, 0, -0.3 * EM), sheet.report.say(words.COUNTS[key]), QUIET, 0.95, CENTRE)
    sheet.top += 5.0 * EM


def paint_rates(sheet: Sheet) -> None:
    """Paint the rates as rings; one that has nothing to count says so."""
    sheet.heading(RATES)
    across, radius = sheet.width / len(RINGS), 2.7 * EM
    for number, key in enumerate(RINGS):
        centre = QPointF((number + 0.5) * across, sheet.top + radius + 0.5 * EM)
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        share = sheet.report.whole.rates.get(key)
        sheet.painter.setPen(QPen(PALE, 0.62 * EM))
        sheet.painter.drawEllipse(box)
        if share is not None:
            colour = BLUE if key == "discovery_rate" else _graded(share)
            sheet.painter.setPen(QPen(colour, 0.62 * EM, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            sheet.painter.drawArc(box, 90 * 16, -round(5760 * min(1.0, max(0.0, share))))
        said = "—" if share is None else f"{100 * share:.1f}%"
        sheet.write(box, said, INK, 1.25, CENTRE, is_bold=True)
        below = QRectF(centre.x() - across / 2, box.bottom() + 0.5 * EM, across, 1.5 * EM)
        sheet.write(below, sheet.report.say(words.RATES[key]), QUIET, 0.95, CENTRE)
    sheet.top += 2 * radius + 3.0 * EM


def paint_bars(sheet: Sheet, rows: Sequence[IndicatorRow]) -> None:
    """Paint a bar for each of the largest groups: how many came, and how many of them were handled on time."""
    shown = rows[:MOST_BARS]
    most = max(1, *(row.counts.get("reported", 0) for row in shown))
    left, right = 9.0 * EM, 10.5 * EM
    for row in shown:
        sheet.need(1.6 * EM)
        line = QRectF(0, sheet.top, sheet.width, 1.5 * EM)
        sheet.write(QRectF(0, line.top(), left - 0.6 * EM, line.height()),
                    sheet.report.say(Text(row.title_zh, row.title_en or row.title_zh)), INK, 0.9)  # fmt: skip
        track = QRectF(left, line.center().y() - 0.36 * EM, line.width() - left - right, 0.72 * EM)
        wide = track.width() * row.counts.get("reported", 0) / most
        sheet.painter.fillRect(track, PALE)
        sheet.painter.fillRect(QRectF(track.left(), track.top(), wide, track.height()), BLUE)
        sheet.write(QRectF(track.right() + 0.4 * EM, line.top(), 3.4 * EM, line.height()),
                    f"{row.counts.get('reported', 0):,}", INK, 0.9, RIGHT)  # fmt: skip
        rate = row.rates.get("on_time_rate")
        said = "—" if rate is None else f"{100 * rate:.1f}%"
        colour = QUIET if rate is None else _graded(rate)
        end = QRectF(line.right() - 6.2 * EM, line.top(), 6.2 * EM, line.height())
        sheet.write(end, f"{sheet.report.say(ON_TIME)} {said}", colour, 0.9, RIGHT)
        sheet.top = line.bottom()
    sheet.top += 0.6 * EM


def paint_course(sheet: Sheet, days: Sequence[IndicatorRow]) -> None:
    """Paint reports and closings by day as two lines over a common axis."""
    room = QRectF(3.2 * EM, sheet.top + 1.6 * EM, sheet.width - 3.6 * EM, 12 * EM)
    ordered = sorted(days, key=lambda row: row.key)
    first, last = (date.fromisoformat(row.key).toordinal() for row in (ordered[0], ordered[-1]))
    span = max(1, last - first)
    top = max(1, *(row.counts.get("reported", 0) for row in ordered))
    for number in range(5):
        y = room.bottom() - room.height() * number / 4
        sheet.painter.setPen(QPen(LINE, 1.0))
        sheet.painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        label = QRectF(0, y - EM, room.left() - 0.5 * EM, 2 * EM)
        sheet.write(label, f"{top * number / 4:.0f}", QUIET, 0.8, RIGHT)
    for number, (key, colour) in enumerate((("reported", BLUE), ("closed", GREEN))):
        points = [
            QPointF(room.left() + room.width() * (date.fromisoformat(row.key).toordinal() - first) / span,
                    room.bottom() - room.height() * row.counts.get(key, 0) / top)
            for row in ordered
        ]  # fmt: skip
        _paint_line(sheet, points, colour)
        mark = QRectF(room.left() + number * 7 * EM, sheet.top - 0.1 * EM, 6.5 * EM, 1.4 * EM)
        sheet.painter.fillRect(QRectF(mark.left(), mark.center().y() - 0.12 * EM, EM, 0.24 * EM), colour)
        sheet.write(mark.adjusted(1.4 * EM, 0, 0, 0), sheet.report.say(words.COUNTS[key]), INK, 0.85)
    step = max(1, -(-span // LABEL_DAYS))
    for ordinal in range(first, last + 1, step):
        x = room.left() + room.width() * (ordinal - first) / span
        label = QRectF(x - 3 * EM, room.bottom() + 0.2 * EM, 6 * EM, 1.4 * EM)
        sheet.write(label, f"{date.fromordinal(ordinal):%m-%d}", QUIET, 0.8, CENTRE)
    sheet.top = room.bottom() + 2.2 * EM


def _paint_line(sheet: Sheet, points: Sequence[QPointF], colour: QColor) -> None:
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
    sheet.painter.setPen(QPen(colour, 0.14 * EM, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                              Qt.PenJoinStyle.RoundJoin))  # fmt: skip
    sheet.painter.drawPath(path)
    if len(points) == 1:
        sheet.painter.drawEllipse(points[0], 0.16 * EM, 0.16 * EM)


def _graded(share: float) -> QColor:
    return GREEN if share >= GOOD else AMBER if share >= FAIR else RED
