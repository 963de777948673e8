"""The list of cases as a table that may be very long: pages come from the hub when they are seen, news at once.

Rows that nobody has looked at yet are None.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from sanping.domain.case import STATE_TITLES
from sanping.domain.case_filter import CaseFilter, Sort
from sanping.domain.case_line import CaseLine
from sanping.domain.label import LOWEST
from sanping.domain.text import Text
from sanping.ui.cases import words
from sanping.ui.cases.filtering import matches, place_in
from sanping.ui.cases.tables import Tables, class_title, place_words
from sanping.ui.labelling import label_words
from sanping.ui.wording import Wording
from sanping.wire.cases import CasePage

PAGE = 100
MOST_PAGES_AT_ONCE = 2
ASKED_AFTER_MS = 40
MARK, NUMBER, CLASS, PLACE, STATE, DEPARTMENT, LIMIT = range(7)
TITLES: tuple[Text, ...] = (
    Text("急", "!"),
    Text("案号", "Case"),
    Text("类别", "Class"),
    Text("地点", "Place"),
    Text("状态", "State"),
    Text("承办部门", "Department"),
    Text("时限", "Time limit"),
)
SORT_OF: Mapping[int, Sort] = MappingProxyType({MARK: "urgency", NUMBER: "reported", STATE: "changed", LIMIT: "due"})
"""What a press on the title of a column sorts by."""
SORTED = Text("{title} ▾", "{title} ▾")
LINE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class CaseModel(QAbstractTableModel):
    """Holds what is known of the cases that a filter finds; `page_asked` carries the offset of a page to ask for."""

    page_asked = Signal(int)

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = wording
        self.tables = Tables()
        self.asked = CaseFilter()
        self.now_ms = 0
        self.is_stale = False
        """The hub is away: what the clocks say may not be true any more."""
        self.lines: list[CaseLine | None] = []
        self._wanted: list[int] = []
        self._coming: set[int] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(ASKED_AFTER_MS)
        self._soon.timeout.connect(self._ask)

    # What Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """Return how many cases the filter finds."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802
        """Return the columns."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        """Return the title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            title = TITLES[section]
            is_sorted = SORT_OF.get(section) == self.asked.sort
            return self._words.say(SORTED.with_values(title=title) if is_sorted else title)
        return None

    def data(self, index: Index, role: int = 0) -> object:
        """Return a line, or the words of a cell; a row that is not known is asked for."""
        if not 0 <= index.row() < len(self.lines):
            return None
        line = self.lines[index.row()]
        if line is None:
            self._want(index.row() // PAGE * PAGE)
            return None
        if role == LINE:
            return line
        is_badged = index.column() == PLACE and line.label != LOWEST
        if role == Qt.ItemDataRole.ToolTipRole and not is_badged:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            told = self._words.say(self.cell(line, index.column()))
            is_whole = is_badged and role != Qt.ItemDataRole.DisplayRole  # beside its cell stands a badge
            return f"{told}, {self._words.say(label_words(line.label))}" if is_whole else told
        return None

    def cell(self, line: CaseLine, column: int) -> Text:
        """Return what one cell says."""
        if column == NUMBER:
            return Text(words.short_id(line.id), words.short_id(line.id))
        if column == CLASS:
            return class_title(line)
        if column == PLACE:
            return place_words(line)
        if column == STATE:
            return STATE_TITLES[line.state]
        if column == DEPARTMENT:
            return self.tables.department(line.department)
        return words.limit(line, self.now_ms) if column == LIMIT else words.URGENCY[line.urgency]

    # What is told

    def begin(self, asked: CaseFilter) -> None:
        """Show what another filter finds; its first page is asked for at once."""
        self.beginResetModel()
        self.asked = asked
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, LIMIT)
        self.lines = []
        self._wanted.clear()
        self._coming = {0}
        self.endResetModel()
        self.page_asked.emit(0)

    def forget(self) -> None:
        """Know no case."""
        self.beginResetModel()
        self.lines = []
        self._wanted.clear()
        self._coming.clear()
        self.endResetModel()

    def ask_again(self, first_row: int, last_row: int) -> None:
        """Ask once more for the pages that are seen, because the order may have changed; forget all others."""
        first, last = first_row // PAGE * PAGE, max(first_row, last_row) // PAGE * PAGE
        seen = self.lines[first : last + PAGE]
        self.lines = [None] * first + seen + [None] * (len(self.lines) - first - len(seen))
        self._coming = {first, last}
        for offset in sorted(self._coming):
            self.page_asked.emit(offset)

    def take_page(self, offset: int, page: CasePage) -> None:
        """Show a page that came."""
        self._coming.discard(offset)
        self._fit(page.total)
        last = min(offset + len(page.lines), len(self.lines))
        if last <= offset:
            return
        self.lines[offset:last] = page.lines[: last - offset]
        self.dataChanged.emit(self.index(offset, 0), self.index(last - 1, len(TITLES) - 1))

    def miss_page(self, offset: int) -> None:
        """Forget that a page was asked for: it did not come."""
        self._coming.discard(offset)

    def take_news(self, changed: Iterable[CaseLine], now_ms: int) -> bool:
        """Show cases as they are now; say whether the hub has to be asked where they stand."""
        self.now_ms = now_ms
        is_unsure = False
        rows = self._rows()
        for line in changed:
            row = rows.get(line.id)
            found = matches(line, self.asked, now_ms)
            known = None if row is None else self.lines[row]
            if known is not None and known.rev >= line.rev:
                continue
            if row is not None and found is False:
                self._remove(row)
                rows, is_unsure = self._rows(), True
            elif row is not None:
                is_moved = self._replace(row, line)
                rows = self._rows() if is_moved else rows
                is_unsure |= is_moved is None
            elif found and self._insert(line):
                rows = self._rows()
            else:
                is_unsure |= found is not False
        return is_unsure

    def show_now(self, now_ms: int) -> None:
        """Say how long the clocks have at this moment."""
        self.now_ms = now_ms

    def row_of(self, case: str) -> int | None:
        """Return where a case stands, None when it is not known or not found."""
        return next((row for row, line in enumerate(self.lines) if line is not None and line.id == case), None)

    def line_at(self, row: int) -> CaseLine | None:
        """Return the case of a row."""
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def _fit(self, total: int) -> None:
        """Have as many rows as there are cases; what goes, goes at the end."""
        known = len(self.lines)
        if total > known:
            self.beginInsertRows(NO_INDEX, known, total - 1)
            self.lines.extend([None] * (total - known))
            self.endInsertRows()
        elif total < known:
            self.beginRemoveRows(NO_INDEX, total, known - 1)
            del self.lines[total:]
            self.endRemoveRows()

    def _rows(self) -> dict[str, int]:
        """Return where every known case stands."""
        return {line.id: row for row, line in enumerate(self.lines) if line is not None}

    def _replace(self, row: int, line: CaseLine) -> bool | None:
        """Show a case anew where it stands or belongs now; say whether it moved, None when that is not known."""
        rest: list[CaseLine | None] = [*self.lines[:row], *self.lines[row + 1 :]]
        target = place_in(rest, line, self.asked.sort)
        self.lines[row] = line
        if target is None or target == row:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(TITLES) - 1))
            return None if target is None else False
        self.beginMoveRows(NO_INDEX, row, row, NO_INDEX, target if target < row else target + 1)
        del self.lines[row]
        self.lines.insert(target, line)
        self.endMoveRows()
        return True

    def _insert(self, line: CaseLine) -> bool:
        row = place_in(self.lines, line, self.asked.sort)
        if row is None:
            return False
        self.beginInsertRows(NO_INDEX, row, row)
        self.lines.insert(row, line)
        self.endInsertRows()
        return True

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(NO_INDEX, row, row)
        del self.lines[row]
        self.endRemoveRows()

    def _want(self, offset: int) -> None:
        if offset not in self._coming:
            if offset in self._wanted:
                self._wanted.remove(offset)
            self._wanted.append(offset)
            if not self._soon.isActive():
                self._soon.start()

    @Slot()
    def _ask(self) -> None:
        """Ask for the pages that were looked at last; those that somebody scrolled past are left out."""
        wanted, self._wanted = self._wanted[-MOST_PAGES_AT_ONCE:], []
        for offset in wanted:
            if offset not in self._coming:
                self._coming.add(offset)
                self.page_asked.emit(offset)
