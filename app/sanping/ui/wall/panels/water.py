"""The water: the level of one gauge over a day, the surface along the river, the classes of its sections."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QPen, QPolygonF

from sanping.domain.station import Thresholds
from sanping.domain.text import Text
from sanping.twin.flood import FLOOD_NAMES, TREND_NAMES, in_twin_datum
from sanping.twin.river_view import RiverState, StationView
from sanping.twin.water_quality import CLASS_NAMES, CLASSES, GRADES
from sanping.ui.live.colours import CLASS, FLOOD
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.curves import Axes, Limit, paint_curve, paint_hours, paint_limits, paint_values, spanned
from sanping.ui.wall.facts import LEVEL, Points, Turn, WallFacts, short_name

DAY_MS = 86_400_000
EACH_MS = 10_000
SHOWN_IN_TURN = 4
COURSE = Text("水位过程", "Level over time")
NO_COURSE = Text("暂无水位过程", "No levels yet")
WARNING, GUARANTEE, RECORD = Text("警戒", "Warning"), Text("保证", "Guarantee"), Text("历史", "Record")
PROFILE = Text("沿程水面线", "Water surface along the river")
NO_PROFILE = Text("没有可用的水位站", "No gauge of level tells anything")
QUALITY = Text("水质类别", "Water quality")
NO_QUALITY = Text("没有可评价的断面", "No section to assess")
GOOD = Text("优良率 {share}%", "{share} % good")
SECTIONS = Text("{count} 个断面", "{count} sections")
BANK = Text("防汛墙顶", "Flood wall")


@dataclass(frozen=True, kw_only=True)
class Course:
    """The level of one gauge over time."""

    name: Text
    points: Points
    limits: tuple[Limit, ...]
    value: str
    state: Text
    colour: QColor
    trend: Text
    note: Text | None
    now_ms: int
    zone: object
    is_stale: bool
    is_simulated: bool


def limits_of(thresholds: Thresholds, offset_m: float = 0.0) -> tuple[Limit, ...]:
    """Return the lines of a gauge that are known."""
    named = (
        (WARNING, thresholds.warning_m, FLOOD["yellow"]),
        (GUARANTEE, thresholds.guarantee_m, FLOOD["orange"]),
        (RECORD, thresholds.record_m, FLOOD["red"]),
    )
    return tuple(
        Limit(value=value + offset_m, name=name, colour=colour) for name, value, colour in named if value is not None
    )


def course_of(facts: WallFacts, view: StationView) -> Course:
    """Return what a gauge's hydrograph shows."""
    reading = view.readings.get(LEVEL)
    is_stale = LEVEL not in view.fresh
    return Course(
        name=view.station.name,
        points=facts.courses.get(view.station.id, ()),
        limits=limits_of(view.station.thresholds),
        value="—" if reading is None else f"{reading.value:.2f}",
        state=FLOOD_NAMES[view.flood],
        colour=FLOOD[view.flood] if view.flood not in ("unknown", "normal") else QColor(70, 205, 255),
        trend=TREND_NAMES[view.trend],
        note=facts.note_of(reading),
        now_ms=facts.now_ms // 60_000 * 60_000,
        zone=facts.zone,
        is_stale=is_stale,
        is_simulated=reading is not None and reading.is_simulated,
    )


