"""The sheet of one station: what it measures now, how that came to be, and what the values mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QWidget

from sanping.domain.quantity import quantity
from sanping.domain.text import Language, Text
from sanping.ports.history import Series
from sanping.twin.river_view import StationView
from sanping.twin.water_quality import WaterStandard
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.colours import FLOOD
from sanping.ui.live.hydrograph import Graph, Hydrograph, Line
from sanping.ui.live.radar import Radar, Spoke
from sanping.ui.live.row_area import RowArea
from sanping.ui.live.station_sheet import HEAD_HEIGHT, ROW_HEIGHT, Readings, StationHead

TITLE = Text("站点详情", "Station")
GO = Text("转到该站", "Go to the station")
HOURS: tuple[tuple[int, Text], ...] = (
    (6, Text("6 h", "6 h")),
    (24, Text("24 h", "24 h")),
    (72, Text("3 天", "3 d")),
    (168, Text("7 天", "7 d")),
)
WARNING, GUARANTEE, RECORD = Text("警戒", "warning"), Text("保证", "guarantee"), Text("历史最高", "record")
LEAST_ROWS = 4
RADAR_LIMIT_CLASS = 3
MOST_SPOKES = 8
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Which course of a station is asked for."""

    station: str
    quantity: str
    statistic: str
    period_s: int
    hours: int


