"""Where the things of a twin lie that cases are made of: its stations in degrees, and the area around its middle."""

from functools import partial

import numpy as np

from sanping.domain.errors import InputError
from sanping.domain.station import Station
from sanping.hub.case_intake import Places, Spot
from sanping.hub.plan import HubPlan, metres_of


def case_places(plan: HubPlan) -> Places:
    """Return the places of a twin that governs."""
    return Places(metres_of=partial(metres_of, plan.place.crs), home=_home(plan), stations=_stations(plan))


def _home(plan: HubPlan) -> str:
    """Return the county, or wider area, of the twin's middle; "" where its tables know none."""
    if plan.city is None:
        return ""
    place, day = plan.place, plan.city.rules.timetable.known_until
    try:
        code = plan.city.places.area_at(place.longitude_deg, place.latitude_deg, (None, None), day)
    except InputError:
        widest = plan.city.rules.areas.children("", day)
        return widest[0].code if widest else ""
    return code[:6]


def _stations(plan: HubPlan) -> dict[str, Spot]:
    from sanping.analysis.map_frame import LONGITUDE_LATITUDE  # noqa: PLC0415  projections load slowly
    from sanping.domain.crs import LOCAL, converter  # noqa: PLC0415

    stations, crs = plan.live.stations, plan.place.crs
    if not stations or not crs or crs == LOCAL:
        return {station.id: _spot(plan, station) for station in stations}
    metres = np.array([(station.x_m, station.y_m) for station in stations])
    degrees = converter(crs, LONGITUDE_LATITUDE)(metres)
    return {
        station.id: _spot(plan, station, float(lon), float(lat))
        if np.isfinite(lon) and np.isfinite(lat)
        else _spot(plan, station)
        for station, (lon, lat) in zip(stations, degrees[:, :2], strict=True)
    }


def _spot(plan: HubPlan, station: Station, lon_deg: float | None = None, lat_deg: float | None = None) -> Spot:
    label = plan.labels.station(station.id, station.kinds)
    return Spot(name=station.name.zh, lon_deg=lon_deg, lat_deg=lat_deg, label=label)
