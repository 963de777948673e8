"""The city on a kiosk: its layers as they arrive, its scene, and the stage that is shown."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from sanping.scene.quality import quality_for
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of
from sanping.stage.camera import framed
from sanping.stage.opening import opening_stage
from sanping.stage.state import QualityName, Stage
from sanping.twin.project import TwinProject
from sanping.ui.desk_content import DeskContent
from sanping.ui.kiosk.window import KioskWindow
from sanping.ui.loading import Arrival, Loading
from sanping.ui.opening import Opener
from sanping.ui.section_in_city import SectionInCity
from sanping.ui.status_bar import JobView
from sanping.ui.stream_following import OneWindow, StreamFollowing
from sanping.ui.wall.unshown import Unshown
from sanping.ui.workbench.note_marks import marks_of_all


class CityStand(QObject):
    """Opens the twin in a window and shows stages of it.

    `stood` comes when every layer has arrived or failed, `judged` when the quality is chosen; `share` says how much has
    arrived, None once the city stands.
    """

    stood = Signal()
    judged = Signal()
    progressed = Signal()

    def __init__(
        self, project: TwinProject, window: KioskWindow, opener: Opener, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.project, self.settings = project, settings
        self.content = DeskContent(project)
        self.loading = Loading(opener, self)
        self.section = SectionInCity(lambda: (window.city,), lambda: self.content.layers, self)
        self.stage = opening_stage(project, None)
        self._hidden: frozenset[str] = frozenset()
        screen = OneWindow(lambda: self.content.layers, lambda: self.shown, window.viewport, window.city)
        self.streams = StreamFollowing(screen, budget_of(settings), self)
        self.streams.grown.connect(self.section.cut_again)
        self.unshown = Unshown(self.loading, self.streams, lambda: (), self)
        self.share: float | None = 0.0
        self.is_software = False
        self._window = window
        self._has_scene = self._is_judged = False
        self.loading.layer_arrived.connect(self._on_layer)
        self.loading.jobs_changed.connect(self._on_jobs)
        window.city.full_drawn.connect(self._judge)

    def begin(self) -> None:
        """Make the scene where the twin says it is, and open its layers."""
        if self.project.bookmarks:
            self._make_scene()
        self.loading.open_layers(self.project.layers)

    def show(self, stage: Stage) -> None:
        """Show a stage."""
        before, self.stage = self.stage, stage
        if stage.camera != before.camera:
            self._window.city.camera_moves()
        self._window.city.show(self.shown, None)
        self.section.follow_stage(self.shown)
        if stage.notes != before.notes:
            self._window.marks.show_marks("notes", marks_of_all(stage.notes))
        self._window.marks.follow(stage.camera, self.settings.language)

    @property
    def shown(self) -> Stage:
        """The stage without the layers that this screen may not show."""
        return self.stage.without(self._hidden)

    @Slot(object)
    def hide(self, names: frozenset[str]) -> None:
        """Hide these layers from now on, whatever is to be shown, and no others."""
        self._hidden = names
        if self._has_scene:
            self.show(self.stage)

    def opening(self) -> Stage:
        """Return the stage as the twin opens, seen from where the camera is now, in the style that is shown now."""
        now = self.stage
        return replace(opening_stage(self.project, None), camera=now.camera, style=now.style, moment=now.moment)

    def rest_while(self, is_busy: Callable[[], bool]) -> None:
        """Do not animate while the camera moves."""
        self._window.city.rest_while(is_busy)

    def _make_scene(self) -> None:
        self._has_scene = True
        project, chosen = self.project, self.settings.quality
        quality: QualityName = "soft" if chosen == "auto" else chosen
        east, north, _ = self.stage.camera.target
        place, language = (project.latitude_deg, project.longitude_deg), self.settings.language
        city = self._window.city
        city.begin((east, north, 0.0), place, quality, language, self.shown, may_invent=project.may_invent)
        city.expect_more(expects_more=True)
        self._window.viewport.update()

    @Slot(object)
    def _on_layer(self, arrival: Arrival) -> None:
        self.content.take(arrival)
        if not self._has_scene:
            self._look_at_all()
            self._make_scene()
        self._window.city.add(arrival.layer)

    @Slot(object)
    def _on_jobs(self, jobs: JobView | None) -> None:
        if self.share is None:
            return
        if jobs is not None:
            self.share = jobs.share
            self.progressed.emit()
            return
        if not self.project.bookmarks:
            self._look_at_all()
        self._window.city.expect_more(expects_more=False)
        self.share = None
        self.stood.emit()

    def _look_at_all(self) -> None:
        whole = self.content.extent()
        if whole is not None:
            self.show(replace(self.stage, camera=framed(whole)))

    @Slot(float)
    def _judge(self, frame_ms: float) -> None:
        """Choose the quality by the first full frame where it is left to us."""
        if self._is_judged or self.share is not None:
            return
        self._is_judged = True
        self.is_software = self._window.city.is_software
        if self.settings.quality == "auto":
            quality = quality_for(frame_ms, is_software=self.is_software)
            self._window.city.set_quality(quality, drafts_in_motion=self.is_software)
        self.judged.emit()
