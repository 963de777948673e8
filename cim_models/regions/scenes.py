"""Writes the station tables of the scenes that play on sand tables."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from cim_models.regions.atlas import NANTONG, SUQIAN, XIONGAN
from cim_models.regions.governing import write_governance
from cim_models.regions.services import write_services
from cim_models.regions.station_rows import Row, station, write_stations
from cim_models.regions.table import SandTable
from cim_models.regions.traffic import write_traffic
from shapely.geometry import LineString


def write_scenes(folder: Path) -> list[str]:
    """Write the tables of all scenes; return a line for each."""
    said = []
    for region in (NANTONG, SUQIAN, XIONGAN):
        table = SandTable(region)
        said.append(write_stations(folder / region.key, _city(table, _systems(region.key))))
        said += write_governance(table, folder / region.key / "governance")
    said.append(write_stations(folder / "yangtze", _shore(SandTable(NANTONG))))
    return [*said, *write_services(folder), *write_traffic(folder / "v2x")]


def _systems(region: str) -> list[str]:
    """Return the departments or systems of a region whose data come together."""
    with (Path(__file__).parent / "systems.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file) if row["region"] == region]


def _city(table: SandTable, systems: list[str]) -> Iterator[Row]:
    """Yield the city's centre, its systems in two rings around it, counties and towns."""
    seat = table.metres([table.region.counties[0].seat])[0]
    name = table.region.counties[0]
    yield station("city", ("市级中心", "City centre"), "system", (float(seat[0]), float(seat[1])))
    yield station("weather", ("气象站", "Weather station"), "weather", (float(seat[0]) + 300.0, float(seat[1]) - 300.0))
    for number, system in enumerate(systems, 1):
        turn = 2 * np.pi * number / len(systems)
        reach = 620.0 if number % 2 else 860.0
        place = (float(seat[0] + reach * np.sin(turn)), float(seat[1] + 0.8 * reach * np.cos(turn)))
        yield station(f"dept-{number:02d}", (system, f"Department {number:02d}"), "system", place)
    for number, (county, _) in enumerate(table.counties, 1):
        x_m, y_m = table.metres([county.seat])[0]
        place = (float(x_m) + (40.0 if county is name else 0.0), float(y_m))
        yield station(f"county-{number:02d}", (county.name, county.name_en), "area", place)
    for town in table.towns:
        yield station(f"town-{town.code}", (town.name, town.name_en), "area", (town.x_m, town.y_m))


def _shore(table: SandTable) -> Iterator[Row]:
    """Yield what watches the Yangtze: the centre, eight guards, sections, cameras and berths along its bank."""
    seat = table.metres([table.region.counties[0].seat])[0]
    east, north = float(seat[0]), float(seat[1])
    yield station("city", ("长江生态眼中心", "Centre of the eye"), "system", (east, north))
    yield station("weather", ("江心气象站", "Weather station"), "weather", (east - 500.0, north - 900.0))
    river = next(shape for name, *_, shape in table.waters if name == "长江")
    bank = LineString(river.exterior.coords).intersection(table.land.buffer(420.0))
    line = max(getattr(bank, "geoms", [bank]), key=lambda part: part.length)
    for number, (x_m, y_m) in enumerate(_along(line, len(GUARDS)), 1):
        name, name_en = GUARDS[number - 1]
        yield station(f"guard-{number}", (name, name_en), "system", (x_m, y_m + 160.0))
    for count, name, zh, en, kind, aside_m in (
        (12, "section", "长江{}断面", "Section {}", "quality", -120.0),
        (60, "eye", "岸线视频{}", "Camera {}", "device", 24.0),
        (18, "berth", "{}号码头", "Berth {}", "site", -30.0),
    ):
        for number, (x_m, y_m) in enumerate(_along(line, count), 1):
            told = f"{number:02d}"
            yield station(f"{name}-{told}", (zh.format(told), en.format(told)), kind, (x_m, y_m + aside_m))


def _along(line: LineString, count: int) -> Iterator[tuple[float, float]]:
    for number in range(count):
        place = line.interpolate((number + 0.5) / count, normalized=True)
        yield place.x, place.y


GUARDS = (
    ("防汛", "Flood"),
    ("防台", "Typhoon"),
    ("防污染", "Pollution"),
    ("防非法捕捞", "Poaching"),
    ("防非法采砂", "Sand theft"),
    ("防岸线侵占", "Encroachment"),
    ("防危化泄漏", "Spills"),
    ("防船舶碰撞", "Collisions"),
)
