"""Measures in the city: lengths, heights, areas, angles, buildings and earthwork, kept in a list."""

from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog

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
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.formats.table_csv import write_table_csv
from sanping.stage.state import FeatureRef
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.measure_form import HEAD, MeasureForm, MeasureList
from sanping.ui.workbench.measure_marks import marks_of
from sanping.ui.workbench.place_picking import PlacePicking
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

COPIED = Text("已复制 {count} 行", "{count} lines were copied")
EXPORT, FILE_NAME = Text("导出量测结果", "Write what was measured"), Text("量测.csv", "measurements.csv")
CSV_FILES = Text("CSV 表格 (*.csv)", "CSV tables (*.csv)")
WRITTEN = Text("已导出 {count} 行：{name}", "{count} rows were written: {name}")
NOT_WRITTEN = Text("无法写入 {name}：{reason}", "{name} cannot be written: {reason}")
NO_BUILDING = Text("这里没有建筑；请点一栋建筑", "There is no building here: click one")
RUBBER = (255, 245, 190)
END_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MeasureTool(DeskTool):
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
        self.places: list[Point] = []
        self.kind: MeasureKind = "distance"
        self._over: Point | None = None
        self._is_ended = False
        self.form = self._form = MeasureForm(self.words)
        self.result = self.list = MeasureList(self.words)
        self.picking = PlacePicking(desk, bench, self.name)
        self.picking.moved.connect(self._on_moved)
        self._form.kind_asked.connect(self.choose)
        self._form.snapping_asked.connect(self._on_snapping)
        self._form.level_entered.connect(self._on_level)
        self.list.copy_asked.connect(self._copy)
        self.list.export_asked.connect(self._export)
        self.list.remove_asked.connect(self._remove)
        self.choose(self.kind)

    def enter(self) -> None:
        """Begin."""
        self.desk.viewport.setCursor(Qt.CursorShape.CrossCursor)
        self._show()

    def leave(self) -> None:
        """Drop what is half drawn."""
        self._drop()
        self.picking.rest()

    def follow(self) -> None:
        """Forget what was measured in another twin."""
        self.measurements.clear()
        self._drop()

    @Slot(str)
    def choose(self, kind: MeasureKind) -> None:
        """Measure this from now on."""
        self.kind = kind
        self._form.show_kind(kind)
        self._drop()
        self.changed.emit()

    def takes_click(self, at: QPointF) -> bool:
        """Take the place, or the building, under a click."""
        if self.kind == "building":
            self._measure_building(at)
            return True
        place = self.picking.taken(at)
        if place is not None:
            self._over = None
            self.places.append(place)
            if len(self.places) == 1 and self.kind == "earth" and self._form.level.number == 0.0:
                self._form.level.show_number(place[2])
            self._show()
            if len(self.places) == ENTRIES[self.kind].most:
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
        """Take back, clear, leave, end, or measure another kind."""
        if wish == "undo" and self.places:
            self.places.pop()
            self._show()
        elif wish == "undo" and self.measurements:
            self.measurements.pop()
            self._show()
        elif wish == "clear":
            self.measurements.clear()
            self._drop()
        elif wish == "leave":
            self._drop()
        elif wish == "finish":
            self.finish()
        elif wish == "kind" and argument in ENTRIES:
            self.choose(argument)
        elif wish == "copy":
            self._copy()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show()

    def finish(self) -> None:
        """Keep the measurement that is being drawn, if it has places enough."""
        found = measured(self.kind, _without_repeats(self.places), self._around())
        if found is not None:
            self.measurements.append(found)
        self._drop()

    def lines(self) -> list[list[str]]:
        """Return the table as it is read."""
        return [[self.words.say(cell) for cell in line] for line in table_of(self.measurements)]

    def write(self, path: Path) -> None:
        """Write the table, and say so."""
        try:
            count = write_table_csv(path, [self.words.say(title) for title in HEAD], self.lines())
        except OSError as error:
            self.desk.say(NOT_WRITTEN.with_values(name=path.name, reason=error.strerror or error))
        else:
            self.desk.say(WRITTEN.with_values(count=count, name=path.name))

    def _measure_building(self, at: QPointF) -> None:
        pick = self.desk.city.pick(at)
        layer = self.desk.content.layers.get(pick.layer) if pick is not None else None
        if pick is None or layer is None or not isinstance(layer.content, TileSet):
            self.desk.say(NO_BUILDING)
            return
        whole = self.desk.content.whole(FeatureRef(layer=pick.layer, id=pick.id))
        facts = self.desk.content.facts(whole)
        corners = corners_of(layer.content, layer.numbers[whole.id])
        if facts is None or not len(corners):
            self.desk.say(NO_BUILDING)
            return
        ground = self.desk.content.ground(*facts.place[:2]) if self._terrain() is not None else None
        building = MeasuredBuilding(title=facts.title, corners=corners, ground_m=ground)
        self.measurements.append(measured_building(pick.point, building))
        self._show()

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

    def _drop(self) -> None:
        self.places.clear()
        self._over = None
        self._show()

    @Slot(object)
    def _on_moved(self, place: Point | None) -> None:
        self._over = place
        self._show_marks()

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
            self._show()

    @Slot()
    def _copy(self) -> None:
        lines = [[self.words.say(title) for title in HEAD], *self.lines()]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        self.desk.say(COPIED.with_values(count=len(lines) - 1))

    @Slot()
    def _export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self.bench.window, self.words.say(EXPORT), self.words.say(FILE_NAME), self.words.say(CSV_FILES)
        )
        if path:
            self.write(Path(path))

    @Slot(object)
    def _remove(self, rows: list[int]) -> None:
        owners = [number for number, one in enumerate(self.measurements) for _ in one.figures]
        gone = {owners[row] for row in rows}
        self.measurements = [one for number, one in enumerate(self.measurements) if number not in gone]
        self._show()

    def _show(self) -> None:
        self.list.show_lines(table_of(self.measurements))
        place = next((one.points[0] for one in reversed(self.measurements)), None)
        self.words.put(self.list.scale.setText, Text("", "") if place is None else
                       scale_remark(self._scale_at(place), place[2]))  # fmt: skip
        self.picking.remember([*self.places, *(point for one in self.measurements for point in one.points)])
        self._show_marks()
        self.changed.emit()

    def _show_marks(self) -> None:
        marks = [mark for number, one in enumerate(self.measurements, start=1) for mark in marks_of(number, one)]
        points = [*self.places, *([self._over] if self._over is not None and self.places else [])]
        if self.places:
            entry = ENTRIES[self.kind]
            marks.append(Mark(
                points=tuple(points), colour=RUBBER, is_dashed=True, is_closed=entry.is_closed,
                is_filled=entry.is_closed, words=live_words(self.kind, points),
            ))  # fmt: skip
        self.bench.marks.show_marks(self.name, marks)


def _without_repeats(places: list[Point]) -> list[Point]:
    """Leave out places that repeat the one before: the two clicks of a double click."""
    return [place for number, place in enumerate(places) if number == 0 or place != places[number - 1]]
