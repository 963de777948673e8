"""Everything that the wall's panels show at one moment, as one value, and small questions they all ask of it; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any, Protocol

from PySide6.QtCore import QRectF

from sanping.commands.overview import Overview
from sanping.domain.ballot import Ballot
from sanping.domain.catalogue import Catalogue
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Language, Text
from sanping.domain.view import StyleName
from sanping.stage.plan_shown import ShownPlan
from sanping.stage.sharing import FIRST_BOARD, BoardName, Focus
from sanping.stage.state import WaterColour
from sanping.twin.fleet import Fleet
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import RiverView, StationView
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import AlarmLine
from sanping.ui.sites.told import SitesShown
from sanping.ui.wall.brush import Brush
from sanping.ui.wall.governing import Governed
from sanping.ui.wall.operations import Operations

LEVEL = "water_level"
Points = tuple[tuple[float, float], ...]
NO_COURSES: Mapping[str, Points] = MappingProxyType({})
NO_SERIES: Mapping[tuple[str, str], Points] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class WallFacts:
    """What is shown now.

    `now_ms` is the moment shown by the hub's clock. `courses` are the levels of the last day by station, oldest first,
    as (event_ms, metres); `series` those that a layout asks for, by station and quantity. `link` says in a sentence how
    the link is when it is not well, `relay` names the relay it goes through; `leader` who leads the show.
    `board` is what the wall tells of; `governed` what is known of cases, None where nobody governs, `operations` joint
    responses and a major event. `fleet` is what moves in a picture of the wall; the city of a running wall follows its
    link itself. `scheme` is the alternative of a plan that is shown, `ballot` a vote that
    is open or was closed lately. `sites` are the others of a federation, None for none.
    """

    now_ms: int
    view: RiverView
    title: Text
    tagline: Text | None = None
    part: LivePart = field(default_factory=LivePart)
    lines: tuple[AlarmLine, ...] = ()
    sources: tuple[SourceStatus, ...] = ()
    courses: Mapping[str, Points] = field(default_factory=lambda: NO_COURSES)
    series: Mapping[tuple[str, str], Points] = field(default_factory=lambda: NO_SERIES)
    overview: Overview = field(default_factory=Overview)
    focus: Focus | None = None
    link: Text | None = None
    relay: str = ""
    leader: Text | None = None
    attribution: Text | None = None
    zone: tzinfo | None = UTC
    language: Language = "zh"
    style: StyleName = "night"
    water_colour: WaterColour = "plain"
    is_synthetic: bool = False
    board: BoardName = FIRST_BOARD
    governed: Governed | None = None
    catalogue: Catalogue | None = None
    operations: Operations = field(default_factory=Operations)
    fleet: Fleet = field(default_factory=Fleet)
    scheme: ShownPlan | None = None
    ballot: Ballot | None = None
    sites: SitesShown | None = None

    @property
    def is_simulated(self) -> bool:
        """Something that is shown was made up."""
        return self.is_synthetic or any(view.is_simulated for view in self.view.stations)

    def clock(self, at_ms: int | None = None) -> datetime:
        """Return a moment as clocks where the twin lies show it."""
        return datetime.fromtimestamp((self.now_ms if at_ms is None else at_ms) / 1000, self.zone)

    def page(self, pages: int, each_ms: int) -> int:
        """Return which of several pages is shown now: the same on every tile of a wall."""
        return (self.now_ms // each_ms) % max(1, pages)

    def age(self, reading: Observation) -> Text:
        """Return how long ago a value was true."""
        return words.age(reading.event_ms, self.now_ms)

    def newest(self, stations: Sequence[StationView], quantity: str = "") -> Observation | None:
        """Return the newest reading of some stations, of one quantity if it is named."""
        readings = (one for view in stations for one in view.readings.values() if quantity in ("", one.quantity))
        return max(readings, key=lambda reading: reading.event_ms, default=None)

    def source_of(self, reading: Observation | None) -> Text:
        """Return what people call the source of a reading."""
        name = "" if reading is None else reading.source
        return next((source.title for source in self.part.sources if source.name == name), Text(name, name))

    def note_of(self, reading: Observation | None) -> Text | None:
        """Return age and source of a reading for a panel's heading, None without one; the age is never cut off."""
        if reading is None:
            return None
        age, source = self.age(reading), self.source_of(reading)
        return Text(f"{age.zh} · {source.zh}".strip(" ·"), f"{age.en} · {source.en}".strip(" ·"))

    def stations_of(self, kind: str) -> tuple[StationView, ...]:
        """Return the stations of a kind, in the twin's order."""
        return tuple(view for view in self.view.stations if kind in view.station.kinds)

    def ranked(self) -> tuple[StationView, ...]:
        """Return the gauges of level by how far they stand above their warning level, worst first, stale last."""

        def rank(view: StationView) -> tuple[bool, float]:
            over = exceedance_m(view)
            return LEVEL not in view.fresh or over is None, -(over if over is not None else -1e9)

        return tuple(sorted((view for view in self.stations_of("level") if LEVEL in view.readings), key=rank))


class WallPanel(Protocol):
    """Paints one kind of panel. Equal contents are not painted again; changes are animated for `turns_ms`."""

    nominal_em: tuple[float, float]
    turns_ms: int

    def content(self, facts: WallFacts) -> object:
        """Return what is shown, as a value that can be compared; None when there is nothing to show."""

    def paint(self, brush: Brush, area: QRectF, turn: "Turn") -> None:
        """Paint a content into a room."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A content, the one before it, and how much of the change (0 … 1) is done."""

    now: Any
    before: Any = None
    share: float = 1.0


def exceedance_m(view: StationView) -> float | None:
    """Return how far a level stands above its warning level in metres, None where either is unknown."""
    level, warning = view.value(LEVEL), view.station.thresholds.warning_m
    return None if level is None or warning is None else level - warning


def short_name(name: Text) -> Text:
    """Return a station's name without the word that all of them share."""
    return Text(name.zh.removesuffix("监测站"), name.en.removesuffix(" station"))
