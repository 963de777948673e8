"""Makes a city of any number of buildings to measure with: three kinds of plan, a river, three business districts.

The same seed gives the same city. Nothing here is a real place; EPSG:4549 only gives it believable coordinates.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.city import CityModel, FeatureTable, Origin, SurfaceKind
from sanping.domain.geo import Float64Array, GeoFrame, Int32Array, UInt8Array

CENTRE_EAST_M, CENTRE_NORTH_M = 540_000.0, 3_457_000.0
PLOT_M = 34.0
RIVER_HALF_WIDTH_M = 60.0
DISTRICTS = ((-0.22, 0.10, 150.0), (0.25, 0.18, 110.0), (0.05, -0.28, 90.0))

_RECTANGLE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
_L = np.array([[-1, -1], [1, -1], [1, 0], [0, 0], [0, 1], [-1, 1]], dtype=np.float64)
_U = np.array([[-1, -1], [1, -1], [1, 1], [0.4, 1], [0.4, -0.2], [-0.4, -0.2], [-0.4, 1], [-1, 1]], dtype=np.float64)
_ROOFS = {
    4: ((0, 1, 2), (0, 2, 3)),
    6: ((0, 1, 3), (1, 2, 3), (0, 3, 5), (3, 4, 5)),
    8: ((0, 1, 4), (1, 2, 4), (2, 3, 4), (0, 4, 5), (0, 5, 7), (5, 6, 7)),
}
_USES = ("住宅", "办公", "商业", "工业", "学校", "医院")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plots:
    """Where each building stands and how it looks; all arrays have the same length n.

    `number` is that of the building in the whole city, `centre` (n, 2) in metres of EPSG:4549.
    """

    number: npt.NDArray[np.intp]
    centre: Float64Array
    half_size_m: Float64Array
    turn_rad: Float64Array
    height_m: Float64Array
    base_m: Float64Array
    corners: npt.NDArray[np.int64]


def plots(count: int, seed: int = 7) -> Plots:
    """Place `count` buildings on a jittered grid that leaves the river free."""
    random = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count * 1.12)))
    while len(ground := _dry_ground(side)) < count:
        side += 1
    ground, width = ground[:count], side * PLOT_M
    share = ground / width
    tall = sum(peak * np.exp(-((share[:, 0] - x) ** 2 + (share[:, 1] - y) ** 2) / 0.006) for x, y, peak in DISTRICTS)
    kind = random.random(count)
    return Plots(
        number=np.arange(count),
        centre=ground + random.uniform(-3, 3, (count, 2)) + (CENTRE_EAST_M, CENTRE_NORTH_M),
        half_size_m=random.uniform(5.0, 12.0, (count, 2)),
        turn_rad=random.normal(0.0, 0.12, count) + 0.3 * np.sin(share[:, 0] * 5),
        height_m=random.gamma(3.0, 4.0, count) + 3.0 + tall * random.uniform(0.3, 1.0, count),
        base_m=3.5 + 1.5 * np.sin(share[:, 0] * 7) * np.cos(share[:, 1] * 5),
        corners=np.where(kind < 0.6, 4, np.where(kind < 0.9, 6, 8)),
    )


def section(city: Plots, number: int, sections: int) -> Plots:
    """Return one of `sections` strips from west to east that hold equally many buildings."""
    rows = np.sort(np.array_split(np.argsort(city.centre[:, 0], kind="stable"), sections)[number])
    return Plots(**{name: getattr(city, name)[rows] for name in Plots.__slots__})


def _dry_ground(side: int) -> Float64Array:
    """Return the plots (p, 2) of a square grid that are not in the river, the innermost first."""
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    ground = np.stack([column.ravel(), row.ravel()], axis=1) * PLOT_M - side * PLOT_M / 2
    width = side * PLOT_M
    river = 0.12 * width * np.sin(ground[:, 0] / width * 9.0)
    dry: Float64Array = ground[np.abs(ground[:, 1] - river) > RIVER_HALF_WIDTH_M]
    return dry[np.argsort(np.abs(dry).max(axis=1), kind="stable")]


def footprints(city: Plots, corners: int) -> tuple[npt.NDArray[np.intp], Float64Array]:
    """Return the buildings with so many corners, and their outlines (b, corners, 2), counter-clockwise."""
    rows = np.flatnonzero(city.corners == corners)
    shape = {4: _RECTANGLE, 6: _L, 8: _U}[corners]
    local = shape[None] * city.half_size_m[rows][:, None, :]
    cos, sin = np.cos(city.turn_rad[rows])[:, None], np.sin(city.turn_rad[rows])[:, None]
    outline = np.stack([local[..., 0] * cos - local[..., 1] * sin, local[..., 0] * sin + local[..., 1] * cos], axis=-1)
    return rows, outline + city.centre[rows][:, None, :]


def city_model(count: int, seed: int = 7) -> CityModel:
    """Return the whole city as a model."""
    return model_of(plots(count, seed))


def model_of(city: Plots) -> CityModel:
    """Return plots as a model of blocks without floors; the points of a building lie together."""
    parts = [_blocks(city, corners) for corners in (4, 6, 8)]
    first = np.cumsum([0] + [len(part.points) for part in parts])
    owner = np.concatenate([part.point_feature for part in parts])
    order = np.argsort(owner, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    triangles = np.concatenate([part.triangles + base for part, base in zip(parts, first, strict=False)])
    feature = np.concatenate([part.triangle_feature for part in parts])
    by_feature = np.argsort(feature, kind="stable")
    return CityModel(
        frame=GeoFrame(crs="EPSG:4549"),
        origin=Origin(format="generated", lods=("1",)),
        features=_table(city),
        points=np.concatenate([part.points for part in parts])[order],
        triangles=place[triangles[by_feature]],
        triangle_feature=feature[by_feature],
        triangle_surface=np.concatenate([part.surface for part in parts])[by_feature],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blocks:
    points: Float64Array
    point_feature: Int32Array
    triangles: npt.NDArray[np.int64]
    triangle_feature: Int32Array
    surface: UInt8Array


def _blocks(city: Plots, corners: int) -> _Blocks:
    rows, outline = footprints(city, corners)
    points = np.empty((len(rows), 2 * corners, 3))
    points[:, :corners, :2] = points[:, corners:, :2] = outline
    points[:, :corners, 2] = city.base_m[rows][:, None]
    points[:, corners:, 2] = (city.base_m + city.height_m)[rows][:, None]
    around = np.arange(corners)
    after = (around + 1) % corners
    walls = np.concatenate(
        [np.stack([around, after, after + corners], 1), np.stack([around, after + corners, around + corners], 1)]
    )
    one = np.concatenate([walls, np.array(_ROOFS[corners]) + corners])
    kinds = np.full(len(one), SurfaceKind.WALL, dtype=np.uint8)
    kinds[2 * corners :] = SurfaceKind.ROOF
    base = np.arange(len(rows), dtype=np.int64) * 2 * corners
    return _Blocks(
        points=points.reshape(-1, 3),
        point_feature=np.repeat(rows, 2 * corners).astype(np.int32),
        triangles=(one[None] + base[:, None, None]).reshape(-1, 3),
        triangle_feature=np.repeat(rows, len(one)).astype(np.int32),
        surface=np.tile(kinds, len(rows)),
    )


def _table(city: Plots) -> FeatureTable:
    count = len(city.centre)
    return FeatureTable(
        ids=[f"b{number:07d}" for number in city.number.tolist()],
        class_names=("Building",),
        class_code=np.zeros(count, dtype=np.uint16),
        parent=np.full(count, -1, dtype=np.int32),
        base_m=city.base_m.astype(np.float32),
        height_m=city.height_m.astype(np.float32),
        attributes=[
            {"用途": _USES[number % len(_USES)], "height": height}
            for number, height in zip(city.number.tolist(), np.round(city.height_m, 1).tolist(), strict=True)
        ],
    )
