"""`domain.geo`, `domain.city`, `domain.ground` and `domain.tile`."""

import numpy as np
import pytest

from sanping.domain.city import CityModel, FeatureTable, Origin, SurfaceKind
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.ground import Terrain


def test_extent_of_points_and_union() -> None:
    a = Extent.of_points(np.array([[0.0, 0.0, 1.0], [3.0, 4.0, 2.0]]))
    b = Extent.of_points(np.array([[-1.0, 2.0, 0.0]]))
    assert a.diagonal_m == pytest.approx(5.0)
    assert a.centre == (1.5, 2.0, 1.5)
    assert a.merged(b) == Extent(west=-1, south=0, east=3, north=4, bottom=0, top=2)


def test_terrain_extent_ignores_missing_heights() -> None:
    # given a grid of 2 rows and 3 columns with one hole
    heights = np.array([[1, 2, np.nan], [4, 5, 6]], np.float32)
    terrain = Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="test"), heights_m=heights,
        west=100.0, north=200.0, cell_x_m=10.0, cell_y_m=5.0,
    )  # fmt: skip
    # then the box spans the cell centres and the real heights
    assert terrain.extent == Extent(west=100, east=120, north=200, south=195, bottom=1, top=6)


def test_feature_table_names_the_class_of_a_row() -> None:
    table = FeatureTable(
        ids=("a", "b"), class_names=("Building", "Bridge"), class_code=np.array([1, 0], np.uint16),
        parent=np.array([-1, -1], np.int32), base_m=np.zeros(2, np.float32), height_m=np.ones(2, np.float32),
        attributes=({}, {}),
    )  # fmt: skip
    assert [table.class_of(row) for row in range(len(table))] == ["Bridge", "Building"]
    model = CityModel(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="test"), features=table,
        points=np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 3]]), triangles=np.array([[0, 1, 2]], np.int32),
        triangle_feature=np.array([0], np.int32), triangle_surface=np.array([SurfaceKind.ROOF], np.uint8),
    )  # fmt: skip
    assert model.extent.top == 3
