"""Where a tool's next place is: under the pointer, caught at corners and edges of buildings and at earlier places."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF, QTimer, Signal, Slot

from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.stage.snapping import Snap, Snapper, View
from sanping.ui.workbench.marks import DotShape, Mark
from sanping.ui.workbench.tool import Bench, ToolDesk

PAUSE_MS = 30
CATCH_COLOUR = (120, 255, 190)
SHAPES: dict[str, DotShape] = {"point": "ring", "corner": "square", "edge": "diamond"}
NOTHING = Text("这里没有地面或建筑；请点在城市里", "There is nothing here: click in the city")


class PlacePicking(QObject):
    """Finds places for one tool; `moved` carries the place under the pointer, or None, at most thirty times a second.

    `name` is that of the mark which shows what the pointer is caught at.
    """

    moved = Signal(object)

    def __init__(self, desk: ToolDesk, bench: Bench, name: str) -> None:
        super().__init__(bench.window)
        self._desk, self._marks, self._name = desk, bench.marks, f"{name} catch"
        self._shown: tuple[tuple[str, int], ...] = ()
        self._snapper = Snapper(())
        self._earlier: tuple[Point, ...] = ()
        self._at: QPointF | None = None
        self.is_snapping = True
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_due)

    def remember(self, places: Sequence[Point]) -> None:
        """Catch the pointer at these places too."""
        self._earlier = tuple(places)

    def taken(self, at: QPointF) -> Point | None:
        """Return the place of a click; None, and a word about it, where there is nothing."""
        self._pause.stop()
        snap = self.caught(at)
        place = self._desk.city.world_under(at) if snap is None else snap.place
        if place is None:
            self._desk.say(NOTHING)
        return place

    def caught(self, at: QPointF) -> Snap | None:
        """Return what the pointer is caught at."""
        if not self.is_snapping:
            return None
        self._follow_layers()
        view = View(pose=self._desk.state.stage.camera, size=self._desk.viewport.size_px)
        return self._snapper.snap(view, (at.x(), at.y()), self._earlier)

    def point(self, at: QPointF) -> None:
        """The pointer is here."""
        self._at = at
        if not self._pause.isActive():
            self._pause.start()

    def rest(self) -> None:
        """Look no more, and take the mark away."""
        self._pause.stop()
        self._at = None
        self._marks.show_marks(self._name, ())

    @Slot()
    def _on_due(self) -> None:
        if self._at is None:
            return
        snap = self.caught(self._at)
        place = self._desk.city.world_under(self._at) if snap is None else snap.place
        mark = () if snap is None else (Mark(points=(snap.place,), colour=CATCH_COLOUR, dot_shape=SHAPES[snap.kind]),)
        self._marks.show_marks(self._name, mark)
        self.moved.emit(place)

    def _follow_layers(self) -> None:
        """Know the layers that are shown now."""
        sets = {name: layer.content for name, layer in self._desk.content.layers.items()
                if isinstance(layer.content, TileSet) and self._desk.state.stage.layer(name).is_visible}  # fmt: skip
        shown = tuple((name, id(content)) for name, content in sets.items())
        if shown != self._shown:
            self._shown, self._snapper = shown, Snapper(tuple(sets.values()))
