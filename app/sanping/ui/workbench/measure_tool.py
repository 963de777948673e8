"""Measures in the city: lengths, heights, areas, angles, buildings and earthwork, kept in a list."""

from pathlib import Path

from PySide6.QtCore import QPointF, Slot
from PySide6.QtGui import QGuiApplication

from sanping.commands.loaded_layer import corners_of
from sanping.commands.measurements import (
    ENTRIES,
    MeasuredBuilding,
    MeasureKind,
    Measurement,
    Surroundings,
    live_words,
    measured,
    measured_building,
    scale_remark,
    table_of,
)
from sanping.domain.errors import SanpingError
from sanping.domain.grid_scale import GridScale, grid_scale
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.formats.table_csv import write_table_csv
from sanping.stage.state import FeatureRef
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.line_tool import RUBBER, LineTool
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.measure_form import HEAD, MeasureForm, MeasureList
from sanping.ui.workbench.measure_marks import marks_of
from sanping.ui.workbench.tool import Bench, ToolDesk
from sanping.ui.workbench.tool_files import CSV_FILES, EXPORT, write_and_say

COPIED = Text("已复制 {count} 行", "{count} lines were copied")
FILE_NAME = Text("量测.csv", "measurements.csv")
NO_BUILDING = Text("这里没有建筑；请点一栋建筑", "There is no building here: click one")


