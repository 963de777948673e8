"""Bridges over the creek, the elevated expressway, and the flood walls with their promenade."""

from dataclasses import dataclass, field

import numpy as np
from cim_models.suhe.make import solids
from cim_models.suhe.make.frame import Array, curve, extent
from cim_models.suhe.make.geography import ELEVATED, ROADS, Road
from cim_models.suhe.make.ground import BANK_M, Ground
from cim_models.suhe.make.solids import ROOF, WALL, Point, Solid
from cim_models.suhe.make.streets import bank_line, pieces
from cim_models.suhe.make.water import Creek, WaterBody
from shapely.geometry import LineString, Polygon
from shapely.ops import substring

RAMP_M = 58.0
RISE_M = 4.4
UNDERSIDE = "OuterCeilingSurface"


@dataclass(slots=True, kw_only=True)
class Structure:
    """One structure: its bodies, and for a bridge the road line on its deck (with heights)."""

    name: str
    name_en: str
    kind: str
    solids: list[Solid] = field(default_factory=list)
    deck: LineString | None = None
    road: str = ""
    extra: dict[str, object] = field(default_factory=dict)


def creek_bridges(river: Creek, ground: Ground) -> list[Structure]:
    """Return one bridge for every main road that crosses the creek."""
    made = []
    for road in ROADS:
        if not road.bridge:
            continue
        line = curve(road.course)
        crossing = line.intersection(river.surface)
        parts = sorted(pieces(crossing), key=lambda part: -part.length)
        if parts:
            made.append(_bridge(road, line, parts[0], ground))
    return made


def _bridge(road: Road, line: LineString, wet: LineString, ground: Ground) -> Structure:
    ends = sorted((line.project(_end(wet, 0)), line.project(_end(wet, -1))))
    half = (ends[1] - ends[0]) / 2 + 4.0
    middle = (ends[0] + ends[1]) / 2
    reach = min(half + 34 + RAMP_M, middle - 1, line.length - middle - 1)
    along = np.unique(
        np.concatenate([np.arange(-reach, reach, 8.0), [-half - 34, -half - 33.9, half + 33.9, half + 34, reach]])
    )
    plan = np.array([line.interpolate(middle + s).coords[0] for s in along])
    land = np.maximum(ground.at(plan[:, 0], plan[:, 1]), BANK_M - 0.6)
    soil = np.interp(along, [-reach, reach], [land[0], land[-1]])
    t = np.clip((reach - np.abs(along)) / (reach - half - 8), 0, 1)
    top = soil + RISE_M * t * t * (3 - 2 * t) + 1.0 * np.clip(1 - (along / half) ** 2, 0, 1) + 0.05
    width = road.width_m + (4.0 if road.width_m < 30 else 3.0)
    bottom = np.where(np.abs(along) < half + 34, top - 1.5, soil - 1.5)
    bridge = Structure(
        name=road.bridge,
        name_en=road.bridge_en,
        kind="road_bridge",
        road=road.name,
        deck=LineString(np.column_stack([plan, top + 0.12])),
        extra={"span_m": round(2 * half, 1), "deck_width_m": width, "form": road.bridge_form},
    )
    side = _normals(plan)
    bridge.solids.append(_ribbon(plan, side, (-width / 2, width / 2), bottom, top))
    for edge in (-width / 2, width / 2 - 0.4):
        bridge.solids.append(_ribbon(plan, side, (edge, edge + 0.4), top - 0.3, top + 1.1))
    for at in (-half - 2, -half / 3, half / 3, half + 2):
        bridge.solids.append(
            solids.prism(_rectangle(line, middle + at, width * 0.8, 2.4), -1.5, float(np.interp(at, along, top)) - 1.4)
        )
    if road.bridge_form == "arch":
        bridge.solids += _arches(line, middle, half, width, float(top.max()))
    if road.bridge_form == "pylons":
        bridge.solids += _pylons(line, middle, half, width, float(np.interp(half, along, top)))
    return bridge


def _end(line: LineString, index: int) -> LineString:
    return LineString([line.coords[index], line.coords[index]]).centroid


def _normals(plan: Array) -> Array:
    direction = np.gradient(plan, axis=0)
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    return np.column_stack([-direction[:, 1], direction[:, 0]])


def _ribbon(plan: Array, left: Array, across: tuple[float, float], bottom: Array, top: Array) -> Solid:
    """Return a body along a line, between two offsets to its left (`across`), with heights at each station."""
    profiles: list[list[Point]] = []
    for p, n, z0, z1 in zip(plan, left, bottom, top, strict=True):
        a, b = p + n * across[0], p + n * across[1]
        profiles.append([(a[0], a[1], z0), (b[0], b[1], z0), (b[0], b[1], z1), (a[0], a[1], z1)])
    return solids.sweep(profiles, (UNDERSIDE, WALL, ROOF, WALL))


def _rectangle(line: LineString, at: float, across: float, along: float, offset: float = 0.0) -> Polygon:
    p, q = np.array(line.interpolate(at - 0.5).coords[0]), np.array(line.interpolate(at + 0.5).coords[0])
    u = (q - p) / np.linalg.norm(q - p)
    v = np.array([-u[1], u[0]])
    c = (p + q) / 2 + v * offset
    return Polygon([c + u * along / 2 * i + v * across / 2 * j for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))])