class Hydrograph:
    """One gauge after another, those that stand highest against their warning level."""

    nominal_em = (23.5, 16.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the gauge whose turn it is."""
        ranked = [view for view in facts.ranked() if facts.courses.get(view.station.id)] or list(facts.ranked())
        ranked = ranked[:SHOWN_IN_TURN]
        return course_of(facts, ranked[facts.page(len(ranked), EACH_MS)]) if ranked else None

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the curve below its present value."""
        course: Course | None = turn.now
        if course is None:
            brush.nothing(brush.frame(area, COURSE), NO_COURSE)
            return
        room = brush.frame(area, COURSE, course.note, is_simulated=course.is_simulated)
        head = QRectF(room.left(), room.top(), room.width(), 2.1 * brush.em)
        _paint_present(brush, head, course)
        paint_course(brush, room.adjusted(0, 2.3 * brush.em, 0, 0), course)


def _paint_present(brush: Brush, head: QRectF, course: Course) -> None:
    look, em = brush.look, brush.em
    colour = look.stale if course.is_stale else look.tint(course.colour)
    brush.dot(QPointF(head.left() + 0.35 * em, head.center().y()), colour, 0.26, is_hollow=course.is_stale)
    unit = f"m {brush.say(course.trend)}"
    brush.size()
    taken = brush.width(f" {unit}")
    brush.size(1.8, is_bold=True)
    taken += brush.width(course.value) + 0.5 * em
    brush.value(head, course.value, unit, colour, 1.8)
    brush.size(1.15, is_bold=True)
    brush.say_in(head.adjusted(0.95 * em, 0, -taken, 0), course.name, look.text)


def paint_course(brush: Brush, room: QRectF, course: Course) -> None:
    """Paint the curve of a gauge with its lines."""
    em = brush.em
    area = room.adjusted(3.3 * em, 0.4 * em, -0.6 * em, -1.7 * em)
    if len(course.points) < 2 or area.height() < 3 * em:
        brush.nothing(room, NO_COURSE)
        return
    low, high = spanned([value for _, value in course.points], [limit.value for limit in course.limits])
    first_ms = max(course.points[0][0], course.now_ms - DAY_MS)
    last_ms = max(course.points[-1][0], course.now_ms)
    axes = Axes(area=area, left=first_ms, right=last_ms, low=low, high=high)
    paint_values(brush, axes)
    paint_hours(brush, axes, course.zone)  # type: ignore[arg-type]
    shown = tuple(pair for pair in course.points if pair[0] >= first_ms)
    paint_curve(brush, axes, shown, brush.look.stale if course.is_stale else brush.look.tint(course.colour))
    paint_limits(brush, axes, course.limits)


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """A gauge on the profile."""

    place_m: float
    name: Text
    level_m: float | None
    colour: QColor


@dataclass(frozen=True, kw_only=True)
class Surface:
    """The water surface of one river; pairs of (chainage, metres)."""

    title: Text
    level: Points
    classes: tuple[tuple[float, int], ...]
    banks: Points
    warning: Points
    gauges: tuple[Gauge, ...]
    note: Text | None
    is_simulated: bool


class Profile:
    """The first river that has gauges, from upstream at the left to downstream at the right."""

    nominal_em = (48.0, 9.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the surface."""
        rivers = [river for river in facts.view.rivers if river.level_m is not None]
        return _surface_of(facts, rivers[facts.page(len(rivers), 2 * EACH_MS)]) if rivers else None

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint water between the walls."""
        surface: Surface | None = turn.now
        if surface is None:
            brush.nothing(brush.frame(area, PROFILE), NO_PROFILE)
            return
        title = Text(f"{PROFILE.zh} · {surface.title.zh}", f"{PROFILE.en} · {surface.title.en}")
        room = brush.frame(area, title, surface.note, is_simulated=surface.is_simulated)
        em = brush.em
        place = room.adjusted(3.3 * em, 0.1 * em, -0.5 * em, -1.5 * em)
        values = [value for _, value in (*surface.level, *surface.banks, *surface.warning)]
        low, high = min(values), max(values)
        air = 0.10 * max(0.5, high - low)
        axes = Axes(
            area=place, left=surface.level[0][0], right=surface.level[-1][0], low=low - 3.0 * air, high=high + air
        )
        _paint_water(brush, axes, surface)
        paint_values(brush, axes)
        _paint_line(brush, axes, surface.banks, (brush.look.quiet, BANK), is_first=True)
        _paint_line(brush, axes, surface.warning, (brush.look.tint(FLOOD["yellow"]), WARNING), is_first=False)
        _paint_gauges(brush, axes, surface)


def _surface_of(facts: WallFacts, river: RiverState) -> Surface:
    assert river.level_m is not None
    level = tuple(
        (float(at), round(float(value), 3)) for at, value in zip(river.chainage_m, river.level_m, strict=True)
    )
    classes = [] if river.water_class is None else river.water_class[:: max(1, len(level) // 64)].tolist()
    places = river.chainage_m[:: max(1, len(level) // 64)].tolist()
    banks: list[tuple[float, float]] = []
    warning: list[tuple[float, float]] = []
    gauges: list[Gauge] = []
    for view in river.gauges:
        station, place_m = view.station, view.station.chainage_m or 0.0
        known = [side for side in (station.thresholds.left_bank_m, station.thresholds.right_bank_m) if side is not None]
        for course, value in ((banks, min(known, default=None)), (warning, station.thresholds.warning_m)):
            on_datum = None if value is None else in_twin_datum(value, station)
            if on_datum is not None:
                course.append((place_m, on_datum))
        if LEVEL in view.readings:
            level_m = in_twin_datum(view.readings[LEVEL].value, station) if LEVEL in view.fresh else None
            gauges.append(
                Gauge(place_m=place_m, name=short_name(station.name), level_m=level_m, colour=FLOOD[view.flood])
            )
    return Surface(
        title=river.course.title,
        level=level[:: max(1, len(level) // 160)],
        classes=tuple((place, int(number)) for place, number in zip(places, classes, strict=False)),
        banks=tuple(banks),
        warning=tuple(warning),
        gauges=tuple(gauges),
        note=facts.note_of(facts.newest(river.gauges, LEVEL)),
        is_simulated=river.is_simulated,
    )


def _paint_water(brush: Brush, axes: Axes, surface: Surface) -> None:
    """Fill the river below its surface, in the colours of its classes."""
    curve = QPolygonF([axes.point(pair) for pair in surface.level])
    path = QPainterPath()
    path.addPolygon(curve)
    path.lineTo(axes.area.bottomRight())
    path.lineTo(axes.area.bottomLeft())
    fill = QLinearGradient(axes.area.topLeft(), axes.area.topRight())
    span = max(1.0, axes.right - axes.left)
    for place, number in surface.classes:
        share = min(1.0, max(0.0, (place - axes.left) / span))
        fill.setColorAt(share, brush.look.faint(CLASS[number], 120))  # type: ignore[index]
    if not surface.classes:
        fill.setColorAt(0.0, brush.look.faint(brush.look.accent, 90))
    brush.painter.fillPath(path, fill)
    depth = QLinearGradient(axes.area.topLeft(), axes.area.bottomLeft())
    depth.setColorAt(0.3, brush.look.faint(brush.look.shade, 0))
    depth.setColorAt(1.0, brush.look.faint(brush.look.shade, 170))
    brush.painter.fillPath(path, depth)
    brush.painter.setPen(QPen(brush.look.accent, 0.14 * brush.em))
    brush.painter.drawPolyline(curve)


def _paint_line(brush: Brush, axes: Axes, points: Points, look: tuple[QColor, Text], *, is_first: bool) -> None:
    """Paint a dashed line with its name at its first or its last point."""
    colour, name = look
    if len(points) < 2:
        return
    pen = QPen(colour, max(1.0, 0.08 * brush.em))
    pen.setDashPattern([5.0, 3.0])
    brush.painter.setPen(pen)
    brush.painter.drawPolyline(QPolygonF([axes.point(pair) for pair in points]))
    at = axes.point(points[0 if is_first else -1])
    brush.size()
    left = at.x() if is_first else at.x() - 12 * brush.em
    label = QRectF(left, at.y() - 1.3 * brush.em, 12 * brush.em, 1.25 * brush.em)
    if label.top() < axes.area.top() - 0.7 * brush.em:
        label.moveTop(at.y() + 0.1 * brush.em)
    brush.say_in(label, name, colour, LEFT if is_first else RIGHT)


def _paint_gauges(brush: Brush, axes: Axes, surface: Surface) -> None:
    """Mark the gauges, and name as many as fit beside one another."""
    brush.size()
    reached = axes.area.left() - 3.0 * brush.em
    for gauge in surface.gauges:
        x = axes.x(gauge.place_m)
        top = axes.area.bottom() if gauge.level_m is None else axes.y(gauge.level_m)
        brush.line(QPointF(x, top), QPointF(x, axes.area.bottom()), brush.look.faint(brush.look.text, 70), 0.06)
        colour = brush.look.stale if gauge.level_m is None else brush.look.tint(gauge.colour)
        brush.dot(QPointF(x, top), colour, 0.3, is_hollow=gauge.level_m is None)
        words = brush.say(gauge.name)
        half = brush.width(words) / 2
        if x - half > reached + 0.6 * brush.em and x + half < axes.area.right() + 0.8 * brush.em:
            label = QRectF(x - half - 2, axes.area.bottom() + 0.15 * brush.em, 2 * half + 4, 1.4 * brush.em)
            brush.write(label, words, brush.look.quiet, CENTRE)
            reached = x + half


@dataclass(frozen=True, kw_only=True)
class Classes:
    """How many sections are in each class, and the grade of them all."""

    counts: tuple[int, ...]
    grade: Text
    colour: QColor
    good: int
    note: Text | None
    is_simulated: bool


class Quality:
    """A ring of the classes with the grade in its middle."""

    nominal_em = (23.5, 13.5)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the classes of all sections."""
        graded = [view for view in facts.stations_of("quality") if view.quality is not None]
        if not graded:
            return None
        classes = [view.quality.water_class for view in graded if view.quality is not None]
        river = next((river.quality for river in facts.view.rivers if river.quality is not None), None)
        worst = max(classes)
        return Classes(
            counts=tuple(classes.count(number) for number in CLASSES),
            grade=CLASS_NAMES[worst] if river is None else GRADES[river.grade],
            colour=CLASS[worst] if river is None else CLASS[CLASSES[max(1, river.grade + 1)]],
            good=round(100 * sum(number <= 3 for number in classes) / len(classes)),
            note=facts.note_of(facts.newest(graded, "ammonia_nitrogen") or facts.newest(graded)),
            is_simulated=any(view.is_simulated for view in graded),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint ring and legend."""
        shown: Classes | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, QUALITY), NO_QUALITY)
            return
        room = brush.frame(area, QUALITY, shown.note, is_simulated=shown.is_simulated)
        across = min(room.height(), room.width() * 0.47)
        ring = QRectF(room.left() + 0.2 * brush.em, room.center().y() - across / 2, across, across)
        _paint_ring(brush, ring.adjusted(0.7 * brush.em, 0.7 * brush.em, -0.7 * brush.em, -0.7 * brush.em), shown)
        legend = room.adjusted(across + 1.3 * brush.em, 0, 0, 0)
        total = sum(shown.counts)
        for number, row in zip(CLASSES, brush.rows(legend, 1.3, len(CLASSES)), strict=False):
            _paint_class(brush, row, (shown.counts[number - 1], total), CLASS_NAMES[number], CLASS[number])


def _paint_ring(brush: Brush, ring: QRectF, shown: Classes) -> None:
    painter, em = brush.painter, brush.em
    thick, total, at = 0.135 * ring.width(), max(1, sum(shown.counts)), 90.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(brush.look.grid, thick))
    painter.drawEllipse(ring)
    for number, count in zip(CLASSES, shown.counts, strict=True):
        if not count:
            continue
        sweep, gap = 360.0 * count / total, 3.0 if count < total else 0.0
        for wide, alpha in ((thick * 1.7, 44), (thick, 255)):
            pen = QPen(brush.look.faint(CLASS[number], alpha), wide)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(ring, round((at - gap / 2) * 16), -round((sweep - gap) * 16))
        at -= sweep
    brush.size(1.55, is_bold=True)
    middle = ring.center().y()
    wide = ring.width() - 1.1 * thick
    grade = brush.say(shown.grade)
    if brush.width(grade) > wide:
        brush.size(1.05, is_bold=True)
    lines = [grade] if brush.width(grade) <= wide else grade.rsplit(" ", 1)
    colour = shown.colour.lighter(115) if brush.look.is_dark else brush.look.tint(shown.colour)
    tall = 1.9 * em if len(lines) == 1 else 1.25 * em
    for place, line in enumerate(lines):
        top = middle + 0.15 * em - (len(lines) - place) * tall
        brush.write(QRectF(ring.center().x() - wide / 2, top, wide, tall), line, colour, CENTRE)
    brush.size()
    good = GOOD.with_values(share=shown.good)
    brush.say_in(
        QRectF(ring.center().x() - wide / 2, middle + 0.2 * em, wide, 1.4 * em), good, brush.look.quiet, CENTRE
    )


def _paint_class(brush: Brush, row: QRectF, counts: tuple[int, int], name: Text, colour: QColor) -> None:
    em, (count, total) = brush.em, counts
    brush.size()
    middle = row.center().y()
    brush.painter.fillRect(QRectF(row.left(), middle - 0.28 * em, 0.56 * em, 0.56 * em), brush.look.tint(colour))
    named = brush.look.text if count else brush.look.faint(brush.look.quiet, 150)
    wide = 4.0 * em if brush.language == "zh" else 7.2 * em
    brush.say_in(QRectF(row.left() + 0.95 * em, row.top(), wide, row.height()), name, named, LEFT)
    track = QRectF(row.left() + 0.95 * em + wide, middle - 0.17 * em, row.width() - 2.6 * em - wide, 0.34 * em)
    if track.width() > em:
        brush.painter.fillRect(track, brush.look.grid)
        brush.bar(QRectF(track.left(), track.top(), track.width() * count / max(1, total), track.height()), colour)
    brush.size(1.1, is_bold=True)
    brush.write(row, f"{count}", named, RIGHT)
