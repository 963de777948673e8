"""Plays the tours of a twin, one after the other and round again, and rests while somebody uses the kiosk."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.analysis.sun import daylit
from sanping.domain.tour import Stop, Tour
from sanping.domain.view import CameraPose
from sanping.stage.state import Stage
from sanping.stage.touring import Leg, Moment, leg_to, next_leg, shown
from sanping.twin.project import TwinProject

FRAME_MS = 33
VISIBLE_STEPS = 25


class Attract(QObject):
    """Emits `stage_changed` with the stage of the moment, `told` when the words to be read have changed.

    `flies` False cuts from stop to stop: where no graphics card draws, still pictures are better.
    """

    stage_changed = Signal(object)
    told = Signal()
    stopped_at = Signal(int)

    def __init__(
        self, project: TwinProject, tours: Sequence[Tour], clock_ms: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project, self._clock_ms = project, clock_ms
        self.stops: tuple[Stop, ...] = tuple(
            replace(stop, style=stop.style or project.style) for tour in tours for stop in tour.stops
        )
        self.flies = True
        self.leg: Leg | None = None
        self.words = self.veil = 0.0
        self._stage: Stage | None = None
        self._first = 0
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self.show_now)

    @property
    def is_playing(self) -> bool:
        """The tour goes on."""
        return self._frames.isActive()

    @property
    def stop_now(self) -> Stop | None:
        """The stop that is flown to or looked at."""
        return None if self.leg is None else self.stops[self.leg.stop]

    def begin_at(self, number: int) -> None:
        """Begin with this stop when the tour begins."""
        self._first = number

    def play(self, stage: Stage) -> None:
        """Go on from this stage to the next stop; a tour without stops stays where it is."""
        if not self.stops:
            return
        now_ms = self._clock_ms()
        if self.leg is None:
            self.leg = leg_to(self.stops, self._first, stage.camera, now_ms, stage.style)
        else:
            self.leg = next_leg(self.stops, self.leg, stage.camera, now_ms, stage.style)
        self._stage = stage
        self._frames.start()
        self.show_now()

    def rest(self) -> None:
        """Leave the screen to somebody."""
        self._frames.stop()
        self._tell(words=0.0, veil=0.0)

    @Slot()
    def show_now(self) -> None:
        """Show the present moment of the tour."""
        if self.leg is None or self._stage is None or not self._frames.isActive():
            return
        now_ms = self._clock_ms()
        moment = shown(self.stops, self.leg, now_ms, flies=self.flies)
        if moment.is_over:
            self.leg = next_leg(self.stops, self.leg, moment.camera, now_ms, self._stage.style)
            moment = shown(self.stops, self.leg, now_ms, flies=self.flies)
            self.stopped_at.emit(self.leg.stop)
        self._show(moment)

    def _show(self, moment: Moment) -> None:
        assert self._stage is not None
        assert self.leg is not None
        stage = self.staged(self._stage, self.stops[self.leg.stop], moment.camera, is_there=moment.is_there)
        if stage != self._stage:
            self._stage = stage
            self.stage_changed.emit(stage)
        self._tell(moment.words, moment.veil)

    def staged(self, stage: Stage, stop: Stop, camera: CameraPose, *, is_there: bool) -> Stage:
        """Return a stage with the camera, and style and sun of a stop once it has got so far."""
        if not is_there or stop.style is None:
            return replace(stage, camera=camera)
        return replace(stage, camera=camera, style=stop.style, moment=self._moment(stop))

    def _moment(self, stop: Stop) -> datetime:
        moment, project = self._project.moment, self._project
        if stop.at is not None:
            return moment.replace(hour=stop.at.hour, minute=stop.at.minute, second=0, microsecond=0)
        return daylit(moment, project.latitude_deg, project.longitude_deg) if stop.style == "day" else moment

    def _tell(self, words: float, veil: float) -> None:
        """Tell how visible words and veil are, in steps: each is painted anew."""
        found = (round(words * VISIBLE_STEPS) / VISIBLE_STEPS, round(veil * VISIBLE_STEPS) / VISIBLE_STEPS)
        if found != (self.words, self.veil):
            self.words, self.veil = found
            self.told.emit()
