"""A data centre: a hall with its roof taken off, three closed ones, power, cooling and guards around them."""

from collections.abc import Iterator

from cim_models.sites.drawing import Drawn, Place, Site, block, building, named, ring, round_block, way
from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union
from shapely.prepared import prep

ROWS, RACKS = 8, 16
RACK, ROW_M, HIGH_M = (6.2, 8.4), 19.0, 11.0
HALL_A = (0.0, -20.0)
SPAN = (RACKS * 7.0, ROWS * ROW_M)
HALLS = ((-230.0, 90.0), (-230.0, -40.0), (-230.0, -170.0))
NAMES = ("机房 B", "机房 C", "机房 D")
TOWERS = tuple((150.0 + 46.0 * (number % 3), 96.0 - 50.0 * (number // 3)) for number in range(6))
ENGINES = tuple((128.0 + 26.0 * number, -190.0) for number in range(8))
SUBSTATIONS = ((-60.0, 178.0), (60.0, 178.0))


def rack_place(row: int, rack: int) -> Place:
    """Return the middle of a rack: rows from north to south, racks from west to east."""
    x = HALL_A[0] - SPAN[0] / 2 + 7.0 * (rack + 0.5)
    return x, HALL_A[1] + SPAN[1] / 2 - ROW_M * (row + 0.5)


def aisles() -> list[LineString]:
    """Return the line of each aisle between two rows, from west to east."""
    west, east = HALL_A[0] - SPAN[0] / 2 - 6.0, HALL_A[0] + SPAN[0] / 2 + 6.0
    ys = [HALL_A[1] + SPAN[1] / 2 - ROW_M * (row + 1) for row in range(ROWS - 1)]
    return [LineString([(west, y), (HALL_A[0], y), (east, y)]) for y in ys]


def _buildings() -> Iterator[Drawn]:
    for row in range(ROWS):
        for rack in range(RACKS):
            name = (f"{chr(65 + row)}{rack + 1:02d} 机柜", f"Rack {chr(65 + row)}{rack + 1:02d}")
            yield building(block(rack_place(row, rack), RACK), HIGH_M, "office", name)
    wide, deep = SPAN[0] + 26.0, SPAN[1] + 12.0
    for x, y, size in (
        (HALL_A[0], HALL_A[1] + deep / 2, (wide, 2.4)), (HALL_A[0], HALL_A[1] - deep / 2, (wide, 2.4)),
        (HALL_A[0] - wide / 2, HALL_A[1], (2.4, deep)), (HALL_A[0] + wide / 2, HALL_A[1], (2.4, deep)),
    ):  # fmt: skip
        yield building(block((x, y), size), 3.2, "wall")
    for name, (x, y) in zip(NAMES, HALLS, strict=True):
        yield building(block((x, y), (120.0, 84.0)), 26.0, "office", (name, name.replace("机房", "Hall")))
        for number in range(6):
            yield building(block((x - 45.0 + 18.0 * number, y), (9.0, 60.0)), 30.5, "plant", base_m=26.0)
    for number, place in enumerate(TOWERS, 1):
        name = (f"{number} 号冷却塔", f"Cooling tower {number}")
        for base_m, top_m, radius_m in ((0.0, 4.0, 17.0), (4.0, 15.0, 15.0), (15.0, 20.0, 11.5)):
            yield building(round_block(place, radius_m), top_m, "plant", name, base_m)
    for number, place in enumerate(ENGINES, 1):
        yield building(block(place, (17.0, 34.0)), 9.0, "plant", (f"{number} 号柴发", f"Generator {number}"))
        yield building(round_block((place[0], place[1] + 12.0), 1.8, 10), 17.0, "plant", base_m=9.0)
    for side, place in zip("AB", SUBSTATIONS, strict=True):
        yield building(block(place, (64.0, 34.0)), 14.0, "plant", (f"{side} 路变电站", f"Substation {side}"))
        for number in range(4):
            yield building(block((place[0] - 24.0 + 16.0 * number, place[1] + 32.0), (9.0, 12.0)), 7.0, "plant")
    for x in (288.0, 322.0):
        yield building(round_block((x, -60.0), 15.0), 27.0, "plant", ("蓄冷罐", "Cold store"))
    yield building(block((-40.0, -196.0), (110.0, 34.0)), 38.0, "office", ("运维中心", "Control centre"))


def _ways() -> Iterator[Drawn]:
    corners = [(-330.0, 245.0), (365.0, 245.0), (365.0, -245.0), (-330.0, -245.0), (-330.0, 245.0)]
    yield way(("环路", "Ring road"), LineString(corners), 10.0, "arterial")
    yield way(("主路", "Main road"), LineString([(-130.0, 245.0), (-130.0, 0.0), (-130.0, -245.0)]), 9.0)
    yield way(("东路", "East road"), LineString([(112.0, 245.0), (112.0, 0.0), (112.0, -245.0)]), 8.0)
    yield way(("门前路", "Gate road"), LineString([(-130.0, -245.0), (-130.0, -420.0)]), 12.0, "arterial")
    for number, line in enumerate(aisles(), 1):
        yield way((f"通道{number}", f"Aisle {number}"), line, 2.2, "path")


def _green() -> Iterator[Drawn]:
    taken = prep(unary_union([shape.buffer(5) for _, shape in _buildings()] + [line.buffer(8) for _, line in _ways()]
                             + [block(HALL_A, (SPAN[0] + 50.0, SPAN[1] + 40.0))]))  # fmt: skip
    for x in range(-420, 470, 34):
        for y in range(-330, 340, 34):
            patch = Polygon(ring((float(x), float(y)), (13.0, 11.0), 12, 0.1))
            if not taken.intersects(patch):
                yield {"kind": "grass" if (x + y) % 68 else "park"}, patch


def _water() -> Iterator[Drawn]:
    facts = {"name": "补水池", "name_en": "Make-up water", "kind": "lake", "level_m": -0.3}
    yield facts, Polygon(ring((305.0, 150.0), (38.0, 26.0), 40, 0.03))


def _names() -> Iterator[Drawn]:
    yield named((HALL_A[0], HALL_A[1] + SPAN[1] / 2 + 12.0), "机房 A（透视）", "Hall A (opened)", 1)
    for name, place in zip(NAMES, HALLS, strict=True):
        yield named(place, name, name.replace("机房", "Hall"), 2)
    yield named((196.0, 70.0), "冷却塔群", "Cooling towers", 2)
    yield named((210.0, -190.0), "柴油发电机", "Generators", 2)
    for side, place in zip("AB", SUBSTATIONS, strict=True):
        yield named(place, f"{side} 路市电", f"Mains {side}", 2)
    yield named((-40.0, -196.0), "运维中心", "Control centre", 2)
    yield named((305.0, -60.0), "蓄冷罐", "Cold store", 3)


def _layers() -> dict[str, Iterator[Drawn]]:
    return {"water": _water(), "green": _green(), "roads": _ways(), "buildings": _buildings(), "places": _names()}


HALL = Site(
    key="hall",
    title="云数据中心（模拟数据）",
    title_en="Cloud data centre (synthetic data)",
    crs="EPSG:4548",
    place=(118.372, 33.956),
    invented=(
        "位置为示意，机柜放大绘制，机房、设备与数值",
        "the place is schematic, racks are enlarged; halls, plant and values",
    ),
    layers=_layers,
    views=(
        ("机房透视", "The hall opened", (0.0, -22.0), 24.0, -36.0, 250.0),
        ("全园区", "The whole site", (0.0, 0.0), 336.0, -30.0, 820.0),
        ("冷热通道", "Cold and hot aisles", (0.0, -10.0), 88.0, -24.0, 170.0),
        ("冷站", "Cooling", (196.0, 60.0), 300.0, -20.0, 330.0),
        ("电力", "Power", (0.0, 150.0), 170.0, -20.0, 360.0),
    ),
)
