"""Draws a wall without windows: each tile as its own screen would show it, bezels between them in black."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.scene.city_scene import CityScene
from sanping.scene.picture_parts import parts_of
from sanping.settings.settings import Settings
from sanping.stage.sharing import FIRST_BOARD, BoardName
from sanping.stage.state import Stage
from sanping.ui.wall.board import WallBoard, covered
from sanping.ui.wall.facts import WallFacts
from sanping.ui.wall.layout import layout_for, least_text_px, placed, text_px
from sanping.ui.wall.panels.plugged import Plugged
from sanping.ui.wall.tiling import Tile, Tiling, seams, tiling_of
from sanping.ui.workbench.marks import marked
from sanping.ui.workbench.note_marks import marks_of_all

PART_PX = 1_600_000
_DRAWING = Text("绘制大屏", "Drawing the wall")


class WallCanvas:
    """A wall of a layout and of tiles, with a board of its panels; `size_px` is what its screens show together.

    Without the name of a `layout`, the one of `board` that suits the wall best is taken. Set `plugged`, the panels of
    other packages, before `measure`.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what of whose, where, how
        self,
        folder: Path,
        layout: str,
        counts: tuple[int, int],
        size_px: tuple[int, int],
        settings: Settings,
        board: BoardName = FIRST_BOARD,
    ) -> None:
        columns, rows = counts
        tile_px = (max(1, size_px[0] // columns), max(1, size_px[1] // rows))
        self._settings, self._counts, self._tile_px = settings, counts, tile_px
        self.layout = layout_for(folder, layout, tiling_of(columns, rows, tile_px, 0.0, 1.0), board)
        self.tiling = Tiling(columns=columns, rows=rows, tile_px=tile_px)
        self.plugged: Plugged = {}
        self.measure()

    def measure(self, bezel_mm: float = -1.0, pitch_mm: float = 0.0, seat_m: float = 0.0) -> None:
        """Take bezels, pixels and seats as given, else as the layout has them, else as the settings do."""
        layout, settings = self.layout, self._settings
        pitch_mm = pitch_mm or layout.pitch_mm or settings.wall_pitch_mm
        seat_m = seat_m or layout.seat_m or settings.wall_seat_m
        self.tiling = tiling_of(*self._counts, self._tile_px, layout.bezel_mm if bezel_mm < 0 else bezel_mm, pitch_mm)
        places = placed(layout, self.tiling, text_px(layout, self.tiling, least_text_px(seat_m, pitch_mm)))
        self.board = WallBoard(places, is_animated=False, plugged=self.plugged)

    def drawn(self, scene: CityScene, stage: Stage, facts: WallFacts, progress: Progress) -> UInt8Array:
        """Return the canvas as (height, width, 3); the scene shows the stage, whose annotations are painted upon it."""
        self.board.show(facts, 1)
        scene.keep_labels_off((*covered(self.board.boxes), *seams(self.tiling)), self.tiling.canvas_px)
        width, height = self.tiling.canvas_px
        canvas = np.zeros((height, width, 3), np.uint8)
        for number, tile in enumerate(self.tiling.tiles):
            progress.report(number / len(self.tiling.tiles), _DRAWING)
            canvas[tile.top : tile.bottom, tile.left : tile.right] = self.tile(scene, stage, tile)
        return canvas

    def tile(self, scene: CityScene, stage: Stage, tile: Tile) -> UInt8Array:
        """Return what one screen shows, (height, width, 3)."""
        marks = marks_of_all(stage.notes)
        city = np.empty((tile.height, tile.width, 3), np.uint8)
        for part in parts_of(tile.width, tile.height, PART_PX):
            shown = replace(part, whole=self.tiling.canvas_px, left=tile.left + part.left, top=tile.top + part.top,
                            is_covered=True)  # fmt: skip
            bottom, right = part.top + part.height, part.left + part.width
            pixels = scene.picture_part(shown)
            city[part.top : bottom, part.left : right] = marked(pixels, marks, stage, self._settings.language, shown)
        return self._with_panels(city, tile)

    def _with_panels(self, city: UInt8Array, tile: Tile) -> UInt8Array:
        height, width, _ = city.shape
        held = np.ascontiguousarray(city)
        image = QImage(held.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        painted = image.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(painted)
        self.board.paint(painter, QRectF(tile.left, tile.top, tile.width, tile.height), 2)
        painter.end()
        packed = painted.convertToFormat(QImage.Format.Format_RGB888)
        pixels = np.frombuffer(packed.constBits(), np.uint8).reshape(height, packed.bytesPerLine())
        return pixels[:, : 3 * width].reshape(height, width, 3).copy()
