"""Draws the city otherwise than the window shows it: another camera, style or size; a part a turn, one by one."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from sanping.domain.geo import UInt8Array
from sanping.scene.picture_parts import PicturePart, parts_of
from sanping.stage.state import Stage
from sanping.ui.city_show import CityShow, Still

PAUSE_MS, WAIT_MS = 2, 120
AT_ONCE_PX = 2_100_000
"""A full-HD frame is drawn at once: in parts it would take as often as long, since each costs the whole geometry."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What is to be drawn: a stage at a size in pixels; `take` gets the picture (height, width, 3).

    `seconds` sets what moves by itself, None leaves it as it is shown. In one that `is_covered` labels keep off the
    panels, as in the window. One that `is_hasty` is drawn while the camera moves.
    """

    stage: Stage
    size_px: tuple[int, int]
    take: Callable[[UInt8Array], None]
    seconds: float | None = None
    is_covered: bool = False
    is_hasty: bool = False


class ViewDrawing(QObject):
    """Draws what is asked for in order, while the camera rests; new layers wait that long.

    `progressed` carries the share (0 … 1) of the present picture. `finished` comes when nothing more is asked for.
    """

    progressed = Signal(float)
    finished = Signal()

    def __init__(self, city: CityShow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._city = city
        self._asked: deque[Drawn] = deque()
        self._present: Drawn | None = None
        self._still: Still | None = None
        self._parts: Iterator[PicturePart] = iter(())
        self._picture: UInt8Array = np.zeros((0, 0, 3), np.uint8)
        self._done_px = 0
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._on_turn)

    @property
    def is_busy(self) -> bool:
        """Something is being drawn or waits for it."""
        return self._present is not None or bool(self._asked)

    def ask(self, wanted: Drawn) -> None:
        """Draw this after what was asked for before."""
        self._asked.append(wanted)
        if not self._turn.isActive() and self._present is None:
            self._turn.start(0)

    def forget(self) -> None:
        """Draw nothing more of what was asked for."""
        self._asked.clear()
        self._turn.stop()
        if self._present is not None:
            self._present = None
            self._city.let_go()

    @Slot()
    def _on_turn(self) -> None:
        if self._present is None:
            self._begin()
        elif not self._city.is_resting and not self._present.is_hasty:
            self._turn.start(WAIT_MS)
        else:
            self._draw(self._present)

    def _begin(self) -> None:
        if not self._asked:
            return
        still = self._city.hold_still(1)
        if still is None:
            self._turn.start(WAIT_MS)
            return
        self._present = wanted = self._asked.popleft()
        seconds = still.seconds if wanted.seconds is None else wanted.seconds
        self._still = replace(still, stage=wanted.stage, size_px=wanted.size_px, seconds=seconds)
        width, height = wanted.size_px
        self._parts = iter(parts_of(width, height, max(still.most_px, AT_ONCE_PX)))
        self._picture = np.zeros((height, width, 3), np.uint8)
        self._done_px = 0
        self._turn.start(0)

    def _draw(self, wanted: Drawn) -> None:
        part = next(self._parts, None)
        if part is None:
            self._present = None
            self._city.let_go()
            wanted.take(self._picture)
            if self._asked:
                self._turn.start(PAUSE_MS)
            else:
                self.finished.emit()
            return
        assert self._still is not None
        pixels = self._city.picture_part(self._still, replace(part, is_covered=wanted.is_covered))
        if pixels is None:
            self.forget()
            return
        rows, columns = slice(part.top, part.top + part.height), slice(part.left, part.left + part.width)
        self._picture[rows, columns] = pixels
        self._done_px += part.width * part.height
        self.progressed.emit(self._done_px / (wanted.size_px[0] * wanted.size_px[1]))
        self._turn.start(PAUSE_MS)


def image_of(picture: UInt8Array) -> QImage:
    """Return a picture (height, width, 3) as an image of its own."""
    height, width, _ = picture.shape
    return QImage(np.ascontiguousarray(picture).data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
