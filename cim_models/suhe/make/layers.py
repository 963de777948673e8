"""The flat layers: water, roads, green, places, facilities and grid cells as GeoJSON features."""

import numpy as np
from cim_models.suhe.make.bridges import Structure
from cim_models.suhe.make.frame import chance, curve, extent, metre, metres, smooth
from cim_models.suhe.make.gazetteer import CAMPUSES, LABELS, PARKS
from cim_models.suhe.make.geography import CHANNELS
from cim_models.suhe.make.ground import BANK_M, Ground
from cim_models.suhe.make.register import Cell
from cim_models.suhe.make.streets import Network, Street, bank_line, pieces, polygons
from cim_models.suhe.make.vectors import Feature
from cim_models.suhe.make.water import Creek, WaterBody
from shapely import clip_by_rect, set_precision
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring, unary_union


def water_features(bodies: list[WaterBody], culverts: BaseGeometry) -> list[Feature]:
    """Return water polygons; side channels are cut where streets cross them in culverts."""
    found: list[Feature] = []
    for body in bodies:
        shape = without(body.shape, culverts) if body.kind == "channel" else body.shape
        for part in sorted(polygons(shape, 60), key=lambda p: p.bounds):
            row: dict[str, object] = {
                "name": body.name,
                "name_en": body.name_en,
                "kind": body.kind,
                "level_m": body.level_m,
            }
            found.append((f"water-{len(found) + 1:03d}", part.simplify(0.15), row))
    return found


def without(shape: BaseGeometry, taken: BaseGeometry) -> BaseGeometry:
    """Return a small shape less a large one, looking only at the part of the large one that is near."""
    west, south, east, north = shape.bounds
    return shape.difference(clip_by_rect(taken, west - 1, south - 1, east + 1, north + 1))


def road_features(
    streets: list[Street], bridges: list[Structure], flyovers: list[Structure], ground: Ground
) -> list[Feature]:
    """Return centre lines with heights; what runs on a deck is a feature of its own with `level` 1."""
    found: list[Feature] = []
    decks = {b.road: b for b in bridges if b.deck is not None}
    for street in streets:
        line = street.line
        rest: list[LineString] = [line]
        if street.name in decks:
            deck = decks[street.name].deck
            assert deck is not None
            rest = _around(line, deck)
        for part in rest:
            found.append(_road(len(found), street, part, ground))
    for bridge in [*bridges, *flyovers]:
        assert bridge.deck is not None
        owner = next((s for s in streets if s.name == bridge.road), None)
        row: dict[str, object] = {
            "name": bridge.road,
            "name_en": owner.name_en if owner else "Inner Ring Elevated Road",
            "class": owner.kind if owner else "express",
            "width_m": owner.width_m if owner else 18.0,
            "lanes": owner.lanes if owner else 4,
            "level": 1,
            "structure": bridge.name,
        }
        found.append((f"road-{len(found) + 1:04d}", bridge.deck, row))
    return found


def _around(line: LineString, deck: LineString) -> list[LineString]:
    start, end = sorted((line.project(Point(deck.coords[0])), line.project(Point(deck.coords[-1]))))
    if deck.distance(line) > 1 or end - start < 0.5 * deck.length:
        return [line]
    return [part for part in (substring(line, 0, start), substring(line, end, line.length)) if part.length > 1]


def _road(number: int, street: Street, line: LineString, ground: Ground) -> Feature:
    row: dict[str, object] = {"class": street.kind, "width_m": street.width_m, "lanes": street.lanes, "level": 0}
    if street.name:
        row = {"name": street.name, "name_en": street.name_en} | row
    plan = np.asarray(line.simplify(0.15).coords)[:, :2]
    laid = LineString(np.column_stack([plan, ground.at(plan[:, 0], plan[:, 1])]))
    return (f"road-{number + 1:04d}", laid, row)


def green_features(
    river: Creek, water: BaseGeometry, web: Network, open_ground: list[tuple[Polygon, str]]
) -> list[Feature]:
    """Return parks, campuses, the riverside strip, sports fields and street green."""
    found: list[Feature] = []
    streets = web.corridor(1.0)
    kept_free = unary_union([water.buffer(1.0), streets])
    for park in (*PARKS, *CAMPUSES):
        ring = metres([*park.ring, park.ring[0]])
        shape = Polygon(smooth(ring, 12.0)).buffer(0)
        for part in sorted(polygons(without(shape.intersection(extent()), kept_free), 300), key=lambda p: p.bounds):
            row: dict[str, object] = {"name": park.name, "name_en": park.name_en, "kind": park.kind}
            found.append((f"green-{len(found) + 1:04d}", part.simplify(0.4), row))
    decks = [s.line.buffer(s.width_m / 2 + 6.0) for s in web.streets if s.name and s.kind in ("arterial", "collector")]
    bare = unary_union([river.surface.buffer(7.5), water.buffer(3), streets, *decks])
    strip = river.surface.buffer(17.5).difference(bare)
    for part in sorted(polygons(strip.intersection(extent()), 200), key=lambda p: p.bounds):
        row = {"name": "苏州河滨河绿带", "name_en": "Suzhou Creek riverside green", "kind": "riverside"}
        found.append((f"green-{len(found) + 1:04d}", part.simplify(0.4), row))
    for shape, kind in open_ground:
        for part in polygons(set_precision(shape, 0.01), 120):
            found.append((f"green-{len(found) + 1:04d}", part.simplify(0.9), {"kind": kind}))
    return found


