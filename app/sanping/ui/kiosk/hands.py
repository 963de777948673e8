"""What a visitor does with the city: turns and moves it, flies somewhere, asks what something is."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Signal, Slot

from sanping.domain.view import CameraPose
from sanping.stage.state import FeatureRef
from sanping.twin.river_view import StationView
from sanping.ui.flight import Flight
from sanping.ui.kiosk.facts import card_of, station_card, station_of
from sanping.ui.kiosk.fingers import Fingers
from sanping.ui.kiosk.stand import CityStand
from sanping.ui.kiosk.view import Card
from sanping.ui.kiosk.window import KioskWindow
from sanping.ui.live.living import Living
from sanping.ui.navigation import Navigator

NEARER, NEAREST_M = 0.45, 120.0


class Hands(QObject):
    """Emits `pose_asked` with the camera that hands or a flight want, `selected` with objects to be lit up.

    `felt` comes with everything a hand does, `tapped` with the place of a tap: whoever hears it decides whether the tap
    is for the city (`look_up`).
    """

    pose_asked = Signal(object)
    selected = Signal(object)
    felt = Signal()
    tapped = Signal(QPointF)
    double_tapped = Signal(QPointF)

    def __init__(
        self, window: KioskWindow, stand: CityStand, living: Living, clock_ms: Callable[[], int], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window, self._stand, self._living = window, stand, living
        self._card: Card | None = None
        self._station = ""
        self.navigator = Navigator(stand.stage.camera, window.city.world_under, stand.content.ground)
        self.navigator.setParent(self)
        self.flight = Flight(self)
        self.fingers = Fingers(window.viewport, self.navigator, clock_ms, self)
        self.navigator.pose_asked.connect(self._on_pose)
        self.flight.pose_reached.connect(self.pose_asked)
        for mine, theirs in (
            (self.felt, self.fingers.felt),
            (self.tapped, self.fingers.tapped),
            (self.double_tapped, self.fingers.double_tapped),
        ):
            theirs.connect(mine)
        stand.rest_while(lambda: self.navigator.is_dragging or self.flight.is_flying)

    def card(self) -> Card | None:
        """Return the card of what was asked about, with the newest values; None for nothing."""
        view = self._living.view.by_id.get(self._station)
        if view is not None:
            return station_card(view, self._living.now_ms())
        return self._card

    def look_up(self, at: QPointF) -> None:
        """Ask what lies under a place of the screen, and light it up."""
        pick = self._window.city.pick(at)
        if pick is None or pick.kind == "ground":
            self.forget()
            return
        content = self._stand.content
        feature = content.whole(FeatureRef(layer=pick.layer, id=pick.id))
        facts = content.facts(feature)
        station: StationView | None = None if facts is None else station_of(facts, self._living.view)
        self._card = None if facts is None else card_of(facts)
        self._station = "" if station is None else station.station.id
        self.selected.emit(() if facts is None else (feature,))

    def forget(self) -> None:
        """Put the card away."""
        self._card, self._station = None, ""
        self.selected.emit(())

    def go(self, at: QPointF) -> None:
        """Fly to a place of the screen."""
        point, camera = self._window.city.world_under(at), self._stand.stage.camera
        if point is not None:
            self.fly(replace(camera, target=point, distance_m=max(NEAREST_M, camera.distance_m * NEARER)))

    def fly(self, pose: CameraPose) -> None:
        """Fly the camera."""
        self.flight.fly(self._stand.stage.camera, pose)

    def stop(self) -> None:
        """End."""
        self.flight.stop()
        self.navigator.stop()

    @Slot(object, str)
    def _on_pose(self, pose: CameraPose, _running: str) -> None:
        self.flight.stop()
        self.navigator.pose = pose
        self.pose_asked.emit(pose)
