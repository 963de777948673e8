"""Rain, pumps and gates, the sources of the data, and the heights of the buildings."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QLinearGradient

from sanping.commands.overview import HEIGHT_STEPS_M
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text
from sanping.ui.live import words
from sanping.ui.live.colours import CALM, FLOOD
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts, short_name

RAIN = Text("小时雨量", "Rain in the last hour")
NO_RAIN = Text("没有雨量站", "No rain gauge")
WORKS = Text("泵闸工况", "Pumps and gates")
NO_WORKS = Text("没有泵站和水闸", "No pumps or gates")
SOURCES = Text("数据源", "Data sources")
NO_SOURCES = Text("中枢没有数据源", "The hub has no source")
HEIGHTS = Text("建筑高度分布（米）", "Heights of buildings (m)")
NO_HEIGHTS = Text("没有建筑", "No buildings")
RUNNING = Text("开 {count} 台", "{count} on")
OPEN = Text("开度 {metres} m", "open {metres} m")
STOPPED, SHUT = Text("停机", "off"), Text("关闭", "shut")
TOTAL = Text("{count} 栋", "{count} buildings")
STATES: dict[SourceState, tuple[Text, QColor]] = {
    "configured": (Text("未启动", "idle"), QColor(125, 135, 148)),
    "connecting": (Text("连接中", "connecting"), FLOOD["yellow"]),
    "live": (Text("正常", "live"), QColor(59, 214, 138)),
    "degraded": (Text("降级", "degraded"), FLOOD["yellow"]),
    "retrying": (Text("重试中", "retrying"), FLOOD["orange"]),
    "auth_failed": (Text("认证失败", "refused"), FLOOD["red"]),
    "disabled": (Text("停用", "off"), QColor(125, 135, 148)),
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar with its name; None where nothing is known."""

    name: Text
    value: float | None
    said: str
    is_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars beside one another."""

    title: Text
    bars: tuple[Bar, ...]
    note: Text | None
    least_top: float
    is_simulated: bool = False


class Rain:
    """The rain of the last hour at every gauge."""

    nominal_em = (23.5, 13.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return a bar for each gauge."""
        known = facts.stations_of("rain")
        return Bars(
            title=RAIN,
            bars=tuple(
                Bar(
                    name=short_name(view.station.name),
                    value=view.value("rain_hour"),
                    said="—" if view.value("rain_hour") is None else f"{view.value('rain_hour'):.1f}",
                    is_stale="rain_hour" not in view.fresh,
                )
                for view in known
            ),
            note=facts.note_of(facts.newest(known, "rain_hour")),
            least_top=10.0,
            is_simulated=any(view.is_simulated for view in known),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the bars."""
        _paint_bars(brush, area, turn.now, NO_RAIN)


class Heights:
    """How many buildings there are of each height."""

    nominal_em = (23.5, 13.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return a bar for each class of height."""
        counts = facts.overview.height_counts
        names = [f"{low}" for low in HEIGHT_STEPS_M[: len(counts)]]
        names[-1:] = [f"{name}+" for name in names[-1:]]
        return Bars(
            title=HEIGHTS,
            bars=tuple(
                Bar(name=Text(name, name), value=float(count), said=f"{count}")
                for name, count in zip(names, counts, strict=True)
            ),
            note=TOTAL.with_values(count=f"{sum(counts):,}") if counts else None,
            least_top=1.0,
            is_simulated=facts.is_synthetic,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the bars."""
        _paint_bars(brush, area, turn.now, NO_HEIGHTS)


def _paint_bars(brush: Brush, area: QRectF, shown: Bars, nothing: Text) -> None:
    room = brush.frame(area, shown.title, shown.note, is_simulated=shown.is_simulated)
    if not shown.bars:
        brush.nothing(room, nothing)
        return
    em, look = brush.em, brush.look
    brush.size()
    across = room.width() / len(shown.bars)
    names = _lines_of(brush, shown.bars, across)
    plot = room.adjusted(0, 1.4 * em, 0, -1.35 * em * names)
    top = max(shown.least_top, *(bar.value or 0.0 for bar in shown.bars))
    for number in range(4):
        y = plot.bottom() - plot.height() * number / 3
        brush.line(QPointF(plot.left(), y), QPointF(plot.right(), y), look.grid)
    for number, bar in enumerate(shown.bars):
        left = plot.left() + number * across
        tall = plot.height() * (bar.value or 0.0) / top
        body = QRectF(left + 0.24 * across, plot.bottom() - tall, 0.52 * across, tall)
        colour = look.stale if bar.is_stale else look.accent
        fill = QLinearGradient(body.topLeft(), body.bottomLeft())
        fill.setColorAt(0.0, look.faint(colour, 240))
        fill.setColorAt(1.0, look.faint(colour, 50))
        brush.painter.fillRect(body, fill)
        brush.painter.fillRect(
            QRectF(body.left(), body.top() - 0.1 * em, body.width(), 0.14 * em), look.faint(look.number, 220)
        )
        brush.size()
        value = QRectF(left - 0.4 * across, body.top() - 1.45 * em, 1.8 * across, 1.3 * em)
        brush.write(value, bar.said, look.stale if bar.is_stale else look.text, CENTRE)
        down = plot.bottom() + 0.1 * em + (1.3 * em if names == 2 and number % 2 else 0.0)
        reach = 0.95 * across if names == 2 else 0.55 * across
        centre = left + across / 2
        near = max(room.left() - 0.3 * em, centre - reach)
        name = QRectF(near, down, min(room.right() + 0.3 * em, centre + reach) - near, 1.3 * em)
        brush.say_in(name, bar.name, look.quiet, CENTRE)


def _lines_of(brush: Brush, bars: tuple[Bar, ...], across: float) -> int:
    """Return how many lines the names need: two in turn where they are too wide for one."""
    return 2 if max(brush.width(brush.say(bar.name)) for bar in bars) > across else 1


@dataclass(frozen=True, kw_only=True)
class Work:
    """A pump or a gate: its name, what it does, and whether that is fresh."""

    name: Text
    said: Text
    share: float
    is_running: bool
    is_stale: bool
    age: Text


@dataclass(frozen=True, kw_only=True)
class Works:
    """All pumps and gates."""

    rows: tuple[Work, ...]
    note: Text | None
    is_simulated: bool


MOST_PUMPS, MOST_OPEN_M = 4.0, 3.0


class Devices:
    """Pumps and gates, those that run first."""

    nominal_em = (23.5, 16.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return what each of them does."""
        rows, known = [], []
        for kind, code in (("pump", "pumps_running"), ("sluice", "gate_opening")):
            for view in facts.stations_of(kind):
                value = view.value(code)
                if value is None:
                    continue
                known.append(view)
                is_pump = kind == "pump"
                on = RUNNING.with_values(count=f"{value:.0f}") if is_pump else OPEN.with_values(metres=f"{value:.2f}")
                off = STOPPED if is_pump else SHUT
                rows.append(
                    Work(
                        name=view.station.name,
                        said=on if value > 0 else off,
                        share=min(1.0, value / (MOST_PUMPS if is_pump else MOST_OPEN_M)),
                        is_running=value > 0,
                        is_stale=code not in view.fresh,
                        age=facts.age(view.readings[code]),
                    )
                )
        rows.sort(key=lambda row: (row.is_stale, not row.is_running))
        note = facts.note_of(facts.newest(tuple(known)))
        return Works(rows=tuple(rows), note=note, is_simulated=any(view.is_simulated for view in known))

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a row each."""
        shown: Works = turn.now
        room = brush.frame(area, WORKS, shown.note, is_simulated=shown.is_simulated)
        if not shown.rows:
            brush.nothing(room, NO_WORKS)
            return
        em, look = brush.em, brush.look
        for row, line in zip(shown.rows, brush.rows(room, 1.8, len(shown.rows)), strict=False):
            colour = look.stale if row.is_stale else look.tint(CALM) if row.is_running else look.quiet
            brush.dot(QPointF(line.left() + 0.45 * em, line.center().y()), colour, 0.28, is_hollow=not row.is_running)
            brush.size()
            wide = 5.6 * em
            said = row.age if row.is_stale else row.said
            brush.say_in(line, said, colour if row.is_running else look.quiet, RIGHT)
            track = QRectF(line.right() - wide - 4.6 * em, line.center().y() - 0.16 * em, 4.2 * em, 0.32 * em)
            brush.painter.fillRect(track, look.grid)
            brush.bar(QRectF(track.left(), track.top(), track.width() * row.share, track.height()), colour)
            name = QRectF(line.left() + 1.15 * em, line.top(), track.left() - line.left() - 1.5 * em, line.height())
            brush.say_in(name, row.name, look.quiet if row.is_stale else look.text, LEFT)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One source: its name, state, how many values it gave, when the last came."""

    name: Text
    state: Text
    colour: QColor
    count: str
    age: Text
    is_simulated: bool


class Sources:
    """The sources of all that is live."""

    nominal_em = (23.5, 12.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the sources as the hub tells of them."""
        titles = {source.name: source.title for source in facts.part.sources}
        feeds = []
        for source in facts.sources:
            state, colour = STATES[source.state]
            count = source.counts.get("observations", 0)
            feeds.append(
                Feed(
                    name=titles.get(source.name, Text(source.name, source.name)),
                    state=state,
                    colour=colour,
                    count=f"{count:,}" if count else "",
                    age=words.age(source.last_ms, facts.now_ms) if source.last_ms else Text("—", "—"),
                    is_simulated=source.is_simulated,
                )
            )
        return tuple(feeds)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint two lines for each."""
        feeds: tuple[Feed, ...] = turn.now
        room = brush.frame(area, SOURCES, is_simulated=any(feed.is_simulated for feed in feeds))
        if not feeds:
            brush.nothing(room, NO_SOURCES)
            return
        em, look = brush.em, brush.look
        for feed, line in zip(feeds, brush.rows(room, 2.9, len(feeds)), strict=False):
            half = min(1.45 * em, line.height() / 2)
            upper = QRectF(line.left(), line.center().y() - half, line.width(), half)
            lower = upper.translated(0, half)
            brush.dot(QPointF(line.left() + 0.45 * em, upper.center().y()), look.tint(feed.colour), 0.28)
            brush.size()
            brush.say_in(upper, feed.state, look.tint(feed.colour), RIGHT)
            brush.say_in(upper.adjusted(1.15 * em, 0, -5 * em, 0), feed.name, look.text, LEFT)
            brush.say_in(lower.adjusted(1.15 * em, 0, 0, 0), feed.age, look.quiet, LEFT)
            brush.write(lower, feed.count, look.quiet, RIGHT)
