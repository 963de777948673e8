"""The components of the twin's streets: lamps, covers, gratings, bins, signs and lights; every one of them invented.

Say `python -m cim_models.suhe.make.components [FOLDER]`: they are placed along the roads that the twin has.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer
from shapely import STRtree
from shapely.geometry import LineString, Point, shape

COUNTY = "310107"
COLUMNS = (
    "ObjID", "ObjName", "LargeClass", "SmallClass", "BGID", "PointX", "PointY", "ObjState", "DeptName1", "DeptName3",
    "DeviceID",
)  # fmt: skip
KINDS = (  # class, name, apart in metres, aside as a share of the road's half width, who is competent, who maintains
    ("0203", "路灯", 84.0, 1.05, "区建管委（模拟）", "市政养护（模拟）"),
    ("0203", "路灯", 84.0, -1.05, "区建管委（模拟）", "市政养护（模拟）"),
    ("0103", "雨水井盖", 160.0, 0.45, "区水务局（模拟）", "排水所（模拟）"),
    ("0102", "污水井盖", 220.0, -0.30, "区水务局（模拟）", "排水所（模拟）"),
    ("0104", "雨水箅子", 180.0, 0.92, "区水务局（模拟）", "排水所（模拟）"),
    ("0302", "果皮箱", 280.0, -1.15, "区绿化市容局（模拟）", "环卫所（模拟）"),
    ("0201", "交通标志牌", 460.0, 1.15, "交警支队（模拟）", "交警支队（模拟）"),
    ("0107", "通讯井盖", 380.0, -0.70, "通信管理办（模拟）", "铁塔公司（模拟）"),
)
MONITOR, NEAR_M = "0109", 200.0
STATES = (("完好", 0.965), ("破损", 0.015), ("待修", 0.012), ("丢失", 0.008))


def components(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of the components along the roads of the twin in `folder`."""
    roads = _features(folder / "roads.geojson")
    cells = [(shape(one["geometry"]), one["properties"]["code"]) for one in _features(folder / "grid.geojson")]
    tree = STRtree([cell for cell, _ in cells])
    turn = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)
    serials: dict[str, int] = {}
    for number, road in enumerate(roads):
        if road["properties"].get("level") or road["geometry"]["type"] != "LineString":
            continue
        line = LineString([place[:2] for place in road["geometry"]["coordinates"]])
        half_m = float(road["properties"].get("width_m", 12)) / 2
        chance = np.random.default_rng(9_000 + number)
        for code, name, apart_m, aside, competent, maintainer in KINDS:
            for x_m, y_m in _beside(line, apart_m, aside * half_m):
                found = [int(n) for n in tree.query(Point(x_m, y_m), predicate="within")]
                if not found:
                    continue
                serials[code] = serials.get(code, 0) + 1
                lon, lat = turn.transform(x_m, y_m)
                yield {
                    "ObjID": f"{COUNTY}{code}{serials[code]:06d}", "ObjName": name, "LargeClass": code[:2],
                    "SmallClass": code[2:], "BGID": cells[found[0]][1], "PointX": f"{lon:.6f}", "PointY": f"{lat:.6f}",
                    "ObjState": str(chance.choice([state for state, _ in STATES], p=[share for _, share in STATES])),
                    "DeptName1": competent, "DeptName3": maintainer, "DeviceID": "",
                }  # fmt: skip
    yield from monitors(folder, cells, tree, turn)


def monitors(folder: Path, cells: list[tuple[Any, str]], tree: STRtree, turn: Transformer) -> Iterator[dict[str, str]]:
    """Yield the monitoring cabinet of every station that stands in a cell; its device is the station."""
    with (folder / "stations.csv").open(encoding="utf-8", newline="") as file:
        stations = [row for row in csv.DictReader(file) if row["x"] and row["y"]]
    serial = 0
    for row in stations:
        place = Point(float(row["x"]), float(row["y"]))
        number = int(tree.nearest(place))
        if cells[number][0].distance(place) > NEAR_M:
            continue
        serial += 1
        lon, lat = turn.transform(place.x, place.y)
        yield {
            "ObjID": f"{COUNTY}{MONITOR}{serial:06d}", "ObjName": f"{row['name']}监测箱", "LargeClass": MONITOR[:2],
            "SmallClass": MONITOR[2:], "BGID": cells[number][1], "PointX": f"{lon:.6f}", "PointY": f"{lat:.6f}",
            "ObjState": "完好", "DeptName1": "区水务局（模拟）", "DeptName3": "监测中心（模拟）", "DeviceID": row["id"],
        }  # fmt: skip


def _beside(line: LineString, apart_m: float, aside_m: float) -> Iterator[tuple[float, float]]:
    along = apart_m / 2
    while along < line.length:
        here, next_ = line.interpolate(along), line.interpolate(min(line.length, along + 0.5))
        dx, dy = next_.x - here.x, next_.y - here.y
        long = max(1e-9, (dx * dx + dy * dy) ** 0.5)
        yield here.x - dy / long * aside_m, here.y + dx / long * aside_m
        along += apart_m


def _features(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def write_components(twin: Path, path: Path) -> int:
    """Write the table; return how many rows it has."""
    rows = list(components(twin))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    home = Path(__file__).parent.parent
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else home / "governance" / "components.csv"
    sys.stdout.write(f"{target.name}: {write_components(home, target)}\n")
