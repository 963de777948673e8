"""The figures of the city: numbers on cards whose digits flip over when they change."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPen, QTransform

from sanping.domain.text import Text
from sanping.twin.alarm_list import COLOUR_ORDER
from sanping.twin.river_view import StationView
from sanping.ui.live.colours import ALARM, FLOOD
from sanping.ui.wall.brush import CENTRE, Brush
from sanping.ui.wall.facts import LEVEL, Turn, WallFacts, exceedance_m, short_name

TITLE = Text("城市运行指标", "The city in figures")
ONLINE = Text("在线测站", "Reporting")
OPEN_ALARMS = Text("当前告警", "Open alarms")
WAITING = Text("待确认", "To confirm")
NEAREST, FARTHEST_OVER = Text("距警戒最近", "Nearest"), Text("超警最多", "Most over")
GOOD_SECTIONS = Text("优良断面", "Good sections")
MOST_RAIN = Text("最大时雨量", "Most rain")
PUMPS = Text("运行水泵", "Pumps running")
OF = Text("共 {count} 个", "of {count}")
NONE_OPEN = Text("无未关闭告警", "none open")
HIGH = Text("{name} {over}", "{over} m, {name}")
CLASSES = Text("共 {count} 个断面", "of {count}")
WORST = {
    "red": Text("最高红色", "worst: red"), "orange": Text("最高橙色", "worst: orange"),
    "yellow": Text("最高黄色", "worst: yellow"), "blue": Text("最高蓝色", "worst: blue"),
}  # fmt: skip
STATIONS_OF = Text("{count} 座泵站", "{count} stations")
COUNT, ITEMS, SHARE = Text("个", "live"), Text("条", "alarms"), Text("%", "%")
METRES, MILLIMETRES, PIECES = Text("米", "m"), Text("毫米", "mm"), Text("台", "on")
CARD_EM, CARD_TALL_EM, DIGIT_EM = 1.22, 2.0, 1.55


@dataclass(frozen=True, kw_only=True)
class Flop:
    """One number: its name, digits and unit, a note below it; `colour` where it is a warning."""

    name: Text
    digits: str
    unit: Text
    note: Text
    colour: QColor | None = None
    is_stale: bool = False


def flops_of(facts: WallFacts) -> tuple[Flop, ...]:
    """Return the figures, the most telling first; what nobody measures is left out."""
    found = [_online(facts), *_alarms(facts), _highest(facts), _sections(facts), _rain(facts), _pumps(facts)]
    built = [
        Flop(name=figure.title, digits=figure.value, unit=figure.unit, note=Text("", ""))
        for figure in facts.overview.figures
    ]
    return (*(flop for flop in found if flop is not None), *built)


def _online(facts: WallFacts) -> Flop | None:
    known = [view for view in facts.view.stations if view.readings or view.station.addresses]
    if not known:
        return None
    fresh = sum(view.freshness == "fresh" for view in known)
    return Flop(name=ONLINE, digits=f"{fresh}", unit=COUNT, note=OF.with_values(count=len(known)),
                is_stale=not fresh)  # fmt: skip


def _alarms(facts: WallFacts) -> tuple[Flop, ...]:
    if not facts.view.stations:
        return ()
    active = [alarm for alarm in facts.view.alarms if alarm.state != "shelved"]
    waiting = sum(alarm.state in ("active", "returned") for alarm in active)
    worst = next((colour for colour in COLOUR_ORDER if any(alarm.colour == colour for alarm in active)), None)
    note = NONE_OPEN if worst is None else WORST[worst]
    colour = None if worst is None else ALARM[worst]
    return (
        Flop(name=OPEN_ALARMS, digits=f"{len(active)}", unit=ITEMS, note=note, colour=colour),
        Flop(name=WAITING, digits=f"{waiting}", unit=ITEMS, note=note if waiting else Text("已全部确认", "all seen"),
             colour=colour if waiting else None),
    )  # fmt: skip


def _highest(facts: WallFacts) -> Flop | None:
    ranked = facts.ranked()
    over_m = exceedance_m(ranked[0]) if ranked else None
    if over_m is None:
        return None
    top = ranked[0]
    words = HIGH.with_values(name=short_name(top.station.name), over=f"{over_m:+.2f}")
    is_high = top.flood not in ("unknown", "normal")
    name = FARTHEST_OVER if over_m > 0 else NEAREST
    return Flop(name=name, digits=f"{top.value(LEVEL):.2f}", unit=METRES, note=words,
                colour=FLOOD[top.flood] if is_high else None, is_stale=LEVEL not in top.fresh)  # fmt: skip


def _sections(facts: WallFacts) -> Flop | None:
    graded = [view.quality for view in facts.view.stations if view.quality is not None]
    if not graded:
        return None
    good = sum(quality.water_class <= 3 for quality in graded)
    return Flop(name=GOOD_SECTIONS, digits=f"{round(100 * good / len(graded))}", unit=SHARE,
                note=CLASSES.with_values(count=len(graded)))  # fmt: skip


def _rain(facts: WallFacts) -> Flop | None:
    most = _most(facts.stations_of("rain"), "rain_hour")
    if most is None:
        return None
    return Flop(name=MOST_RAIN, digits=f"{most.value('rain_hour'):.1f}", unit=MILLIMETRES,
                note=short_name(most.station.name), is_stale="rain_hour" not in most.fresh)  # fmt: skip


def _pumps(facts: WallFacts) -> Flop | None:
    pumps = [view for view in facts.stations_of("pump") if view.value("pumps_running") is not None]
    if not pumps:
        return None
    running = sum(view.value("pumps_running") or 0.0 for view in pumps if "pumps_running" in view.fresh)
    return Flop(name=PUMPS, digits=f"{running:.0f}", unit=PIECES, note=STATIONS_OF.with_values(count=len(pumps)),
                is_stale=not any("pumps_running" in view.fresh for view in pumps))  # fmt: skip


def _most(stations: tuple[StationView, ...], code: str) -> StationView | None:
    known = [view for view in stations if view.value(code) is not None]
    return max(known, key=lambda view: (code in view.fresh, view.value(code) or 0.0), default=None)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the panel shows."""

    flops: tuple[Flop, ...]
    note: Text | None
    is_simulated: bool


