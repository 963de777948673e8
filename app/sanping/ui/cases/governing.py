"""Brings cases to the panels of the desk and does what a person asks of them; decides nothing."""

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QObject, QPointF, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from sanping.client.link import LinkStatus
from sanping.commands.case_decisions import CaseWish, case_seen
from sanping.commands.desk_state import DeskState
from sanping.domain.case_filter import CaseFilter
from sanping.domain.case_line import CaseLine
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ui.cases.case_areas import CaseAreas
from sanping.ui.cases.case_cameras import CaseCameras
from sanping.ui.cases.case_indicators import CaseIndicators
from sanping.ui.cases.case_model import PAGE
from sanping.ui.cases.case_sheets import CaseSheets
from sanping.ui.cases.case_window import CaseWindow
from sanping.ui.cases.cases_panel import AWAY
from sanping.ui.cases.reporting import CaseReporting
from sanping.ui.cases.scope_form import ScopeForm
from sanping.ui.cases.tables import Tables
from sanping.ui.reports.case_exporting import CaseExporting
from sanping.wire.cases import Governance

TICK_MS = 1_000
RESORT_MS = 1_500
NO_PLACE = Text("该案件没有坐标", "This case has no place on the map")
NO_CASE = Text("请先选择一件案件", "Choose a case first")
NO_OVERDUE = Text("没有超期案件", "No case is overdue")
IN_THE_PAST = Text("正在回放；列表是现在的案件", "A replay is shown; the list holds the cases of now")


