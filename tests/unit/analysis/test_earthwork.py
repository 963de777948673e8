"""Cut and fill, beside prisms and pyramids whose volumes are known."""

import numpy as np
import pytest
import shapely

from sanping.analysis.earthwork import Formation, balanced_level, earthwork
from sanping.domain.city import Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain


def slope(east: float, north: float) -> Terrain:
    """Ground through 0 at the origin, that rises by these shares."""
    x, y = np.meshgrid(np.arange(-50, 51) * 2.0, np.arange(50, -51, -1) * 2.0)
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"),
        heights_m=(x * east + y * north).astype(np.float32), west=-100.0, north=100.0, cell_x_m=2.0, cell_y_m=2.0,
    )  # fmt: skip


def test_a_level_pad_on_a_slope_cuts_one_wedge_and_fills_the_other() -> None:
    # given ground that rises 1 : 10 to the east, and a pad of 40 m by 30 m around its line of 0
    found = earthwork(slope(0.1, 0.0), shapely.box(-20, -15, 20, 15), Formation(level_m=0.0))

    # then both wedges have the volume of a triangle of 20 m by 2 m, 30 m long
    assert found.cut_m3 == pytest.approx(20 * 2 / 2 * 30, rel=1e-5)
    assert found.fill_m3 == pytest.approx(20 * 2 / 2 * 30, rel=1e-5)
    assert found.net_m3 == pytest.approx(0.0, abs=1e-2)
    assert found.area_m2 == pytest.approx(1200.0)


def test_a_formation_with_the_slope_of_the_ground_moves_nothing_but_its_offset() -> None:
    # given a triangle on sloping ground, and a formation parallel to it, half a metre higher
    triangle = shapely.Polygon([(0, 0), (30, 0), (0, 20)])
    found = earthwork(slope(0.05, -0.02), triangle, Formation(level_m=0.5, slope_x=0.05, slope_y=-0.02))

    # then the fill is its area times half a metre, to the rim
    assert found.cut_m3 == 0.0
    assert found.fill_m3 == pytest.approx(300.0 * 0.5, rel=1e-4)


def test_the_balanced_level_is_that_of_the_centroid_of_a_plane() -> None:
    # given a slope and an area whose centroid is at (10, 20 / 3)
    triangle = shapely.Polygon([(0, 0), (30, 0), (0, 20)])
    ground = slope(0.1, 0.03)

    # when it is balanced
    level = balanced_level(ground, triangle, 0.5)

    # then the plane's height there comes out, and cut is fill
    assert level == pytest.approx(0.1 * 10.0 + 0.03 * 20.0 / 3.0, abs=0.01)
    assert earthwork(ground, triangle, Formation(level_m=level), 0.5).net_m3 == pytest.approx(0.0, abs=0.1)
