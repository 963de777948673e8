"""The past on the wall: when the room's time leaves the present, the panels show what was true then."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Slot

from sanping.client.hub_past import HubPast
from sanping.ports.past import Past as Memory
from sanping.stage.timeline import LIVE, Timeline
from sanping.twin.live import LiveState
from sanping.ui.live.living import Living, Past
from sanping.ui.live.time_machine import TimeMachine


class Rewinding(QObject):
    """Follows the timeline of a room with a time machine of its own, so that playing needs no word for each moment."""

    def __init__(self, living: Living, parent: QObject) -> None:
        super().__init__(parent)
        self.machine = TimeMachine(living.now_ms, self)
        self._living = living
        self.wished: Timeline = LIVE
        self.machine.moment_shown.connect(self._show)
        self.machine.live_shown.connect(self._show_present)
        living.linked.connect(self._on_linked)

    def remember(self, past: Memory) -> None:
        """Take the past that is gone back into."""
        self.machine.remember(past)
        self.follow(self.wished)

    def follow(self, timeline: Timeline) -> None:
        """Show the moment that the room shows."""
        self.wished = timeline
        self.machine.go_with(timeline)

    def close(self) -> None:
        """End."""
        self.machine.close()

    @Slot()
    def _on_linked(self) -> None:
        link = self._living.link
        if link is not None:
            self.remember(HubPast(link.questions))

    @Slot(object, object)
    def _show(self, state: LiveState, levels: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        self._living.show_past(Past(state=state, levels=levels))

    @Slot()
    def _show_present(self) -> None:
        self._living.show_past(None)
