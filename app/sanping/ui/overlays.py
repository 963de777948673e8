"""The panels over the 3D view, and where they stand: columns at both sides, strips above and below."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from sanping.commands.desk_state import DeskState, PanelName
from sanping.domain.text import Language, Text
from sanping.stage.state import CASES_LAYER, COMPONENTS_LAYER, LayerState
from sanping.twin.project import TwinProject
from sanping.ui.action_book import ActionBook
from sanping.ui.analysis.analysis_panel import AnalysisPanel
from sanping.ui.analysis.finding_panel import FindingPanel
from sanping.ui.bookmark_panel import BookmarkPanel
from sanping.ui.cases.areas_panel import AreasPanel
from sanping.ui.cases.case_panel import CasePanel
from sanping.ui.cases.cases_panel import CasesPanel
from sanping.ui.cases.indicators_panel import IndicatorsPanel
from sanping.ui.cases.new_case_panel import NewCasePanel
from sanping.ui.colours_panel import ColoursPanel
from sanping.ui.compass import CompassPanel
from sanping.ui.components_panel import ComponentsPanel
from sanping.ui.director.director_panel import DirectorPanel
from sanping.ui.director.lead_strip import LeadStrip
from sanping.ui.director.pairing_panel import PairingPanel
from sanping.ui.director.scenes_panel import ScenesPanel
from sanping.ui.director.screens_panel import ScreensPanel
from sanping.ui.glass import GlassPanel
from sanping.ui.help_overlay import HelpOverlay
from sanping.ui.icons import Icons
from sanping.ui.inspector_panel import InspectorPanel
from sanping.ui.layer_panel import LayerPanel
from sanping.ui.live.alarm_panel import AlarmPanel
from sanping.ui.live.reports_panel import ReportsPanel
from sanping.ui.live.river_panel import RiverPanel
from sanping.ui.live.sources_panel import SourcesPanel
from sanping.ui.live.station_panel import StationPanel
from sanping.ui.live.stations_panel import StationsPanel
from sanping.ui.live.ticker import Ticker
from sanping.ui.live.time_bar import HEIGHT as REPLAY_HEIGHT
from sanping.ui.live.time_bar import TimeBar
from sanping.ui.live.warning_panel import WarningPanel
from sanping.ui.locator import Locator
from sanping.ui.message_panel import MessagePanel
from sanping.ui.movers_panel import MoversPanel
from sanping.ui.overview_panel import OverviewPanel
from sanping.ui.responses.event_panel import EventPanel
from sanping.ui.responses.list_panel import ResponsesPanel
from sanping.ui.responses.sheet_panel import ResponsePanel
from sanping.ui.sites.sites_panel import SitesPanel
from sanping.ui.stacking import stacked
from sanping.ui.status_bar import StatusBar
from sanping.ui.theme import GAP, LEFT_WIDTH, MARGIN, RIGHT_WIDTH, STATUS_HEIGHT, TITLE_HEIGHT
from sanping.ui.time_panel import TimePanel
from sanping.ui.title_bar import TitleBar
from sanping.ui.workbench.workbench_panel import WorkbenchPanel, WorkbenchResultPanel

TIME_HEIGHT = 60
WIDEST_TIME = 860
NARROW = 1500
LOW = 640
CASES_WIDTH, CASE_WIDTH, ANALYSIS_WIDTH = 664, 428, 360


class Overlays(QObject):
    """Owns the panels as children of `canvas`; arranges them, shows and hides them, changes their language.

    `arranged` carries what lies over the view: left, top, right, bottom of every panel, and the size of the canvas.
    """

    arranged = Signal(object, object)

    def __init__(
        self, canvas: QWidget, book: ActionBook, icons: Icons, project: TwinProject, palettes: Sequence[str]
    ) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._state: DeskState | None = None
        self._has_river = False
        self._is_synthetic = project.is_synthetic
        # New content counts in a layout only once it is shown, so arranging waits for the event loop.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.arrange)
        self.title = TitleBar(book, icons, canvas)
        self.status = StatusBar(icons, project.crs, canvas)
        self._make_city_panels(book, icons, palettes)
        self._make_river_panels(icons)
        self._make_director_panels(book, icons)
        self._make_case_panels(icons)
        self.analysis, self.finding = AnalysisPanel(icons, canvas), FindingPanel(icons, canvas)
        self.workbench, self.workbench_result = WorkbenchPanel(icons, canvas), WorkbenchResultPanel(icons, canvas)
        self.panels = self._named()
        self.time = TimePanel(book, icons, (project.latitude_deg, project.longitude_deg), canvas)
        self.replay = TimeBar(book, icons, project.moment.tzinfo, canvas)
        self.compass = CompassPanel(book, canvas)
        self.locator = Locator(icons, canvas)
        self.messages = MessagePanel(icons, canvas)
        self.help = HelpOverlay(book.declared, canvas)
        self._make_tip()
        for panel in self.panels.values():
            panel.folded_changed.connect(self.arrange)
            panel.content_changed.connect(self._soon.start)

    def _make_city_panels(self, book: ActionBook, icons: Icons, palettes: Sequence[str]) -> None:
        canvas = self._canvas
        self.layers = LayerPanel(icons, canvas)
        self.bookmarks = BookmarkPanel(book, icons, canvas)
        self.overview = OverviewPanel(icons, canvas)
        self.inspector = InspectorPanel(book, icons, canvas)
        self.colours = ColoursPanel(icons, palettes, canvas)
        self.components = ComponentsPanel(icons, canvas)

    def _make_river_panels(self, icons: Icons) -> None:
        canvas = self._canvas
        self.river = RiverPanel(icons, canvas)
        self.stations, self.station = StationsPanel(icons, canvas), StationPanel(icons, canvas)
        self.movers = MoversPanel(icons, canvas)
        self.warnings = WarningPanel(icons, canvas)
        self.alarms = AlarmPanel(icons, canvas)
        self.reports = ReportsPanel(icons, canvas)
        self.sources = SourcesPanel(icons, canvas)
        self.ticker = Ticker(canvas)

    def _make_director_panels(self, book: ActionBook, icons: Icons) -> None:
        canvas = self._canvas
        self.director = DirectorPanel(book, icons, canvas)
        self.scenes = ScenesPanel(icons, canvas)
        self.screens = ScreensPanel(icons, canvas)
        self.pairing = PairingPanel(book, icons, canvas)
        self.lead = LeadStrip(canvas)
        self.lead.resized.connect(self._soon.start)

    def _make_case_panels(self, icons: Icons) -> None:
        canvas = self._canvas
        self.cases = CasesPanel(icons, canvas)
        self.case = CasePanel(icons, canvas)
        self.new_case = NewCasePanel(icons, canvas)
        self.areas = AreasPanel(icons, canvas)
        self.indicators = IndicatorsPanel(icons, canvas)
        self.responses, self.response = ResponsesPanel(icons, canvas), ResponsePanel(icons, canvas)
        self.major_event, self.sites = EventPanel(icons, canvas), SitesPanel(icons, canvas)

    def _named(self) -> dict[PanelName, GlassPanel]:
        return {
            "layers": self.layers,
            "bookmarks": self.bookmarks,
            "overview": self.overview,
            "inspector": self.inspector,
            "colours": self.colours,
            "components": self.components,
            "river": self.river,
            "stations": self.stations,
            "station": self.station,
            "movers": self.movers,
            "warnings": self.warnings,
            "alarms": self.alarms,
            "reports": self.reports,
            "sources": self.sources,
            "director": self.director,
            "scenes": self.scenes,
            "screens": self.screens,
            "pairing": self.pairing,
            "cases": self.cases,
            "case": self.case,
            "new_case": self.new_case,
            "areas": self.areas,
            "indicators": self.indicators,
            "responses": self.responses,
            "response": self.response,
            "event": self.major_event,
            "sites": self.sites,
            "analysis": self.analysis,
            "finding": self.finding,
            "workbench": self.workbench,
            "workbench_result": self.workbench_result,
        }

    def _make_tip(self) -> None:
        self.tip = QLabel(self._canvas)
        self.tip.setStyleSheet(
            "background: rgba(6,20,44,225); border: 1px solid rgba(90,180,255,150);"
            "border-radius: 3px; padding: 4px 9px;"
        )
        self.tip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.tip.hide()

    def show_state(self, state: DeskState) -> None:
        """Show the panels that are open."""
        self._state = state
        self.arrange()

    def show_life(self, *, has_river: bool) -> None:
        """Say whether anything lives in this twin: without it there is no alarm to tell."""
        if has_river != self._has_river:
            self._has_river = has_river
            self.title.show_life(has_river=has_river)
            self._soon.start()

    def show_governance(self, *, has_cases: bool) -> None:
        """Say whether this twin has cases."""
        if self.title.show_governance(has_cases=has_cases):
            self._soon.start()

    def show_centre(self, name: Text) -> None:
        """Call the desk by the command centre that it stands in."""
        self.title.show_title(name, self._is_synthetic)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        spoken = (self.title, self.status, *self.panels.values(), self.time, self.compass, self.locator)
        for widget in (*spoken, self.ticker, self.replay, self.lead):
            widget.set_language(language)  # type: ignore[attr-defined]
        self.messages.set_language(language)
        self.help.set_language(language)
        self.arrange()
        self._soon.start()

    def show_tip(self, text: str, x: float, y: float) -> None:
        """Show a few words beside the cursor; an empty text hides them."""
        self.tip.setVisible(bool(text))
        if text:
            self.tip.setText(text)
            self.tip.adjustSize()
            left = min(x + 16, self._canvas.width() - self.tip.width() - 8)
            self.tip.move(round(left), round(max(4.0, y - self.tip.height() - 10)))
            self.tip.raise_()

    @Slot()
    def arrange(self) -> None:
        """Put everything in its place."""
        if self._state is None:
            return
        width, height = self._canvas.width(), self._canvas.height()
        has = self._state.has_overlays
        is_narrow = width < NARROW
        shown = self._shown()
        self.title.setVisible(has)
        self.status.setVisible(has)
        self.title.setGeometry(0, 0, width, TITLE_HEIGHT)
        self.status.setGeometry(0, height - STATUS_HEIGHT, width, STATUS_HEIGHT)
        foot = self._arrange_replay(has, height - STATUS_HEIGHT - GAP)
        has_time = has and "time" in self._state.shown_panels and self._has_room_for_sun(foot)
        left_width, right_width = self._widths()
        column_foot = foot - (TIME_HEIGHT + GAP if has_time and is_narrow else 0)
        self._arrange_time(has_time, is_narrow, (left_width, right_width), foot)
        right = width - MARGIN - right_width
        left_panels, right_panels = self._columns()
        for panel in self.panels.values():
            if panel not in shown:
                panel.hide()
        stacked(left_panels, MARGIN, left_width, column_foot, shown)
        stacked(right_panels, right, right_width, column_foot, shown)
        self._arrange_ticker(has)
        self._arrange_compass(right, column_foot, has)
        self.locator.move((width - self.locator.width()) // 2, TITLE_HEIGHT + 24)
        self.messages.move((width - self.messages.width()) // 2, TITLE_HEIGHT + 24)
        self.help.adjustSize()
        self.help.move((width - self.help.width()) // 2, max(8, (height - self.help.height()) // 2))
        self.arranged.emit(self.covered(), (width, height))

    def covered(self) -> tuple[tuple[float, float, float, float], ...]:
        """Return left, top, right and bottom of every panel that is shown; sheets that come and go do not count."""
        widgets = (self.title, self.status, *self.panels.values(), self.time, self.replay, self.compass)
        boxes = [widget.geometry() for widget in widgets if not widget.isHidden()]
        return tuple((box.x(), box.y(), box.x() + box.width(), box.y() + box.height()) for box in boxes)

    def _shown(self) -> set[GlassPanel]:
        assert self._state is not None
        names = set(self._state.shown_panels) if self._state.has_overlays else set()
        has_selection = any(feature.layer != CASES_LAYER for feature in self._state.stage.selection)
        if not self.warnings.notices:
            names.discard("warnings")
        if not self.reports.reports:
            names.discard("reports")
        if self._state.station:
            names.discard("inspector")
            if not self.sources.needs_a_person:
                names.discard("sources")  # the sheet needs the room
        else:
            names.discard("station")
        names -= {"sites"} if not self.sites.is_wanted else set()
        names -= _hidden_cases(self._state, is_responding=self.response.is_wanted)
        names -= {"workbench_result"} if not self.workbench_result.is_wanted else set()
        names -= {"responses"} if not self.responses.is_wanted else set()
        names -= {"movers"} if not self.movers.kinds else set()
        names -= {"event"} if not self.major_event.is_wanted else set()
        names -= {"indicators"} if self.sites.case and "sites" in names else set()
        if not self._state.stage.layers.get(COMPONENTS_LAYER, LayerState(is_visible=False)).is_visible:
            names.discard("components")
        if not has_selection:
            names.discard("inspector")
        elif "inspector" in names:
            names.discard("overview")
        return {panel for name, panel in self.panels.items() if name in names}

    def _columns(self) -> tuple[list[GlassPanel], list[GlassPanel]]:
        """Return the panels of the left and of the right column of the present workspace."""
        assert self._state is not None
        if self._state.workspace == "river":
            return [self.river, self.movers, self.stations], [
                self.station,
                self.inspector,
                self.warnings,
                self.alarms,
                self.reports,
                self.sources,
            ]
        if self._state.workspace == "cases":
            right = [self.response, self.new_case, self.case, self.inspector, self.sites, self.indicators]
            return [self.responses, self.major_event, self.cases, self.areas], right
        if self._state.workspace == "analysis":
            return [self.analysis, self.layers], [self.finding, self.inspector]
        if self._state.workspace == "planning":
            return [self.workbench, self.layers], [self.workbench_result, self.inspector]
        if self._state.workspace == "director":
            return [self.director, self.scenes], [self.screens, self.pairing, self.inspector]
        return [self.layers, self.bookmarks], [self.overview, self.inspector, self.components, self.colours]

    def _widths(self) -> tuple[int, int]:
        """Return how wide the columns are in pixels: the list of cases is a table."""
        assert self._state is not None
        width = self._canvas.width()
        if self._state.workspace in ("analysis", "planning"):
            return min(ANALYSIS_WIDTH, max(260, width // 4)), min(CASE_WIDTH, max(330, width * 22 // 100))
        if self._state.workspace == "cases":
            return min(CASES_WIDTH, max(340, width * 35 // 100)), min(CASE_WIDTH, max(330, width * 22 // 100))
        return min(LEFT_WIDTH, max(230, width // 4)), min(RIGHT_WIDTH, max(270, width // 3))

    def _arrange_replay(self, has: bool, foot: int) -> int:
        """Put the timeline along the bottom where anything lives; return what is left above it."""
        assert self._state is not None
        is_shown = has and self._has_river and "replay" in self._state.shown_panels
        self.replay.setVisible(is_shown)
        if not is_shown:
            return foot
        wide = self._canvas.width() - 2 * MARGIN
        self.replay.setGeometry(MARGIN, foot - REPLAY_HEIGHT, wide, REPLAY_HEIGHT)
        self.replay.show_compact(wide)
        return foot - REPLAY_HEIGHT - GAP

    def _has_room_for_sun(self, foot: int) -> bool:
        """In the past the sun stands as it stood; beside the timeline a small window has no room for its hours."""
        assert self._state is not None
        if self._state.stage.timeline.at_ms is not None:
            return False
        return self.replay.isHidden() or foot >= LOW

    def _arrange_ticker(self, has: bool) -> None:
        self.ticker.setVisible(has and self._has_river and bool(self.ticker.told))
        self.ticker.move((self._canvas.width() - self.ticker.width()) // 2, TITLE_HEIGHT + 2)
        top = TITLE_HEIGHT + 6 + (0 if self.ticker.isHidden() else self.ticker.height() + 4)
        self.lead.setVisible(self._has_river and self.lead.has_words)
        self.lead.move((self._canvas.width() - self.lead.width()) // 2, top)

    def _arrange_time(self, has_time: bool, is_narrow: bool, sides: tuple[int, int], foot: int) -> None:
        self.time.setVisible(has_time)
        width = self._canvas.width()
        left = MARGIN if is_narrow else MARGIN + sides[0] + GAP
        right = width - MARGIN if is_narrow else width - MARGIN - sides[1] - 2 * GAP - self.compass.sizeHint().width()
        wide = min(WIDEST_TIME, right - left) if not is_narrow else right - left
        middle = (
            width // 2 if left <= width // 2 - wide // 2 and width // 2 + wide // 2 <= right else (left + right) // 2
        )
        self.time.setGeometry(middle - wide // 2, foot - TIME_HEIGHT, wide, TIME_HEIGHT)
        self.time.show_compact(wide < 680)

    def _arrange_compass(self, right: int, foot: int, has: bool) -> None:
        size = self.compass.sizeHint()
        self.compass.setVisible(has)
        is_free = all(panel.isHidden() for panel in self._columns()[1])
        edge = self._canvas.width() - MARGIN if is_free else right - GAP
        self.compass.setGeometry(edge - size.width(), foot - size.height(), size.width(), size.height())


def _hidden_cases(state: DeskState, *, is_responding: bool) -> set[PanelName]:
    """Return which panels beside the list of cases give way to the one that is worked with."""
    if state.workspace != "cases":
        return set()
    if is_responding:
        return {"case", "new_case", "indicators", "inspector", "sites"}
    if state.is_reporting:
        return {"response", "case", "indicators", "inspector", "sites"}
    if state.case:
        return {"response", "new_case", "indicators", "inspector", "sites"}
    return {"response", "case", "new_case"}
