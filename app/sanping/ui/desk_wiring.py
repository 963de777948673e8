"""Connects the signals of the desk's parts to what the desk does; decides nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QTouchEvent

from sanping.commands.desk_actions import ACTIONS
from sanping.commands.desk_state import DeskState, PanelName
from sanping.commands.finding import Found
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.state import COMPONENTS_LAYER, FeatureRef
from sanping.twin.cases.inventory import Inventory
from sanping.twin.river_view import RiverView
from sanping.ui.action_book import ActionBook, key_text
from sanping.ui.arriving import Arriving
from sanping.ui.auto_quality import AutoQuality
from sanping.ui.cases.case_measures import CaseMeasures
from sanping.ui.cases.governing import Governing
from sanping.ui.cases_in_city import CasesInCity
from sanping.ui.city_show import CityShow
from sanping.ui.components_in_city import ComponentsInCity
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.desk_effects import DeskEffects
from sanping.ui.flight import Flight
from sanping.ui.live.living import Living
from sanping.ui.live_panels import LivePanels
from sanping.ui.loading import Loading
from sanping.ui.message_panel import Message
from sanping.ui.movers_in_city import MoversInCity
from sanping.ui.navigation import Navigator
from sanping.ui.overlays import Overlays
from sanping.ui.pointing import Pointing
from sanping.ui.running_time import RunningTime
from sanping.ui.view_thumbnails import ViewThumbnails
from sanping.ui.viewport import Viewport

NO_PLACE = Text("该坐标不在孪生坐标系的范围内", "These coordinates are outside the twin's reference system")
PLACE_DISTANCE_M = 700.0
FIRST_ACTIONS = ("view.home", "view.style", "move.walk", "file.open", "file.picture", "file.settings", "help.keys")
MOST_ACTIONS = 6


class Desk(Protocol):
    """The window as its wiring sees it."""

    state: DeskState
    content: DeskContent
    coordinates: Coordinates
    viewport: Viewport
    book: ActionBook
    overlays: Overlays
    city: CityShow
    living: Living
    navigator: Navigator
    flight: Flight
    loading: Loading
    effects: DeskEffects
    arriving: Arriving
    pointing: Pointing
    auto_quality: AutoQuality
    running_time: RunningTime
    components: ComponentsInCity
    governing: Governing
    live_panels: LivePanels

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""

    def select(self, feature: FeatureRef) -> None:
        """Select an object with its parts."""

    def move_camera(self, pose: CameraPose, running: str) -> None:
        """Put the camera where a gesture wants it."""

    def reach(self, pose: CameraPose) -> None:
        """Put the camera where the flight is."""

    def settle(self) -> None:
        """End the running change."""

    def touch(self, event: QTouchEvent) -> None:
        """Follow the fingers."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files or a twin."""

    def on_drawn(self, milliseconds: float) -> None:
        """Show how long a frame took."""

    def on_arrivals(self) -> None:
        """Notice when everything has arrived."""


def wire(desk: Desk) -> None:
    """Connect everything once."""
    desk.book.asked.connect(desk.perform)
    _wire_camera(desk)
    _wire_jobs(desk)
    _wire_panels(desk)
    cases = CasesInCity(desk.living, lambda: (desk.city,), desk.city)
    desk.governing.areas.areas.limited.connect(cases.limit)
    movers = MoversInCity(desk.living, lambda: (desk.city,), desk.city)
    movers.stepped.connect(desk.overlays.movers.show_fleet)
    desk.overlays.movers.place_asked.connect(desk.live_panels.go_to_place)
    desk.components.arrived.connect(partial(_keep_inventory, desk))
    desk.components.told.connect(desk.say)
    desk.components.states_changed.connect(desk.overlays.components.show_tallies)
    desk.overlays.components.filter_changed.connect(desk.components.show_filter)
    desk.living.view_changed.connect(partial(_follow_devices, desk))
    measures = CaseMeasures(desk, desk.viewport.window, desk.viewport)
    desk.overlays.indicators.measures_asked.connect(measures.open)
    ViewThumbnails(desk, desk.viewport.window())
    clock = desk.running_time
    clock.ticked.connect(desk.overlays.title.show_now)
    clock.passed.connect(partial(_pass_time, desk))
    desk.overlays.title.show_now(clock.now())


def _keep_inventory(desk: Desk, inventory: Inventory) -> None:
    desk.content.inventory = inventory


def _follow_devices(desk: Desk, view: RiverView) -> None:
    """Let components stand as their devices do, also the one that is read about."""
    desk.content.stations = view.by_id
    desk.components.follow_view(view)
    selection, inspector = desk.state.stage.selection, desk.overlays.inspector
    if selection and selection[0].layer == COMPONENTS_LAYER and inspector.facts is not None:
        facts = desk.content.facts(selection[0])
        if facts != inspector.facts:
            inspector.show_facts(facts)


