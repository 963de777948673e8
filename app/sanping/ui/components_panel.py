"""The components by the state of their devices: counts that filter, and a row for every class."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from sanping.domain.text import Language, Text
from sanping.twin.cases.device_states import (
    DEVICE_STATES,
    DEVICE_TITLES,
    ClassTally,
    ComponentFilter,
    DeviceState,
    summed,
)
from sanping.ui.cases.look import CHIP_STYLE, plain_label, row
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons
from sanping.ui.live.painting import LEFT, RIGHT, set_size, write
from sanping.ui.theme import QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

TITLE = Text("部件状态", "Components")
HINT = Text("点状态筛选，点一行只看这一类", "A state filters; a row shows its class alone")
LOADING = Text("部件表读取中，或没有部件", "No components yet")
COLOURS: dict[DeviceState, str] = {"normal": "#35d08a", "alarm": "#ff5b4d", "offline": "#8d9bb0", "none": "#4fa8d8"}
ROW_PX, MOST_ROWS = 30, 9
_NEEDY: tuple[DeviceState, ...] = ("offline", "alarm")
_BARS: tuple[DeviceState, ...] = ("alarm", "offline", "normal", "none")


class _Classes(QWidget):
    """A row for each class: its name, a bar of shares, how many need somebody, how many there are."""

    class_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.rows: tuple[ClassTally, ...] = ()
        self.chosen: frozenset[str] = frozenset()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_rows(self, rows: tuple[ClassTally, ...], chosen: frozenset[str]) -> None:
        """Show these."""
        self.rows, self.chosen = rows, chosen
        self.setFixedHeight(max(1, len(rows)) * ROW_PX)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as the rows."""
        return QSize(200, max(1, len(self.rows)) * ROW_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press asks for the class of a row."""
        number = int(event.position().y() // ROW_PX)
        if 0 <= number < len(self.rows):
            self.class_asked.emit(self.rows[number].code)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows that are seen."""
        painter = QPainter(self)
        first, last = event.rect().top() // ROW_PX, event.rect().bottom() // ROW_PX
        for number in range(max(0, first), min(len(self.rows), last + 1)):
            self._paint(painter, QRectF(0, number * ROW_PX, self.width(), ROW_PX), self.rows[number])
        painter.end()

    def _paint(self, painter: QPainter, line: QRectF, tally: ClassTally) -> None:
        if tally.code in self.chosen:
            painter.fillRect(line.adjusted(0, 1, 0, -1), QColor(60, 150, 235, 70))
        is_faint = bool(self.chosen) and tally.code not in self.chosen
        set_size(painter, 13)
        write(painter, line.adjusted(4, 0, -150, -5), self._words.say(tally.title), QUIET if is_faint else TEXT, LEFT)
        set_size(painter, 13, is_bold=True)
        write(painter, line.adjusted(0, 0, -4, -5), f"{tally.total:,}", WHITE, RIGHT)
        right = line.right() - 66
        for state in _NEEDY:
            if tally.counts[state]:
                box = QRectF(right - 40, line.top(), 40, line.height() - 5)
                write(painter, box, f"{tally.counts[state]}", QColor(COLOURS[state]), RIGHT)
            right -= 40
        left, foot = line.left() + 4, line.bottom() - 5
        for state in _BARS:
            wide = (line.width() - 8) * tally.counts[state] / max(1, tally.total)
            painter.fillRect(QRectF(left, foot, wide, 2), QColor(COLOURS[state]))
            left += wide


class ComponentsPanel(GlassPanel):
    """Shows `ClassTally` rows; `filter_changed` carries a `ComponentFilter`."""

    filter_changed = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 150
        self.filter = ComponentFilter()
        self.tallies: tuple[ClassTally, ...] = ()
        self.body.setContentsMargins(10, 8, 10, 8)
        self.body.setSpacing(7)
        self.chips = QButtonGroup(self)
        self.chips.setExclusive(False)
        line = row(spacing=5)
        for number in range(len(DEVICE_STATES)):
            chip = QPushButton()
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.setStyleSheet(CHIP_STYLE + f"QPushButton {{ color: {COLOURS[DEVICE_STATES[number]]}; }}")
            self.chips.addButton(chip, number)
            line.addWidget(chip, 1)
        self.body.addLayout(line)
        self.classes = _Classes(self.words)
        area = tall_area()
        area.setWidget(self.classes)
        self.body.addWidget(area, 1)
        self.hint = plain_label(role="quiet")
        self.body.addWidget(self.hint)
        self.chips.idClicked.connect(self._choose_states)
        self.classes.class_asked.connect(self._choose_class)
        self._say()

    def wanted_height(self, width: int) -> int:
        """Height of the first classes."""
        if self.is_folded:
            return super().wanted_height(width)
        return HEADER_HEIGHT + 96 + min(MOST_ROWS, max(1, len(self.tallies))) * ROW_PX

    def show_tallies(self, tallies: Sequence[ClassTally]) -> None:
        """Show the counts; the filter stays as it is."""
        if tuple(tallies) != self.tallies:
            was_many, self.tallies = len(self.tallies), tuple(tallies)
            self._say()
            if len(self.tallies) != was_many:
                self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._say()

    def _say(self) -> None:
        counts = summed(self.tallies)
        for number, state in enumerate(DEVICE_STATES):
            self.chips.button(number).setText(f"{self.words.say(DEVICE_TITLES[state])} {counts[state]:,}")
        self.classes.show_rows(self.tallies, self.filter.classes)
        self.words.put(self.hint.setText, HINT if self.tallies else LOADING)

    @Slot()
    def _choose_states(self) -> None:
        chosen = [state for number, state in enumerate(DEVICE_STATES) if self.chips.button(number).isChecked()]
        self._use(ComponentFilter(states=frozenset(chosen), classes=self.filter.classes))

    @Slot(str)
    def _choose_class(self, code: str) -> None:
        """Show a class alone, or all again."""
        is_alone = self.filter.classes == {code}
        self._use(ComponentFilter(states=self.filter.states, classes=frozenset() if is_alone else frozenset({code})))

    def _use(self, wanted: ComponentFilter) -> None:
        self.filter = wanted
        self.classes.show_rows(self.tallies, wanted.classes)
        self.filter_changed.emit(wanted)
