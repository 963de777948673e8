"""Where an IFC model stands: IfcMapConversion (ISO 16739-1, 8.18), its IFC2x3 property sets, or IfcSite's degrees."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sanping.domain.crs import LOCAL, check_fits, is_geographic, named_crs
from sanping.domain.errors import CrsMissing, CrsWrong
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.framing import Framing, framing
from sanping.formats.placement import placed
from sanping.ports.model_reader import ReadOptions

_WGS84 = "EPSG:4326"
_DEFAULT_PLACES = (
    (42.3584, -71.0598),
    (42.2124, -71.0333),
    (51.5, 0.0),
    (0.0, 0.0),
    (47.5, 19.06),
    (35.6895, 139.6917),
)
_SAME_DEG = 0.02
_STEP_DEG = 0.001
_FAR_M = 20_000.0

_BY_SITE = Text(
    "位置取自 IfcSite 的经纬度（{latitude:.5f}°, {longitude:.5f}°），只是近似；要准确放置请给出 crs 和 position",
    "Placed by the latitude and longitude of IfcSite ({latitude:.5f}°, {longitude:.5f}°), which is approximate; give "
    "crs and position for an exact place",
)
_DEFAULT_SITE = Text(
    "IfcSite 的经纬度（{latitude:.4f}°, {longitude:.4f}°）是建模软件的默认值，未采用",
    "The latitude and longitude of IfcSite ({latitude:.4f}°, {longitude:.4f}°) are a modelling program's default and "
    "were not used",
)
_SCALED = Text(
    "IfcMapConversion 没有给出单位比例，按 {scale:g} 计",
    "IfcMapConversion gives no scale between its units; {scale:g} was taken",
)
_UNNAMED = Text(
    "IFC 给出了地图坐标换算，但没有可识别的坐标系（写的是“{name}”）；请指定坐标系，例如 EPSG:4549",
    "The IFC file has a map conversion but names no CRS that is understood (“{name}”); name one, such as EPSG:4549",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedIfc:
    """Points of a model in the twin's frame, and that frame."""

    points: Float64Array
    framed: Framing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conversion:
    """A map conversion: metres of the model times `scale`, turned to (`across`, `up`), moved; all in metres."""

    crs: str
    vertical_datum: str
    move: tuple[float, float, float]
    axis: tuple[float, float]
    scale: float
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """IfcSite's degrees and height; `corner` is its origin in the model, `north` the direction of true north there."""

    latitude: float
    longitude: float
    height_m: float
    corner: Float64Array
    north: tuple[float, float]

    @property
    def is_default(self) -> bool:
        """Say whether a modelling program left its default place."""
        return any(math.hypot(self.latitude - a, self.longitude - b) < _SAME_DEG for a, b in _DEFAULT_PLACES)


def placed_ifc(file: Any, points: Float64Array, options: ReadOptions) -> PlacedIfc:
    """Place the points (n, 3) of a model, in metres; raises `CrsMissing` when there is no way to."""
    from ifcopenshell.util.unit import calculate_unit_scale  # noqa: PLC0415  only IFC needs it

    settings = dict(options.settings)
    if "position" in settings or "local_grid" in settings:
        return _by_hand(points, options)
    unit_m = float(calculate_unit_scale(file)) or 1.0
    conversion = _conversion(file, unit_m, options)
    if conversion is not None:
        return _converted(points, conversion, options)
    site = _site(file, unit_m)
    chosen = named_crs(options.crs) if options.crs else ""
    is_in_degrees = bool(chosen) and chosen != LOCAL and is_geographic(chosen)
    is_absolute = bool(chosen) and not is_in_degrees and float(np.abs(points[:, :2]).max()) > _FAR_M
    if site is None or chosen == LOCAL or is_absolute:
        return _by_hand(points, options)
    if site.is_default and not is_in_degrees:
        note = _DEFAULT_SITE.with_values(latitude=site.latitude, longitude=site.longitude)
        done = _by_hand(points, options)
        return replace(done, framed=replace(done.framed, notes=(*done.framed.notes, note)))
    if chosen and not is_in_degrees:  # the CRS of the twin: the degrees of the site are still WGS 84
        options = replace(options, crs="", target_crs=options.target_crs or chosen)
    return _at_site(points, site, options)


