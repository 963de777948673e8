"""The CRS and axis order of a CityGML file: what its srsName says, checked against where the coordinates lie."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sanping.domain.crs import Conversion, check_fits, converter, is_geographic
from sanping.domain.crs_names import BD09, GCJ02, LOCAL, crs_object, named_crs
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.text import Text

_ALIASES = {
    "DE_DHDN_3GK2": "EPSG:31466",
    "DE_DHDN_3GK3": "EPSG:31467",
    "DE_DHDN_3GK4": "EPSG:31468",
    "DE_DHDN_3GK5": "EPSG:31469",
    "ETRS89_UTM31": "EPSG:25831",
    "ETRS89_UTM32": "EPSG:25832",
    "ETRS89_UTM33": "EPSG:25833",
    "CH1903": "EPSG:21781",
    "CH1903/LV03": "EPSG:21781",
    "LV03": "EPSG:21781",
    "CH1903+": "EPSG:2056",
    "LV95": "EPSG:2056",
    "AMERSFOORT/RDNEW": "EPSG:28992",
}
_VERTICAL = {
    "DE_DHN92_NH": "DHHN92",
    "DE_DHHN92_NH": "DHHN92",
    "DE_DHHN2016_NH": "DHHN2016",
    "DE_DHHN85_NH": "DHHN85",
}
_CLEARLY_MIRRORED = -0.9
_GRACE_DEG = 5.0
_DEGREES = "EPSG:4326"

_CONTRADICTED = Text(
    "坐标轴顺序与 {crs} 的规定不符（应为{official}在前），已按数据实际顺序读取",
    "The axis order contradicts {crs} (officially {official} first); coordinates are read in the order they have",
)
_NORTH, _EAST = Text("北", "north"), Text("东", "east")


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPlan:
    """How to read coordinates: `crs` by its one name, `is_swapped` when north comes first.

    `note` tells of data that disagree with the register.
    """

    crs: str
    is_swapped: bool
    vertical_datum: str = ""
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where coordinates came to: `frame`; and from: `source_crs` by its one name, `file_srs` as written.

    `back` takes points of the frame there, east first. `is_swapped` when the file has north first.
    """

    frame: GeoFrame
    back: Conversion
    source_crs: str
    file_srs: str
    is_swapped: bool


def axis_plan(srs_name: str, wanted_crs: str, points: Float64Array, handedness: Callable[[], float]) -> AxisPlan:
    """Find CRS and axis order of `points` (n, 2+), given as written.

    `wanted_crs` (from the person) replaces the CRS that the file names. An OGC URN or address means the register's axis
    order, a plain "EPSG:…" east first. Coordinates that only fit the other way round are read that way. Where both
    fit, `handedness` decides: +1 when solids turn their faces outwards with the first axis as east, −1 when inwards.
    Raises `CrsMissing` for an unknown CRS or coordinates that cannot be in it.
    """
    name, vertical_datum = _crs_name(srs_name, wanted_crs)
    north_first = _is_official(srs_name) and is_north_first(name)
    in_order = points[:, :2]
    official, other = (in_order[:, ::-1], in_order) if north_first else (in_order, in_order[:, ::-1])
    is_swapped = north_first
    if not _fits(name, official):
        if not _fits(name, other):
            check_fits(name, np.ascontiguousarray(official))  # passes only for small metres about the origin
            is_swapped = north_first and handedness() <= -_CLEARLY_MIRRORED
        else:
            is_swapped = not north_first
    elif north_first and _fits(name, other) and handedness() > -_CLEARLY_MIRRORED:
        is_swapped = False
    note = None
    if is_swapped != north_first:
        note = _CONTRADICTED.with_values(crs=_short(name), official=_NORTH if north_first else _EAST)
    return AxisPlan(crs=name, is_swapped=is_swapped, vertical_datum=vertical_datum, note=note)


def _crs_name(srs_name: str, wanted_crs: str) -> tuple[str, str]:
    """Return the CRS's one name, and the vertical datum where only we know it."""
    if wanted_crs:
        return named_crs(wanted_crs), ""
    plain = srs_name.strip()
    horizontal, _, vertical = plain.removeprefix("urn:adv:crs:").partition("*")
    known = _ALIASES.get(horizontal.upper().replace(" ", ""))
    if known is None:
        return named_crs(plain), ""
    return known, _VERTICAL.get(vertical.upper(), vertical)


def _is_official(srs_name: str) -> bool:
    """Say whether a name asks for the axis order of the register."""
    lowered = srs_name.strip().lower()
    return lowered.startswith(("urn:ogc:", "urn:x-ogc:", "http://", "https://")) and "epsg.xml#" not in lowered


@lru_cache(maxsize=64)
def is_north_first(crs: str) -> bool:
    """Say whether the register puts north (or latitude) before east in this CRS."""
    if crs in (GCJ02, BD09, LOCAL):
        return False
    axes = crs_object(crs).axis_info
    return len(axes) >= 2 and axes[0].direction.lower() in ("north", "south")


def _fits(crs: str, points: Float64Array) -> bool:
    """Say whether the middle of the points lies in the CRS's area of use, a few degrees of grace allowed."""
    area = _area(crs)
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return True
    place = np.median(finite, axis=0)
    if is_geographic(crs) and (abs(place[0]) > 360.0 or abs(place[1]) > 90.0):
        return False
    if area is None:
        return True
    longitude, latitude = converter(crs, _DEGREES)(place[None, :])[0]
    west, south, east, north = area
    width = (east - west) % 360.0 or 360.0
    is_between = (longitude - west + _GRACE_DEG) % 360.0 <= width + 2 * _GRACE_DEG
    return bool(is_between and south - _GRACE_DEG <= latitude <= north + _GRACE_DEG)


@lru_cache(maxsize=64)
def _area(crs: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of a CRS's area of use in degrees, None when it has none."""
    if crs in (GCJ02, BD09, LOCAL) or crs_object(crs).is_geocentric:
        return None
    declared = crs_object(crs)
    for part in (declared, *declared.sub_crs_list):
        if part.area_of_use is not None:
            west, south, east, north = part.area_of_use.bounds
            return west, south, east, north
    return None


def _short(crs: str) -> str:
    return crs if len(crs) < 40 else str(crs_object(crs).name)
