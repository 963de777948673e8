"""Cuts the city by a plane or a box, closes the cut, and writes it as a drawing; makes ghosts of what is in the way."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtWidgets import QPushButton, QTableWidgetItem, QWidget

from sanping.analysis.cutting import Cutting
from sanping.analysis.section_faces import PlaneFaces
from sanping.analysis.sections import SectionPlane, level_plane, upright_plane
from sanping.commands.desk_state import DeskState, Outcome
from sanping.commands.section_drawing import SectionDrawing, drawing_of
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.formats.section_drawings import write_section_dxf, write_section_svg
from sanping.stage.section_shown import ShownSection
from sanping.ui.cases.look import column, plain_label, row
from sanping.ui.small_table import small_table
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.line_tool import RUBBER, LineTool
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.section_form import SectionForm, SectionKind
from sanping.ui.workbench.tool import Bench, ToolDesk
from sanping.ui.workbench.tool_files import DXF_FILES, EXPORT, SVG_FILES, write_and_say

COLOUR = (255, 120, 90)
LINE_M, UPWARDS = 100.0, 0.5
HEAD = (Text("类别", "Class"), Text("对象", "Objects"), Text("剖面面积 (m²)", "Cut area (m²)"))
LEVEL = Text("水平剖面 {height} 米", "Section at {height} m")
UPRIGHT, BOX = Text("竖直剖面", "Vertical section"), Text("剖切盒", "Clip box")
WORKING, NO_SECTION = Text("正在求剖面…", "The faces are being cut…"), Text("还没有剖面", "Nothing is cut yet")
FOUND = Text("{title}：剖到 {count} 个对象，共 {area} 平方米", "{title}: {count} objects, {area} m² in all")
OPEN = Text(
    "；{count} 处模型不封闭，已用直线闭合", "; {count} models are open there and were closed by a straight line"
)
FILE_NAME = Text("剖面.{ending}", "section.{ending}")


class SectionTool(LineTool):
    """`cutting` is what all screens show, as part of the stage; `planes` are the faces that were cut last."""

    name = "section"
    title = Text("剖切", "Section")
    hint = Text("水平面、竖直面或盒子把城市剖开，剖面按类别着色；可导出 DXF、SVG。",
                "A plane or a box cuts the city open; faces are coloured by class and written as DXF or "
                "SVG.")  # fmt: skip
    icon = "section"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.kind: SectionKind = "none"
        self._kept_line: tuple[Point, Point] | None = None
        desk.section.cut.connect(self.show)
        desk.section.told.connect(desk.say)
        self.form = self.fields = SectionForm(self.words)
        self.fields.kind_asked.connect(self.choose)
        self.fields.changed.connect(self._apply)
        self._make_result()
        self.fields.show_kind(self.kind)
        self.show()

    def _make_result(self) -> None:
        self.result = QWidget()
        rows = column(self.result, 6)
        self.told, self.table = plain_label(), small_table()
        rows.addWidget(self.told)
        rows.addWidget(self.table, 1)
        self.buttons = {ending: QPushButton() for ending in ("dxf", "svg")}
        for ending, button in self.buttons.items():
            self.words.put(button.setText, Text(f"导出 {ending.upper()}…", f"Write {ending.upper()}…"))
            button.clicked.connect(partial(self._ask, ending))
        rows.addLayout(row(*self.buttons.values()))

    @property
    def most_places(self) -> int:
        """A line or two corners."""
        return 2

    @property
    def cutting(self) -> Cutting:
        """What is cut away on all screens."""
        shown = self.desk.state.stage.section
        return Cutting() if shown is None else shown.cutting

    @property
    def planes(self) -> tuple[PlaneFaces, ...]:
        """The faces that were cut last."""
        return self.desk.section.planes

    @property
    def drawing(self) -> SectionDrawing:
        """The present faces by class."""
        title = {"level": LEVEL.with_values(height=f"{self.fields.level.number:g}"), "upright": UPRIGHT}
        return drawing_of(title.get(self.kind, BOX), self.planes)

    def follow(self) -> None:
        """Cut nothing in another twin."""
        self._forget()

    def enter(self) -> None:
        """Begin with what is shown."""
        self._adopt(self.desk.state.stage.section)
        super().enter()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Take up what another screen, or a step back, cuts."""
        if new.stage.section != old.stage.section:
            self._adopt(new.stage.section)

    @Slot(str)
    def choose(self, kind: SectionKind) -> None:
        """Cut by this kind from now on."""
        self.kind, self._kept_line = kind, None
        self.fields.show_kind(kind)
        if kind == "level":
            self._begin_level()
        self.drop()
        self._apply()

    def takes_click(self, at: QPointF) -> bool:
        """Take a place of a line or a corner; where none is asked for, clicks select as ever."""
        return self.kind in ("upright", "box") and super().takes_click(at)

    def finish(self) -> None:
        """Cut by the line, or by the box over two corners."""
        places = self.distinct_places
        if len(places) == 2 and float(np.hypot(*np.subtract(places[0][:2], places[1][:2]))) > 0.01:
            self._kept_line = (places[0], places[1])
            if self.kind == "box":
                whole = self.desk.content.extent()
                self.fields.bottom.show_number(min(place[2] for place in places) - 2.0)
                self.fields.top.show_number(places[0][2] + 60.0 if whole is None else whole.top)
            self.fields.show_shift(0.0)
        self.drop()
        self._apply()

    def do(self, wish: str, argument: object = None) -> None:
        """Set a height, clear, or do what every line does."""
        if wish == "height" and isinstance(argument, float):
            self.choose("level")
            self.fields.show_height(argument)
            self._apply()
        elif wish == "clear" or (wish == "undo" and not self.places):
            self._forget()
        else:
            super().do(wish, argument)

    def write(self, path: Path) -> bool:
        """Write the section as its ending says, dxf or svg; say whether it is there."""
        writers: dict[str, Callable[..., int]] = {".dxf": write_section_dxf, ".svg": write_section_svg}
        drawing, language = self.drawing, self.words.language
        return bool(drawing.classes) and write_and_say(
            self.desk, path, lambda: writers[path.suffix.lower()](path, drawing, language)
        )

    # The section

    def _adopt(self, section: ShownSection | None) -> None:
        """Show in the form what is shown, wherever it comes from."""
        if section != self._wanted():
            cutting = Cutting() if section is None else section.cutting
            self.kind, self._kept_line = kind_of(cutting), line_of(cutting)
            self.fields.show_kind(self.kind)
            self.fields.show_cutting(cutting, has_caps=section is None or section.has_caps)
            self.show()

    def _begin_level(self) -> None:
        whole = self.desk.content.extent()
        low, high = (0.0, 100.0) if whole is None else (whole.bottom, whole.top)
        self.fields.show_heights(low, high)
        if not low < self.fields.level.number < high:
            self.fields.show_height(min(high, low + 15.0))

    def _wanted(self) -> ShownSection | None:
        fields = self.fields
        above = fields.ghosts.number if fields.has_ghosts.isChecked() else None
        cutting = Cutting(
            plane=self._plane(), box=self._box(), cuts_ground=fields.ground.isChecked() and self.kind != "none",
            ghosts_above_m=above, is_xray=fields.xray.isChecked(),
        )  # fmt: skip
        return ShownSection(cutting=cutting, has_caps=fields.caps.isChecked()) if cutting.does_anything else None

    def _plane(self) -> SectionPlane | None:
        if self.kind == "level":
            return level_plane(self.fields.level.number)
        if self.kind != "upright" or self._kept_line is None:
            return None
        start, end = self._kept_line[::-1] if self.fields.flip.isChecked() else self._kept_line
        plane, (east, north) = upright_plane(start, end), self._shift(self._kept_line)
        return replace(plane, origin=(plane.origin[0] + east, plane.origin[1] + north, 0.0))

    def _shift(self, line: tuple[Point, Point]) -> tuple[float, float]:
        """Return how far a line is shifted to its right."""
        east, north, _ = upright_plane(*line).normal
        return east * self.fields.shift.number, north * self.fields.shift.number

    def _box(self) -> Extent | None:
        if self.kind != "box" or self._kept_line is None:
            return None
        one, other = self._kept_line
        low, high = sorted((self.fields.bottom.number, self.fields.top.number))
        return Extent(
            west=min(one[0], other[0]), east=max(one[0], other[0]), south=min(one[1], other[1]),
            north=max(one[1], other[1]), bottom=low, top=high,
        )  # fmt: skip

    @Slot()
    def _apply(self) -> None:
        """Cut the picture at once on all screens, and its faces soon."""
        state, wanted = self.desk.state, self._wanted()
        if wanted != state.stage.section:
            self.desk.take(Outcome(state=replace(state, stage=replace(state.stage, section=wanted))))
        self.show()

    def _forget(self) -> None:
        self._kept_line = None
        self.fields.xray.setChecked(False)
        self.fields.has_ghosts.setChecked(False)
        self.choose("none")

    # What is seen of it

    @Slot()
    def show(self) -> None:
        """Show the table, and the line or box."""
        drawing = self.drawing
        self.table.setColumnCount(len(HEAD))
        self.table.setHorizontalHeaderLabels([self.words.say(title) for title in HEAD])
        self.table.setRowCount(len(drawing.classes))
        for number, one in enumerate(drawing.classes):
            for place, cell in enumerate((self.words.say(one.title), str(one.objects), f"{one.area_m2:,.1f}")):
                item = QTableWidgetItem(cell)
                if place:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, place, item)
        self.table.fit()
        self.words.put(self.told.setText, self._summary(drawing))
        for button in self.buttons.values():
            button.setEnabled(bool(drawing.classes) and self.kind in ("level", "upright"))
        self.picking.remember(self.places)
        self.show_marks()
        self.changed.emit()

    def show_marks(self) -> None:
        """Show the line or box over the city."""
        marks = []
        box = self._box()
        if box is not None:
            rims = [[(x, y, z) for x, y in _corners(box)] for z in (box.bottom, box.top)]
            marks = [Mark(points=rim, colour=COLOUR, is_closed=True, has_dots=False) for rim in rims]
            marks += [Mark(points=(low, high), colour=COLOUR, has_dots=False)
                      for low, high in zip(*rims, strict=True)]  # fmt: skip
        elif self._kept_line is not None:
            east, north = self._shift(self._kept_line)
            ends = [(x + east, y + north, z) for x, y, z in self._kept_line]
            marks = [Mark(points=ends, colour=COLOUR, width_px=2.5)]
        if self.places and self.kind == "upright":
            marks.append(Mark(points=tuple(self.line), colour=RUBBER, is_dashed=True))
        elif len(self.line) == 2:
            (x0, y0, z), (x1, y1, _) = self.line
            rim = ((x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z))
            marks.append(Mark(points=rim, colour=RUBBER, is_dashed=True, is_closed=True, is_filled=True))
        self.bench.marks.show_marks(self.name, marks)

    def _summary(self, drawing: SectionDrawing) -> Text:
        if self.desk.section.is_working:
            return WORKING if self.kind != "none" else NO_SECTION
        if not drawing.classes:
            return NO_SECTION
        count, area = sum(one.objects for one in drawing.classes), sum(one.area_m2 for one in drawing.classes)
        said = FOUND.with_values(title=drawing.title, count=count, area=f"{area:,.1f}")
        tail = OPEN.with_values(count=drawing.open_ends) if drawing.open_ends else Text("", "")
        return Text(said.zh + tail.zh, said.en + tail.en)

    def _ask(self, ending: str, _checked: bool = False) -> None:
        pattern = DXF_FILES if ending == "dxf" else SVG_FILES
        ask = FileAsk(title=EXPORT, name=self.words.say(FILE_NAME.with_values(ending=ending)), pattern=pattern)
        path = asked_path(ask, self.bench.window, self.words.language)
        if path is not None:
            self.write(path.with_suffix(f".{ending}"))


def kind_of(cutting: Cutting) -> SectionKind:
    """Return by what a cutting is made."""
    if cutting.box is not None:
        return "box"
    return "none" if cutting.plane is None else "level" if abs(cutting.plane.normal[2]) > UPWARDS else "upright"


def line_of(cutting: Cutting) -> tuple[Point, Point] | None:
    """Return the two places of a vertical plane, or the opposite corners of a box."""
    if cutting.box is not None:
        box = cutting.box
        return (box.west, box.south, box.bottom), (box.east, box.north, box.bottom)
    if kind_of(cutting) != "upright" or cutting.plane is None:
        return None
    (x, y, z), (east, north, _) = cutting.plane.origin, cutting.plane.across
    return (x, y, z), (x + LINE_M * east, y + LINE_M * north, z)


def _corners(box: Extent) -> tuple[tuple[float, float], ...]:
    return ((box.west, box.south), (box.east, box.south), (box.east, box.north), (box.west, box.north))
