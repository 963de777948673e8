"""Writes a twin of a dozen buildings, a road, places and a sluice, as files that go through the real readers."""

import json
from pathlib import Path

WEST, SOUTH = 636_000, 3_458_000
TWIN = """
title = {{ zh = "小城", en = "Small city" }}
crs = "EPSG:4549"
latitude = 31.24
longitude = 121.43
synthetic = true
style = "night"
moment = 2026-11-21T18:40:00+08:00
attribution = {{ zh = "测试数据", en = "Test data" }}
{layers}
[[bookmarks]]
name = {{ zh = "全城", en = "Whole city" }}
target = [636150.0, 3458120.0, 0.0]
heading = 30.0
pitch = -40.0
distance = 620.0

[[bookmarks]]
name = {{ zh = "俯视", en = "From above" }}
target = [636150.0, 3458120.0, 0.0]
heading = 0.0
pitch = -85.0
distance = 700.0
style = "day"
"""
LAYER = """
[[layers]]
name = "{name}"
title = {{ zh = "{zh}", en = "{en}" }}
role = "{name}"
path = "{file}"
group = {{ zh = "城市模型", en = "City model" }}
licence = "Apache-2.0"
"""
LAYERS = (
    ("buildings", "建筑", "Buildings", "buildings.city.json"),
    ("roads", "道路", "Roads", "roads.geojson"),
    ("places", "地名", "Places", "places.geojson"),
)
FACES = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))


def write_twin(folder: Path) -> Path:
    """Write the twin and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = "".join(LAYER.format(name=name, zh=zh, en=en, file=file) for name, zh, en, file in LAYERS)
    (folder / "twin.toml").write_text(TWIN.format(layers=layers), encoding="utf-8")
    write_buildings(folder / "buildings.city.json", "B", 12)
    road = {"type": "LineString", "coordinates": [[121.4270, 31.2361], [121.4310, 31.2361]]}
    write_geojson(folder / "roads.geojson", [("R1", road, {"name": "长寿路", "name_en": "Changshou Road",
                                                             "class": "arterial", "width_m": 18})])  # fmt: skip
    place = {"type": "Point", "coordinates": [121.4285, 31.2365]}
    write_geojson(folder / "places.geojson", [("P1", place, {"name": "曹家渡", "name_en": "Caojiadu", "rank": 1})])
    return folder


def write_buildings(path: Path, prefix: str, count: int, *, east: int = 0, crs: bool = True) -> Path:
    """Write a CityJSON file with boxes in rows of four; heights grow by 10 m."""
    vertices: list[list[int]] = []
    objects: dict[str, object] = {}
    for number in range(count):
        x, y = WEST + east + 80 * (number % 4), SOUTH + 80 * (number // 4)
        height = 20 + 10 * number
        first = len(vertices)
        for level in (0, height):
            vertices += [[x, y, level], [x + 40, y, level], [x + 40, y + 40, level], [x, y + 40, level]]
        objects[f"{prefix}{number + 1}"] = {
            "type": "Building",
            "attributes": {
                "name": f"长寿大厦{number + 1}号",
                "name_en": f"Changshou Tower {number + 1}",
                "address": f"长寿路{number + 1}号",
                "usage": "office" if number % 2 else "residential",
                "measuredHeight": float(height),
            },
            "geometry": [
                {"type": "Solid", "lod": "1", "boundaries": [[[[first + i for i in face]] for face in FACES]]}
            ],
        }
    document = {
        "type": "CityJSON",
        "version": "2.0",
        "transform": {"scale": [1.0, 1.0, 1.0], "translate": [0.0, 0.0, 0.0]},
        "CityObjects": objects,
        "vertices": vertices,
    }
    if crs:
        document["metadata"] = {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/4549"}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def write_geojson(path: Path, features: list[tuple[str, dict[str, object], dict[str, object]]]) -> Path:
    """Write features of id, geometry (longitude, latitude) and properties."""
    document = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}
            for name, geometry, properties in features
        ],
    }
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path
