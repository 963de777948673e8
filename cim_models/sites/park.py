"""A garden expo park: a lake with islands, thirteen gardens round it, halls, a tower, ways and gates."""

from collections.abc import Iterator

import numpy as np
from cim_models.sites.drawing import (
    Drawn,
    Place,
    Site,
    block,
    building,
    closed,
    named,
    ring,
    round_block,
    way,
)
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union
from shapely.prepared import prep

GARDENS = (
    ("南京园", "Nanjing"), ("无锡园", "Wuxi"), ("徐州园", "Xuzhou"), ("常州园", "Changzhou"), ("苏州园", "Suzhou"),
    ("南通园", "Nantong"), ("连云港", "Lianyungang"), ("淮安园", "Huai'an"), ("盐城园", "Yancheng"),
    ("扬州园", "Yangzhou"), ("镇江园", "Zhenjiang"), ("泰州园", "Taizhou"), ("宿迁园", "Suqian"),
)  # fmt: skip
GATES = (
    ("南大门", "South gate", (0.0, -560.0)), ("东大门", "East gate", (720.0, -40.0)),
    ("北大门", "North gate", (60.0, 570.0)), ("西大门", "West gate", (-720.0, 60.0)),
    ("东北门", "North-east gate", (520.0, 420.0)), ("西南门", "South-west gate", (-520.0, -400.0)),
)  # fmt: skip
LOOP, PATH, LAKE = (560.0, 430.0), (330.0, 245.0), (270.0, 190.0)
HALLS = (
    ((-30.0, -470.0), (150.0, 62.0), 21.0, ("主展馆", "Main hall")),
    ((-190.0, -455.0), (90.0, 54.0), 15.0, ("花艺馆", "Hall of flowers")),
    ((140.0, -452.0), (96.0, 56.0), 15.0, ("城市馆", "Hall of cities")),
    ((470.0, 250.0), (80.0, 46.0), 14.0, ("园艺学院", "School of gardening")),
    ((-470.0, 240.0), (84.0, 44.0), 16.0, ("游客中心", "Visitor centre")),
)
DOMES = ((330.0, -330.0, 46.0, 24.0), (410.0, -290.0, 30.0, 17.0), (270.0, -370.0, 26.0, 14.0))
TOWER = (40.0, 18.0)
PARKING = ((-120.0, -640.0), (120.0, -640.0), (800.0, -60.0), (-800.0, 70.0))


def garden_places() -> list[Place]:
    """Return the middle of each garden, clockwise from the north, between the path and the loop."""
    return [(float(x), float(y)) for x, y in ring((0.0, 0.0), (447.0, 338.0), len(GARDENS))]


def lake() -> Polygon:
    """Return the lake, with the island of the tower."""
    shore = Polygon(ring((0.0, 0.0), LAKE, 96, 0.055))
    return shore.difference(Point(TOWER).buffer(46.0))


def _water() -> Iterator[Drawn]:
    facts = {"name": "镜湖", "name_en": "Mirror lake", "kind": "lake", "level_m": -0.4}
    yield facts, lake()
    brook = LineString([(-262, 60), (-390, 118), (-560, 225), (-660, 400), (-720, 620)]).buffer(9)
    yield (
        {"name": "花溪", "name_en": "Flower brook", "kind": "river", "level_m": -0.4},
        brook.difference(lake().buffer(1)),
    )


def _ways() -> Iterator[Drawn]:
    yield way(("环园路", "Loop"), closed(ring((0.0, 0.0), LOOP, 72)), 11.0, "arterial")
    yield way(("湖滨步道", "Lake walk"), closed(ring((0.0, 0.0), PATH, 72)), 6.0)
    for zh, en, place in GATES:
        inner = np.array(place) / np.hypot(*(np.array(place) / np.array(PATH)))
        yield way((f"{zh}大道", f"{en} avenue"), LineString([place, tuple(inner)]), 9.0)
    for number, place in enumerate(garden_places()):
        zh, en = GARDENS[number]
        round_it = closed(ring(place, (58.0, 46.0), 28))
        yield way((f"{zh}游径", f"{en} walk"), round_it, 3.5, "path")
    bridge = LineString([(-250.0, -40.0), (-90.0, 0.0), (0.0, 10.0)])
    yield way(("镜湖栈桥", "Lake bridge"), bridge, 5.0, "path")


