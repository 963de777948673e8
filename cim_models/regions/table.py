"""Lays a region out as a sand table: counties, towns, waters, roads and blocks in metres of its CRS, made smaller."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from cim_models.regions.atlas import County, LonLat, Region
from pyproj import Transformer
from shapely import prepare, voronoi_polygons
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box
from shapely.ops import unary_union

Array = npt.NDArray[np.float64]
SEA_M = 14_000.0


@dataclass(frozen=True, kw_only=True)
class Town:
    """A town of the table: invented place and name."""

    code: str
    name: str
    name_en: str
    county: County
    x_m: float
    y_m: float


class SandTable:
    """One region, smaller by its scale around the middle of its outline."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._project = Transformer.from_crs("EPSG:4490", region.crs, always_xy=True)
        whole = np.array(self._project.transform(*np.array(region.outline).T)).T
        self.middle = np.round((whole.min(axis=0) + whole.max(axis=0)) / 2, -2)

    def metres(self, points: Sequence[LonLat]) -> Array:
        """Return places on the table, (n, 2)."""
        east, north = self._project.transform(*np.array(points, dtype=np.float64).T)
        true = np.stack([east, north], axis=-1)
        return np.asarray(self.middle + (true - self.middle) / self.region.scale)

    def code_of(self, number: int) -> str:
        """Return the code of a county by its number; a zone without one has a code that no county uses."""
        counties = self.region.counties
        return counties[number].code or f"{counties[0].code[:4]}9{number}"

    @cached_property
    def land(self) -> Polygon:
        """The region's outline, rounded."""
        return Polygon(_rounded(self.metres(self.region.outline)))

    @cached_property
    def frame(self) -> Polygon:
        """The whole table."""
        west, south, east, north = self.land.bounds
        return box(west - SEA_M, south - SEA_M, east + SEA_M, north + SEA_M)

    @cached_property
    def waters(self) -> list[tuple[str, str, str, Polygon]]:
        """Name, English name, kind and shape of each water."""
        found = []
        for water in self.region.waters:
            points = self.metres(water.points)
            width_m = water.width_km * 1000.0 / self.region.scale
            shape = _curved(points).buffer(width_m / 2) if width_m else Polygon(_rounded(points))
            shape = shape.intersection(self.frame)
            if water.kind == "sea":
                shape = shape.difference(self.land)
            if not width_m or water.width_km > 5:
                shape = shape.buffer(0)
            found.append((water.name, water.name_en, water.kind, shape))
        return found

    @cached_property
    def dry(self) -> Polygon:
        """Land without wide waters."""
        return self.land.difference(unary_union([shape for *_, shape in self.waters]))

    @cached_property
    def counties(self) -> list[tuple[County, Polygon]]:
        """Each county with its share of the land, those nearest to its seat."""
        seats = self.metres([county.seat for county in self.region.counties])
        cells = voronoi_polygons(MultiPoint(seats), extend_to=self.frame)
        found = []
        for county, seat in zip(self.region.counties, seats, strict=True):
            cell = next(cell for cell in cells.geoms if cell.contains(Point(seat)))
            found.append((county, cell.intersection(self.dry)))
        return found

    @cached_property
    def towns(self) -> list[Town]:
        """Invented towns, spread over each county, the seat first."""
        found = []
        for number, (county, shape) in enumerate(self.counties):
            dry = shape.intersection(self.dry).buffer(-25)
            chance = np.random.default_rng(100 + number)
            seat = self.metres([county.seat])[0]
            places = [seat, *_spread(dry, seat, county.towns - 1, chance)]
            for place, (x_m, y_m) in enumerate(places, 1):
                code = f"{self.code_of(number)}{100 + place - 1:03d}"
                name = f"{county.name[:-1] if county.code else county.name}{place:02d}镇"
                found.append(
                    Town(code=code, name=name, name_en=f"{county.name_en} town {place:02d}", county=county,
                         x_m=float(x_m), y_m=float(y_m))
                )  # fmt: skip
        return found

    @cached_property
    def roads(self) -> list[tuple[str, str, float, LineString]]:
        """Class, name, width and line of each road: expressways between seats, roads from towns to their nearest."""
        seats = self.metres([county.seat for county in self.region.counties])
        found = [
            ("expressway", f"{self.region.counties[a].name}—{self.region.counties[b].name}", 26.0, line)
            for a, b in _tree(seats, extra=4)
            if (line := _bent(seats[a], seats[b], 11 * a + b)).length
        ]
        places = np.array([(town.x_m, town.y_m) for town in self.towns])
        for a, b in _tree(places, extra=len(places) // 3):
            line = _bent(places[a], places[b], 31 * a + b)
            found.append(("secondary", self.towns[b].name, 11.0, line))
        if self.region.has_streets:
            found += [("street", name, 13.0, line) for name, line in self._streets()]
        return found

    def crossings(self) -> list[tuple[str, str, Array]]:
        """Return name, English name and place of every crossing of streets, the city's first."""
        found = []
        for number, town in enumerate(self.towns):
            grid = self._street_grid(number, town)
            if grid is not None:
                rows, columns = grid.shape[:2]
                found += [
                    (f"{town.county.name[:-1]}{chr(65 + row)}{column + 1:02d}",
                     f"{town.county.name_en} {chr(65 + row)}{column + 1:02d}", grid[row, column])
                    for row in range(rows) for column in range(columns)
                ]  # fmt: skip
        return found

    def _street_grid(self, number: int, town: Town) -> Array | None:
        """Return the crossings (rows, columns, 2) of the streets of a county's seat, turned as its blocks are."""
        if not town.code.endswith("100"):
            return None
        count, step_m = (9, 120.0) if town.county.is_city else (5, 116.0)
        turn = np.random.default_rng(5000 + number).uniform(0, np.pi / 2)
        along = (np.arange(count) - count // 2) * step_m
        flat = np.stack(np.meshgrid(along, along), axis=-1)
        across = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        return np.asarray(np.round(np.array([town.x_m, town.y_m]) + flat @ across.T, 1))

    def _streets(self) -> Iterator[tuple[str, LineString]]:
        """Yield the streets of the seats from crossing to crossing, on dry land."""
        for number, town in enumerate(self.towns):
            grid = self._street_grid(number, town)
            if grid is None:
                continue
            for lines in (grid, grid.transpose(1, 0, 2)):
                for line, places in enumerate(lines, 1):
                    for begin, end in pairwise(places):
                        street = LineString([begin, end])
                        if self.dry.contains(street):
                            yield f"{town.county.name[:-1]}{line}路", street

    def blocks(self) -> Iterator[tuple[Polygon, float, int]]:
        """Yield footprint, height in metres and storeys of every block: high in cities, low in towns."""
        wet = unary_union([shape for *_, shape in self.waters]).buffer(8)
        streets = unary_union([line.buffer(width / 2 + 5) for *_, width, line in self.roads])
        keep_off = wet.union(streets)
        prepare(keep_off)
        for number, town in enumerate(self.towns):
            chance = np.random.default_rng(5000 + number)
            is_seat = town.code.endswith("100")
            kind = 2 if is_seat and town.county.is_city else 1 if is_seat else 0
            yield from _cluster(np.array([town.x_m, town.y_m]), kind, chance, keep_off)

    def fields(self) -> Iterator[Polygon]:
        """Yield patches of fields and woods."""
        chance = np.random.default_rng(77)
        west, south, east, north = self.dry.bounds
        kept = unary_union([Point(town.x_m, town.y_m).buffer(190) for town in self.towns])
        prepare((self.dry, kept))
        count = 0
        for _ in range(4000):
            if count >= 420:
                return
            centre = np.array([chance.uniform(west, east), chance.uniform(south, north)])
            angles = np.sort(chance.uniform(0, 2 * np.pi, 7))
            radii = chance.uniform(35, 120, 7)
            shape = Polygon(centre + np.stack([np.cos(angles) * radii, 0.7 * np.sin(angles) * radii], axis=-1)).buffer(
                0
            )
            if (
                isinstance(shape, Polygon)
                and shape.area > 2000
                and self.dry.contains(shape)
                and not kept.intersects(shape)
            ):
                count += 1
                yield shape


def _spread(shape: Polygon, seat: Array, count: int, chance: np.random.Generator) -> list[Array]:
    """Return places in a shape that keep off one another and off the seat."""
    west, south, east, north = shape.bounds
    least_m = 0.62 * (shape.area / max(1, count + 1)) ** 0.5
    found: list[Array] = []
    for attempt in range(60_000):
        if len(found) == count:
            break
        place = np.array([chance.uniform(west, east), chance.uniform(south, north)])
        near_m = least_m * max(0.25, 1.0 - attempt / 20_000)
        if shape.contains(Point(place)) and all(np.hypot(*(place - other)) > near_m for other in (seat, *found)):
            found.append(place)
    return found


def _cluster(
    middle: Array, kind: int, chance: np.random.Generator, keep_off: Polygon
) -> Iterator[tuple[Polygon, float, int]]:
    """Yield the blocks of a town (0), a county's seat (1) or the city (2), on a turned grid, highest in the middle."""
    reach_m, top_m, step_m = ((105.0, 26.0, 21.0), (330.0, 96.0, 26.0), (640.0, 230.0, 30.0))[kind]
    turn = chance.uniform(0, np.pi / 2)
    across = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    count = int(reach_m // step_m)
    for row in range(-count, count + 1):
        for column in range(-count, count + 1):
            off = np.array([column, row]) * step_m + chance.uniform(-3.5, 3.5, 2)
            far = float(np.hypot(*off)) / reach_m
            if far > 1.0 or chance.random() > 1.0 - 0.55 * far:
                continue
            size = chance.uniform(0.30, 0.46, 2) * step_m
            corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size
            shape = Polygon(np.round(middle + (corners + off) @ across.T, 1))
            if keep_off.intersects(shape):
                continue
            height_m = max(
                5.0, top_m * float(np.exp(-3.0 * far**1.3)) * chance.uniform(0.45, 1.0) + chance.uniform(3, 9)
            )
            yield shape, round(height_m, 1), max(1, round(height_m / 3.3))


def _tree(places: Array, extra: int) -> list[tuple[int, int]]:
    """Return the shortest tree over places (Prim), and the shortest further links."""
    apart = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    count, nearest, reach = len(places), np.zeros(len(places), dtype=np.int64), apart[0].copy()
    reach[0] = np.inf
    inside, links = {0}, list[tuple[int, int]]()
    while len(links) < count - 1:
        b = int(np.argmin(reach))
        links.append((int(nearest[b]), b))
        inside.add(b)
        nearer = apart[b] < np.where(np.isinf(reach), -1.0, reach)
        nearest[nearer], reach[nearer] = b, apart[b][nearer]
        reach[list(inside)] = np.inf
    known = {frozenset(link) for link in links}
    order = np.argsort(apart, axis=None, kind="stable")
    rest = ((int(n // count), int(n % count)) for n in order if n // count < n % count)
    more = [link for link in rest if frozenset(link) not in known]
    return [*links, *more[:extra]]


def _bent(begin: Array, end: Array, seed: int) -> LineString:
    """Return a line between two places that bends a little."""
    chance = np.random.default_rng(seed)
    along = np.linspace(0, 1, 9)[:, None]
    side = np.array([-(end - begin)[1], (end - begin)[0]])
    bow = chance.uniform(-0.09, 0.09)
    points = begin + (end - begin) * along + side * bow * np.sin(np.pi * along)
    return LineString(np.round(points, 1))


def _rounded(points: Array) -> Array:
    """Return a closed outline with its corners cut off thrice (Chaikin)."""
    for _ in range(3):
        after = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], axis=1).reshape(-1, 2)
    return np.round(points, 1)


def _curved(points: Array) -> LineString:
    """Return a smooth line through points (Catmull–Rom)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    found = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in np.linspace(0.125, 1, 8):
            cubic = (3 * b - a - 3 * c + d) * t**3
            found.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + cubic))
    return LineString(np.round(found, 1))
