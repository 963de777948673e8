"""Writes who reports in the scene of the park, the ways of its shuttles and boats, and how it is kept."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from cim_models.regions.station_rows import Row, station, write_stations
from cim_models.sites.drawing import Place, Site, closed, ring
from cim_models.sites.governing import Keeping, write_keeping
from cim_models.sites.park import GARDENS, GATES, LAKE, LOOP, PARK, PARKING, PATH, garden_places
from shapely.geometry import LineString

TYPES = (
    ("智慧灯杆", "Smart lamp poles"), ("环境监测站", "Environment"), ("票务闸机", "Ticket gates"),
    ("视频监控", "Cameras"), ("客流计数", "People counters"), ("广播音柱", "Loudspeakers"), ("信息屏", "Signs"),
    ("一键求助", "Help points"),
    ("消防栓压力", "Hydrants"), ("烟感", "Smoke"), ("智能井盖", "Manholes"), ("垃圾满溢", "Bins"),
    ("智慧公厕", "Toilets"), ("停车诱导", "Parking"), ("充电桩", "Chargers"), ("接驳车", "Shuttles"),
    ("游船", "Boats"), ("土壤墒情", "Soil"),
    ("智能灌溉", "Irrigation"), ("水质浮标", "Water buoys"), ("无人机机场", "Drone docks"),
)  # fmt: skip
LAMPS, SLOW_S = 60, 30
KEEPING = Keeping(
    areas=(("32", "江苏省", "Jiangsu"), ("3201", "南京市", "Nanjing"), ("320115", "江宁区", "Jiangning"),
           ("320115900", "园博园（模拟）", "Garden expo park")),
    teams=(("visitors", "游客服务部", "Visitors"), ("security", "安保部", "Security"),
           ("plants", "园艺部", "Gardening"), ("works", "工程运维部", "Works")),
    group=("园区运行", "The park"),
    classes=(("0701", "客流超载", "Too many visitors", "zone-crowded", "urgent"),
             ("0702", "设备离线", "Devices are dark", "type-dark", "normal"),
             ("0703", "水质异常", "Water quality", "lake-water", "normal"),
             ("0704", "闸机排队", "A queue at a gate", "gate-queue", "urgent")),
    reach_m=900.0,
)  # fmt: skip


def write_park_scene(folder: Path) -> list[str]:
    """Write stations, routes and tables of governance; return a line for each."""
    return [
        write_stations(folder, _stations()),
        write_routes(PARK, folder / "routes.geojson", _routes()),
        *write_keeping(PARK, KEEPING, folder / "governance"),
    ]


def write_routes(site: Site, path: Path, routes: Iterator[tuple[str, str, LineString]]) -> str:
    """Write names, ways and lines, in metres around the middle, as routes in degrees; return a line for it."""
    rows = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"name": name, "way": way, "width_m": 5.0},
                "geometry": {"type": "LineString", "coordinates": [site.degrees(place) for place in line.coords]},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for name, way, line in routes
    ]
    head = '{"type":"FeatureCollection","name":"路线（模拟数据）","synthetic":true,"features":[\n'
    path.write_text(head + ",\n".join(rows) + "\n]}\n", encoding="utf-8")
    return f"{path.parent.name}/{path.name}: {len(rows)}"


def _at(name: str, said: tuple[str, str], kind: str, place: Place) -> Row:
    return station(name, said, kind, PARK.metres(place), SLOW_S)


def _stations() -> Iterator[Row]:
    yield _at("city", ("园博超脑", "The brain"), "system", (-470.0, 240.0))
    yield _at("weather", ("园区气象站", "Weather"), "weather", (40.0, 70.0))
    for number, (zh, en) in enumerate(TYPES):
        angle = 2 * np.pi * number / len(TYPES)
        place = (620.0 * float(np.sin(angle)), 490.0 * float(np.cos(angle)))
        yield _at(f"type-{number + 1:02d}", (zh, en), "system", place)
    for number, (zh, en, gate) in enumerate(GATES, 1):
        yield _at(f"gate-{number}", (zh, en), "device", gate)
    for number, (named, place) in enumerate(zip(GARDENS, garden_places(), strict=True), 1):
        yield _at(f"zone-{number:02d}", named, "area", place)
    for number, place in enumerate(ring((0.0, 0.0), (LOOP[0] + 9.0, LOOP[1] + 9.0), LAMPS), 1):
        yield _at(
            f"lamp-{number:02d}",
            (f"灯杆{number:02d}", f"Lamp {number:02d}"),
            "part",
            (float(place[0]), float(place[1])),
        )
    for number, place in enumerate(((-150.0, 60.0), (120.0, 100.0), (60.0, -110.0)), 1):
        yield _at(f"buoy-{number}", (f"{number}号浮标", f"Buoy {number}"), "quality", place)
    for number, place in enumerate(PARKING, 1):
        yield _at(f"parking-{number}", (f"P{number} 停车场", f"Car park P{number}"), "site", place)
    for kind, zh, en in (
        ("shuttle", "接驳车队", "Shuttles"),
        ("boat", "游船队", "Boats"),
        ("robot", "巡检机器人", "Robots"),
    ):
        row = _at(f"fleet-{kind}", (zh, en), "system", (-440.0, 200.0 - 30.0 * len(kind)))
        yield {**row, "address.http": "", "address.jt808": kind}


def _routes() -> Iterator[tuple[str, str, LineString]]:
    yield "环园路", "loop", closed(ring((0.0, 0.0), LOOP, 72))
    yield "湖滨步道", "walk", closed(ring((0.0, 0.0), PATH, 72))
    for number, share in enumerate((0.86, 0.62), 1):
        yield f"游船{number}线", "lake", closed(ring((0.0, 0.0), (LAKE[0] * share, LAKE[1] * share), 64, 0.04))
