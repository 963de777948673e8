"""The strip at the bottom: coordinates, height, scale, quality, frame time, and the jobs that run."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from sanping.client.link import LinkState, LinkStatus
from sanping.domain.text import Language, Text
from sanping.ui.icons import Icons
from sanping.ui.theme import ACCENT, STATUS_HEIGHT
from sanping.ui.wording import Wording

CRS_TIP = Text("选择坐标系", "Choose the coordinate reference system")
SCALE_TIP = Text("画面中心的比例尺（96 dpi）", "Scale at the middle of the view (96 dpi)")
FRAME = Text("{ms} ms/帧", "{ms} ms a frame")
FRAME_TIP = Text("上一帧的绘制时间", "Time to draw the last frame")
HEIGHT = Text("高程 {value} m", "Elevation {value} m")
STOP = Text("停止（读取、截图）", "Stop (loading, pictures)")
MORE_JOBS = Text("（另有 {count} 项）", " ({count} more)")
READY = Text("就绪", "Ready")
TWIN_CRS = Text("孪生坐标系 {crs}", "The twin's own, {crs}")
NAMED_CRS: tuple[tuple[str, Text], ...] = (
    ("EPSG:4490", Text("CGCS2000 经纬度", "CGCS2000 longitude, latitude")),
    ("EPSG:4326", Text("WGS 84 经纬度", "WGS 84 longitude, latitude")),
    ("GCJ-02", Text("火星坐标 GCJ-02", "GCJ-02")),
    ("BD-09", Text("百度坐标 BD-09", "BD-09")),
)
LINKS: dict[LinkState, tuple[Text, str]] = {
    "connecting": (Text("正在连接中枢", "Connecting to the hub"), "#8aaccc"),
    "linked": (Text("实时", "Live"), "#3bd68a"),
    "away": (Text("中枢断开，正在重连", "Hub away, connecting again"), "#ff8a2a"),
    "refused": (Text("中枢拒绝连接", "The hub refuses"), "#ff5252"),
}
CALM, TROUBLE = "#8aaccc", "#ff8a2a"
AWAY = Text("中枢断开，{seconds} 秒后重连", "Hub away, again in {seconds} s")
REPLAYED = (Text("回放中，非实时", "Replay, not live"), "#b69cff")
QUALITIES = {
    "draft": Text("草图画质", "Draft"),
    "soft": Text("流畅画质", "Smooth"),
    "standard": Text("标准画质", "Standard"),
    "high": Text("精细画质", "Fine"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """What runs now: how many jobs, the share that is done (0 … 1), and what the last one says."""

    count: int
    share: float
    doing: Text


class ThinBar(QWidget):
    """A line that fills. Qt's own progress bar paints at once, and with it the whole city."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(170, 5)
        self._share = 0.0

    def show_share(self, share: float) -> None:
        """Show how much is done, 0 … 1."""
        if abs(share - self._share) > 0.004:
            self._share = share
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(60, 120, 180, 70))
        painter.fillRect(0, 0, round(self.width() * self._share), self.height(), ACCENT)
        painter.end()


