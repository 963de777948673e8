"""Picks coordinates: each click is a numbered place with its coordinates, to be copied as a table."""

from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QTableWidgetItem, QWidget

from sanping.domain.text import Language, Text
from sanping.domain.view import Point
from sanping.ui.cases.look import column, row
from sanping.ui.small_table import small_table
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

COPY, CLEAR = Text("复制为表格", "Copy as a table"), Text("清除", "Clear")
COLUMNS = (Text("点", "No."), Text("东 (m)", "East (m)"), Text("北 (m)", "North (m)"), Text("高 (m)", "Height (m)"),
           Text("经度", "Longitude"), Text("纬度", "Latitude"))  # fmt: skip
COPIED = Text("已复制 {count} 个点", "{count} places were copied")
NOTHING = Text("这里没有地面或建筑；请点在城市里", "There is nothing here: click in the city")


class PointsTool(DeskTool):
    """`places` are world points in the order of the clicks."""

    name = "points"
    title = Text("坐标拾取", "Coordinates")
    hint = Text("点击地面或建筑，得到它的平面坐标、高程和经纬度。Backspace 撤销，Delete 清除。",
                "Click the ground or a building for its coordinates, height, longitude and latitude. Backspace takes "
                "the last one back, Delete all.")  # fmt: skip
    icon = "coordinates"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.places: list[Point] = []
        self.form, self.result = QWidget(), QWidget()
        rows = column(self.form, 0)
        self.copy, self.clear = QPushButton(), QPushButton()
        self.words.put(self.copy.setText, COPY)
        self.words.put(self.clear.setText, CLEAR)
        self.copy.clicked.connect(self._copy)
        self.clear.clicked.connect(self._clear)
        rows.addLayout(row(self.copy, self.clear))
        self.table = small_table()
        column(self.result, 0).addWidget(self.table)
        self._show()

    def takes_click(self, at: QPointF) -> bool:
        """Take the place under a click."""
        point = self.desk.city.world_under(at)
        if point is None:
            self.desk.say(NOTHING)
        else:
            self.places.append(point)
            self._show()
        return True

    def follow(self) -> None:
        """Forget the places of another twin."""
        self._clear()

    def do(self, wish: str, argument: object = None) -> None:
        """Take the last place back, or all of them."""
        if wish == "undo" and self.places:
            self.places.pop()
            self._show()
        elif wish == "clear":
            self._clear()
        elif wish == "copy":
            self._copy()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show()

    def rows(self) -> list[tuple[str, ...]]:
        """Return the table: number, east, north, height, longitude, latitude; no degrees where the CRS has none."""
        return [(str(number), *(f"{value:.3f}" for value in place), *self._degrees(place))
                for number, place in enumerate(self.places, start=1)]  # fmt: skip

    def _degrees(self, place: Point) -> tuple[str, str]:
        degrees = self.desk.coordinates.longitude_latitude(place)
        return ("", "") if degrees is None else (f"{degrees[0]:.7f}", f"{degrees[1]:.7f}")

    @Slot()
    def _clear(self) -> None:
        self.places.clear()
        self._show()

    @Slot()
    def _copy(self) -> None:
        lines = [[self.words.say(title) for title in COLUMNS], *self.rows()]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        self.desk.say(COPIED.with_values(count=len(self.places)))

    def _show(self) -> None:
        self.table.setColumnCount(len(COLUMNS))
        self.table.setHorizontalHeaderLabels([self.words.say(title) for title in COLUMNS])
        rows = self.rows()
        self.table.setRowCount(len(rows))
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, place, item)
        self.table.fit()
        marks = [Mark(points=(place,), words=Text(str(number), str(number)))
                 for number, place in enumerate(self.places, start=1)]  # fmt: skip
        self.bench.marks.show_marks(self.name, marks)
        self.changed.emit()
