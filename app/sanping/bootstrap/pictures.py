"""Pictures without a window, and how long they take."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import get_args

import numpy as np

from sanping.analysis.sun import daylit
from sanping.analysis.tile_choice import gaze_of
from sanping.bootstrap.drawn_upon import cut_open, drawing_upon, with_notes
from sanping.bootstrap.opener import Refusal, TwinOpener
from sanping.bootstrap.streams import settle
from sanping.commands.loaded_layer import OpenedLayer, extent_of
from sanping.domain.crs import LOCAL, converter
from sanping.domain.errors import InputError
from sanping.domain.geo import Extent, UInt8Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Bookmark, StyleName
from sanping.ports.progress import Part, Progress
from sanping.scene.city_scene import CityScene
from sanping.scene.picture_file import PictureFile
from sanping.scene.picture_parts import PicturePart, parts_of
from sanping.scene.window import offscreen_scene
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of
from sanping.stage.opening import bookmark_named, opening_stage
from sanping.stage.section_shown import ShownSection
from sanping.stage.state import QualityName, Stage
from sanping.twin.project import TwinProject

_ANIMATION_S = 3.3
_FAR_M = 50_000.0
_DRAWING = Text("绘制画面", "Drawing the picture")
_PLACING = Text("放置图层", "Placing the layers")
_PART_PX = 1_600_000
_LARGEST_WINDOW_PX = 2048
_OPENED, _ADDED = 0.5, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One wished picture: size in pixels, style (None: the twin's), view (a bookmark's name or number), quality.

    `moment` None is the twin's own, moved into daylight when the day style is asked for. A `stage` is shown as it is,
    whatever the style, the view and the moment. The city is cut open by `section`, and annotations that are kept with
    the twin are drawn upon it where it `has_notes`.
    """

    width: int
    height: int
    style: StyleName | None = None
    view: str = ""
    quality: QualityName = "high"
    moment: datetime | None = None
    stage: Stage | None = None
    section: ShownSection | None = None
    has_notes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTime:
    """Milliseconds of one style and quality."""

    style: StyleName
    quality: QualityName
    first_ms: float
    median_ms: float


def picture(
    project: TwinProject, output: Path, shot: Shot, progress: Progress, settings: Settings
) -> tuple[Refusal, ...]:
    """Draw one picture of a twin into a PNG file, and return the layers that are missing in it.

    A large picture is drawn and written part by part: memory stays the same for every size, and `progress` may end it
    after each part; an older file then stays as it was. Raises `InputError` when the view or the folder does not
    exist, and the first layer's error when no layer can be read.
    """
    scene, stage, refused = staged(project, shot, Part(progress, 0.0, _ADDED), settings)
    try:
        scene.animate(_ANIMATION_S)
        scene.show(stage, None)
        with drawing_upon(stage, settings) as upon:
            _write(scene, output, shot, Part(progress, _ADDED, 1.0), lambda pixels, part: upon(pixels, stage, part))
    except OSError as error:
        raise InputError(
            Text("画面无法写入：{reason}", "The picture cannot be written: {reason}").with_values(
                reason=error.strerror
            ),
            path=str(output),
        ) from error
    finally:
        scene.close()
    progress.report(1.0, _DRAWING)
    return tuple(refused)


def _write(
    scene: CityScene,
    output: Path,
    shot: Shot,
    progress: Progress,
    upon: Callable[[UInt8Array, PicturePart], UInt8Array],
) -> None:
    """Draw part by part and write each row of parts as soon as it is complete."""
    parts = parts_of(shot.width, shot.height, _PART_PX)
    file = PictureFile(output, shot.width, shot.height)
    row: list[UInt8Array] = []
    try:
        for number, part in enumerate(parts):
            progress.report(number / len(parts), _DRAWING)
            row.append(upon(scene.picture_part(part), part))
            if part.left + part.width == shot.width:
                file.add(np.concatenate(row, axis=1))
                row.clear()
        file.finish()
    finally:
        file.discard()


def frame_times(project: TwinProject, frames: int, progress: Progress, settings: Settings) -> list[FrameTime]:
    """Return first and median frame times at 1280×720 for each style and quality, the camera turning."""
    figures = []
    for style in get_args(StyleName):
        for quality in get_args(QualityName):
            shot = Shot(width=1280, height=720, style=style, quality=quality)
            scene, stage, _ = staged(project, shot, progress, settings)
            first_ms = _drawn_ms(scene, stage, None)
            times = []
            for frame in range(frames):
                turned = replace(stage.camera, heading_deg=stage.camera.heading_deg + frame + 1)
                times.append(_drawn_ms(scene, replace(stage, camera=turned), stage))
            scene.close()
            figures.append(FrameTime(style=style, quality=quality, first_ms=first_ms, median_ms=median(times)))
    return figures


def _drawn_ms(scene: CityScene, new: Stage, old: Stage | None) -> float:
    begin = time.perf_counter()
    scene.show(new, old)
    scene.picture(1280, 720)
    return (time.perf_counter() - begin) * 1e3