def _arches(line: LineString, middle: float, half: float, width: float, deck: float) -> list[Solid]:
    """Return two arch ribs with hangers above the deck."""
    made = []
    for offset in (-width / 2 - 0.7, width / 2 + 0.7):
        s = np.linspace(-half - 4, half + 4, 17)
        plan = np.array([line.interpolate(middle + t).coords[0] for t in s])
        rise = deck - 1.5 + 11.0 * (1 - (s / (half + 4)) ** 2)
        made.append(_ribbon(plan, _normals(plan), (offset - 0.6, offset + 0.6), rise - 1.1, rise))
        for t in np.linspace(-half * 0.75, half * 0.75, 7):
            top = deck - 2.4 + 11.0 * (1 - (t / (half + 4)) ** 2)
            if top > deck + 0.5:
                made.append(solids.prism(_rectangle(line, middle + float(t), 0.35, 0.35, offset), deck - 1.4, top))
    return made


def _pylons(line: LineString, middle: float, half: float, width: float, deck: float) -> list[Solid]:
    """Return the four stone pylons of Wuning Road Bridge, two at each bank, with stepped crowns."""
    made = []
    for at in (-half - 6, half + 6):
        for offset in (-width / 2 - 3.2, width / 2 + 3.2):
            for size, low, high in ((7.5, 1.0, deck + 3), (5.4, deck + 3, deck + 17), (6.3, deck + 17, deck + 19)):
                made.append(solids.prism(_rectangle(line, middle + at, size, size, offset), low, high))
            ring = solids.outline(_rectangle(line, middle + at, 4.5, 4.5, offset))
            made.append(solids.loft(ring, deck + 19, solids.scaled(ring, 0.3), deck + 25))
    return made


def expressway(river: Creek, ground: Ground) -> list[Structure]:
    """Return the elevated Inner Ring in sections of about 300 m: deck, parapets, and piers outside the water."""
    made = []
    for line in pieces(curve(ELEVATED.course).intersection(extent())):
        count = int(line.length // 300)
        for k in range(count):
            part = substring(line, k * line.length / count, (k + 1) * line.length / count)
            made.append(_elevated_section(part, k + 1, river, ground))
    return made


def _elevated_section(line: LineString, number: int, river: Creek, ground: Ground) -> Structure:
    count = max(2, int(line.length // 15))
    plan = np.array([line.interpolate(t, normalized=True).coords[0] for t in np.linspace(0, 1, count + 1)])
    top = np.full(len(plan), 17.0)
    side = _normals(plan)
    section = Structure(
        name=f"内环高架路 {number:02d} 段",
        name_en=f"Inner Ring Elevated Road, section {number:02d}",
        kind="elevated_road",
        road=ELEVATED.name,
        deck=LineString(np.column_stack([plan, top + 0.12])),
        extra={"deck_width_m": 19.0},
    )
    section.solids.append(_ribbon(plan, side, (-9.5, 9.5), top - 1.7, top))
    for edge in (-9.5, 9.15):
        section.solids.append(_ribbon(plan, side, (edge, edge + 0.35), top - 0.2, top + 1.2))
    piers = max(1, int(line.length // 36))
    for k in range(piers):
        at = (k + 0.5) * line.length / piers
        foot = _rectangle(line, at, 3.0, 2.4)
        if foot.distance(river.surface) < 6:
            continue
        low, _ = ground.under(foot)
        section.solids.append(solids.prism(foot, low - 0.5, 13.6))
        section.solids.append(solids.prism(_rectangle(line, at, 13.0, 2.4), 13.6, 15.4))
    return section


def embankments(river: Creek, bodies: list[WaterBody]) -> list[Structure]:
    """Return flood walls with a promenade behind them, in numbered sections on both banks."""
    mouths = [body.shape.buffer(2.0) for body in bodies if body.kind == "channel"]
    made = []
    for side, bank, bank_en, letter in ((1, "北岸", "north bank", "N"), (-1, "南岸", "south bank", "S")):
        edge = bank_line(river, side, 0.0).intersection(extent().buffer(-1))
        for mouth in mouths:
            edge = edge.difference(mouth)
        number = 0
        for line in pieces(edge):
            count = max(1, int(line.length // 240))
            for k in range(count):
                number += 1
                part = substring(line, k * line.length / count, (k + 1) * line.length / count)
                made.append(
                    _wall(
                        part,
                        side,
                        f"苏州河防汛墙 {bank} {number:02d} 段",
                        f"Suzhou Creek flood wall, {bank_en}, section {number:02d}",
                        f"SZH-{letter}-{number:03d}",
                    )
                )
    return made


def _wall(line: LineString, side: int, name: str, name_en: str, code: str) -> Structure:
    plan = np.asarray(line.simplify(0.25).segmentize(30.0).coords)
    left = _normals(plan)
    section = Structure(
        name=name,
        name_en=name_en,
        kind="flood_wall",
        extra={"code": code, "crest_m": BANK_M + 1.2, "design_standard": "1/50", "synthetic_level": True},
    )

    def strip(near: float, far: float, low: float, high: float) -> Solid:
        a, b = sorted((side * near, side * far))
        flat = np.ones(len(plan))
        return _ribbon(plan, left, (a, b), flat * low, flat * high)

    section.solids.append(strip(0.0, 0.7, -1.5, BANK_M + 1.2))
    section.solids.append(strip(0.7, 6.5, 1.0, BANK_M + 0.25))
    return section
