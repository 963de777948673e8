"""Finds objects by words, attributes and area; shows them in the city, in a table and as charts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Slot

from sanping.analysis.plan_search import Region
from sanping.commands.component_layer import component_layer
from sanping.commands.desk_state import DeskState
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.object_query import ObjectTable, Query, QueryResult, answer, table_of
from sanping.commands.object_statistics import Statistic, StatisticAsk, statistic
from sanping.commands.query_showing import FOUND, MOST_ALONE, dots, outlines_on_ground, seen_near, shown_alone
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.ground import Terrain
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.formats.query_files import write_query_csv, write_query_geojson, write_statistic_csv
from sanping.ports.progress import Part, Progress
from sanping.scene.governed_values import Tint
from sanping.stage.state import COMPONENTS_LAYER, FeatureRef
from sanping.twin.cases.inventory import Inventory
from sanping.ui.crossing import Crossing
from sanping.ui.workbench.file_asking import NOT_WRITTEN, FileAsk, asked_path
from sanping.ui.workbench.marks import Mark
from sanping.ui.workbench.query_form import QueryForm
from sanping.ui.workbench.query_view import QueryView, partly_asked
from sanping.ui.workbench.region_drawing import RegionDrawing, RegionKind
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

OTHERS, PICKED = (44, 58, 80), (96, 240, 255)
PREPARING = Text("正在查询", "Looking")
NO_AREA = Text("还没有画出空间范围；请先在城市里画，或改选“不限”",
               "The area is not drawn yet: draw it in the city, or choose Anywhere")  # fmt: skip
TOO_MANY = Text("对象多于 {most:,} 个，不能单独显示；已改为着色",
                "More than {most:,} objects cannot be shown alone; they are coloured instead")  # fmt: skip
WRITTEN = Text("已导出 {count} 条：{name}", "{count} rows were written: {name}")
ASKS = {
    "csv": FileAsk(title=Text("导出查询结果", "Export what was found"), name="query.csv", pattern="CSV (*.csv)"),
    "geojson": FileAsk(title=Text("导出查询结果", "Export what was found"), name="query.geojson",
                       pattern="GeoJSON (*.geojson)"),
    "statistic": FileAsk(title=Text("导出统计", "Export the statistics"), name="statistics.csv", pattern="CSV (*.csv)"),
    "picture": FileAsk(title=Text("导出图片", "Export the chart"), name="chart.png", pattern="PNG (*.png)"),
}  # fmt: skip


class QueryTool(DeskTool):
    """`found` is the last answer, None before the first; `group` the part of it that a chart picked."""

    name = "query"
    title = Text("查询统计", "Query")
    hint = Text("按名称、属性和空间范围查找所有图层里的对象，并统计。",
                "Finds objects of all layers by name, attributes and area, and counts them.")  # fmt: skip
    icon = "search"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.found: QueryResult | None = None
        self.group: QueryResult | None = None
        self.showing = "colour"
        self._tables: dict[str, tuple[LoadedLayer, ObjectTable]] = {}
        self._job = self._count_job = 0
        self._inventory: Inventory | None = None
        self._components: LoadedLayer | None = None
        self.drawing = RegionDrawing(desk, self)
        self.asked = QueryForm(self.words, bench.icons)
        self._partly: Text | None = None
        self.answered = QueryView(self.words)
        self.form, self.result = self.asked, self.answered
        self._crossing = Crossing(self)
        self._crossing.progressed.connect(self._on_progress)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)
        self._wire()

    def _wire(self) -> None:
        self.asked.run_asked.connect(self.run)
        self.asked.clear_asked.connect(self._clear)
        self.asked.stop_asked.connect(self._stop)
        self.asked.changed.connect(self.changed)
        self.asked.kind_asked.connect(self._draw_kind)
        self.asked.radius_changed.connect(self._on_radius)
        self.drawing.changed.connect(self._show_marks)
        self.answered.showing_asked.connect(self._show_as)
        self.answered.export_asked.connect(self._export)
        self.answered.table.picked.connect(self._go_to)
        self.answered.statistic.ask_changed.connect(self._count)
        self.answered.statistic.group_picked.connect(self._pick_group)

    # What happens to the tool

    def enter(self) -> None:
        """Read the fields of what is open, and show what was found before."""
        self._show_marks()
        self._show_in_city()
        if self._missing() and not self._job:
            self._begin(partial(_tables_of, self._known(), self._missing()))

    def leave(self) -> None:
        """Leave the city as it is; what is drawn goes."""
        self.bench.marks.show_marks(self.name, ())
        self._tint(None)

    def follow(self) -> None:
        """Forget what belongs to another twin."""
        self._stop()
        self._tables.clear()
        self._clear()
        self.asked.show_tables(())

    def present(self, new: DeskState, old: DeskState) -> None:
        """Follow what is selected while its surroundings are the area."""
        if self.drawing.kind == "selection" and new.stage.selection != old.stage.selection:
            self._show_marks()

    def takes_click(self, at: QPointF) -> bool:
        """Take a click as a place of the area."""
        return self.drawing.takes_click(at)

    def takes_event(self, event: QEvent) -> bool:
        """Take the mouse while a box is dragged."""
        return self.drawing.takes_event(event)

    def point(self, at: QPointF) -> None:
        """Follow the pointer while a ring or line is drawn."""
        self.drawing.point(at)

    def do(self, wish: str, argument: object = None) -> None:
        """Find, take back, clear, or end drawing."""
        if wish == "run":
            self.run()
        elif wish == "undo":
            self.drawing.undo()
        elif wish == "clear":
            self._clear()
        elif wish == "leave":
            self._draw_kind("")

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self.asked.speak(language)
        self.answered.speak(language)

    def close(self) -> None:
        """End the thread."""
        self._crossing.close()

    # Asking

    @Slot()
    def run(self) -> None:
        """Look for what the form asks."""
        shape = self.drawing.shape()
        if self.drawing.kind and shape is None:
            self.asked.tell(NO_AREA)
            return
        self.asked.tell(None)
        region = None if shape is None else Region(shape=shape, relation=self.asked.relation.currentData())
        self._stop()
        query = self.asked.query(region)
        self._partly = partly_asked(self._layers().values(), query.layers)
        self._begin(partial(_answered, self._known(), self._missing(), query))

    @Slot()
    def _stop(self) -> None:
        if self._job:
            self._crossing.cancel(self._job)

    @Slot()
    def _clear(self) -> None:
        self.found = self.group = None
        self.asked.empty()
        self._draw_kind("")
        self.answered.show_result(None)
        self._show_in_city()
        self.changed.emit()

    @Slot(str)
    def _draw_kind(self, kind: RegionKind) -> None:
        self.asked.show_kind(kind)
        self.drawing.radius_m = self.asked.radius.number
        self.drawing.begin(kind)

    @Slot(float)
    def _on_radius(self, radius_m: float) -> None:
        self.drawing.radius_m = radius_m
        self._show_marks()

    def _begin(self, job: "partial[Answer]") -> None:
        self.asked.show_progress(0.0, PREPARING)
        self._job = self._crossing.start(job)

    def _known(self) -> dict[str, ObjectTable]:
        """Return the tables of the layers that are open as they were read."""
        layers = self._layers()
        return {name: table for name, (layer, table) in self._tables.items() if layers.get(name) is layer}

    def _layers(self) -> dict[str, LoadedLayer]:
        """Return the open layers, and the components of the city as one of them."""
        content = self.desk.content
        if self._inventory is not content.inventory:
            self._inventory = content.inventory
            self._components = component_layer(content.inventory, content.project.crs)
        return dict(content.layers) | ({} if self._components is None else {COMPONENTS_LAYER: self._components})

    def _missing(self) -> tuple[LoadedLayer, ...]:
        known = self._known()
        return tuple(layer for name, layer in self._layers().items()
                     if name not in known and not isinstance(layer.content, Terrain))  # fmt: skip

    # What comes back

    @Slot(int, float, object)
    def _on_progress(self, number: int, share: float, doing: Text) -> None:
        if number == self._job:
            self.asked.show_progress(share, doing)

    @Slot(int, object)
    def _on_finished(self, number: int, given: "Answer | Statistic") -> None:
        if isinstance(given, Statistic):
            if number == self._count_job:
                self._count_job = 0
                self.answered.statistic.show_statistic(given)
                self.changed.emit()
            return
        tables, found = given
        layers = self._layers()
        self._tables = {table.layer: (layers[table.layer], table) for table in tables if table.layer in layers
                        and layers[table.layer].content is table.content}  # fmt: skip
        if number != self._job:
            return
        self._job = 0
        self.asked.show_progress(None)
        self.asked.told.hide()
        self.asked.show_tables(tables)
        if found is not None:
            self._take(found)
        self.changed.emit()

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        if number not in (self._job, self._count_job):
            return
        self._job, self._count_job = (0 if number == one else one for one in (self._job, self._count_job))
        self.asked.show_progress(None)
        self.asked.told.hide()
        self.asked.tell(None if isinstance(error, Cancelled) else error.message)

    def _take(self, found: QueryResult) -> None:
        self.found, self.group = replace(found, note=self._partly), None
        self._show_marks()
        self.answered.statistic.show_statistic(None)
        self.answered.show_result(self.found)
        self._show_in_city()
        if self.answered.has_charts and found.count:
            self._count()

    # In the city

    @Slot(str)
    def _show_as(self, showing: str) -> None:
        self.showing = showing
        self._show_in_city()

    def _show_in_city(self) -> None:
        """Colour what was found, show it alone, or neither."""
        found = self.found if self.found is not None and self.found.count else None
        refs: Sequence[FeatureRef] = ()
        if found is not None and self.showing == "only":
            shown = self.group or found
            if shown.count <= MOST_ALONE:
                refs = shown.refs()
            else:
                self.desk.say(TOO_MANY.with_values(most=MOST_ALONE))
        if refs or self.desk.state.stage.isolated:
            self.desk.take(shown_alone(self.desk.state, refs))
        self._tint(found if self.showing else None)

    def _tint(self, found: QueryResult | None) -> None:
        tints = {} if found is None else tints_of(found, self.group, list(self._known().values()))
        self.desk.city.govern("tints", lambda city: city.show_tints(tints))
        terrain, foot = self._ground()
        self.desk.city.show_finding("query", None if found is None else outlines_on_ground(found, terrain, foot))
        places = [] if found is None else dots(found)
        marks = [Mark(points=((x, y, self.desk.content.ground(x, y) + 2.0),), colour=FOUND) for x, y, _ in places]
        self.bench.marks.show_marks(f"{self.name} found", marks)

    def _ground(self) -> tuple[Terrain | None, float]:
        layers = self.desk.content.layers.values()
        terrain = next((layer.content for layer in layers if isinstance(layer.content, Terrain)), None)
        extent = self.desk.content.extent()
        return terrain, 0.0 if extent is None else extent.bottom

    @Slot()
    def _show_marks(self) -> None:
        self.bench.marks.show_marks(self.name, self.drawing.marks(is_filled=self.found is None))

    @Slot(object)
    def _go_to(self, ref: FeatureRef) -> None:
        """Fly to an object and select it."""
        table = self._tables[ref.layer][1]
        row = self._row_of(table, ref.id)
        self.desk.select(ref)
        self.desk.perform("camera.fly", seen_near(self.desk.state, table, row))

    def _row_of(self, table: ObjectTable, id: str) -> int:
        content = table.content  # of a streamed layer another part may be loaded by now
        known = content.numbers if isinstance(content, TileSet) else self._layers()[table.layer].numbers
        return int(np.searchsorted(table.numbers, known[id]))

    # Counting

    @Slot()
    def _count(self) -> None:
        if self.found is None or not self.found.count:
            return
        if self._count_job:
            self._crossing.cancel(self._count_job)
        self.group = None
        self._count_job = self._crossing.start(partial(_counted, self.found, self.answered.statistic.ask()))

    @Slot(object)
    def _pick_group(self, group: QueryResult) -> None:
        self.group = group
        self.answered.table.show_result(group)
        self._show_in_city()

    @Slot(str)
    def _export(self, what: str) -> None:
        shown = self.group or self.found
        has_charts = self.answered.has_charts
        ask = ASKS["statistic" if what == "csv" and has_charts else what]
        path = None if shown is None else asked_path(ask, self.bench.window, self.words.language)
        if path is not None:
            self.write(what, path)

    def write(self, what: str, path: Path) -> None:
        """Write what is shown as "csv", "geojson" or "picture", and say so."""
        shown, counted = self.group or self.found, self.answered.statistic.statistic
        count = 1
        try:
            if what == "picture":
                self.answered.statistic.chart.grab().save(str(path))
            elif shown is not None and what == "geojson":
                count = write_query_geojson(path, shown)
            elif self.answered.has_charts and counted is not None:
                count = write_statistic_csv(path, counted, self.words.language)
            elif shown is not None:
                count = write_query_csv(path, shown, self.words.language)
        except OSError as error:
            self.desk.say(NOT_WRITTEN.with_values(name=path.name, reason=error.strerror or error))
        except SanpingError as error:
            self.desk.say(error.message)
        else:
            self.desk.say(WRITTEN.with_values(count=count, name=path.name))


Answer = tuple[tuple[ObjectTable, ...], QueryResult | None]


def tints_of(found: QueryResult, group: QueryResult | None, tables: Sequence[ObjectTable]) -> dict[str, Tint]:
    """Return the colours of what was found by layer; a group of it in its own, everything else dark."""
    rows = {part.table.layer: part.numbers for part in found.parts}
    picked = {} if group is None else {part.table.layer: part.numbers for part in group.parts}
    tints = {}
    for table in tables:
        if isinstance(table.content, TileSet):
            whole = np.flatnonzero(np.isin(table.owner, rows.get(table.layer, ())))
            colours = np.tile(np.array(FOUND, np.uint8), (len(whole), 1))
            colours[np.isin(table.owner[whole], picked.get(table.layer, ()))] = PICKED
            tints[table.layer] = Tint(features=whole, colours=colours, others=OTHERS)
    return tints


def _tables_of(known: dict[str, ObjectTable], missing: Sequence[LoadedLayer], progress: Progress) -> Answer:
    """Read the layers that are not known yet; runs in a thread."""
    made = dict(known)
    for number, layer in enumerate(missing):
        table = table_of(layer, Part(progress, number / len(missing), (number + 1) / len(missing)))
        if table is not None:
            table.prepare()
            made[layer.entry.name] = table
    return tuple(made.values()), None


def _answered(
    known: dict[str, ObjectTable], missing: Sequence[LoadedLayer], query: Query, progress: Progress
) -> Answer:
    tables, _ = _tables_of(known, missing, progress)
    return tables, answer(tables, query)


def _counted(found: QueryResult, ask: StatisticAsk, progress: Progress) -> Statistic:
    return statistic(found, ask, progress)