def staged(
    project: TwinProject, shot: Shot, progress: Progress, settings: Settings
) -> tuple[CityScene, Stage, list[Refusal]]:
    """Return a scene with all layers of the twin that can be read, the stage that the shot asks for, and the others.

    The scene is cut open as the stage says.
    """
    scene, stage, refused, layers = staged_layers(project, shot, progress, settings)
    cut_open(scene, stage, layers)
    return scene, stage, refused


def staged_layers(
    project: TwinProject, shot: Shot, progress: Progress, settings: Settings
) -> tuple[CityScene, Stage, list[Refusal], list[OpenedLayer]]:
    """Return what `staged` does, and the layers that are in the scene."""
    _view_of(project, shot)  # a view that is not there is refused before anything is read
    opener = TwinOpener(settings)
    try:
        layers, refused = opener.open_readable(project, Part(progress, 0.0, _OPENED / _ADDED))
        extent = _extent(layers)
        project = _at_its_place(project, extent, layers)
        stage, untold = _drawn_upon(project, _stage(project, extent, shot), shot)
        refused += untold
        gaze = gaze_of(stage.camera, shot.width, shot.height)
        streams = [layer.stream for layer in layers if layer.stream is not None]
        settle(streams, gaze, Part(progress, _OPENED / _ADDED, _OPENED / _ADDED), budget=budget_of(settings))
    finally:
        opener.close()
    east, north, _ = extent.centre
    scene = offscreen_scene(
        min(shot.width, _LARGEST_WINDOW_PX),
        min(shot.height, _LARGEST_WINDOW_PX),
        centre=(east, north, 0.0),
        latitude_deg=project.latitude_deg,
        longitude_deg=project.longitude_deg,
        quality=shot.quality,
        language=settings.language,
        assets=paths.assets(),
        may_invent=project.may_invent,
    )
    for number, layer in enumerate(layers):
        progress.report((_OPENED + (_ADDED - _OPENED) * number / len(layers)) / _ADDED, _PLACING)
        _add(scene, layer)
    return scene, stage, refused, layers


def _drawn_upon(project: TwinProject, stage: Stage, shot: Shot) -> tuple[Stage, tuple[Refusal, ...]]:
    if shot.section is not None:
        stage = replace(stage, section=shot.section)
    return with_notes(project, stage) if shot.has_notes else (replace(stage, notes=None), ())


def _stage(project: TwinProject, extent: Extent, shot: Shot) -> Stage:
    if shot.stage is not None:
        return shot.stage
    stage = opening_stage(project, extent)
    bookmark = _view_of(project, shot)
    if bookmark is not None:
        stage = replace(stage, camera=bookmark.camera, style=bookmark.style or stage.style)
    moment = shot.moment or stage.moment
    if shot.style == "day" and shot.moment is None:
        moment = daylit(moment, project.latitude_deg, project.longitude_deg)
    return replace(stage, style=shot.style or stage.style, moment=moment)


def _view_of(project: TwinProject, shot: Shot) -> Bookmark | None:
    """Return the view that a shot names, None when it names none. Raises `InputError` when there is no such view."""
    bookmark = bookmark_named(project, shot.view) if shot.view else None
    if shot.view and bookmark is None:
        names = "、".join(bookmark.name.zh for bookmark in project.bookmarks)
        raise InputError(
            Text("没有名为“{view}”的视角；可用：{names}", "There is no view “{view}”; there are: {names}").with_values(
                view=shot.view, names=names
            ),
            path=str(project.folder),
        )
    return bookmark


def _extent(layers: list[OpenedLayer]) -> Extent:
    """Return the box of everything that has one, save layers that lie far from most others."""
    boxes = [box for box in (extent_of(layer.content) for layer in layers) if box is not None]
    if len(boxes) > 2:
        centres = np.array([box.centre[:2] for box in boxes])
        away = np.abs(centres - np.median(centres, axis=0)).max(axis=1)
        boxes = [box for box, far in zip(boxes, away, strict=True) if far <= max(_FAR_M, box.diagonal_m)]
    whole = boxes[0] if boxes else Extent(west=-500.0, south=-500.0, east=500.0, north=500.0)
    for box in boxes[1:]:
        whole = whole.merged(box)
    return whole


def _at_its_place(project: TwinProject, extent: Extent, layers: list[OpenedLayer]) -> TwinProject:
    """Return a twin of loose files with the latitude and longitude of what they hold, for the sun."""
    crs = next((layer.content.frame.crs for layer in layers if layer.content.frame.crs != LOCAL), "")
    if project.crs or not crs:
        return project
    longitude, latitude = converter(crs, "EPSG:4326")(np.array([extent.centre[:2]]))[0].tolist()
    if not np.isfinite(latitude):
        return project
    return replace(project, latitude_deg=latitude, longitude_deg=longitude)


def _add(scene: CityScene, layer: OpenedLayer) -> None:
    entry, content, stream = layer.entry, layer.content, layer.stream
    if stream is not None:
        scene.streams.add(entry.name, entry.role, stream.whole, stream.parts, stream.drawn)
    elif isinstance(content, TileSet):
        scene.add_tiles(entry.name, entry.role, content)
    elif isinstance(content, Terrain):
        scene.add_terrain(entry.name, content)
    elif isinstance(content, VectorLayer):
        scene.add_vector(entry.name, entry.role, entry.title, content)
