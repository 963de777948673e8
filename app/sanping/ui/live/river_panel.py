"""The state of a river: its grade in words, the share of its sections in each class, and the sections ranked."""

from collections.abc import Mapping, Sequence
from math import isfinite

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QWidget

from sanping.domain.station import WaterClass
from sanping.domain.text import Language, Text
from sanping.twin.flood import FLOOD_NAMES
from sanping.twin.river_view import RiverState, RiverView, StationView
from sanping.twin.water_quality import (
    CHANGES,
    CLASS_NAMES,
    CLASSES,
    SectionQuality,
    change_of_river,
    change_of_section,
)
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.colours import CALM, CLASS, FLOOD, STALE
from sanping.ui.live.painting import CENTRE, LEFT, RIGHT, badge, plate, set_size, write
from sanping.ui.live.row_area import RowArea
from sanping.ui.theme import QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

TITLE = Text("河流态势", "State of the river")
NOTHING = Text("孪生没有声明河流，或还没有读数", "The twin declares no river, or nothing has been measured yet")
QUALITY = Text("水质", "Water quality")
LEVEL = Text("水情", "Flood state")
GOOD_SHARE = Text("Ⅰ–Ⅲ类断面 {share} %", "Classes I–III {share} %")
BY_SHARES = Text("按 {count} 个断面类别比例评价", "By the shares of {count} sections")
BY_MEAN = Text("按 {count} 个断面均值评价", "By the mean of {count} sections")
NO_QUALITY = Text("无评价", "Not assessed")
SECTIONS = Text("断面", "sections")
RANKING = Text("断面排名（由差到好）", "Sections, the worst first")
TARGET = Text("目标 {name}", "target {name}")
OVER = Text("{item} 超标 {times} 倍", "{item} {times}× over")
WORSE = Text("{item} 未达标", "{item} not met")
DECISIVE = Text("{item} 定类", "set by {item}")
NITROGEN = Text("总氮 {name}", "TN {name}")
ODOUR = {"light": Text("轻度黑臭", "black-odorous"), "heavy": Text("重度黑臭", "heavily black-odorous")}
SINCE_YESTERDAY = Text("较昨日{change}", "{change} since yesterday")
LEAST_BOARD = Text("最小超高 {value} m", "Least freeboard {value} m")
SHORT_CLASS = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ", 5: "Ⅴ", 6: "劣Ⅴ"}
SHORT_CLASS_EN = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: ">V"}
GRADE_CLASS: tuple[WaterClass, ...] = (2, 3, 4, 5, 6)
SUMMARY_HEIGHT, ROW_HEIGHT = 124, 40


