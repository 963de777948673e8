"""The cases of a city for the wall: lines and counts as they are heard, the rest asked of the hub now and then.

What is asked holds names and free text; only what `governing` has room for is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from types import MappingProxyType

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from sanping.client.questions import Questions
from sanping.domain.area import is_within
from sanping.domain.case import Case
from sanping.domain.case_filter import CaseFilter
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.text import Text
from sanping.stage.sharing import Focus
from sanping.stage.show import ShowState
from sanping.twin.cases.feedback import EPOCH, Effect, Season, Spot, repeating, season_of
from sanping.twin.live import LiveState
from sanping.ui.areas_in_city import AreaShow
from sanping.ui.cases.measure_words import short_words
from sanping.ui.live.living import Living
from sanping.ui.wall.governing import CaseStory, Governed, Measure, StoryStep
from sanping.wire.cases import (
    MOST_LINES,
    AreaFigures,
    CaseScope,
    CaseSheet,
    Governance,
    GroupBy,
    IndicatorRow,
    Measures,
)

DAY_MS = 86_400_000
SOON_MS = 300
FIRST_MS, EVERY_MS = 1_500, 600_000
SPAN_DAYS, YEAR_DAYS = 30, 365
MOST_PAGES, MOST_SPOTS = 20, 12
PHOTO_PX = 960
GROUPS: tuple[GroupBy, ...] = ("area", "department")
UNTOLD = frozenset({"note", "urge"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked of the hub at one time."""

    tables: Governance
    by_area: tuple[IndicatorRow, ...] = ()
    by_department: tuple[IndicatorRow, ...] = ()
    yesterday: tuple[int, ...] = ()
    spots: tuple[Spot, ...] = ()
    season: Season | None = None
    measures: tuple[Measure, ...] = ()
    asked_ms: int = 0


