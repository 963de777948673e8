"""Brings what moves into the cities of a screen: once a second where everything is a second later, drawn in between."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.scene.governed_values import Movers
from sanping.twin.fleet import Fleet, Seen, seen_at
from sanping.ui.following import Following
from sanping.ui.governed_show import GovernedShow
from sanping.ui.live.living import Living

STEP_MS = 1000


def movers_of(seen: Seen) -> Movers:
    """Return the movers as the scene draws them, on the ground."""
    return Movers(
        number=seen.number,
        x_m=seen.x_m,
        y_m=seen.y_m,
        heading_deg=seen.heading_deg,
        kind=seen.kind,
        is_stale=seen.is_stale,
        is_alarming=seen.is_alarming,
    )


class MoversInCity(QObject):
    """Follows one `Living` for the cities of a screen. A replay of the past shows none: positions are not kept.

    `stepped` carries the `Fleet` of each step, the moment in milliseconds, and whether the hub is linked.
    """

    stepped = Signal(object, object, bool)

    def __init__(self, living: Living, cities: Callable[[], Iterable[GovernedShow]], parent: QObject) -> None:
        super().__init__(parent)
        self._living, self._cities = living, cities
        self._has_shown = False
        self._stepping = QTimer(self)
        self._stepping.setInterval(STEP_MS)
        self._stepping.timeout.connect(self._step)
        self._following = Following(living.moved, self._on_moved)

    def stop(self) -> None:
        """Follow no longer."""
        self._stepping.stop()
        self._following.end()

    @Slot()
    def _on_moved(self) -> None:
        if not self._stepping.isActive() and (len(self._living.state.fleet) or self._has_shown):
            self._stepping.start()
            self._step()

    @Slot()
    def _step(self) -> None:
        state, now_ms = self._living.state, self._living.now_ms()
        fleet = Fleet() if self._living.is_replaying else state.fleet
        seen = seen_at(fleet, now_ms + STEP_MS, is_linked=state.is_linked)
        for city in self._cities():
            city.show_movers(movers_of(seen), float(now_ms))
        self._has_shown = bool(len(seen.number))
        self.stepped.emit(fleet, now_ms, state.is_linked)
        if not len(state.fleet):
            self._stepping.stop()
