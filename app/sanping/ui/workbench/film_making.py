"""Makes a film of the city as the window shows it: draws frame by frame, and writes them in a thread meanwhile."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty, Queue

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.scene.stamp import Mark, stamped
from sanping.stage.state import Stage
from sanping.ui.city_show import CityShow
from sanping.ui.crossing import Crossing
from sanping.ui.shooting import Upon
from sanping.ui.workbench.drawing import Drawn, ViewDrawing

MOST_AHEAD, PAUSE_MS = 4, 40
LOOK_EVERY_S = 0.1
DRAWING = Text("正在绘制影片 {done}/{frames}", "Drawing the film {done}/{frames}")

Frames = Queue[UInt8Array | None]
MarksAt = Callable[[int], tuple[Mark, ...]]


def _unmarked(_frame: int) -> tuple[Mark, ...]:
    return ()


class FilmMaking(QObject):
    """One film at a time: `finished` carries its path, `failed` a `SanpingError` (`Cancelled` when it was stopped).

    `upon` adds to each frame what is drawn upon the city.
    """

    progressed = Signal(float, object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, city: CityShow, font: Path, upon: Upon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font, self._upon = font, upon
        self._drawing = ViewDrawing(city, self)
        self._crossing: Crossing | None = None
        self._frames: Frames = Queue()
        self._stage_at: Callable[[int], Stage] | None = None
        self._size_px, self._rate, self._count, self._number, self._job = (0, 0), 25, 0, 0, 0
        self._marks: MarksAt = _unmarked
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    @property
    def is_busy(self) -> bool:
        """A film is being made."""
        return bool(self._job)

    def begin(  # noqa: PLR0913  where to, what, and how
        self, path: Path, stage_at: Callable[[int], Stage], frames: int, *, size_px: tuple[int, int], rate: int,
        marks: tuple[Mark, ...] | MarksAt = (),
    ) -> None:  # fmt: skip
        """Make a film of so many frames, `rate` a second; `marks`, or those of its number, are burnt into each."""
        self.stop()
        self._stage_at, self._size_px, self._rate = stage_at, size_px, rate
        self._marks = marks if callable(marks) else lambda _frame: marks
        self._count, self._number, self._frames = frames, 0, Queue()
        self._crossing = crossing = Crossing(self)
        crossing.finished.connect(self._on_written)
        crossing.failed.connect(self._on_failed)
        self._job = crossing.start(partial(written, self._frames, path, size_px, rate))
        self._ask()

    def stop(self) -> None:
        """End the film; nothing of it is left."""
        self._drawing.forget()
        if self._crossing is not None:
            self._crossing.cancel(self._job)

    def close(self) -> None:
        """End the film and the threads."""
        self._drawing.forget()
        self._end()

    def _end(self) -> None:
        """Let the thread of the film end."""
        crossing, self._crossing, self._job = self._crossing, None, 0
        if crossing is not None:
            crossing.close()
            crossing.deleteLater()

    @Slot()
    def _ask(self) -> None:
        """Have the next frame drawn, later where the writing lags behind."""
        if self._stage_at is None or not self._job:
            return
        if self._frames.qsize() >= MOST_AHEAD:
            self._pause.start()
            return
        stage = self._stage_at(self._number)
        seconds = self._number / self._rate
        self._drawing.ask(Drawn(stage=stage, size_px=self._size_px, take=self._take, seconds=seconds))

    def _take(self, picture: UInt8Array) -> None:
        assert self._stage_at is not None
        picture = self._upon(picture, self._stage_at(self._number), None)
        marks = self._marks(self._number)
        self._frames.put(stamped(picture, marks, self._font) if marks else picture)
        self._number += 1
        self.progressed.emit(self._number / self._count, DRAWING.with_values(done=self._number, frames=self._count))
        if self._number == self._count:
            self._frames.put(None)
        else:
            self._ask()

    @Slot(int, object)
    def _on_written(self, number: int, path: object) -> None:
        if number == self._job:
            self._end()
            self.finished.emit(path)

    @Slot(int, object)
    def _on_failed(self, number: int, error: object) -> None:
        if number == self._job:
            self._drawing.forget()
            self._end()
            self.failed.emit(error)


def written(frames: Frames, path: Path, size_px: tuple[int, int], rate: int, progress: Progress) -> Path:
    """Write pictures as they arrive, None ends them, and return the file; runs in a thread.

    Raises `InputError`, `StoreFailed`, `Cancelled`; then there is no file.
    """
    from sanping.storage.film import film_writer  # noqa: PLC0415  only who makes a film waits for its codecs

    with film_writer(path, size_px, rate) as film:
        while True:
            progress.report(0.0, DRAWING)
            try:
                picture = frames.get(timeout=LOOK_EVERY_S)
            except Empty:
                continue
            if picture is None:
                return path
            film.add(picture)