class Governing(QObject):
    """The panels of cases of one desk.

    `plan_asked` carries the case, or "alarm:ID", that a plan shall be chosen for, `plan_left` that it shall not.
    """

    plan_asked = Signal(str)
    plan_left = Signal()
    site_case_asked = Signal(str)
    tables_changed = Signal(object)

    def __init__(self, desk: CaseWindow, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self.tables = Tables()
        self._known: dict[str, CaseLine] = {}
        self._cases: object = None
        self._asked: CaseFilter | None = None
        self._is_away = self._is_past = self._is_counted = False
        self.sheets = CaseSheets(desk, lambda: self.tables, self.fly_to, self)
        self.reporting = CaseReporting(desk, self)
        self.figures = CaseIndicators(desk, self)
        self.areas = CaseAreas(desk, self)
        self.exporting = CaseExporting(desk, window, self._scopes)
        self.cameras = CaseCameras(desk)
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self._resorting = QTimer(self)
        self._resorting.setSingleShot(True)
        self._resorting.setInterval(RESORT_MS)
        self._resorting.timeout.connect(self._ask_again)
        self._doers: dict[str, Callable[[str], None]] = {
            "go": self._go, "look": self._look, "next": lambda _: self._step(1), "previous": lambda _: self._step(-1),
            "next_overdue": lambda _: self._next_overdue(), "find": lambda _: self._desk.overlays.cases.look_for(),
            "leave": lambda _: self._leave(), "urge": self._urge, "list": self._list_of, "cameras": self._see,
            "export": lambda _: self.exporting.ask(), "plan": self._plan,
            "plan_end": lambda _: self.plan_left.emit(), "area_up": lambda _: self.areas.up(),
            "site_case": self.site_case_asked.emit,
        }  # fmt: skip
        self._connect()

    def follow(self) -> None:
        """Follow the cases of the twin that is open."""
        panels, zone = self._desk.overlays, self._desk.state.stage.moment.tzinfo
        panels.cases.filters.zone = zone
        panels.case.set_zone(zone)
        panels.indicators.trend.zone = zone
        self._known, self._cases, self._asked = {}, None, None
        self._is_counted = False
        self._take_tables(Tables())
        self.sheets.forget()
        self.areas.follow()
        panels.cases.forget()
        panels.show_governance(has_cases=False)

    def present(self, new: DeskState, old: DeskState) -> None:
        """Look at what the person changed."""
        panels = self._desk.overlays
        if new.case != old.case:
            self.cameras.hide()
            panels.cases.show_chosen(new.case)
            self.sheets.show_case(new.case)
            if new.case:
                self.plan_left.emit()
        if new.is_reporting != old.is_reporting:
            self.reporting.show_form(is_reporting=new.is_reporting)
        if new.workspace != old.workspace:
            if new.workspace == "cases":
                self._ticking.start()
                self._tick()
                self._ask_first()
            else:
                self._ticking.stop()
                self.reporting.stop_picking()
        self.figures.present(new)
        self.areas.present(new, old)
        if new.stage.area != old.stage.area:
            self._desk.overlays.cases.within = new.stage.area
            self._show_counts()
            if self._asked is not None:
                self._on_filter(None)

    def do(self, argument: object) -> None:
        """Do what an action asks of the panels of cases."""
        assert isinstance(argument, CaseWish)
        self._doers[argument.wish](argument.to)

    def takes_click(self, at: QPointF) -> bool:
        """Say whether a click on the city names the place of a case that is being reported."""
        return self.reporting.takes_click(at) or self.areas.takes_click(at)

    def stop(self) -> None:
        """End."""
        self._ticking.stop()
        self._resorting.stop()
        self.figures.stop()
        self.areas.stop()
        self.exporting.stop()

    def _scopes(self) -> ScopeForm | None:
        """Return what a report can be of; at first the area that is looked at."""
        return ScopeForm(self.tables, self._desk.state.stage.area) if self.tables.is_known else None

    def line(self, case: str) -> CaseLine | None:
        """Return a case in short as it was last heard of."""
        model = self._desk.overlays.cases.model
        row = model.row_of(case)
        sheet = self._desk.overlays.case.sheet
        in_list = None if row is None else model.line_at(row)
        in_sheet = sheet.line if sheet is not None and sheet.case.id == case else None
        return self._desk.living.state.cases.get(case) or in_list or in_sheet

    # What actions ask for

    def _plan(self, about: str) -> None:
        """Let somebody choose a plan for a case or an alarm, else for the case that is looked at."""
        self.plan_asked.emit(about or self._desk.state.case)

    def _go(self, case: str) -> None:
        """Fly to a case; one that nobody knows yet once its sheet has come."""
        line = self.line(case)
        if line is None:
            self.sheets.go_when_known(case)
        else:
            self.fly_to(line)

    def fly_to(self, line: CaseLine) -> None:
        """Fly to where a case is."""
        if line.x_m is None or line.y_m is None:
            self._desk.say(NO_PLACE)
            return
        place = (line.x_m, line.y_m, self._desk.content.ground(line.x_m, line.y_m))
        self._desk.perform("camera.fly", case_seen(self._desk.state, place))

    def _look(self, case: str) -> None:
        line = self._meant(case)
        if line is None:
            self._desk.say(NO_CASE)
        else:
            self.fly_to(line)

    def _see(self, case: str) -> None:
        line = self._meant(case)
        if line is None or line.x_m is None:
            self._desk.say(NO_CASE if line is None else NO_PLACE)
        else:
            self.cameras.show(line)

    def _meant(self, case: str) -> CaseLine | None:
        """Return the case that is named, else the row that is chosen, else the one whose sheet is open."""
        if case:
            return self.line(case)
        return self._desk.overlays.cases.current() or self.line(self._desk.state.case)

    def _step(self, by: int) -> None:
        """Go to the next row; an open sheet goes along."""
        line = self._desk.overlays.cases.step(by)
        if line is not None and self._desk.state.case:
            self._desk.perform("case.open", line.id)

    def _next_overdue(self) -> None:
        now_ms = self._desk.living.now_ms()
        lines = {line.id: line for line in self._desk.overlays.cases.model.lines if line is not None}
        lines.update(self._desk.living.state.cases)
        overdue = sorted(
            (line for line in lines.values() if line.is_open and 0 < line.due_ms < now_ms),
            key=lambda line: (line.due_ms, line.id),
        )
        if not overdue:
            self._desk.say(NO_OVERDUE)
            return
        names = [line.id for line in overdue]
        known = self._desk.state.case
        self._desk.perform("case.open", names[(names.index(known) + 1) % len(names)] if known in names else names[0])

    def _urge(self, case: str) -> None:
        line = self._desk.overlays.cases.current()
        wanted = case or self._desk.state.case or (line.id if line is not None else "")
        if not wanted:
            self._desk.say(NO_CASE)
            return
        self.sheets.open_step(wanted, "urge")
        if wanted != self._desk.state.case:
            self._desk.perform("case.open", wanted)

    def _leave(self) -> None:
        """Put away what lies on top: the large photo, the form, the picking of a place, the sheet."""
        desk, panel = self._desk, self._desk.overlays.case
        if panel.viewer is not None and panel.viewer.isVisible():
            panel.viewer.close_view()
        elif desk.state.is_reporting:
            if not self.reporting.stop_picking():
                desk.perform("case.report_end")
        elif panel.form is not None:
            panel.leave_form()
        elif desk.state.case:
            desk.perform("case.close")
        else:
            desk.perform("object.select", None)

    def _list_of(self, written: str) -> None:
        """List what a group of the indicators is made of; `written` is a `CaseFilter` as JSON."""
        self._desk.overlays.cases.filters.ask(msgspec.json.decode(written, type=CaseFilter))

    # What the hub tells

    @Slot(object)
    def _on_state(self, _state: object) -> None:
        living, panels = self._desk.living, self._desk.overlays
        if living.state.case_counts is not None:
            panels.show_governance(has_cases=True)
            self._show_counts()
            if not self._is_counted:  # a hub that has just started reads its cases first
                self._is_counted = True
                self._on_linked()
        cases = living.state.cases
        if cases is self._cases:
            return
        self._cases = cases
        changed = [line for name, line in cases.items() if self._known.get(name) is not line]
        begins_anew = len(changed) == len(cases) or not self._known.keys() <= cases.keys()
        self._known = dict(cases)
        self.sheets.take_news(changed)
        if begins_anew and self._desk.state.case not in cases:
            self.sheets.ask_again()  # its label may have been raised above this desk
        is_unsure = self._asked is not None and changed and panels.cases.take_news(changed, living.now_ms())
        if is_unsure or (begins_anew and self._asked is not None):
            self._resort_soon()

    @Slot(object)
    def _on_status(self, status: LinkStatus) -> None:
        is_away = status.state != "linked"
        if is_away == self._is_away:
            return
        self._is_away = self._desk.overlays.cases.model.is_stale = is_away
        self._desk.overlays.cases.show_strip(self._standing())
        self._desk.overlays.case.show_away(is_away=is_away)

    def _standing(self) -> Text | None:
        """Return what holds of the whole list."""
        return AWAY if self._is_away else IN_THE_PAST if self._is_past else None

    @Slot()
    def _on_linked(self) -> None:
        link = self._desk.living.link
        if link is None:
            return
        self._desk.living.asking.ask(link.questions.governance, self._on_governance, self._on_no_governance)
        if self._asked is not None:
            self._ask_again()
        elif self._desk.state.workspace == "cases":
            self._ask_first()
        self.sheets.ask_again()

    def _on_governance(self, found: Governance) -> None:
        self._take_tables(Tables(found))
        self._desk.overlays.show_governance(has_cases=True)
        self.sheets.show_again()

    def _on_no_governance(self, _error: SanpingError) -> None:
        self._take_tables(Tables())

    def _take_tables(self, tables: Tables) -> None:
        self.tables = tables
        self._desk.overlays.cases.show_tables(tables)
        self._desk.overlays.new_case.show_tables(tables)
        self._desk.overlays.areas.show_tables(tables)
        self.tables_changed.emit(tables)

    # The list

    def _ask_first(self) -> None:
        """Ask for the list when it is first seen."""
        if self._asked is None and self._desk.living.link is not None:
            self._on_filter(None)

    @Slot(object)
    def _on_filter(self, _asked: CaseFilter | None) -> None:
        panels, living = self._desk.overlays, self._desk.living
        self._asked = panels.cases.asked
        self._show_counts()
        panels.cases.show_now(living.now_ms())
        panels.cases.begin()
        panels.cases.show_chosen(self._desk.state.case)

    @Slot()
    def _show_counts(self) -> None:
        """Show how many cases there are, of the area that is looked at."""
        area = self._desk.state.stage.area
        self._desk.overlays.cases.show_counts(self.areas.counts if area else self._desk.living.state.case_counts)

    @Slot(int)
    def _ask_page(self, offset: int) -> None:
        link, asked = self._desk.living.link, self._asked
        if link is None or asked is None:
            return
        wanted = msgspec.structs.replace(asked, offset=offset, limit=PAGE)
        self._desk.living.asking.ask(
            partial(link.questions.cases, wanted), partial(self._take_page, asked, offset),
            partial(self._miss_page, asked, offset),
        )  # fmt: skip

    def _take_page(self, asked: CaseFilter, offset: int, page: object) -> None:
        if asked is self._asked:
            panel = self._desk.overlays.cases
            panel.take_page(offset, page)
            panel.show_strip(self._standing())
            panel.show_chosen(self._desk.state.case)

    def _miss_page(self, asked: CaseFilter, offset: int, error: SanpingError) -> None:
        if asked is self._asked:
            self._desk.overlays.cases.miss_page(offset, error.message)

    def _resort_soon(self) -> None:
        if not self._resorting.isActive():
            self._resorting.start()

    @Slot()
    def _ask_again(self) -> None:
        if self._desk.state.workspace == "cases":
            self._desk.overlays.cases.ask_again()
        else:
            self._asked = None

    @Slot()
    def _tick(self) -> None:
        """Let the clocks of what is seen go on."""
        now_ms, is_past = self._desk.living.now_ms(), self._desk.living.is_replaying
        if is_past != self._is_past:
            self._is_past = is_past
            self._desk.overlays.cases.show_strip(self._standing())
        self._desk.overlays.cases.show_now(now_ms)
        self._desk.overlays.case.show_now(now_ms)

    def _connect(self) -> None:
        desk, panels, living = self._desk, self._desk.overlays, self._desk.living
        living.state_changed.connect(self._on_state)
        living.status_changed.connect(self._on_status)
        living.linked.connect(self._on_linked)
        self.areas.counted.connect(self._show_counts)
        panels.cases.filter_asked.connect(self._on_filter)
        panels.cases.page_asked.connect(self._ask_page)
        panels.cases.case_asked.connect(partial(desk.perform, "case.open"))
        panels.cases.report_asked.connect(partial(desk.perform, "case.report"))
        panels.cases.overdue_asked.connect(partial(desk.perform, "case.next_overdue"))
        panels.cases.wish_asked.connect(desk.perform)
        panels.indicators.export_asked.connect(partial(desk.perform, "case.export"))
        panels.case.go_asked.connect(self._go)
        panels.case.wall_asked.connect(partial(desk.perform, "case.send"))
        panels.case.case_asked.connect(partial(desk.perform, "case.open"))
        panels.case.alarm_asked.connect(partial(desk.perform, "alarm.open"))
        panels.case.plan_asked.connect(partial(desk.perform, "case.plan"))
