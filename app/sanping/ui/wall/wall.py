"""The wall: its windows, the twin in them, what lives on their panels, and the room whose show they follow."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent

from sanping.commands.loaded_layer import LoadedLayer, extent_of
from sanping.domain.view import CameraPose
from sanping.scene.quality import quality_for
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of
from sanping.stage.camera import framed
from sanping.stage.opening import opening_stage
from sanping.stage.projection import pixel_of
from sanping.stage.sharing import BoardName, Pointer
from sanping.stage.state import QualityName, Stage
from sanping.twin.project import TwinProject
from sanping.ui.cases_in_city import CasesInCity
from sanping.ui.components_in_city import ComponentsInCity
from sanping.ui.linkage.follower import Follower
from sanping.ui.live.living import HubOf, Living, no_hub
from sanping.ui.loading import Arrival, Loading
from sanping.ui.movers_in_city import MoversInCity
from sanping.ui.opening import Opener
from sanping.ui.operations_in_city import OperationsInCity
from sanping.ui.plan_models import PlanModels
from sanping.ui.section_in_city import SectionInCity
from sanping.ui.stream_following import StreamFollowing
from sanping.ui.wall.board import WallBoard, covered
from sanping.ui.wall.centre import WallCentre
from sanping.ui.wall.clearing import WallClearing
from sanping.ui.wall.facts import WallFacts
from sanping.ui.wall.layout import placed, text_px
from sanping.ui.wall.leading import Leading
from sanping.ui.wall.overlay import monotonic_ms
from sanping.ui.wall.plan import WallPlan
from sanping.ui.wall.rewinding import Rewinding
from sanping.ui.wall.screen import WallScreen
from sanping.ui.wall.series import SeriesKeeper, resolved, wanted_of
from sanping.ui.wall.telling import Telling
from sanping.ui.wall.telling_catalogue import shows_catalogue
from sanping.ui.wall.tile_window import TileWindow
from sanping.ui.wall.tiling import seams
from sanping.ui.wall.unshown import Unshown

TURN_MS, TWICE_MS, HERE_MS = 33, 1500, 9000


def _local_time() -> datetime:
    return datetime.now().astimezone()


class Wall(QObject):
    """Holds all windows of one wall on this machine.

    `city_shown` comes when every layer of the twin has arrived or failed; `closed` when the last window has.
    """

    city_shown = Signal()
    closed = Signal()

    def __init__(  # noqa: PLR0913  everything is handed in
        self,
        project: TwinProject,
        plan: WallPlan,
        *,
        opener: Opener,
        settings: Settings,
        assets: Path,
        hub_of: HubOf = no_hub,
        now: Callable[[], datetime] = _local_time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.project, self.settings, self.plan = project, settings, plan
        self.loading = Loading(opener, self)
        self.living = Living(hub_of, now, self)
        self.living.card = plan.card
        self.rewinding = Rewinding(self.living, self)
        self.telling = Telling(self.living, project, settings.language, self)
        self.telling.catalogue.is_wanted = shows_catalogue((plan.layout,))
        self.series = SeriesKeeper(self.living, resolved(wanted_of(plan.layout), project.live), self)
        self.follower = Follower(opening_stage(project, None), self._hub_ms, self)
        self.leading = Leading(self.follower.stage.camera, lambda: self.living.link, self)
        self.windows = [TileWindow(tile, plan.tiling, assets, settings.animation_hz) for tile in plan.tiles]
        self.components = ComponentsInCity(self.loading, lambda: [window.city for window in self.windows], self)
        self.cases_in_city = CasesInCity(self.living, lambda: [window.city for window in self.windows], self)
        self.movers_in_city = MoversInCity(self.living, lambda: [window.city for window in self.windows], self)
        self.centre = WallCentre(self, self)
        self.operations = OperationsInCity(self.living, lambda: [window.city for window in self.windows], self)
        self.plan_models = PlanModels(opener, lambda: project, lambda: [window.city for window in self.windows], self)
        self.layers: list[LoadedLayer] = []
        screen = WallScreen(self)
        self.streams = StreamFollowing(screen, budget_of(settings), self)
        self.section = SectionInCity(screen.cities, screen.layers, self)
        self._has_scene = self._is_told_quality = False
        self._escaped_ms, self._pose = 0, self.follower.stage.camera
        self._turned: tuple[QRectF, ...] = ()
        self._turning = QTimer(self)
        self._turning.setInterval(TURN_MS)
        self._turning.timeout.connect(self._on_turn)
        self._here = QTimer(self)
        self._here.setInterval(HERE_MS)
        self._here.timeout.connect(self._say_here)
        self._wire()
        self._lay_out()

    def _wire(self) -> None:
        self.clearing = WallClearing(self, self.city_shown, self)
        self.unshown = Unshown(self.loading, self.streams, lambda: self.windows, self)
        self.telling.facts_changed.connect(self._show_facts)
        self.series.changed.connect(self.telling.show_series)
        self.follower.stage_changed.connect(self._show_stage)
        self.follower.stage_changed.connect(self.components.follow_stage)
        self.follower.stage_changed.connect(self.plan_models.follow_stage)
        self.follower.stage_changed.connect(self.section.follow_stage)
        self.city_shown.connect(self.section.cut_again)
        self.streams.grown.connect(self.section.cut_again)
        self.follower.focus_changed.connect(self.telling.show_focus)
        self.follower.pointer_changed.connect(self._show_pointer)
        self.follower.board_changed.connect(self.show_board)
        self.leading.began.connect(self._on_hand)
        self.leading.pose_asked.connect(self._lead)
        self.leading.ended.connect(self._follow_again)
        self.loading.layer_arrived.connect(self._on_layer)
        self.loading.jobs_changed.connect(self._on_jobs)
        self.living.view_changed.connect(self._show_river)
        self.living.view_changed.connect(self.components.follow_view)
        for window in self.windows:
            window.key_pressed.connect(self._on_key)
            window.closed.connect(self._on_closed)
            window.resized.connect(self._on_resized)
            self.leading.listen_to(window)
        self.windows[0].city.full_drawn.connect(self._judge)

    @property
    def is_whole(self) -> bool:
        """All layers have arrived or failed."""
        return bool(self.layers) and not self.loading.is_busy

    def show(self) -> None:
        """Show the windows and begin."""
        for window, place in zip(self.windows, self.plan.places, strict=True):
            window.put(place, is_full=self.plan.is_full)
        QTimer.singleShot(0, self, self._begin)

    def close(self) -> None:
        """Close every window."""
        for window in list(self.windows):
            window.close()

    @Slot()
    def _begin(self) -> None:
        if self.project.bookmarks:
            self._make_scenes(self.follower.stage)
        self.loading.open_layers(self.project.layers)
        self.components.follow(self.project)
        self.living.follow(self.project)
        link = self.living.link
        if link is not None:
            link.show_changed.connect(self.follower.show)
            link.show_changed.connect(self.telling.show_room)
            link.show_changed.connect(self.leading.show)
        self.telling.start()
        self._say_here()
        self._here.start()

    def _make_scenes(self, stage: Stage) -> None:
        self._has_scene = True
        project, chosen = self.project, self.settings.quality
        quality: QualityName = "soft" if chosen == "auto" else chosen
        east, north, _ = stage.camera.target
        for window in self.windows:
            window.city.begin(
                (east, north, 0.0),
                (project.latitude_deg, project.longitude_deg),
                quality,
                self.settings.language,
                stage,
                may_invent=project.may_invent,
            )
            window.city.expect_more(expects_more=True)
            window.viewport.update()

    # The twin

    @Slot(object)
    def _on_layer(self, arrival: Arrival) -> None:
        self.layers.append(arrival.layer)
        if not self._has_scene:
            self._look_at_all()
            self._make_scenes(self.follower.stage)
        for window in self.windows:
            window.city.add(arrival.layer)

    @Slot(object)
    def _on_jobs(self, jobs: object) -> None:
        if jobs is not None or not self.windows:
            return
        if not self.project.bookmarks and self.layers and not self.leading.is_leading:
            self._look_at_all()
        for window in self.windows:
            window.city.expect_more(expects_more=False)
        self.city_shown.emit()

    def _look_at_all(self) -> None:
        """Look at everything that is open; a room that shows a camera goes before this."""
        boxes = [box for box in (extent_of(layer.content) for layer in self.layers) if box is not None]
        link = self.living.link
        if boxes and (link is None or "camera" not in link.show.values):
            whole = boxes[0]
            for box in boxes[1:]:
                whole = whole.merged(box)
            self.turn_to(replace(self.follower.stage, camera=framed(whole)))

    @Slot(float)
    def _judge(self, frame_ms: float) -> None:
        """Choose the quality by the first full frame where it is left to us: the same for every tile."""
        if self._is_told_quality or self.settings.quality != "auto" or not self.is_whole:
            return
        self._is_told_quality = True
        is_software = self.windows[0].city.is_software
        quality = quality_for(frame_ms, is_software=is_software)
        for window in self.windows:
            window.city.set_quality(quality, drafts_in_motion=is_software)

    # What is shown

    @Slot(object)
    def _show_stage(self, stage: Stage) -> None:
        is_moving, self._pose = stage.camera != self._pose, stage.camera
        self.leading.navigator.pose = stage.camera
        for window in self.windows:
            if is_moving:
                window.city.camera_moves()
            window.show_stage(stage, self.settings.language)
        self.telling.show_stage(stage)
        if stage.timeline != self.rewinding.wished:
            self.rewinding.follow(stage.timeline)
        self._show_pointer(self.follower.pointer)

    @Slot(object)
    def _show_river(self, view: object) -> None:
        for window in self.windows:
            window.city.show_river(view)  # type: ignore[arg-type]

    @Slot(object)
    def _show_facts(self, facts: WallFacts) -> None:
        before = self.board.boxes
        changed = self.board.show(facts, monotonic_ms())
        for window in self.windows:
            window.glass.paint_again((window.glass.piece,) if window.glass.shows_pattern else changed)
        if self.board.boxes != before:
            self._keep_labels_off()
        if self.board.turning(monotonic_ms()) and not self._turning.isActive():
            self._turning.start()

    @Slot()
    def _on_turn(self) -> None:
        boxes = self.board.turning(monotonic_ms())
        for window in self.windows:
            window.glass.paint_again(self._turned)
            window.glass.paint_again(boxes)
        self._turned = boxes
        if not boxes:
            self._turning.stop()

    @Slot(object)
    def show_board(self, board: BoardName) -> None:
        """Turn to another board."""
        if board != self.telling.facts.board:
            self.telling.show_board(board)
            self._lay_out()

    @Slot(object)
    def _show_pointer(self, pointer: Pointer | None) -> None:
        at_px = None
        if pointer is not None:
            at_px = pixel_of(self.follower.stage.camera, pointer.target, self.plan.tiling.canvas_px)
        for window in self.windows:
            window.glass.show_pointer(at_px)

    def _lay_out(self) -> None:
        """Place the panels anew."""
        plan, layout = self.plan, self.plan.of(self.telling.facts.board)
        em_px = text_px(layout, plan.tiling, plan.least_px)
        ratio = max(window.devicePixelRatioF() for window in self.windows)
        places = placed(layout, plan.tiling, em_px)
        self.board = WallBoard(places, is_animated=self.settings.animation_hz > 0, ratio=ratio, plugged=plan.plugged)
        self.board.show(self.telling.facts, monotonic_ms())
        self.leading.navigator.size_px = plan.tiling.canvas_px
        for window in self.windows:
            glass = window.glass
            glass.board, glass.language, glass.em_px = self.board, self.settings.language, em_px
            window.marks.font_px = em_px
            glass.update()
        self._keep_labels_off()

    def _keep_labels_off(self) -> None:
        boxes = (*covered(self.board.boxes), *seams(self.plan.tiling))
        for window in self.windows:
            window.city.keep_labels_off(boxes, self.plan.tiling.canvas_px)

    # A hand on the wall

    @Slot()
    def _on_hand(self) -> None:
        self.follower.is_following = False

    @Slot(object)
    def _lead(self, pose: CameraPose) -> None:
        self.turn_to(replace(self.follower.stage, camera=pose))

    def turn_to(self, stage: Stage) -> None:
        """Show a stage at once, whatever the room shows."""
        self.follower.stand(stage)
        self._show_stage(stage)

    @Slot()
    def _follow_again(self) -> None:
        self.follower.is_following = True
        self.follower.forget()
        link = self.living.link
        if link is not None:
            self.follower.show(link.show)

    @Slot()
    def _say_here(self) -> None:
        link = self.living.link
        if link is not None:
            width, height = self.plan.tiling.canvas_px
            link.here(follows=not self.leading.is_leading, width_px=width, height_px=height, lacks=self.unshown.lacks)

    def _hub_ms(self) -> int:
        """Return the hub's clock from the shortest round trips; the camera is shown by it, to the millisecond."""
        link = self.living.link
        return self.living.now_ms() if link is None else round(time.time() * 1000 + link.show.clock_ahead_ms)

    # Windows

    @Slot(object)
    def _on_key(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Q and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.close()
        elif key == Qt.Key.Key_Escape and not event.isAutoRepeat():
            is_second = self._escaped_ms and monotonic_ms() - self._escaped_ms < TWICE_MS
            self._escaped_ms = monotonic_ms()
            if is_second:
                self.close()
            else:
                self._set_glasses(shows_help=False, shows_pattern=False)
        elif key == Qt.Key.Key_F1:
            self._set_glasses(shows_help=not self.windows[0].glass.shows_help)
        elif key == Qt.Key.Key_B:
            self.show_board("governing" if self.telling.facts.board == "sensing" else "sensing")
        elif key == Qt.Key.Key_T:
            self._set_glasses(shows_pattern=not self.windows[0].glass.shows_pattern)

    def show_pattern(self, *, is_shown: bool) -> None:
        """Show the test pattern, or the city again."""
        self._set_glasses(shows_pattern=is_shown)

    def _set_glasses(self, **shown: bool) -> None:
        for window in self.windows:
            for name, value in shown.items():
                setattr(window.glass, name, value)
            window.glass.update()

    @Slot(int, int)
    def _on_resized(self, width: int, height: int) -> None:
        """Fill a window of another size: a wall of one screen is as large as its screen."""
        if len(self.plan.tiling.tiles) > 1 or (width, height) == self.plan.tiling.tile_px:
            return
        tiling = replace(self.plan.tiling, tile_px=(width, height))
        self.plan = replace(self.plan, tiling=tiling, tiles=tiling.tiles)
        self.windows[0].stand(tiling.tiles[0], tiling)
        self._lay_out()

    @Slot()
    def _on_closed(self) -> None:
        """End everything with the first window that closes: half a wall is none."""
        if not self.windows:
            return
        windows, self.windows = self.windows, []
        city = (self.cases_in_city, self.movers_in_city, self.operations, self.plan_models, self.section)
        for part in (self._turning, self._here, self.telling, self.follower, self.leading, *city, self.centre):
            part.stop()
        self.rewinding.close()
        self.living.close()
        self.loading.close()
        self.streams.close()
        for window in windows:
            window.close()
        self.closed.emit()
