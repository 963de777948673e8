"""Measures a wall: turns the camera for some seconds and counts the frames of each screen."""

from dataclasses import dataclass, replace
from statistics import median

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from sanping.stage.camera import orbited
from sanping.ui.wall.tile_window import TileWindow
from sanping.ui.wall.tiling import Tile
from sanping.ui.wall.wall import Wall

STEP_MS = 16
TURN_DEG_PER_S = 12.0


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Frames of one screen: how many a second, and milliseconds of the middle and the slowest one."""

    tile: Tile
    per_second: float
    median_ms: float
    slowest_ms: float


class SelfTest(QObject):
    """`measured` carries the rates of all screens, once."""

    measured = Signal(object)

    def __init__(self, wall: Wall, seconds: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wall, self._seconds = wall, seconds
        self._times: dict[TileWindow, list[float]] = {}
        self._since = QElapsedTimer()
        self._before_s = 0.0
        self._steps = QTimer(self)
        self._steps.setInterval(STEP_MS)
        self._steps.timeout.connect(self._on_step)

    def start(self) -> None:
        """Begin to measure."""
        self._wall.follower.is_following = False
        for window in self._wall.windows:
            self._times[window] = []
            window.viewport.frame_drawn.connect(self._times[window].append)
        self._since.start()
        self._steps.start()

    def stop(self) -> None:
        """Stop early; nothing is told."""
        self._steps.stop()

    @Slot()
    def _on_step(self) -> None:
        seconds = self._since.elapsed() / 1000.0
        stage = self._wall.follower.stage
        pose = orbited(stage.camera, TURN_DEG_PER_S * (seconds - self._before_s), 0.0)
        self._before_s = seconds
        self._wall.turn_to(replace(stage, camera=pose))
        if seconds >= self._seconds:
            self._steps.stop()
            self._wall.follower.is_following = True
            self.measured.emit(tuple(_rate(window.tile, times, seconds) for window, times in self._times.items()))


def _rate(tile: Tile, times: list[float], seconds: float) -> Rate:
    return Rate(
        tile=tile,
        per_second=len(times) / max(1e-3, seconds),
        median_ms=median(times) if times else 0.0,
        slowest_ms=max(times, default=0.0),
    )