def place_features(ground: Ground, named: dict[str, Polygon]) -> list[Feature]:
    """Return labels with their rank, on the ground; a label with the name of a landmark stands where it was built."""
    found: list[Feature] = []
    for name, name_en, rank, at in LABELS:
        east, north = named[name].centroid.coords[0] if name in named else metre(at)
        z = float(ground.at(np.array([east]), np.array([north]))[0])
        found.append(
            (f"place-{len(found) + 1:03d}", Point(east, north, z), {"name": name, "name_en": name_en, "rank": rank})
        )
    return found


def grid_features(cells: list[Cell]) -> list[Feature]:
    """Return unit grid cells."""
    return [
        (
            cell.code,
            cell.shape.simplify(0.3),
            {"code": cell.code, "street": cell.street, "street_en": cell.street_en, "community": cell.community},
        )
        for cell in cells
    ]


_KIND = {
    "monitoring_station": ("水质水位监测站", "water quality and level station"),
    "sluice": ("水闸", "sluice"),
    "pump": ("泵站", "pumping station"),
    "camera": ("监控", "camera"),
}


def facility_features(river: Creek, web: Network, ground: Ground, bridges: list[Structure]) -> list[Feature]:
    """Return stations, sluices, pumping stations and cameras, with invented codes."""
    spots: list[tuple[str, str, str, str, Point]] = []
    for number, bridge in enumerate(bridges, start=1):
        assert bridge.deck is not None
        middle = bridge.deck.interpolate(0.5, normalized=True)
        beside = river.bank(1, 1.2).interpolate(river.bank(1, 1.2).project(middle) + 30)
        spots.append(
            ("monitoring_station", f"{bridge.name}监测站", f"{bridge.name_en} station", f"SZH{number:05d}", beside)
        )
    for number, channel in enumerate(CHANNELS, start=1):
        dry = max(pieces(curve(channel.course).difference(river.surface.buffer(16.0))), key=lambda line: line.length)
        mouth = dry.interpolate(dry.length)
        ahead = dry.interpolate(dry.length - 10)
        aside = (channel.width_m / 2 + 7) / 10
        beside = Point(mouth.x + (ahead.y - mouth.y) * aside, mouth.y - (ahead.x - mouth.x) * aside)
        spots.append(("sluice", f"{channel.name}水闸", f"{channel.name_en} sluice", f"ZS{number:04d}", mouth))
        spots.append(("pump", f"{channel.name}泵站", f"{channel.name_en} pumping station", f"BZ{number:04d}", beside))
    for number, (name, name_en, share) in enumerate(
        (
            ("宜昌", "Yichang", 0.66),
            ("曹家渡", "Caojiadu", 0.47),
            ("长风", "Changfeng", 0.10),
            ("中潭", "Zhongtan", 0.74),
        ),
        start=11,
    ):
        at = bank_line(river, 1 if number % 2 else -1, 14.0).interpolate(share, normalized=True)
        spots.append(("pump", f"{name}雨水泵站", f"{name_en} rainwater pumping station", f"BZ{number:04d}", at))
    spots += _cameras(river, web)
    return [_facility(number, spot, ground) for number, spot in enumerate(spots, start=1)]


def _cameras(river: Creek, web: Network) -> list[tuple[str, str, str, str, Point]]:
    found = []
    rng = chance(6)
    for side, bank, bank_en in ((1, "北岸", "north bank"), (-1, "南岸", "south bank")):
        edge = bank_line(river, side, 4.0)
        for line in pieces(edge.intersection(extent().buffer(-20))):
            for k in range(int(line.length // 520)):
                at = line.interpolate(60 + 520 * k)
                found.append((f"苏州河{bank}监控 {k + 1:02d}", f"Suzhou Creek {bank_en} camera {k + 1:02d}", at))
    named = [s for s in web.streets if s.kind in ("arterial", "collector") and s.name]
    for street in named:
        at = street.line.interpolate(float(rng.uniform(0.25, 0.75)), normalized=True)
        aside = street.line.parallel_offset(street.width_m / 2 + 1.5, "right")
        at = aside.interpolate(aside.project(at))
        found.append((f"{street.name}路口监控", f"{street.name_en} camera", at))
    return [
        ("camera", name, name_en, f"31010700001320{k:06d}", at) for k, (name, name_en, at) in enumerate(found, start=1)
    ]


def _facility(number: int, spot: tuple[str, str, str, str, Point], ground: Ground) -> Feature:
    kind, name, name_en, code, at = spot
    z = max(float(ground.at(np.array([at.x]), np.array([at.y]))[0]), BANK_M - 0.6)
    row: dict[str, object] = {
        "kind": kind,
        "kind_zh": _KIND[kind][0],
        "kind_en": _KIND[kind][1],
        "name": name,
        "name_en": name_en,
        "code": code,
    }
    return (f"facility-{number:03d}", Point(at.x, at.y, round(z, 2)), row)
