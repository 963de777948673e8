"""Reads the routes on which simulators let things move: lines of a GeoJSON file, in longitude and latitude."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import orjson

from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.stations import GEOGRAPHIC
from sanping.twin.simulated_traffic import Route, SimulatedFleet

_LARGEST_BYTES = 16 << 20
_DECIMALS = 7

_CANNOT_READ = Text("路线文件无法读取：{reason}", "The file of routes cannot be read: {reason}")
_NO_WAY = Text(
    "车队要走的路线“{ways}”不存在；路线文件里有：{known}",
    "There is no route of the kind “{ways}” for a fleet; the file of routes has {known}",
)


def load_routes(path: Path, fleets: Sequence[SimulatedFleet]) -> tuple[Route, ...]:
    """Return the lines of a GeoJSON file as routes; `class` or `way` is what they are, `width_m` how wide.

    The file's own `crs` member holds, else longitude and latitude. Raises `FileBroken`, also where a fleet has nowhere
    to go.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 16 MiB"), path=str(path))
        content = orjson.loads(path.read_bytes())
        crs = content["crs"]["properties"]["name"] if "crs" in content else GEOGRAPHIC
        convert = converter(crs, GEOGRAPHIC)
        routes = tuple(
            _route(feature, convert(np.array(feature["geometry"]["coordinates"], np.float64)[:, :2]))
            for feature in content["features"]
            if feature["geometry"]["type"] == "LineString" and len(feature["geometry"]["coordinates"]) > 1
        )
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=f"{type(error).__name__}: {error}"), path=str(path)) from error
    known = {route.way for route in routes}
    for fleet in fleets:
        if not any(fnmatchcase(way, fleet.ways) for way in known):
            words = _NO_WAY.with_values(ways=fleet.ways, known=", ".join(sorted(known)) or "—")
            raise FileBroken(words, path=str(path))
    return routes


def _route(feature: dict[str, dict[str, object]], points: Float64Array) -> Route:
    facts = feature["properties"]
    if not np.isfinite(points).all():
        raise ValueError("a point lies nowhere")
    width = facts.get("width_m")
    return Route(
        name=str(facts.get("name") or ""),
        way=str(facts.get("way") or facts.get("class") or ""),
        points=tuple((round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in points),
        width_m=float(width) if isinstance(width, int | float) else 7.0,
    )
