"""Writes station tables of the scenes that serve people and trade: coupons, insurance, villages, factories, data."""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from cim_models.regions.atlas import CHANGZHOU, NANTONG, SUQIAN
from cim_models.regions.governing import write_governance
from cim_models.regions.station_rows import Row, station, write_stations
from cim_models.regions.table import SandTable, Town
from shapely.geometry import Point

SLOW_S = 300
INSTITUTIONS = ((9, "三级医院", "Tertiary hospital", 0.9), (90, "二级医院", "Secondary hospital", 0.5),
                (1200, "基层机构", "Clinic", 0.0), (2048, "零售药店", "Pharmacy", 0.1))  # fmt: skip
FACTORIES = 300
TRADES = (("装备", "Machinery"), ("新能源", "New energy"), ("新材料", "Materials"), ("电子", "Electronics"),
          ("纺织", "Textiles"), ("医药", "Medicine"))  # fmt: skip
FIRST_CODE = "100"


def write_services(folder: Path) -> list[str]:
    """Write the tables of these scenes; return a line for each."""
    suqian, nantong, changzhou = SandTable(SUQIAN), SandTable(NANTONG), SandTable(CHANGZHOU)
    return [
        write_stations(folder / "consumption", _coupons()),
        write_stations(folder / "insurance", _insurance(nantong)),
        *write_governance(nantong, folder / "insurance" / "governance"),
        write_stations(folder / "village", _villages(suqian)),
        *write_governance(suqian, folder / "village" / "governance"),
        write_stations(folder / "factory", _factories(changzhou)),
        *write_governance(changzhou, folder / "factory" / "governance"),
        write_stations(folder / "basemap", _catalogue(suqian)),
        *write_governance(suqian, folder / "basemap" / "governance"),
    ]


def _listed(scene: str) -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / "services.csv").open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["scene"] == scene)


def _seat(table: SandTable, number: int = 0) -> tuple[float, float]:
    x_m, y_m = table.metres([table.region.counties[number].seat])[0]
    return float(x_m), float(y_m)


def _centre(table: SandTable, zh: str, en: str) -> Iterator[Row]:
    east, north = _seat(table)
    yield station("city", (zh, en), "system", (east, north))
    yield station("weather", ("气象站", "Weather station"), "weather", (east + 300.0, north - 300.0))


def _counties(table: SandTable, interval_s: int = 60) -> Iterator[Row]:
    for number, (county, _) in enumerate(table.counties):
        east, north = _seat(table, number)
        name = (county.name, county.name_en)
        yield station(
            f"county-{number + 1:02d}", name, "area", (east + (40.0 if number == 0 else 0.0), north), interval_s
        )


def _around(table: SandTable, scene: str, reach_m: float) -> Iterator[Row]:
    """Yield what is listed for a scene, in a ring around its centre."""
    east, north = _seat(table)
    rows = list(_listed(scene))
    for number, row in enumerate(rows):
        turn = 2 * np.pi * number / len(rows)
        place = (east + reach_m * np.sin(turn), north + 0.8 * reach_m * np.cos(turn))
        yield station(row["id"], (row["name"], row["name_en"]), row["kind"], place)


def _coupons() -> Iterator[Row]:
    """Yield the shopping areas along the creek, and what is counted for the whole district."""
    for row in _listed("consumption"):
        place = (float(row["x"]), float(row["y"]))
        yield station(row["id"], (row["name"], row["name_en"]), row["kind"], place)


def _insurance(table: SandTable) -> Iterator[Row]:
    yield from _centre(table, "医保经办中心", "Insurance centre")
    yield from _counties(table, SLOW_S)
    yield from _around(table, "insurance", 420.0)
    count = 0
    for many, zh, en, pull in INSTITUTIONS:
        digits = len(str(many))
        for number, place, town in _places(table, many, pull, 900 + many):
            count += 1
            name = (f"{town.county.name}{zh}{number:0{digits}d}", f"{en} {number:0{digits}d}, {town.county.name_en}")
            yield station(f"inst-{count:04d}", name, "site", place, SLOW_S)


def _places(table: SandTable, many: int, pull: float, seed: int) -> Iterator[tuple[int, tuple[float, float], Town]]:
    """Yield number, place and town of many sites, by county; `pull` is the share that keeps to the seats."""
    chance = np.random.default_rng(seed)
    seats = [town for town in table.towns if town.code.endswith(FIRST_CODE)]
    picked = []
    for _ in range(many):
        towns = seats if chance.random() < pull else table.towns
        picked.append(towns[int(chance.integers(len(towns)))])
    picked.sort(key=lambda town: town.code)
    for number, town in enumerate(picked, 1):
        reach_m = 420.0 if town.county.is_city and town.code.endswith(FIRST_CODE) else 150.0
        yield number, _near(table, town, reach_m, chance), town


def _near(table: SandTable, town: Town, reach_m: float, chance: np.random.Generator) -> tuple[float, float]:
    """Return a dry place near a town's middle."""
    for _ in range(40):
        off = chance.normal(0.0, 0.5 * reach_m, 2)
        place = (town.x_m + float(off[0]), town.y_m + float(off[1]))
        if table.dry.contains(Point(place)):
            return place
    return town.x_m, town.y_m


def _villages(table: SandTable) -> Iterator[Row]:
    yield from _centre(table, "数字乡村中心", "Village centre")
    yield from _counties(table)
    for town in table.towns:
        yield station(f"town-{town.code}", (town.name, town.name_en), "area", (town.x_m, town.y_m))
    chance = np.random.default_rng(61)
    for code, towns in groupby(table.towns, key=lambda town: town.county.name):
        for number, town in enumerate(towns, 1):
            name = (f"{code[:-1]}{number:02d}示范村", f"{town.county.name_en} village {number:02d}")
            yield station(f"village-{town.code}", name, "site", _near(table, town, 230.0, chance), SLOW_S)


def _factories(table: SandTable) -> Iterator[Row]:
    yield from _centre(table, "超级虚拟工厂", "Super virtual factory")
    yield from _counties(table)
    yield from _around(table, "factory", 520.0)
    chance = np.random.default_rng(300)
    for number, place, town in _places(table, FACTORIES, 0.12, 31):
        zh, en = TRADES[int(chance.integers(len(TRADES)))]
        name = (f"{town.county.name[:-1]}{zh}{number:03d}厂", f"{en} {number:03d}, {town.county.name_en}")
        yield station(f"plant-{number:03d}", name, "site", place)


def _catalogue(table: SandTable) -> Iterator[Row]:
    yield from _centre(table, "时空大数据平台", "Spatio-temporal platform")
    yield from _counties(table)
    yield from _around(table, "basemap", 760.0)
