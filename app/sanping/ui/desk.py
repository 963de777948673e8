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
from sanping.commands.replay_actions import RECORDING_SUFFIX
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.scene.case_marks import CASE_GROUPS
from sanping.scene.picture_parts import PicturePart
from sanping.settings.settings import Settings
from sanping.stage.history import settled
from sanping.stage.projection import scale_denominator
from sanping.stage.state import CASES_LAYER, FeatureRef, Stage
from sanping.twin.project import TwinProject
from sanping.ui.action_book import ActionBook
from sanping.ui.analysis.analysing import Analysing
from sanping.ui.arriving import Arriving
from sanping.ui.auto_quality import AutoQuality
from sanping.ui.cases.governing import Governing
from sanping.ui.city_show import CityShow
from sanping.ui.components_in_city import ComponentsInCity
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.desk_effects import DeskEffects
from sanping.ui.desk_settings import kept_choices, of_state, with_settings
from sanping.ui.desk_wiring import wire
from sanping.ui.directing import Directing
from sanping.ui.flight import Flight
from sanping.ui.icons import Icons
from sanping.ui.idle_lock import IdleLock
from sanping.ui.live.living import HubOf, Living, no_hub
from sanping.ui.live_panels import LivePanels
from sanping.ui.loading import Loading
from sanping.ui.navigation import Navigator
from sanping.ui.opening import Opener
from sanping.ui.outgoing.model_exporting import ExportModels
from sanping.ui.outgoing.outgoing import Outgoing
from sanping.ui.overlays import Overlays
from sanping.ui.plan_models import PlanModels
from sanping.ui.pointing import Pointing
from sanping.ui.presenting import Presenter
from sanping.ui.replaying import Replaying
from sanping.ui.responses.responding import Responding
from sanping.ui.running_time import RunningTime
from sanping.ui.section_in_city import SectionInCity
from sanping.ui.self_checking import SelfChecking
from sanping.ui.sessions import Sessions
from sanping.ui.shooting import Shooting
from sanping.ui.sites.federating import Federating
from sanping.ui.streaming import Streaming
from sanping.ui.twin_show import TwinShow, first_state
from sanping.ui.viewport import Viewport
from sanping.ui.walking_way import WalkingWay
from sanping.ui.workbench.tool_list import ToolMaker
from sanping.ui.workbench.workbench import Workbench


def _local_time() -> datetime:
    return datetime.now().astimezone()