class MeasureTool(LineTool):
    """`measurements` are the finished ones; `places` those of the one that is being drawn."""

    name = "measure"
    title = Text("量测", "Measure")
    hint = Text("点击取点；双击或 Enter 结束，Backspace 撤销一点，Esc 放弃，Delete 全部清除。",
                "Click places; a double click or Enter ends, Backspace takes one back, Esc gives up, Delete clears "
                "all.")  # fmt: skip
    icon = "measure"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.measurements: list[Measurement] = []
        self.kind: MeasureKind = "distance"
        self.form = self._form = MeasureForm(self.words)
        self.result = self.list = MeasureList(self.words)
        self._form.kind_asked.connect(self.choose)
        self._form.snapping_asked.connect(self._on_snapping)
        self._form.level_entered.connect(self._on_level)
        self.list.copy_asked.connect(self._copy)
        self.list.export_asked.connect(self._export)
        self.list.remove_asked.connect(self._remove)
        self.choose(self.kind)

    def follow(self) -> None:
        """Forget what was measured in another twin."""
        self.measurements.clear()
        self.drop()

    @Slot(str)
    def choose(self, kind: MeasureKind) -> None:
        """Measure this from now on."""
        self.kind = kind
        self._form.show_kind(kind)
        self.drop()
        self.changed.emit()

    @property
    def most_places(self) -> int:
        """What is measured says how many places it takes."""
        return ENTRIES[self.kind].most

    def takes_click(self, at: QPointF) -> bool:
        """Take the place, or the building, under a click."""
        if self.kind == "building":
            self._measure_building(at)
            return True
        is_first = not self.places
        super().takes_click(at)
        if is_first and self.places and self.kind == "earth" and self._form.level.number == 0.0:
            self._form.level.show_number(self.places[0][2])
        return True

    def do(self, wish: str, argument: object = None) -> None:
        """Take back, clear, leave, end, or measure another kind."""
        if wish == "undo" and not self.places and self.measurements:
            self.measurements.pop()
            self.show()
        elif wish == "clear":
            self.measurements.clear()
            self.drop()
        elif wish == "kind" and argument in ENTRIES:
            self.choose(argument)
        elif wish == "copy":
            self._copy()
        else:
            super().do(wish, argument)

    def finish(self) -> None:
        """Keep the measurement that is being drawn, if it has places enough."""
        found = measured(self.kind, self.distinct_places, self._around())
        if found is not None:
            self.measurements.append(found)
        self.drop()

    def lines(self) -> list[list[str]]:
        """Return the table as it is read."""
        return [[self.words.say(cell) for cell in line] for line in table_of(self.measurements)]

    def write(self, path: Path) -> None:
        """Write the table, and say so."""
        head = [self.words.say(title) for title in HEAD]
        write_and_say(self.desk, path, lambda: write_table_csv(path, head, self.lines()))

    def _measure_building(self, at: QPointF) -> None:
        pick = self.desk.city.pick(at)
        layer = self.desk.content.layers.get(pick.layer) if pick is not None else None
        if pick is None or layer is None or not isinstance(layer.content, TileSet):
            self.desk.say(NO_BUILDING)
            return
        whole = self.desk.content.whole(FeatureRef(layer=pick.layer, id=pick.id))
        facts, number = self.desk.content.facts(whole), layer.numbers.get(whole.id)
        corners = None if number is None else corners_of(layer.content, number)
        if facts is None or corners is None or not len(corners):
            self.desk.say(NO_BUILDING)
            return
        ground = self.desk.content.ground(*facts.place[:2]) if self._terrain() is not None else None
        building = MeasuredBuilding(title=facts.title, corners=corners, ground_m=ground)
        self.measurements.append(measured_building(pick.point, building))
        self.show()

    def _terrain(self) -> Terrain | None:
        contents = (layer.content for layer in self.desk.content.layers.values())
        return next((content for content in contents if isinstance(content, Terrain)), None)

    def _around(self) -> Surroundings:
        scale = self._scale_at(self.places[0]) if self.places else None
        return Surroundings(terrain=self._terrain(), scale=scale, level_m=self._form.level.number)

    def _scale_at(self, place: Point) -> GridScale | None:
        try:
            return grid_scale(self.desk.content.project.crs, place[0], place[1])
        except SanpingError:
            return None

    @Slot(bool)
    def _on_snapping(self, is_snapping: bool) -> None:
        self.picking.is_snapping = is_snapping

    @Slot(float)
    def _on_level(self, _level_m: float) -> None:
        """Compare the last earthwork with the level that was typed."""
        last = self.measurements[-1] if self.measurements else None
        if last is not None and last.kind == "earth":
            again = measured("earth", last.points, self._around())
            self.measurements[-1] = last if again is None else again
            self.show()

    @Slot()
    def _copy(self) -> None:
        lines = [[self.words.say(title) for title in HEAD], *self.lines()]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        self.desk.say(COPIED.with_values(count=len(lines) - 1))

    @Slot()
    def _export(self) -> None:
        ask = FileAsk(title=EXPORT, name=self.words.say(FILE_NAME), pattern=CSV_FILES)
        path = asked_path(ask, self.bench.window, self.words.language)
        if path is not None:
            self.write(path)

    @Slot(object)
    def _remove(self, rows: list[int]) -> None:
        owners = [number for number, one in enumerate(self.measurements) for _ in one.figures]
        gone = {owners[row] for row in rows}
        self.measurements = [one for number, one in enumerate(self.measurements) if number not in gone]
        self.show()

    def show(self) -> None:
        """Show the list and the lines."""
        self.list.show_lines(table_of(self.measurements))
        place = next((one.points[0] for one in reversed(self.measurements)), None)
        self.words.put(self.list.scale.setText, Text("", "") if place is None else
                       scale_remark(self._scale_at(place), place[2]))  # fmt: skip
        self.picking.remember([*self.places, *(point for one in self.measurements for point in one.points)])
        self.show_marks()
        self.changed.emit()

    def show_marks(self) -> None:
        """Show the lines over the city."""
        marks = [mark for number, one in enumerate(self.measurements, start=1) for mark in marks_of(number, one)]
        points = self.line
        if self.places:
            entry = ENTRIES[self.kind]
            marks.append(Mark(
                points=tuple(points), colour=RUBBER, is_dashed=True, is_closed=entry.is_closed,
                is_filled=entry.is_closed, words=live_words(self.kind, points),
            ))  # fmt: skip
        self.bench.marks.show_marks(self.name, marks)
