"""An elevation profile along a clicked line: ground and buildings, linked to the city, written as table or drawing."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from sanping.analysis.profiles import Profile, climb_of, profile_along
from sanping.domain.ground import Terrain
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.formats.table_csv import write_table_csv
from sanping.ui.cases.look import column, plain_label, row
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.line_tool import RUBBER, LineTool
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.profile_chart import ON_PAPER, ProfileChart, chart_frame, paint_profile
from sanping.ui.workbench.tool import Bench, ToolDesk
from sanping.ui.workbench.tool_files import CSV_FILES, EXPORT, PNG_FILES, SVG_FILES, write_and_say

PROFILE_COLOUR, CURSOR_COLOUR = (140, 226, 150), (255, 214, 90)
WITH_BUILDINGS = Text("画出建筑与桥梁的剖面", "Draw what the line cuts of buildings and bridges")
FIGURES = Text(
    "全长 {length} 米；地面 {low} ～ {high} 米，累计上升 {up} 米、下降 {down} 米，最陡 {steep}%；"
    "最高处 {top} 米；切到 {count} 个对象",
    "{length} m long; ground {low} to {high} m, climbs {up} m, falls {down} m, steepest {steep} %; highest {top} m; "
    "{count} objects cut",
)
NO_GROUND = Text(
    "全长 {length} 米；这里没有地形；切到 {count} 个对象", "{length} m long; no terrain here; {count} objects cut"
)
HEAD = (Text("距离 (m)", "Distance (m)"), Text("东 (m)", "East (m)"), Text("北 (m)", "North (m)"),
        Text("地面 (m)", "Ground (m)"), Text("最高面 (m)", "Highest surface (m)"))  # fmt: skip
FILE_NAME = Text("剖面.{ending}", "profile.{ending}")
PICTURE_PX, PICTURE_TIMES = (1200, 420), 2


class ProfileTool(LineTool):
    """`profile` is that of the last line."""

    name = "profile"
    title = Text("剖面", "Profile")
    hint = Text("点击一条线，双击或 Enter 结束；指针在图表上移动，城市里有同一点。",
                "Click a line and end it by a double click or Enter; the pointer in the chart marks the place in the "
                "city.")  # fmt: skip
    icon = "profile"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.profile: Profile | None = None
        self._line: tuple[Point, ...] = ()
        self._cursor: Point | None = None
        self.form, self.result = QWidget(), QWidget()
        self.has_buildings = QCheckBox()
        self.has_buildings.setChecked(True)
        self.has_buildings.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.has_buildings.toggled.connect(self._compute)
        self.words.put(self.has_buildings.setText, WITH_BUILDINGS)
        column(self.form, 0).addWidget(self.has_buildings)
        rows = column(self.result, 6)
        self.chart, self.figures = ProfileChart(), plain_label()
        self.chart.hovered.connect(self._on_hover)
        rows.addWidget(self.chart, 1)
        rows.addWidget(self.figures)
        self.buttons = {ending: QPushButton() for ending in ("csv", "svg", "png")}
        for (ending, button), called in zip(
            self.buttons.items(), (self._ask_csv, self._ask_svg, self._ask_png), strict=True
        ):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, Text(f"导出 {ending.upper()}…", f"Write {ending.upper()}…"))
            button.clicked.connect(called)
        rows.addLayout(row(*self.buttons.values()))
        self.show()

    def follow(self) -> None:
        """Forget the line of another twin."""
        self._forget()

    def finish(self) -> None:
        """Draw the profile of the line."""
        places = self.distinct_places
        if len(places) > 1:
            self._line = tuple(places)
            self._compute()
        self.drop()

    def do(self, wish: str, argument: object = None) -> None:
        """Forget the profile, or do what every line does."""
        if wish == "clear" or (wish == "undo" and not self.places):
            self._forget()
        else:
            super().do(wish, argument)

    def speak(self, language: Language) -> None:
        """Speak another language."""
        self.chart.language = language
        super().speak(language)

    def write(self, path: Path) -> bool:
        """Write the profile as its ending says: csv, svg or png; say whether it is there."""
        writers = {".csv": self._write_csv, ".svg": self._write_svg, ".png": self._write_png}
        profile = self.profile
        return profile is not None and write_and_say(self.desk, path, lambda: writers[path.suffix](path, profile))

    @Slot()
    def _compute(self) -> None:
        if len(self._line) < 2:
            return
        contents = [(name, layer.content) for name, layer in self.desk.content.layers.items()
                    if self.desk.state.stage.layer(name).is_visible]  # fmt: skip
        terrain = next((content for _, content in contents if isinstance(content, Terrain)), None)
        solids = [(name, content) for name, content in contents if isinstance(content, TileSet)]
        self.profile = profile_along(self._line, terrain, solids if self.has_buildings.isChecked() else ())
        self.chart.show_profile(self.profile)
        self.show()

    def _forget(self) -> None:
        self.profile, self._line, self._cursor = None, (), None
        self.chart.show_profile(None)
        self.drop()

    def show(self) -> None:
        """Show the figures and the line."""
        self.words.put(self.figures.setText, _figures(self.profile))
        for button in self.buttons.values():
            button.setEnabled(self.profile is not None)
        self.chart.update()
        self.picking.remember(self.places)
        self.show_marks()
        self.changed.emit()

    def show_marks(self) -> None:
        """Show the line, the one that is being drawn, and the place of the cursor."""
        marks = [Mark(points=self._line, colour=PROFILE_COLOUR, width_px=2.5)] if self._line else []
        if self.places:
            marks.append(Mark(points=tuple(self.line), colour=RUBBER, is_dashed=True))
        if self._cursor is not None:
            said = f"{self._cursor[2]:,.2f} m"
            marks.append(Mark(points=(self._cursor,), colour=CURSOR_COLOUR, words=Text(said, said), dot_shape="ring"))
        self.bench.marks.show_marks(self.name, marks)

    @Slot(object)
    def _on_hover(self, distance_m: float | None) -> None:
        self._cursor = None if self.profile is None or distance_m is None else self.profile.place(distance_m)
        self.show_marks()

    @Slot()
    def _ask_csv(self) -> None:
        self._ask("csv", CSV_FILES)

    @Slot()
    def _ask_svg(self) -> None:
        self._ask("svg", SVG_FILES)

    @Slot()
    def _ask_png(self) -> None:
        self._ask("png", PNG_FILES)

    def _ask(self, ending: str, pattern: str) -> None:
        ask = FileAsk(title=EXPORT, name=self.words.say(FILE_NAME.with_values(ending=ending)), pattern=pattern)
        path = asked_path(ask, self.bench.window, self.words.language)
        if path is not None:
            self.write(path.with_suffix(f".{ending}"))

    def _write_csv(self, path: Path, profile: Profile) -> None:
        columns = (profile.distance_m, profile.at[:, 0], profile.at[:, 1], profile.ground_m, profile.surface_m)
        lines = [[f"{value:.3f}" if np.isfinite(value) else "" for value in line]
                 for line in np.column_stack(columns).tolist()]  # fmt: skip
        write_table_csv(path, [self.words.say(title) for title in HEAD], lines)

    def _write_svg(self, path: Path, profile: Profile) -> None:
        drawing = QSvgGenerator()
        drawing.setFileName(str(path))
        drawing.setSize(QSize(*PICTURE_PX))
        drawing.setViewBox(QRectF(0, 0, *PICTURE_PX))
        drawing.setTitle(self.words.say(self.title))
        painter = QPainter()
        if not painter.begin(drawing):
            raise OSError(None, "QSvgGenerator")
        self._paint(painter, profile)

    def _write_png(self, path: Path, profile: Profile) -> None:
        picture = QImage(QSize(*PICTURE_PX) * PICTURE_TIMES, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        painter.scale(PICTURE_TIMES, PICTURE_TIMES)
        self._paint(painter, profile)
        if not picture.save(str(path)):
            raise OSError(None, "PNG")

    def _paint(self, painter: QPainter, profile: Profile) -> None:
        painter.fillRect(QRectF(0, 0, *PICTURE_PX), Qt.GlobalColor.white)
        frame = chart_frame(profile, PICTURE_PX[0], PICTURE_PX[1] - 24)
        paint_profile(painter, profile, frame, self.words.language, ON_PAPER)
        painter.setPen(ON_PAPER.words)
        foot = QRectF(16, PICTURE_PX[1] - 24, PICTURE_PX[0] - 32, 20)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), self.words.say(_figures(profile)))
        painter.end()


def _figures(profile: Profile | None) -> Text:
    if profile is None:
        return Text("", "")
    climb, count = climb_of(profile), len({(cut.layer, cut.number) for cut in profile.silhouettes})
    if climb is None:
        return NO_GROUND.with_values(length=f"{profile.distance_m[-1]:,.1f}", count=count)
    return FIGURES.with_values(
        length=f"{climb.length_m:,.1f}", low=f"{climb.lowest_m:.2f}", high=f"{climb.highest_m:.2f}",
        up=f"{climb.up_m:.2f}", down=f"{climb.down_m:.2f}", steep=f"{100 * climb.steepest:.1f}",
        top=f"{climb.top_m:.2f}", count=count,
    )  # fmt: skip
