"""Asks the hub for the courses that a layout's panels show, and keeps them up with what is heard."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import partial
from math import isfinite

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.ports.history import Series, SeriesKey
from sanping.twin.live_part import LivePart
from sanping.ui.live.living import Living
from sanping.ui.wall.facts import Points
from sanping.ui.wall.layout import Layout

HOUR_MS = 3_600_000
ASK_EVERY_MS = 600_000
FIRST_AGAIN_MS = 5_000
MOST_POINTS = 4000
WITH_COURSES = frozenset({"course", "day"})


def wanted_of(layout: Layout) -> tuple[tuple[str, str, int], ...]:
    """Return pattern of the station, quantity and hours of every course that a layout's panels show."""
    found = []
    for region in layout.panels:
        if region.panel in WITH_COURSES and region.show is not None:
            measures = region.show.measures if region.panel == "course" else region.show.measures[:1]
            for measure in measures:
                pattern = (measure.stations or region.show.stations)[0]
                found.append((pattern, measure.quantity, region.show.hours))
    return tuple(dict.fromkeys(found))


def resolved(wanted: Iterable[tuple[str, str, int]], part: LivePart) -> Mapping[tuple[str, str], int]:
    """Return the hours wanted by station and quantity; a pattern stands for the first station that matches."""
    found: dict[tuple[str, str], int] = {}
    for pattern, code, hours in wanted:
        station = next((station.id for station in part.stations if fnmatchcase(station.id, pattern)), None)
        if station is not None:
            found[station, code] = max(hours, found.get((station, code), 0))
    return found


class SeriesKeeper(QObject):
    """Emits `changed` with all courses by station and quantity."""

    changed = Signal(object)

    def __init__(self, living: Living, wanted: Mapping[tuple[str, str], int], parent: QObject) -> None:
        super().__init__(parent)
        self._living, self._wanted = living, wanted
        self._series: dict[tuple[str, str], Points] = {}
        self._again = QTimer(self)
        self._again.setInterval(ASK_EVERY_MS)
        self._again.timeout.connect(self.ask)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(FIRST_AGAIN_MS)
        self._soon.timeout.connect(self.ask)
        if wanted:
            living.linked.connect(self._on_linked)
            living.view_changed.connect(self._on_view)
            self._again.start()

    @Slot()
    def _on_linked(self) -> None:
        self.ask()
        self._soon.start()

    @Slot()
    def ask(self) -> None:
        """Ask for all courses."""
        link = self._living.link
        if link is None:
            return
        now_ms = self._living.now_ms()
        for (station, code), hours in self._wanted.items():
            key = SeriesKey(station=station, quantity=code)
            question = partial(link.questions.series, key, now_ms - hours * HOUR_MS, now_ms, "5min")
            self._living.asking.ask(question, partial(self._on_series, (station, code)))

    def _on_series(self, name: tuple[str, str], series: Series) -> None:
        pairs = zip(series.event_ms.tolist(), series.value.tolist(), strict=True)
        self._series[name] = tuple((at_ms, value) for at_ms, value in pairs if isfinite(value))
        self.changed.emit(dict(self._series))

    @Slot()
    def _on_view(self) -> None:
        is_new = False
        for station, code in self._wanted:
            reading, known = self._living.state.reading(station, code), self._series.get((station, code), ())
            if reading is not None and isfinite(reading.value) and (not known or known[-1][0] < reading.event_ms):
                self._series[station, code] = (*known, (float(reading.event_ms), reading.value))[-MOST_POINTS:]
                is_new = True
        if is_new:
            self.changed.emit(dict(self._series))