class StatusBar(QWidget):
    """Shows figures; `crs_asked` carries the CRS to show coordinates in, `stop_asked` ends the loading."""

    crs_asked = Signal(str)
    stop_asked = Signal()

    through: Text | None = None
    """Through which relay the hub is reached, None for directly."""

    def __init__(self, icons: Icons, twin_crs: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(STATUS_HEIGHT)
        self.words = Wording()
        self._twin_crs = twin_crs
        self.message = QLabel()
        self.bar = ThinBar()
        self.stop = QToolButton()
        self.stop.setIcon(icons.icon("close", "#ffba54"))
        self.stop.setIconSize(QSize(13, 13))
        self.stop.setFixedSize(22, 22)
        self.stop.clicked.connect(self.stop_asked)
        self.words.put(self.stop.setToolTip, STOP)
        self.link, self.stream = QLabel(), QLabel()
        self.link.hide()
        self.stream.hide()
        self._streamed: tuple[Text | None, Text | None] = (None, None)
        self.crs = QToolButton()
        self.crs.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.crs.setStyleSheet("QToolButton { color: #7fd4ff; padding: 2px 6px; }")
        self._shown_crs = ""
        self._crs_menu = QMenu(self.crs)
        self._crs_menu.aboutToShow.connect(self._fill_crs_menu)
        self.crs.setMenu(self._crs_menu)
        self.words.put(self.crs.setToolTip, CRS_TIP)
        self.coordinates, self.elevation = QLabel(), QLabel()
        self.scale, self.quality, self.frame = QLabel(), QLabel(), QLabel()
        self.coordinates.setMinimumWidth(196)
        self.coordinates.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.elevation.setMinimumWidth(96)
        self.scale.setMinimumWidth(76)
        self.frame.setMinimumWidth(82)
        self.words.put(self.scale.setToolTip, SCALE_TIP)
        self.words.put(self.frame.setToolTip, FRAME_TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        for widget in (self.stop, self.bar, self.message):
            row.addWidget(widget)
        row.addStretch(1)
        figures = (self.crs, self.coordinates, self.elevation, self.scale, self.quality, self.frame)
        for widget in (self.stream, self.link, *figures):
            row.addWidget(widget)
        self.show_crs("")
        self.show_jobs(None)

    def show_twin_crs(self, crs: str) -> None:
        """Change which CRS is the twin's own."""
        self._twin_crs = crs

    def show_crs(self, crs: str) -> None:
        """Show which CRS the coordinates are in; empty for the twin's own."""
        self._shown_crs = crs
        self.crs.setText(crs or self._twin_crs)

    def show_coordinates(self, text: str, height_m: float | None) -> None:
        """Show the coordinates under the cursor; an empty text clears them."""
        self.coordinates.setText(text)
        if height_m is None:
            self.words.put(self.elevation.setText, Text("", ""))
        else:
            self.words.put(self.elevation.setText, HEIGHT.with_values(value=f"{height_m:,.1f}"))

    def show_scale(self, denominator: float) -> None:
        """Show the scale 1:n, to two figures."""
        digits = max(0, len(str(int(denominator))) - 2)
        self.scale.setText(f"1:{round(denominator / 10**digits) * 10**digits:,}")

    def show_frame(self, milliseconds: float, quality: str) -> None:
        """Show the time of the last frame and the quality in use."""
        written = f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"
        self.words.put(self.frame.setText, FRAME.with_values(ms=written))
        self.words.put(self.quality.setText, QUALITIES.get(quality, Text("", "")))

    def show_jobs(self, jobs: JobView | None, last_word: Text = READY) -> None:
        """Show the jobs that run, or the last word when none does."""
        for widget in (self.bar, self.stop):
            widget.setVisible(jobs is not None)
        if jobs is None:
            self.words.put(self.message.setText, last_word)
            return
        self.bar.show_share(jobs.share)
        more = MORE_JOBS.with_values(count=jobs.count - 1) if jobs.count > 1 else Text("", "")
        self.words.put(self.message.setText, Text(jobs.doing.zh + more.zh, jobs.doing.en + more.en))

    def show_stream(self, words: Text | None, trouble: Text | None) -> None:
        """Show how streamed layers stand, in the colour of warnings with a `trouble`; nothing without such layers.

        Nothing is touched that is the same: painting the bar paints the city too.
        """
        if (words, trouble) == self._streamed:
            return
        self._streamed = (words, trouble)
        self.stream.setVisible(words is not None)
        if words is None:
            return
        self.words.put(self.stream.setText, words)
        self.words.put(self.stream.setToolTip, trouble or words)
        self.stream.setStyleSheet(f"color: {TROUBLE if trouble is not None else CALM};")

    def show_through(self, through: Text | None) -> None:
        """Say through which relay the hub is reached, None for directly; shown with the link the next time."""
        self.through = through

    def show_link(self, status: LinkStatus | None, now_ms: int, *, is_replaying: bool) -> None:
        """Show how the hub is reached; nothing for a twin without one."""
        self.link.setVisible(status is not None)
        if status is None:
            return
        words, colour = REPLAYED if is_replaying else LINKS[status.state]
        if status.state == "away" and status.retry_ms > now_ms and not is_replaying:
            words = AWAY.with_values(seconds=-(-(status.retry_ms - now_ms) // 1000))
        if status.state == "linked" and self.through is not None and not is_replaying:
            words = Text(f"{words.zh} · {self.through.zh}", f"{words.en}, {self.through.en}")
        self.words.put(self.link.setText, Text(f"● {words.zh}", f"● {words.en}"))
        self.words.put(self.link.setToolTip, status.why)
        self.link.setStyleSheet(f"color: {colour};")

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the strip."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(5, 15, 32, 225))
        painter.fillRect(0, 0, self.width(), 1, QColor(70, 165, 240, 120))
        painter.end()

    @Slot()
    def _fill_crs_menu(self) -> None:
        self._crs_menu.clear()
        for crs, title in (("", TWIN_CRS.with_values(crs=self._twin_crs)), *NAMED_CRS):
            action = self._crs_menu.addAction(self.words.say(title))
            action.setCheckable(True)
            action.setChecked(crs == self._shown_crs)
            action.triggered.connect(partial(self._ask_crs, crs))

    def _ask_crs(self, crs: str, _checked: bool = False) -> None:
        self.crs_asked.emit(crs)
