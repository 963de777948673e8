"""What lives in a hub as features: stations with their latest values, areas, and cases by what one may see."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sanping.domain.area import LEVEL_TITLES, ancestors_of, level_of
from sanping.domain.case import STATES, Case
from sanping.domain.case_filter import CaseFilter
from sanping.domain.device import Identity
from sanping.domain.geo import Float64Array
from sanping.domain.observation import Observation
from sanping.domain.role import is_at_least
from sanping.domain.station import Station
from sanping.hub.case_desk import READ_AT_ONCE, CaseDesk
from sanping.hub.case_sheet import mine
from sanping.hub.core import Hub
from sanping.hub.shared_query import DEGREES, SharedQuery, iso
from sanping.ports.shared_models import Feature, FeaturePage

STATION_FIELDS: Mapping[str, str] = {
    "name_zh": "string", "name_en": "string", "kinds": "string", "river": "string", "datum": "string",
    "chainage_m": "number", "is_simulated": "boolean",
}  # fmt: skip
AREA_FIELDS: Mapping[str, str] = {
    "name_zh": "string", "name_en": "string", "level": "string", "level_zh": "string", "parent": "string",
}  # fmt: skip
CASE_FIELDS: Mapping[str, str] = {
    "state": "string", "stage": "string", "kind": "string", "case_class": "string", "title_zh": "string",
    "title_en": "string", "source": "string", "area": "string", "department": "string", "urgency": "string",
    "reported": "string", "changed": "string", "is_simulated": "boolean",
}  # fmt: skip
PLACES_OF_VIEWERS = 3
"""Decimals of a degree, about a hundred metres, that somebody who may only look learns of a case."""

Degrees = Callable[[Float64Array], Float64Array]


def degrees_from(crs: str) -> Degrees | None:
    """Return how metres of a twin become longitude and latitude; None for a twin without a place on the earth."""
    from sanping.domain.crs import LOCAL, converter  # noqa: PLC0415  projections load slowly

    return None if not crs or crs == LOCAL else converter(crs, DEGREES)


def station_page(hub: Hub, query: SharedQuery, known: Sequence[Station]) -> FeaturePage:
    """Return some of the stations that somebody may see, with their latest values.

    `datetime` asks for those that were heard of in that time.

    Values are gathered for the stations of the page alone, unless the query asks for what all of them said.
    """
    stations = known
    if query.bounds is not None:
        west, south, east, north = query.bounds
        places = _places(hub, [(station.x_m, station.y_m) for station in stations])
        stations = [
            station
            for station, place in zip(stations, places, strict=True)
            if place is not None and west <= place[0] <= east and south <= place[1] <= north
        ]
    if query.where or query.from_ms is not None or query.to_ms is not None:
        latest = _latest_of(hub, stations)
        heard = {name: max(row.event_ms for row in rows) for name, rows in latest.items()}
        stations = [station for station in stations if _in_time(heard.get(station.id), query)]
        told = [_station(station, latest.get(station.id, ()), None) for station in stations]
        stations = [station for station, one in zip(stations, told, strict=True) if _has_values(one, query.where)]
    some = stations[query.offset : query.offset + query.limit]
    return FeaturePage(features=station_features(hub, some), matched=len(stations))


def station_features(hub: Hub, stations: Sequence[Station]) -> list[Feature]:
    """Return stations with their latest values."""
    latest = _latest_of(hub, stations)
    places = _places(hub, [(station.x_m, station.y_m) for station in stations])
    return [
        _station(station, latest.get(station.id, ()), place) for station, place in zip(stations, places, strict=True)
    ]


def _latest_of(hub: Hub, stations: Sequence[Station]) -> dict[str, list[Observation]]:
    """Return the latest values of some stations by their ids."""
    wanted = {station.id for station in stations}
    indices = [index for index, row in enumerate(hub.latest.directory) if row.station in wanted]
    latest: dict[str, list[Observation]] = {}
    for row in hub.latest.observations(indices):
        latest.setdefault(row.station, []).append(row)
    return latest


def area_features(hub: Hub) -> list[Feature]:
    """Return the areas in use today with their outlines; slow the first time, so it belongs beside the loop."""
    city = hub.plan.city
    if city is None:
        return []
    today = datetime.now(UTC).date()
    degrees = degrees_from(hub.plan.place.crs)
    found = []
    for code, area in sorted(city.rules.areas.by_code.items()):
        if area.is_valid_on(today):
            known = [part for part in ancestors_of(code) if part in city.rules.areas.by_code]
            properties = {
                "name_zh": area.name.zh,
                "name_en": area.name.en,
                "level": level_of(code),
                "level_zh": LEVEL_TITLES[level_of(code)].zh,
                "parent": known[-1] if known else "",
            }
            geometry = _outline(city.places.outline(code), area.bounds, degrees)
            found.append(Feature(id=code, geometry=geometry, properties=properties))
    return found


async def case_page(desk: CaseDesk, who: Identity, query: SharedQuery, now_ms: int) -> FeaturePage:
    """Return the cases that somebody may see, the newest first; their details by role, never who reported one.

    A box is compared with the place as that person learns it: nobody finds out the exact one by asking often.
    """
    wanted = CaseFilter(
        from_ms=query.from_ms or 0,
        to_ms=0 if query.to_ms is None else query.to_ms + 1,
        states=(query.where["state"],) if query.where.get("state") in STATES else (),
        department=query.where.get("department", ""),
        source=query.where.get("source", ""),
    )
    rows: list[int] = desk.table.found(wanted, now_ms, mine(desk, who)).tolist()
    if query.bounds is not None or set(query.where) - {"department", "source"}:
        left = []
        for begin in range(0, len(rows), READ_AT_ONCE):
            some = await desk.cases_at(rows[begin : begin + READ_AT_ONCE])
            left += [row for row, case in some.items() if _is_asked(desk, case, who, query)]
        rows = left
    page = await desk.cases_at(rows[query.offset : query.offset + query.limit])
    return FeaturePage(features=[case_feature(desk, case, who) for case in page.values()], matched=len(rows))


def _is_asked(desk: CaseDesk, case: Case, who: Identity, query: SharedQuery) -> bool:
    if query.bounds is not None and not _lies_in(case, who, query.bounds):
        return False
    return not query.where or _has_values(case_feature(desk, case, who), query.where)


def case_feature(desk: CaseDesk, case: Case, who: Identity) -> Feature:
    """Return one case as somebody may see it: who may only look learns neither address nor exact place."""
    line = desk.line(case)
    properties: dict[str, object] = {
        "state": line.state, "stage": line.stage, "kind": line.kind, "case_class": line.case_class,
        "title_zh": line.title_zh, "title_en": line.title_en, "source": line.source, "area": line.area,
        "department": line.department, "urgency": line.urgency, "reported": iso(line.reported_ms),
        "changed": iso(line.changed_ms), "is_simulated": line.is_simulated,
    }  # fmt: skip
    if _may_know(who):
        properties["address"] = line.address
    place = _place_for(case, who)
    return Feature(id=line.id, geometry=None if place is None else _point(place), properties=properties)


def paged(features: Sequence[Feature], query: SharedQuery) -> FeaturePage:
    """Return the features that lie in the query's box and have its values, a page of them."""
    found = [one for one in features if _has_values(one, query.where)]
    if query.bounds is not None:
        found = _touching(found, query.bounds)
    return FeaturePage(features=found[query.offset : query.offset + query.limit], matched=len(found))


