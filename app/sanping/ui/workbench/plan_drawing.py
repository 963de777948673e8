"""Gathers the corners of an area or a mass from clicks, and draws them as they come."""

from collections.abc import Callable, Sequence

from sanping.domain.plan import Outline
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.marks_overlay import MarksOverlay

CLOSE_PX = 11.0
NAME = "plan drawing"


class PlanDrawing:
    """One outline that is being drawn; `done` gets it when it is closed."""

    def __init__(self, marks: MarksOverlay) -> None:
        self._marks = marks
        self.corners: list[Point] = []
        self._done: Callable[[Outline], None] | None = None

    @property
    def is_drawing(self) -> bool:
        """Corners are being asked for."""
        return self._done is not None

    def begin(self, done: Callable[[Outline], None]) -> None:
        """Ask for the corners of an outline."""
        self.corners, self._done = [], done
        self._show(None)

    def add(self, point: Point, pixels: Sequence[tuple[float, float] | None], at: tuple[float, float]) -> None:
        """Take a corner; one at the first corner closes the outline. `pixels` are where the corners are drawn."""
        first = pixels[0] if pixels else None
        if len(self.corners) > 2 and first is not None and _is_near(first, at):
            self.close()
            return
        last = pixels[-1] if pixels else None
        if last is None or not _is_near(last, at, 3.0):  # the second click of a double one
            self.corners.append(point)
            self._show(None)

    def point(self, point: Point | None) -> None:
        """Show the outline as it would be with a corner here."""
        if self.is_drawing and self.corners:
            self._show(point)

    def close(self) -> bool:
        """End the outline; say whether it had corners enough."""
        done = self._done
        if done is None or len(self.corners) < 3:
            return False
        outline = tuple((x, y) for x, y, _ in self.corners)
        self.stop()
        done(outline)
        return True

    def back(self) -> bool:
        """Take the last corner back; say whether there was one."""
        if not self.is_drawing or not self.corners:
            return False
        self.corners.pop()
        self._show(None)
        return True

    def stop(self) -> None:
        """Give up."""
        self.corners, self._done = [], None
        self._marks.show_marks(NAME, ())

    def _show(self, pointer: Point | None) -> None:
        points = [*self.corners, *([] if pointer is None else [pointer])]
        is_area = len(points) > 2
        words = Text(f"{len(self.corners)}", f"{len(self.corners)}") if self.corners else None
        marks = [Mark(points=tuple(points), is_closed=is_area, is_filled=is_area, words=words)] if points else []
        self._marks.show_marks(NAME, marks)


def _is_near(a: tuple[float, float], b: tuple[float, float], within_px: float = CLOSE_PX) -> bool:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 <= within_px**2
