"""Shows one twin after another on the desk: its name and place, its layers as they arrive, its first view."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from sanping.commands.desk_state import DeskState
from sanping.domain.view import Point
from sanping.settings.settings import Settings
from sanping.stage.camera import framed
from sanping.stage.opening import opening_stage
from sanping.twin.project import LayerEntry, TwinProject
from sanping.ui.auto_quality import AutoQuality
from sanping.ui.city_show import CityShow
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.desk_settings import own_bookmarks
from sanping.ui.flight import Flight
from sanping.ui.loading import Loading
from sanping.ui.overlays import Overlays
from sanping.ui.presenting import Presenter
from sanping.ui.viewport import Viewport


class _Arrivals(Protocol):
    def stop(self) -> None:
        """Forget what has arrived and is not shown yet."""


class _LivePanels(Protocol):
    def follow(self) -> None:
        """Follow the hub of the twin that is open."""


class _Replaying(Protocol):
    def follow(self) -> None:
        """Follow the twin that is open."""


class _Director(Protocol):
    def follow(self) -> None:
        """Take part in the room of the twin's hub."""


class _Governing(Protocol):
    def follow(self) -> None:
        """Follow the cases of the twin that is open."""


class _Analysing(Protocol):
    def follow(self) -> None:
        """Forget what was picked and found in another twin."""


class _Workbench(Protocol):
    def follow(self) -> None:
        """Forget what was picked and found in another twin."""


class _PlanModels(Protocol):
    def forget(self) -> None:
        """Forget the models of another twin's plans."""


class _Components(Protocol):
    def follow(self, project: TwinProject) -> None:
        """Show the components of the twin that is open."""


class Desk(Protocol):
    """The window as the twin on it sees it."""

    state: DeskState
    settings: Settings
    content: DeskContent
    coordinates: Coordinates
    viewport: Viewport
    overlays: Overlays
    city: CityShow
    flight: Flight
    loading: Loading
    auto_quality: AutoQuality

    @property
    def arriving(self) -> _Arrivals:
        """What arrives."""

    @property
    def components(self) -> _Components:
        """The components of the city."""

    @property
    def live_panels(self) -> _LivePanels:
        """What lives."""

    @property
    def director(self) -> _Director:
        """The director of linked screens."""

    @property
    def governing(self) -> _Governing:
        """The panels of cases."""

    @property
    def analysing(self) -> _Analysing:
        """The analyses."""

    @property
    def workbench(self) -> _Workbench:
        """The planner's tools."""

    @property
    def plan_models(self) -> _PlanModels:
        """The models of plans."""

    @property
    def replaying(self) -> _Replaying:
        """The time machine."""

    def show_state(self, new: DeskState) -> None:
        """Show a state."""

    def speak(self) -> None:
        """Name the window and fill the menu."""


