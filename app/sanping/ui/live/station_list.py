"""The stations as Qt's list views take them: thirty thousand rows, of which only the visible ones are painted."""

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sanping.domain.quantity import quantity
from sanping.domain.station import StationKind
from sanping.domain.text import Text
from sanping.twin.alarm_list import COLOUR_ORDER
from sanping.twin.river_view import RiverView, StationView
from sanping.ui.live import words
from sanping.ui.live.colours import ALARM, STALE, SUSPECT, colour_of
from sanping.ui.live.painting import LEFT, badge, dot, set_size, value_width, write, write_value
from sanping.ui.theme import QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

Index = QModelIndex | QPersistentModelIndex
StateFilter = Literal["all", "alarm", "stale", "suspect"]
STATION = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 46
NEVER = Text("尚无数据", "No data yet")
STALE_WORDS = Text("过时", "stale")
NO_INDEX = QModelIndex()


class StationModel(QAbstractListModel):
    """The stations that pass search and filters; the ones with alarms first, else in the order of the twin."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = RiverView(now_ms=0, is_live=False)
        self._query = ""
        self._kind: StationKind | None = None
        self._state: StateFilter = "all"
        self._searched: dict[str, str] = {}
        self._rows: list[str] = []

    def show_view(self, view: RiverView) -> None:
        """Show newer values; rows keep their place unless the list has changed."""
        self.view = view
        if len(self._searched) != len(view.stations) or any(name not in self._searched for name in view.by_id):
            self._searched = {
                name: f"{shown.station.name.zh}\n{shown.station.name.en}\n{name}".lower()
                for name, shown in view.by_id.items()
            }
        self._list_again()

    def choose(self, query: str, kind: StationKind | None, state: StateFilter) -> None:
        """List only what matches."""
        self._query, self._kind, self._state = query.strip().lower(), kind, state
        self._list_again()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the station of a row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        shown = self.view.by_id[self._rows[index.row()]]
        if role == STATION:
            return shown
        return shown.station.name.zh if role == Qt.ItemDataRole.DisplayRole else None

    def row_of(self, station: str) -> int:
        """Return the row of a station, −1 when it is not listed."""
        return self._rows.index(station) if station in self._rows else -1

    def _list_again(self) -> None:
        rows = sorted(
            (name for name, shown in self.view.by_id.items() if self._is_wanted(name, shown)), key=self._urgency
        )
        if rows == self._rows:
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _urgency(self, name: str) -> int:
        shown = self.view.by_id[name]
        if shown.worst_alarm is not None:
            return COLOUR_ORDER.index(shown.worst_alarm.colour)
        return len(COLOUR_ORDER) + ("camera" in shown.station.kinds)

    def _is_wanted(self, name: str, shown: StationView) -> bool:
        if self._query and self._query not in self._searched[name]:
            return False
        if self._kind is not None and self._kind not in shown.station.kinds:
            return False
        match self._state:
            case "alarm":
                return shown.worst_alarm is not None
            case "stale":
                return shown.freshness != "fresh"
            case "suspect":
                return any(reading.quality != "good" for reading in shown.readings.values())
        return True


class StationLine(QStyledItemDelegate):
    """Paints one station: colour, name, value; below kind, age, source, and what to be careful about."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = wording
        self.now_ms = 0
        self.chosen = ""
        self.sources: Mapping[str, Text] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        shown: StationView = index.data(STATION)
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shown.station.id == self.chosen:
            painter.fillRect(area, QColor(45, 130, 210, 95))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(60, 140, 220, 38))
        painter.fillRect(QRectF(area.left() + 8, area.bottom() - 1, area.width() - 16, 1), QColor(90, 160, 230, 30))
        is_fresh = shown.freshness == "fresh"
        colour = ALARM[shown.worst_alarm.colour] if shown.worst_alarm is not None else colour_of(shown)
        dot(painter, QPointF(area.left() + 11, area.top() + 16), colour, is_hollow=not is_fresh)
        self._paint_value(painter, area, shown, WHITE if is_fresh else STALE)
        self._paint_below(painter, area, shown)
        painter.restore()

    def _paint_value(self, painter: QPainter, area: QRectF, shown: StationView, colour: QColor) -> None:
        main = shown.main
        number, unit = words.number(main), "" if main is None else quantity(main.quantity).unit
        if number == words.MISSING:
            unit = ""
        wide = value_width(painter, number, unit)
        top = QRectF(area.left() + 24, area.top() + 5, area.width() - 32, 22)
        set_size(painter, 13)
        write(painter, top.adjusted(0, 0, -wide - 10, 0), self._words.say(shown.station.name),
              TEXT if shown.freshness == "fresh" else QUIET, LEFT)  # fmt: skip
        write_value(painter, top, number, unit, colour)

    def _paint_below(self, painter: QPainter, area: QRectF, shown: StationView) -> None:
        say, right, middle = self._words.say, area.right() - 8, area.top() + 35.0
        if shown.is_simulated:
            right = badge(painter, right, middle, say(words.SIMULATED_SHORT)) - 5
        main = shown.main
        if main is not None and main.quality != "good":
            right = badge(painter, right, middle, say(words.QUALITY[main.quality]), SUSPECT) - 5
        if shown.freshness == "stale":
            right = badge(painter, right, middle, say(STALE_WORDS), STALE) - 5
        set_size(painter, 11)
        kinds = "·".join(say(words.KIND[kind]) for kind in shown.station.kinds[:2])
        parts = [kinds, say(NEVER) if main is None else say(words.age(main.event_ms, self.now_ms))]
        if main is not None and main.source:
            parts.append(say(self.sources.get(main.source, Text(main.source, main.source))))
        write(painter, QRectF(area.left() + 24, middle - 9, right - area.left() - 26, 18), "  ".join(parts), QUIET)