def _wire_camera(desk: Desk) -> None:
    view, navigator = desk.viewport, desk.navigator
    view.pressed.connect(navigator.press)
    view.dragged.connect(navigator.drag)
    view.released.connect(navigator.release)
    view.wheeled.connect(navigator.wheel)
    view.pointed.connect(desk.pointing.point)
    view.pointer_left.connect(desk.pointing.leave)
    view.released.connect(desk.pointing.release)
    view.double_clicked.connect(desk.pointing.go)
    navigator.pose_asked.connect(desk.move_camera)
    navigator.settled.connect(desk.settle)
    desk.flight.pose_reached.connect(desk.reach)
    desk.city.drawn.connect(desk.on_drawn)
    desk.city.drawn.connect(desk.pointing.look_again)
    desk.city.full_drawn.connect(desk.auto_quality.judge)
    desk.city.rest_while(lambda: navigator.is_dragging or desk.flight.is_flying)
    view.installEventFilter(_Fingers(desk, view))


def _wire_jobs(desk: Desk) -> None:
    loading, arriving = desk.loading, desk.arriving
    loading.layer_arrived.connect(arriving.on_layer)
    loading.layer_failed.connect(arriving.on_layer_failed)
    loading.files_resolved.connect(arriving.on_files)
    loading.twin_opened.connect(arriving.on_twin)
    loading.picture_saved.connect(arriving.on_picture)
    loading.picture_failed.connect(arriving.on_picture_failed)
    loading.failed.connect(arriving.on_failed)
    loading.jobs_changed.connect(arriving.on_jobs)
    loading.jobs_changed.connect(desk.on_arrivals)
    arriving.drained.connect(desk.on_arrivals)
    desk.overlays.messages.closed.connect(arriving.forget_report)


def _wire_panels(desk: Desk) -> None:
    panels = desk.overlays
    panels.layers.visible_asked.connect(partial(desk.perform, "layer.visible"))
    panels.layers.opacity_asked.connect(partial(desk.perform, "layer.opacity"))
    panels.layers.fly_asked.connect(desk.arriving.fly_to_layer)
    panels.bookmarks.visit_asked.connect(partial(desk.perform, "bookmark.visit"))
    panels.bookmarks.forget_asked.connect(partial(desk.perform, "bookmark.forget"))
    panels.inspector.copy_asked.connect(desk.effects.copy_text)
    panels.inspector.parent_asked.connect(partial(_select_parent, desk))
    panels.colours.colouring_asked.connect(partial(desk.perform, "layer.colour"))
    panels.time.moment_asked.connect(partial(desk.perform, "time.set"))
    panels.compass.compass.north_asked.connect(partial(desk.perform, "view.north"))
    panels.status.crs_asked.connect(partial(desk.perform, "crs.show"))
    panels.status.stop_asked.connect(partial(desk.perform, "file.cancel"))
    panels.locator.query_changed.connect(partial(_find, desk))
    panels.locator.chosen.connect(partial(_take_found, desk))
    panels.locator.closed.connect(desk.viewport.setFocus)
    for name, panel in panels.panels.items():
        panel.close_asked.connect(partial(_close_panel, desk, name))


def _close_panel(desk: Desk, name: PanelName) -> None:
    closing = {
        "station": "station.close",
        "case": "case.close",
        "new_case": "case.report_end",
        "response": "case.plan_end",
    }
    desk.perform(closing.get(name, f"panel.{name}"))


def _pass_time(desk: Desk, passed: timedelta) -> None:
    moment: datetime = desk.state.stage.moment
    desk.perform("time.set", moment + passed)


def _select_parent(desk: Desk, parent: str) -> None:
    if desk.state.stage.selection:
        desk.select(FeatureRef(layer=desk.state.stage.selection[0].layer, id=parent))


def _find(desk: Desk, query: str) -> None:
    wanted = query.strip().lower()
    if not wanted:
        names: Sequence[str] = FIRST_ACTIONS
    else:
        names = [
            action.id
            for action in ACTIONS.values()
            if wanted in action.title.zh.lower() or wanted in action.title.en.lower()
        ][:MOST_ACTIONS]
    actions = [
        Found(
            kind="action",
            title=ACTIONS[name].title,
            detail=Text(f"{ACTIONS[name].group.zh}   {key_text(ACTIONS[name])}",
                        f"{ACTIONS[name].group.en}   {key_text(ACTIONS[name])}"),
            id=name,
        )
        for name in names
    ]  # fmt: skip
    desk.overlays.locator.show_found((*desk.content.find(query), *actions))


def _take_found(desk: Desk, found: Found) -> None:
    if found.kind == "action":
        desk.perform(found.id)
    elif found.place is not None:
        _fly_to_coordinates(desk, found)
    else:
        desk.select(FeatureRef(layer=found.layer, id=found.id))
        desk.perform("view.fly")


def _fly_to_coordinates(desk: Desk, found: Found) -> None:
    assert found.place is not None
    try:
        east, north = desk.coordinates.in_twin(found.place, found.crs)
    except SanpingError as error:
        desk.overlays.messages.show_message(Message(what=NO_PLACE, details=(error.message,)))
        return
    camera = desk.state.stage.camera
    target = (east, north, desk.content.ground(east, north))
    distance = min(camera.distance_m, PLACE_DISTANCE_M)
    desk.perform("camera.fly", replace(camera, target=target, distance_m=distance))


class _Fingers(QObject):
    """Hands touch events of the view to the desk."""

    def __init__(self, desk: Desk, view: Viewport) -> None:
        super().__init__(view)
        self._desk = desk

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take touch events, leave the rest."""
        if isinstance(event, QTouchEvent):
            event.accept()
            self._desk.touch(event)
            return True
        return super().eventFilter(watched, event)