class TwinShow(QObject):
    """The twin of one desk, from its first layer to its last."""

    def __init__(self, desk: Desk, presenter: Presenter, parent: QObject) -> None:
        super().__init__(parent)
        self.has_begun = False
        self._desk, self._presenter = desk, presenter
        self._waiting: tuple[LayerEntry, ...] = ()

    def begin_soon(self) -> None:
        """Begin once the window is on the screen, if that has not happened."""
        if not self.has_begun:
            self.has_begun = True
            QTimer.singleShot(0, self, self.begin)

    def change_twin(self, project: TwinProject) -> None:
        """Show another twin in place of this one."""
        desk = self._desk
        desk.loading.cancel_all()
        desk.arriving.stop()
        desk.flight.stop()
        desk.city.end()
        desk.auto_quality.forget_city()
        desk.content = DeskContent(project)
        desk.coordinates = Coordinates(project.crs)
        self.has_begun = False
        first = first_state(project)
        kept = replace(desk.state, stage=first.stage, home=first.home, history=first.history, layers=(),
                       centre="")  # fmt: skip
        desk.show_state(replace(kept, is_walking=False))
        self.show_project()
        self.begin()

    def show_project(self) -> None:
        """Show name, place and layers of the twin."""
        desk = self._desk
        project, overlays = desk.content.project, desk.overlays
        overlays.title.show_title(project.title, project.is_synthetic)
        overlays.status.show_twin_crs(project.crs)
        overlays.time.set_place((project.latitude_deg, project.longitude_deg))
        self._presenter.present(desk.state, None, desk.content, desk.viewport.height())
        desk.speak()
        self.show_bookmarks()
        self.show_layers()

    def show_bookmarks(self) -> None:
        """Show the twin's bookmarks and the person's own."""
        desk = self._desk
        project = desk.content.project
        bookmarks = (*project.bookmarks, *own_bookmarks(desk.settings, project))
        desk.show_state(replace(desk.state, bookmarks=bookmarks))
        desk.overlays.bookmarks.show_bookmarks(bookmarks, len(project.bookmarks))

    def show_layers(self) -> None:
        """Show what has arrived."""
        desk = self._desk
        desk.show_state(replace(desk.state, layers=desk.content.names))
        overlays = desk.overlays
        overlays.layers.show_lines(desk.content.lines())
        overlays.layers.show_states(desk.state.stage.layers)
        overlays.colours.show_choices(desk.content.choices())
        overlays.overview.show_overview(desk.content.overview())

    def show_selection(self) -> None:
        """Show what is known of the selected object by now."""
        self._presenter.show_selection(self._desk.state, self._desk.content)

    @Slot()
    def begin(self) -> None:
        """Make the scene where the twin says it is, and open its layers."""
        project = self._desk.content.project
        self.has_begun = True
        if project.bookmarks:
            self.make_scene(self._desk.state.home.target)
        self._waiting = project.layers
        self.open_waiting()
        self._desk.replaying.follow()
        self._desk.live_panels.follow()
        self._desk.director.follow()
        self._desk.governing.follow()
        self._desk.analysing.follow()
        self._desk.workbench.follow()
        self._desk.plan_models.forget()
        self._desk.components.follow(project)

    def open_waiting(self) -> None:
        """Open the layers that are left; where the twin's CRS is not known yet, only the one that decides it."""
        crs = self._desk.content.project.crs
        number = len(self._waiting) if crs else 1
        entries, self._waiting = self._waiting[:number], self._waiting[number:]
        if entries:
            targets = [replace(entry.options, target_crs=crs or entry.options.target_crs) for entry in entries]
            self._desk.loading.open_layers(
                [replace(entry, options=options) for entry, options in zip(entries, targets, strict=True)]
            )

    def make_scene(self, centre: Point) -> None:
        """Make the empty scene around a place."""
        desk = self._desk
        project = desk.content.project
        quality = "soft" if desk.state.quality == "auto" else desk.state.quality
        place = (project.latitude_deg, project.longitude_deg)
        where, invents = (centre[0], centre[1], 0.0), project.may_invent
        desk.city.begin(where, place, quality, desk.state.language, desk.state.stage, may_invent=invents)
        desk.viewport.update()

    def place_twin(self, crs: str, centre: Point) -> None:
        """Learn from the first layer where the twin is, and make its scene."""
        desk = self._desk
        if not desk.content.project.crs:
            desk.coordinates = Coordinates(crs)
            place = desk.coordinates.longitude_latitude(centre)
            project = replace(desk.content.project, crs=crs)
            if place is not None:
                project = replace(project, longitude_deg=place[0], latitude_deg=place[1])
            desk.content.project = project
            self.show_project()
        self.make_scene(centre)
        self.open_waiting()

    def look_at_all(self) -> None:
        """Look at everything that is open; this becomes the first view."""
        desk = self._desk
        extent = desk.content.extent()
        if extent is not None:
            pose = framed(extent)
            stage = replace(desk.state.stage, camera=pose)
            desk.show_state(replace(desk.state, stage=stage, home=pose))


def first_state(project: TwinProject) -> DeskState:
    """Return what the desk shows of a twin before anybody does anything."""
    stage = opening_stage(project, None)
    return DeskState(stage=stage, home=stage.camera, bookmarks=project.bookmarks)
