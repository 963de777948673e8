"""Writes who reports in the scene of the data centre, the ways of its robots, and how it is kept."""

from collections.abc import Iterator
from pathlib import Path

from cim_models.regions.station_rows import Row, station, write_stations
from cim_models.sites.drawing import Place, closed, ring
from cim_models.sites.governing import Keeping, write_keeping
from cim_models.sites.hall import ENGINES, HALL, HALL_A, HALLS, RACKS, ROWS, TOWERS, aisles, rack_place
from cim_models.sites.park_scene import write_routes
from shapely.geometry import LineString

SLOW_S = 30
KEEPING = Keeping(
    areas=(("32", "江苏省", "Jiangsu"), ("3213", "宿迁市", "Suqian"), ("321311", "宿豫区", "Suyu"),
           ("321311900", "云数据中心（模拟）", "Data centre")),
    teams=(("power", "电力班", "Power"), ("cooling", "暖通班", "Cooling"), ("network", "网络与主机班", "Hosts"),
           ("guard", "安防班", "Guards")),
    group=("机房运行", "The halls"),
    classes=(("0701", "机柜过热", "A rack is hot", "rack-hot", "urgent"),
             ("0702", "制冷异常", "Cooling fails", "chiller-warm", "urgent"),
             ("0703", "电力异常", "Power fails", "ups-load", "urgent"),
             ("0704", "能效偏高", "Too much energy", "pue-high", "normal")),
    reach_m=500.0,
)  # fmt: skip


def write_hall_scene(folder: Path) -> list[str]:
    """Write stations, routes and tables of governance; return a line for each."""
    return [
        write_stations(folder, _stations()),
        write_routes(HALL, folder / "routes.geojson", _routes()),
        *write_keeping(HALL, KEEPING, folder / "governance"),
    ]


def _at(name: str, said: tuple[str, str], kind: str, place: Place, interval_s: int = SLOW_S) -> Row:
    return station(name, said, kind, HALL.metres(place), interval_s)


def _stations() -> Iterator[Row]:
    yield _at("city", ("数据中心", "The data centre"), "system", (-40.0, -196.0))
    yield _at("weather", ("室外气象", "Weather outside"), "weather", (112.0, 245.0))
    yield {**_at("power", ("动力监控主机", "Power monitor"), "device", (0.0, 160.0)),
           "address.http": "", "address.modbus": "power"}  # fmt: skip
    for row in range(ROWS):
        for rack in range(RACKS):
            told = (f"{chr(65 + row)}{rack + 1:02d} 机柜", f"Rack {chr(65 + row)}{rack + 1:02d}")
            yield _at(f"rack-{chr(97 + row)}-{rack + 1:02d}", told, "part", rack_place(row, rack))
    for letter, place in zip("abcd", (HALL_A, *HALLS), strict=True):
        yield _at(f"room-{letter}", (f"机房 {letter.upper()}", f"Hall {letter.upper()}"), "area", place)
    for number, place in enumerate(TOWERS, 1):
        yield _at(f"chiller-{number}", (f"{number} 号冷机", f"Chiller {number}"), "device", place)
    for number, place in enumerate(ENGINES, 1):
        yield _at(f"engine-{number}", (f"柴发{number}", f"Generator {number}"), "device", place)
    yield {**_at("fleet-robot", ("巡检机器人", "Robots"), "system", (-70.0, -20.0)),
           "address.http": "", "address.jt808": "robot"}  # fmt: skip


def _routes() -> Iterator[tuple[str, str, LineString]]:
    for number, line in enumerate(aisles(), 1):
        yield f"通道{number}", "aisle", line
    yield "环路", "ring", closed(ring((18.0, 0.0), (330.0, 225.0), 8))
