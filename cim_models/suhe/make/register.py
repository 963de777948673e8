"""What the books say about the twin's objects: grid cells and their codes, addresses, names and attributes."""

from dataclasses import dataclass

import numpy as np
from cim_models.suhe.make.design import Design
from cim_models.suhe.make.frame import chance, metre
from cim_models.suhe.make.gazetteer import STREETS
from cim_models.suhe.make.streets import Street
from shapely.geometry import Point, Polygon
from shapely.strtree import STRtree

DISTRICT = "310107"
USAGE_ZH = {
    "residential": "住宅",
    "office": "办公",
    "commercial": "商业",
    "industrial": "工业及创意园",
    "education": "教育",
    "medical": "医疗",
    "culture": "文化",
    "temple": "宗教",
    "sport": "体育",
    "hotel": "酒店",
    "transport": "交通",
}
_FUNCTION = {
    "residential": "1000",
    "office": "1120",
    "commercial": "1150",
    "industrial": "1310",
    "education": "1070",
    "medical": "1080",
    "culture": "1100",
    "temple": "1110",
    "sport": "1090",
    "hotel": "1140",
    "transport": "1180",
}
# Neighbouring districts: cells nearer to these places are outside Putuo and get no Putuo code.
_OUTSIDE = [
    metre(at)
    for at in (
        (121.4100, 31.2190),
        (121.4200, 31.2220),
        (121.4110, 31.2265),
        (121.3950, 31.2150),
        (121.4360, 31.2320),
        (121.4480, 31.2350),
        (121.4300, 31.2280),
        (121.4530, 31.2480),
        (121.4520, 31.2560),
        (121.4560, 31.2420),
        (121.3880, 31.2170),
        (121.4190, 31.2255),
    )
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One unit grid cell (单元网格) with its 15-digit code after GB/T 30428."""

    code: str
    street: str
    street_en: str
    community: str
    shape: Polygon


def grid_cells(leaves: list[Polygon]) -> list[Cell]:
    """Return the cells of Putuo: land parcels grouped into streets and communities of about nine."""
    seeds = [(metre(at), row) for row, (_, _, _, places) in enumerate(STREETS) for at in places]
    places = np.array([xy for xy, _ in seeds] + _OUTSIDE)
    groups: dict[int, list[Polygon]] = {}
    for leaf in leaves:
        centre = leaf.representative_point()
        nearest = int(np.argmin(np.hypot(places[:, 0] - centre.x, places[:, 1] - centre.y)))
        if nearest < len(seeds):
            groups.setdefault(seeds[nearest][1], []).append(leaf)
    cells = []
    for row in sorted(groups):
        name, name_en, code, _ = STREETS[row]
        plain = name.removesuffix("街道").removesuffix("镇")
        for number, members in enumerate(_communities(groups[row]), start=1):
            for sequence, shape in enumerate(members, start=1):
                cells.append(
                    Cell(
                        code=f"{DISTRICT}{code}{number:03d}{sequence:03d}",
                        street=name,
                        street_en=name_en,
                        community=f"{plain}第{number}居民区",
                        shape=shape,
                    )
                )
    return cells


def _communities(shapes: list[Polygon], size: int = 9) -> list[list[Polygon]]:
    columns = max(1, round((len(shapes) / size) ** 0.5))
    by_east = sorted(shapes, key=lambda s: (round(s.centroid.x, 1), round(s.centroid.y, 1)))
    found = []
    for strip in np.array_split(np.arange(len(by_east)), columns):
        column = sorted((by_east[i] for i in strip), key=lambda s: (-round(s.centroid.y, 1), round(s.centroid.x, 1)))
        rows = max(1, round(len(column) / size))
        found += [[column[i] for i in part] for part in np.array_split(np.arange(len(column)), rows)]
    return found


class Register:
    """Looks up addresses and grid cells, and writes the attributes of buildings."""

    def __init__(self, streets: list[Street], cells: list[Cell]) -> None:
        self._named = [s for s in streets if s.name]
        self._streets = STRtree([s.line for s in self._named])
        self._cells = cells
        self._tree = STRtree([c.shape for c in cells])

    def cell_at(self, point: Point) -> Cell | None:
        """Return the grid cell that holds a point, if it lies in Putuo."""
        for i in sorted(int(i) for i in self._tree.query(point, predicate="intersects")):
            return self._cells[i]
        return None

    def address(self, point: Point) -> tuple[str, str]:
        """Return an invented house number on the nearest named road, Chinese and English."""
        street = self._named[int(self._streets.nearest(point))]
        along = street.line.project(point)
        at = street.line.interpolate(along)
        ahead = street.line.interpolate(min(along + 5, street.line.length))
        left = (ahead.x - at.x) * (point.y - at.y) - (ahead.y - at.y) * (point.x - at.x) > 0
        number = 2 * (int(along / 9) + 1) - (1 if left else 0)
        return f"{street.name}{number}号", f"{number} {street.name_en}"

    def attributes(self, made: Design, number: int, height_m: float) -> dict[str, object]:
        """Return the attributes of one building in a fixed order."""
        foot = made.footprint
        point = foot.representative_point()
        address, address_en = self.address(point)
        cell = self.cell_at(point)
        name = made.name or _plain_name(made, address, number)
        row: dict[str, object] = {
            "name": name,
            "usage": made.usage,
            "usage_zh": USAGE_ZH[made.usage],
            "function": _FUNCTION[made.usage],
            "storeysAboveGround": made.storeys,
            "measuredHeight": round(height_m, 1),
            "yearOfConstruction": made.year,
            "address": address,
            "address_en": address_en,
            "gross_floor_area_m2": _floor_area(made),
        }
        if made.name_en:
            row["name_en"] = made.name_en
        if cell is not None:
            row |= {"grid_code": cell.code, "street": cell.street, "community": cell.community}
        return row | made.extra


def _floor_area(made: Design) -> int:
    """Return floor area in square metres: the plan of every mass, once for each 3.6 m; roof plant counts as nothing."""
    bodies = (m for m in made.masses if m.plan.area > 90)
    return int(sum(m.plan.area * max(1, round((m.top_m - m.bottom_m) / 3.6)) for m in bodies))


def _plain_name(made: Design, address: str, number: int) -> str:
    rng = chance(5, number)
    road = address.rstrip("号0123456789")
    match made.usage:
        case "residential":
            kind = "里弄" if made.year < 1940 else ("新村" if made.storeys < 9 else "公寓")
            return f"{road}{kind} {int(rng.integers(1, 60))}号楼"
        case "office":
            return f"{road}商务楼 {int(rng.integers(1, 30))}座"
        case "education":
            return f"{road}学校（模拟）教学楼"
        case "medical":
            return f"{road}医院（模拟）"
        case "industrial":
            return f"{road}厂房 {int(rng.integers(1, 40))}号"
        case _:
            return f"{road}商铺 {int(rng.integers(1, 90))}号"
