"""The sources of the hub: the state of each and why, what it delivered, when it tries again; and whether to trust."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from sanping.domain.source_status import SourceState, SourceStatus, waits_for_trust
from sanping.domain.text import Language, Text
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.painting import RIGHT, badge, dot, set_size, write
from sanping.ui.live.row_area import RowArea
from sanping.ui.theme import AMBER, QUIET, TEXT
from sanping.ui.wording import Wording

TITLE = Text("数据源", "Sources")
NONE = Text("没有数据源", "No sources")
NO_HUB = Text("未连接中枢，数据源状态未知", "No link to the hub; nothing is known of the sources")
UNTRUSTED = Text(
    "该孪生的数据源会打开网络连接。确认来历可靠后再启动。",
    "The sources of this twin open network connections. Start them only if you trust where it comes from.",
)
TRUST = Text("信任并启动", "Trust and start")
ENABLE, DISABLE = Text("启用", "Enable"), Text("停用", "Disable")
RESTART, SETTINGS = Text("重启", "Restart"), Text("设置…", "Settings…")
ADD = Text("添加数据源", "Add a source")
STATES: Mapping[SourceState, Text] = {
    "configured": Text("待启动", "configured"),
    "connecting": Text("连接中", "connecting"),
    "live": Text("正常", "live"),
    "degraded": Text("降级", "degraded"),
    "retrying": Text("重试中", "retrying"),
    "auth_failed": Text("认证失败", "refused"),
    "disabled": Text("已停用", "disabled"),
}
COLOURS: Mapping[SourceState, QColor] = {
    "configured": QColor(125, 150, 180),
    "connecting": QColor(79, 150, 255),
    "live": QColor(59, 214, 138),
    "degraded": QColor(255, 210, 60),
    "retrying": QColor(255, 138, 42),
    "auth_failed": QColor(255, 82, 82),
    "disabled": QColor(110, 125, 145),
}
BAD_COUNTS = (
    "bad_crc", "bad_length", "bad_frame", "unknown_station", "unknown_code", "future",
    "impossible_time", "implausible", "garbage_bytes", "stray_bytes", "too_large",
)  # fmt: skip
COUNT_NAMES = MappingProxyType({"corrections": Text("更正", "Corrections"), "duplicates": Text("重复", "Duplicates")})
RECEIVED = Text("{count} 条", "{count} values")
CORRECTED = Text("更正 {count}", "{count} corrections")
BAD = Text("异常 {count}", "{count} bad")
LAST = Text("最近 {age}", "last {age}")
RETRY = Text("{seconds} 秒后重试", "again in {seconds} s")
ROW_HEIGHT, MOST_ROWS = 58, 6


class SourceRows(QWidget):
    """Paints the sources; `source_asked` carries the name of the one that was clicked."""

    source_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: tuple[SourceStatus, ...] = ()
        self.titles: Mapping[str, Text] = {}
        self.grades: Mapping[str, Text] = {}
        self.chosen = ""
        self._now_ms = 0

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of all rows."""
        return QSize(290, ROW_HEIGHT * len(self.rows))

    def show_rows(self, rows: Sequence[SourceStatus], now_ms: int) -> None:
        """Show these sources."""
        if len(rows) != len(self.rows):
            self.setFixedHeight(ROW_HEIGHT * len(rows))
        self.rows, self._now_ms = tuple(rows), now_ms
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose a source."""
        row = int(event.position().y() // ROW_HEIGHT)
        if 0 <= row < len(self.rows):
            self.source_asked.emit(self.rows[row].name)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, status in enumerate(self.rows):
            self._paint_row(painter, QRectF(0, number * ROW_HEIGHT, self.width(), ROW_HEIGHT), status)
        painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, status: SourceStatus) -> None:
        say = self._words.say
        if status.name == self.chosen:
            painter.fillRect(area, QColor(45, 130, 210, 95))
        painter.fillRect(QRectF(area.left() + 8, area.bottom() - 1, area.width() - 16, 1), QColor(90, 160, 230, 30))
        colour = COLOURS[status.state]
        dot(painter, QPointF(area.left() + 12, area.top() + 16), colour, is_hollow=status.state != "live")
        right = area.right() - 8
        right = badge(painter, right, area.top() + 16, say(STATES[status.state]), colour) - 5
        if status.is_simulated:
            right = badge(painter, right, area.top() + 16, say(words.SIMULATED), AMBER) - 5
        set_size(painter, 13)
        title = self.titles.get(status.name, Text(status.name, status.name))
        write(painter, QRectF(area.left() + 24, area.top() + 5, right - area.left() - 28, 22), say(title), TEXT)
        set_size(painter, 11)
        line = QRectF(area.left() + 24, area.top() + 25, area.width() - 32, 15)
        write(painter, line, say(Text(status.why_zh, status.why_en)), QUIET)
        below = QRectF(area.left() + 24, area.top() + 40, area.width() - 32, 15)
        write(painter, below, "   ".join(facts_written(status, self._now_ms, self._words.language)), QUIET)
        grade = self.grades.get(status.adapter)
        name = status.adapter if grade is None else f"{status.adapter} · {say(grade)}"
        write(painter, below, name, QUIET, RIGHT)


def facts_written(status: SourceStatus, now_ms: int, language: Language) -> list[str]:
    """Return what a source's row says of its deliveries."""
    counts = status.counts
    facts = [RECEIVED.with_values(count=f"{counts.get('observations', 0):,}")]
    if status.last_ms:
        facts.append(LAST.with_values(age=words.age(status.last_ms, now_ms)))
    if corrected := counts.get("corrections", 0):
        facts.append(CORRECTED.with_values(count=f"{corrected:,}"))
    bad = bad_count(status)
    if bad:
        facts.append(BAD.with_values(count=f"{bad:,}"))
    if status.retry_ms > now_ms:
        facts.append(RETRY.with_values(seconds=-(-(status.retry_ms - now_ms) // 1000)))
    return [fact.in_language(language) for fact in facts]


def bad_count(status: SourceStatus) -> int:
    """Return how much of what a source received was not taken as it came."""
    return sum(status.counts.get(name, 0) for name in BAD_COUNTS)


def counts_written(status: SourceStatus, language: Language) -> str:
    """Return all counts of a source, a line each, as the tip of a row shows them."""
    head = Text(status.why_zh, status.why_en).in_language(language)
    names = {name: COUNT_NAMES[name].in_language(language) for name in status.counts if name in COUNT_NAMES}
    return "\n".join([head, *(f"{names.get(name, name)}: {count:,}" for name, count in sorted(status.counts.items()))])


class SourcesPanel(GlassPanel):
    """Shows the sources; `wish_asked` carries an action with arguments, `settings_asked` a source or ""."""

    wish_asked = Signal(str, object)
    settings_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 130
        add = self.header_button("plus", ADD)
        add.clicked.connect(self._add)
        self.none = QLabel()
        self.none.setProperty("role", "quiet")
        self.rows = SourceRows(self.words)
        self.rows.source_asked.connect(self._choose)
        self._area = RowArea(self.rows, ROW_HEIGHT)
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.trust = QPushButton()
        self.trust.clicked.connect(self._trust)
        self.body.setContentsMargins(8, 8, 6, 10)
        self.body.setSpacing(6)
        for widget in (self.question, self.trust, self.none):
            self.body.addWidget(widget)
        self.body.addWidget(self._area, 1)
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.buttons: dict[str, QPushButton] = {}
        for name, title in (("switch", DISABLE), ("restart", RESTART), ("settings", SETTINGS)):
            button = QPushButton()
            button.setStyleSheet("padding: 3px 8px;")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, title)
            row.addWidget(button, 1)
            self.buttons[name] = button
        self.buttons["switch"].clicked.connect(self._switch)
        self.buttons["restart"].clicked.connect(self._restart)
        self.buttons["settings"].clicked.connect(self._settings)
        self.body.addWidget(self.tools)
        self.words.put(self.question.setText, UNTRUSTED)
        self.words.put(self.trust.setText, TRUST)
        self.show_sources((), 0, is_linked=False)

    def wanted_height(self, width: int) -> int:
        """Height for the first sources."""
        if self.is_folded:
            return super().wanted_height(width)
        question = 74 + self.trust.sizeHint().height() if not self.question.isHidden() else 0
        tools = 40 if not self.tools.isHidden() else 0
        return HEADER_HEIGHT + 26 + question + tools + ROW_HEIGHT * max(1, min(MOST_ROWS, len(self.rows.rows)))

    @property
    def needs_a_person(self) -> bool:
        """Somebody is asked something here, looks at a source, or should: one does not deliver."""
        is_well = bool(self.rows.rows) and all(status.state in ("live", "disabled") for status in self.rows.rows)
        return not self.question.isHidden() or self.chosen is not None or not is_well

    @property
    def chosen(self) -> SourceStatus | None:
        """The source that was clicked."""
        return next((row for row in self.rows.rows if row.name == self.rows.chosen), None)

    def show_titles(self, titles: Mapping[str, Text], grades: Mapping[str, Text]) -> None:
        """Know the sources by their titles and the adapters by their grades."""
        self.rows.titles, self.rows.grades = titles, grades
        self.rows.update()

    def show_sources(self, sources: Sequence[SourceStatus], now_ms: int, *, is_linked: bool) -> None:
        """Show newer states; of sources whose hub is away nothing is known."""
        sources = sources if is_linked else ()
        had = (len(self.rows.rows), self.question.isHidden(), self.tools.isHidden())
        self.rows.show_rows(sources, now_ms)
        waits = any(waits_for_trust(status) for status in sources)
        self.question.setVisible(waits)
        self.trust.setVisible(waits)
        self.none.setVisible(not sources)
        self.words.put(self.none.setText, NONE if is_linked else NO_HUB)
        self._fill()
        if had != (len(self.rows.rows), self.question.isHidden(), self.tools.isHidden()):
            self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._fill()
        self.rows.update()

    def _fill(self) -> None:
        chosen = self.chosen
        self.tools.setVisible(chosen is not None)
        if chosen is None:
            return
        is_off = chosen.state == "disabled"
        self.words.put(self.buttons["switch"].setText, ENABLE if is_off else DISABLE)
        self.buttons["restart"].setEnabled(not is_off)
        self.rows.setToolTip(counts_written(chosen, self.words.language))

    @Slot(str)
    def _choose(self, name: str) -> None:
        self.rows.chosen = "" if name == self.rows.chosen else name
        self.rows.update()
        self._fill()
        self.content_changed.emit()

    @Slot()
    def _switch(self) -> None:
        if self.chosen is not None:
            action = "source.enable" if self.chosen.state == "disabled" else "source.disable"
            self.wish_asked.emit(action, {"source": self.chosen.name})

    @Slot()
    def _restart(self) -> None:
        if self.chosen is not None:
            self.wish_asked.emit("source.restart", {"source": self.chosen.name})

    @Slot()
    def _settings(self) -> None:
        if self.chosen is not None:
            self.settings_asked.emit(self.chosen.name)

    @Slot()
    def _add(self) -> None:
        self.settings_asked.emit("")

    @Slot()
    def _trust(self) -> None:
        self.wish_asked.emit("twin.trust", {})