def _by_hand(points: Float64Array, options: ReadOptions) -> PlacedIfc:
    there, framed = placed(points, options, up_axis="z")
    return PlacedIfc(points=there, framed=framed)


def _converted(points: Float64Array, conversion: _Conversion, options: ReadOptions) -> PlacedIfc:
    across, up = conversion.axis
    x, y = points[:, 0] * conversion.scale, points[:, 1] * conversion.scale
    turned = np.column_stack((x * across - y * up, x * up + y * across, points[:, 2] * conversion.scale))
    absolute = turned + np.array(conversion.move)
    framed = framing(conversion.crs, absolute, options)
    frame = framed.frame
    if not options.vertical_datum and conversion.vertical_datum:
        frame = replace(frame, vertical_datum=conversion.vertical_datum)
    notes = (*framed.notes, *conversion.notes)
    return PlacedIfc(points=framed.convert(absolute), framed=replace(framed, frame=frame, notes=notes))


def _at_site(points: Float64Array, site: _Site, options: ReadOptions) -> PlacedIfc:
    """Put the origin of IfcSite at its degrees, turned so that true north is where it is there."""
    degrees = np.array([[site.longitude, site.latitude], [site.longitude, site.latitude + _STEP_DEG]])
    framed = framing("" if options.crs else _WGS84, degrees, options)
    foot, beyond = framed.convert(degrees)
    turn = math.atan2(beyond[1] - foot[1], beyond[0] - foot[0]) - math.atan2(site.north[1], site.north[0])
    local = points - site.corner
    x, y = local[:, 0], local[:, 1]
    east = foot[0] + x * math.cos(turn) - y * math.sin(turn)
    north = foot[1] + x * math.sin(turn) + y * math.cos(turn)
    note = _BY_SITE.with_values(latitude=site.latitude, longitude=site.longitude)
    placed_points = np.column_stack((east, north, local[:, 2] + site.height_m))
    return PlacedIfc(points=placed_points, framed=replace(framed, notes=(*framed.notes, note)))


def _conversion(file: Any, unit_m: float, options: ReadOptions) -> _Conversion | None:
    """Return the map conversion of a file, None when it has none."""
    given = _by_entity(file) or _by_property_sets(file)
    if given is None:
        return None
    name = options.crs or str(given.get("Name") or "")
    try:
        crs = named_crs(name)
    except CrsMissing as error:
        raise CrsMissing(_UNNAMED.with_values(name=name[:60])) from error
    move = [_number(given.get(key), 0.0) for key in ("Eastings", "Northings", "OrthogonalHeight")]
    map_unit_m = _number(given.get("map_unit_m"), 0.0) or _likely_unit(crs, move, unit_m)
    scale = _number(given.get("Scale"), 1.0) or 1.0
    notes: list[Text] = []
    if abs(scale - 1.0) < 1e-12 and abs(map_unit_m - unit_m) > 1e-12:
        scale = unit_m / map_unit_m
        notes.append(_SCALED.with_values(scale=scale))
    across, up = _number(given.get("XAxisAbscissa"), 1.0), _number(given.get("XAxisOrdinate"), 0.0)
    length = math.hypot(across, up)
    across, up = (across / length, up / length) if length > 1e-9 else (1.0, 0.0)
    return _Conversion(
        crs=crs,
        vertical_datum=str(given.get("VerticalDatum") or ""),
        move=(move[0] * map_unit_m, move[1] * map_unit_m, move[2] * map_unit_m),
        axis=(across, up),
        scale=scale * map_unit_m / unit_m,
        notes=tuple(notes),
    )


