"""Marks of the tools over the 3D view: kept by who shows them, drawn anew as the city is seen from elsewhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sanping.domain.geo import UInt8Array
from sanping.domain.text import Language
from sanping.domain.view import CameraPose
from sanping.scene.picture_parts import PicturePart
from sanping.stage.state import Stage
from sanping.ui.workbench.marks import Mark, SeenFrom, marked, paint_marks


class MarksOverlay(QWidget):
    """A clear sheet over the viewport; the mouse goes through it. Marks are kept by the name of who shows them.

    Words are of the window's size, or `font_px` high, with lines and dots in proportion.
    """

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._marks: dict[str, tuple[Mark, ...]] = {}
        self._pictured: dict[str, tuple[Mark, ...]] = {}
        self._camera: CameraPose | None = None
        self._language: Language = "zh"
        self._corner, self._whole_px = (0, 0), (0, 0)
        self.font_px = 0.0
        self.hide()

    def show_marks(self, name: str, marks: Sequence[Mark], pictured: Sequence[Mark] = ()) -> None:
        """Show these instead of those of the same name; none takes them away.

        Pictures, films and sheets show `pictured`: what a person wants to pass on, not what a tool is about to do.
        """
        self._marks.pop(name, None)
        self._pictured[name] = tuple(pictured)
        if marks:
            self._marks[name] = tuple(marks)
        self.setVisible(bool(self._marks))
        self.update()

    def marks(self, name: str) -> tuple[Mark, ...]:
        """Return what is shown under a name."""
        return self._marks.get(name, ())

    def stand_at(self, corner_px: tuple[int, int], whole_px: tuple[int, int]) -> None:
        """Be the piece at a corner of a larger view."""
        self._corner, self._whole_px = corner_px, whole_px
        self.update()

    def follow(self, camera: CameraPose, language: Language) -> None:
        """The city is seen from here now."""
        if (camera, language) != (self._camera, self._language):
            self._camera, self._language = camera, language
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every mark where its places are seen."""
        if self._camera is None:
            return
        size = self._whole_px if all(self._whole_px) else (self.width(), self.height())
        seen = SeenFrom(
            camera=self._camera, size=size, language=self._language, corner=self._corner, font_px=self.font_px
        )
        painter = QPainter(self)
        paint_marks(painter, [mark for marks in self._marks.values() for mark in marks], seen)
        painter.end()

    def upon(self, picture: UInt8Array, stage: Stage, part: PicturePart | None = None) -> UInt8Array:
        """Return a picture of a stage, or a part of one, with what pictures show of the marks."""
        return marked(
            picture, [mark for marks in self._pictured.values() for mark in marks], stage, self._language, part
        )
