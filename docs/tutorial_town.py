"""Writes the data of the tutorial's town: footprints, river and its course; every object in it is invented.

    python docs/tutorial_town.py

The same every time. The tutorial itself says how `twin.toml`, stations and rules are written.
"""

import json
import math
from pathlib import Path
from random import Random

from pyproj import Transformer

FOLDER = Path(__file__).parent / "tutorial" / "town"
CITY_CRS = "EPSG:4549"
WEST, SOUTH = 635_000.0, 3_458_000.0
LENGTH_M, RIVER_M, BANK_M, DEPTH_M = 1200.0, 44.0, 20.0, 360.0
STEP_M, BLOCK_M = 40.0, 26.0
SEED = 20261122


def middle_m(x: float) -> float:
    """Return how far north of the origin the river's middle is at `x` metres east of it."""
    return 500.0 + 90.0 * math.sin(x / 230.0)


def course() -> list[tuple[float, float]]:
    """Return the river's middle, from west to east, in metres."""
    return [(x, middle_m(x)) for x in range(-100, int(LENGTH_M) + 101, 50)]


def water() -> list[tuple[float, float]]:
    """Return the outline of the river."""
    north = [(x, y + RIVER_M / 2) for x, y in course()]
    south = [(x, y - RIVER_M / 2) for x, y in course()]
    return [*north, *reversed(south), north[0]]


def houses() -> list[tuple[dict[str, object], list[tuple[float, float]]]]:
    """Return properties and outline of each building."""
    random, found = Random(SEED), []
    for column in range(int(LENGTH_M / STEP_M)):
        x = column * STEP_M
        for row in range(int(DEPTH_M / STEP_M)):
            for side in (1, -1):
                if random.random() < 0.22:
                    continue
                y = middle_m(x + STEP_M / 2) + side * (RIVER_M / 2 + BANK_M + row * STEP_M + BLOCK_M / 2)
                is_tower = abs(x - 560) < 200 and row < 4 and random.random() < 0.35
                height = round(random.uniform(60, 128) if is_tower else random.uniform(9, 32), 1)
                wide, deep = (random.uniform(0.65, 1.0) * BLOCK_M / 2 for _ in range(2))
                west, east, south, north = x - wide, x + wide, y - deep, y + deep
                outline = [(west, south), (east, south), (east, north), (west, north), (west, south)]
                found.append(({"id": f"H{len(found) + 1:03}", "height": height}, outline))
    return found


def written(name: str, features: list[dict[str, object]], crs: str = "") -> None:
    """Write a collection, a feature a line."""
    named = f'"crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:{crs}"}}}},' if crs else ""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    text = f'{{"type":"FeatureCollection",{named}"features":[\n{lines}\n]}}\n'
    (FOLDER / name).write_text(text, encoding="utf-8")


def feature(properties: dict[str, object], kind: str, coordinates: object) -> dict[str, object]:
    """Return a feature of GeoJSON."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def main() -> None:
    """Write the files: degrees as data usually come, and the course in metres."""
    degrees = Transformer.from_crs(CITY_CRS, "EPSG:4490", always_xy=True)

    def ring(points: list[tuple[float, float]]) -> list[list[float]]:
        return [[round(value, 7) for value in degrees.transform(WEST + x, SOUTH + y)] for x, y in points]

    FOLDER.mkdir(parents=True, exist_ok=True)
    written("houses.geojson", [feature(facts, "Polygon", [ring(outline)]) for facts, outline in houses()])
    written("water.geojson", [feature({"name": "湾河", "name_en": "Bend River"}, "Polygon", [ring(water())])])
    metres = [[round(WEST + x, 1), round(SOUTH + y, 1)] for x, y in course()]
    facts: dict[str, object] = {"name": "湾河", "name_en": "Bend River", "width_m": [RIVER_M] * len(metres)}
    written("rivers.geojson", [feature(facts, "LineString", metres)], "EPSG::4549")


if __name__ == "__main__":
    main()
