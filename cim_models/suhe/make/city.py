"""Builds the whole twin and writes its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cim_models.suhe.make import bridges, governance, layers, live
from cim_models.suhe.make.bridges import Structure
from cim_models.suhe.make.cityjson import CityWriter, add_building
from cim_models.suhe.make.design import Design
from cim_models.suhe.make.fill import Plot, built_up, leftover
from cim_models.suhe.make.frame import extent, metres
from cim_models.suhe.make.gazetteer import CAMPUSES, PARKS
from cim_models.suhe.make.ground import Ground, ground
from cim_models.suhe.make.landmarks import landmarks
from cim_models.suhe.make.register import Cell, Register, grid_cells
from cim_models.suhe.make.streets import Network, main_streets, network, polygons
from cim_models.suhe.make.vectors import Feature, write_geojson, write_geotiff
from cim_models.suhe.make.water import Creek, WaterBody, all_water, creek, wet
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

CORE_M = 420.0
SKYLINE_M = 90.0


@dataclass(slots=True, kw_only=True)
class City:
    """Everything that is written."""

    river: Creek
    bodies: list[WaterBody]
    water: BaseGeometry
    web: Network
    culverts: BaseGeometry
    land: Ground
    core: list[Design]
    ring: list[Design]
    green: list[tuple[Polygon, str]]


def plan_city(every: int = 1) -> City:
    """Return the city as designed: streets, ground and buildings; only each `every`-th block is built up."""
    river = creek()
    bodies = all_water(river)
    water = wet(bodies)
    parks = unary_union([Polygon(metres(park.ring)) for park in (*PARKS, *CAMPUSES)])
    main = unary_union([s.line.buffer(s.width_m / 2 + 6, cap_style="flat") for s in main_streets(river)])
    named = landmarks(main, parks, water)
    grounds = unary_union([made.footprint.buffer(11, join_style="mitre") for made in named])
    web = network(river, water, unary_union([parks, grounds]))
    culverts = web.corridor(4.0)
    land = ground(river, bodies, culverts)
    city = City(
        river=river,
        bodies=bodies,
        water=water,
        web=web,
        culverts=culverts,
        land=land,
        core=list(named),
        ring=[],
        green=[],
    )
    frame = extent()
    for number, block in list(enumerate(web.blocks))[::every]:
        creek_m = river.centre.distance(block.centroid)
        plot = built_up(block, number, creek_m)
        city.green += plot.greens
        if creek_m < 900:
            city.green += [(g, "street") for g in _street_green(plot)]
        for made in plot.designs:
            if frame.contains(made.footprint):
                (city.core if _is_core(made, river) else city.ring).append(made)
    return city


def _is_core(made: Design, river: Creek) -> bool:
    """Say whether a building is modelled in detail: near the creek, or part of the skyline."""
    if made.usage == "office" and max(m.top_m for m in made.masses) > SKYLINE_M:
        return True
    return bool(river.centre.distance(made.footprint) < CORE_M)


def _street_green(plot: Plot) -> Iterator[Polygon]:
    for part in polygons(leftover(plot).buffer(-3.0).buffer(2.0), 260):
        yield part.simplify(1.2)


def make_twin(folder: Path) -> list[str]:
    """Write every file of the twin into the folder; return one line about each."""
    city = plan_city()
    folder.mkdir(parents=True, exist_ok=True)
    cells = grid_cells(city.web.leaves)
    write_land(folder, city, cells)
    _write_buildings(folder / "buildings.city.json", city, Register(city.web.streets, cells))
    write_geojson(folder / "context.geojson", "周边建筑体块（模拟数据）", _ring_features(city), digits=1)
    greens = layers.green_features(city.river, city.water, city.web, city.green)
    write_geojson(folder / "green.geojson", "绿地（模拟数据）", greens, digits=1)
    names = sorted(p for p in folder.iterdir() if p.suffix in {".json", ".geojson", ".tif", ".csv"})
    return [
        *(f"{path.name}: {path.stat().st_size:,} bytes" for path in names),
        f"buildings: {len(city.core)} in detail, {len(city.ring)} blocks around them",
    ]


def write_land(folder: Path, city: City, cells: list[Cell]) -> None:
    """Write what does not depend on how blocks are built up: terrain, water, roads, structures, points and cells."""
    spans = bridges.creek_bridges(city.river, city.land)
    flyovers = bridges.expressway(city.river, city.land)
    walls = bridges.embankments(city.river, city.bodies)
    write_geotiff(folder / "terrain.tif", city.land)
    _write_structures(folder / "bridges.city.json", "苏州河桥梁与内环高架（模拟数据）", "Bridge", [*spans, *flyovers])
    _write_structures(folder / "embankments.city.json", "苏州河防汛墙（模拟数据）", "OtherConstruction", walls)
    water = layers.water_features(city.bodies, city.culverts)
    write_geojson(folder / "water.geojson", "水系（模拟数据）", water)
    named = {made.name: made.footprint for made in city.core if made.name}
    roads = layers.road_features(city.web.streets, spans, flyovers, city.land)
    write_geojson(folder / "roads.geojson", "道路（模拟数据）", roads)
    write_geojson(folder / "places.geojson", "地名（模拟数据）", layers.place_features(city.land, named))
    facilities = layers.facility_features(city.river, city.web, city.land, spans)
    write_geojson(folder / "facilities.geojson", "设施（模拟数据）", facilities)
    write_geojson(folder / "rivers.geojson", "河道中心线（模拟数据）", live.river_features(city.river))
    live.write_stations(folder / "stations.csv", city.river, facilities)
    governance.write_areas(folder / "governance" / "areas.csv", cells)
    write_geojson(folder / "grid.geojson", "单元网格（模拟数据）", layers.grid_features(cells), digits=1)


def _write_buildings(path: Path, city: City, register: Register) -> None:
    writer = CityWriter("苏州河普陀段建筑（模拟数据）")
    for number, made in enumerate(city.core, start=1):
        low, mean = city.land.under(made.footprint)
        height = max(m.top_m + (m.rise_m if m.roof in ("gable", "hip", "dome", "sawtooth") else 0) for m in made.masses)
        name = f"PT-{number:05d}"
        add_building(writer, name, made, register.attributes(made, number, height), (low - 0.3, mean))
    writer.write(path)


def _ring_features(city: City) -> Iterator[Feature]:
    for number, made in enumerate(city.ring, start=1):
        low, _ = city.land.under(made.footprint)
        tall = max(m.top_m + (0.6 * m.rise_m if m.roof in ("gable", "hip") else 0) for m in made.masses)
        row: dict[str, object] = {
            "height": round(tall, 1),
            "base": round(low - 0.1, 1),
            "storeys": made.storeys,
            "usage": made.usage,
        }
        plan = max((m.plan for m in made.masses if m.top_m > 0.4 * tall), key=lambda p: p.area)
        yield f"BK-{number:05d}", plan.simplify(1.6), row


def _write_structures(path: Path, title: str, kind: str, structures: list[Structure]) -> None:
    writer = CityWriter(title)
    for number, made in enumerate(structures, start=1):
        row: dict[str, object] = {"name": made.name, "name_en": made.name_en, "function": made.kind}
        if made.road:
            row["road"] = made.road
        writer.add(f"{kind[:2].upper()}-{number:03d}", kind, made.solids, row | made.extra)
    writer.write(path)