class CaseTelling(QObject):
    """Emits `changed` with a `Governed`, None where the twin has no governance."""

    changed = Signal(object)

    def __init__(self, living: Living, zone: tzinfo | None, parent: QObject) -> None:
        super().__init__(parent)
        self._living, self._zone = living, zone
        self._told: Governed | None = None
        self._screens: Mapping[str, int] = MappingProxyType({})
        self._focus = ""
        self._areas: AreaShow | None = None
        self._within = ""
        self._wanted: dict[str, tuple[str, int]] = {}
        self._soon = self._timer(SOON_MS, self._tell)
        self._first = self._timer(FIRST_MS, self.ask)
        self._again = QTimer(self)
        self._again.setInterval(EVERY_MS)
        self._again.timeout.connect(self.ask)
        living.state_changed.connect(self._on_state)
        living.linked.connect(self._first.start)

    def _timer(self, after_ms: int, do: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(do)
        return timer

    def start(self) -> None:
        """Begin to ask."""
        self._again.start()

    def stop(self) -> None:
        """End."""
        for timer in (self._soon, self._first, self._again):
            timer.stop()

    def show_room(self, show: ShowState) -> None:
        """Count the screens that are there."""
        counts = screens_of(show)
        if counts != self._screens:
            self._screens = MappingProxyType(counts)
            self._soon.start()

    def show_areas(self, shown: AreaShow, within: str) -> None:
        """Tell of one area and those below it; what is asked is asked anew when it is another one."""
        self._areas = without_names(shown)
        if within != self._within:
            self._within = within
            self._first.start()
        self._tell()

    def show_focus(self, focus: Focus | None) -> None:
        """Ask for the way and the photos of a case that is shown large."""
        self._focus = focus.id if focus is not None and focus.kind == "case" else ""
        self._soon.start()

    @Slot()
    def ask(self) -> None:
        """Ask for everything that is not heard: tables, indicators, the days before."""
        link = self._living.link
        if link is not None and self._living.state.case_counts is not None:
            question = partial(asked, link.questions, self._living.now_ms(), self._zone, self._within)
            self._living.asking.ask(question, partial(self._on_asked, self._within))

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        is_known = self._told is not None and self._told.counts is not None
        if state.case_counts is not None and not is_known:
            self._first.start()
        if (state.case_counts is not None or self._told is not None) and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _tell(self) -> None:
        state = self._living.state
        told = None
        if state.case_counts is not None and not self._living.is_replaying:
            known = self._told or Governed()
            lines = lines_in(state.cases.values(), self._within)
            focus = known.focus if known.focus is not None and known.focus.line.id == self._focus else None
            told = replace(
                known, lines=lines, counts=self._counts(state), screens=self._screens, focus=focus,
                within=self._within, areas=self._areas,
            )  # fmt: skip
        if told != self._told:
            self._told = told
            self.changed.emit(told)
        if told is not None:
            self._ask_stories(told)

    def _counts(self, state: LiveState) -> CaseCounts | None:
        """Return the figures of the area that is told of."""
        shown = self._areas
        return state.case_counts if not self._within or shown is None else shown.board.counts

    def _on_asked(self, within: str, found: Asked) -> None:
        if within != self._within:
            return
        self._told = told_of(self._told or Governed(), found)
        self._tell()
        self.changed.emit(self._told)

    def _ask_stories(self, told: Governed) -> None:
        """Ask for the newest closed case that has a photo, and for the one that is shown large, once each revision."""
        newest = newest_closed(told.lines)
        large = next((line for line in told.lines if line.id == self._focus), None)
        if large is None:
            self._wanted.pop("focus", None)
        link = self._living.link
        for name, line in (("newest", newest), ("focus", large)):
            if line is not None and link is not None and self._wanted.get(name) != (line.id, line.rev):
                self._wanted[name] = (line.id, line.rev)
                self._living.asking.ask(partial(story, link.questions, line.id), partial(self._on_story, name))

    def _on_story(self, name: str, found: CaseStory) -> None:
        if self._told is not None:
            told = self._told
            self._told = replace(told, newest=found) if name == "newest" else replace(told, focus=found)
            self.changed.emit(self._told)


def heard(  # noqa: PLR0913  of whom, what is known already, when and where
    questions: Questions,
    state: LiveState,
    show: ShowState,
    now_ms: int,
    *,
    zone: tzinfo | None,
    areas: AreaShow | None = None,
    within: str = "",
) -> Governed | None:
    """Return the cases of an area at once, for a picture; None where nobody governs.

    `areas` are what was told of the area. Blocks, and raises as `asked`.
    """
    if state.case_counts is None:
        return None
    lines = lines_in(state.cases.values(), within)
    newest = newest_closed(lines)
    counts = state.case_counts if areas is None else areas.board.counts
    shown = None if areas is None else without_names(areas)
    return told_of(
        Governed(lines=lines, counts=counts, screens=MappingProxyType(screens_of(show)), within=within, areas=shown),
        asked(questions, now_ms, zone, within),
        story(questions, newest.id) if newest is not None else None,
    )


def told_of(known: Governed, found: Asked, newest: CaseStory | None = None) -> Governed:
    """Return what is known with what was asked."""
    return replace(
        known,
        tables=found.tables, by_area=found.by_area, by_department=found.by_department, yesterday=found.yesterday,
        spots=found.spots, season=found.season, measures=found.measures, asked_ms=found.asked_ms,
        newest=newest or known.newest,
    )  # fmt: skip


def newest_closed(lines: Iterable[CaseLine]) -> CaseLine | None:
    """Return the newest closed case that has a photo."""
    closed = (line for line in lines if line.closed_ms and line.photo)
    return max(closed, key=lambda line: (line.closed_ms, line.id), default=None)


def screens_of(show: ShowState) -> dict[str, int]:
    """Count the screens of a room by kind."""
    return dict(Counter(member.kind for member in show.members.values()))


def asked(questions: Questions, now_ms: int, zone: tzinfo | None, within: str = "") -> Asked:
    """Ask a hub for what changes slowly in an area; blocks.

    Raises `HubUnreachable`, and `InputError` where nobody governs.
    """
    from_ms, scope = now_ms - SPAN_DAYS * DAY_MS, CaseScope(area=within)
    past = lines_between(questions, from_ms, now_ms, within)
    by_day = questions.indicators(now_ms - YEAR_DAYS * DAY_MS, now_ms, "day", scope=scope).groups
    by_area, by_department = (questions.indicators(from_ms, now_ms, by, scope=scope).groups for by in GROUPS)
    return Asked(
        tables=without_people(questions.governance()),
        by_area=tuple(row for row in by_area if row.key),
        by_department=tuple(row for row in by_department if row.key),
        yesterday=by_hour(past, now_ms, zone),
        spots=repeating(past)[:MOST_SPOTS],
        season=season_of(whole_days(by_day, now_ms, zone)),
        measures=measures_of(questions.measures()),
        asked_ms=now_ms,
    )


def measures_of(found: Measures) -> tuple[Measure, ...]:
    """Return the measures that there is something to say of."""
    return tuple(
        Measure(
            title=Text(row.measure.name_zh, row.measure.name_en or row.measure.name_zh),
            effect=Effect(
                before=row.whole.before / row.days,
                after=row.whole.after / row.days,
                days=row.days,
                change=row.whole.ratio - 1.0,
                is_sure=row.verdict in ("fewer", "more"),
            ),
            note=short_words(row),
        )
        for row in found.rows
        if row.whole is not None
    )


def without_people(tables: Governance) -> Governance:
    """Return the tables without the names of those who answer for an area, or of who asked."""
    areas = tuple(msgspec.structs.replace(area, person="", phone="") for area in tables.areas)
    return Governance(areas=areas, classes=tables.classes, departments=tables.departments, sources=tables.sources)


def without_names(shown: AreaShow) -> AreaShow:
    """Return areas without the people who answer for them."""

    def nameless(area: AreaFigures) -> AreaFigures:
        return msgspec.structs.replace(area, person="", phone="")

    board = shown.board
    rows, above = (tuple(map(nameless, areas)) for areas in (board.rows, board.above))
    return replace(shown, board=msgspec.structs.replace(board, area=nameless(board.area), rows=rows, above=above))


def lines_in(lines: Iterable[CaseLine], within: str) -> tuple[CaseLine, ...]:
    """Return the cases that lie in an area, "" for everywhere."""
    return tuple(line for line in lines if not within or is_within(line.area, within))


def lines_between(questions: Questions, from_ms: int, to_ms: int, within: str = "") -> tuple[CaseLine, ...]:
    """Return the cases of an area reported in a span, the newest first, no more than a wall can learn from; blocks."""
    found: list[CaseLine] = []
    wanted = CaseFilter(area=within, from_ms=from_ms, to_ms=to_ms, sort="reported", limit=MOST_LINES)
    for page in range(MOST_PAGES):
        told = questions.cases(msgspec.structs.replace(wanted, offset=page * MOST_LINES))
        found.extend(told.lines)
        if len(found) >= told.total or not told.lines:
            break
    return tuple(found)


def by_hour(lines: tuple[CaseLine, ...], now_ms: int, zone: tzinfo | None) -> tuple[int, ...]:
    """Return how many of some cases were reported in each hour of yesterday; empty when none was."""
    yesterday = datetime.fromtimestamp(now_ms / 1000, zone).date() - timedelta(days=1)
    hours = [0] * 24
    for line in lines:
        reported = datetime.fromtimestamp(line.reported_ms / 1000, zone)
        if reported.date() == yesterday:
            hours[reported.hour] += 1
    return tuple(hours) if any(hours) else ()


def whole_days(rows: tuple[IndicatorRow, ...], now_ms: int, zone: tzinfo | None) -> dict[int, int]:
    """Return reports by day; today is not over and the first day may be cut, so both are left out."""
    today = (datetime.fromtimestamp(now_ms / 1000, zone).date() - EPOCH).days
    days = {(datetime.fromisoformat(row.key).date() - EPOCH).days: row.counts["reported"] for row in rows}
    return {day: count for day, count in days.items() if min(days) < day < today}


def story(questions: Questions, id: str) -> CaseStory:
    """Ask a hub for the way and the photos of one case; blocks. Names, notes and free text are left behind."""
    sheet = questions.case(id)
    before, after = photo_names(sheet.case)
    return CaseStory(
        line=sheet.line,
        steps=steps_of(sheet),
        before=reduced(questions.photo(before)) if before else b"",
        after=reduced(questions.photo(after)) if after else b"",
    )


def steps_of(sheet: CaseSheet) -> tuple[StoryStep, ...]:
    """Return what was done and when, not by whom."""
    return tuple(
        StoryStep(title=Text(row.title_zh, row.title_en), at_ms=row.at_ms)
        for row in sheet.trail
        if row.step not in UNTOLD
    )


def photo_names(case: Case) -> tuple[str, str]:
    """Return the first photo of the place as it was and the last of it as it is, "" for none."""
    before = next((photo.id for photo in case.photos if photo.moment != "after"), "")
    after = next((photo.id for photo in reversed(case.photos) if photo.moment == "after"), "")
    return before, after


def reduced(photo: bytes) -> bytes:
    """Return a photo no larger than a wall shows it; as it is when it cannot be read."""
    image = QImage.fromData(photo)
    if image.isNull() or max(image.width(), image.height()) <= PHOTO_PX:
        return photo
    smaller = image.scaled(PHOTO_PX, PHOTO_PX, Qt.AspectRatioMode.KeepAspectRatio,
                           Qt.TransformationMode.SmoothTransformation)  # fmt: skip
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    smaller.save(buffer, "JPG", 88)  # type: ignore[call-overload]  # a device is as good as a file
    return bytes(held.data())
