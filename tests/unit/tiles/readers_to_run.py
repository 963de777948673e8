"""Readers for library tests: they read small files of our own making, and misbehave when told to."""

import ctypes
import time
from dataclasses import replace

import numpy as np
import shapely

from sanping.analysis.drape import NEEDS_TERRAIN
from sanping.domain.city import CityModel, FeatureTable, Origin, Skipped
from sanping.domain.errors import FileBroken
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.ground import Imagery, Terrain, VectorLayer
from sanping.domain.text import Text

FRAME = GeoFrame(crs="EPSG:4549", vertical_datum="1985国家高程基准")
ORIGIN = Origin(
    format="Test",
    version="1.1",
    lods=("1", "2.2"),
    source_crs="EPSG:7415",
    skipped=(Skipped(reason=Text("面积为零", "zero area"), count=3, examples=("甲", "b")),),
    notes=(Text("注", "note"),),
)
_BOX = [(0, 2, 1), (0, 3, 2), (4, 5, 6), (4, 6, 7)] + [
    face for i in range(4) for face in ((i, (i + 1) % 4, 4 + (i + 1) % 4), (i, 4 + (i + 1) % 4, 4 + i))
]


def boxes(count: int, seed: int = 1) -> CityModel:
    """Closed boxes, turned and of many heights, with awkward names and attributes."""
    random = np.random.default_rng(seed)
    centre = random.uniform(0, 40 * np.sqrt(count), (count, 2))
    half = random.uniform(3, 15, (count, 2))
    turn = random.uniform(0, np.pi, count)
    base, height = random.uniform(0, 8, count), random.uniform(3, 120, count)
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    local = square[None] * half[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x, y = local[..., 0] * cos - local[..., 1] * sin, local[..., 0] * sin + local[..., 1] * cos
    points = np.zeros((count, 8, 3))
    points[:, :4, 0] = points[:, 4:, 0] = x + centre[:, :1] + 540_000
    points[:, :4, 1] = points[:, 4:, 1] = y + centre[:, 1:] + 3_457_000
    points[:, :4, 2] = base[:, None]
    points[:, 4:, 2] = (base + height)[:, None]
    triangles = (np.array(_BOX)[None] + 8 * np.arange(count)[:, None, None]).reshape(-1, 3)
    return CityModel(
        frame=FRAME,
        origin=ORIGIN,
        features=FeatureTable(
            ids=[f"楼-{i}" for i in range(count)],
            class_names=("Building",),
            class_code=np.zeros(count, np.uint16),
            parent=np.full(count, -1, np.int32),
            base_m=base.astype(np.float32),
            height_m=height.astype(np.float32),
            attributes=[{"n": i, "名": f"第{i}栋", "list": [1, None, 2.5]} for i in range(count)],
        ),
        points=points.reshape(-1, 3),
        triangles=triangles.astype(np.int32),
        triangle_feature=np.repeat(np.arange(count, dtype=np.int32), len(_BOX)),
        triangle_surface=np.tile(np.arange(len(_BOX), dtype=np.uint8), count),
    )


def terrain(height_m: float = 10.0) -> Terrain:
    heights = np.full((20, 30), height_m, np.float32)
    heights[0, 0] = np.nan
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    image = Imagery(pixels=pixels, extent=Extent(west=539_000, south=3_456_000, east=545_000, north=3_462_000))
    return Terrain(
        frame=FRAME, origin=ORIGIN, heights_m=heights, west=539_000, north=3_462_000, cell_x_m=250.0, cell_y_m=400.0,
        imagery=image,
    )  # fmt: skip


def vector() -> VectorLayer:
    shapes = [
        shapely.Point(540_000, 3_457_000, 4.5),
        shapely.LineString([(0, 0), (1, 1), (2, 0)]),
        shapely.Polygon([(0, 0), (9, 0), (9, 9)], [[(5, 1), (6, 1), (6, 2)]]),
    ]
    return VectorLayer(
        frame=FRAME,
        origin=ORIGIN,
        ids=["点", "线", "面"],
        geometries=np.array(shapes, dtype=object),
        attributes=[{"name": "桥"}, {}, {"level_m": 2.5}],
    )


def read(path, options, progress):
    """Read what the file's only word says."""
    word, _, number = path.read_text(encoding="utf-8").partition(" ")
    progress.report(0.5, Text("读取", "reading"))
    if word == "boxes":
        return boxes(int(number))
    if word == "floating":
        model = boxes(int(number))
        return replace(model, origin=replace(ORIGIN, notes=(NEEDS_TERRAIN,)))
    if word == "terrain":
        return terrain()
    if word == "vector":
        return vector()
    if word == "sleep":
        time.sleep(60)
    if word == "crash":
        ctypes.string_at(0)
    if word == "slow":
        time.sleep(0.5)
        return boxes(5)
    raise FileBroken(Text("认不出", "not known"), path=str(path))
