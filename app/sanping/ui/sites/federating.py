"""Brings other sites to their panel and does what a person asks of them; decides nothing."""

from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.text import Text
from sanping.twin.live import LiveState
from sanping.ui.cases.governing import Governing
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.living import Living
from sanping.ui.sites.site_hubs import SiteHubs
from sanping.ui.sites.sites_panel import SitesPanel
from sanping.ui.status_bar import StatusBar

NO_STATION = Text("下级没有给出该告警的位置", "The lower site did not say where this alarm is")
NO_CASE = Text("没有这个下级案件，可能已办结", "There is no such case of a lower site; it may have ended")


class Panels(Protocol):
    """The panel of other sites, and the strip at the bottom."""

    sites: SitesPanel
    status: StatusBar


class Flying(Protocol):
    """Flies to places in the city."""

    def go_to_place(self, x_m: float, y_m: float) -> None:
        """Fly to a place in world metres."""


class Desk(Protocol):
    """The window as other sites see it."""

    state: DeskState
    content: DeskContent
    living: Living
    governing: Governing

    @property
    def live_panels(self) -> Flying:
        """What flies to places."""

    @property
    def overlays(self) -> Panels:
        """What lies over the city."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Federating(QObject):
    """Other sites on one desk, and the `hubs` of its own."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.hubs = SiteHubs(desk, parent)
        panel = desk.overlays.sites
        desk.living.state_changed.connect(self._show_state)
        desk.governing.tables_changed.connect(panel.show_tables)
        desk.governing.site_case_asked.connect(self.open_case)
        panel.wish_asked.connect(desk.living.wish)
        panel.case_asked.connect(self.go_to)
        panel.alarm_asked.connect(self.go_to_alarm)

    @Slot(str)
    def open_case(self, case: str) -> None:
        """Show a case of a lower site in the panel."""
        if case not in self._desk.living.state.site_cases:
            self._desk.say(NO_CASE)
            return
        self._desk.overlays.sites.choose(case)
        self.go_to(case)

    @Slot(str)
    def go_to(self, case: str) -> None:
        """Fly to where a case of a lower site is."""
        known = self._desk.living.state.site_cases.get(case)
        if known is not None:
            self._desk.governing.fly_to(known.line)

    @Slot(str)
    def go_to_alarm(self, alarm: str) -> None:
        """Fly to the station of an alarm of a lower site, if that said where it stands."""
        known = self._desk.living.state.site_alarms.get(alarm)
        if known is None or known.x_m is None or known.y_m is None:
            self._desk.say(NO_STATION)
        else:
            self._desk.live_panels.go_to_place(known.x_m, known.y_m)

    @Slot(object)
    def _show_state(self, state: LiveState) -> None:
        panel = self._desk.overlays.sites
        panel.zone = self._desk.state.stage.moment.tzinfo
        panel.labels = self._desk.content.project.labels
        panel.show_state(state, self._desk.living.now_ms())