def _by_entity(file: Any) -> dict[str, object] | None:
    """Return what IfcMapConversion and its CRS say (IFC4 and later)."""
    for word in ("IfcMapConversion", "IfcRigidOperation"):
        try:
            found = file.by_type(word)
        except RuntimeError:  # not in this schema
            continue
        for one in found:
            given = dict(one.get_info(recursive=False))
            crs = one.TargetCRS
            if crs is None:
                continue
            given["Name"], given["VerticalDatum"] = crs.Name, getattr(crs, "VerticalDatum", None)
            given["map_unit_m"] = _metres(getattr(crs, "MapUnit", None))
            for key, name in (("FirstCoordinate", "Eastings"), ("SecondCoordinate", "Northings"),
                              ("Height", "OrthogonalHeight")):  # fmt: skip
                if key in given:
                    given[name] = getattr(given[key], "wrappedValue", given[key])
            return given
    return None


def _by_property_sets(file: Any) -> dict[str, object] | None:
    """Return what the property sets of IFC2x3 say, as agreed by buildingSMART Australasia."""
    given: dict[str, object] = {}
    for one in file.by_type("IfcPropertySet"):
        if str(one.Name).lower() in ("epset_mapconversion", "epset_projectedcrs"):
            for item in one.HasProperties or ():
                given[item.Name] = getattr(getattr(item, "NominalValue", None), "wrappedValue", None)
    if "Eastings" not in given:
        return None
    given["map_unit_m"] = {"METRE": 1.0, "METER": 1.0, "M": 1.0}.get(str(given.get("MapUnit")).upper(), 0.0)
    return given


def _metres(unit: Any) -> float:
    """Return how many metres a unit of length is; 0 for none."""
    from ifcopenshell.util.unit import get_prefix_multiplier  # noqa: PLC0415  only IFC needs it

    if unit is None:
        return 0.0
    if unit.is_a("IfcSIUnit"):
        return float(get_prefix_multiplier(unit.Prefix)) if unit.Prefix else 1.0
    if unit.is_a("IfcConversionBasedUnit"):
        factor = unit.ConversionFactor
        return _number(factor.ValueComponent.wrappedValue, 1.0) * (_metres(factor.UnitComponent) or 1.0)
    return 0.0


def _likely_unit(crs: str, move: list[float], unit_m: float) -> float:
    """Return the unit of a conversion that names none: metres where they fit the CRS, else that of the project."""
    for metres in (1.0, unit_m):
        try:
            check_fits(crs, np.array([move]) * metres)
        except CrsWrong:
            continue
        return metres
    return unit_m


def _site(file: Any, unit_m: float) -> _Site | None:
    """Return the degrees of IfcSite, None when it has none."""
    from ifcopenshell.util.placement import get_local_placement  # noqa: PLC0415  only IFC needs it

    for site in file.by_type("IfcSite"):
        latitude, longitude = _degrees(site.RefLatitude), _degrees(site.RefLongitude)
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
            continue
        placement = get_local_placement(site.ObjectPlacement) if site.ObjectPlacement is not None else np.eye(4)
        return _Site(
            latitude=latitude,
            longitude=longitude,
            height_m=_number(site.RefElevation, 0.0) * unit_m,
            corner=np.asarray(placement, dtype=np.float64)[:3, 3] * unit_m,
            north=_true_north(file),
        )
    return None


def _degrees(parts: Any) -> float | None:
    """Return degrees from degrees, minutes, seconds and millionths of a second."""
    if not isinstance(parts, tuple) or not parts or not all(isinstance(part, (int, float)) for part in parts):
        return None
    return float(sum(part / size for part, size in zip(parts, (1.0, 60.0, 3600.0, 3.6e9), strict=False)))


def _true_north(file: Any) -> tuple[float, float]:
    for context in file.by_type("IfcGeometricRepresentationContext", include_subtypes=False):
        direction = getattr(context, "TrueNorth", None)
        if direction is not None and len(direction.DirectionRatios) >= 2:
            x, y = (float(part) for part in direction.DirectionRatios[:2])
            if math.hypot(x, y) > 1e-9:
                return x, y
    return 0.0, 1.0


def _number(value: object, default: float) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return default
