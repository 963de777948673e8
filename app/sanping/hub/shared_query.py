"""The parameters of OGC API – Features: which features, of which time, in which CRS. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ports.shared_models import Bounds, Feature

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
DEGREES = "EPSG:4326"
USUAL_LIMIT, MOST_FEATURES = 10, 10_000
KNOWN = ("f", "limit", "offset", "bbox", "bbox-crs", "datetime", "crs")
_FORMATS = ("json", "geojson", "application/json", "application/geo+json")

_NUMBER = Text("参数 {name} 须为不小于 {least} 的整数", "The parameter {name} must be a whole number from {least} on")
_BBOX = Text(
    "参数 bbox 须为 4 个或 6 个数（西、南、东、北，可加高程），且南不大于北",
    "bbox must be four or six numbers (west, south, east, north, heights if need be), south not above north",
)
_TIME = Text(
    "参数 datetime 须为带时区的时刻，或“开始/结束”，一端可写 ..",
    "datetime must be a moment with its time zone, or begin/end, of which one may be ..",
)
_CRS = Text("不提供坐标系 {crs}；可用：{known}", "The CRS {crs} is not offered; there are: {known}")
_UNKNOWN = Text("没有参数“{name}”；可用：{known}", "There is no parameter {name}; there are: {known}")
_FORMAT = Text("只提供 JSON；参数 f 须为 json", "There is JSON only; f must be json")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedQuery:
    """What is asked of a collection; `bounds` in degrees, moments in milliseconds since 1970 UTC, `crs` as a URI."""

    bounds: Bounds | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = USUAL_LIMIT
    crs: str = CRS84


def query_of(parameters: Mapping[str, str], fields: Collection[str], crs_of_twin: str) -> SharedQuery:
    """Return what the parameters ask for; those beside the standard's are values of the collection's `fields`.

    Raises `InputError` for a parameter that is unknown or cannot be.
    """
    for name in parameters:
        if name not in KNOWN and name not in fields:
            raise InputError(_UNKNOWN.with_values(name=name[:60], known=", ".join((*KNOWN, *fields))))
    if parameters.get("f", "json") not in _FORMATS:
        raise InputError(_FORMAT)
    offered = crs_offered(crs_of_twin)
    box_crs = _known_crs(parameters.get("bbox-crs", CRS84), offered)
    from_ms, to_ms = _span(parameters["datetime"]) if parameters.get("datetime") else (None, None)
    return SharedQuery(
        bounds=_bounds(parameters["bbox"], box_crs) if parameters.get("bbox") else None,
        from_ms=from_ms,
        to_ms=to_ms,
        where={name: value for name, value in parameters.items() if name in fields and name not in KNOWN},
        offset=_whole(parameters, "offset", 0, 0),
        limit=min(_whole(parameters, "limit", USUAL_LIMIT, 1), MOST_FEATURES),
        crs=_known_crs(parameters.get("crs", CRS84), offered),
    )


def crs_offered(crs_of_twin: str) -> tuple[str, ...]:
    """Return the CRSs that features come in, as URIs: longitude and latitude first, then the twin's own."""
    authority, _, code = crs_of_twin.partition(":")
    own = (f"{EPSG}{code}",) if authority == "EPSG" and code.isdigit() else ()
    return (CRS84, f"{EPSG}4326", f"{EPSG}4490", *own)


def in_crs(feature: Feature, crs: str) -> Feature:
    """Return a feature with its geometry in a CRS, by the order of axes that its register declares."""
    if crs == CRS84 or feature.geometry is None:
        return feature
    convert = _way_to(crs)
    geometry = {**feature.geometry, "coordinates": _converted(feature.geometry["coordinates"], convert)}
    return Feature(id=feature.id, geometry=geometry, properties=feature.properties)


def _way_to(crs: str) -> Callable[[Any], Any]:
    from pyproj import CRS  # noqa: PLC0415  projections load slowly

    from sanping.domain.crs import converter  # noqa: PLC0415

    name = f"EPSG:{crs.removeprefix(EPSG)}"
    convert = converter(DEGREES, name)
    is_north_first = CRS.from_user_input(name).axis_info[0].direction == "north"

    def found(points: Any) -> Any:
        moved = convert(points)
        moved[:, :2] = np.round(moved[:, [1, 0] if is_north_first else [0, 1]], 8)
        return moved

    return found


def _converted(coordinates: Any, convert: Callable[[Any], Any]) -> Any:
    if not coordinates or not isinstance(coordinates, list | tuple):
        return coordinates
    if isinstance(coordinates[0], int | float):
        return convert(np.array([coordinates], np.float64))[0].tolist()
    if isinstance(coordinates[0][0], int | float):
        return convert(np.array(coordinates, np.float64)).tolist()
    return [_converted(part, convert) for part in coordinates]


def _bounds(written: str, crs: str) -> Bounds:
    try:
        numbers = [float(word) for word in written.split(",")]
    except ValueError as error:
        raise InputError(_BBOX) from error
    if len(numbers) not in (4, 6) or not np.isfinite(numbers).all():
        raise InputError(_BBOX)
    half = len(numbers) // 2
    corners = np.array([numbers[:2], numbers[half : half + 2]])
    if crs != CRS84:
        corners = _degrees_of(corners, crs)
    (west, south), (east, north) = corners.tolist()
    if south > north or not np.isfinite(corners).all():
        raise InputError(_BBOX)
    return (west, south, east, north)


def _degrees_of(corners: Any, crs: str) -> Any:
    from pyproj import CRS  # noqa: PLC0415

    from sanping.domain.crs import converter  # noqa: PLC0415

    name = f"EPSG:{crs.removeprefix(EPSG)}"
    if CRS.from_user_input(name).axis_info[0].direction == "north":
        corners = corners[:, [1, 0]]
    return converter(name, DEGREES)(corners)


def _span(written: str) -> tuple[int | None, int | None]:
    begin, slash, end = written.partition("/")
    if not slash:
        moment = _moment(begin)
        return moment, moment
    from_ms, to_ms = (None if word in ("", "..") else _moment(word) for word in (begin, end))
    if (from_ms is None and to_ms is None and written != "../..") or (from_ms or 0) > (to_ms or 1 << 60):
        raise InputError(_TIME)
    return from_ms, to_ms


def _moment(word: str) -> int:
    try:
        moment = datetime.fromisoformat(word.strip().replace(" ", "+"))
    except ValueError as error:
        raise InputError(_TIME) from error
    if moment.tzinfo is None:
        raise InputError(_TIME)
    return round(moment.timestamp() * 1000)


def iso(at_ms: int) -> str:
    """Return a moment as RFC 3339 writes it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _whole(parameters: Mapping[str, str], name: str, usual: int, least: int) -> int:
    written = parameters.get(name, "")
    if not written:
        return usual
    if not written.isdecimal() or len(written) > 9 or int(written) < least:
        raise InputError(_NUMBER.with_values(name=name, least=least))
    return int(written)


def _known_crs(written: str, offered: Collection[str]) -> str:
    crs = written.strip("<>[]")
    if crs not in offered:
        raise InputError(_CRS.with_values(crs=crs[:80], known=", ".join(offered)))
    return crs
