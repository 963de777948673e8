"""The form for what is taken out of the past: a recording, a film or a table; it shows how far the work is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import QDateTime, Qt, QTimeZone, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QFileDialog,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from sanping.commands.replay_actions import ExportWish
from sanping.domain.case_filter import EVERY_CASE, CaseScope
from sanping.domain.station import Station
from sanping.domain.text import Language, Text
from sanping.stage.filming import CameraChoice
from sanping.storage import film as films
from sanping.ui.live.work_form import WorkForm
from sanping.ui.wording import Wording

HOUR_MS = 3_600_000
FormKind = ExportWish | Literal["cases"]
TITLES: dict[FormKind, Text] = {
    "cases": Text("导出案件报告", "Export a report on cases"),
    "recording": Text("导出录像", "Export a recording"),
    "film": Text("导出影片", "Export a film"),
    "table": Text("导出数据表", "Export a table"),
}
ABOUT: dict[FormKind, Text] = {
    "cases": Text(
        "所选时段上报的案件：按街镇、部门、类别、来源、日期的指标和清单；不含举报人等个人信息",
        "The cases reported in the span: indicators by street, department, class, source and day, and the list; no"
        " personal data",
    ),
    "recording": Text(
        "一个文件，含所选时段的观测、告警、预警与视角，可在另一台三屏上回放",
        "One file with observations, alarms, warnings and camera of the span, to be replayed at another Sanping",
    ),
    "film": Text(
        "在后台绘制，不影响窗口；画面烧录时刻，模拟数据带“模拟”标记",
        "Drawn in the background; the moment is burnt in, and simulated data are marked",
    ),
    "table": Text(
        "所选站点的全部观测：Parquet 可再导入，CSV 供表格软件使用",
        "All observations of the chosen stations: Parquet can be read back, CSV is for spreadsheets",
    ),
}
FROM, TO, QUICK = Text("开始", "From"), Text("结束", "To"), Text("时段", "Span")
SPANS: tuple[tuple[int, Text], ...] = (
    (1, Text("最近 1 小时", "The last hour")),
    (6, Text("最近 6 小时", "The last 6 hours")),
    (24, Text("最近 24 小时", "The last 24 hours")),
    (0, Text("全部", "All")),
)
CASE_SPANS: tuple[tuple[int, Text], ...] = (
    (24, Text("最近 24 小时", "The last 24 hours")),
    (7 * 24, Text("最近 7 天", "The last 7 days")),
    (30 * 24, Text("最近 30 天", "The last 30 days")),
    (0, Text("最近一年", "The last year")),
)
CHOSEN = Text("自选", "As chosen below")
STATIONS = Text("站点（不选为全部）", "Stations (none: all)")
SIZE, SPEED, CAMERA, KIND = Text("画面", "Size"), Text("倍速", "Speed"), Text("视角", "Camera"), Text("格式", "Format")
CAMERAS: tuple[tuple[CameraChoice, Text], ...] = (
    ("fixed", Text("当前视角", "The present view")),
    ("path", Text("沿各收藏视角飞行", "A flight over the bookmarks")),
    ("recorded", Text("跟随录制的视角", "The recorded camera")),
)
SIZES = ("1280x720", "1920x1080", "2560x1440", "3840x2160", "3840x1080")
FILM_SPEEDS = (1, 10, 60, 600, 3600)
SUFFIXES: dict[FormKind, tuple[str, ...]] = {
    "cases": (".xlsx", ".pdf", ".csv"),
    "recording": (".sprec",),
    "film": films.SUFFIXES,
    "table": (".parquet", ".csv"),
}
FILM_KINDS = {films.SERIES: "PNG (ZIP)"}
BACKWARDS = Text("结束须晚于开始", "The end must be later than the beginning")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What a person wants: milliseconds since 1970 UTC, chosen stations (none: all), and for a film how it is drawn.

    `scope` says which cases a report is of.
    """

    kind: FormKind
    path: Path
    from_ms: int
    to_ms: int
    stations: frozenset[str] = frozenset()
    size: str = "1920x1080"
    speed: int = 60
    camera: CameraChoice = "fixed"
    scope: CaseScope = EVERY_CASE