def _touching(features: Sequence[Feature], bounds: tuple[float, float, float, float]) -> list[Feature]:
    import shapely  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    placed = [one for one in features if one.geometry is not None]
    touches = shapely.intersects(np.array([shape(one.geometry) for one in placed], object), shapely.box(*bounds))
    return [one for one, is_in in zip(placed, touches, strict=True) if is_in]


def _has_values(feature: Feature, where: Mapping[str, str]) -> bool:
    for name, wanted in where.items():
        value = feature.properties.get(name)
        values = value if isinstance(value, list | tuple) else (value,)
        if wanted not in [str(one).lower() if isinstance(one, bool) else str(one) for one in values]:
            return False
    return True


def _places(hub: Hub, metres: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float] | None]:
    """Return longitude and latitude of places of the twin, None for one that has none."""
    degrees = degrees_from(hub.plan.place.crs)
    if degrees is None or not metres:
        return [None] * len(metres)
    found = degrees(np.array(metres, np.float64)).tolist()
    return [(lon, lat) if lon == lon else None for lon, lat in found]  # noqa: PLR0124  not a number


def _station(station: Station, latest: Sequence[Observation], place: tuple[float, float] | None) -> Feature:
    values = {
        row.quantity: {
            "value": None if row.value != row.value else row.value,
            "unit": row.unit,
            "at": iso(row.event_ms),
            "quality": row.quality,
            "is_simulated": row.is_simulated,
        }
        for row in sorted(latest, key=lambda row: row.statistic == "instant")  # of several the instant stays
    }
    properties: dict[str, object] = {
        "name_zh": station.name.zh, "name_en": station.name.en, "kinds": list(station.kinds), "river": station.river,
        "datum": station.datum, "chainage_m": station.chainage_m,
        "is_simulated": bool(latest) and all(row.is_simulated for row in latest), "latest": values,
    }  # fmt: skip
    return Feature(id=station.id, geometry=None if place is None else _point(place), properties=properties)


def _outline(
    shape: Any, bounds: tuple[float, float, float, float] | None, degrees: Degrees | None
) -> Mapping[str, Any] | None:
    """Return the outline of an area: of its grid cells, else of its bounds; None where nothing is known."""
    if shape is not None and degrees is not None:
        placed = [
            [
                np.round(degrees(np.array(ring.coords, np.float64)[:, :2]), 7).tolist()
                for ring in (part.exterior, *part.interiors)
            ]
            for part in getattr(shape, "geoms", (shape,))
            if part.geom_type == "Polygon"
        ]
        return {"type": "MultiPolygon", "coordinates": placed} if placed else None
    if bounds is None:
        return None
    west, south, east, north = bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _point(place: tuple[float, float]) -> Mapping[str, object]:
    return {"type": "Point", "coordinates": [round(place[0], 7), round(place[1], 7)]}


def _in_time(at_ms: int | None, query: SharedQuery) -> bool:
    if query.from_ms is None and query.to_ms is None:
        return True
    return at_ms is not None and (query.from_ms or 0) <= at_ms and (query.to_ms is None or at_ms <= query.to_ms)


def _may_know(who: Identity) -> bool:
    """Say whether somebody may learn address and exact place of a case."""
    return is_at_least(who.role, "grid_worker")


def _place_for(case: Case, who: Identity) -> tuple[float, float] | None:
    """Return where a case is as somebody may learn it, in degrees."""
    if case.lon_deg is None or case.lat_deg is None:
        return None
    decimals = 7 if _may_know(who) else PLACES_OF_VIEWERS
    return round(case.lon_deg, decimals), round(case.lat_deg, decimals)


def _lies_in(case: Case, who: Identity, bounds: tuple[float, float, float, float]) -> bool:
    place = _place_for(case, who)
    west, south, east, north = bounds
    return place is not None and west <= place[0] <= east and south <= place[1] <= north
