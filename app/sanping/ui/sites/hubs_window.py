"""The hubs of one site in a window: who owns the books, who relays, stands by or takes in, since when, and how late."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.site import HubLine
from sanping.domain.text import Language, Text
from sanping.ui.theme import AMBER_NAME, QUIET_NAME, TEXT_NAME

TITLE = Text("本站的中枢", "Hubs of this site")
HEAD = (
    Text("职责", "Part"), Text("名称", "Name"), Text("地址", "Address"), Text("屏幕", "Screens"),
    Text("起始", "Since"), Text("往返时延", "Round trip"),
)  # fmt: skip
OWNER = Text("★ 主中枢", "★ Owner")
RELAY = Text("分中枢", "Relay")
STANDBY = Text("分中枢 · 待命接管", "Relay, stands by")
INTAKE = Text("接入中枢", "Intake")
HERE = Text("　◀ 本屏所连", "　◀ this screen")
LOOKING = Text("正在询问中枢…", "Asking the hub…")
ALONE = Text(
    "本站只有这一个中枢。要再开分中枢或待命中枢，须设置消息服务器。",
    "This site has this hub alone. A message server is needed for relays and a hub that stands by.",
)
DIRECT = Text("本屏直接连在主中枢“{owner}”上。", "This screen is linked to the owner, {owner}, directly.")
THROUGH = Text(
    "本屏经分中枢“{relay}”连接；数据由主中枢“{owner}”所有。",
    "This screen is linked through the relay {relay}; the owner of the books is {owner}.",
)
READY = Text(
    "　主中枢失联时，由待命的中枢（{count} 台）自动接管。",
    "　When it is lost, a hub that stands by ({count}) takes over by itself.",
)
NOBODY = Text(
    "　没有待命的中枢，主中枢失联时须人工恢复。",
    "　No hub stands by: people have to act when the owner is lost.",
)
OLD = Text("中枢没有应答，以下为此前的情况：{why}", "The hub does not answer, this is how it was: {why}")
LAG = Text("{ms} 毫秒", "{ms} ms")
CLOSE = Text("关闭", "Close")
UNKNOWN = "—"
LATE_MS = 1_000
_OWNER_COLOUR, _HERE_COLOUR = "#ffd479", "#7fd4ff"
_WIDTHS = (226, 240, 240, 76, 140, 116)
ADDRESS = 2
_STYLE = "QTableView::item { padding: 6px 8px; } QHeaderView::section { padding: 5px 11px; }"


class HubsWindow(QDialog):
    """Shows `HubLine`s; times are shown in `zone`."""

    def __init__(self, language: Language, zone: tzinfo | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._language: Language = language
        self._zone = zone
        self._lines: Sequence[HubLine] = ()
        self.resize(1080, 300)
        self.setWindowTitle(TITLE.in_language(language))
        self.table = self._made_table()
        self.note = QLabel(LOOKING.in_language(language))
        self.note.setProperty("role", "quiet")
        self.note.setWordWrap(True)
        column, foot = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        close = QPushButton(CLOSE.in_language(language))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot.addWidget(self.note, 1)
        foot.addWidget(close)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def show_lines(self, lines: Sequence[HubLine]) -> None:
        """Show the hubs as they are now, the owner first."""
        self._lines = sorted(lines, key=lambda line: (line.part != "owner", line.part == "intake", line.name))
        self.note.setText(told(self._lines).in_language(self._language))
        self._fill(is_old=False)

    @Slot(object)
    def show_failure(self, why: Text) -> None:
        """Say that this is how it was."""
        self.note.setText(OLD.with_values(why=why).in_language(self._language))
        self._fill(is_old=True)

    def _made_table(self) -> QTableWidget:
        table = QTableWidget(0, len(HEAD))
        table.setHorizontalHeaderLabels([title.in_language(self._language) for title in HEAD])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setStyleSheet(_STYLE)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for column, wide in enumerate(_WIDTHS):
            table.setColumnWidth(column, wide)
        table.horizontalHeader().setSectionResizeMode(ADDRESS, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table

    def _fill(self, *, is_old: bool) -> None:
        self.table.setRowCount(len(self._lines))
        for row, line in enumerate(self._lines):
            for column, words in enumerate(self._cells(line)):
                item = QTableWidgetItem(words)
                item.setForeground(QColor(QUIET_NAME if is_old else _colour(line, column)))
                self.table.setItem(row, column, item)
        self.table.resizeRowsToContents()

    def _cells(self, line: HubLine) -> tuple[str, ...]:
        say = self._language
        part = part_of(line).in_language(say) + (HERE.in_language(say) if line.is_here else "")
        since = datetime.fromtimestamp(line.since_ms / 1000, UTC).astimezone(self._zone) if line.since_ms else None
        return (
            part,
            line.name,
            "\n".join(line.addresses) or UNKNOWN,
            UNKNOWN if line.part == "intake" else str(line.screens),
            UNKNOWN if since is None else f"{since:%m-%d %H:%M:%S}",
            UNKNOWN if line.lag_ms is None else LAG.with_values(ms=line.lag_ms).in_language(say),
        )


def part_of(line: HubLine) -> Text:
    """Return what a hub is for."""
    if line.part == "relay":
        return STANDBY if line.is_standby else RELAY
    return OWNER if line.part == "owner" else INTAKE


def told(lines: Sequence[HubLine]) -> Text:
    """Return in a sentence or two how this screen is linked, and what happens when the owner is gone."""
    owner = next((line.name for line in lines if line.part == "owner"), "")
    if not owner:
        return ALONE
    here = next((line for line in lines if line.is_here), None)
    standing_by = sum(line.is_standby for line in lines)
    is_through = here is not None and here.part == "relay"
    head = THROUGH.with_values(relay=here.name, owner=owner) if is_through and here else DIRECT.with_values(owner=owner)
    foot = READY.with_values(count=standing_by) if standing_by else NOBODY
    return Text(head.zh + foot.zh, head.en + foot.en)


def _colour(line: HubLine, column: int) -> str:
    if column == len(HEAD) - 1 and (line.lag_ms or 0) > LATE_MS:
        return AMBER_NAME
    if column == 0:
        return _OWNER_COLOUR if line.part == "owner" else _HERE_COLOUR if line.is_here else TEXT_NAME
    return TEXT_NAME
