"""The form of flights: their name, film and speed; and the table of key views with the seconds of each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QTableWidgetItem

from sanping.domain.text import Text
from sanping.stage.flight_path import KeyView, duration_s
from sanping.ui.wording import Wording
from sanping.ui.workbench.table_panel import TablePanel

HEADS = (Text("视角", "View"), Text("用时 (s)", "Takes (s)"), Text("停留 (s)", "Stays (s)"))
NONE_YET = Text("还没有关键视角：把城市转到要的画面，记录它",
                "No key view yet: turn the city to a view and record it")  # fmt: skip
COUNTED = Text("{count} 个视角，共 {seconds} 秒", "{count} views, {seconds} s")
SIZES = (((1920, 1080), Text("1080p（1920×1080）", "1080p (1920×1080)")),
         ((3840, 2160), Text("4K（3840×2160）", "4K (3840×2160)")),
         ((1280, 720), Text("720p（1280×720）", "720p (1280×720)")))  # fmt: skip
RATES = tuple((rate, Text(f"{rate} 帧/秒", f"{rate} a second")) for rate in (25, 30, 50))
LEG, HOLD = 1, 2


class FlightList(TablePanel):
    """`row_chosen` carries the number of a key view, −1 for none; `seconds_typed` its number, column and seconds."""

    row_chosen = Signal(int)
    seconds_typed = Signal(int, int, float)
    title_typed = Signal(int, str)

    def __init__(self, words: Wording) -> None:
        super().__init__(words, HEADS)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.table.itemSelectionChanged.connect(self._on_selection)
        self.table.itemChanged.connect(self._on_item)

    def show_views(self, views: Sequence[KeyView], chosen: int) -> None:
        """Show these, with one selected."""
        seconds = f"{duration_s(views):.1f}"
        self.words.put(self.told.setText, COUNTED.with_values(count=len(views), seconds=seconds) if views else NONE_YET)
        with self.filling(len(views), chosen):
            for number, view in enumerate(views):
                cells = (self.words.say(view.title), f"{view.leg_s:.1f}" if number else "—", f"{view.hold_s:.1f}")
                for place, cell in enumerate(cells):
                    item = QTableWidgetItem(cell)
                    if place == LEG and number == 0:
                        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                    self.table.setItem(number, place, item)

    @Slot()
    def _on_selection(self) -> None:
        item = self.selected_item()
        self.row_chosen.emit(item.row() if item is not None else -1)

    @Slot(QTableWidgetItem)
    def _on_item(self, item: QTableWidgetItem) -> None:
        if item.column() == 0:
            self.title_typed.emit(item.row(), item.text())
            return
        try:
            seconds = float(item.text())
        except ValueError:
            seconds = -1.0
        self.seconds_typed.emit(item.row(), item.column(), seconds)
