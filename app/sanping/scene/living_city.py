"""Everything in the picture that lives: water at its level and in its colour, banks at risk, rain, signs."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import shapely

from sanping.domain.city import Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import VectorLayer
from sanping.domain.station import Station
from sanping.domain.view import Point
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.layers.curtains import Curtains
from sanping.scene.layers.flows import FlowLayer, PulseLayer
from sanping.scene.layers.labels import LabelLayer
from sanping.scene.layers.living_water import LivingWater
from sanping.scene.layers.water import WaterLayer
from sanping.scene.mesh import DataTexture
from sanping.scene.river_colours import ALARM_COLOURS
from sanping.scene.station_words import saying
from sanping.stage.state import WaterColour
from sanping.twin.live_part import ReportCentre
from sanping.twin.river_view import RiverState, RiverView, StationView

STATIONS = "@stations"
CENTRE = "@centre"
_KINDS = {"quality": "monitoring_station", "level": "monitoring_station", "pump": "pump", "sluice": "sluice"}
_ALARM_RADIUS_M, _RUNNING_RADIUS_M = 70.0, 26.0
_UNMARKED = frozenset({"camera", "part"})
_WATCHING = frozenset({"pump", "sluice", "outfall"})
_RUNNING = (0.10, 0.75, 1.0)
_REPORT_RADIUS_M, _REPORT = 34.0, (1.0, 0.45, 0.85)


class LivingCity:
    """Owns the layers that follow a `RiverView`; water and signs of the content are told what they have become."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._water, self._curtains = LivingWater(context), Curtains(context)
        self._alarms = {colour: PulseLayer(context) for colour in ALARM_COLOURS}
        self._running, self.flows = PulseLayer(context), FlowLayer(context)
        self._reports = PulseLayer(context)
        self._view: RiverView | None = None
        self._colour: WaterColour = "plain"

    @property
    def layers(self) -> tuple[Any, ...]:
        """Every layer of it."""
        return (self._water, self._curtains, *self._alarms.values(), self._running, self._reports, self.flows)

    @property
    def actors(self) -> list[Any]:
        """The actors drawn at present, what lies lowest first."""
        return [actor for layer in self.layers for actor in layer.actors]

    def show(self, look: LayerLook) -> None:
        """Draw as a look says."""
        for layer in self.layers:
            if layer is not self.flows:  # shown by a look of its own
                layer.show(look)

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""
        for layer in self.layers:
            layer.set_textures(textures)

    def follow(
        self, view: RiverView, colour: WaterColour, waters: Iterable[WaterLayer], labels: Iterable[LabelLayer]
    ) -> bool:
        """Show a view; only what differs from the present one is built again. Say whether anything does."""
        old, self._view = self._view, view
        is_recoloured, self._colour = colour != self._colour, colour
        rivers = () if old is None else old.rivers
        has_water = is_recoloured or not _are_same_rivers(view.rivers, rivers)
        has_threats = old is None or _threats(view) != _threats(old)
        has_pulses = old is None or _pulses(view) != _pulses(old)
        has_flows = old is None or _reporting(view) != _reporting(old)
        if has_water:
            self._lay_water(view.rivers, tuple(waters))
        if has_threats:
            self._curtains.set_curtains(view.rivers, view.stations)
        if has_pulses:
            self._set_pulses(view)
        if has_flows:
            self._set_flows(view)
        words = {station.station.id: saying(station, view.now_ms) for station in view.stations}
        changes = [has_water, has_threats, has_pulses, has_flows, *(layer.say(words) for layer in labels)]
        return any(changes)

    def lay_again(self, waters: Iterable[WaterLayer], labels: Iterable[LabelLayer]) -> None:
        """Bring the present view to layers that have come anew."""
        view, self._view = self._view, None
        if view is not None:
            self.follow(view, self._colour, waters, labels)

    def release(self) -> None:
        """Take everything away."""
        for layer in self.layers:
            layer.release()

    def _lay_water(self, rivers: tuple[RiverState, ...], waters: tuple[WaterLayer, ...]) -> None:
        nominal_m = self._context.ground_m
        for river in rivers:
            line = river.course.at(river.chainage_m) - np.array(self._context.centre[:2])
            level = None if river.level_m is None else river.level_m - self._context.centre[2]
            for water in waters:
                own_m = water.nominal_m(line)
                nominal_m = nominal_m if own_m is None else own_m
                water.follow(line, level)
        self._water.set_rivers(rivers, self._colour, nominal_m + self._context.centre[2])

    def _set_pulses(self, view: RiverView) -> None:
        for colour, layer in self._alarms.items():
            places = [
                self._place(station)
                for station in view.stations
                if station.worst_alarm is not None and station.worst_alarm.colour == colour
            ]
            layer.set_pulses(places, _ALARM_RADIUS_M, ALARM_COLOURS[colour])
        running = [self._place(station) for station in view.stations if _is_running(station)]
        self._running.set_pulses(running, _RUNNING_RADIUS_M, _RUNNING)
        places = [self._spot(one.x_m, one.y_m) for one in view.reports if one.x_m is not None and one.y_m is not None]
        self._reports.set_pulses(places, _REPORT_RADIUS_M, _REPORT)

    def _set_flows(self, view: RiverView) -> None:
        centre = view.centre
        stations = [] if centre is None else [s for s in view.stations if s.station.id in _reporting(view)]
        flows = [] if centre is None else [(self._place(station), centre.place) for station in stations]
        self.flows.set_flows(flows, are_warm=[not _WATCHING.isdisjoint(s.station.kinds) for s in stations])

    def _place(self, view: StationView) -> Point:
        """Return the place of a station on the ground, in world metres."""
        return self._spot(view.station.x_m, view.station.y_m)

    def _spot(self, x_m: float, y_m: float) -> Point:
        east, north, up = self._context.centre
        ground = self._context.ground_at(np.array([[x_m - east, y_m - north]]))
        return (x_m, y_m, float(ground[0]) + up)


