"""Writes the tables of the scene of vehicles and roads: who reports, and the routes on which everything moves."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from cim_models.regions.atlas import WUXI
from cim_models.regions.governing import write_governance
from cim_models.regions.station_rows import Row, station, write_stations
from cim_models.regions.table import SandTable
from pyproj import Transformer
from shapely.geometry import LineString

JUNCTIONS = 60
KINDS = (
    ("car", "网联小客车", "Connected cars"),
    ("bus", "公交车", "Buses"),
    ("truck", "货运车", "Trucks"),
    ("robot", "无人配送车", "Delivery robots"),
    ("shuttle", "自动驾驶接驳车", "Driverless shuttles"),
)
HUBS = ("安镇", "东亭", "洛社", "蠡园", "旺庄", "澄江", "宜城", "梁中")
HUBS_EN = ("Anzhen", "Dongting", "Luoshe", "Liyuan", "Wangzhuang", "Chengjiang", "Yicheng", "Liangzhong")
SLOW_S = 30


def write_traffic(folder: Path) -> list[str]:
    """Write stations, routes and the tables of governance; return a line for each."""
    table = SandTable(WUXI)
    return [
        write_stations(folder, _stations(table)),
        _write_routes(table, folder / "routes.geojson"),
        *write_governance(table, folder / "governance"),
    ]


def _stations(table: SandTable) -> Iterator[Row]:
    seat = table.metres([table.region.counties[0].seat])[0]
    east, north = float(seat[0]), float(seat[1])
    yield station("city", ("车路云一体化平台", "Platform of vehicles and roads"), "system", (east, north), SLOW_S)
    yield station("weather", ("道路气象站", "Road weather"), "weather", (east + 300.0, north - 300.0), SLOW_S)
    yield {**station("fleet-all", ("全部交通参与者", "Everything that moves"), "system", (east, north), SLOW_S),
           "address.http": "", "address.jt808": "all"}  # fmt: skip
    for number, (kind, zh, en) in enumerate(KINDS):
        turn = 2 * np.pi * number / len(KINDS)
        place = (east + 420.0 * np.sin(turn), north + 420.0 * np.cos(turn))
        yield {**station(f"fleet-{kind}", (zh, en), "system", place, SLOW_S),
               "address.http": "", "address.jt808": kind}  # fmt: skip
    crossings = table.crossings()
    step = len(crossings) / JUNCTIONS
    for number in range(JUNCTIONS):
        zh, en, place = crossings[int(number * step)]
        told = (f"{zh}路口", f"Junction {en}")
        yield station(f"junction-{number + 1:02d}", told, "device", (float(place[0]), float(place[1])), SLOW_S)
    fast = [(name, line) for way, name, _, line in table.roads if way == "expressway"]
    for number, (name, line) in enumerate(fast, 1):
        middle = line.interpolate(0.5, normalized=True)
        told = (name.replace("区", "").replace("市", ""), f"Expressway {number:02d}")
        yield station(f"road-{number:02d}", told, "site", (middle.x, middle.y), SLOW_S)
    for number, ((county, _), name, name_en) in enumerate(
        zip([*table.counties, table.counties[0]], HUBS, HUBS_EN, strict=False), 1
    ):
        x_m, y_m = table.metres([county.seat])[0]
        place = (float(x_m) + 70.0 * (1 + number % 2), float(y_m) - 60.0)
        yield station(f"hub-{number}", (name, f"{name_en} hub"), "site", place, SLOW_S)


def _write_routes(table: SandTable, path: Path) -> str:
    """Write the lines of all roads in degrees."""
    turn = Transformer.from_crs(table.region.crs, "EPSG:4490", always_xy=True)
    rows = [_route(name, way, width_m, line, turn) for way, name, width_m, line in table.roads]
    head = '{"type":"FeatureCollection","name":"路线（模拟数据）","synthetic":true,"features":[\n'
    path.write_text(head + ",\n".join(rows) + "\n]}\n", encoding="utf-8")
    return f"{path.parent.name}/{path.name}: {len(rows)}"


def _route(name: str, way: str, width_m: float, line: LineString, turn: Transformer) -> str:
    points = [[round(x, 6), round(y, 6)] for x, y in (turn.transform(*place) for place in line.coords)]
    return json.dumps(
        {
            "type": "Feature",
            "properties": {"name": name, "way": way, "width_m": width_m},
            "geometry": {"type": "LineString", "coordinates": points},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
