"""The gauges that tell a level on the twin's datum, and the courses of their last hours as water follows them."""

from datetime import UTC, datetime, tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal

from sanping.analysis.level_series import LevelSeries, level_series
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey
from sanping.twin.flood import in_twin_datum
from sanping.twin.river_view import RiverView
from sanping.ui.live.living import Living

LEVEL, HOUR_MS = "water_level", 3_600_000
NO_GAUGE = Text("请先选一个测站", "Choose a gauge first")
NO_HISTORY = Text(
    "没有连接中枢，取不到测站的水位过程；可以改用“填写的过程”",
    "There is no hub to ask for the course of a gauge; type one instead",
)
NO_LEVELS = Text("测站“{name}”近 {hours} 小时没有水位", "{name} has told no level in the last {hours} hours")
NO_DATUM = Text(
    "测站“{name}”没有水准基面改正（datum_offset_m），水位不能换到孪生的高程基准",
    "The offset of the datum of {name} (datum_offset_m) is not known: its levels cannot be brought to the twin's",
)


def gauges_of(view: RiverView) -> list[tuple[str, Text, float]]:
    """Return the stations that tell a level on the twin's datum now, with their names and that level."""
    found = []
    for shown in view.stations:
        reading = shown.readings.get(LEVEL)
        level = None if reading is None or reading.value is None else in_twin_datum(reading.value, shown.station)
        if level is not None:
            name = shown.station.name
            found.append((shown.station.id, Text(f"{name.zh}  {level:.2f} 米", f"{name.en}  {level:.2f} m"), level))
    return found


class GaugeSeries(QObject):
    """Asks for one course at a time: `came` carries a `LevelSeries`, `failed` a `Text`."""

    came = Signal(object)
    failed = Signal(object)

    def __init__(self, living: Living, parent: QObject) -> None:
        super().__init__(parent)
        self._living = living
        self._wish = 0

    def ask(self, station: str, hours: int, zone: tzinfo | None) -> None:
        """Ask for the last hours of a station; its moments are told in `zone`."""
        self._wish += 1
        living, known = self._living, self._living.part.by_id.get(station)
        if known is None:
            self.failed.emit(NO_GAUGE)
            return
        offset_m = known.datum_offset_m
        if offset_m is None:
            self.failed.emit(NO_DATUM.with_values(name=known.name))
            return
        key, to_ms = SeriesKey(station=station, quantity=LEVEL), living.view.now_ms or living.now_ms()
        nothing = NO_LEVELS.with_values(name=known.name, hours=hours)
        then = partial(self._take, self._wish, offset_m, zone, nothing)
        failed = partial(self._fail, self._wish)
        if not living.ask_series(key, (to_ms - hours * HOUR_MS, to_ms), "5min", then, failed):
            self.failed.emit(NO_HISTORY)

    def forget(self) -> None:
        """Want no answer any more."""
        self._wish += 1

    def _take(self, wish: int, offset_m: float, zone: tzinfo | None, nothing: Text, series: Series) -> None:
        if wish != self._wish:
            return
        try:
            found: LevelSeries = level_series(
                [datetime.fromtimestamp(at_ms / 1000.0, UTC).astimezone(zone) for at_ms in series.event_ms.tolist()],
                series.value + offset_m,
            )
        except SanpingError:
            self.failed.emit(nothing)
        else:
            self.came.emit(found)

    def _fail(self, wish: int, error: SanpingError) -> None:
        if wish == self._wish:
            self.failed.emit(error.message)