def _buildings() -> Iterator[Drawn]:
    for place, size, height_m, name in HALLS:
        yield building(block(place, size), height_m, "culture", name)
        yield building(block(place, (size[0] * 0.72, size[1] * 0.6)), height_m + 4.0, "culture", base_m=height_m)
    for x, y, radius_m, height_m in DOMES:
        for step in range(4):
            share = step / 4
            part = round_block((x, y), radius_m * (1.0 - share**2) ** 0.5)
            name = ("植物馆", "Greenhouse") if step == 0 else ("", "")
            yield building(part, height_m * (share + 0.25), "culture", name, height_m * share)
    for step in range(7):
        yield building(round_block(TOWER, 13.0 - 1.1 * step, 8), 9.0 * (step + 1) - 1.5, "culture",
                       ("望湖阁", "Lake tower") if step == 0 else ("", ""), 9.0 * step)  # fmt: skip
        yield building(
            round_block(TOWER, 15.5 - 1.1 * step, 8), 9.0 * (step + 1), "culture", base_m=9.0 * (step + 1) - 1.2
        )
    chance, wet = np.random.default_rng(21), unary_union([shape for _, shape in _water()]).buffer(3)
    for x, y in garden_places():
        for turn in range(5):
            angle = 2 * np.pi * turn / 5 + chance.uniform(0, 1)
            far = chance.uniform(10, 26)
            place = (x + far * np.sin(angle), y + 0.8 * far * np.cos(angle))
            size = (float(chance.uniform(7, 15)), float(chance.uniform(6, 11)))
            shape = block(place, size, float(chance.uniform(0, 90)))
            height_m = float(round(chance.uniform(4.5, 9.0), 1))
            if not wet.intersects(shape):
                yield building(shape, height_m, "culture")
    for zh, en, (x, y) in GATES:
        across = (16.0, 0.0) if abs(y) > abs(x) else (0.0, 16.0)
        for side in (-1, 1):
            lodge = block((x + side * across[0], y + side * across[1]), (12.0, 12.0))
            yield building(lodge, 8.0, "office", (zh, en))


def _green() -> Iterator[Drawn]:
    """Yield lawns and woods wherever nothing else is."""
    taken = unary_union(
        [lake().buffer(4), *(shape.buffer(facts["width_m"] / 2 + 1.5) for facts, shape in _ways()),
         *(shape.buffer(3) for _, shape in _buildings())]
    )  # fmt: skip
    whole = Polygon(ring((0.0, 0.0), (790.0, 640.0), 96, 0.02))
    keep_off = prep(taken)
    for x, y in garden_places():
        garden = Polygon(ring((x, y), (54.0, 42.0), 28)).difference(taken)
        yield from (({"kind": "park"}, part) for part in _parts(garden))
    chance = np.random.default_rng(9)
    found = 0
    while found < 760:
        reach = (780, 630) if found % 2 else (540, 415)
        place = np.array([chance.uniform(-reach[0], reach[0]), chance.uniform(-reach[1], reach[1])])
        shape = Polygon(ring((float(place[0]), float(place[1])), tuple(chance.uniform(8, 26, 2)), 14, 0.09))
        if whole.contains(shape) and not keep_off.intersects(shape):
            found += 1
            yield {"kind": "park" if found % 4 else "grass"}, shape


def _parts(shape: Polygon) -> list[Polygon]:
    return [part for part in getattr(shape, "geoms", [shape]) if part.area > 60]


def _names() -> Iterator[Drawn]:
    yield named((0.0, -80.0), "镜湖", "Mirror lake", 2)
    for (zh, en), place in zip(GARDENS, garden_places(), strict=True):
        yield named(place, zh, en, 3)
    for place, _, _, (zh, en) in HALLS:
        yield named(place, zh, en, 2)
    for zh, en, place in GATES:
        yield named(place, zh, en, 3)


def _layers() -> dict[str, Iterator[Drawn]]:
    return {"water": _water(), "green": _green(), "roads": _ways(), "buildings": _buildings(), "places": _names()}


PARK = Site(
    key="park",
    title="园博园（模拟数据）",
    title_en="Garden expo park (synthetic data)",
    crs="EPSG:4549",
    place=(119.046, 32.062),
    invented=("位置为示意，园区、展馆与设备", "the place is schematic; park, halls and devices"),
    layers=_layers,
    views=(
        ("镜湖全园", "The whole park", (0.0, -40.0), 14.0, -30.0, 1250.0),
        ("望湖阁", "Lake tower", (40.0, 10.0), 40.0, -17.0, 430.0),
        ("主展馆", "Main hall", (-20.0, -440.0), 335.0, -22.0, 480.0),
        ("植物馆", "Greenhouses", (340.0, -320.0), 300.0, -20.0, 380.0),
        ("北园", "Northern gardens", (60.0, 330.0), 190.0, -22.0, 620.0),
    ),
)
