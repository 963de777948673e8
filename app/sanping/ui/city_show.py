"""Brings the scene into the viewport: makes it at the twin's place, keeps its layers, asks the viewport to draw."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer, Signal, Slot

from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.geo import UInt8Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Language
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.scene.label_layout import PixelBox
from sanping.scene.picture_parts import PicturePart
from sanping.scene.values import Legend, Pick
from sanping.stage.state import QualityName, Stage
from sanping.twin.river_view import RiverView
from sanping.ui.governed_show import LIVING_MS
from sanping.ui.streamed_show import StreamedShow
from sanping.ui.viewport import Viewport

if TYPE_CHECKING:
    from sanping.scene.city_scene import CityScene

IDLE_SHARE = 3.0
SLOW_FRAME_MS = 70.0
STILL_MS = 220
FIRST_DRAFT_MS = 1500
GATHER_MS = 120
LIVING_SHARE = 5.0
STILL_FRAME_MS = 160.0
DRAFT_ABOVE_MS = 120.0
DRAFT_COST = 0.4
COARSEST_SHARE = 0.35
PART_MS, LONGEST_PART_MS = 250.0, 600.0
LEAST_PART_PX, MOST_PART_PX = 400_000, 8_000_000
GL_RENDERER = 0x1F01
SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swiftshader", "software")


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """The view of one moment, kept for a picture; `most_px` is what is drawn as quickly as a frame of the window."""

    stage: Stage
    quality: QualityName
    seconds: float
    size_px: tuple[int, int]
    most_px: int


class CityShow(StreamedShow):
    """The scene of the desk; every method is safe before the first twin is shown.

    Animated things move at most `animation_hz` times a second, never take more than a quarter of the time, and rest
    where a frame takes long.
    """

    full_drawn = Signal(float)

    def __init__(self, viewport: Viewport, assets: Path, animation_hz: int, parent: QObject | None = None) -> None:
        super().__init__(viewport, parent)
        self._assets = assets
        self._stage: Stage | None = None
        self._full_ms = self._draft_ms = 0.0
        self._drafts_in_motion = self._expects_more = self._was_whole = False
        self._resting: QualityName = "soft"
        self._panels: tuple[tuple[PixelBox, ...], tuple[int, int]] = ((), (1, 1))
        self._seconds = 0.0
        self._share = 1.0
        self._hz = animation_hz
        self._is_busy: Callable[[], bool] = lambda: False
        self._river: RiverView | None = None
        self._beat = _once(self, self._on_beat)
        self._still = _once(self, self.camera_rests, STILL_MS)
        self._first_draft = _once(self, self.camera_rests, FIRST_DRAFT_MS)
        self._gathering = _once(self, viewport.update)
        self._living = _once(self, self._show_living)
        viewport.frame_drawn.connect(self._on_frame)

    @property
    def is_ready(self) -> bool:
        """A scene is there."""
        return self._scene is not None

    @property
    def quality(self) -> QualityName:
        """The preset of the resting picture."""
        return self._resting if self._scene is not None else "soft"

    @property
    def is_quick(self) -> bool:
        """A full frame is quick enough to be drawn for small things: animation, the mark under the cursor."""
        return self._full_ms < STILL_FRAME_MS

    @property
    def is_software(self) -> bool:
        """The processor draws: there is no graphics card."""
        context = self._viewport.context()
        if context is None:
            return True
        self._viewport.makeCurrent()
        name = str(context.functions().glGetString(GL_RENDERER) or "").lower()
        return any(word in name for word in SOFTWARE_RENDERERS)

    def rest_while(self, is_busy: Callable[[], bool]) -> None:
        """Do not animate while `is_busy()`: the camera moves, and every frame is wanted for that."""
        self._is_busy = is_busy

    def begin(  # noqa: PLR0913  each of them decides something about the scene
        self,
        centre: Point,
        place: tuple[float, float],
        quality: QualityName,
        language: Language,
        stage: Stage,
        *,
        may_invent: bool,
    ) -> None:
        """Make an empty scene around `centre`; `place` is latitude and longitude. An older scene is closed.

        Where the processor draws, the city is a draft until it is whole: its first frame and its layers come sooner.
        `may_invent` allows a made-up country beyond the data, for synthetic twins only.
        """
        from sanping.scene.city_scene import CityScene  # noqa: PLC0415  the window stands before VTK is loaded

        self._close()
        self._scene = CityScene(
            self._viewport.window_of_vtk,
            centre=centre,
            latitude_deg=place[0],
            longitude_deg=place[1],
            quality="draft" if self.is_software else quality,
            language=language,
            assets=self._assets,
            may_invent=may_invent,
        )
        self._scene.keep_labels_off(*self._panels)
        self.keep_to(*self._kept_to)
        self._scene.show(stage, None)
        self._stage, self._resting, self._was_whole = stage, quality, False
        self._full_ms = 0.0
        self._first_draft.start()
        self.set_animation(self._hz)
        self._made(self._scene)
        self._bring_all()

    def _made(self, scene: "CityScene") -> None:
        """Do what else an empty scene needs; nothing on a desk."""

    def end(self) -> None:
        """Close the scene, and forget what governance showed in it."""
        self._close()
        self._governed.clear()

    def _close(self) -> None:
        self._beat.stop()
        self._still.stop()
        self._gathering.stop()
        self._first_draft.stop()
        self._living.stop()
        self._gathered.stop()
        self._expects_more = False
        self._held, self._river = None, None
        scene, self._scene = self._scene, None
        if scene is not None:
            self._viewport.makeCurrent()
            scene.close()

    def add(self, layer: LoadedLayer) -> None:
        """Show one more layer; layers that arrive close together are drawn together."""
        if self._scene is None or self._is_held(partial(self.add, layer)):
            return
        name, role, content = layer.entry.name, layer.entry.role, layer.content
        if layer.opened.stream is not None:
            self.add_stream(layer, layer.opened.stream)
        elif isinstance(content, TileSet):
            self._scene.add_tiles(name, role, content)
        elif isinstance(content, Terrain):
            self._scene.add_terrain(name, content)
        elif isinstance(content, VectorLayer):
            self._scene.add_vector(name, role, layer.entry.title, content)
        if not self._gathering.isActive():
            self._gathering.start(round(max(GATHER_MS, self._full_ms)))

    def expect_more(self, *, expects_more: bool) -> None:
        """Say whether more layers are on their way: what takes long is then done once, with the last of them.

        Until the city has been whole for the first time it is drawn coarsely, so that its layers come sooner.
        """
        if self._is_held(partial(self.expect_more, expects_more=expects_more)):
            return
        self._expects_more = expects_more
        if self._scene is None:
            return
        self._scene.expect_more(expects_more=expects_more)
        self._first_draft.stop()
        if not expects_more:
            self._was_whole = True
            self.camera_rests()
            self._viewport.update()
        elif not self._was_whole:
            self.camera_moves()

    def show_river(self, view: RiverView) -> None:
        """Show what lives, the newest of what comes close together; it waits while a picture is drawn."""
        self._river = view
        if self._scene is not None and not self._living.isActive():
            self._living.start(self.living_pause_ms)

    @property
    def living_pause_ms(self) -> int:
        """How long what lives waits for others before it is drawn: a frame of it never takes most of the time."""
        return round(max(LIVING_MS, LIVING_SHARE * self._full_ms))

    @Slot()
    def _show_living(self) -> None:
        scene, river = self._scene, self._river
        if scene and river and not self._is_held(self._show_living) and scene.show_river(river):
            self._viewport.update()

    def show(self, new: Stage, old: Stage | None) -> None:
        """Show a stage."""
        if self._scene is not None:
            self._scene.show(new, old if self._stage is old else self._stage)
            self._stage = new
            self._viewport.update()

    def set_quality(self, quality: QualityName, *, drafts_in_motion: bool = False) -> None:
        """Draw better or faster; `drafts_in_motion` draws a draft while the camera moves where `quality` is slow."""
        self._resting, self._drafts_in_motion = quality, drafts_in_motion
        is_first_draft = self._first_draft.isActive() or (self._expects_more and not self._was_whole)
        if not is_first_draft:
            self._draw_as(quality)

    def draw_again(self) -> None:
        """Ask for one more frame."""
        QTimer.singleShot(0, self._viewport, self._viewport.update)

    def set_language(self, language: Language) -> None:
        """Label in another language."""
        if self._scene is not None and not self._is_held(partial(self.set_language, language)):
            self._scene.set_language(language)
            self._viewport.update()

    @Slot(object, object)
    def keep_labels_off(self, panels: tuple[PixelBox, ...], size_px: tuple[int, int]) -> None:
        """Keep labels off panels: left, top, right, bottom in pixels of the view, which has `size_px`."""
        if (panels, size_px) == self._panels:
            return
        self._panels = (panels, size_px)
        if self._scene is not None:
            self._scene.keep_labels_off(panels, size_px)
            self._viewport.update()

    def set_animation(self, hz: int) -> None:
        """Animate at most so many times a second; 0 keeps everything still."""
        self._hz = hz
        self._beat.stop()
        if hz > 0 and self._scene is not None:
            self._beat.start(self._pause_ms())

    def camera_moves(self) -> None:
        """Draw coarser while the camera moves, as far as the machine is too slow for the full picture."""
        if self._share == 1.0:
            full_ms = self._full_ms
            if self._drafts_in_motion and self._full_ms > DRAFT_ABOVE_MS:
                self._draw_as("draft")
                full_ms = self._draft_ms or DRAFT_COST * self._full_ms
            wanted = sqrt(SLOW_FRAME_MS / max(1.0, full_ms))
            self._share = min(1.0, max(COARSEST_SHARE, round(wanted * 20) / 20))
            self._viewport.draw_share(self._share)
        self._still.start()

    @Slot()
    def camera_rests(self) -> None:
        """Draw the full picture, or wait with it for the layers that make the city whole."""
        if self._expects_more and not self._was_whole:
            self._still.start()
            return
        self._still.stop()
        self._share = 1.0
        self._draw_as(self._resting)
        self._viewport.draw_share(1.0)

    def _draw_as(self, quality: QualityName) -> None:
        if self._scene is not None and quality != self._scene.quality:
            self._scene.set_quality(quality)
            self._viewport.update()

    def pick(self, at: QPointF) -> Pick | None:
        """Return what lies under a widget point."""
        if self._scene is None or not self._viewport.isValid():
            return None
        self._viewport.makeCurrent()
        return self._scene.pick(*self._viewport.device(at))

    def world_under(self, at: QPointF) -> Point | None:
        """Return the world point under a widget point."""
        if self._scene is None or not self._viewport.isValid():
            return None
        self._viewport.makeCurrent()
        return self._scene.world_under(*self._viewport.device(at))

    def legend(self) -> Legend | None:
        """Return how the present colouring is read."""
        return self._scene.legend() if self._scene is not None else None

    @property
    def is_resting(self) -> bool:
        """The camera stands still, and the full picture is on the screen or on its way."""
        return self._share == 1.0 and not self._still.isActive()

    def hold_still(self, factor: int) -> Still | None:
        """Keep the view for a picture `factor` times as large; None without a city, or while another is drawn.

        Until `let_go` new layers and another language wait: all parts of the picture show the same city.
        """
        if self._scene is None or self._stage is None or self._held is not None:
            return None
        self._expects_more = False
        self.camera_rests()
        width, height = self._viewport.device_size_px
        frame_ms = max(1.0, self._full_ms)
        most_px = width * height * max(PART_MS / frame_ms, min(1.0, LONGEST_PART_MS / frame_ms))
        self._held = []
        return Still(
            stage=self._stage,
            quality=self._resting,
            seconds=self._seconds,
            size_px=(width * factor, height * factor),
            most_px=round(min(MOST_PART_PX, max(LEAST_PART_PX, most_px))),
        )

    def picture_part(self, still: Still, part: PicturePart) -> UInt8Array | None:
        """Draw one part of a picture; None when the city has gone."""
        scene, live = self._scene, self._stage
        if scene is None or live is None or self._held is None or not self._viewport.isValid():
            return None
        self._viewport.makeCurrent()
        quality = scene.quality
        if quality != still.quality:
            scene.set_quality(still.quality)
        scene.animate(still.seconds)
        scene.show(still.stage, live)
        try:
            return scene.picture_part(part)
        finally:
            scene.show(live, still.stage)
            scene.animate(self._seconds)
            if quality != still.quality:
                scene.set_quality(quality)

    def _pause_ms(self) -> int:
        return round(max(1000 / max(1, self._hz), IDLE_SHARE * self._full_ms))

    @Slot(float)
    def _on_frame(self, milliseconds: float) -> None:
        is_resting = self._scene is None or self._scene.quality == self._resting
        if not is_resting:
            self._draft_ms = milliseconds / self._share**2
        elif self._share == 1.0:
            self._full_ms = milliseconds
            if self._scene is not None and not self._expects_more:
                self.full_drawn.emit(milliseconds)
        if self._scene is not None and self._scene.is_settling:
            self._viewport.update()
        self.drawn.emit(milliseconds)

    @Slot()
    def _on_beat(self) -> None:
        if self._scene is None or self._hz <= 0:
            return
        pause_ms = self._pause_ms()
        self._seconds += pause_ms / 1000
        if (
            self.is_quick
            and self._held is None
            and self._was_whole
            and not self._is_busy()
            and self._viewport.isVisible()
            and not self._viewport.window().isMinimized()
        ):
            self._scene.animate(self._seconds)
            self._viewport.update()
        self._beat.start(pause_ms)


def _once(owner: QObject, slot: Callable[[], None], after_ms: int = 0) -> QTimer:
    """Return a timer that calls a slot once each time it is started."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(slot)
    return timer