class ScopeForm(Protocol):
    """The rows of a form that say which cases a report is of."""

    def rows(self, words: Wording) -> Sequence[tuple[Text, QWidget]]:
        """Return the fields with their titles."""

    def scope(self) -> CaseScope:
        """Return what is chosen in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOffer:
    """What can be chosen: the span that is remembered, the one proposed, stations, those chosen at first, a folder."""

    kind: FormKind
    first_ms: int
    last_ms: int
    from_ms: int
    to_ms: int
    stations: Sequence[Station] = ()
    chosen: frozenset[str] = frozenset()
    folder: Path = Path()
    name: str = "sanping"
    zone: tzinfo | None = None
    scopes: ScopeForm | None = None


class ExportDialog(WorkForm):
    """Asks, and then shows the work; `export_asked` carries an `ExportPlan`, `stop_asked` comes when it is stopped."""

    def __init__(self, offer: ExportOffer, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(TITLES[offer.kind], ABOUT[offer.kind], language, parent)
        self.offer = offer
        grid = self.grid
        self._add_span(grid)
        self._add_scope()
        if offer.kind == "film":
            self._add_film(grid)
        elif offer.kind == "cases":
            self._add_kind(grid)
        else:
            self._add_stations(grid)

    def plan(self, path: Path) -> ExportPlan:
        """Return what the form says, for a file."""
        offer = self.offer
        if offer.kind == "film":
            return ExportPlan(
                kind=offer.kind,
                path=path,
                from_ms=self._moment(self.begin),
                to_ms=self._moment(self.end),
                size=self.size_box.currentText(),
                speed=int(self.speed.currentData()),
                camera=self.camera.currentData(),
            )
        return ExportPlan(
            kind=offer.kind,
            path=path,
            from_ms=self._moment(self.begin),
            to_ms=self._moment(self.end),
            stations=frozenset() if offer.kind == "cases" else self.chosen(),
            scope=EVERY_CASE if offer.scopes is None else offer.scopes.scope(),
        )

    def chosen(self) -> frozenset[str]:
        """Return the stations that are ticked."""
        items = (self.stations.item(row) for row in range(self.stations.count()))
        return frozenset(
            item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def _add_span(self, grid: QGridLayout) -> None:
        self.quick = QComboBox()
        for hours, title in CASE_SPANS if self.offer.kind == "cases" else SPANS:
            self.quick.addItem(self.words.say(title), hours)
        self.words.put(self.quick.setPlaceholderText, CHOSEN)
        self.quick.setCurrentIndex(-1)
        self.quick.activated.connect(self._on_quick)
        self.begin, self.end = _field(), _field()
        self._set_span(self.offer.from_ms, self.offer.to_ms)
        for title, field in ((QUICK, self.quick), (FROM, self.begin), (TO, self.end)):
            self.add_row(title, field)

    def _add_scope(self) -> None:
        """Offer areas, departments and classes where a report is made."""
        for title, field in () if self.offer.scopes is None else self.offer.scopes.rows(self.words):
            self.add_row(title, field)

    def _add_film(self, grid: QGridLayout) -> None:
        self.size_box, self.speed, self.camera, self.kind = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.size_box.addItems(SIZES)
        self.size_box.setCurrentText("1920x1080")
        for speed in FILM_SPEEDS:
            self.speed.addItem(f"×{speed}", speed)
        self.speed.setCurrentIndex(3)
        for camera, title in CAMERAS:
            self.camera.addItem(self.words.say(title), camera)
        self.kind.addItems([FILM_KINDS.get(suffix, suffix[1:].upper()) for suffix in SUFFIXES["film"]])
        for title, field in ((SIZE, self.size_box), (SPEED, self.speed), (CAMERA, self.camera), (KIND, self.kind)):
            self.add_row(title, field)

    def _add_stations(self, grid: QGridLayout) -> None:
        self.stations = QListWidget()
        self.stations.setMinimumHeight(150)
        for station in self.offer.stations:
            item = QListWidgetItem(f"{self.words.say(station.name)}  {station.id}")
            item.setData(Qt.ItemDataRole.UserRole, station.id)
            is_chosen = station.id in self.offer.chosen
            item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
            self.stations.addItem(item)
        self.add_row(STATIONS, self.stations)
        if self.offer.kind == "table":
            self._add_kind(grid)

    def _add_kind(self, grid: QGridLayout) -> None:
        self.kind = QComboBox()
        self.kind.addItems([suffix[1:].upper() for suffix in SUFFIXES[self.offer.kind]])
        self.add_row(KIND, self.kind)

    def _suffix(self) -> str:
        suffixes = SUFFIXES[self.offer.kind]
        return suffixes[self.kind.currentIndex()] if len(suffixes) > 1 else suffixes[0]

    def ask_path(self) -> Path | None:
        """Ask where the file is to be; None when the person changes their mind."""
        suffix = self._suffix()
        proposed = self.offer.folder / f"{self.offer.name}{suffix}"
        title = self.words.say(TITLES[self.offer.kind])
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(proposed), f"*{suffix}")
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)

    def begin_work(self) -> None:
        """Ask where the file is to be, and begin."""
        if self._moment(self.end) <= self._moment(self.begin):
            self.words.put(self.said.setText, BACKWARDS)
            return
        path = self.ask_path()
        if path is not None:
            self.export_asked.emit(self.plan(path))

    @Slot(int)
    def _on_quick(self, index: int) -> None:
        hours, offer = int(self.quick.itemData(index)), self.offer
        begin_ms = max(offer.first_ms, offer.last_ms - hours * HOUR_MS) if hours else offer.first_ms
        self._set_span(begin_ms, offer.last_ms)

    def _set_span(self, from_ms: int, to_ms: int) -> None:
        for field, at_ms in ((self.begin, from_ms), (self.end, to_ms)):
            clock = datetime.fromtimestamp(at_ms / 1000, self.offer.zone).replace(tzinfo=UTC)
            field.setDateTime(QDateTime.fromMSecsSinceEpoch(round(clock.timestamp() * 1000), QTimeZone.utc()))

    def _moment(self, field: QDateTimeEdit) -> int:
        clock = datetime.fromtimestamp(field.dateTime().toMSecsSinceEpoch() / 1000, UTC)
        return round(clock.replace(tzinfo=self.offer.zone).timestamp() * 1000)


def _field() -> QDateTimeEdit:
    field = QDateTimeEdit()
    field.setTimeZone(QTimeZone.utc())  # it shows the clock where the twin lies, whatever zone this machine has
    field.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
    field.setCalendarPopup(True)
    return field
