"""The hubs of this screen's own site: asked for with each connection, told in the status bar, and shown in a window."""

from functools import partial
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.errors import SanpingError
from sanping.domain.site import HubLine
from sanping.domain.text import Text
from sanping.ui.live.living import Living
from sanping.ui.sites.hubs_window import HubsWindow
from sanping.ui.sites.words import THROUGH
from sanping.ui.status_bar import StatusBar

AGAIN_MS = 2_000
NO_HUB = Text("未连接中枢", "There is no hub")
BROKEN = Text("中枢版本较旧，说不出这些", "The hub is of an older version and cannot say this")


class Overlaid(Protocol):
    """What lies over the city."""

    status: StatusBar


class Desk(Protocol):
    """The window as the hubs of its site see it."""

    state: DeskState
    living: Living

    @property
    def overlays(self) -> Overlaid:
        """What lies over the city."""


class SiteHubs(QObject):
    """One window at a time, asked anew every two seconds while it is open."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.shown: HubsWindow | None = None
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.ask)
        desk.living.linked.connect(self.ask)

    def show(self, _argument: object = None) -> None:
        """Show the window, or bring it to the front."""
        if self.shown is None:
            state = self._desk.state
            self.shown = HubsWindow(state.language, state.stage.moment.tzinfo, self._window)
            self.shown.finished.connect(self._on_finished)
            self.shown.show()
            self._again.start()
            self.ask()
        self.shown.raise_()
        self.shown.activateWindow()

    @Slot()
    def ask(self) -> None:
        """Ask which hubs there are."""
        link = self._desk.living.link
        if link is None:
            self._on_failed(SanpingError(NO_HUB))
            return
        self._desk.living.asking.ask(partial(link.questions.ask, "/hubs", {}), self._on_found, self._on_failed)

    def _on_found(self, found: object) -> None:
        try:
            lines = msgspec.convert(found, list[HubLine])
        except msgspec.ValidationError:
            self._on_failed(SanpingError(BROKEN))
            return
        relay = next((line.name for line in lines if line.is_here and line.part == "relay"), "")
        self._desk.overlays.status.show_through(THROUGH.with_values(relay=relay) if relay else None)
        if self.shown is not None:
            self.shown.show_lines(lines)

    def _on_failed(self, error: SanpingError) -> None:
        if self.shown is not None:
            self.shown.show_failure(error.message)

    @Slot()
    def _on_finished(self) -> None:
        self._again.stop()
        if self.shown is not None:
            self.shown.deleteLater()
        self.shown = None
