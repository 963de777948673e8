"""A small made-up city as contract values: blocks, a river, roads, a park, places and facilities, around one centre."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from sanping.domain.city import CityModel, FeatureTable, Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.tile import TileSet
from sanping.tiles.build import build_tiles

CENTRE = (350_000.0, 3_455_000.0, 0.0)
FRAME = GeoFrame(crs="EPSG:4549")
GROUND_M = 4.0
_BOX = np.array(
    [[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7], [4, 5, 6], [4, 6, 7]]
)


def boxes(places: Sequence[tuple[float, float]], heights_m: Sequence[float], side_m: float = 24.0) -> CityModel:
    """Return square blocks at places (metres from `CENTRE`) with attributes `usage` and `level`."""
    points, triangles = [], []
    for number, ((x, y), height) in enumerate(zip(places, heights_m, strict=True)):
        half = side_m / 2
        plan = np.array([[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]])
        low = np.column_stack([plan, np.full(4, GROUND_M)])
        top = np.column_stack([plan, np.full(4, GROUND_M + height)])
        points.append(np.concatenate([low, top]))
        triangles.append(_BOX + 8 * number)
    count = len(points)
    usages = ("residential", "office", "industrial")
    features = FeatureTable(
        ids=[f"b{number}" for number in range(count)],
        class_names=("Building",),
        class_code=np.zeros(count, np.uint16),
        parent=np.full(count, -1, np.int32),
        base_m=np.full(count, GROUND_M, np.float32),
        height_m=np.array(heights_m, np.float32),
        attributes=[{"usage": usages[number % 3], "level": float(number)} for number in range(count)],
    )
    return CityModel(
        frame=FRAME,
        origin=Origin(format="made up"),
        features=features,
        points=np.concatenate(points) + CENTRE,
        triangles=np.concatenate(triangles).astype(np.int32),
        triangle_feature=np.repeat(np.arange(count, dtype=np.int32), 10),
        triangle_surface=np.zeros(10 * count, np.uint8),
    )


def block_city() -> TileSet:
    """Return 120 blocks in a grid, low ones around a group of towers."""
    places = [(x * 55.0, y * 55.0 + (60.0 if y >= 0 else -60.0)) for x in range(-6, 6) for y in range(-5, 5)]
    heights = [14.0 + 110.0 * (abs(x) < 100 and 60 < y < 260) + (abs(x * 7 + y * 3) % 9) for x, y in places]
    return build_tiles(boxes(places, heights))


def vector(geometries: Sequence[shapely.Geometry], attributes: Sequence[Mapping[str, object]]) -> VectorLayer:
    """Return a vector layer of geometries given in metres from `CENTRE`."""
    moved = np.empty(len(geometries), object)
    moved[:] = [shapely.transform(g, lambda at: at + CENTRE[: at.shape[1]], include_z=g.has_z) for g in geometries]
    ids = [f"v{number}" for number in range(len(geometries))]
    return VectorLayer(frame=FRAME, origin=Origin(format="made up"), ids=ids, geometries=moved, attributes=attributes)


def river() -> VectorLayer:
    """Return a straight river, 80 m wide, from west to east through the middle."""
    return vector([shapely.box(-900.0, -40.0, 900.0, 40.0)], [{"level_m": 2.5, "name": "河"}])


def streets() -> VectorLayer:
    """Return an arterial, a lane and an elevated road."""
    lines = [
        shapely.LineString([(-400, 30 + 60), (400, 30 + 60)]),
        shapely.LineString([(27, 60), (27, 400)]),
        shapely.LineString([(-400, -330), (400, -330)]),
    ]
    return vector(lines, [{"class": "arterial", "width_m": 22}, {"class": "lane"}, {"class": "express", "level": 1}])


def park() -> VectorLayer:
    """Return one park south of the river."""
    return vector([shapely.box(-300.0, -160.0, -60.0, -60.0)], [{"name": "公园"}])


def places() -> VectorLayer:
    """Return two named places."""
    return vector(
        [shapely.Point(0.0, 150.0), shapely.Point(-200.0, -100.0)],
        [
            {"name": "长风湾", "name_en": "Changfeng Bend", "rank": 1},
            {"name": "滨河公园", "name_en": "River Park", "rank": 2},
        ],
    )


def slope() -> Terrain:
    """Return a terrain that rises to the east by one metre in a hundred."""
    columns = np.arange(61) * 20.0
    heights = np.broadcast_to(GROUND_M + (columns - 600.0) * 0.01, (61, 61)).astype(np.float32)
    return Terrain(
        frame=FRAME,
        origin=Origin(format="made up"),
        heights_m=heights.copy(),
        west=CENTRE[0] - 600.0,
        north=CENTRE[1] + 600.0,
        cell_x_m=20.0,
        cell_y_m=20.0,
    )
