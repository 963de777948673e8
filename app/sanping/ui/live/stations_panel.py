"""All stations: search, filters, and a list with value, age and quality of each."""

from collections.abc import Mapping
from typing import cast, get_args

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QLabel, QLineEdit, QListView, QWidget

from sanping.domain.station import StationKind
from sanping.domain.text import Language, Text
from sanping.twin.river_view import RiverView, StationView
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.station_list import ROW_HEIGHT, STATION, StateFilter, StationLine, StationModel

TITLE = Text("监测站点", "Stations")
SEARCH = Text("查找站名或编号", "Find by name or id")
ALL_KINDS = Text("全部类型", "All kinds")
STATES: Mapping[StateFilter, Text] = {
    "all": Text("全部状态", "All states"),
    "alarm": Text("有告警", "With alarms"),
    "stale": Text("无新数据", "Without fresh data"),
    "suspect": Text("数据存疑", "Doubtful data"),
}
COUNT = Text("{shown} / {all} 站 · 实时 {fresh} / {measuring}", "{shown} of {all} · {fresh} of {measuring} live")
USUAL_ROWS = 9


class StationsPanel(GlassPanel):
    """Shows the stations of a `RiverView`; `station_asked` carries the id of the one that was clicked."""

    station_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = 260
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.kind, self.state = QComboBox(), QComboBox()
        self.count = QLabel()
        self.count.setProperty("role", "quiet")
        self.model = StationModel(self)
        self.line = StationLine(self.words, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.line)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        filters = QHBoxLayout()
        filters.setSpacing(6)
        filters.addWidget(self.kind, 1)
        filters.addWidget(self.state, 1)
        self.body.setContentsMargins(10, 10, 6, 8)
        self.body.addWidget(self.search)
        self.body.addLayout(filters)
        self.body.addWidget(self.count)
        self.body.addWidget(self.list, 1)
        self.words.put(self.search.setPlaceholderText, SEARCH)
        self._fill_filters()
        self.search.textChanged.connect(self._choose)
        self.search.returnPressed.connect(self._take_first)
        self.kind.currentIndexChanged.connect(self._choose)
        self.state.currentIndexChanged.connect(self._choose)
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)

    def wanted_height(self, width: int) -> int:
        """Height for the first rows; more are reached by scrolling."""
        if self.is_folded:
            return super().wanted_height(width)
        return HEADER_HEIGHT + 120 + ROW_HEIGHT * max(3, min(USUAL_ROWS, len(self.model.view.stations)))

    def show_view(self, view: RiverView) -> None:
        """Show newer values."""
        had = len(self.model.view.stations)
        self.line.now_ms = view.now_ms
        self.model.show_view(view)
        self._count()
        if len(view.stations) != had:
            self.content_changed.emit()

    def show_sources(self, titles: Mapping[str, Text]) -> None:
        """Know the sources by their titles."""
        self.line.sources = titles

    def show_chosen(self, station: str) -> None:
        """Mark the station whose sheet is open, and bring it into view."""
        if station == self.line.chosen:
            return
        self.line.chosen = station
        row = self.model.row_of(station)
        if row >= 0:
            self.list.scrollTo(self.model.index(row))
        self.list.viewport().update()

    def look_for(self) -> None:
        """Take the keyboard to look for a station."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._fill_filters()
        self._count()
        self.list.viewport().update()

    def _fill_filters(self) -> None:
        say = self.words.say
        kinds = [(say(ALL_KINDS), None), *((say(words.KIND[kind]), kind) for kind in get_args(StationKind))]
        states = [(say(title), name) for name, title in STATES.items()]
        for box, entries in ((self.kind, kinds), (self.state, states)):
            place = max(0, box.currentIndex())
            box.blockSignals(True)
            box.clear()
            for title, value in entries:
                box.addItem(title, value)
            box.setCurrentIndex(place)
            box.blockSignals(False)

    def _count(self) -> None:
        stations = self.model.view.stations
        measuring = [shown for shown in stations if shown.station.kinds != ("camera",) or shown.main is not None]
        fresh = sum(shown.freshness == "fresh" for shown in measuring)
        counts = COUNT.with_values(
            shown=f"{self.model.rowCount():,}", all=f"{len(stations):,}", fresh=f"{fresh:,}",
            measuring=f"{len(measuring):,}",
        )  # fmt: skip
        self.words.put(self.count.setText, counts)

    @Slot()
    def _choose(self) -> None:
        kind = cast("StationKind | None", self.kind.currentData())
        state = cast("StateFilter", self.state.currentData() or "all")
        self.model.choose(self.search.text(), kind, state)
        self._count()

    @Slot()
    def _take_first(self) -> None:
        if self.model.rowCount():
            self._on_clicked(self.model.index(0))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        shown = index.data(STATION)
        if isinstance(shown, StationView):
            self.station_asked.emit(shown.station.id)
