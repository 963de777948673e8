"""Runs analyses of one desk: takes clicks for their places, computes in a thread, shows what was found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from sanping.analysis.findings import Finding
from sanping.analysis.level_series import LevelSeries
from sanping.commands.analysis_actions import AnalysisWish, ToolName
from sanping.commands.desk_state import DeskState
from sanping.commands.river_decisions import station_seen
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.formats.finding_csv import write_finding_csv
from sanping.stage.state import FeatureRef
from sanping.ui.analysis.analysis_panel import AnalysisPanel
from sanping.ui.analysis.asking import MISSING, PREPARING, Asked, drawn_areas, layers_of, needed, picked, study_of
from sanping.ui.analysis.course_film import CourseFilm
from sanping.ui.analysis.course_film import Desk as FilmDesk
from sanping.ui.analysis.finding_panel import FindingPanel
from sanping.ui.analysis.gauge_series import GaugeSeries, gauges_of
from sanping.ui.analysis.reporting import NO_RESULT, ask_report
from sanping.ui.analysis.rule_books import RuleBooks
from sanping.ui.analysis.tools import FORMS, Pick
from sanping.ui.crossing import Crossing
from sanping.ui.live.living import Living
from sanping.ui.status_bar import READY
from sanping.ui.viewport import Viewport

EXPORT = Text("导出分析表格", "Export the table")
FILE_NAME, CSV_FILES = Text("{title}.csv", "{title}.csv"), Text("CSV 表格 (*.csv)", "CSV tables (*.csv)")
EXPORTED = Text("已导出 {count} 行：{name}", "{count} rows were written: {name}")
NOT_WRITTEN = Text("无法写入 {name}：{reason}", "{name} cannot be written: {reason}")
DONE = Text("{title}：{summary}", "{title}: {summary}")
NO_BUILDING = Text("这里没有建筑；请点一栋建筑", "There is no building here: click one")
NO_PLACE = Text("这里没有地面或建筑；请点在城市里", "There is nothing here: click in the city")
FONT = "NotoSansSC-Bold.ttf"
TYPED = Text("手工填写", "Typed")


class Panels(Protocol):
    """The panels of analyses."""

    analysis: AnalysisPanel
    finding: FindingPanel


class Desk(FilmDesk, Protocol):
    """The window as analyses see it."""

    viewport: Viewport
    living: Living

    @property
    def overlays(self) -> Panels:
        """The panels."""

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def twin_time(self) -> datetime:
        """Return the present time as the clocks where the twin lies show it."""


class Analysing(QObject):
    """The analyses of one desk; `assets` holds the rules they go by."""

    def __init__(self, desk: Desk, window: QWidget, assets: Path) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._books = RuleBooks(assets, desk.overlays.analysis.tell)
        self._picking = ""
        self._places: dict[str, list[Point]] = {}
        self._buildings: dict[str, list[FeatureRef]] = {}
        self._job = 0
        self._crossing = Crossing(self)
        self._crossing.progressed.connect(self._on_progress)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)
        self._series = GaugeSeries(desk.living, self)
        self._series.came.connect(self._on_series)
        self._series.failed.connect(self._on_no_series)
        panel, found = desk.overlays.analysis, desk.overlays.finding
        self.film = CourseFilm(desk, window, assets / "fonts" / FONT, lambda: self._go_to_step(-1))
        self.film.progressed.connect(found.show_filming)
        found.film_asked.connect(lambda: self.film.ask(found.finding))
        panel.tool_asked.connect(self.begin)
        panel.pick_asked.connect(self._pick)
        panel.forget_asked.connect(self._forget)
        panel.choice_changed.connect(self._on_choice)
        panel.number_changed.connect(self._show_picks)
        panel.run_asked.connect(self.run)
        panel.stop_asked.connect(self.stop_job)
        found.row_asked.connect(self._go_to_row)
        found.step_asked.connect(self._go_to_step)
        found.export_asked.connect(self.export)
        found.report_asked.connect(lambda: ask_report(desk, found, window))
        found.clear_asked.connect(self.clear)
        self._doers: dict[str, Callable[[AnalysisWish], None]] = {
            "begin": lambda wish: self.begin(wish.tool), "run": lambda _: self.run(),
            "stop": lambda _: self.stop_job(), "clear": lambda _: self.clear(), "export": lambda _: self.export(),
            "report": lambda _: ask_report(desk, found, window),
            "leave": lambda _: self.leave(),
        }  # fmt: skip

    @property
    def is_running(self) -> bool:
        """Something is being computed."""
        return bool(self._job)

    def do(self, argument: object) -> None:
        """Do what an action asks of the analyses."""
        assert isinstance(argument, AnalysisWish)
        self._doers[argument.wish](argument)

    def follow(self) -> None:
        """Another twin is open: nothing that was picked or found holds."""
        self.stop_job()
        self._places, self._buildings = {}, {}
        self.clear()
        self._desk.city.show_finding("picks", None)
        self._desk.overlays.analysis.show_tool(self._desk.overlays.analysis.tool)
        self._pick("")

    def present(self, new: DeskState, old: DeskState) -> None:
        """Let clicks select again where the panels of analyses are left."""
        if new.workspace == old.workspace:
            return
        if new.workspace == "analysis":
            self._offer(self._desk.overlays.analysis.tool)
            self._show_picks()
        else:
            self._pick("")
            self._desk.city.show_finding("picks", None)

    def close(self) -> None:
        """End."""
        self.film.close()
        self._crossing.close()

    # What a person does

    @Slot(str)
    def begin(self, tool: ToolName) -> None:
        """Show the form of an analysis, and wait for its first place."""
        panel = self._desk.overlays.analysis
        self._places, self._buildings = {}, {}
        panel.show_tool(tool)
        self._offer(tool)
        self._show_picks()
        first = FORMS[tool].picks[0]
        self._pick(first.key if first.is_needed else "")

    @Slot()
    def leave(self) -> None:
        """End picking; where nothing is picked, select nothing."""
        if self._picking:
            self._pick("")
        else:
            self._desk.perform("object.select", None)

    def takes_click(self, at: QPointF) -> bool:
        """Take what is below a click while something is picked."""
        pick = self._pick_of(self._picking)
        if pick is None:
            return False
        if pick.is_building:
            self._take_building(pick, at)
        else:
            self._take_place(pick, at)
        return True

    @Slot()
    def run(self) -> None:
        """Compute with what is in the form."""
        panel = self._desk.overlays.analysis
        if self._job:
            return
        missing = next((pick for pick in needed(self._asked()) if self._count(pick) < pick.least), None)
        if missing is not None:
            panel.tell(MISSING.with_values(title=missing.title))
            self._pick(missing.key)
            return
        self._pick("")
        panel.tell(None)
        panel.show_progress(0.0, PREPARING)
        asked = self._asked()
        hours = asked.choices.get("course", "") if asked.tool == "flood" else ""
        if hours.isdigit():
            self._series.ask(asked.choices["gauge"], int(hours), self._desk.state.stage.moment.tzinfo)
        else:
            self._start(asked)

    def _start(self, asked: Asked) -> None:
        content = self._desk.content
        layers = layers_of(content.layers, lambda name: self._desk.state.stage.layer(name).is_visible)
        self._job = self._crossing.start(study_of(asked, layers, content.project))

    @Slot(object)
    def _on_series(self, series: LevelSeries) -> None:
        if not self._job:
            self._start(replace(self._asked(), series=series))

    @Slot(object)
    def _on_no_series(self, told: Text) -> None:
        self._desk.overlays.analysis.show_progress(None)
        self._desk.overlays.analysis.tell(told)

    @Slot()
    def stop_job(self) -> None:
        """Stop computing."""
        self._series.forget()
        self._desk.overlays.analysis.show_progress(None)
        if self._job:
            self._crossing.cancel(self._job)

    @Slot()
    def clear(self) -> None:
        """Take what was found out of the city and its panel."""
        self.film.stop()
        if self._desk.overlays.finding.finding is not None:
            self._desk.say(READY)
        self._desk.city.show_finding("finding", None)
        self._desk.overlays.finding.show_finding(None)

    @Slot()
    def export(self) -> None:
        """Ask where the table shall be written, and write it."""
        finding, say = self._desk.overlays.finding.finding, self._desk.state.language
        if finding is None:
            self._desk.say(NO_RESULT)
            return
        path, _ = QFileDialog.getSaveFileName(
            self._window,
            EXPORT.in_language(say),
            FILE_NAME.with_values(title=finding.title).in_language(say),
            CSV_FILES.in_language(say),
        )
        if path:
            self.write(Path(path), finding)

    def write(self, path: Path, finding: Finding) -> None:
        """Write the table of a finding, and say so."""
        try:
            count = write_finding_csv(path, finding, self._desk.state.language)
        except OSError as error:
            self._desk.say(NOT_WRITTEN.with_values(name=path.name, reason=error.strerror or error))
        else:
            self._desk.say(EXPORTED.with_values(count=count, name=path.name))

    # Picking

    @Slot(str)
    def _pick(self, key: str) -> None:
        self._picking = key
        self._desk.overlays.analysis.show_picking(key)
        viewport = self._desk.overlays.analysis.parentWidget()
        if viewport is not None:
            viewport.setCursor(Qt.CursorShape.CrossCursor if key else Qt.CursorShape.ArrowCursor)

    def _pick_of(self, key: str) -> Pick | None:
        return next((pick for pick in FORMS[self._desk.overlays.analysis.tool].picks if pick.key == key), None)

    def _take_place(self, pick: Pick, at: QPointF) -> None:
        point = self._desk.city.world_under(at)
        if point is None:
            self._desk.say(NO_PLACE)
            return
        places = self._places.setdefault(pick.key, [])
        if not pick.is_many:
            places.clear()
        places.append(point)
        self._desk.overlays.analysis.show_picked(pick.key, len(places))
        self._show_picks()
        if not pick.is_many:
            later = [other for other in needed(self._asked()) if not self._count(other)]
            self._pick(later[0].key if later else "")

    def _take_building(self, pick: Pick, at: QPointF) -> None:
        under = self._desk.city.pick(at)
        layer = self._desk.content.layers.get(under.layer) if under is not None else None
        if under is None or layer is None or layer.entry.role != "buildings":
            self._desk.say(NO_BUILDING)
            return
        whole = self._desk.content.whole(FeatureRef(layer=under.layer, id=under.id))
        chosen = self._buildings.setdefault(pick.key, [])
        if whole in chosen:
            chosen.remove(whole)
        else:
            chosen.append(whole)
        self._desk.overlays.analysis.show_picked(pick.key, len(chosen))
        self._desk.perform("object.select", whole)

    @Slot(str)
    def _forget(self, key: str) -> None:
        self._places.pop(key, None)
        self._buildings.pop(key, None)
        self._desk.overlays.analysis.show_picked(key, 0)
        self._show_picks()

    @Slot()
    def _show_picks(self) -> None:
        self._desk.city.show_finding("picks", picked(self._asked()))

    def _asked(self) -> Asked:
        """Return the form as it is filled in."""
        panel = self._desk.overlays.analysis
        numbers, choices = panel.values()
        return Asked(
            tool=panel.tool, numbers=numbers, choices=choices, places=dict(self._places),
            buildings=dict(self._buildings), moment=self._desk.state.stage.moment,
            rules=self._books.sunlight() if panel.tool == "sunlight" else {},
            runways=self._books.runways() if panel.tool == "aerodrome" else {},
            drawn=drawn_areas(self._desk.state.stage.notes),
        )  # fmt: skip

    def _count(self, pick: Pick) -> int:
        return len(self._places.get(pick.key, ())) + len(self._buildings.get(pick.key, ()))

    # What only this twin knows

    def _offer(self, tool: ToolName) -> None:
        panel = self._desk.overlays.analysis
        if tool == "sunlight":
            panel.show_choices({"rule": [(key, rule.title) for key, rule in self._books.sunlight().items()]})
        elif tool == "aerodrome":
            panel.show_choices({"runway": [(key, rule.title) for key, rule in self._books.runways().items()]})
        elif tool == "flood":
            panel.show_choices(
                {"gauge": [("", TYPED), *((name, title) for name, title, _ in gauges_of(self._desk.living.view))]}
            )

    @Slot(str, str)
    def _on_choice(self, key: str, choice: str) -> None:
        if (key, choice) == ("on", "plots"):
            self._pick("plot")
        now = {name: level for name, _, level in gauges_of(self._desk.living.view)}
        if key == "gauge" and choice in now:
            self._desk.overlays.analysis.show_number("from_m", now[choice])
            self._desk.overlays.analysis.show_number("to_m", now[choice] + 2.0)

    # What comes back

    @Slot(int, float, object)
    def _on_progress(self, number: int, share: float, doing: Text) -> None:
        if number == self._job:
            self._desk.overlays.analysis.show_progress(share, doing)

    @Slot(int, object)
    def _on_finished(self, number: int, finding: Finding) -> None:
        if number != self._job:
            return
        self._job = 0
        self._desk.overlays.analysis.show_progress(None)
        self._desk.overlays.finding.show_finding(finding)
        self._desk.city.show_finding("finding", finding)
        self._desk.say(DONE.with_values(title=finding.title, summary=finding.summary))

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        if number != self._job:
            return
        self._job = 0
        panel = self._desk.overlays.analysis
        panel.show_progress(None)
        panel.tell(None if isinstance(error, Cancelled) else error.message)

    @Slot(int)
    def _go_to_step(self, number: int) -> None:
        """Show a step of what was found, at its time where it has one; the whole for −1."""
        panel = self._desk.overlays.finding
        whole = panel.finding
        if whole is None or whole.course is None:
            return
        step = whole if number < 0 else whole.course.at(number)
        panel.show_step(step)
        self._desk.city.show_finding("finding", step)
        if whole.course.moments and number >= 0:
            self._desk.perform("time.set", whole.course.moments[number])

    @Slot(int)
    def _go_to_row(self, row: int) -> None:
        finding = self._desk.overlays.finding.shown
        if finding is not None and row < len(finding.places):
            self._desk.perform("camera.fly", station_seen(self._desk.state, finding.places[row]))
