"""What the pointer does to the city: the coordinates below it, a few words about an object, click and double click."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QTimer, Slot

from sanping.commands.desk_state import DeskState
from sanping.commands.object_facts import ObjectFacts
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.stage.state import FeatureRef
from sanping.ui.city_show import CityShow
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.flight import Flight
from sanping.ui.navigation import Navigator
from sanping.ui.overlays import Overlays

PAUSE_MS = 45
NEARER = 0.45
NEAREST_M = 120.0
TALL = Text("{name}  {height} 米", "{name}  {height} m")


class Desk(Protocol):
    """The window as the pointer sees it."""

    state: DeskState
    content: DeskContent
    coordinates: Coordinates
    overlays: Overlays
    city: CityShow
    flight: Flight
    navigator: Navigator

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def select_under(self, at: QPointF) -> None:
        """Select what lies under a point of the view."""


class Pointing(QObject):
    """Looks below the pointer at most twenty times a second, and never while the camera moves."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._at: QPointF | None = None
        self._looked_from: tuple[object, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_due)

    def stop(self) -> None:
        """Look no more."""
        self._pause.stop()

    @Slot(QPointF)
    def point(self, at: QPointF) -> None:
        """The pointer is here now."""
        self._at = at
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def look_again(self) -> None:
        """Look once more where the city has moved or grown below a resting pointer."""
        if self._at is not None and self._view() != self._looked_from and not self._pause.isActive():
            self._pause.start()

    @Slot()
    def leave(self) -> None:
        """The pointer is not over the city any more."""
        self._at = None
        self._pause.stop()
        self._desk.overlays.show_tip("", 0, 0)
        self._desk.overlays.status.show_coordinates("", None)
        if self._desk.state.stage.hovered is not None:
            self._desk.perform("object.hover", None)

    @Slot(QPointF, bool)
    def release(self, at: QPointF, is_click: bool) -> None:
        """Select what was clicked."""
        if (is_click and not self._desk.state.is_walking) or is_click:
            self._desk.select_under(at)

    @Slot(QPointF)
    def go(self, at: QPointF) -> None:
        """Fly to the point of a double click."""
        point = self._desk.city.world_under(at)
        if point is not None:
            self.near(point)

    def near(self, point: Point) -> None:
        """Fly nearer to a world point."""
        if not self._desk.state.is_walking:
            camera = self._desk.state.stage.camera
            distance = max(NEAREST_M, camera.distance_m * NEARER)
            self._desk.perform("camera.fly", replace(camera, target=point, distance_m=distance))

    @Slot()
    def _on_due(self) -> None:
        desk = self._desk
        if self._at is None or desk.navigator.is_dragging or desk.flight.is_flying:
            return
        self._looked_from = self._view()
        self._show_coordinates(self._at)
        pick = desk.city.pick(self._at)
        feature = FeatureRef(layer=pick.layer, id=pick.id) if pick is not None else None
        marked = None if pick is not None and pick.kind == "ground" else feature  # the ground lies everywhere
        if marked != desk.state.stage.hovered and desk.city.is_quick:
            desk.perform("object.hover", marked)
        facts = desk.content.facts(feature) if feature is not None else None
        is_worth_saying = facts is not None and (marked is not None or facts.name is not None)
        words = self._words(facts).in_language(desk.state.language) if facts and is_worth_saying else ""
        desk.overlays.show_tip(words, self._at.x(), self._at.y())

    def _view(self) -> tuple[object, ...]:
        desk = self._desk
        return desk.state.stage.camera, desk.state.layers, desk.state.crs_shown

    def _show_coordinates(self, at: QPointF) -> None:
        desk = self._desk
        point = desk.city.world_under(at)
        if point is None:
            desk.overlays.status.show_coordinates("", None)
        else:
            written = desk.coordinates.written(point, desk.state.crs_shown)
            desk.overlays.status.show_coordinates(written, point[2])

    def _words(self, facts: ObjectFacts) -> Text:
        if facts.height_m is None:
            return facts.title
        return TALL.with_values(name=facts.title, height=f"{facts.height_m:.1f}")
