"""What stands on top of the wall: the band, the title, the clock, the weather as the twin's own stations tell it."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainterPath, QPen, QPolygonF

from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.stage.sharing import BoardName
from sanping.twin.flood import FLOOD_NAMES
from sanping.twin.river_view import StationView
from sanping.twin.water_quality import CLASS_NAMES, CLASSES
from sanping.ui.live import words
from sanping.ui.live.colours import CLASS, FLOOD
from sanping.ui.sites.words import THROUGH
from sanping.ui.wall.brush import CENTRE, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts, short_name

WEEKDAYS = (
    Text("星期一", "Monday"), Text("星期二", "Tuesday"), Text("星期三", "Wednesday"), Text("星期四", "Thursday"),
    Text("星期五", "Friday"), Text("星期六", "Saturday"), Text("星期日", "Sunday"),
)  # fmt: skip
WINDS = (
    Text("北风", "N"), Text("东北风", "NE"), Text("东风", "E"), Text("东南风", "SE"),
    Text("南风", "S"), Text("西南风", "SW"), Text("西风", "W"), Text("西北风", "NW"),
)  # fmt: skip
PAST = Text("回放", "Replay")
SIMULATED = Text("模拟", "SIM")
NO_WEATHER = Text("暂无气象数据", "No weather data")
RAIN = Text("最大小时雨量", "Most rain in an hour")
STALE = Text("过时", "stale")
GOOD_CLASSES = Text("Ⅰ、Ⅱ类", "Class I, II")
SUBTITLES: dict[BoardName, Text] = {
    "sensing": Text("状态一网感知 · 城市数字孪生三屏联动平台", "The state of the city · linked command screens"),
    "governing": Text("运行一网治理 · 城市数字孪生三屏联动平台", "How the city is run · linked command screens"),
}
LEADS = Text("主持：{name}", "Led by {name}")


class Band:
    """The strip behind title, clock and weather: one shape over the whole canvas."""

    nominal_em = (100.0, 5.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the look it has."""
        return facts.style

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a fading strip and its stepped line."""
        look, painter, em = brush.look, brush.painter, brush.em
        shade = QLinearGradient(area.topLeft(), area.bottomLeft())
        shade.setColorAt(0.0, look.faint(look.shade, 244))
        shade.setColorAt(0.62, look.faint(look.shade, 190))
        shade.setColorAt(1.0, look.faint(look.shade, 0))
        painter.fillRect(area, shade)
        high, low = area.top() + 0.74 * area.height(), area.top() + 0.93 * area.height()
        outer, inner, lean = 0.268 * area.width(), 0.283 * area.width(), area.width()
        way = [(0.0, high), (outer, high), (inner, low), (lean - inner, low), (lean - outer, high), (lean, high)]
        line = QPolygonF([QPointF(area.left() + x, y) for x, y in way])
        for wide, alpha in ((0.42, 34), (0.22, 70), (0.09, 255)):
            glow = QLinearGradient(area.topLeft(), area.topRight())
            for place, share in ((0.0, 0.25), (0.27, 1.0), (0.5, 0.8), (0.73, 1.0), (1.0, 0.25)):
                glow.setColorAt(place, look.faint(look.accent, round(alpha * share)))
            painter.setPen(
                QPen(glow, wide * em, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
            )
            painter.drawPolyline(line)
        for side in (outer * 0.93, lean - outer * 0.93 - 1.2 * em):
            for number in range(3):
                left = area.left() + side + number * 0.5 * em
                painter.fillRect(QRectF(left, high + 0.28 * em, 0.3 * em, 0.16 * em), look.faint(look.accent, 170))


class Title:
    """The name of the twin, large, with what this wall is below it."""

    nominal_em = (48.0, 4.4)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return name and line below; a relay that the wall is linked through is named there."""
        below = facts.tagline or SUBTITLES[facts.board]
        if facts.leader is not None:
            below = LEADS.with_values(name=facts.leader)
        if facts.relay:
            relay = THROUGH.with_values(relay=facts.relay)
            below = Text(f"{below.zh} · {relay.zh}", f"{below.en} · {relay.en}")
        return facts.title, below

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint letters that fade from white to blue, as large as there is room."""
        title, line = turn.now
        words_said, em = brush.say(title), brush.em
        spacing = 0.14 if brush.language == "zh" else 0.02
        size = min(2.35 * em, area.height() * 0.46)
        font = _lettering(brush, size, spacing)
        room = area.width() - 2 * em
        wide = QFontMetricsF(font).horizontalAdvance(words_said)
        if wide > room:
            size = max(em, size * room / wide)
            font = _lettering(brush, size, spacing)
            wide = QFontMetricsF(font).horizontalAdvance(words_said)
        base = area.top() + area.height() * 0.10 + size
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addText(QPointF(area.center().x() - (wide - spacing * size) / 2, base), font, words_said)
        look, painter = brush.look, brush.painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for thick, alpha in ((0.5, 26), (0.26, 46)):
            painter.strokePath(path, QPen(look.faint(look.accent if look.is_dark else look.shade, alpha), thick * em))
        fill = QLinearGradient(0, base - size, 0, base + 0.1 * size)
        fill.setColorAt(0.0, look.number)
        fill.setColorAt(1.0, look.accent if look.is_dark else look.heading)
        painter.fillPath(path, fill)
        below = QRectF(area.left(), base + 0.22 * em, area.width(), 1.3 * em)
        if below.bottom() <= area.bottom() + 0.3 * em:
            brush.size()
            brush.say_in(below, line, look.quiet, CENTRE)


def _lettering(brush: Brush, size: float, spacing: float) -> QFont:
    font = QFont(brush.painter.font())
    font.setPixelSize(max(1, round(size)))
    font.setWeight(QFont.Weight.Bold)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing * size)
    return font


class Clock:
    """The time and date where the twin lies; the moment of the past while one is shown."""

    nominal_em = (24.0, 3.4)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return time, date, day, and whether it is past."""
        now = facts.clock()
        date = Text(f"{now.year}年{now.month}月{now.day}日", f"{now:%d %b %Y}")
        return f"{now:%H:%M:%S}", date, WEEKDAYS[now.weekday()], facts.view.is_past

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint digits that do not move, the date beside them."""
        time, date, day, is_past = turn.now
        look, em = brush.look, brush.em
        size = min(2.3, area.height() / em * 0.86)
        brush.size(size, is_bold=True)
        left = area.left() + 0.2 * em
        step = max(brush.width(digit) for digit in "0123456789")
        for sign in time:
            wide = step if sign.isdigit() else step * 0.52
            brush.painter.setPen(look.number if sign.isdigit() else look.accent)
            brush.painter.drawText(
                QRectF(left, area.top(), wide, area.height()), CENTRE | Qt.TextFlag.TextDontClip, sign
            )
            left += wide
        left += 0.9 * em
        brush.size()
        half = min(area.height() / 2, 1.45 * em)
        top = area.center().y() - half
        brush.say_in(QRectF(left, top, area.right() - left, half), date, look.text)
        brush.say_in(QRectF(left, top + half, area.right() - left, half), day, look.quiet)
        if is_past:
            brush.tag(area.right(), area.center().y(), brush.say(PAST))


class Credits:
    """Whose data are shown, as their licences ask; how the water is read while it is painted by its state."""

    nominal_em = (60.0, 1.2)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the twin's attribution and the legend."""
        legend: tuple[tuple[Text, QColor], ...] = ()
        if facts.water_colour == "class":
            legend = ((GOOD_CLASSES, CLASS[2]), *((CLASS_NAMES[number], CLASS[number]) for number in CLASSES[2:]))
        elif facts.water_colour == "level":
            legend = tuple((FLOOD_NAMES[state], FLOOD[state]) for state in FLOOD_NAMES if state != "unknown")
        return facts.attribution, legend

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint one quiet line: the legend before the attribution."""
        attribution, legend = turn.now
        brush.size()
        if attribution is not None or legend:
            brush.painter.fillRect(area, brush.look.faint(brush.look.shade, 165))
        left = area.left() + 0.5 * brush.em
        for name, colour in legend:
            words_said = brush.say(name)
            wide = brush.width(words_said) + 1.9 * brush.em
            if left + wide > area.right():
                break
            brush.dot(QPointF(left + 0.4 * brush.em, area.center().y()), brush.look.tint(colour), 0.3)
            brush.write(QRectF(left + 0.95 * brush.em, area.top(), wide, area.height()), words_said, brush.look.text)
            left += wide
        if attribution is not None:
            rest = QRectF(left, area.top(), area.right() - left - 0.5 * brush.em, area.height())
            brush.say_in(rest, attribution, brush.look.quiet, RIGHT if legend else CENTRE)


@dataclass(frozen=True, kw_only=True)
class Sky:
    """One word of the weather: its name, value and unit, and whether it is fresh and measured."""

    name: Text
    value: Text
    unit: str = ""
    is_stale: bool = False
    is_simulated: bool = False
    is_past_due: bool = False


def sky_of(facts: WallFacts) -> tuple[Sky, ...]:
    """Return the weather that stations of the twin measure; nothing is made up where there are none."""
    weather = facts.stations_of("weather")
    found = [_measured(weather, code) for code in ("air_temperature", "humidity", "wind_speed", "pm25")]
    wind = next((view for view in weather if view.value("wind_direction") is not None), None)
    if wind is not None:
        direction = wind.value("wind_direction") or 0.0
        found.insert(2, Sky(name=Text("风向", "Wind"), value=WINDS[round(direction / 45.0) % 8],
                            is_stale="wind_direction" not in wind.fresh, is_simulated=wind.is_simulated))  # fmt: skip
    rain = [view for view in facts.stations_of("rain") if view.value("rain_hour") is not None]
    if rain:
        most = max(rain, key=lambda view: ("rain_hour" in view.fresh, view.value("rain_hour") or 0.0))
        value = f"{most.value('rain_hour'):.1f}"
        name = short_name(most.station.name)
        title = Text(f"{RAIN.zh} · {name.zh}", f"{RAIN.en} · {name.en}")
        found.append(Sky(name=title, value=Text(value, value), unit="mm", is_stale="rain_hour" not in most.fresh,
                         is_simulated=most.readings["rain_hour"].is_simulated))  # fmt: skip
    return tuple(sky for sky in found if sky is not None)


def _measured(stations: tuple[StationView, ...], code: str) -> Sky | None:
    view = next((one for one in stations if one.value(code) is not None), None)
    if view is None:
        return None
    known, number = quantity(code), words.number(view.readings[code])
    return Sky(name=known.title, value=Text(number, number), unit=known.unit, is_stale=code not in view.fresh,
               is_simulated=view.readings[code].is_simulated)  # fmt: skip


class Weather:
    """The weather at the right of the title."""

    nominal_em = (24.0, 3.4)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return what is measured."""
        return sky_of(facts)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint values from the right, the first one last to go where there is little room."""
        found: tuple[Sky, ...] = turn.now
        look, em = brush.look, brush.em
        if not found:
            brush.size()
            brush.say_in(area, NO_WEATHER, look.quiet, RIGHT)
            return
        right, half = area.right() - 0.2 * em, min(area.height() / 2, 1.55 * em)
        top = area.center().y() - half
        if any(sky.is_simulated for sky in found):
            right = brush.tag(right, area.center().y(), brush.say(SIMULATED)) - 0.6 * em
        for sky in reversed(found):
            colour = look.stale if sky.is_stale else look.number
            name = brush.say(sky.name) + (f" · {brush.say(STALE)}" if sky.is_stale else "")
            brush.size()
            wide = brush.width(name)
            unit = brush.width(f" {sky.unit}") if sky.unit else 0.0
            brush.size(1.3, is_bold=True)
            wide = max(wide, brush.width(brush.say(sky.value)) + unit) + 0.2 * em
            if right - wide < area.left() and sky is not found[-1]:
                break
            wide = min(wide, right - area.left())
            brush.value(QRectF(right - wide, top, wide, half), brush.say(sky.value), sky.unit, colour, 1.3)
            brush.size()
            brush.write(QRectF(right - wide, top + half, wide, half * 0.95), name, look.quiet, RIGHT)
            right -= wide + 1.1 * em
