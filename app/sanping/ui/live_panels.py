"""Brings what lives to the panels and the city, and does what a person asks of them; decides nothing."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from sanping.client.hub_past import HubPast
from sanping.client.link import LinkStatus
from sanping.commands.desk_state import DeskState
from sanping.commands.river_decisions import station_seen
from sanping.domain.errors import SanpingError
from sanping.domain.report import CATEGORIES
from sanping.domain.source_status import BACKUP, CASES, DISK, STORE
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.ports.history import SeriesKey, Step
from sanping.stage.state import FeatureRef
from sanping.twin.alarm_list import AlarmItem, operator_items
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import RiverView, river_view
from sanping.ui.city_show import CityShow
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.alarm_panel import concerned, named_for
from sanping.ui.live.alarm_rows import NOTHING, AlarmLine, line_named
from sanping.ui.live.living import Living
from sanping.ui.live.source_dialog import GRADES, SourceDialog, SourceDraft
from sanping.ui.live.station_panel import HOUR_MS, Course
from sanping.ui.live.store_telling import StoreTelling
from sanping.ui.message_panel import Message
from sanping.ui.overlays import Overlays

RAW_HOURS = 24
ASK_AGAIN_MS = 60_000
YESTERDAY_EVERY_MS = 600_000
DAY_MS = 24 * HOUR_MS
FACILITIES = "facilities"
CODE_KEYS = ("code", "station", "id")
NO_SHEET = Text("没有可转到的站点", "There is no station to go to")
NO_ALARM = Text("没有未确认的告警", "There is no alarm to acknowledge")
REPORTED = Text("现场上报：{category}", "Reported from the street: {category}")
STORE_TITLE = Text("历史库", "History")
OWN_TITLES = {
    STORE: STORE_TITLE,
    CASES: Text("案件治理", "Cases"),
    BACKUP: Text("备份", "Backups"),
    DISK: Text("中枢的磁盘", "The hub's disk"),
}
SAVED = Text("数据源“{name}”的设置已送到中枢", "The settings of the source “{name}” were sent to the hub")


class Desk(Protocol):
    """The window as what lives sees it."""

    state: DeskState
    content: DeskContent
    overlays: Overlays
    city: CityShow
    living: Living

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class LivePanels(QObject):
    """The river's panels of one desk; `window` owns the dialogs."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._adapters: list[Mapping[str, Any]] = []
        self._features: dict[str, FeatureRef] = {}
        self._features_of: object = None
        self._before: RiverView | None = None
        self._store_telling = StoreTelling(desk.overlays.messages, desk.say)
        self._reported_ms = 0
        living, panels = desk.living, desk.overlays
        living.view_changed.connect(self._show_view)
        living.status_changed.connect(self._show_status)
        living.linked.connect(self._on_linked)
        living.refused.connect(desk.say)
        panels.river.section_asked.connect(self.open_station)
        panels.stations.station_asked.connect(self.open_station)
        panels.station.course_asked.connect(self._ask_course)
        panels.station.go_asked.connect(partial(desk.perform, "station.go"))
        panels.alarms.alarm_asked.connect(partial(desk.perform, "alarm.open"))
        panels.reports.place_asked.connect(self.go_to_place)
        panels.ticker.alarm_asked.connect(partial(desk.perform, "alarm.open"))
        panels.ticker.warnings_asked.connect(self.show_warnings)
        for panel in (panels.alarms, panels.sources, panels.warnings):
            panel.wish_asked.connect(living.wish)
        panels.sources.settings_asked.connect(self._ask_settings)
        self._again = QTimer(self)
        self._again.setInterval(ASK_AGAIN_MS)
        self._again.timeout.connect(panels.station.ask_again)
        self._yesterday = QTimer(self)
        self._yesterday.setInterval(YESTERDAY_EVERY_MS)
        self._yesterday.timeout.connect(self._ask_yesterday)

    def follow(self) -> None:
        """Follow the hub of the twin that is open."""
        desk, panels = self._desk, self._desk.overlays
        project = desk.content.project
        self._features_of = None
        panels.station.standard = project.live.standard
        zone = desk.state.stage.moment.tzinfo
        panels.station.set_zone(zone)
        panels.alarms.zone = panels.warnings.zone = zone
        self._reported_ms = desk.living.now_ms()
        panels.stations.show_sources({source.name: source.title for source in project.live.sources})
        self._before = None
        desk.living.follow(project)
        panels.show_life(has_river=desk.living.link is not None)
        self._again.start()
        self._yesterday.start()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Show which station and which alarm are looked at."""
        panels = self._desk.overlays
        if new.station != old.station:
            panels.stations.show_chosen(new.station)
            self._show_sheet(self._desk.living.view)
        if new.alarm != old.alarm:
            panels.alarms.show_chosen(new.alarm)

    def station_of(self, feature: FeatureRef) -> str:
        """Return the station that an object of the city stands for; "" for none, and while nothing is told of any."""
        if not self._desk.living.is_told:
            return ""
        stations = self._desk.living.part.by_id
        if feature.id in stations:
            return feature.id
        self._know_features()
        return next((name for name, known in self._features.items() if known == feature), "")

    # What actions ask for

    @Slot(str)
    def open_station(self, name: str) -> None:
        """Open the sheet of a station, and select the object that stands for it."""
        self._know_features()
        self._desk.perform("station.open", name, self._features.get(name))

    def go_to_station(self, name: object) -> None:
        """Fly to a station; without a name to the one whose sheet is open."""
        station = self._station(str(name or self._desk.state.station))
        if station is None:
            self._desk.say(NO_SHEET)
            return
        place = (station.x_m, station.y_m, self._desk.content.ground(station.x_m, station.y_m))
        self._desk.perform("camera.fly", station_seen(self._desk.state, place))

    @Slot(float, float)
    def go_to_place(self, x_m: float, y_m: float) -> None:
        """Fly to a place in world metres."""
        place = (x_m, y_m, self._desk.content.ground(x_m, y_m))
        self._desk.perform("camera.fly", station_seen(self._desk.state, place))

    def find_station(self, _argument: object) -> None:
        """Let the person type the name of a station."""
        desk = self._desk
        if "stations" not in desk.state.shown_panels:
            desk.perform("panel.stations")
        desk.overlays.stations.look_for()

    def show_alarm(self, name: object) -> None:
        """Go to the station of an alarm, of a group to the worst of them, and open its sheet."""
        line = line_named(self._desk.overlays.alarms.lines, str(name))
        known = [alarm for alarm in self._desk.living.view.alarms if alarm.id == str(name)]
        alarm = line.alarm if line is not None else next(iter(known), None)
        if alarm is not None and self._station(alarm.station) is not None:
            self.open_station(alarm.station)
            self.go_to_station(alarm.station)

    @Slot()
    def show_warnings(self) -> None:
        """Open the panel of public warnings."""
        if "warnings" not in self._desk.state.shown_panels:
            self._desk.perform("panel.warnings")

    def show_next_alarm(self, _argument: object) -> None:
        """Go to the alarm after the one that is looked at."""
        names = [line.name for line in self._desk.overlays.alarms.lines]
        if not names:
            self._desk.say(NO_ALARM)
            return
        known = self._desk.state.alarm
        self._desk.perform("alarm.open", names[(names.index(known) + 1) % len(names) if known in names else 0])

    def acknowledge_alarm(self, _argument: object) -> None:
        """Acknowledge what is looked at, else the worst alarm that nobody has dealt with."""
        lines = self._desk.overlays.alarms.lines
        chosen = line_named(lines, self._desk.state.alarm)
        unseen = (line for line in lines if line.alarm.state == "active")
        worst = next((line.members[0] if line.members else line for line in unseen), None)
        line = chosen or worst
        if line is None or not concerned(line, "alarm.acknowledge"):
            self._desk.say(NO_ALARM)
        else:
            self._desk.living.wish("alarm.acknowledge", named_for(line, "alarm.acknowledge"))

    # What the hub tells

    @Slot(object)
    def _show_view(self, view: RiverView) -> None:
        desk, panels, living = self._desk, self._desk.overlays, self._desk.living
        rivers = {station.id: station.river for station in living.part.stations if station.river}
        lines = [self._line_of(item) for item in operator_items(view.alarms, view.now_ms, rivers)]
        panels.river.show_before(self._before if view.is_live else None)
        panels.show_life(has_river=True)
        panels.river.show_rivers(view.rivers)
        panels.warnings.show_notices(view.notices, {} if view.is_past else living.state.site_notices)
        panels.reports.show_reports(view.reports, view.now_ms)
        self._tell_of_reports(view)
        panels.stations.show_view(view)
        panels.alarms.show_lines(lines, view.now_ms)
        panels.ticker.show_lines(lines, view.notices, view.now_ms)
        sources = () if living.is_replaying else tuple(living.state.sources.values())
        panels.sources.show_sources(sources, living.now_ms(), is_linked=living.state.is_linked)
        self._store_telling.tell(desk.living.state.sources.get(STORE))
        self._show_sheet(view)
        self._show_link()
        desk.city.show_river(view)

    def _tell_of_reports(self, view: RiverView) -> None:
        """Say what has just been reported from the street."""
        if view.is_past:
            return
        for report in reversed(view.reports):
            if report.received_ms > self._reported_ms:
                self._reported_ms = report.received_ms
                words = Text(report.words, report.words)
                what = REPORTED.with_values(category=CATEGORIES[report.category])
                self._desk.overlays.messages.show_message(Message(what=what, details=(words,) if report.words else ()))

    def _line_of(self, item: AlarmItem) -> AlarmLine:
        alarm, part = item.alarm, self._desk.living.part
        rule = next((rule for rule in part.rules if rule.id == alarm.rule), None)
        river = part.river(item.area)
        alone = () if item.count < 2 else item.members
        return AlarmLine(
            item=item,
            station=self._name_of(alarm.station),
            rule=NOTHING if rule is None else rule.title,
            advice=NOTHING if rule is None else rule.advice,
            area=Text(item.area, item.area) if river is None else river.title,
            is_measured=bool(alarm.quantity) and (rule is None or bool(rule.quantity)),
            members=tuple(self._line_of(AlarmItem(key=one.id, members=(one,))) for one in alone),
        )

    @Slot(object)
    def _show_status(self, _status: LinkStatus) -> None:
        self._show_link()

    def _show_link(self) -> None:
        living = self._desk.living
        self._desk.overlays.status.show_link(living.status, living.now_ms(), is_replaying=living.is_replaying)

    def _show_sheet(self, view: RiverView) -> None:
        shown = view.by_id.get(self._desk.state.station)
        if shown is None:
            return
        source = "" if shown.main is None else shown.main.source
        titles = {entry.name: entry.title for entry in self._desk.living.part.sources}
        self._desk.overlays.station.show_station(shown, view.now_ms, titles.get(source, Text(source, source)))

    @Slot()
    def _on_linked(self) -> None:
        link = self._desk.living.link
        if link is not None:
            self._desk.living.asking.ask(link.questions.adapters, self._take_adapters)
        self._desk.overlays.station.ask_again()
        self._ask_yesterday()

    @Slot()
    def _ask_yesterday(self) -> None:
        """Learn how the river stood a day ago."""
        living = self._desk.living
        if living.link is None:
            return
        past, part, at_ms = HubPast(living.link.questions), living.part, living.now_ms() - DAY_MS

        def question() -> RiverView:
            return river_view(part, with_observations(LiveState(as_of_ms=at_ms), past.as_of(at_ms)), at_ms)

        living.asking.ask(question, self._on_yesterday)

    def _on_yesterday(self, view: RiverView) -> None:
        self._before = view

    def _take_adapters(self, found: Mapping[str, Any]) -> None:
        self._adapters = list(found.get("adapters", ()))
        grades = {str(adapter["name"]): GRADES[adapter["grade"]["level"]] for adapter in self._adapters}
        titles = {source.name: source.title for source in self._desk.living.part.sources} | OWN_TITLES
        self._desk.overlays.sources.show_titles(titles, grades)

    # Courses and settings

    @Slot(object)
    def _ask_course(self, course: Course) -> None:
        living, panel = self._desk.living, self._desk.overlays.station
        key = SeriesKey(
            station=course.station, quantity=course.quantity, statistic=course.statistic, period_s=course.period_s
        )
        to_ms = living.view.now_ms or living.now_ms()
        from_ms = to_ms - course.hours * HOUR_MS
        step: Step = "raw" if course.hours <= RAW_HOURS else "hour"
        then = partial(panel.show_course, course)
        if not living.ask_series(key, (from_ms, to_ms), step, then, lambda _: then(None)):
            then(None)

    @Slot(str)
    def _ask_settings(self, name: str) -> None:
        link = self._desk.living.link
        if link is None or not self._adapters:
            return
        if not name:
            self._open_form(SourceDraft())
            return
        self._desk.living.asking.ask(partial(link.questions.source, name), self._on_source, self._say_error)

    def _on_source(self, found: Mapping[str, Any]) -> None:
        self._open_form(
            SourceDraft(
                name=str(found["name"]),
                adapter=str(found["adapter"]),
                title=Text(found["title"]["zh"], found["title"]["en"]),
                settings=dict(found["settings"]),
                is_simulated=bool(found["is_simulated"]),
                is_new=False,
            )
        )

    def _open_form(self, draft: SourceDraft) -> None:
        dialog = SourceDialog(draft, self._adapters, self._desk.state.language, self._window)
        dialog.test_asked.connect(partial(self._test, dialog))
        dialog.save_asked.connect(self._save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _test(self, dialog: SourceDialog, draft: SourceDraft) -> None:
        link = self._desk.living.link
        if link is not None:
            question = partial(
                link.questions.test, draft.adapter, draft.settings, is_simulated=draft.is_simulated, source=draft.name
            )
            self._desk.living.asking.ask(question, dialog.show_result, dialog.show_result)

    def _save(self, draft: SourceDraft) -> None:
        self._desk.living.wish(
            "source.configure",
            {
                "source": draft.name,
                "adapter": draft.adapter,
                "title_zh": draft.title.zh,
                "title_en": draft.title.en,
                "settings": dict(draft.settings),
            },
        )
        self._desk.say(SAVED.with_values(name=draft.name))

    def _say_error(self, error: SanpingError) -> None:
        self._desk.say(error.message)

    # Stations and the objects that stand for them

    def _station(self, name: str) -> Station | None:
        return self._desk.living.part.by_id.get(name)

    def _name_of(self, name: str) -> Text:
        station = self._station(name)
        return Text(name, name) if station is None else station.name

    def _know_features(self) -> None:
        """Find the objects that stand for stations: facilities whose code is the station's id."""
        layer = self._desk.content.layers.get(FACILITIES)
        if layer is None or self._features_of is layer:
            return
        self._features_of = layer
        self._features = {}
        stations = self._desk.living.part.by_id
        for name in layer.numbers:
            feature = FeatureRef(layer=FACILITIES, id=name)
            facts = self._desk.content.facts(feature)
            codes = {str(value) for key, value in facts.attributes if key in CODE_KEYS} if facts is not None else set()
            for code in codes & stations.keys():
                self._features[code] = feature