class DeskWindow(QMainWindow):
    """The desk window.

    `project` is the twin to show; its layers are opened by `opener` in threads as soon as the window is shown.
    `settings` is what the person chose; `keep_settings` is called with every change. `assets` holds icons, shaders,
    palettes and fonts; screenshots go to `pictures`. `hub_of` gives the hub of a twin, None for one without;
    `export` writes models for other programs, None where that cannot be; `tools` make the workbench's further tools.
    `first_frame_drawn` comes when the empty city is on the screen, `city_shown` when every layer of the twin has
    arrived or failed.
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
        hub_of: HubOf = no_hub,
        export: ExportModels | None = None,
        tools: Sequence[ToolMaker] = (),
        now: Callable[[], datetime] = _local_time,
    ) -> None:
        super().__init__()
        self.settings, self._keep_settings, self._now = settings, keep_settings, now
        self.state = with_settings(first_state(project), settings)
        self._make_view(project, assets)
        self.flight = Flight(self)
        self.loading = Loading(opener, self)
        self.shooting = Shooting(self.city, self.loading, self.drawn_upon, self)
        self.living = Living(hub_of, now, self)
        self.live_panels = LivePanels(self, self)
        self.replaying = Replaying(self, self.overlays.replay, self, pictures)
        self.director = Directing(self, self)
        self.governing = Governing(self, self)
        self.responding = Responding(self, self)
        self.federating = Federating(self, self)
        self.outgoing = Outgoing(self, self, export)
        self.analysing = Analysing(self, self, assets)
        self.sessions = Sessions(self, self)
        self.section = SectionInCity(lambda: (self.city,), lambda: self.content.layers, self)
        self.workbench = Workbench(self, self, self.icons, tools)
        self.plan_models = PlanModels(self.loading.opener, lambda: self.content.project, lambda: (self.city,), self)
        self.components = ComponentsInCity(self.loading, lambda: (self.city,), self)
        self.effects = DeskEffects(self, self, self.twin_time, pictures)
        self.arriving = Arriving(self, self)
        self.pointing = Pointing(self, self)
        self.auto_quality = AutoQuality(self, self)
        self.running_time = RunningTime(self.twin_time, self)
        self._presenter = Presenter(self.overlays, self.book, self.city, self.navigator)
        self.twin = TwinShow(self, self._presenter, self)
        wire(self)
        self.idle_lock = IdleLock(self, self._canvas)
        self.twin.show_project()

    def _make_view(self, project: TwinProject, assets: Path) -> None:
        """Make what lies over the whole window: the city, and the panels above it."""
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._has_drawn = False
        self.content, self.coordinates = DeskContent(project), Coordinates(project.crs)
        self.icons = icons = Icons(assets / "icons")
        self._canvas = canvas = QWidget(self)
        self.setCentralWidget(canvas)
        self.viewport = Viewport(canvas)
        self.book = ActionBook(ACTIONS, icons, self)
        self.overlays = Overlays(canvas, self.book, icons, project, ())
        self.city = CityShow(self.viewport, assets, self.settings.animation_hz, self)
        self.way = WalkingWay(lambda: self.content.layers, lambda: self.state.stage)
        ground, free = self.content_ground, self.way.free_step
        self.navigator = Navigator(self.state.stage.camera, self.city.world_under, ground, free)
        self.navigator.setParent(self)
        self.streaming = Streaming(self, self)
        self.self_checking = SelfChecking(self, self)

    def drawn_upon(self, picture: UInt8Array, stage: Stage, part: PicturePart | None = None) -> UInt8Array:
        """Return a picture of the city, or a part of one, with what is drawn upon it."""
        return self.workbench.marks.upon(picture, stage, part)

    # What a person does

    @Slot(str)
    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture by its id."""
        if name != "object.hover" and name.startswith(("move.", "view.", "bookmark.", "edit.undo", "edit.redo")):
            self.flight.stop()
        decide = ACTIONS[name].decide if name in ACTIONS else GESTURES[name]
        with self.sessions.heard(name, arguments):
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
        self.live_panels.present(new, old)
        self.replaying.present(new, old)
        self.director.present(new, old)
        self.governing.present(new, old)
        self.responding.present(new)
        self.analysing.present(new, old)
        self.workbench.present(new, old)
        self.plan_models.follow_stage(new.stage)
        self.section.follow_stage(new.stage)
        if old is None or new.stage.layers != old.stage.layers:
            self.components.follow_stage(new.stage)
        if new.language != old.language:
            self.speak()
        if kept_choices(new) != kept_choices(old):
            self.keep(of_state(self.settings, new))
        if new.quality != old.quality:
            self.auto_quality.restart()
        if new.is_playing != old.is_playing:
            self.running_time.play(new.is_playing)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files as layers of this twin, a folder as another twin, or a recording in place of what is live."""
        recordings = [path for path in paths if path.suffix.lower() == RECORDING_SUFFIX]
        if recordings:
            self.replaying.open_recording(recordings[0])
        rest = [path for path in paths if path not in recordings]
        if rest:
            self.arriving.open_paths(rest)

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
        if self.twin.has_begun and not self.loading.is_busy and not self.arriving.is_busy:
            self.city.expect_more(expects_more=False)
            self.auto_quality.time_city()
            self.city_shown.emit()

    @Slot()
    def _on_first_frame(self) -> None:
        self.auto_quality.restart()
        self.first_frame_drawn.emit()

    # Qt

    def showEvent(self, event: QEvent) -> None:  # noqa: N802
        """Begin as soon as the window is on the screen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.viewport.setFocus(Qt.FocusReason.OtherFocusReason)
        self.twin.begin_soon()

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
        self.idle_lock.stop()
        self.flight.stop()
        self.navigator.stop()
        self.pointing.stop()
        self.running_time.stop()
        self.replaying.close()
        self.director.close()
        self.governing.stop()
        self.responding.stop()
        self.outgoing.stop()
        self.analysing.close()
        self.workbench.close()
        self.sessions.close()
        self.plan_models.stop()
        self.section.stop()
        self.living.close()
        self.streaming.close()
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
        place = self.city.world_under(at) if self.sessions.is_recording else None
        if any(taker.takes_click(at) for taker in (self.workbench, self.analysing, self.governing)):
            self.sessions.heard_click(place)
            return
        pick = self.city.pick(at)
        if pick is None:
            self.perform("object.select", None)
            return
        if pick.layer == CASE_GROUPS:
            self.pointing.near(pick.point)
            return
        feature = FeatureRef(layer=pick.layer, id=pick.id)
        whole = self.content.whole(feature)
        selection = self.state.stage.selection
        self.select(feature if selection and selection[0] == whole else whole)

    def select(self, feature: FeatureRef) -> None:
        """Select an object with its parts."""
        if feature.layer == CASES_LAYER:
            self.perform("case.open", feature.id)
            return
        station = self.live_panels.station_of(feature)
        if station:
            self.perform("station.open", station, feature)
            return
        facts = self.content.facts(feature)
        self.perform("object.select", feature, facts.parts if facts is not None else ())

    def _key(self, event: QKeyEvent, *, is_down: bool) -> None:
        is_plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        fast = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if not event.isAutoRepeat() and is_plain and self.navigator.key(event.key(), is_down, fast):
            self.flight.stop()
            event.accept()

    def speak(self) -> None:
        """Name the window, and fill the menu and the card of the lock, in the present language."""
        language = self.state.language
        self.setWindowTitle(self.content.project.title.in_language(language))
        self.idle_lock.cover.words.speak(language)
        self.arriving.fill_menu()
