"""Example of a plug-in: draws a ring of a chosen radius around each place that is clicked."""

from math import cos, pi, sin

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.ui.cases.look import column, plain_label
from sanping.ui.number_field import NumberField
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

CORNERS = 48


class RingTool(DeskTool):
    """`places` are the middles of the rings, world metres."""

    name = "ring"
    title = Text("范围圈", "Ring")
    hint = Text("点击一处，画出半径范围。", "Click a place to draw a ring around it.")
    icon = "target"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.places: list[Point] = []
        self.form, self.result = QWidget(), QWidget()
        self.radius = NumberField(1, 5000, 0)
        self.radius.show_number(50)
        self.radius.number_entered.connect(self.draw)
        column(self.form).addWidget(self.radius)
        self.count = plain_label()
        rows = column(self.result)
        rows.addWidget(self.count)
        rows.addStretch(1)

    def takes_click(self, at: QPointF) -> bool:
        """Draw a ring around the place under a click."""
        point = self.desk.city.world_under(at)
        if point is not None:
            self.places.append(point)
            self.draw()
        return True

    def do(self, wish: str, argument: object = None) -> None:
        """Take the last ring away, or all of them."""
        if wish == "undo":
            self.places = self.places[:-1]
        elif wish == "clear":
            self.places = []
        self.draw()

    def draw(self) -> None:
        """Draw the rings, and say how many there are."""
        turns = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
        reach = self.radius.number
        rings = [
            Mark(points=[(x + reach * cos(turn), y + reach * sin(turn), z) for turn in turns], has_dots=False,
                 is_closed=True, is_filled=True)
            for x, y, z in self.places
        ]  # fmt: skip
        self.bench.marks.show_marks(self.name, rings)
        count = len(self.places)
        self.words.put(self.count.setText, Text(f"{count} 个范围圈", f"{count} rings"))
        self.changed.emit()
