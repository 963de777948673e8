"""Draws a city from three views at the size of a wall, frame by frame."""

import time
from dataclasses import replace
from datetime import datetime

import numpy as np

from sanping.bootstrap.card.figures import Frames
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import CameraPose, StyleName
from sanping.ports.progress import Progress
from sanping.scene.city_scene import CityScene
from sanping.scene.window import offscreen_scene
from sanping.settings import paths
from sanping.stage.camera import framed, orbited
from sanping.stage.state import QualityName, Stage

VIEWS = ("orbit", "district", "street")
_LATITUDE_DEG, _LONGITUDE_DEG = 31.24, 121.42
_MOMENTS = {"day": "2026-06-21T14:00:00+08:00", "night": "2026-06-21T20:00:00+08:00"}
_TURN_DEG = 1.0
_DRAWING = Text("绘制画面", "Drawing frames")
_TOO_LARGE = Text(
    "本机不能绘制 {width}×{height} 像素的画面，只能到 {most_width}×{most_height}；请用 --size 给出较小的尺寸",
    "This machine cannot draw {width}×{height} pixels but only {most_width}×{most_height}; give a smaller --size",
)


class CityDrawing:
    """A city in a window without a screen. Closed after use."""

    def __init__(self, city: TileSet, size: tuple[int, int], style: StyleName, quality: QualityName) -> None:
        self._city, self._size = city, size
        east, north, _ = city.extent.centre
        self._scene = offscreen_scene(
            *size,
            centre=(east, north, 0.0),
            latitude_deg=_LATITUDE_DEG,
            longitude_deg=_LONGITUDE_DEG,
            quality=quality,
            language="zh",
            assets=paths.assets(),
        )
        self._scene.add_tiles("city", "buildings", city)
        self._stage = Stage(camera=framed(city.extent), style=style, moment=datetime.fromisoformat(_MOMENTS[style]))
        self._shown: Stage | None = None

    def first_frame(self) -> None:
        """Draw the whole city once. Raises `InputError` when the window cannot be as large."""
        self._draw(self._stage)
        width, height = self._scene.window.GetSize()
        if (width, height) != self._size:
            raise InputError(
                _TOO_LARGE.with_values(width=self._size[0], height=self._size[1], most_width=width, most_height=height),
                place="--size",
            )

    def frames(self, view: str, count: int, progress: Progress) -> Frames:
        """Draw `count` frames of one of `VIEWS` after one that does not count, the camera turning by a degree."""
        pose = self._pose(view)
        self._draw(replace(self._stage, camera=pose))
        wall, processor = [], []
        for number in range(count):
            progress.report(number / count, _DRAWING)
            began_s, used_s = time.perf_counter(), time.process_time()
            self._draw(replace(self._stage, camera=orbited(pose, _TURN_DEG * (number + 1), 0.0)))
            wall.append((time.perf_counter() - began_s) * 1e3)
            processor.append((time.process_time() - used_s) * 1e3)
        return Frames(view=view, wall_ms=tuple(wall), processor_ms=tuple(processor))

    @property
    def scene(self) -> CityScene:
        """The scene that draws."""
        return self._scene

    def close(self) -> None:
        """Let go of the window."""
        self._scene.close()

    def _draw(self, stage: Stage) -> None:
        self._scene.show(stage, self._shown)
        self._shown = stage
        self._scene.window.Render()
        self._scene.window.WaitForCompletion()

    def _pose(self, view: str) -> CameraPose:
        whole = framed(self._city.extent)
        if view == "orbit":
            return whole
        east, north, _ = whole.target
        ground = float(np.median([tile.extent.bottom for tile in self._city.tiles]))
        near = replace(whole, target=(east, north, ground + 20.0))
        if view == "district":
            return replace(near, distance_m=1_200.0, pitch_deg=-30.0)
        return replace(near, distance_m=160.0, pitch_deg=-6.0)
