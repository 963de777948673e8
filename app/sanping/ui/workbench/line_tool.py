"""A tool whose places are clicked one by one: a line that follows the pointer, ended by Enter or a double click."""

from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent

from sanping.domain.text import Language
from sanping.domain.view import Point
from sanping.ui.workbench.place_picking import PlacePicking
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

END_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
RUBBER = (255, 245, 190)


class LineTool(DeskTool):
    """Make a subclass that says how many places are enough, what `finish` does with them, and what is shown.

    `places` are those of the line that is being drawn, `over` the one under the pointer.
    """

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.places: list[Point] = []
        self.over: Point | None = None
        self._is_ended = False
        self.picking = PlacePicking(desk, bench, self.name)
        self.picking.moved.connect(self._on_moved)

    @property
    def most_places(self) -> int:
        """The line ends by itself with so many places; 0 for never."""
        return 0

    def finish(self) -> None:
        """Take the line as it is; call `drop` when it is taken."""

    def show(self) -> None:
        """Show the line and everything else anew."""

    def show_marks(self) -> None:
        """Show the line anew: the pointer has moved."""

    @property
    def line(self) -> list[Point]:
        """The places with that under the pointer, where there are any."""
        return [*self.places, *([self.over] if self.over is not None and self.places else [])]

    @property
    def distinct_places(self) -> list[Point]:
        """The places without those that repeat the one before: the clicks of a double click."""
        return [place for number, place in enumerate(self.places) if number == 0 or place != self.places[number - 1]]

    def drop(self) -> None:
        """Forget the line."""
        self.places.clear()
        self.over = None
        self.show()

    def enter(self) -> None:
        """Begin."""
        self.desk.viewport.setCursor(Qt.CursorShape.CrossCursor)
        self.show()

    def leave(self) -> None:
        """Drop what is half drawn."""
        self.drop()
        self.picking.rest()

    def takes_click(self, at: QPointF) -> bool:
        """Take the place under a click."""
        place = self.picking.taken(at)
        if place is not None:
            self.over = None
            self.places.append(place)
            self.show()
            if len(self.places) == self.most_places:
                self.finish()
        return True

    def takes_event(self, event: QEvent) -> bool:
        """End a line by Enter or a double click; the release of its second press is none of its places."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in END_KEYS:
            self.finish()
            return True
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._is_ended = True
            self.finish()
            return True
        is_over = event.type() == QEvent.Type.MouseButtonRelease and self._is_ended
        if is_over:
            self._is_ended = False
        return is_over

    def point(self, at: QPointF) -> None:
        """Let the line follow the pointer."""
        self.picking.point(at)

    def do(self, wish: str, argument: object = None) -> None:
        """Take a place back, give up, or end."""
        if wish == "undo" and self.places:
            self.places.pop()
            self.show()
        elif wish in ("leave", "clear"):
            self.drop()
        elif wish == "finish":
            self.finish()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self.show()

    @Slot(object)
    def _on_moved(self, place: Point | None) -> None:
        self.over = place
        self.show_marks()
