"""Films of the past without a window: a recording in, a film (`storage.film`) out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sanping.bootstrap.drawn_upon import drawing_upon
from sanping.bootstrap.opener import Refusal
from sanping.bootstrap.pictures import Shot, staged
from sanping.domain.errors import InputError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.progress import Part, Progress
from sanping.scene.city_scene import CityScene
from sanping.scene.picture_parts import parts_of
from sanping.scene.stamp import AMBER, Mark, stamped
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.stage.filming import CameraChoice, FilmPlan, checked, stage_of
from sanping.stage.replaying import KINDS, Reel, Window, continued, happened, recent_levels
from sanping.stage.state import Stage, WaterColour
from sanping.storage.film import film_size, film_writer
from sanping.storage.recorded_past import RecordedPast
from sanping.storage.recording import About, Recording
from sanping.storage.taking import EVENTS_BEFORE_MS
from sanping.twin.project import TwinProject
from sanping.twin.river_view import RiverView, river_view

_STAGED = 0.15
_PART_PX = 4_200_000
_AHEAD_MS = 6 * 3_600_000
_FONT = "NotoSansSC-Bold.ttf"
_DRAWING = Text("绘制影片 {done}/{frames}", "Drawing the film {done}/{frames}")
_SIMULATED = Text("模拟数据", "Simulated")
_NO_LAYER = Text("孪生里没有这些图层：{names}", "The twin has no such layers: {names}")
_REPLAY = Text("回放 ×{speed}", "Replay ×{speed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmWish:
    """What a person wants of a film; moments None are those of the recording, `pose` None the view of the shot.

    `layers` are the only ones that are shown; none: those that the twin shows at first.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    camera: CameraChoice = "fixed"
    pose: CameraPose | None = None
    speed: float = 60.0
    frames_per_s: int = 25
    water: WaterColour = "level"
    layers: tuple[str, ...] = ()


def film(  # noqa: PLR0913  what, of what, where to, and how
    project: TwinProject,
    recording: Path,
    output: Path,
    *,
    shot: Shot,
    wish: FilmWish,
    progress: Progress,
    settings: Settings,
) -> tuple[Refusal, ...]:
    """Draw a recording of a twin as a film, and return the layers that are missing in it.

    Raises `FileBroken` for what is no recording, `InputError` for a film that cannot be, `ProgramMissing`,
    `StoreFailed`, `Cancelled`; then there is no film.
    """
    past = RecordedPast(Recording(recording, progress))
    try:
        size_px = film_size(shot.width, shot.height)
        with film_writer(output, size_px, wish.frames_per_s) as writer:
            scene, stage, refused = staged(project, shot, Part(progress, 0.0, _STAGED), settings)
            try:
                reeled = _Reeled(project, past, checked(_plan(past.about, project, wish, stage)))
                stage = replace(_with_layers(stage, project, wish.layers), water_colour=wish.water)
                drawing = _Drawing(scene=scene, reeled=reeled, stage=stage, size_px=size_px, settings=settings)
                for picture in drawing.frames(Part(progress, _STAGED, 1.0)):
                    writer.add(picture)
            finally:
                scene.close()
        return tuple(refused)
    finally:
        past.close()


def _with_layers(stage: Stage, project: TwinProject, names: tuple[str, ...]) -> Stage:
    strange = set(names) - {entry.name for entry in project.layers}
    if strange:
        raise InputError(_NO_LAYER.with_values(names=", ".join(sorted(strange))[:200]))
    for entry in project.layers if names else ():
        stage = stage.with_layer(entry.name, replace(stage.layer(entry.name), is_visible=entry.name in names))
    return stage


def _plan(about: About, project: TwinProject, wish: FilmWish, stage: Stage) -> FilmPlan:
    poses = tuple(bookmark.camera for bookmark in project.bookmarks) if wish.camera == "path" else ()
    return FilmPlan(
        from_ms=about.from_ms if wish.from_ms is None else max(wish.from_ms, about.from_ms),
        to_ms=about.to_ms if wish.to_ms is None else min(wish.to_ms, about.to_ms),
        poses=poses or (wish.pose or stage.camera,),
        camera=wish.camera,
        speed=wish.speed,
        frames_per_s=wish.frames_per_s,
    )


class _Reeled:
    """The past of a film, read as far ahead as a few hours."""

    def __init__(self, project: TwinProject, past: RecordedPast, plan: FilmPlan) -> None:
        self.plan, self.live = plan, project.live
        self.is_simulated = past.about.is_simulated
        self._past = past
        self._reel = Reel()
        self._window = Window(from_ms=plan.from_ms, to_ms=plan.from_ms, base=tuple(past.as_of(plan.from_ms)), rows=())
        self.happened = happened(past.events(plan.from_ms - EVENTS_BEFORE_MS, plan.to_ms, KINDS))

    def river_at(self, at_ms: int) -> RiverView:
        """Return what lives at a moment, not earlier than the last one."""
        while not self._window.holds(at_ms):
            wanted_ms = min(self.plan.to_ms, max(at_ms, self._window.to_ms + _AHEAD_MS))
            stretch = self._past.rows(self._window.to_ms + 1, wanted_ms)
            self._window = continued(self._window, stretch.rows, stretch.to_ms, at_ms)
        state = self._reel.state(self._window, self.happened, at_ms)
        return river_view(self.live, state, at_ms, recent_levels(self._window, at_ms))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """A scene with what is drawn in it, frame by frame, and what is burnt in."""

    scene: CityScene
    reeled: _Reeled
    stage: Stage
    size_px: tuple[int, int]
    settings: Settings

    def frames(self, progress: Progress) -> Iterator[UInt8Array]:
        """Yield the pictures of the film, (height, width, 3) each."""
        with drawing_upon(self.stage, self.settings) as upon:
            for wanted, river in self._seen(progress):
                picture = upon(self._picture(), wanted, None)
                yield stamped(picture, self._marks(wanted, river), paths.assets() / "fonts" / _FONT)

    def _seen(self, progress: Progress) -> Iterator[tuple[Stage, RiverView]]:
        """Let the scene show frame by frame, and yield what it shows."""
        plan, old = self.reeled.plan, None
        for frame in range(plan.frames):
            progress.report(frame / plan.frames, _DRAWING.with_values(done=frame, frames=plan.frames))
            wanted = stage_of(plan, frame, self.stage, self.reeled.happened.camera)
            river = self.reeled.river_at(plan.moment_ms(frame))
            self.scene.show(wanted, old)
            self.scene.show_river(river)
            self.scene.animate(frame / plan.frames_per_s)
            yield wanted, river
            old = wanted

    def _picture(self) -> UInt8Array:
        rows: list[UInt8Array] = []
        row: list[UInt8Array] = []
        for part in parts_of(*self.size_px, _PART_PX):
            row.append(self.scene.picture_part(part))
            if part.left + part.width == self.size_px[0]:
                rows.append(np.concatenate(row, axis=1))
                row = []
        return np.concatenate(rows)

    def _marks(self, stage: Stage, river: RiverView) -> tuple[Mark, ...]:
        language = self.settings.language
        is_simulated = self.reeled.is_simulated or any(view.is_simulated for view in river.stations)
        return (
            Mark(words=stage.moment.strftime("%Y-%m-%d %H:%M:%S")),
            Mark(words=_REPLAY.with_values(speed=f"{self.reeled.plan.speed:g}").in_language(language)),
            Mark(words=_SIMULATED.in_language(language) if is_simulated else "", colour=AMBER),
        )
