from dataclasses import replace

import numpy as np
import pytest

from sanping.analysis.drape import NEEDS_TERRAIN, draped, needs_terrain
from sanping.analysis.height_grid import heights_at
from sanping.domain.city import CityModel, FeatureTable, Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain

FRAME = GeoFrame(crs="EPSG:4549")


def terrain(heights: np.ndarray) -> Terrain:
    return Terrain(
        frame=FRAME, origin=Origin(format="test"), heights_m=heights.astype(np.float32), west=0.0, north=30.0,
        cell_x_m=10.0, cell_y_m=10.0,
    )  # fmt: skip


def model(points: list[list[float]], triangles: list[list[int]], feature: list[int], parent: list[int]) -> CityModel:
    count = len(parent)
    return CityModel(
        frame=FRAME,
        origin=Origin(format="test", notes=(NEEDS_TERRAIN,)),
        features=FeatureTable(
            ids=[str(row) for row in range(count)],
            class_names=("Building",),
            class_code=np.zeros(count, np.uint16),
            parent=np.array(parent, np.int32),
            base_m=np.zeros(count, np.float32),
            height_m=np.full(count, 5, np.float32),
            attributes=[{}] * count,
        ),
        points=np.array(points, dtype=np.float64),
        triangles=np.array(triangles, dtype=np.int32),
        triangle_feature=np.array(feature, dtype=np.int32),
        triangle_surface=np.zeros(len(triangles), np.uint8),
    )


SLOPE = np.tile(np.arange(4.0) * 10, (4, 1))


def test_an_object_stands_on_the_lowest_ground_under_its_foot() -> None:
    block = model([[5, 5, 0], [15, 5, 0], [10, 15, 8]], [[0, 1, 2]], [0], [-1])

    found = draped(block, terrain(SLOPE))

    assert found.points[:, 2].tolist() == [5.0, 5.0, 13.0]
    assert found.features.base_m.tolist() == [5.0]
    assert needs_terrain(block)
    assert not needs_terrain(found)


def test_parts_move_with_their_building_and_shared_points_come_apart() -> None:
    points = [[5, 5, 0], [15, 5, 0], [15, 15, 4], [25, 5, 0], [25, 15, 0]]
    two = model(points, [[0, 1, 2], [1, 3, 4]], [1, 2], [-1, 0, -1])

    found = draped(two, terrain(SLOPE))

    assert found.points[found.triangles[0], 2].tolist() == [5.0, 5.0, 9.0]
    assert found.points[found.triangles[1], 2].tolist() == [15.0, 15.0, 15.0]
    assert found.features.base_m.tolist() == [5.0, 5.0, 15.0]


def test_objects_outside_or_over_holes_keep_their_height() -> None:
    holes = SLOPE.copy()
    holes[:, 2:] = np.nan
    outside = [[500, 5, 0], [510, 5, 0], [505, 9, 3]]
    over_hole = [[26, 5, 0], [28, 5, 0], [27, 9, 3]]

    found = draped(model(outside + over_hole, [[0, 1, 2], [3, 4, 5]], [0, 1], [-1, -1]), terrain(holes))

    assert found.points[:, 2].tolist() == [0, 0, 3, 0, 0, 3]
    assert any("2 objects lie outside" in note.en for note in found.origin.notes)


def test_heights_between_cells_are_bilinear_and_bridge_holes() -> None:
    grid = np.array([[0.0, 10.0], [20.0, np.nan]], dtype=np.float32)

    found = heights_at(grid, np.array([0.0, 0.5, 1.0, -0.4, -0.6]), np.array([0.5, 0.0, 1.0, 0.0, 0.0]))

    assert found[:2].tolist() == [5.0, 10.0]
    assert np.isnan(found[[2, 4]]).all()
    assert found[3] == 0.0


def test_the_model_itself_is_left_alone() -> None:
    block = model([[5, 5, 0], [15, 5, 0], [10, 15, 8]], [[0, 1, 2]], [0], [-1])

    draped(replace(block), terrain(SLOPE))

    assert block.points[0, 2] == 0.0
    assert block.features.base_m[0] == pytest.approx(0.0)
