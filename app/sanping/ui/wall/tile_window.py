"""One window of the wall: without a frame, over a whole screen, with the city and the glass before it."""

from collections import deque
from pathlib import Path
from statistics import median

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QEventPoint, QKeyEvent, QResizeEvent, QTouchEvent
from PySide6.QtWidgets import QWidget

from sanping.domain.text import Language
from sanping.stage.notes_shown import ShownNotes
from sanping.stage.state import Stage
from sanping.ui.viewport import Viewport
from sanping.ui.wall.overlay import TileGlass, monotonic_ms
from sanping.ui.wall.tile_show import TileShow
from sanping.ui.wall.tiling import Tile, Tiling
from sanping.ui.workbench.marks_overlay import MarksOverlay
from sanping.ui.workbench.note_marks import marks_of_all

RELEASED = QEventPoint.State.Released
MOST_FRAMES, RATED_MS = 600, 4000
NOTHING_NOTED: ShownNotes | None = None


class TileWindow(QWidget):
    """Shows one tile; what a person does leaves as signals.

    `touched` carries the fingers on the screen, as points of the canvas.
    """

    key_pressed = Signal(object)
    touched = Signal(object)
    closed = Signal()
    resized = Signal(int, int)

    def __init__(self, tile: Tile, tiling: Tiling, assets: Path, animation_hz: int) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setStyleSheet("background: black;")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport = Viewport(self)
        self.viewport.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport.setCursor(Qt.CursorShape.BlankCursor)
        self.viewport.installEventFilter(self)
        self.marks, self._noted = MarksOverlay(self), NOTHING_NOTED
        self.glass = TileGlass(self, tile, tiling)
        self.city = TileShow(self.viewport, assets, animation_hz, self)
        self.city.stand_at(tile, tiling)
        self.marks.stand_at((tile.left, tile.top), tiling.canvas_px)
        self.tile, self.tiling = tile, tiling
        self._drawn: deque[tuple[int, float]] = deque(maxlen=MOST_FRAMES)
        self.viewport.frame_drawn.connect(self._count)
        self.glass.rate = self.rate

    def rate(self) -> str:
        """Return how many frames were drawn in the last seconds, and how long the middle one took."""
        since_ms = monotonic_ms() - RATED_MS
        recent = [took_ms for at_ms, took_ms in self._drawn if at_ms >= since_ms]
        return f"{1000 * len(recent) / RATED_MS:.1f} fps · {median(recent):.0f} ms" if recent else ""

    @Slot(float)
    def _count(self, took_ms: float) -> None:
        self._drawn.append((monotonic_ms(), took_ms))

    def stand(self, tile: Tile, tiling: Tiling) -> None:
        """Take another place in the wall."""
        self.tile, self.tiling = tile, tiling
        self.glass.tile, self.glass.tiling = tile, tiling
        self.city.stand_at(tile, tiling)
        self.marks.stand_at((tile.left, tile.top), tiling.canvas_px)

    def show_stage(self, stage: Stage, language: Language) -> None:
        """Show a stage: the city, and what is drawn upon it."""
        self.city.show(stage, None)
        if stage.notes != self._noted:
            self._noted = stage.notes
            self.marks.show_marks("notes", marks_of_all(stage.notes))
        self.marks.follow(stage.camera, language)

    def put(self, place: QRect, *, is_full: bool) -> None:
        """Show it at a place of the desktop, over everything else if it is to be full."""
        self.setGeometry(place)
        if is_full:
            self.showFullScreen()
        else:
            self.show()
        self.activateWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep city and glass over the whole window."""
        super().resizeEvent(event)
        for part in (self.viewport, self.marks, self.glass):
            part.setGeometry(0, 0, self.width(), self.height())
        self.glass.raise_()
        self.resized.emit(self.width(), self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Tell of a key."""
        self.key_pressed.emit(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Tell of fingers on the city, leave the rest."""
        if isinstance(event, QTouchEvent):
            event.accept()
            corner = QPointF(self.tile.left, self.tile.top)
            fingers = [point.position() + corner for point in event.points() if point.state() != RELEASED]
            self.touched.emit(fingers)
            return True
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End the scene and everything that ticks."""
        self.city.end()
        self.viewport.close_scene_window()
        for timer in self.findChildren(QTimer):
            timer.stop()
        self.closed.emit()
        super().closeEvent(event)
