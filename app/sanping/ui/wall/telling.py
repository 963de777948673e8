"""What lives, as the wall's facts: follows the hub, asks for courses of levels, turns pages with the clock."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import isfinite

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.client.link import LinkStatus
from sanping.commands.overview import Overview
from sanping.domain.catalogue import Catalogue
from sanping.domain.text import Language, Text
from sanping.ports.history import Series, SeriesKey
from sanping.stage.sharing import BoardName, Focus
from sanping.stage.show import ShowState
from sanping.stage.state import Stage
from sanping.twin.live import LiveState
from sanping.twin.project import TwinProject
from sanping.twin.river_view import RiverView
from sanping.ui.live.living import Living
from sanping.ui.sites.told import sites_shown
from sanping.ui.wall.facts import LEVEL, Points, WallFacts
from sanping.ui.wall.gathering import alarm_lines, leader_of, with_newest
from sanping.ui.wall.governing import Governed
from sanping.ui.wall.operations import Operations, operations_of
from sanping.ui.wall.telling_cases import CaseTelling
from sanping.ui.wall.telling_catalogue import CatalogueTelling

VOTED_SHOWN_MS = 3_600_000
TICK_MS = 1000
ASK_EVERY_MS = 600_000
DAY_MS = 86_400_000
MOST_COURSES = 8
FIRST_AGAIN_MS = 5000
AWAY = Text("与中枢失去联系，显示的是最后收到的数据", "The hub is away; what is shown is what it last told")
NO_HUB = Text("未连接中枢：没有实时数据", "No hub: nothing is live")


class Telling(QObject):
    """Emits `facts_changed` with `WallFacts` whenever something changed, and each second."""

    facts_changed = Signal(object)

    def __init__(self, living: Living, project: TwinProject, language: Language, parent: QObject) -> None:
        super().__init__(parent)
        self.living = living
        self._courses: dict[str, Points] = {}
        self._facts = WallFacts(
            now_ms=living.now_ms(),
            view=living.view,
            title=project.title,
            tagline=project.tagline,
            part=project.live,
            zone=project.moment.tzinfo,
            language=language,
            style=project.style,
            attribution=project.attribution,
            is_synthetic=project.is_synthetic,
            link=NO_HUB,
        )
        self.cases = CaseTelling(living, project.moment.tzinfo, self)
        self.cases.changed.connect(self._on_governed)
        self.catalogue = CatalogueTelling(living, self)
        self.catalogue.changed.connect(self._on_catalogue)
        living.view_changed.connect(self._on_view)
        living.state_changed.connect(self._on_state)
        living.status_changed.connect(self._on_status)
        living.linked.connect(self._ask_soon)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._asking = QTimer(self)
        self._asking.setInterval(ASK_EVERY_MS)
        self._asking.timeout.connect(self.ask_courses)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(FIRST_AGAIN_MS)
        self._soon.timeout.connect(self.ask_courses)

    @property
    def facts(self) -> WallFacts:
        """What is shown now."""
        return self._facts

    def start(self) -> None:
        """Begin to tick."""
        self._tick.start()
        self._asking.start()
        self.cases.start()
        self.catalogue.start()
        self._on_tick()

    def stop(self) -> None:
        """End."""
        for timer in (self._tick, self._asking, self._soon):
            timer.stop()
        self.cases.stop()
        self.catalogue.stop()

    def show_board(self, board: BoardName) -> None:
        """Tell of something else."""
        self._take(replace(self._facts, board=board))

    def show_title(self, title: Text) -> None:
        """Call the wall something else, with the name of the twin below."""
        if title != self._facts.title:
            self._take(replace(self._facts, title=title, tagline=self._facts.title))

    def show_stage(self, stage: Stage) -> None:
        """Take over the style, by which the panels are coloured, how water is painted, and what is planned."""
        self._take(replace(self._facts, style=stage.style, water_colour=stage.water_colour, scheme=stage.scheme))

    def show_focus(self, focus: Focus | None) -> None:
        """Show something large."""
        self.cases.show_focus(focus)
        self._take(replace(self._facts, focus=focus))
        if focus is not None and focus.kind == "station":
            self._ask_course(focus.id)

    def show_room(self, show: ShowState) -> None:
        """Tell who leads."""
        self.cases.show_room(show)
        self._take(replace(self._facts, leader=leader_of(show)))

    @Slot(object)
    def show_series(self, series: Mapping[tuple[str, str], Points]) -> None:
        """Show the courses that the layout asks for."""
        self._take(replace(self._facts, series=series))

    def show_overview(self, overview: Overview) -> None:
        """Tell the city in figures."""
        self._take(replace(self._facts, overview=overview))

    @Slot()
    def ask_courses(self) -> None:
        """Ask for the last day of the gauges that stand highest."""
        for view in self._facts.ranked()[:MOST_COURSES]:
            self._ask_course(view.station.id)

    @Slot()
    def _ask_soon(self) -> None:
        self._soon.start()

    def _ask_course(self, station: str) -> None:
        link = self.living.link
        if link is None:
            return
        self._courses.setdefault(station, ())
        now_ms = self.living.now_ms()
        reading = self.living.state.reading(station, LEVEL)
        key = SeriesKey(station=station, quantity=LEVEL)
        if reading is not None:
            key = replace(key, statistic=reading.statistic, period_s=reading.period_s)
        question = partial(link.questions.series, key, now_ms - DAY_MS, now_ms, "5min")
        self.living.asking.ask(question, partial(self._on_course, station))

    def _on_course(self, station: str, series: Series) -> None:
        pairs = zip(series.event_ms.tolist(), series.value.tolist(), strict=True)
        self._courses[station] = tuple((at_ms, value) for at_ms, value in pairs if isfinite(value))
        self._on_view(self.living.view)

    @Slot(object)
    def _on_catalogue(self, told: Catalogue | None) -> None:
        self._take(replace(self._facts, catalogue=told))

    @Slot(object)
    def _on_view(self, view: RiverView) -> None:
        self._courses = with_newest(self._courses, view)
        sources = tuple(self.living.state.sources.values())
        facts = replace(self._facts, view=view, sources=sources, lines=alarm_lines(self.living.part, view))
        self._take(replace(facts, courses=dict(self._courses), now_ms=self._now_ms(view)))

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        """Take over what people do together; a replay of the past shows none of it."""
        told = Operations() if self.living.is_replaying else operations_of(state)
        ballot = None if self.living.is_replaying else state.ballot_of(self.living.now_ms() - VOTED_SHOWN_MS)
        sites = None if self.living.is_replaying else sites_shown(state, self._facts.zone)
        facts = self._facts
        if (told, ballot, sites, state.relay) != (facts.operations, facts.ballot, facts.sites, facts.relay):
            self._take(replace(facts, operations=told, ballot=ballot, sites=sites, relay=state.relay))

    @Slot(object)
    def _on_governed(self, governed: Governed | None) -> None:
        self._take(replace(self._facts, governed=governed))

    @Slot(object)
    def _on_status(self, status: LinkStatus) -> None:
        self._take(replace(self._facts, link=None if status.state == "linked" else AWAY))

    @Slot()
    def _on_tick(self) -> None:
        self._take(replace(self._facts, now_ms=self._now_ms(self._facts.view)))

    def _now_ms(self, view: RiverView) -> int:
        return view.now_ms if view.is_past else self.living.now_ms()

    def _take(self, facts: WallFacts) -> None:
        self._facts = facts
        self.facts_changed.emit(facts)