class RiverSummary(QWidget):
    """Paints the ring of classes with the grade beside it."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SUMMARY_HEIGHT)
        self.river: RiverState | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer the width of a panel."""
        return QSize(290, SUMMARY_HEIGHT)

    def show_river(self, river: RiverState) -> None:
        """Show this river."""
        self.river = river
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ring and words."""
        if self.river is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ring(painter, self.river)
        self._paint_words(painter, self.river)
        painter.end()

    def _paint_ring(self, painter: QPainter, river: RiverState) -> None:
        ring = QRectF(8, 10, 104, 104)
        painter.setPen(QPen(QColor(90, 160, 230, 40), 11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 0, 360 * 16)
        quality = river.quality
        turn = 90.0
        for number in CLASSES:
            share = 0.0 if quality is None else quality.shares[number]
            if share <= 0:
                continue
            span = 3.6 * share
            gap = 2.0 if share < 99.9 else 0.0
            painter.setPen(QPen(CLASS[number], 11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawArc(ring, round((turn - span + gap / 2) * 16), round((span - gap) * 16))
            turn -= span
        count = 0 if quality is None else quality.sections
        set_size(painter, 26, is_bold=True)
        write(painter, ring.adjusted(0, -8, 0, -8), str(count) if count else words.MISSING, WHITE, CENTRE)
        set_size(painter, 11)
        write(painter, ring.adjusted(0, 34, 0, 0), self._words.say(SECTIONS), QUIET, CENTRE)

    def _paint_words(self, painter: QPainter, river: RiverState) -> None:
        say, left, wide = self._words.say, 134.0, self.width() - 134.0
        quality = river.quality
        grade = NO_QUALITY if quality is None else quality.name
        colour = STALE if quality is None else CLASS[GRADE_CLASS[quality.grade]]
        set_size(painter, 12)
        write(painter, QRectF(left, 6, wide, 16), say(QUALITY), QUIET)
        set_size(painter, 21 if self._words.language == "zh" else 17, is_bold=True)
        write(painter, QRectF(left, 22, wide, 26), say(grade), colour.lighter(112))
        set_size(painter, 11)
        if quality is not None:
            share = GOOD_SHARE.with_values(share=f"{quality.good_share:.0f}")
            write(painter, QRectF(left, 48, wide, 16), say(share), QUIET)
        set_size(painter, 12)
        write(painter, QRectF(left, 68, wide, 16), say(LEVEL), QUIET)
        set_size(painter, 17, is_bold=True)
        state = NO_QUALITY if river.flood == "unknown" else FLOOD_NAMES[river.flood]
        write(painter, QRectF(left, 84, wide, 22), say(state), FLOOD[river.flood].lighter(112))
        set_size(painter, 11)
        least = _least_board(river)
        if least is not None:
            board = LEAST_BOARD.with_values(value=f"{least:.2f}")
            write(painter, QRectF(left, 105, wide, 16), say(board), QUIET)


class SectionRanking(QWidget):
    """Paints the sections, the worst first; `section_asked` carries the station that was clicked.

    `before` holds the classes of a day ago by station.
    """

    section_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.rows: tuple[StationView, ...] = ()
        self.before: Mapping[str, WaterClass] = {}
        self._under = -1

    def show_sections(self, sections: Sequence[StationView]) -> None:
        """Show these sections."""
        rows = tuple(sorted(sections, key=_badness))
        self.rows = rows
        self.setMinimumHeight(ROW_HEIGHT * len(rows))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of all rows."""
        return QSize(290, ROW_HEIGHT * len(self.rows))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask for the section."""
        row = int(event.position().y() // ROW_HEIGHT)
        if 0 <= row < len(self.rows):
            self.section_asked.emit(self.rows[row].station.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Mark the row below the pointer."""
        self._mark(int(event.position().y() // ROW_HEIGHT))

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Mark nothing."""
        self._mark(-1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = event.rect()
        for number, shown in enumerate(self.rows):
            area = QRectF(0, number * ROW_HEIGHT, self.width(), ROW_HEIGHT)
            if area.bottom() >= seen.top() and area.top() <= seen.bottom():
                if number == self._under:
                    painter.fillRect(area, QColor(60, 140, 220, 38))
                self._paint_row(painter, area, number + 1, shown)
        painter.end()

    def _mark(self, row: int) -> None:
        if row != self._under:
            self._under = row
            self.update()

    def _paint_row(self, painter: QPainter, area: QRectF, rank: int, shown: StationView) -> None:
        say, found = self._words.say, shown.quality
        painter.fillRect(QRectF(4, area.bottom() - 1, area.width() - 8, 1), QColor(90, 160, 230, 30))
        set_size(painter, 12)
        write(painter, QRectF(2, area.top(), 20, ROW_HEIGHT), f"{rank}", QUIET, CENTRE)
        plate_area = QRectF(area.right() - 46, area.top() + 9, 42, 22)
        if found is None:
            plate(painter, plate_area, words.MISSING, STALE)
        else:
            plate(painter, plate_area, short_class(found.water_class, self._words.language), CLASS[found.water_class])
        wide = plate_area.left() - 34
        set_size(painter, 13)
        name_wide = wide if self._change(shown) is None else wide - 64
        if found is not None and found.odour is not None:
            left = badge(painter, plate_area.left() - 6, area.top() + 13, say(ODOUR[found.odour]), CLASS[6])
            name_wide = left - 34
            set_size(painter, 13)
        write(painter, QRectF(28, area.top() + 3, name_wide, 20), say(shown.station.name),
              TEXT if found is not None else QUIET)  # fmt: skip
        set_size(painter, 11)
        line = QRectF(28, area.top() + 21, wide, 16)
        target = shown.station.target_class
        ending = "" if target is None else say(TARGET.with_values(name=CLASS_NAMES[target]))
        write(painter, line, ending, QUIET, RIGHT)
        change = self._change(shown)
        if change is not None:
            write(painter, line.translated(0, -18), say(change), CALM if change in CHANGES[3:] else CLASS[5], RIGHT)
        room = line.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(ending) - 8, 0)
        is_over = found is not None and bool(found.over_target)
        write(painter, room, say(reason_of(found)), CLASS[5] if is_over else QUIET, LEFT)

    def _change(self, shown: StationView) -> Text | None:
        """Return the wording of a change since a day ago, None where there is none."""
        before = self.before.get(shown.station.id)
        if before is None or shown.quality is None:
            return None
        change = change_of_section(before, shown.quality.water_class)
        return None if change is CHANGES[2] else change


class RiverPanel(GlassPanel):
    """Shows one `RiverState`; the person chooses which when there are several."""

    section_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + SUMMARY_HEIGHT + 120
        self._rivers: tuple[RiverState, ...] = ()
        self._before: RiverView | None = None
        self._rows = -1
        self.choice = QComboBox()
        self.choice.currentIndexChanged.connect(self._show_chosen)
        self.nothing = QLabel()
        self.nothing.setProperty("role", "quiet")
        self.nothing.setWordWrap(True)
        self.summary = RiverSummary(self.words)
        self.how = QLabel()
        self.how.setProperty("role", "quiet")
        self.heading = QLabel()
        self.heading.setProperty("role", "section")
        self.ranking = SectionRanking(self.words)
        self.ranking.section_asked.connect(self.section_asked)
        self._area = RowArea(self.ranking, ROW_HEIGHT)
        self.body.setContentsMargins(10, 8, 8, 10)
        self.body.setSpacing(4)
        for widget in (self.choice, self.nothing, self.summary, self.how, self.heading):
            self.body.addWidget(widget)
        self.body.addWidget(self._area, 1)
        self.words.put(self.nothing.setText, NOTHING)
        self.words.put(self.heading.setText, RANKING)
        self.show_rivers(())

    def wanted_height(self, width: int) -> int:
        """Height at which no section needs scrolling."""
        if self.is_folded:
            return super().wanted_height(width)
        if not self._rivers:
            return HEADER_HEIGHT + 60
        choice = 34 if len(self._rivers) > 1 else 0
        return HEADER_HEIGHT + SUMMARY_HEIGHT + choice + 74 + ROW_HEIGHT * len(self.ranking.rows)

    def show_rivers(self, rivers: Sequence[RiverState]) -> None:
        """Show the rivers of the twin."""
        is_other = [river.course.name for river in rivers] != [river.course.name for river in self._rivers]
        self._rivers = tuple(rivers)
        if is_other:
            self._fill_choice()
        self._show_chosen()

    def show_before(self, before: RiverView | None) -> None:
        """Compare with the river as it stood a day ago, or with nothing."""
        if before is self._before:
            return
        self._before = before
        stations = () if before is None else before.stations
        self.ranking.before = {one.station.id: one.quality.water_class for one in stations if one.quality is not None}
        self._show_chosen()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._fill_choice()
        self.summary.update()
        self.ranking.update()

    def _fill_choice(self) -> None:
        place = max(0, self.choice.currentIndex())
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([self.words.say(river.course.title) for river in self._rivers])
        self.choice.setCurrentIndex(min(place, len(self._rivers) - 1))
        self.choice.blockSignals(False)

    @Slot()
    def _show_chosen(self) -> None:
        has = bool(self._rivers)
        for widget in (self.summary, self.how, self.heading, self._area):
            widget.setVisible(has)
        self.nothing.setVisible(not has)
        self.choice.setVisible(len(self._rivers) > 1)
        if not has:
            return
        river = self._rivers[max(0, self.choice.currentIndex())]
        self.summary.show_river(river)
        self.ranking.show_sections(river.sections)
        how = BY_MEAN if river.quality is not None and river.quality.by_average else BY_SHARES
        count = 0 if river.quality is None else river.quality.sections
        said = how.with_values(count=count) if count else Text("", "")
        change = self._change(river)
        self.words.put(
            self.how.setText, said if change is None else Text(f"{said.zh} · {change.zh}", f"{said.en} · {change.en}")
        )
        if self._rows != len(river.sections):
            self._rows = len(river.sections)
            self.content_changed.emit()

    def _change(self, river: RiverState) -> Text | None:
        """Say how the river changed since a day ago, None when it was not assessed then."""
        rivers = () if self._before is None else self._before.rivers
        before = next((one.quality for one in rivers if one.course.name == river.course.name), None)
        if before is None or river.quality is None:
            return None
        return SINCE_YESTERDAY.with_values(change=change_of_river(before, river.quality))


def short_class(number: WaterClass, language: Language) -> str:
    """Return the class as a plate shows it."""
    return (SHORT_CLASS if language == "zh" else SHORT_CLASS_EN)[number]


def reason_of(found: SectionQuality | None) -> Text:
    """Say what decided the class of a section: the item most over its target, else the one that set it; then TN."""
    if found is None:
        return Text(words.MISSING, words.MISSING)
    if found.over_target:
        item, times = max(found.over_target.items(), key=lambda entry: entry[1] or 0.0)
        title = words.short(item)
        line = (
            WORSE.with_values(item=title)
            if times is None or not isfinite(times)
            else OVER.with_values(item=title, times=f"{times:.2f}")
        )
    else:
        line = DECISIVE.with_values(item=words.short(found.decisive[0]))
    nitrogen = found.reported.get("total_nitrogen")
    if nitrogen is None or nitrogen <= 3:
        return line
    reported = NITROGEN.with_values(name=Text(SHORT_CLASS[nitrogen], SHORT_CLASS_EN[nitrogen]))
    return Text(f"{line.zh} · {reported.zh}", f"{line.en} · {reported.en}")


def _badness(shown: StationView) -> tuple[int, float, float]:
    found = shown.quality
    if found is None:
        return (1, 0.0, shown.station.chainage_m or 0.0)
    over = max((times or 0.0 for times in found.over_target.values()), default=0.0)
    return (-found.water_class, -over, shown.station.chainage_m or 0.0)


def _least_board(river: RiverState) -> float | None:
    known = [view.freeboard.least_m for view in river.gauges if view.freeboard is not None]
    return min((value for value in known if value is not None), default=None)