class Figures:
    """As many figures as there is room for."""

    nominal_em = (23.5, 14.0)
    turns_ms = 520

    def content(self, facts: WallFacts) -> object:
        """Return the figures."""
        note = facts.note_of(facts.newest(facts.view.stations))
        short = None if note is None else Text(note.zh.partition(" · ")[0], note.en.partition(" · ")[0])
        return Shown(flops=flops_of(facts), note=short, is_simulated=facts.is_simulated)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the cards; digits that changed are on their way over."""
        shown, before = turn.now, turn.before
        assert isinstance(shown, Shown)
        room = brush.frame(area, TITLE, shown.note, is_simulated=shown.is_simulated)
        paint_flops(brush, room, shown.flops, (before.flops if isinstance(before, Shown) else (), turn.share))


def paint_flops(brush: Brush, room: QRectF, flops: tuple[Flop, ...], turned: tuple[tuple[Flop, ...], float]) -> None:
    """Paint as many figures as fit; `turned` are those before them, and how much of the change is done."""
    columns, rows = _grid_of_flops(brush, room, flops)
    old = {flop.name: flop.digits for flop in turned[0]}
    across, down = room.width() / columns, room.height() / rows
    for number, flop in enumerate(flops[: columns * rows]):
        row, column = divmod(number, columns)
        cell = QRectF(room.left() + column * across, room.top() + row * down, across, down)
        _paint_flop(brush, cell, flop, Turn(now=flop.digits, before=old.get(flop.name), share=turned[1]))


def _grid_of_flops(brush: Brush, room: QRectF, flops: tuple[Flop, ...]) -> tuple[int, int]:
    """Return how many columns and rows figures take: wide enough for the longest where that leaves none out."""
    em = brush.em
    rows = max(1, int(room.height() // ((4.9 if any(flop.note.zh for flop in flops) else 4.1) * em)))
    brush.size()
    widest = max(
        (len(flop.digits) * (CARD_EM + 0.08) * em + brush.width(brush.say(flop.unit)) for flop in flops), default=0.0
    )
    columns = max(1, int(room.width() // max(6.1 * em, widest)))
    if len(flops) > columns * rows:
        columns = max(1, int(room.width() // (6.1 * em)))
    if flops and len(flops) <= columns * rows:
        rows = -(-len(flops) // columns)
        columns = -(-len(flops) // rows)
    return columns, rows


def _paint_flop(brush: Brush, cell: QRectF, flop: Flop, turn: Turn) -> None:
    look, em = brush.look, brush.em
    colour = look.stale if flop.is_stale else look.number if flop.colour is None else look.tint(flop.colour)
    tall = 1.35 * em + CARD_TALL_EM * em + 1.5 * em
    top = cell.top() + max(0.0, (cell.height() - tall) / 2)
    inner = cell.adjusted(0.1 * em, 0, -0.3 * em, 0)
    brush.size()
    brush.say_in(QRectF(inner.left(), top, inner.width(), 1.35 * em), flop.name, look.quiet)
    unit = brush.say(flop.unit)
    unit_wide = brush.width(unit) + 0.3 * em if unit else 0.0
    signs = sum(1.0 if sign.isdigit() or sign == "-" else 0.36 for sign in flop.digits)
    card = min(CARD_EM * em, (inner.width() - unit_wide) / max(1.0, signs) - 0.08 * em)
    left, top = inner.left(), top + 1.42 * em
    padded = str(turn.before or flop.digits).rjust(len(flop.digits))[-len(flop.digits) :]
    for sign, earlier in zip(flop.digits, padded, strict=True):
        wide = card if sign.isdigit() or sign == "-" else card * 0.36
        area = QRectF(left, top, wide, CARD_TALL_EM * em)
        if sign.isdigit() or sign == "-":
            _paint_digit(brush, area, Turn(now=sign, before=earlier, share=turn.share), colour)
        else:
            brush.size(DIGIT_EM, is_bold=True)
            brush.painter.setPen(colour)
            brush.painter.drawText(area, CENTRE | Qt.TextFlag.TextDontClip, sign)
        left += wide + 0.08 * em
    brush.size()
    brush.write(
        QRectF(left + 0.2 * em, top + 0.5 * em, inner.right() - left, CARD_TALL_EM * em - 0.55 * em), unit, look.quiet
    )
    top += CARD_TALL_EM * em + 0.1 * em
    note = look.tint(flop.colour) if flop.colour is not None and not flop.is_stale else look.faint(look.quiet, 220)
    brush.say_in(QRectF(inner.left(), top, inner.width() + 0.25 * em, 1.4 * em), flop.note, note)


def _paint_digit(brush: Brush, card: QRectF, turn: Turn, colour: QColor) -> None:
    """Paint one card; while it turns, the upper half of the old digit falls over the lower half of the new one."""
    if turn.before in (None, turn.now) or turn.share >= 1.0:
        _paint_half(brush, card, str(turn.now), colour, is_upper=True)
        _paint_half(brush, card, str(turn.now), colour, is_upper=False)
    else:
        is_first = turn.share < 0.5
        _paint_half(brush, card, str(turn.now), colour, is_upper=True)
        _paint_half(brush, card, str(turn.before), colour, is_upper=False)
        squeezed = 1.0 - 2.0 * turn.share if is_first else 2.0 * turn.share - 1.0
        painter, middle = brush.painter, card.center().y()
        painter.save()
        fold = QTransform().translate(0, middle).scale(1.0, max(0.02, squeezed)).translate(0, -middle)
        painter.setTransform(fold, True)
        _paint_half(brush, card, str(turn.before if is_first else turn.now), colour, is_upper=is_first)
        painter.restore()
    seam = QPointF(card.left(), card.center().y())
    brush.line(seam, QPointF(card.right(), seam.y()), brush.look.faint(brush.look.shade, 150), 0.07)


def _paint_half(brush: Brush, card: QRectF, sign: str, colour: QColor, *, is_upper: bool) -> None:
    look, painter, em = brush.look, brush.painter, brush.em
    half = QRectF(card.left(), card.top() if is_upper else card.center().y(), card.width(), card.height() / 2)
    painter.save()
    painter.setClipRect(
        half.adjusted(-1, -1 if is_upper else 0, 1, 0 if is_upper else 1), Qt.ClipOperation.IntersectClip
    )
    fill = QLinearGradient(card.topLeft(), card.bottomLeft())
    fill.setColorAt(0.0, look.card_top)
    fill.setColorAt(0.499, look.card_bottom)
    fill.setColorAt(0.5, look.card_top)
    fill.setColorAt(1.0, look.card_bottom)
    painter.setPen(QPen(look.faint(look.border, 150), max(1.0, 0.05 * em)))
    painter.setBrush(fill)
    painter.drawRoundedRect(card, 0.16 * em, 0.16 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size(DIGIT_EM, is_bold=True)
    painter.setPen(colour)
    painter.drawText(card, CENTRE | Qt.TextFlag.TextDontClip, sign.strip())
    painter.restore()
