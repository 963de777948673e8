"""Chooses the quality where it is left to us: times a frame of the whole city, and steps down while it is slow."""

from typing import Protocol

from PySide6.QtCore import QObject, Slot

from sanping.commands.desk_state import DeskState
from sanping.scene.quality import quality_for
from sanping.stage.state import QualityName
from sanping.ui.city_show import CityShow

SLOW_MS = 66.0
SLOW_FRAMES = 3
LOWER: dict[QualityName, QualityName] = {"high": "standard", "standard": "soft"}


class Desk(Protocol):
    """The window as the choice of quality sees it."""

    state: DeskState
    city: CityShow


class AutoQuality(QObject):
    """Starts smooth; one frame of the whole city decides; then the way leads only down, so nothing flickers.

    The first frame after each change is not counted: it builds shaders and fills buffers.
    """

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._has_arrived = self._is_decided = self._is_software = False
        self._to_skip = self._slow_frames = 0

    @Slot()
    def restart(self) -> None:
        """Begin anew: another twin, or the person has just left the choice to us."""
        self._is_decided = False
        self._slow_frames, self._to_skip = 0, 1
        if self._is_asked:
            self._is_software = self._desk.city.is_software
            self._desk.city.set_quality("soft", drafts_in_motion=self._is_software)
            self._desk.city.draw_again()

    def forget_city(self) -> None:
        """Wait for another city."""
        self._has_arrived = self._is_decided = False

    @Slot()
    def time_city(self) -> None:
        """The whole city is there: let its next frames decide."""
        self._has_arrived = True
        if not self._is_decided and self._is_asked:
            self._to_skip = 1
            self._desk.city.draw_again()

    @Slot(float)
    def judge(self, frame_ms: float) -> None:
        """Judge a full frame of the resting city."""
        if not (self._has_arrived and self._is_asked):
            return
        if self._to_skip:
            self._to_skip -= 1
            if not self._is_decided:
                self._desk.city.draw_again()
        elif not self._is_decided:
            self._is_decided = True
            self._take(quality_for(frame_ms, is_software=self._is_software))
        else:
            self._slow_frames = self._slow_frames + 1 if frame_ms > SLOW_MS else 0
            lower = LOWER.get(self._desk.city.quality)
            if self._slow_frames >= SLOW_FRAMES and lower is not None:
                self._take(lower)

    @property
    def _is_asked(self) -> bool:
        return self._desk.state.quality == "auto" and self._desk.city.is_ready

    def _take(self, quality: QualityName) -> None:
        self._slow_frames, self._to_skip = 0, 1
        if quality != self._desk.city.quality:
            self._desk.city.set_quality(quality, drafts_in_motion=self._is_software)
