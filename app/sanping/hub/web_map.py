"""What a phone needs to draw the twin: where it lies, and `/map/{z}/{x}/{y}.mvt`."""

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

from aiohttp import web

from sanping.domain.errors import FileBroken
from sanping.domain.geo import Extent
from sanping.hub.core import Hub
from sanping.hub.plan import metres_of
from sanping.ports.phone_map import MapStatus, PhoneMap

if TYPE_CHECKING:
    from sanping.analysis.map_frame import MapFrame

PATH = r"/map/{zoom:\d{1,2}}/{column:\d{1,8}}/{row:\d{1,8}}.mvt"
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
AGAIN_S = "2"
_HALF_M = 15_000.0


def twin_facts(hub: Hub) -> dict[str, object]:
    """Return what is known of the twin: names, where it lies, how world metres become degrees, and its map."""
    plan = hub.plan
    place = plan.place
    status = MapStatus(state="idle") if plan.phone_map is None else plan.phone_map.status
    return {
        "name": plan.name,
        "title_zh": plan.title.zh,
        "title_en": plan.title.en,
        "is_simulated": plan.is_simulated,
        "is_synthetic": place.is_synthetic,
        "has_labels": plan.labels.is_declared,
        "attribution_zh": place.attribution.zh,
        "attribution_en": place.attribution.en,
        "style": place.style,
        "crs": place.crs,
        "vertical_datum": place.vertical_datum,
        "home": None if place.home is None else asdict(place.home),
        "frame": asdict(frame_at(place.crs, place.longitude_deg, place.latitude_deg)),
        "map": {
            "state": status.state,
            "share": status.share,
            "why_zh": status.why.zh,
            "why_en": status.why.en,
            "bounds": status.bounds,
            "least_zoom": status.least_zoom,
            "most_zoom": status.most_zoom,
        },
    }


@lru_cache(maxsize=8)
def frame_at(crs: str, longitude_deg: float, latitude_deg: float) -> "MapFrame":
    """Return the map frame of a twin, good for fifteen kilometres around its middle."""
    from sanping.analysis.map_frame import map_frame  # noqa: PLC0415  projections load slowly
    from sanping.domain.crs import LOCAL  # noqa: PLC0415

    east, north = (metres or 0.0 for metres in metres_of(crs, longitude_deg, latitude_deg))
    extent = Extent(west=east - _HALF_M, south=north - _HALF_M, east=east + _HALF_M, north=north + _HALF_M)
    return map_frame(crs or LOCAL, extent)


def square(phone_map: PhoneMap | None, request: web.Request) -> web.Response:
    """Answer with one square of the map; asks for the map to be made when it is not there yet."""
    if phone_map is None:
        return web.Response(status=404)
    phone_map.want()
    if phone_map.status.state != "ready":
        return web.Response(status=503, headers={"Retry-After": AGAIN_S})
    zoom, column, row = (int(request.match_info[name]) for name in ("zoom", "column", "row"))
    try:
        body = phone_map.square(zoom, column, row)
    except FileBroken as error:
        return web.Response(status=500, text=error.in_language("en"))
    if body is None:
        return web.Response(status=204)
    return web.Response(body=body, content_type=MEDIA_TYPE, headers={"Content-Encoding": "gzip"})
