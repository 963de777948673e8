"""The catalogue of data and services: all sets of the twin by group, the facts of one, and what the hub serves."""

from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.catalogue import DataCard
from sanping.domain.text import Language, Text
from sanping.ui.outgoing.catalogue_lines import GENERATED, CatalogueView, facts_of, level_of, size_words
from sanping.ui.wording import Wording

TITLE = Text("数据目录", "Data catalogue")
HEAD = (Text("数据集", "Set"), Text("级别", "Level"), Text("对象", "Objects"), Text("版本", "Version"),
        Text("许可", "Licence"))  # fmt: skip
SERVICES = Text("共享服务", "Services")
SERVICE_HEAD = (
    Text("服务", "Service"), Text("标准", "Standard"), Text("集合", "Sets"), Text("每分钟", "A minute"),
    Text("一小时", "An hour"), Text("累计", "Total"), Text("发出", "Sent"),
)  # fmt: skip
NO_HUB = Text(
    "没有连接中枢，只列出本机打开的图层；服务由中枢提供", "No hub is linked: only open layers; a hub serves them"
)
MAKING = Text("{why}…共享数据准备好后自动更新", "{why}… the list follows when it is ready")
EXPORT, CLOSE = Text("导出模型…", "Export models…"), Text("关闭", "Close")
LIVE = "live"
_ROLE = Qt.ItemDataRole.UserRole
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SHORT, _ALIGNED = Qt.AlignmentFlag.AlignCenter, Qt.ItemDataRole.TextAlignmentRole


class CatalogueWindow(QDialog):
    """Shows a `CatalogueView`; `export_asked` when the person wants to take models out, `closed` at its end."""

    export_asked = Signal()
    closed = Signal()

    def __init__(self, language: Language, zone: tzinfo | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 720)
        self.words = Wording(language)
        self.words.put(self.setWindowTitle, TITLE)
        self._zone = zone
        self._view = CatalogueView()
        self.sets = QTreeWidget()
        self.sets.setHeaderLabels([self.words.say(title) for title in HEAD])
        self.sets.headerItem().setTextAlignment(2, _NUMBERS)
        self.sets.headerItem().setTextAlignment(3, _SHORT)
        self.sets.setRootIsDecorated(True)
        self.sets.setUniformRowHeights(True)
        self.sets.currentItemChanged.connect(self._on_chosen)
        head = self.sets.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, wide in ((1, 168), (2, 84), (3, 70), (4, 96)):
            self.sets.setColumnWidth(column, wide)
        self.facts = _table(2)
        self.facts.horizontalHeader().hide()
        self.facts.setColumnWidth(0, 128)
        self.facts.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.facts.setWordWrap(True)
        self.named = QLabel()
        self.named.setWordWrap(True)
        self.services = _table(len(SERVICE_HEAD))
        self.services.setHorizontalHeaderLabels([self.words.say(title) for title in SERVICE_HEAD])
        for column in range(2, len(SERVICE_HEAD)):
            self.services.model().setHeaderData(column, Qt.Orientation.Horizontal, _NUMBERS, _ALIGNED)
        self.services.setMaximumHeight(212)
        services = self.services.horizontalHeader()
        services.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        services.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.note = QLabel()
        self.note.setProperty("role", "quiet")
        self._arrange()

    def show_view(self, view: CatalogueView, *, has_hub: bool) -> None:
        """Show entries and services; the entry that is looked at stays."""
        note = Text("", "") if has_hub else NO_HUB
        if view.why is not None:
            note = MAKING.with_values(why=view.why)
        self.words.put(self.note.setText, note)
        old, self._view = self._view, view
        if view.cards != old.cards:
            self._fill(view)
        elif view.loaded != old.loaded:
            self._on_chosen()
        self.services.setRowCount(len(view.services))
        for row, one in enumerate(view.services):
            sets = f"{one.collections:,}" if one.collections and one.id != LIVE else "—"
            cells = (
                self.words.say(Text(one.title_zh, one.title_en)), one.standard, sets, f"{one.a_minute:,}",
                f"{one.an_hour:,}",
                f"{one.total:,}", self.words.say(size_words(one.sent_bytes)),
            )  # fmt: skip
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(one.path)
                if column > 1:
                    item.setTextAlignment(_NUMBERS)
                self.services.setItem(row, column, item)

    def done(self, result: int) -> None:
        """Say that it ends, by its button, Esc or the window's cross."""
        super().done(result)
        self.closed.emit()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        beside = QVBoxLayout()
        beside.addWidget(self.named)
        beside.addWidget(self.facts, 1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.sets, 3)
        row.addLayout(beside, 2)
        column.addLayout(row, 1)
        caption = QLabel()
        caption.setProperty("role", "title")
        self.words.put(caption.setText, SERVICES)
        column.addWidget(caption)
        column.addWidget(self.services)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        export, leave = QPushButton(), QPushButton()
        for button, title, do in ((export, EXPORT, self.export_asked.emit), (leave, CLOSE, self.close)):
            self.words.put(button.setText, title)
            button.setAutoDefault(False)
            button.clicked.connect(do)
            foot.addWidget(button)
        column.addLayout(foot)

    def _fill(self, view: CatalogueView) -> None:
        chosen = self.sets.currentItem()
        looked_at = "" if chosen is None else str(chosen.data(0, _ROLE) or "")
        self.sets.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for card in view.cards:
            group = self.words.say(Text(card.group_zh, card.group_en or card.group_zh))
            if group not in groups:
                groups[group] = QTreeWidgetItem(self.sets, [group])
            line = QTreeWidgetItem(
                groups[group],
                [self.words.say(card.title), self.words.say(level_of(card)), _count(card), card.version or "—",
                 card.licence or "—"],
            )  # fmt: skip
            line.setTextAlignment(2, _NUMBERS)
            line.setTextAlignment(3, _SHORT)
            line.setData(0, _ROLE, card.id)
            if card.id == looked_at:
                self.sets.setCurrentItem(line)
        self.sets.expandAll()
        for top in groups.values():
            top.setFirstColumnSpanned(True)
        first = next(iter(groups.values())).child(0) if groups else None
        if self.sets.currentItem() is None and first is not None:
            self.sets.setCurrentItem(first)

    @Slot()
    def _on_chosen(self) -> None:
        chosen = self.sets.currentItem()
        id = "" if chosen is None else str(chosen.data(0, _ROLE) or "")
        card = next((card for card in self._view.cards if card.id == id), None)
        if card is not None:
            self._show_facts(card)

    def _show_facts(self, card: DataCard) -> None:
        summary = self.words.say(Text(card.summary_zh, card.summary_en or card.summary_zh))
        mark = f"  <span style='color:#ffc84a'>{self.words.say(GENERATED)}</span>" if card.is_synthetic else ""
        self.named.setText(f"<b>{self.words.say(card.title)}</b>{mark}" + (f"<br>{summary}" if summary else ""))
        facts = facts_of(card, self._zone, self._view.loaded.get(card.id))
        self.facts.setRowCount(len(facts))
        for row, (title, value) in enumerate(facts):
            self.facts.setItem(row, 0, QTableWidgetItem(self.words.say(title)))
            self.facts.setItem(row, 1, QTableWidgetItem(self.words.say(value)))
        self.facts.resizeRowsToContents()


def _count(card: DataCard) -> str:
    """Return how many objects there are; a terrain has none to count."""
    return "—" if card.kind == "surface" else f"{card.count:,}"


def _table(columns: int) -> QTableWidget:
    table = QTableWidget(0, columns)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setShowGrid(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table
