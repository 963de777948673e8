"""The alarms of lower sites in a list: the gravest first, with where and since when; what is behind a cut says so."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from sanping.domain.site import SiteAlarm, SiteStatus
from sanping.domain.text import Text
from sanping.ui.cases.look import column, plain_label
from sanping.ui.live.colours import ALARM, STALE
from sanping.ui.sites import words
from sanping.ui.wording import Wording

ALARMS = Text("下级告警 {count} 条", "{count} alarms of lower sites")
MOST_LISTED = 200
ROW_PX, MOST_ROWS, CHIP_PX = 42, 5, 10
ID = Qt.ItemDataRole.UserRole


class SiteAlarms(QWidget):
    """`asked` carries the alarm that somebody wants to see in the city."""

    asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording
        self.count = plain_label(role="section")
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._on_item)
        lines = column(self, 6)
        lines.addWidget(self.count)
        lines.addWidget(self.list)

    def show_alarms(self, alarms: Iterable[SiteAlarm], statuses: Mapping[str, SiteStatus], zone: tzinfo | None) -> None:
        """Show those that are not over; hidden where there are none."""
        listed = words.alarms_listed(alarms)
        self.setVisible(bool(listed))
        self.count.setText(self._wording.say(ALARMS.with_values(count=len(listed))))
        shown = listed[:MOST_LISTED]
        self.list.setFixedHeight(ROW_PX * max(1, min(MOST_ROWS, len(shown))) + 8)
        while self.list.count() > len(shown):
            self.list.takeItem(self.list.count() - 1)
        for number, alarm in enumerate(shown):
            if number == self.list.count():
                self.list.addItem(QListWidgetItem())
                self.list.item(number).setSizeHint(QSize(1, ROW_PX))
            status = statuses.get(alarm.site)
            head, foot = words.alarm_words(alarm, status, zone)
            item = self.list.item(number)
            item.setText(f"{self._wording.say(head)}\n{self._wording.say(foot)}")
            item.setToolTip(self._wording.say(Text(alarm.alarm.title_zh, alarm.alarm.title_en)))
            item.setIcon(_chip(alarm, is_linked=status is not None and status.is_linked))
            item.setData(ID, alarm.id)

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        self.asked.emit(str(item.data(ID)))


def _chip(alarm: SiteAlarm, *, is_linked: bool) -> QIcon:
    """Return a bar in the colour of the level; behind a cut it is pale."""
    picture = QPixmap(CHIP_PX, 2 * CHIP_PX)
    picture.fill(ALARM[alarm.alarm.colour] if is_linked else STALE)
    return QIcon(picture)
