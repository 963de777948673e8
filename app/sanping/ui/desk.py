"""The operator's desk: the city over the whole window, panels of glass above it.

The window holds one `DeskState`. Whatever a person does is an action or a gesture; a pure function decides; the new
state is presented, and effects are carried out. Models arrive layer by layer from threads.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent, QTouchEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState, Outcome
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, Point
from sanping.settings.settings import Settings
from sanping.stage.camera import framed
from sanping.stage.history import settled
from sanping.stage.opening import opening_stage
from sanping.stage.projection import scale_denominator
from sanping.stage.state import FeatureRef
from sanping.twin.project import LayerEntry, TwinProject
from sanping.ui.action_book import ActionBook
from sanping.ui.arriving import Arriving
from sanping.ui.auto_quality import AutoQuality
from sanping.ui.city_show import CityShow
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.desk_effects import DeskEffects
from sanping.ui.desk_settings import of_state, own_bookmarks, with_settings
from sanping.ui.desk_wiring import wire
from sanping.ui.flight import Flight
from sanping.ui.icons import Icons
from sanping.ui.loading import Loading
from sanping.ui.navigation import Navigator
from sanping.ui.opening import Opener
from sanping.ui.overlays import Overlays
from sanping.ui.pointing import Pointing
from sanping.ui.presenting import Presenter
from sanping.ui.running_time import RunningTime
from sanping.ui.shooting import Shooting
from sanping.ui.viewport import Viewport


def _local_time() -> datetime:
    return datetime.now().astimezone()


class DeskWindow(QMainWindow):
    """The desk window.

    `project` is the twin to show; its layers are opened by `opener` in threads as soon as the window is shown.
    `settings` is what the person chose; `keep_settings` is called with every change. `assets` holds icons, shaders,
    palettes and fonts; screenshots go to `pictures`. `first_frame_drawn` comes when the empty city is on the screen,
    `city_shown` when every layer of the twin has arrived or failed.
    """

    first_frame_drawn = Signal()
    city_shown = Signal()

    def __init__(  # noqa: PLR0913  everything is handed in
        self,
        project: TwinProject,
        *,
        opener: Opener,
        settings: Settings,
        keep_settings: Callable[[Settings], None],
        assets: Path,
        pictures: Path,
        now: Callable[[], datetime] = _local_time,
    ) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.settings, self._keep_settings, self._now = settings, keep_settings, now
        self.content = DeskContent(project)
        self.coordinates = Coordinates(project.crs)
        self.state = with_settings(_first_state(project), settings)
        icons = Icons(assets / "icons")
        self._canvas = canvas = QWidget(self)
        self.setCentralWidget(canvas)
        self.viewport = Viewport(canvas)
        self.book = ActionBook(ACTIONS, icons, self)
        self.overlays = Overlays(canvas, self.book, icons, project, ())
        self.city = CityShow(self.viewport, assets, settings.animation_hz, self)
        self.navigator = Navigator(self.state.stage.camera, self.city.world_under, self.content_ground)
        self.navigator.setParent(self)
        self.flight = Flight(self)
        self.loading = Loading(opener, self)
        self.shooting = Shooting(self.city, self.loading, self)
        self.effects = DeskEffects(self, self, self.twin_time, pictures)
        self.arriving = Arriving(self, self)
        self.pointing = Pointing(self, self)
        self.auto_quality = AutoQuality(self, self)
        self.running_time = RunningTime(self.twin_time, self)
        self._presenter = Presenter(self.overlays, self.book, self.city, self.navigator)
        self._has_begun = self._has_drawn = False
        self._waiting: tuple[LayerEntry, ...] = ()
        wire(self)
        self.show_project()

    # What a person does

    @Slot(str)
    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture by its id."""
        if name != "object.hover" and name.startswith(("move.", "view.", "bookmark.", "edit.undo", "edit.redo")):
            self.flight.stop()
        decide = ACTIONS[name].decide if name in ACTIONS else GESTURES[name]
        self.take(decide(self.state, *arguments))

    def take(self, outcome: Outcome) -> None:
        """Take over what an action gave."""
        self.show_state(outcome.state)
        for effect in outcome.effects:
            self.effects.carry_out(effect)

    def show_state(self, new: DeskState) -> None:
        """Show a state, and keep the choices in it for the next start."""
        old, self.state = self.state, new
        self._presenter.present(new, old, self.content, self.viewport.height())
        if new.language != old.language:
            self._speak()
        if (new.language, new.quality, new.crs_shown) != (old.language, old.quality, old.crs_shown):
            self.keep(of_state(self.settings, new))
        if new.quality != old.quality:
            self.auto_quality.restart()
        if new.is_playing != old.is_playing:
            self.running_time.play(new.is_playing)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files as layers of this twin, or a folder as another twin."""
        self.arriving.open_paths(paths)

    def fly(self, pose: CameraPose) -> None:
        """Fly the camera to a pose; at once when nothing is animated."""
        self.navigator.stop()
        self.flight.fly(self.state.stage.camera, pose, is_instant=self.settings.animation_hz == 0)

    def twin_time(self) -> datetime:
        """Return the present time as the clocks where the twin lies show it."""
        return self._now().astimezone(self.state.stage.moment.tzinfo)

    # What others tell

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        """Show and keep what the person set in the form."""
        self.keep(settings)
        self.city.set_animation(settings.animation_hz)
        self.show_state(with_settings(self.state, settings))

    def keep(self, settings: Settings) -> None:
        """Keep settings for the next start."""
        if settings != self.settings:
            self.settings = settings
            self._keep_settings(settings)

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""
        self.overlays.status.show_jobs(None, text)

    def content_ground(self, east: float, north: float) -> float:
        """Return the height of the ground."""
        return self.content.ground(east, north)

    @Slot(object)
    def reach(self, pose: CameraPose) -> None:
        """Put the camera where the flight is; no step of the history."""
        if self.flight.is_flying:
            self.city.camera_moves()
        self.show_state(replace(self.state, stage=replace(self.state.stage, camera=pose)))

    @Slot(object, str)
    def move_camera(self, pose: CameraPose, running: str) -> None:
        """Put the camera where a gesture wants it."""
        self.flight.stop()
        self.city.camera_moves()
        self.perform("camera.move", pose, running)

    @Slot()
    def settle(self) -> None:
        """End the running change: the next one is a step of its own."""
        self.show_state(replace(self.state, history=settled(self.state.history)))

    @Slot(float)
    def on_drawn(self, milliseconds: float) -> None:
        """Show how long a frame took."""
        self.overlays.status.show_frame(milliseconds, self.city.quality)
        if not self._has_drawn and self.city.is_ready:
            self._has_drawn = True
            QTimer.singleShot(0, self, self._on_first_frame)

    @Slot()
    def on_arrivals(self) -> None:
        """Notice when everything has arrived and is shown."""
        if self._has_begun and not self.loading.is_busy and not self.arriving.is_busy:
            self.city.expect_more(expects_more=False)
            self.auto_quality.time_city()
            self.city_shown.emit()

    @Slot()
    def _on_first_frame(self) -> None:
        self.auto_quality.restart()
        self.first_frame_drawn.emit()

    # The twin

    def change_twin(self, project: TwinProject) -> None:
        """Show another twin in place of this one."""
        self.loading.cancel_all()
        self.arriving.stop()
        self.flight.stop()
        self.city.end()
        self.auto_quality.forget_city()
        self.content = DeskContent(project)
        self.coordinates = Coordinates(project.crs)
        self._has_begun = False
        first = _first_state(project)
        kept = replace(self.state, stage=first.stage, home=first.home, history=first.history, layers=())
        self.show_state(replace(kept, is_walking=False))
        self.show_project()
        self.begin()

    def show_project(self) -> None:
        """Show name, place and layers of the twin."""
        project = self.content.project
        overlays = self.overlays
        overlays.title.show_title(project.title, project.is_synthetic)
        overlays.status.show_twin_crs(project.crs)
        overlays.time.set_place((project.latitude_deg, project.longitude_deg))
        self._presenter.present(self.state, None, self.content, self.viewport.height())
        self._speak()
        self.show_bookmarks()
        self.show_layers()

    def show_bookmarks(self) -> None:
        """Show the twin's bookmarks and the person's own."""
        project = self.content.project
        bookmarks = (*project.bookmarks, *own_bookmarks(self.settings, project))
        self.show_state(replace(self.state, bookmarks=bookmarks))
        self.overlays.bookmarks.show_bookmarks(bookmarks, len(project.bookmarks))

    def show_layers(self) -> None:
        """Show what has arrived."""
        self.show_state(replace(self.state, layers=self.content.names))
        overlays = self.overlays
        overlays.layers.show_lines(self.content.lines())
        overlays.layers.show_states(self.state.stage.layers)
        overlays.colours.show_choices(self.content.choices())
        overlays.overview.show_overview(self.content.overview())

    def begin(self) -> None:
        """Make the scene where the twin says it is, and open its layers."""
        project = self.content.project
        self._has_begun = True
        if project.bookmarks:
            self.make_scene(self.state.home.target)
        self._waiting = project.layers
        self.open_waiting()

    def open_waiting(self) -> None:
        """Open the layers that are left; where the twin's CRS is not known yet, only the one that decides it."""
        crs = self.content.project.crs
        number = len(self._waiting) if crs else 1
        entries, self._waiting = self._waiting[:number], self._waiting[number:]
        if entries:
            targets = [replace(entry.options, target_crs=crs or entry.options.target_crs) for entry in entries]
            self.loading.open_layers(
                [replace(entry, options=options) for entry, options in zip(entries, targets, strict=True)]
            )

    def make_scene(self, centre: Point) -> None:
        """Make the empty scene around a place."""
        project = self.content.project
        quality = "soft" if self.state.quality == "auto" else self.state.quality
        place = (project.latitude_deg, project.longitude_deg)
        where, invents = (centre[0], centre[1], 0.0), project.is_synthetic
        self.city.begin(where, place, quality, self.state.language, self.state.stage, may_invent=invents)
        self.viewport.update()

    def place_twin(self, crs: str, centre: Point) -> None:
        """Learn from the first layer where the twin is, and make its scene."""
        if not self.content.project.crs:
            self.coordinates = Coordinates(crs)
            place = self.coordinates.longitude_latitude(centre)
            project = replace(self.content.project, crs=crs)
            if place is not None:
                project = replace(project, longitude_deg=place[0], latitude_deg=place[1])
            self.content.project = project
            self.show_project()
        self.make_scene(centre)
        self.open_waiting()

    def look_at_all(self) -> None:
        """Look at everything that is open; this becomes the first view."""
        extent = self.content.extent()
        if extent is not None:
            pose = framed(extent)
            stage = replace(self.state.stage, camera=pose)
            self.show_state(replace(self.state, stage=stage, home=pose))

    # Qt

    def showEvent(self, event: QEvent) -> None:  # noqa: N802
        """Begin as soon as the window is on the screen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.viewport.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._has_begun:
            self._has_begun = True
            QTimer.singleShot(0, self, self.begin)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the city over the whole window."""
        super().resizeEvent(event)
        self.viewport.setGeometry(0, 0, self._canvas.width(), self._canvas.height())
        self.navigator.size_px = self.viewport.size_px
        self.overlays.arrange()
        self.overlays.status.show_scale(scale_denominator(self.state.stage.camera, self.viewport.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move while a key is held."""
        self._key(event, is_down=True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Stop moving."""
        self._key(event, is_down=False)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go of held keys when another window comes to the front."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.navigator.stop()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        event.acceptProposedAction()
        self.open_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End threads, timers and the scene."""
        self.flight.stop()
        self.navigator.stop()
        self.pointing.stop()
        self.running_time.stop()
        self.loading.close()
        self.arriving.stop()
        self.city.end()
        self.viewport.close_scene_window()
        for timer in self.findChildren(QTimer):
            timer.stop()
        super().closeEvent(event)

    def touch(self, event: QTouchEvent) -> None:
        """Follow the fingers."""
        self.flight.stop()
        self.navigator.touch(event)

    def select_under(self, at: QPointF) -> None:
        """Select what lies under a point of the view: the whole building, and its part when it is selected already."""
        pick = self.city.pick(at)
        if pick is None:
            self.perform("object.select", None)
            return
        feature = FeatureRef(layer=pick.layer, id=pick.id)
        whole = self.content.whole(feature)
        selection = self.state.stage.selection
        self.select(feature if selection and selection[0] == whole else whole)

    def select(self, feature: FeatureRef) -> None:
        """Select an object with its parts."""
        facts = self.content.facts(feature)
        self.perform("object.select", feature, facts.parts if facts is not None else ())

    def _key(self, event: QKeyEvent, *, is_down: bool) -> None:
        is_plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        fast = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if not event.isAutoRepeat() and is_plain and self.navigator.key(event.key(), is_down, fast):
            self.flight.stop()
            event.accept()

    def _speak(self) -> None:
        language = self.state.language
        self.setWindowTitle(self.content.project.title.in_language(language))
        self.arriving.fill_menu()


def _first_state(project: TwinProject) -> DeskState:
    stage = opening_stage(project, None)
    return DeskState(stage=stage, home=stage.camera, bookmarks=project.bookmarks)
