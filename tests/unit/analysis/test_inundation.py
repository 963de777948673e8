"""Water that rises, beside scipy's labels and hand-made basins."""

import numpy as np
import pytest
import shapely
from scipy import ndimage

from fakes.small_city import CENTRE, boxes
from sanping.analysis.inundation import inundated, source_cells, wet_buildings
from sanping.analysis.samples import plans_of
from sanping.domain.city import Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles


def terrain_of(heights: np.ndarray, cell_m: float = 10.0) -> Terrain:
    rows, columns = heights.shape
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"), heights_m=heights.astype(np.float32),
        west=CENTRE[0] - (columns - 1) * cell_m / 2, north=CENTRE[1] + (rows - 1) * cell_m / 2, cell_x_m=cell_m,
        cell_y_m=cell_m,
    )  # fmt: skip


def place(terrain: Terrain, row: int, column: int) -> shapely.Point:
    return shapely.Point(terrain.west + column * terrain.cell_x_m, terrain.north - row * terrain.cell_y_m)


def test_water_stands_where_scipy_finds_what_is_connected_to_its_sources() -> None:
    # given rough ground with holes, three sources and rising levels
    random = np.random.default_rng(8)
    heights = ndimage.gaussian_filter(random.normal(size=(300, 400)), 6.0)
    heights = (heights - heights.min()) / np.ptp(heights) * 10.0
    heights[random.random(heights.shape) < 0.002] = np.nan
    terrain = terrain_of(heights)
    spots = [(40, 60), (150, 200), (280, 390)]
    levels = np.linspace(3.0, 8.0, 11)

    # when the water rises
    found = inundated(terrain, [place(terrain, *spot) for spot in spots], levels, SilentProgress())

    # then at each level it stands in exactly the connected low parts that hold a source
    for level, height in enumerate(levels):
        low = np.nan_to_num(terrain.heights_m, nan=np.inf) < height
        labels, _ = ndimage.label(low)
        wanted = {int(labels[spot]) for spot in spots} - {0}
        expected = np.isin(labels, sorted(wanted))
        assert np.array_equal((found.stage >= 0) & (found.stage <= level), expected)
        assert found.area_m2(level) == pytest.approx(expected.sum() * 100.0)
        depth = np.where(expected, height - np.nan_to_num(terrain.heights_m), 0.0)
        assert found.volume_m3(level) == pytest.approx(depth.sum() * 100.0, rel=1e-5)


@pytest.mark.parametrize(("columns", "count"), [(64, 1), (65, 20), (130, 140)])
def test_rough_ground_is_wet_where_scipy_finds_it_at_few_and_at_many_levels(columns: int, count: int) -> None:
    # given ground as rough as it can be, heights that are levels themselves, and a source in its middle
    levels = np.linspace(0.5, 0.8, count)
    heights = np.random.default_rng(columns).random((70, columns)).astype(np.float32)
    heights[::7, ::5], heights[35, columns // 2] = np.float32(levels[count // 2]), 0.0
    terrain = terrain_of(heights)

    # when the water rises
    found = inundated(terrain, [place(terrain, 35, columns // 2)], levels, SilentProgress())

    # then at each level it stands in exactly the low parts that are connected to the source
    for level, height in enumerate(levels):
        labels, _ = ndimage.label(heights < height)
        assert np.array_equal((found.stage >= 0) & (found.stage <= level), labels == labels[35, columns // 2])


def test_water_finds_its_way_through_a_maze() -> None:
    # given walls that leave one way, to and fro across the land and up and down across it
    walls = np.zeros((61, 200), np.float32)
    walls[1::4, :-1] = walls[3::4, 1:] = 9.0
    terrains = [terrain_of(walls), terrain_of(walls.T)]

    # when water comes in at its beginning
    floods = [inundated(one, [place(one, 0, 0)], [1.0], SilentProgress()) for one in terrains]

    # then it gets to the end, and onto no wall
    assert all(np.array_equal(flood.stage == 0, flood.terrain.heights_m == 0.0) for flood in floods)


def test_a_dyke_keeps_the_land_behind_it_dry_until_it_is_overtopped() -> None:
    # given a river on the left, a dyke of 5 m, and land at 2 m behind it with two houses, one on a mound of 4 m
    heights = np.full((41, 41), 2.0)
    heights[:, :8], heights[:, 10] = 0.0, 5.0
    heights[24:31, 24:31] = 4.0
    terrain = terrain_of(heights)
    houses = build_tiles(boxes([(0.0, 100.0), (70.0, -70.0)], [9.0, 9.0]))
    river = shapely.LineString([place(terrain, 0, 2), place(terrain, 40, 2)])

    # when the river rises to 3, 4.9, 5.1 and 6 m
    flood = inundated(terrain, [river], [3.0, 4.9, 5.1, 6.0], SilentProgress())
    wet = wet_buildings(flood, plans_of(houses), SilentProgress())

    # then the land is wet from 5.1 m on, deeper at the house on low ground
    assert [bool((flood.stage[20, 30] >= 0) & (flood.stage[20, 30] <= level)) for level in range(4)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert [building.id for building in wet] == ["b0", "b1"]
    assert [building.first_level for building in wet] == [2, 2]
    assert wet[0].depth_m == pytest.approx([0.0, 0.0, 3.1, 4.0])
    assert wet[1].depth_m == pytest.approx([0.0, 0.0, 1.1, 2.0])


def test_sources_are_points_lines_and_areas_and_those_outside_give_nothing() -> None:
    # given level ground of 11 by 11 cells
    terrain = terrain_of(np.zeros((11, 11)))
    x, y = CENTRE[0], CENTRE[1]

    # when cells of a point, a line, an area and a point far away are sought
    found = [
        len(source_cells(terrain, [shape]))
        for shape in (
            shapely.Point(x, y), shapely.LineString([(x, y), (x + 30, y)]), shapely.box(x - 20, y - 20, x + 20, y + 20),
            shapely.Point(x + 9000, y),
        )
    ]  # fmt: skip

    # then they are those that each covers
    assert found == [1, 4, 25, 0]
