"""Draws the area of a query in the city: a box by dragging, a ring, a point or a line by clicks."""

from typing import Any, Literal

import shapely
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from sanping.analysis.plan_search import Flat, box_between, circle_around, heading_of, polygon_of, strip_along
from sanping.commands.object_query import outline_of
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.stage.projection import on_level
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.tool import ToolDesk

RegionKind = Literal["", "box", "ring", "point", "selection", "line"]
COLOUR, LIFT_M = (120, 230, 255), 1.0
LEAST_DRAG_PX = 4.0
NOTHING = Text("这里没有地面或建筑；请点在城市里", "There is nothing here: click in the city")


class RegionDrawing(QObject):
    """What is drawn: `places` are world points; `changed` comes with each of them."""

    changed = Signal()

    def __init__(self, desk: ToolDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.kind: RegionKind = ""
        self.places: list[Point] = []
        self.radius_m = 100.0
        self._pressed: QPointF | None = None
        self._hover: Point | None = None

    def begin(self, kind: RegionKind) -> None:
        """Draw another kind of area; what was drawn is gone. For the selection its objects are the places."""
        self.kind, self._hover, self._pressed = kind, None, None
        self.places = []
        self.changed.emit()

    def undo(self) -> bool:
        """Take the last place back; say whether there was one."""
        had = bool(self.places)
        del self.places[-1:]
        if self.kind == "box":
            self.places.clear()
        self.changed.emit()
        return had

    def shape(self) -> Any:
        """Return the area (a shapely polygon in the plan), None while it is not drawn yet."""
        flat = [_flat(place) for place in self.places]
        if self.kind == "box" and len(flat) == 2 and flat[0] != flat[1]:
            return box_between(flat[0], flat[1], heading_of(self._desk.state.stage.camera.heading_deg))
        if self.kind == "ring" and len(set(flat)) >= 3:
            return polygon_of(flat)
        if self.kind == "point" and flat:
            return circle_around(flat[0], self.radius_m)
        if self.kind == "line" and len(set(flat)) >= 2:
            return strip_along(flat, self.radius_m)
        return self._around_selection() if self.kind == "selection" else None

    def takes_click(self, at: QPointF) -> bool:
        """Take a click as a place; without a kind to draw leave it to others."""
        if self.kind not in ("ring", "point", "line"):
            return False
        point = self._desk.city.world_under(at)
        if point is None:
            self._desk.say(NOTHING)
            return True
        if self.kind == "point":
            self.places.clear()
        self.places.append(point)
        self.changed.emit()
        return True

    def takes_event(self, event: QEvent) -> bool:
        """Take presses, moves and releases of the mouse while a box is drawn."""
        if self.kind != "box" or not isinstance(event, QMouseEvent):
            return False
        kind, at = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            first = self._desk.city.world_under(at)
            self._pressed, self.places = (at if first is not None else None), [first] if first is not None else []
            return True
        if self._pressed is None:
            return False
        if kind == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(at)
            return True
        if kind == QEvent.Type.MouseButtonRelease:
            self._drag(at)
            is_drawn = (at - self._pressed).manhattanLength() >= LEAST_DRAG_PX
            self._pressed = None
            if not is_drawn:
                self.places.clear()
            self.changed.emit()
            return True
        return False

    def point(self, at: QPointF) -> None:
        """Let the next piece of a ring or line follow the pointer."""
        if self.kind in ("ring", "line") and self.places:
            self._hover = self._on_level(at)
            self.changed.emit()

    def marks(self, *, is_filled: bool) -> list[Mark]:
        """Return what is drawn over the view."""
        marks = []
        shape = self.shape()
        if shape is not None:
            marks += [Mark(points=[self._grounded(place) for place in ring], colour=COLOUR, is_closed=True,
                           is_filled=is_filled, has_dots=False) for ring in _rings(shape)]  # fmt: skip
        if self.kind in ("ring", "line", "point") and self.places:
            line = [*self.places, *([self._hover] if self._hover is not None else [])]
            marks.append(Mark(points=line, colour=COLOUR, is_dashed=True, width_px=1.4))
        return marks

    def _drag(self, at: QPointF) -> None:
        point = self._on_level(at)
        if point is not None and self.places:
            self.places = [self.places[0], point]
            self.changed.emit()

    def _on_level(self, at: QPointF) -> Point | None:
        """Return what lies under the pointer on the level of the first place: quick, and without reading depths."""
        size = self._desk.viewport.size_px
        return on_level(self._desk.state.stage.camera, (at.x(), at.y()), size, self.places[0][2])

    def _around_selection(self) -> Any:
        boxes = []
        for ref in self._desk.state.stage.selection:
            layer = self._desk.content.layers.get(ref.layer)
            outline = None if layer is None else outline_of(layer, ref.id)
            if outline is not None:
                boxes.append(outline.buffer(self.radius_m, quad_segs=12))
        return shapely.union_all(boxes) if boxes else None

    def _grounded(self, place: Flat) -> Point:
        return (place[0], place[1], self._desk.content.ground(*place) + LIFT_M)


def _flat(place: Point) -> Flat:
    return (place[0], place[1])


def _rings(shape: Any) -> list[list[Flat]]:
    return [[(float(x), float(y)) for x, y in part.exterior.coords[:-1]]
            for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]  # fmt: skip
