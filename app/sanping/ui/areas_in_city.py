"""Brings the areas of governance into the city of a screen: borders, areas by a figure, or where cases lie densely.

Asks the hub for the area that the stage shows, again when counts change, and tells it; decides nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shapely import Point, Polygon, contains, prepare

from sanping.analysis.heat import heat_of
from sanping.domain.case_filter import CaseFilter
from sanping.domain.errors import SanpingError
from sanping.domain.geo import Float64Array
from sanping.scene.governed_values import Areas
from sanping.stage.area_map import HEAT_RADIUS_M, AreaMap, Legend, heat_legend, narrowed, shaded
from sanping.stage.state import Stage
from sanping.twin.live import LiveState
from sanping.ui.governed_show import GovernedShow
from sanping.ui.live.living import Living
from sanping.wire.cases import AreaBoard, AreaFigures, CasePoints

SOON_MS, AGAIN_MS, EVERY_MS = 60, 3_000, 60_000
NO_POINTS: Float64Array = np.zeros(0)
NO_AREAS = Areas(polygons=(), shares=NO_POINTS)
MetresOf = Callable[[Float64Array], Float64Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaShow:
    """What is shown of an area: its board as last told, how cases are laid over the city, and what the colours mean.

    `places` (n, 2) are where the cases of a heat map lie, in metres of the twin's CRS.
    """

    board: AreaBoard
    area_map: AreaMap | None = None
    legend: Legend | None = None
    places: Float64Array = field(default_factory=lambda: NO_POINTS, compare=False)


class AreasInCity(QObject):
    """Follows one `Living` for the cities of a screen; `told` carries an `AreaShow`, `failed` a `Text` that says why.

    `limited` carries the area beyond which nothing is shown from now on, "" for none.
    `metres_of` brings degrees (n, 2) into the twin's CRS. `centre` is the area beyond which nothing is shown. Nothing
    is asked while it is not `is_wanted` and no area or map is on the stage.
    """

    told = Signal(object)
    failed = Signal(object)
    limited = Signal(str)

    def __init__(
        self, living: Living, cities: Callable[[], Iterable[GovernedShow]], metres_of: MetresOf, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.centre = ""
        self.is_wanted = False
        self.show: AreaShow | None = None
        self._living, self._cities, self._metres_of = living, cities, metres_of
        self._asked: tuple[str, AreaMap | None] = ("", None)
        self._counts: object = None
        self._drawn: object = None
        self._soon = self._timer(SOON_MS)
        self._again = self._timer(AGAIN_MS)
        self._every = QTimer(self)
        self._every.setInterval(EVERY_MS)
        self._every.timeout.connect(self.ask)
        living.state_changed.connect(self._on_state)
        living.linked.connect(self._soon.start)

    def _timer(self, after_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(self.ask)
        return timer

    def stop(self) -> None:
        """Ask no more."""
        for timer in (self._soon, self._again, self._every):
            timer.stop()

    def forget(self) -> None:
        """Show nothing: another twin is open."""
        self.show, self._counts, self._drawn = None, None, None
        self._draw(None)

    def follow_stage(self, stage: Stage) -> None:
        """Follow what the stage asks to be shown."""
        wanted = (narrowed(stage.area, self.centre), stage.area_map)
        if wanted != self._asked:
            is_other = wanted[0] != self.area
            self._asked = wanted
            if is_other:
                self.limited.emit(self.area)
            self._soon.start()

    def want(self, *, is_wanted: bool) -> None:
        """Say whether a panel shows the areas."""
        if is_wanted and not self.is_wanted:
            self._soon.start()
        self.is_wanted = is_wanted

    @property
    def area(self) -> str:
        """The area that is shown, "" for all of it."""
        return self._asked[0]

    def area_under(self, east: float, north: float) -> AreaFigures | None:
        """Return the area of the level that is shown in which a place lies, None for none or while none is shown."""
        show = self.show
        if show is None or show.area_map is None or show.area_map.kind == "heat":
            return None
        at = Point(east, north)
        return next((row for row in show.board.rows if any(contains(part, at) for part in polygons_of(row))), None)

    @Slot()
    def ask(self) -> None:
        """Ask the hub how the area stands."""
        link, living = self._living.link, self._living
        area, area_map = self._asked
        if link is None or living.state.case_counts is None or not (self.is_wanted or area or area_map):
            self._draw(None)
            return
        self._every.start()
        now_ms, wanted = living.now_ms(), area_map or AreaMap()
        question = partial(asked, link.questions, area, wanted, now_ms)
        living.asking.ask(question, partial(self._take, self._asked), partial(self._miss, self._asked))

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        if state.case_counts is not self._counts:
            is_first = self._counts is None
            self._counts = state.case_counts
            timer = self._soon if is_first else self._again
            if not timer.isActive():
                timer.start()

    def _take(self, wanted: tuple[str, AreaMap | None], found: tuple[AreaBoard, CasePoints | None]) -> None:
        if wanted != self._asked:
            return
        self.show = shown_of(found, wanted[1], self._metres_of)
        self._draw(self.show)
        self.told.emit(self.show)

    def _miss(self, wanted: tuple[str, AreaMap | None], error: SanpingError) -> None:
        if wanted == self._asked:
            self.failed.emit(error.message)

    def _draw(self, show: AreaShow | None) -> None:
        """Lay areas or heat over the cities where they differ from what is there."""
        areas, places = laid_of(show)
        key = (areas.shares.tobytes(), [shape.wkb for shape in areas.polygons], places.tobytes())
        if key == self._drawn or (self._drawn is None and not len(areas.polygons) and not len(places)):
            return
        self._drawn = key
        for city in self._cities():
            lay_over(city, show)


class Laid(Protocol):
    """What areas and heat are laid over: the city of a window, or a scene of a picture."""

    def show_areas(self, areas: Areas) -> None:
        """Show areas; none takes them away."""

    def show_heat(self, x_m: Float64Array, y_m: Float64Array, weights: Float64Array, radius_m: float = 180.0) -> None:
        """Show how densely points lie; none takes the map away."""


def lay_over(city: Laid, show: AreaShow | None) -> None:
    """Lay areas or heat over a city, or take them away."""
    areas, places = laid_of(show)
    x, y = (places[:, 0], places[:, 1]) if len(places) else (NO_POINTS, NO_POINTS)
    city.show_areas(areas)
    city.show_heat(x, y, np.ones(len(x)), HEAT_RADIUS_M)


def laid_of(show: AreaShow | None) -> tuple[Areas, Float64Array]:
    """Return the areas that are drawn, and where the cases of a heat map lie."""
    if show is None or show.area_map is None:
        return NO_AREAS, NO_POINTS
    return areas_of(show.board, show.area_map), show.places


def asked(questions: Any, area: str, wanted: AreaMap, now_ms: int) -> tuple[AreaBoard, CasePoints | None]:
    """Ask a hub for an area, and for where its cases lie when they are shown as heat; blocks."""
    scope, since_ms = wanted.scope(area), wanted.since_ms(now_ms)
    board = questions.areas(scope, wanted.level, since_ms)
    if wanted.kind != "heat":
        return board, None
    meant = CaseFilter(
        area=scope.area, kind=scope.kind, case_class=scope.case_class, from_ms=since_ms, is_open=not since_ms
    )
    return board, questions.case_points(meant)


def shown_of(found: tuple[AreaBoard, CasePoints | None], area_map: AreaMap | None, metres_of: MetresOf) -> AreaShow:
    """Return what is shown of what a hub answered."""
    board, points = found
    places, legend = NO_POINTS, None
    if points is not None and points.lon_deg:
        places = metres_of(np.column_stack([points.lon_deg, points.lat_deg]))
        heat = heat_of(places[:, 0], places[:, 1], np.ones(len(places)), HEAT_RADIUS_M)
        legend = None if heat is None else heat_legend(float(heat.density.max()))
    elif area_map is not None and area_map.kind == "shares":
        legend = shaded(board.rows, area_map.figure)[1]
    return AreaShow(board=board, area_map=area_map, legend=legend, places=places)


def areas_of(board: AreaBoard, area_map: AreaMap) -> Areas:
    """Return the areas as they are drawn: of a board's rows, or of the area itself where nothing is below it."""
    rows = board.rows if board.rows and area_map.kind != "heat" else (board.area,)
    shares = shaded(rows, area_map.figure)[0] if area_map.kind == "shares" else np.full(len(rows), np.nan)
    drawn = [(part, share) for row, share in zip(rows, shares.tolist(), strict=True) for part in polygons_of(row)]
    return Areas(
        polygons=[part for part, _ in drawn], shares=np.array([share for _, share in drawn], np.float64), ramp="alert"
    )


def polygons_of(row: AreaFigures) -> list[Polygon]:
    """Return the shapes of an area in metres of the twin's CRS."""
    found = [Polygon(ring) for ring in row.outline if len(ring) > 3]
    prepare(found)
    return found