def station_marks(
    stations: Iterable[Station], marked: frozenset[str], centre: ReportCentre | None = None
) -> VectorLayer | None:
    """Return marks for the centre and the stations that no facility of the twin stands for, None without any."""
    rest = [station for station in stations if station.id not in marked and _UNMARKED.isdisjoint(station.kinds)]
    if not rest and centre is None:
        return None
    named = () if centre is None else ((CENTRE, centre),)
    return VectorLayer(
        frame=GeoFrame(crs="", vertical_datum=""),
        origin=Origin(format="stations"),
        ids=(*(station.id for station in rest), *(name for name, _ in named)),
        geometries=np.array(
            [
                *(shapely.Point(station.x_m, station.y_m) for station in rest),
                *(shapely.Point(at.place[:2]) for _, at in named),
            ],
            dtype=object,
        ),
        attributes=(
            *(_facts(station) for station in rest),
            *(
                {"name": at.title.zh, "name_en": at.title.en, "kind": "centre", "top_m": float(at.place[2])}
                for _, at in named
            ),
        ),
    )


def _facts(station: Station) -> dict[str, str]:
    return {
        "code": station.id,
        "name": station.name.zh,
        "name_en": station.name.en,
        "kind": _KINDS.get(station.kinds[0], station.kinds[0]),
    }


def _are_same_rivers(ours: tuple[RiverState, ...], theirs: tuple[RiverState, ...]) -> bool:
    return len(ours) == len(theirs) and all(_is_same_river(a, b) for a, b in zip(ours, theirs, strict=True))


def _is_same_river(one: RiverState, other: RiverState) -> bool:
    arrays = (
        (one.level_m, other.level_m),
        (one.water_class, other.water_class),
        (one.velocity_m_s, other.velocity_m_s),
    )
    floods = [view.flood for view in one.gauges] == [view.flood for view in other.gauges]
    return one.course is other.course and floods and all(_is_same(a, b) for a, b in arrays)


def _is_same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))


def _threats(view: RiverView) -> object:
    rain = [(s.station.id, s.value("rain_hour")) for s in view.stations if "rain" in s.station.kinds]
    return ([river.at_risk for river in view.rivers], rain, [s.freshness for s in view.stations])


def _pulses(view: RiverView) -> object:
    stations = {
        station.station.id: (station.worst_alarm.colour if station.worst_alarm else None, _is_running(station))
        for station in view.stations
    }
    return (stations, [report.id for report in view.reports])


def _reporting(view: RiverView) -> frozenset[str]:
    """Stations that send to the centre and whose newest reading is fresh; a source that fails lets its arcs vanish."""
    senders = () if view.centre is None else view.centre.senders
    return frozenset(
        s.station.id
        for s in view.stations
        if s.freshness == "fresh"
        and "camera" not in s.station.kinds
        and any(fnmatchcase(s.station.id, sender) for sender in senders)
    )


def _is_running(view: StationView) -> bool:
    return view.freshness == "fresh" and (view.value("pumps_running") or 0.0) > 0.0