class StationPanel(GlassPanel):
    """Shows one `StationView`; `course_asked` carries a `Course`, `go_asked` the station's id."""

    course_asked = Signal(object)
    go_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + HEAD_HEIGHT + 210
        self.shown: StationView | None = None
        self.standard: WaterStandard | None = None
        self.hours = HOURS[1][0]
        self._now_ms = 0
        self._course: Course | None = None
        go = self.header_button("target", GO)
        go.clicked.connect(self._go)
        self.head = StationHead(self.words)
        self.readings = Readings(self.words)
        self.readings.quantity_asked.connect(self._choose)
        self.chart = Hydrograph()
        self.caption = QLabel()
        self.caption.setProperty("role", "section")
        self.radar = Radar()
        self._area = RowArea(self.readings, ROW_HEIGHT)
        self.body.setContentsMargins(12, 8, 10, 10)
        self.body.setSpacing(6)
        self.body.addWidget(self.head)
        self.body.addLayout(self._make_caption())
        self.body.addWidget(self.chart)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.radar)

    def wanted_height(self, width: int) -> int:
        """Height at which no reading needs scrolling."""
        if self.is_folded:
            return super().wanted_height(width)
        radar = self.radar.height() + 6 if self._has_radar() else 0
        rows = ROW_HEIGHT * len(self.readings.rows)
        return HEADER_HEIGHT + HEAD_HEIGHT + 34 + self.chart.height() + rows + radar + 44

    def show_station(self, shown: StationView, now_ms: int, source: Text) -> None:
        """Show newer values of this station, or another station."""
        is_other = self.shown is None or self.shown.station.id != shown.station.id
        had = (len(self.readings.rows), self._has_radar())
        self.shown, self._now_ms = shown, now_ms
        self.head.show_station(shown, now_ms, source)
        self.readings.show_readings(shown, now_ms)
        self._show_radar(shown)
        if is_other:
            self.readings.chosen = "" if shown.main is None else shown.main.quantity
            self._ask()
        elif not self.readings.chosen and shown.main is not None:
            self._choose(shown.main.quantity)
        if is_other or had != (len(self.readings.rows), self._has_radar()):
            self.content_changed.emit()

    def show_course(self, course: Course, series: Series | None) -> None:
        """Show the course that was asked for; one that is not wanted any more is left out."""
        if course != self._course:
            return
        if series is None:
            self.chart.show_graph(None)
            return
        self.chart.show_graph(
            Graph(
                event_ms=series.event_ms,
                value=np.where(np.isin(series.quality, ("good", "suspect")), series.value, np.nan),
                from_ms=self._now_ms - course.hours * HOUR_MS,
                to_ms=self._now_ms,
                decimals=quantity(course.quantity).decimals,
                lines=self._lines(course.quantity),
                gap_ms=2000.0 * max(course.period_s, 300 if self.shown is None else self.shown.station.interval_s),
            )
        )

    def ask_again(self) -> None:
        """Ask for the course anew, because time has passed."""
        self._ask()

    def set_zone(self, zone: tzinfo | None) -> None:
        """Write times as the clocks where the twin lies show them."""
        self.chart.zone = zone

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.chart.language = self.radar.language = language
        for widget in (self.head, self.readings, self.chart, self.radar):
            widget.update()

    def _make_caption(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.caption, 1)
        self._spans = QButtonGroup(self)
        for hours, title in HOURS:
            button = QPushButton()
            button.setCheckable(True)
            button.setChecked(hours == self.hours)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet(
                "QPushButton { padding: 1px 7px; min-height: 16px; font-size: 11px; background: transparent;"
                " border-color: rgba(80,165,240,70); }"
                "QPushButton:checked { background: rgba(50,150,235,120); border-color: rgba(110,200,255,200); }"
            )
            self.words.put(button.setText, title)
            self._spans.addButton(button, hours)
            row.addWidget(button)
        self._spans.idClicked.connect(self._choose_span)
        return row

    def _lines(self, name: str) -> tuple[Line, ...]:
        assert self.shown is not None
        if name != "water_level":
            return ()
        known = self.shown.station.thresholds
        wanted = ((known.warning_m, WARNING, "yellow"), (known.guarantee_m, GUARANTEE, "orange"),
                  (known.record_m, RECORD, "red"))  # fmt: skip
        return tuple(
            Line(value=value, title=title, colour=FLOOD[colour])  # type: ignore[index]
            for value, title, colour in wanted
            if value is not None
        )

    def _show_radar(self, shown: StationView) -> None:
        self.radar.show_spokes(self._spokes(shown))
        self._fit_radar()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the radar out where the readings need its room."""
        super().resizeEvent(event)
        self._fit_radar()

    def _fit_radar(self) -> None:
        room = self.height() - HEADER_HEIGHT - HEAD_HEIGHT - 78 - self.chart.height() - self.radar.height() - 6
        rows = min(LEAST_ROWS, len(self.readings.rows))
        self.radar.setVisible(self._has_radar() and room >= ROW_HEIGHT * rows)

    def _has_radar(self) -> bool:
        return len(self.radar.spokes) >= 3

    def _spokes(self, shown: StationView) -> Sequence[Spoke]:
        if shown.quality is None or self.standard is None:
            return ()
        spokes = []
        body = "lake" if shown.station.is_lake else "river"
        for item in self.standard.items:
            if item.body not in ("any", body):
                continue
            value = shown.value(item.quantity)
            if item.quantity not in shown.quality.items or value is None or item.better == "range":
                continue
            limit = item.limits[RADAR_LIMIT_CLASS - 1]
            share = limit / max(value, 1e-9) if item.better == "higher" else value / max(limit, 1e-9)
            spokes.append(
                Spoke(
                    title=words.short(item.quantity),
                    value=words.number(shown.readings[item.quantity]),
                    share=share,
                    water_class=shown.quality.items[item.quantity],
                )
            )
        return spokes[:MOST_SPOKES]

    @Slot(str)
    def _choose(self, name: str) -> None:
        self.readings.chosen = name
        self.readings.update()
        self._ask()

    @Slot(int)
    def _choose_span(self, hours: int) -> None:
        self.hours = hours
        self._ask()

    @Slot()
    def _go(self) -> None:
        if self.shown is not None:
            self.go_asked.emit(self.shown.station.id)

    def _ask(self) -> None:
        shown, name = self.shown, self.readings.chosen
        reading = None if shown is None else shown.readings.get(name)
        if shown is None or reading is None:
            self._course = None
            self.words.put(self.caption.setText, Text("", ""))
            self.chart.show_graph(None)
            return
        known = quantity(name)
        unit = f"（{known.unit}）" if known.unit else ""
        unit_en = f" ({known.unit})" if known.unit else ""
        self.words.put(self.caption.setText, Text(f"{known.title.zh}{unit}", f"{known.title.en}{unit_en}"))
        course = Course(
            station=shown.station.id,
            quantity=name,
            statistic=reading.statistic,
            period_s=reading.period_s,
            hours=self.hours,
        )
        self._course = course
        self.course_asked.emit(course)
