"""Takes pictures of the view, however large: one part a turn, so that the window draws and answers in between."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from sanping.domain.geo import UInt8Array
from sanping.scene.picture_parts import PicturePart, parts_of
from sanping.stage.state import Stage
from sanping.ui.city_show import CityShow, Still
from sanping.ui.loading import Loading
from sanping.ui.picture_writing import Strips

Upon = Callable[[UInt8Array, Stage, PicturePart | None], UInt8Array]
"""What paints upon a picture of a stage, or upon a part of one."""
PAUSE_MS = 4
WAIT_MS = 120


class Shooting(QObject):
    """Draws one picture at a time; a further wish is refused until it is done.

    The picture shows the view of the moment when it was asked for, whatever the person does meanwhile. Parts are only
    drawn while the camera rests. Stopping the writing job stops the drawing. `upon` adds what is drawn upon the city.
    """

    def __init__(self, city: CityShow, loading: Loading, upon: Upon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._city, self._loading, self._upon = city, loading, upon
        self._still: Still | None = None
        self._parts: Iterator[PicturePart] = iter(())
        self._row: list[UInt8Array] = []
        self._strips = Strips(0, 0)
        self._job = 0
        self._drawn_px = 0
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._on_turn)

    @property
    def is_busy(self) -> bool:
        """A picture is being drawn."""
        return self._still is not None

    def take(self, factor: int, folder: Path, stamp: str) -> bool:
        """Begin a picture `factor` times as large as the view; False when one is being drawn or no city is there."""
        still = None if self.is_busy else self._city.hold_still(factor)
        if still is None:
            return False
        width, height = still.size_px
        self._still = still
        self._strips, self._drawn_px = Strips(width, height), 0
        self._parts = iter(parts_of(width, height, still.most_px))
        self._job = self._loading.save_picture(self._strips, folder / f"{stamp}-{width}x{height}.png")
        self._turn.start(0)
        return True

    @Slot()
    def _on_turn(self) -> None:
        if self._still is None:
            return
        if not self._loading.is_running(self._job):
            self._end()
        elif not self._city.is_resting:
            self._turn.start(WAIT_MS)
        else:
            self._draw(self._still)

    def _draw(self, still: Still) -> None:
        part = next(self._parts, None)
        if part is None:
            self._end()
            return
        pixels = self._city.picture_part(still, part)
        if pixels is None:
            self._loading.cancel(self._job)
            self._end()
            return
        self._row.append(self._upon(pixels, still.stage, part))
        if part.left + part.width == still.size_px[0]:
            self._strips.put(np.concatenate(self._row, axis=1))
            self._row.clear()
        self._drawn_px += part.width * part.height
        self._strips.share = self._drawn_px / (still.size_px[0] * still.size_px[1])
        self._turn.start(PAUSE_MS)

    def _end(self) -> None:
        self._still = None
        self._row.clear()
        self._city.let_go()
