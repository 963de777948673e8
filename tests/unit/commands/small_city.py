"""A city of three buildings on a sloping terrain, made by hand."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely

from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer, loaded
from sanping.domain.city import CityModel, FeatureTable, Origin, SurfaceKind
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.view import Bookmark, CameraPose
from sanping.ports.model_reader import ReadOptions
from sanping.tiles.build import build_tiles
from sanping.twin.project import LayerEntry, Role, TwinProject

FRAME = GeoFrame(crs="EPSG:4549", vertical_datum="1985国家高程基准")
ORIGIN = Origin(format="CityJSON")
WEST, SOUTH = 636_000.0, 3_458_000.0
BOX = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float64)
FACES = ((0, 2, 1), (0, 3, 2), (4, 5, 6), (4, 6, 7)), (
    (0, 1, 5), (0, 5, 4), (1, 2, 6), (1, 6, 5), (2, 3, 7), (2, 7, 6), (3, 0, 4), (3, 4, 7)
)  # fmt: skip


def entry(name: str, role: Role, title: Text) -> LayerEntry:
    return LayerEntry(
        name=name,
        title=title,
        role=role,
        path=Path(f"/twin/{name}"),
        options=ReadOptions(target_crs="EPSG:4549"),
        group=Text("城市模型", "City model"),
    )


def tower(east: float, north: float, width_m: float, height_m: float) -> np.ndarray:
    foot = BOX * width_m + (WEST + east, SOUTH + north)
    return np.vstack([np.column_stack([foot, np.full(4, level)]) for level in (4.0, 4.0 + height_m)])


def buildings() -> LoadedLayer:
    """Return B1 (20 × 20 × 60 m), B2 (10 × 10 × 12 m), and B3, which only its part B3-1 gives a body (30 m)."""
    boxes = [tower(0, 0, 20, 60), tower(100, 0, 10, 12), tower(0, 100, 20, 30)]
    faces = np.array([*FACES[0], *FACES[1]])
    kinds = [SurfaceKind.GROUND] * 2 + [SurfaceKind.ROOF] * 2 + [SurfaceKind.WALL] * 8
    features = FeatureTable(
        ids=["B1", "B2", "B3", "B3-1"],
        class_names=("Building", "BuildingPart"),
        class_code=np.array([0, 0, 0, 1], np.uint16),
        parent=np.array([-1, -1, -1, 2], np.int32),
        base_m=np.full(4, 4.0, np.float32),
        height_m=np.array([60, 12, 30, 30], np.float32),
        attributes=[
            {"name": "普陀大厦", "name_en": "Putuo Tower", "address": "长寿路1号", "usage": "office", "storeys": 15},
            {"name": "长寿里", "usage": "residential", "storeys": 3, "is_synthetic": True},
            {"usage": "school", "usage_zh": "学校（示意）", "storeys": 5},
            {},
        ],
    )
    model = CityModel(
        frame=FRAME,
        origin=ORIGIN,
        features=features,
        points=np.vstack(boxes),
        triangles=np.vstack([faces + 8 * number for number in range(3)]).astype(np.int32),
        triangle_feature=np.repeat([0, 1, 3], 12).astype(np.int32),
        triangle_surface=np.tile(np.array(kinds, np.uint8), 3),
    )
    content = build_tiles(model)
    return loaded(OpenedLayer(entry=entry("buildings", "buildings", Text("建筑", "Buildings")), content=content))


def roads() -> LoadedLayer:
    lines = [shapely.LineString([(WEST, SOUTH), (WEST + 1000, SOUTH)]), shapely.LineString([(WEST, 0), (WEST, 500)])]
    content = VectorLayer(
        frame=FRAME,
        origin=ORIGIN,
        ids=["R1", "R2"],
        geometries=np.array(lines, dtype=object),
        attributes=[{"name": "长寿路", "name_en": "Changshou Road", "class": "arterial"}, {"name": "长寿路"}],
    )
    return loaded(OpenedLayer(entry=entry("roads", "roads", Text("道路", "Roads")), content=content))


def terrain() -> Terrain:
    _, columns = np.mgrid[0:11, 0:11]
    heights = (4.0 + 0.5 * columns).astype(np.float32)
    heights[0, 0] = np.nan
    return Terrain(
        frame=FRAME, origin=ORIGIN, heights_m=heights, west=WEST, north=SOUTH + 100, cell_x_m=10.0, cell_y_m=10.0
    )


def project() -> TwinProject:
    camera = CameraPose(target=(WEST, SOUTH, 0.0), heading_deg=30.0, distance_m=900.0)
    return TwinProject(
        folder=Path("/twin"),
        title=Text("小城", "Small city"),
        crs="EPSG:4549",
        vertical_datum="",
        latitude_deg=31.24,
        longitude_deg=121.43,
        is_synthetic=True,
        layers=(),
        bookmarks=(Bookmark(name=Text("全城", "Whole city"), camera=camera),),
        style="night",
        moment=datetime(2026, 11, 21, 10, tzinfo=UTC),
        attribution=Text("模拟", "Synthetic"),
    )
