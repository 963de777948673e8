"""Asks the hub for the indicators that the panel shows, again each minute, and lists what a group is made of."""

from datetime import datetime, timedelta
from functools import partial

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot

from sanping.commands.desk_state import DeskState
from sanping.domain.area import level_below
from sanping.domain.case_filter import CaseFilter, CaseScope
from sanping.domain.errors import SanpingError
from sanping.ui.cases.case_window import CaseWindow
from sanping.ui.cases.indicators_panel import Wanted
from sanping.wire.cases import Indicators

AGAIN_MS = 60_000


class CaseIndicators(QObject):
    """Serves the panel of one desk; asks only while it is seen."""

    def __init__(self, desk: CaseWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_seen = False
        self._area = ""
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.ask)
        panel = desk.overlays.indicators
        panel.wanted_changed.connect(self._on_wanted)
        panel.group_asked.connect(self._list_group)
        desk.living.linked.connect(self._on_linked)

    def present(self, state: DeskState) -> None:
        """Ask when the panel comes into sight."""
        is_seen = (
            state.workspace == "cases"
            and "indicators" in state.shown_panels
            and state.has_overlays
            and not state.case
            and not state.is_reporting
        )
        if is_seen and not self._is_seen:
            self._again.start()
            self._is_seen = True
            self.ask()
        elif not is_seen:
            self._again.stop()
        self._is_seen = is_seen
        if state.stage.area != self._area:
            self._area = state.stage.area
            self.ask()

    def stop(self) -> None:
        """End."""
        self._again.stop()

    @Slot()
    def ask(self) -> None:
        """Ask for groups and days."""
        link = self._desk.living.link
        if link is None or not self._is_seen:
            return
        wanted = self._desk.overlays.indicators.wanted
        to_ms = self._desk.living.now_ms() + 1
        from_ms = self._since_ms(wanted.days)
        ask, questions = self._desk.living.asking.ask, link.questions
        scope, level = CaseScope(area=self._area), level_below(self._area, wanted.level)
        ask(partial(questions.indicators, from_ms, to_ms, wanted.by, level, scope),
            partial(self._take_groups, wanted), self._miss)  # fmt: skip
        ask(partial(questions.indicators, from_ms, to_ms, "day", level, scope), partial(self._take_days, wanted))

    def _take_groups(self, wanted: Wanted, found: Indicators) -> None:
        if wanted == self._desk.overlays.indicators.wanted:
            self._desk.overlays.indicators.show_groups(found)

    def _take_days(self, wanted: Wanted, found: Indicators) -> None:
        if wanted == self._desk.overlays.indicators.wanted:
            self._desk.overlays.indicators.show_days(found)

    def _miss(self, error: SanpingError) -> None:
        self._desk.overlays.indicators.tell(error.message)

    def _since_ms(self, days: int) -> int:
        """Return when a span of days began: at midnight where the twin lies, today counts as one."""
        now_ms, zone = self._desk.living.now_ms(), self._desk.state.stage.moment.tzinfo
        today = datetime.fromtimestamp(now_ms / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return round((today - timedelta(days=days - 1)).timestamp() * 1000)

    @Slot()
    def _on_linked(self) -> None:
        self.ask()

    @Slot(object)
    def _on_wanted(self, _wanted: object) -> None:
        self.ask()

    @Slot(str, str)
    def _list_group(self, grouping: str, key: str) -> None:
        """List the cases of one group."""
        since_ms = self._since_ms(self._desk.overlays.indicators.wanted.days)
        kind, _, code = key.partition(":")
        asked = CaseFilter(from_ms=since_ms, sort="reported")
        if grouping in ("street", "community"):
            asked = msgspec.structs.replace(asked, area=key)
        elif grouping == "class":
            is_component = kind == "component"
            asked = msgspec.structs.replace(asked, kind="component" if is_component else "event", case_class=code)
        else:
            asked = msgspec.structs.replace(asked, **{grouping: key})
        self._desk.perform("case.list", msgspec.json.encode(asked).decode())
